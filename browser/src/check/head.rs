//! What every page has once: a title, a description, a heading, each id.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

use crate::finding::Finding;
use crate::site::Page;
use crate::tab::Tab;

/// What `measure/facts.js` returns.
#[derive(Clone, Debug, Deserialize)]
pub struct Facts {
    /// The title of the window.
    pub title: String,
    /// The description for search engines.
    pub description: String,
    /// Whether search engines are to leave the page out.
    pub hidden: bool,
    /// The language.
    pub language: String,
    /// Texts of the first-level headings.
    pub headings: Vec<String>,
    /// Levels of all headings in their order.
    pub levels: Vec<u8>,
    /// All ids.
    pub ids: Vec<String>,
    /// Attributes that name an id which is not there.
    pub missing: Vec<String>,
    /// Where the page leads.
    pub links: Vec<Link>,
}

/// A link, or anything else that is loaded.
#[derive(Clone, Debug, Deserialize)]
pub struct Link {
    /// The element in words.
    pub from: String,
    /// The attribute as it is written.
    pub written: String,
    /// The whole address.
    pub to: String,
}

/// Measures a page that is open.
pub async fn facts(tab: &Tab) -> Result<Facts> {
    tab.run(include_str!("../measure/facts.js"), ()).await
}

/// What is missing or doubled.
pub fn check(page: &Page, facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut tell = |what: String| found.push(Finding::new(page, what));
    if facts.title.trim().is_empty() {
        tell("has no title".to_owned());
    }
    if facts.description.trim().is_empty() && !facts.hidden {
        tell("has no description".to_owned());
    }
    if facts.language != "en" {
        tell(format!("is in the language {:?}", facts.language));
    }
    if facts.headings.len() != 1 {
        tell(format!(
            "has {} headings of the first level: {:?}",
            facts.headings.len(),
            facts.headings
        ));
    }
    for (one, next) in facts.levels.iter().zip(facts.levels.iter().skip(1)) {
        if next > &(one + 1) {
            tell(format!("has a heading of level {next} right under one of level {one}"));
        }
    }
    let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
    for id in &facts.ids {
        *ids.entry(id).or_default() += 1;
    }
    for (id, times) in ids {
        if times > 1 {
            tell(format!("has the id {id:?} {times} times"));
        }
    }
    for missing in &facts.missing {
        tell(format!("{missing} names an id that is not there"));
    }
    found
}
