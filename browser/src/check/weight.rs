//! What a reader's line carries: pages packed as a host packs them, scripts as they are written.

use std::io::Write as _;

use anyhow::Result;

use super::head::Facts;
use crate::finding::Finding;
use crate::limits::{HEAVIEST_COMPARISON, HEAVIEST_EXPERIMENT, HEAVIEST_FRONT, HEAVIEST_SCRIPTS};
use crate::site::{Kind, Page, Site};

/// Whether a page, or all scripts that it loads at once, are too heavy.
pub fn check(site: &Site, page: &Page, facts: &Facts) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    let heaviest = match page.kind {
        Kind::Front => Some(HEAVIEST_FRONT),
        Kind::Experiment => Some(HEAVIEST_EXPERIMENT),
        _ => None,
    };
    let weight = packed(&std::fs::read(site.root().join(&page.path))?)?;
    if let Some(heaviest) = heaviest.filter(|heaviest| weight > *heaviest) {
        found.push(Finding::new(page, format!("weighs {weight} bytes packed, above {heaviest}")));
    }
    let root = format!("file://{}/", site.root().display());
    let scripts = facts.links.iter().filter(|link| link.from.starts_with("<script"));
    // Data that comes as a script, since a page from the disk may load nothing else, lies elsewhere.
    let files = scripts.filter_map(|script| script.to.strip_prefix(&root));
    let files = files.filter(|file| file.starts_with("assets/"));
    // A script that is not there is told by the check of links.
    let sizes = files.filter_map(|file| std::fs::metadata(site.root().join(file)).ok());
    let scripts: u64 = sizes.map(|file| file.len()).sum();
    let heaviest =
        if page.path.starts_with("compare/") { HEAVIEST_COMPARISON } else { HEAVIEST_SCRIPTS };
    if scripts > heaviest {
        let what = format!("loads {scripts} bytes of scripts, above {heaviest}");
        found.push(Finding::new(page, what));
    }
    Ok(found)
}

/// Bytes after gzip as a host does it.
fn packed(bytes: &[u8]) -> Result<usize> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    packer.write_all(bytes)?;
    Ok(packer.finish()?.len())
}
