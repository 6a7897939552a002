//! `{{ ... }}` in an author's text: where one stands, what it asks for, and what is put in its place.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag, TagEnd};
use serde::{Deserialize, Serialize};

use crate::base::diagnostic::Problem;
use crate::results::names::BUY_AND_HOLD;

/// What is wrong with a part of a text: its bytes, and a problem whose place is still to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Bytes of the text.
    pub at: Range<usize>,
    /// What is wrong there.
    pub problem: Problem,
}

impl Mistake {
    pub(crate) fn new(at: Range<usize>, problem: Problem) -> Self {
        Self { at, problem }
    }
}

/// What a text asks of an experiment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Asked {
    /// The experiment's id.
    pub of: String,
    /// What is asked of it.
    pub what: Wanted,
}

/// A figure by its name, or a drawing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// `ridge.oos_r2`.
    Value(String),
    /// The interval of a figure.
    Interval(String),
    /// The id of a figure of the experiment's pages, without `figure-`.
    Drawing(String),
}

/// What stands in the place of what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A figure as the pages write it, or its interval: plain text.
    Value(String),
    /// A drawing as a page has it.
    Drawing {
        /// The page, from the root of the site.
        page: String,
        /// Its title, plain text in HTML.
        title: String,
        /// What is between the title and the end of the `<figure>`.
        html: String,
    },
}

/// Everything that texts ask for and could be had.
pub type Answers = BTreeMap<Asked, Answer>;

/// Whose names a text may use.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The experiment whose text it is; empty for a page.
    pub own: &'a str,
    /// Its models.
    pub models: &'a [String],
    /// The ids of all experiments.
    pub ids: &'a BTreeSet<String>,
}

/// `{{ ... }}` in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marker {
    /// All of it, the braces too.
    pub at: Range<usize>,
    /// What is between the braces, its blanks as one each.
    pub words: Vec<String>,
    /// Whether it is a paragraph of its own.
    pub is_alone: bool,
}

/// A part of a text: what Markdown makes of it, or a marker.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece<'a> {
    Event(Event<'a>),
    Marker(Marker),
}

const FORMS: &str = "a figure as in `{{ ridge.oos_r2 }}` or `{{ baseline.ridge.oos_r2 interval }}`, \
                     or a drawing as in `{{ figure baseline squared-error }}`";

impl Marker {
    /// What it asks for.
    ///
    /// # Errors
    /// What has not the form of a marker, and an experiment that does not exist.
    pub(crate) fn asked(&self, scope: Scope<'_>) -> Result<Asked, Mistake> {
        let wrong = |problem: Problem| Mistake::new(self.at.clone(), problem);
        let own = |what| match scope.own {
            "" => Err(wrong(
                Problem::new("a page has no figures of its own")
                    .expected("the id of an experiment before the figure")
                    .hint("write it as in `{{ baseline.ridge.oos_r2 }}`"),
            )),
            own => Ok(Asked { of: own.to_owned(), what }),
        };
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["figure", rest @ ..] if !self.is_alone && !rest.is_empty() => Err(wrong(
                Problem::new("a drawing within a paragraph")
                    .expected("a blank line before and after it"),
            )),
            ["figure", name] => own(Wanted::Drawing((*name).to_owned())),
            ["figure", of, name] => match scope.ids.contains(*of) {
                true => {
                    Ok(Asked { of: (*of).to_owned(), what: Wanted::Drawing((*name).to_owned()) })
                }
                false => Err(wrong(
                    Problem::new(format!("no experiment `{of}`"))
                        .near(of, scope.ids.iter().map(String::as_str)),
                )),
            },
            [name] | [name, "interval"] => {
                let form = |name: &str| match words.len() {
                    1 => Wanted::Value(name.to_owned()),
                    _ => Wanted::Interval(name.to_owned()),
                };
                let (first, rest) = name.split_once('.').unwrap_or((name, ""));
                let is_own = !scope.own.is_empty()
                    && (first == BUY_AND_HOLD || scope.models.iter().any(|known| known == first));
                match scope.ids.contains(first) && !is_own && !rest.is_empty() {
                    true => Ok(Asked { of: first.to_owned(), what: form(rest) }),
                    false if scope.own.is_empty() && !rest.is_empty() => Err(wrong(
                        Problem::new(format!("no experiment `{first}`"))
                            .expected("the id of an experiment before the figure")
                            .near(first, scope.ids.iter().map(String::as_str)),
                    )),
                    false => own(form(name)),
                }
            }
            _ => Err(wrong(Problem::new("this is no figure and no drawing").expected(FORMS))),
        }
    }
}

/// Where `{{` stands that no backslash precedes, to the next `}}` of the paragraph, in order. Looks at
/// each part of the text once.
fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(close) = text[from..].find("}}").map(|at| from + at) {
        let before = &text[from..close];
        let paragraph = before.rfind("\n\n").map_or(0, |end| end + 2);
        if let Some(start) = before[paragraph..].rfind("{{").map(|at| from + paragraph + at)
            && !text[..start].ends_with('\\')
        {
            found.push(start..close + 2);
        }
        from = close + 2;
    }
    found
}

