//! What the experiments of a site say of one another: how much was tried over all of them, and what
//! each shows as one of so many; and what becomes of the words of one, its criteria among them.
//!
//! ```text
//! results, series -> put_words -> judge (beside the one that it is compared with)
//!                 -> Digest -> Settled (of all) -> apply
//! ```
//!
//! Everything here follows from results and series as their files hold them, so that it is the same
//! whether an experiment was run just now or is kept from an earlier build.

mod bytes;
mod daily;
mod digest;
mod family;
mod judge;
mod key;
mod paired;
mod settled;
mod trials;
mod words;

pub use self::digest::Digest;
pub use self::judge::{judge, judge_all};
pub use self::key::{Key, PanelKey};
pub use self::paired::paired;
pub use self::settled::{Settled, settle};
pub use self::words::{core, put_words};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::experiment::simulated::{panel, spec};
    use crate::engine::experiment::{Source, run};
    use crate::prices::panel::Panel;
    use crate::results::{Evidence, Results, Series, settled_digits, to_json};

    fn ran(panel: &Panel, more: &[&str]) -> Vec<(Results, Series)> {
        more.iter().map(|more| run(&spec(more), panel, Source::default()).unwrap()).collect()
    }

    fn settled(experiments: &mut [(Results, Series)]) -> Vec<String> {
        settle(experiments.iter_mut().map(|(results, series)| (results, &*series)));
        experiments.iter().map(|(results, _)| to_json(results)).collect()
    }

    const RIDGE: &str = "models: [{kind: ridge, alphas: {count: 5}}]";
    const DEARER: &str = "models: [{kind: ridge, alphas: {count: 5}}]\ncosts: {trade_bps: 5}";
    const LASSO: &str = "models: [{kind: lasso, alphas: {count: 7}}]\npositions: [{rule: binary}]";

    #[test]
    fn everything_tried_counts_and_the_same_forecasts_are_one_experiment() {
        let panel = panel(700);
        let mut experiments = ran(&panel, &[RIDGE, DEARER, LASSO]);
        let once = settled(&mut experiments);
        assert_eq!(settled(&mut experiments), once, "settled again");
        let trials = experiments[0].0.trials.unwrap();
        // Three rules by default.
        assert_eq!((trials.counted, trials.experiments), (5 * 3 + 5 * 3 + 7, 3));
        assert!((2..=4).contains(&trials.effective), "{trials:?}");
        let families: Vec<_> =
            experiments.iter().map(|(results, _)| results.verdict.family.unwrap()).collect();
        assert!(families.iter().all(|family| family.experiments == 2), "{families:?}");
        assert_eq!(families[0].p_value, families[1].p_value, "the cost does not matter");
        for (results, _) in &experiments {
            for metrics in results.models.values().flat_map(|model| model.strategies.values()) {
                let plain = metrics.probabilistic_sharpe.map(settled_digits);
                assert!(plain.zip(metrics.deflated_sharpe).is_none_or(|(p, d)| d <= p));
            }
        }
    }

    #[test]
    fn what_is_kept_in_files_settles_as_what_was_just_run() {
        let panel = panel(700);
        let mut experiments = ran(&panel, &[RIDGE, LASSO]);
        let once = settled(&mut experiments);
        let mut kept: Vec<(Results, Series)> = experiments
            .iter()
            .map(|(results, series)| {
                let texts = series.files().map(|(_, table)| table.to_csv());
                let series = Series::from_csv(texts.iter().map(String::as_str)).unwrap();
                (crate::results::from_json("results.json", &to_json(results)).unwrap(), series)
            })
            .collect();
        assert_eq!(settled(&mut kept), once);
    }

    #[test]
    fn one_experiment_is_no_family_and_none_is_none() {
        let panel = panel(700);
        let mut experiments = ran(&panel, &[RIDGE]);
        experiments[0].0.verdict.evidence = Evidence::Clear;
        settled(&mut experiments);
        let family = experiments[0].0.verdict.family.unwrap();
        assert_eq!((family.experiments, family.evidence), (1, Evidence::Clear));
        assert_eq!(family.with_evidence, 1);
        assert_eq!(settled(&mut []), [""; 0]);
    }

    #[test]
    fn evidence_that_does_not_outlast_the_others_is_none_of_the_family() {
        let panel = panel(700);
        let mut experiments = ran(&panel, &[RIDGE, LASSO]);
        // Noise, called evidence.
        experiments[0].0.verdict.evidence = Evidence::Clear;
        experiments[1].0.verdict.evidence = Evidence::Suspect;
        settled(&mut experiments);
        let [first, second] = [0, 1].map(|at| experiments[at].0.verdict.family.unwrap());
        assert!(first.p_value.unwrap() > 0.05, "{first:?}");
        assert_eq!((first.evidence, second.evidence), (Evidence::None, Evidence::Suspect));
        assert_eq!(first.with_evidence, 0);
    }
}
