//! Charts: their labels keep apart and whole, and time runs along one axis down the page.

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use crate::finding::Finding;
use crate::limits::{OUT_OF_LINE, OVERLAP};
use crate::survey::Check;
use crate::tab::Tab;

/// What `measure/charts.js` returns.
#[derive(Clone, Debug, Deserialize)]
struct Charts {
    overlaps: Vec<String>,
    cut: Vec<String>,
    plots: Vec<Plot>,
}

/// The plot of a time chart.
#[derive(Clone, Debug, Deserialize)]
struct Plot {
    name: String,
    left: f64,
    right: f64,
    from: String,
    to: String,
}

/// What is wrong with the charts of a page that is open.
pub async fn check(tab: &Tab, place: &str) -> Result<Vec<(Check, Finding)>> {
    let asked = json!({ "overlap": OVERLAP });
    let charts: Charts = tab.run(include_str!("../measure/charts.js"), asked).await?;
    let mut found = Vec::new();
    found.extend(charts.overlaps.iter().map(|what| (Check::Overlaps, Finding::new(place, what))));
    found.extend(charts.cut.iter().map(|what| (Check::Cut, Finding::new(place, what))));
    if let [first, rest @ ..] = charts.plots.as_slice() {
        for plot in rest {
            let is_off = (plot.left - first.left).abs().max((plot.right - first.right).abs());
            if is_off > OUT_OF_LINE {
                let what = format!(
                    "the plot of {} runs from {:.0} to {:.0}, that of {} from {:.0} to {:.0}",
                    plot.name, plot.left, plot.right, first.name, first.left, first.right
                );
                found.push((Check::Axis, Finding::new(place, what)));
            } else if (&plot.from, &plot.to) != (&first.from, &first.to) {
                let what = format!(
                    "the axis of {} runs from day {} to {}, that of {} from {} to {}",
                    plot.name, plot.from, plot.to, first.name, first.from, first.to
                );
                found.push((Check::Axis, Finding::new(place, what)));
            }
        }
    }
    Ok(found)
}
