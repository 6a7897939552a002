//! axe-core on every kind of page, light and dark.

use std::collections::BTreeSet;

use browser_tests::check::audit;
use browser_tests::finding;
use browser_tests::site::{Kind, Page};
use browser_tests::view::View;

use super::Suite;

/// Audits one page of each kind, and every page of which there is only one.
pub(super) fn add(suite: &mut Suite) {
    for view in [View::DESKTOP, View::DESKTOP.dark(), View::PHONE] {
        let name = format!("axe_finds_nothing_at_{}", view.name().replace(' ', "_"));
        suite.add(&name, move |shared| async move {
            let pages = chosen(shared.site.pages()?);
            let audits =
                pages.iter().map(|page| audit::check(&shared.chromium, &shared.site, page, view));
            let found = futures::future::try_join_all(audits).await?;
            finding::none(&found.concat())
        });
    }
}

/// The first page of each kind, where parts of an experiment are of several; those that are alone.
fn chosen(pages: Vec<Page>) -> Vec<Page> {
    let mut known = BTreeSet::new();
    let is_new = |page: &Page| {
        let last = page.path.trim_end_matches("/index.html").rsplit('/').next().unwrap_or_default();
        let part = match page.kind {
            Kind::Single | Kind::Part => last.to_owned(),
            Kind::Data => last.split('-').next().unwrap_or_default().to_owned(),
            // Systems, a sweep and plain models are pages of different content.
            Kind::Experiment if ["baseline", "regime-aware", "all-detectors"].contains(&last) => {
                last.to_owned()
            }
            _ => String::new(),
        };
        known.insert((page.kind, part))
    };
    pages.into_iter().filter(is_new).collect()
}
