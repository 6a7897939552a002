//! What fits, what can be read, what can be tapped, and how long pages are.

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use crate::finding::Finding;
use crate::limits::{
    FOREST_BEGINS, KEY_FIGURE_ENDS, LONGEST_EXPERIMENT, MOST_WORDS, PHONE, SMALLEST_LETTERS,
    SMALLEST_TARGET,
};
use crate::site::{Kind, Page};
use crate::survey::Check;
use crate::tab::Tab;
use crate::view::View;

/// What `measure/layout.js` returns.
#[derive(Clone, Debug, Deserialize)]
pub struct Layout {
    /// What makes the page scroll sideways.
    pub sideways: Vec<String>,
    /// Letters that are too small.
    pub letters: Vec<String>,
    /// Targets that are too small.
    pub targets: Vec<String>,
    /// Boxes that cut their text.
    pub cut: Vec<String>,
    /// Visible words.
    pub words: usize,
    /// Height of the page.
    pub height: f64,
    /// The chart of the key figure.
    pub key: Option<Place>,
    /// The forest plot.
    pub forest: Option<Place>,
}

/// A box on the page, from its top.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Place {
    /// Upper edge.
    pub top: f64,
    /// Lower edge.
    pub bottom: f64,
}

/// Measures a page that is open, with its details closed or open.
pub async fn measure(tab: &Tab, view: View, open: bool) -> Result<Layout> {
    let target = if view.width <= PHONE { SMALLEST_TARGET } else { 0.0 };
    let asked = json!({ "open": open, "smallest": SMALLEST_LETTERS, "target": target });
    tab.run(include_str!("../measure/layout.js"), asked).await
}

/// What does not fit, closed or open.
pub fn check(place: &str, closed: &Layout, open: &Layout) -> Vec<(Check, Finding)> {
    let mut found = Vec::new();
    for layout in [closed, open] {
        let parts = [
            (Check::Sideways, &layout.sideways),
            (Check::Letters, &layout.letters),
            (Check::Targets, &layout.targets),
            (Check::Cut, &layout.cut),
        ];
        for (check, told) in parts {
            for what in told {
                let finding = (check, Finding::new(place, what));
                if !found.contains(&finding) {
                    found.push(finding);
                }
            }
        }
    }
    found
}

/// How long an experiment's page is, and whether what matters is on the first screen of a desktop.
pub fn lengths(page: &Page, layout: &Layout) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut tell = |what: String| found.push(Finding::new(page, what));
    let mut first_screen = |name: &str, place: Option<Place>, ends: f64| match place {
        None => tell(format!("has no {name}")),
        Some(place) if place.top < 0.0 || place.bottom > ends => {
            tell(format!(
                "{name} stands at {:.0} to {:.0}, not above {ends}",
                place.top, place.bottom
            ));
        }
        Some(_) => {}
    };
    match page.kind {
        Kind::Front => {
            let begins = layout.forest.map(|Place { top, .. }| Place { top, bottom: top });
            first_screen("forest plot", begins, FOREST_BEGINS);
        }
        Kind::Experiment => {
            first_screen("key figure", layout.key, KEY_FIGURE_ENDS);
            if layout.height > LONGEST_EXPERIMENT {
                tell(format!("is {:.0} px long, above {LONGEST_EXPERIMENT}", layout.height));
            }
            if layout.words > MOST_WORDS {
                tell(format!("shows {} words, above {MOST_WORDS}", layout.words));
            }
        }
        _ => {}
    }
    found
}
