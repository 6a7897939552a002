//! The ids of a text's headings and footnotes.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::figures::slug;
use super::target::is_harmless;

/// Ids of every page's frame, for the text that is a page of its own.
const FRAME: [&str; 4] = ["content", "contents", "terms", "theme"];

/// The ids of a text; all of them begin with its name on the page, so that they meet no other of the
/// page, except where the page is the text's.
pub(crate) struct Anchors<'a> {
    place: &'a str,
    /// Of the headings in their order, as the page has them.
    headings: Vec<Heading>,
    /// Their ids.
    ids: BTreeSet<String>,
    /// Headings that are written.
    written: usize,
    /// Footnotes by their names in the text, with the number of references; the page has their
    /// numbers.
    notes: IndexMap<String, usize>,
}

struct Heading {
    id: Option<String>,
    level: HeadingLevel,
    words: String,
}

impl<'a> Anchors<'a> {
    pub(crate) fn of<'e>(events: impl Iterator<Item = &'e Event<'e>>, place: &'a str) -> Self {
        let (headings, ids, notes) = (Vec::new(), BTreeSet::new(), IndexMap::new());
        let mut anchors = Self { place, headings, ids, written: 0, notes };
        let mut used: BTreeSet<String> = FRAME.map(str::to_owned).into();
        let mut open: Option<(Option<String>, HeadingLevel, String)> = None;
        for event in events {
            match (event, &mut open) {
                (Event::Start(Tag::Heading { id, level, .. }), _) => {
                    open = Some((id.as_ref().map(ToString::to_string), *level, String::new()));
                }
                (Event::End(TagEnd::Heading(_)), Some(_)) => {
                    let Some((id, level, words)) = open.take() else { continue };
                    // A page's own headings can be linked to by their words.
                    let id = id.or_else(|| place.is_empty().then(|| words.clone()));
                    let id = id.and_then(|id| anchors.id(&id));
                    let id = id.filter(|id| used.insert(id.clone()));
                    anchors.ids.extend(id.clone());
                    anchors.headings.push(Heading { id, level, words });
                }
                (Event::Text(text) | Event::Code(text), Some((_, _, words))) => {
                    words.push_str(text);
                }
                _ => {}
            }
        }
        anchors
    }

    /// An id of the text as the page has it; `None` if no letter or digit is in it. No other id of
    /// a page has a full stop.
    fn id(&self, id: &str) -> Option<String> {
        let id = Some(slug(id)).filter(|id| !id.is_empty())?;
        Some(if self.place.is_empty() { id } else { format!("{}.{id}", self.place) })
    }

    /// The id of the next heading, unless an earlier one has it.
    pub(super) fn next_heading(&mut self) -> Option<String> {
        let heading = self.headings.get(self.written);
        self.written += 1;
        heading.and_then(|heading| heading.id.clone())
    }

    /// Anchors and words of the headings of a rank.
    pub(super) fn contents(self, rank: usize) -> Vec<(String, String)> {
        let of_rank = self.headings.into_iter().filter(|heading| heading.level as usize == rank);
        of_rank.filter_map(|heading| Some((heading.id?, heading.words))).collect()
    }

    /// A reference to a footnote: where it leads, its own id, and the footnote's number.
    pub(super) fn reference(&mut self, name: &str) -> (String, String, usize) {
        let entry = self.notes.entry(name.to_owned());
        let number = entry.index() + 1;
        let references = entry.or_insert(0);
        *references += 1;
        let references = *references;
        (self.note(number), self.back_reference(number, references), number)
    }

    fn note(&self, number: usize) -> String {
        format!("{}.note-{number}", self.place)
    }

    fn back_reference(&self, number: usize, reference: usize) -> String {
        format!("{}.note-{number}-from-{reference}", self.place)
    }

    /// The name of the footnote at a position, if so many are referred to by now.
    pub(super) fn noted(&self, position: usize) -> Option<&str> {
        self.notes.get_index(position).map(|(name, _)| name.as_str())
    }

    /// The id of a footnote, and those of the references to it.
    pub(super) fn back(&self, number: usize) -> (String, Vec<String>) {
        let references = self.notes.get_index(number - 1).map_or(0, |(_, references)| *references);
        let back = (1..=references).map(|reference| self.back_reference(number, reference));
        (self.note(number), back.collect())
    }

    /// Where a link may lead: to a heading of the text, or else to what [`is_harmless`].
    pub(super) fn target(&self, target: &str) -> String {
        let own = target.strip_prefix('#').and_then(|id| self.id(id));
        match own.filter(|id| self.ids.contains(id)) {
            Some(id) => format!("#{id}"),
            None if is_harmless(target) => target.to_owned(),
            None => "#".to_owned(),
        }
    }

    /// Whether the text has a heading with this id, as the text calls it.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.id(id).is_some_and(|id| self.ids.contains(&id))
    }
}
