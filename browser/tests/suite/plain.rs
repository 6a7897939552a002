//! Every kind of page without scripts.

use browser_tests::check::plain;
use browser_tests::finding;

use super::Suite;

pub(super) fn add(suite: &mut Suite) {
    suite.add("pages_are_complete_without_scripts", |shared| async move {
        let pages = shared.site.kinds()?;
        let looked = pages.iter().map(|page| plain::check(&shared.chromium, &shared.site, page));
        let found = futures::future::try_join_all(looked).await?;
        finding::none(&found.concat())
    });
}
