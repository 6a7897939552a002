//! The audit of axe-core: what keeps people with disabilities out.

use std::io::Read as _;

use anyhow::Result;
use serde::Deserialize;

use crate::chromium::Chromium;
use crate::finding::Finding;
use crate::site::{Page, Site};
use crate::view::View;

/// Rules of no more than moderate impact that may be broken; none are.
const ALLOWED: [&str; 0] = [];

/// The unchanged source of axe-core, see `vendor/axe-core/README.md`.
const AXE: &[u8] = include_bytes!("../../vendor/axe-core/axe.min.js.gz");

/// A rule that is broken, of `measure/audit.js`.
#[derive(Clone, Debug, Deserialize)]
struct Violation {
    id: String,
    impact: String,
    help: String,
    why: String,
    nodes: Vec<String>,
}

/// Audits a page with everything open.
pub async fn check(
    chromium: &Chromium,
    site: &Site,
    page: &Page,
    view: View,
) -> Result<Vec<Finding>> {
    let tab = chromium.tab(view).await?;
    tab.open(&site.file(&page.path)).await?;
    let mut source = String::new();
    flate2::read::GzDecoder::new(AXE).read_to_string(&mut source)?;
    tab.run::<()>(&format!("() => {{ {source} }}"), ()).await?;
    let violations: Vec<Violation> = tab.run(include_str!("../measure/audit.js"), ()).await?;
    chromium.shut(tab).await?;
    let told = violations.into_iter().filter(|violation| {
        let is_grave = matches!(violation.impact.as_str(), "critical" | "serious");
        is_grave || !ALLOWED.contains(&violation.id.as_str())
    });
    let finding = |violation: Violation| {
        let Violation { id, impact, help, why, nodes } = violation;
        let places = nodes.iter().take(3).map(String::as_str).collect::<Vec<_>>().join("; ");
        let what = format!("{impact}: {help} ({id}), {} places: {places}; {why}", nodes.len());
        Finding::new(format!("{page} at {}", view.name()), what)
    };
    Ok(told.map(finding).collect())
}
