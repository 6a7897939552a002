//! Pages in the words of the frequency of their prices.
//!
//! Every text is written for daily prices: "the day before", "63 trading days". Here a page's view
//! is put into the words of weeks or months, in one place, so that no section has to know of it.
//! What the user wrote is left alone: titles, Markdown and names.

use serde::Serialize;
use serde_json::Value;

use crate::base::units::{Frequency, format};
use crate::results::Results;

/// Keys whose texts are no words of ours, wherever they stand.
const LEFT_ALONE: [&str; 15] = [
    "canonical",
    "card",
    "class",
    "continues",
    "data",
    "file",
    "href",
    "id",
    "kind",
    "methods",
    "name",
    "root",
    "running",
    "site",
    "slug",
];
/// Keys of a page itself that hold what the user wrote.
const OF_THE_USER: [&str; 5] = ["experiment", "hypothesis", "notes", "source", "title"];

/// A text of ours in the words of a frequency.
pub(crate) fn text(frequency: Frequency, text: &str) -> String {
    match frequency {
        Frequency::Daily => text.to_owned(),
        frequency => Words { frequency, taken: &[] }.text(text),
    }
}

/// A page's view in the words of an experiment's frequency.
///
/// # Errors
/// A view that cannot be a value, which none of ours is.
pub(crate) fn of(results: &Results, view: &impl Serialize) -> serde_json::Result<Value> {
    let names = results.models.keys().chain(results.regimes.iter().map(|regime| &regime.name));
    let taken: Vec<&str> = names.map(String::as_str).filter(|name| is_ours(name)).collect();
    worded(results.data.frequency, &taken, view)
}

/// A page's view in the words of a frequency; words that are `taken` by a name stay.
///
/// # Errors
/// As [`of`].
fn worded(
    frequency: Frequency,
    taken: &[&str],
    view: &impl Serialize,
) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(view)?;
    if frequency == Frequency::Daily {
        return Ok(value);
    }
    let words = Words { frequency, taken };
    if let Value::Object(fields) = &mut value {
        for (key, value) in fields.iter_mut() {
            match (&**key, value) {
                ("shell", Value::Object(shell)) => {
                    if let Some(Value::String(text)) = shell.get_mut("description") {
                        *text = words.text(text);
                    }
                }
                (key, _) if OF_THE_USER.contains(&key) => {}
                (key, value) => words.walk(key, value),
            }
        }
    }
    Ok(value)
}

/// Whether a name is one of the words that are put into others.
fn is_ours(name: &str) -> bool {
    ["day", "days", "daily", "yesterday"].contains(&&*name.to_lowercase())
}

struct Words<'a> {
    frequency: Frequency,
    taken: &'a [&'a str],
}

impl Words<'_> {
    fn walk(&self, key: &str, value: &mut Value) {
        match value {
            Value::String(_) if LEFT_ALONE.contains(&key) => {}
            Value::String(text) if text.starts_with('<') => *text = self.markup(text),
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(key, item)),
            Value::Object(fields) => {
                fields.iter_mut().for_each(|(key, value)| self.walk(key, value));
            }
            _ => {}
        }
    }

    /// Markup with its texts in other words; tags stay.
    fn markup(&self, markup: &str) -> String {
        let mut worded = String::with_capacity(markup.len());
        for part in markup.split_inclusive(['<', '>']) {
            match part.strip_suffix('<') {
                Some(text) => {
                    worded.push_str(&self.text(text));
                    worded.push('<');
                }
                // A tag, or what stands behind the last one.
                None => worded.push_str(part),
            }
        }
        worded
    }

    /// A text in other words: "63 trading days" as "63 weeks".
    fn text(&self, text: &str) -> String {
        let mut worded = String::with_capacity(text.len());
        let (mut rest, mut is_first) = (text, false);
        while let Some(first) = rest.find(|c: char| c.is_ascii_alphabetic()) {
            let (before, from) = rest.split_at(first);
            worded.push_str(before);
            let length = from.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let (word, after) = from.split_at(length.unwrap_or(from.len()));
            rest = after;
            // "Trading days" are one word here.
            if ["trading", "Trading"].contains(&word)
                && let Some(day) = after.strip_prefix(' ')
                && day.starts_with("day")
            {
                rest = day;
                is_first = word == "Trading";
                continue;
            }
            let word = self.word(word);
            worded.push_str(&if std::mem::take(&mut is_first) {
                format::upper_first(&word)
            } else {
                word
            });
        }
        worded.push_str(rest);
        worded
    }

    fn word(&self, word: &str) -> String {
        let (noun, adjective) = (self.frequency.noun(), self.frequency.adjective());
        if self.taken.contains(&word) {
            return word.to_owned();
        }
        match word {
            "day" => noun.to_owned(),
            "days" => format!("{noun}s"),
            "daily" => adjective.to_owned(),
            "yesterday" => format!("the {noun} before"),
            "Day" => format::upper_first(noun),
            "Days" => format::upper_first(&format!("{noun}s")),
            "Daily" => format::upper_first(adjective),
            _ => word.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_follow_the_frequency_and_names_stay() {
        let words = |frequency| Words { frequency, taken: &["daily"] };
        for (daily, weekly) in [
            ("63 trading days, day by day", "63 weeks, week by week"),
            ("Trading days of a day’s close", "Weeks of a week’s close"),
            ("the holiday on Monday; day_rate, days2", "the holiday on Monday; day_rate, days2"),
            ("A two-day return. Daily and daily", "A two-week return. Weekly and daily"),
            ("trading", "trading"),
            ("no word – 12 %", "no word – 12 %"),
        ] {
            assert_eq!(words(Frequency::Weekly).text(daily), weekly);
        }
        let svg = "<svg class=\"day\"><title>Days</title><text>a day</text></svg>";
        let expected = "<svg class=\"day\"><title>Months</title><text>a month</text></svg>";
        assert_eq!(words(Frequency::Monthly).markup(svg), expected);
    }

    #[test]
    fn what_the_user_wrote_is_left_alone() {
        let view = json!({
            "title": "Every day", "hypothesis": "<p>a day</p>", "shell": {"title": "Every day",
            "description": "a day"}, "sections": [{"title": "By day", "href": "day.csv"},
            {"kind": "text", "text": "each day"}],
        });
        assert_eq!(worded(Frequency::Daily, &[], &view).unwrap(), view);
        let expected = json!({
            "title": "Every day", "hypothesis": "<p>a day</p>", "shell": {"title": "Every day",
            "description": "a month"}, "sections": [{"title": "By month", "href": "day.csv"},
            {"kind": "text", "text": "each month"}],
        });
        assert_eq!(worded(Frequency::Monthly, &[], &view).unwrap(), expected);
    }
}
