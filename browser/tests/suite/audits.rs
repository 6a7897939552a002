//! axe-core on every kind of page, light and dark.

use browser_tests::check::audit;
use browser_tests::finding;
use browser_tests::view::View;

use super::Suite;

/// Audits one page of each kind, and every page of which there is only one.
pub(super) fn add(suite: &mut Suite) {
    for view in [View::DESKTOP, View::DESKTOP.dark(), View::PHONE] {
        let name = format!("axe_finds_nothing_at_{}", view.name().replace(' ', "_"));
        suite.add(&name, move |shared| async move {
            let pages = shared.site.kinds()?;
            let audits =
                pages.iter().map(|page| audit::check(&shared.chromium, &shared.site, page, view));
            let found = futures::future::try_join_all(audits).await?;
            finding::none(&found.concat())
        });
    }
}
