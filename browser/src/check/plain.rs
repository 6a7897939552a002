//! A page without scripts is complete, and offers nothing that needs one.

use anyhow::Result;
use serde::Deserialize;

use crate::chromium::Chromium;
use crate::finding::Finding;
use crate::site::{Page, Site};
use crate::tab::Tab;
use crate::view::View;

/// What `measure/plain.js` returns.
#[derive(Clone, Debug, Deserialize)]
struct Plain {
    texts: Vec<String>,
    figures: usize,
    tables: usize,
    rows: usize,
    words: usize,
    hidden: Vec<String>,
    controls: Vec<String>,
}

async fn measure(tab: &Tab) -> Result<Plain> {
    tab.run(include_str!("../measure/plain.js"), ()).await
}

/// Compares a page without scripts with itself.
pub async fn check(chromium: &Chromium, site: &Site, page: &Page) -> Result<Vec<Finding>> {
    let address = site.file(&page.path);
    let tab = chromium.tab(View::DESKTOP).await?;
    tab.open(&address).await?;
    let with = measure(&tab).await?;
    chromium.shut(tab).await?;
    let tab = chromium.tab(View::DESKTOP.without_scripts()).await?;
    tab.open(&address).await?;
    let without = measure(&tab).await?;
    chromium.shut(tab).await?;

    let mut found = Vec::new();
    let mut tell = |what: String| found.push(Finding::new(page, what));
    for text in with.texts.iter().filter(|text| !without.texts.contains(text)) {
        tell(format!("without scripts there is no {text:?}"));
    }
    let counts = [
        ("figures", with.figures, without.figures),
        ("tables", with.tables, without.tables),
        ("rows", with.rows, without.rows),
    ];
    for (name, with, without) in counts {
        if without < with {
            tell(format!("{without} {name} without scripts, {with} with them"));
        }
    }
    // A script adds a few words to controls, never a tenth of a page.
    if (without.words as f64) < 0.9 * with.words as f64 {
        tell(format!("{} words without scripts, {} with them", without.words, with.words));
    }
    for hidden in without.hidden.iter().filter(|hidden| !with.hidden.contains(hidden)) {
        tell(format!("without scripts {hidden} is hidden"));
    }
    for control in &without.controls {
        tell(format!("{control} is shown, and needs a script"));
    }
    Ok(found)
}
