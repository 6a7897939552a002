//! Every relative link has its file, every anchor its id, and no link is of a folder, which a disk
//! shows as a list of files.

use std::collections::{BTreeMap, BTreeSet};

use super::head::Facts;
use crate::finding::Finding;
use crate::site::{Page, Site};

/// Links that lead nowhere.
pub fn broken(site: &Site, pages: &[(Page, Facts)]) -> Vec<Finding> {
    let root = format!("file://{}/", site.root().display());
    let anchors: BTreeMap<&str, BTreeSet<&str>> = pages
        .iter()
        .map(|(page, facts)| (page.path.as_str(), facts.ids.iter().map(String::as_str).collect()))
        .collect();
    let mut found = Vec::new();
    for (page, facts) in pages {
        for link in &facts.links {
            let outside = ["http:", "https:", "data:", "mailto:"];
            if outside.iter().any(|scheme| link.to.starts_with(scheme)) {
                continue;
            }
            let Some(inside) = link.to.strip_prefix(&root) else {
                found.push(Finding::new(
                    page,
                    format!("{} leaves the site: {}", link.from, link.written),
                ));
                continue;
            };
            let (path, anchor) = inside.split_once('#').unwrap_or((inside, ""));
            let path = path.split('?').next().unwrap_or(path);
            let (path, anchor) = (decode(path), decode(anchor));
            if !site.root().join(&path).is_file() {
                found.push(Finding::new(
                    page,
                    format!("{} leads to no file: {}", link.from, link.written),
                ));
            } else if !anchor.is_empty()
                && let Some(ids) = anchors.get(path.as_str())
                && !ids.contains(anchor.as_str())
            {
                found.push(Finding::new(
                    page,
                    format!("{} leads to no such place: {}", link.from, link.written),
                ));
            }
        }
    }
    found
}

/// Percent-encoded bytes as what they stand for.
fn decode(address: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = address.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match code.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
