//! What every page leads to: the pages of the site in the header, and from an experiment to the one
//! before it and the one after it. All of it is known before anything is rendered.

use std::collections::BTreeMap;

use serde::Serialize;

/// An experiment of the site, as others lead to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its heading on the front page.
    pub group: String,
    /// Its place.
    pub order: Option<u32>,
    /// Whether it has regime detectors that label in real time.
    pub has_detectors: bool,
}

/// A link to a page of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Link {
    /// From the root of the site.
    pub href: String,
    pub title: String,
}

/// The experiments before and after one, in the order of the front page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Turn {
    pub before: Option<Link>,
    pub after: Option<Link>,
}

/// The pages in the header, and the neighbours of every experiment.
#[derive(Debug, Default)]
pub(crate) struct Nav {
    pub links: Vec<Link>,
    turns: BTreeMap<String, Turn>,
    titles: BTreeMap<String, String>,
    /// Whether there is a page that compares detectors.
    pub has_detectors: bool,
}

impl Nav {
    /// The links of a site of these experiments, groups in `order` first, and price sources.
    pub(crate) fn new(listed: &[Listed], order: &[String], sources: &[&str]) -> Self {
        let ordered = in_order(listed, order, |each| (&each.group, each.order));
        let link = |at: usize| {
            let each: &&Listed = ordered.get(at)?;
            Some(Link { href: page_of(&each.id), title: each.title.clone() })
        };
        let turn =
            |at: usize| Turn { before: at.checked_sub(1).and_then(link), after: link(at + 1) };
        let turns = ordered.iter().enumerate().map(|(at, each)| (each.id.clone(), turn(at)));
        let nav = Self {
            links: Vec::new(),
            turns: turns.collect(),
            titles: listed.iter().map(|each| (each.id.clone(), each.title.clone())).collect(),
            has_detectors: listed.iter().any(|each| each.has_detectors),
        };
        let nav = nav.with("index.html", "Experiments");
        let nav =
            if nav.has_detectors { nav.with("detectors/index.html", "Detectors") } else { nav };
        let nav = match sources {
            [] => nav,
            [only] => nav.with(&format!("data/{only}/index.html"), "Data"),
            _ => nav.with("index.html#prices", "Data"),
        };
        let nav = if listed.len() > 1 { nav.with("compare/index.html", "Compare") } else { nav };
        nav.with("methods/index.html", "Methods")
    }

    /// The same with one more page in the header.
    #[must_use]
    pub(crate) fn with(mut self, href: &str, title: &str) -> Self {
        self.links.push(Link { href: href.to_owned(), title: title.to_owned() });
        self
    }

    /// The title of an experiment; none of one that is not listed.
    pub(crate) fn title(&self, id: &str) -> Option<&str> {
        self.titles.get(id).map(String::as_str)
    }

    /// The neighbours of an experiment; none of one that is not listed.
    pub(crate) fn turn(&self, id: &str) -> Option<&Turn> {
        self.turns.get(id)
    }

    /// All that the pages of an experiment show of this, to tell whether they must be made again.
    pub(crate) fn seen_by(&self, id: &str) -> String {
        format!("{:?} {:?}", self.links, self.turn(id))
    }
}

/// The page of an experiment, from the root of the site.
pub(crate) fn page_of(id: &str) -> String {
    format!("{id}/index.html")
}

/// Groups as `order` names them, the others by the smallest place in them, and within a group by
/// place; what has no group or no place keeps its order and comes last. `of` says the group and the
/// place of each.
pub(crate) fn in_order<'a, T>(
    items: &'a [T],
    order: &[String],
    of: impl Fn(&T) -> (&str, Option<u32>),
) -> Vec<&'a T> {
    let place = |item: &T| of(item).1.unwrap_or(u32::MAX);
    let mut groups: BTreeMap<&str, u32> = BTreeMap::new();
    for item in items {
        let first = groups.entry(of(item).0).or_insert(u32::MAX);
        *first = place(item).min(*first);
    }
    let mut ordered: Vec<&T> = items.iter().collect();
    ordered.sort_by_cached_key(|item| {
        let group = of(item).0;
        let named = order.iter().position(|named| named == group).unwrap_or(usize::MAX);
        (named, group.is_empty(), groups[group], group.to_owned(), place(item))
    });
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(id: &str, group: &str, order: Option<u32>) -> Listed {
        let (id, group) = (id.to_owned(), group.to_owned());
        Listed { title: format!("Title of {id}"), id, group, order, has_detectors: false }
    }

    #[test]
    fn experiments_follow_one_another_by_the_smallest_place_of_their_groups() {
        let all = [
            listed("costs", "Costs", Some(30)),
            listed("loose", "", Some(1)),
            listed("late", "First", None),
            listed("base", "First", Some(2)),
        ];
        let nav = Nav::new(&all, &[], &["sample"]);
        let next = |id: &str| {
            let turn = nav.turn(id).unwrap();
            let href = |link: &Option<Link>| link.as_ref().map(|link| link.href.clone());
            (href(&turn.before), href(&turn.after))
        };
        let page = |id: &str| Some(page_of(id));
        assert_eq!(next("base"), (None, page("late")));
        assert_eq!(next("late"), (page("base"), page("costs")));
        assert_eq!(next("costs"), (page("late"), page("loose")));
        assert_eq!(next("loose"), (page("costs"), None));
        assert!(nav.turn("unknown").is_none());
        let named = Nav::new(&all, &["Costs".to_owned()], &[]);
        assert_eq!(named.turn("costs").unwrap().before, None, "a group that is named comes first");
    }

    #[test]
    fn a_header_leads_to_what_there_is() {
        let titles = |detectors: bool, sources: &[&str]| {
            let one = Listed { has_detectors: detectors, ..listed("a", "", None) };
            let nav = Nav::new(&[one], &[], sources);
            nav.links.into_iter().map(|link| link.title).collect::<Vec<String>>().join(" ")
        };
        assert_eq!(titles(false, &[]), "Experiments Methods");
        assert_eq!(titles(true, &["sample"]), "Experiments Detectors Data Methods");
        assert_eq!(Nav::new(&[], &[], &["a", "b"]).links[1].href, "index.html#prices");
    }

    #[test]
    fn what_an_experiment_shows_changes_with_its_neighbours_alone() {
        let mut all: Vec<Listed> =
            ["a", "b", "c", "d"].iter().map(|id| listed(id, "", None)).collect();
        let before = Nav::new(&all, &[], &[]);
        all[3].title = "Another".to_owned();
        let after = Nav::new(&all, &[], &[]);
        let same: Vec<bool> =
            ["a", "b", "c", "d"].iter().map(|id| before.seen_by(id) == after.seen_by(id)).collect();
        assert_eq!(same, [true, true, false, true]);
    }
}
