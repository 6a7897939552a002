//! Experiments on paper.

use browser_tests::check::paper;
use browser_tests::finding;
use browser_tests::site::Kind;

use super::Suite;

pub(super) fn add(suite: &mut Suite) {
    suite.add("an_experiment_prints_as_a_brief", |shared| async move {
        let pages = shared.site.kinds()?;
        let experiments = pages.iter().filter(|page| page.kind == Kind::Experiment);
        let printed = experiments.map(|page| paper::check(&shared.chromium, &shared.site, page));
        let found = futures::future::try_join_all(printed).await?;
        finding::none(&found.concat())
    });
}
