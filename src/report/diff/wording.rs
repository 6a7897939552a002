//! Words that changed, in short: what came and what went, with a few words around it.

use schemars::JsonSchema;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::spec::ValueChange;

/// Words that are kept around a change.
const AROUND: usize = 4;

/// Characters after which a passage is cut.
const LONGEST: usize = 400;

/// Share of words and of the spaces between them that both sides have, below which a text is written anew: its words are told one
/// side after the other.
const REWRITTEN: f32 = 0.7;

/// A passage of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", content = "text", rename_all = "snake_case")]
pub(crate) enum Passage {
    /// On both sides.
    Same(String),
    /// In the base only.
    Removed(String),
    /// In the head only.
    Added(String),
}

/// A text that reads otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Rewording {
    /// Its key in the spec.
    pub key: String,
    /// What changed in it, the rest left out.
    pub passages: Vec<Passage>,
}

/// A marker of what is left out.
const LEFT_OUT: &str = " … ";

/// The words of a change.
pub(super) fn rewording(change: &ValueChange) -> Rewording {
    let [old, new] = [&change.old, &change.new].map(|text| text.as_deref().unwrap_or_default());
    let diff = TextDiff::from_unicode_words(old, new);
    if diff.ratio() < REWRITTEN {
        let whole = |text: &str| cut(&text.replace(char::is_control, " "), LONGEST / 2);
        let sides = [(old, Passage::Removed(whole(old))), (new, Passage::Added(whole(new)))];
        let passages = sides.into_iter().filter(|(text, _)| !text.is_empty());
        return Rewording {
            key: key(change),
            passages: passages.map(|(_, passage)| passage).collect(),
        };
    }
    let mut runs: Vec<(ChangeTag, Vec<String>)> = Vec::new();
    for word in diff.iter_all_changes() {
        let text = word.value().replace(char::is_control, " ");
        match runs.last_mut() {
            Some((tag, words)) if *tag == word.tag() => words.push(text),
            _ => runs.push((word.tag(), vec![text])),
        }
    }
    let last = runs.len().saturating_sub(1);
    let mut room = LONGEST;
    let mut passages = Vec::new();
    for (at, (tag, words)) in runs.iter().enumerate() {
        let text = match tag {
            ChangeTag::Equal => around(words, at == 0, at == last),
            _ => words.concat(),
        };
        let cut = cut(&text, room);
        room = room.saturating_sub(cut.chars().count());
        passages.push(match tag {
            ChangeTag::Equal => Passage::Same(cut),
            ChangeTag::Delete => Passage::Removed(cut),
            ChangeTag::Insert => Passage::Added(cut),
        });
        if room == 0 {
            break;
        }
    }
    Rewording { key: key(change), passages }
}

/// What the words are of: a claim goes by its test.
fn key(change: &ValueChange) -> String {
    let claim = change.key.strip_prefix("criteria.").and_then(|key| key.strip_suffix(".claim"));
    claim.map_or_else(|| change.key.clone(), |test| format!("claim of {test}"))
}

/// The words next to a change; `words` alternate with the spaces between them.
fn around(words: &[String], is_first: bool, is_last: bool) -> String {
    let kept = 2 * AROUND;
    let (head, tail) = (words.len().min(kept), words.len().saturating_sub(kept));
    match (is_first, is_last) {
        (true, true) => String::new(),
        _ if words.len() <= 2 * kept => words.concat(),
        (true, false) => format!("…{}", words[tail..].concat()),
        (false, true) => format!("{}…", words[..head].concat()),
        (false, false) => format!("{}{LEFT_OUT}{}", words[..head].concat(), words[tail..].concat()),
    }
}

fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let side = |text: &str| Some(text.to_owned());
        let change = ValueChange { key: "notes".to_owned(), old: side(old), new: side(new) };
        let passages = rewording(&change).passages.into_iter();
        let text = passages.map(|passage| match passage {
            Passage::Same(text) => text,
            Passage::Removed(text) => format!("[-{text}-]"),
            Passage::Added(text) => format!("{{+{text}+}}"),
        });
        text.collect()
    }

    #[test]
    fn only_what_changed_is_shown_with_a_few_words_around_it() {
        assert_eq!(
            shown("a signal of a day", "a signal of a week"),
            "a signal of a [-day-]{+week+}"
        );
        let long =
            |word: &str| format!("{}{word}{}", "one two ".repeat(20), " three four".repeat(20));
        let text = shown(&long("old"), &long("new"));
        assert!(
            text.contains("[-old-]{+new+}") && text.starts_with('…') && text.ends_with('…'),
            "{text}"
        );
        assert!(text.chars().count() < 90, "{text}");
        assert_eq!(shown("", "new words"), "{+new words+}");
    }

    #[test]
    fn a_text_that_is_written_anew_is_cut() {
        let text = shown(&"old ".repeat(500), &"new ".repeat(500));
        assert!(text.chars().count() <= LONGEST + 8 && text.contains('…'), "{}", text.len());
    }
}