/// The events of a text with its markers between them. Code and formulas have none.
pub(crate) fn pieces<'a>(
    text: &'a str,
    events: impl IntoIterator<Item = (Event<'a>, Range<usize>)>,
) -> Vec<(Piece<'a>, Range<usize>)> {
    let markers = ranges(text);
    let mut pieces: Vec<(Piece<'a>, Range<usize>)> = Vec::new();
    let mut is_code = false;
    for (event, at) in events {
        match &event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented)) => {
                is_code = true;
            }
            Event::End(TagEnd::CodeBlock) => is_code = false,
            _ => {}
        }
        // The last marker that begins before the event; they are in order.
        let before = markers.partition_point(|marker| marker.start < at.start);
        let is_within = before.checked_sub(1).is_some_and(|last| at.start < markers[last].end);
        match event {
            Event::Text(said) if !is_code && text.get(at.clone()) == Some(&*said) => {
                between(text, at, &markers, &mut pieces);
            }
            // What Markdown made of the words of a marker.
            _ if !is_code && is_within => {}
            event => pieces.push((Piece::Event(event), at)),
        }
    }
    for position in 1..pieces.len().saturating_sub(1) {
        let is_alone =
            matches!(&pieces[position - 1].0, Piece::Event(Event::Start(Tag::Paragraph)))
                && matches!(&pieces[position + 1].0, Piece::Event(Event::End(TagEnd::Paragraph)));
        if let (Piece::Marker(marker), true) = (&mut pieces[position].0, is_alone) {
            marker.is_alone = true;
        }
    }
    pieces
}

/// Plain text as its parts.
fn between<'a>(
    text: &'a str,
    at: Range<usize>,
    markers: &[Range<usize>],
    pieces: &mut Vec<(Piece<'a>, Range<usize>)>,
) {
    let mut from = at.start;
    let first = markers.partition_point(|marker| marker.end <= at.start);
    for marker in markers[first..].iter().take_while(|marker| marker.start < at.end) {
        if marker.start >= from {
            if marker.start > from {
                let said = Event::Text(CowStr::Borrowed(&text[from..marker.start]));
                pieces.push((Piece::Event(said), from..marker.start));
            }
            let inside = &text[marker.start + 2..marker.end - 2];
            let words = inside.split_whitespace().map(str::to_owned).collect();
            let marker = Marker { at: marker.clone(), words, is_alone: false };
            pieces.push((Piece::Marker(marker.clone()), marker.at));
        }
        from = from.max(marker.end.min(at.end));
    }
    if from < at.end {
        pieces
            .push((Piece::Event(Event::Text(CowStr::Borrowed(&text[from..at.end]))), from..at.end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::site::kit::markdown::events;

    fn markers(text: &str) -> Vec<(String, bool)> {
        let pieces = pieces(text, events(text));
        let marker = |piece: (Piece<'_>, Range<usize>)| match piece.0 {
            Piece::Marker(marker) => Some((marker.words.join(" "), marker.is_alone)),
            Piece::Event(_) => None,
        };
        pieces.into_iter().filter_map(marker).collect()
    }

    #[test]
    fn a_marker_is_found_in_text_and_not_in_code_or_formulas() {
        for (text, expected) in [
            ("a {{ b.c_d }} e", &[("b.c_d", false)][..]),
            ("{{figure x y}}", &[("figure x y", true)]),
            ("a {{ b\n  interval }}", &[("b interval", false)]),
            (
                "{{ a.regime[b.XLE.c].d_e_f }} and _{{ g }}_",
                &[("a.regime[b.XLE.c].d_e_f", false), ("g", false)],
            ),
            ("| a |\n|---|\n| {{ b }} |", &[("b", false)]),
            ("- {{ a }}\n- [{{ b }}](c)", &[("a", false), ("b", false)]),
            ("`{{ a }}` ${{b}}$ \\{{ c }} {{ d", &[]),
            ("```\n{{ a }}\n```", &[]),
            ("{{ a\n\nb }}", &[]),
        ] {
            let expected: Vec<(String, bool)> =
                expected.iter().map(|(words, alone)| ((*words).to_owned(), *alone)).collect();
            assert_eq!(markers(text), expected, "{text}");
        }
    }

    #[test]
    fn a_name_is_one_s_own_first_and_then_of_another_experiment() {
        let ids = BTreeSet::from(["baseline".to_owned(), "ridge".to_owned()]);
        let models = ["ridge".to_owned()];
        let scope = Scope { own: "own", models: &models, ids: &ids };
        let marker = |words: &str| Marker {
            at: 0..1,
            words: words.split(' ').map(str::to_owned).collect(),
            is_alone: true,
        };
        for (words, of, name) in [
            ("ridge.oos_r2", "own", "ridge.oos_r2"),
            ("baseline.ridge.oos_r2", "baseline", "ridge.oos_r2"),
            ("geometry.mean_correlation", "own", "geometry.mean_correlation"),
        ] {
            let asked = marker(words).asked(scope).unwrap();
            assert_eq!(asked, Asked { of: of.into(), what: Wanted::Value(name.into()) });
        }
        let page = Scope { own: "", models: &[], ids: &ids };
        assert_eq!(marker("ridge.oos_r2").asked(page).unwrap().of, "ridge");
        for words in ["oos_r2", "basline.ridge.oos_r2", "figure x", "figure baselin x", "", "a b c"]
        {
            assert!(marker(words).asked(page).is_err(), "{words}");
        }
    }
}
