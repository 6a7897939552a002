//! The out-of-sample certificate: the pipeline is run again on data that end earlier, on data with
//! noise in place of the future, and on a shuffled target, and forecasts are used too late
//! (methods, "Certificate").
//!
//! What experiments share is run again once for all of them: plain models by pass ([`Reruns`]), real
//! time labels by panel and detector ([`Relabels`]). Systems are run again for their experiment.

mod cut;
mod known;
mod labels;
mod late;
mod placebo;
#[cfg(test)]
mod tests;
mod walk;

use rayon::prelude::*;

use self::cut::Future;
use self::known::Known;
use self::labels::Relabelled;
use self::placebo::Shuffled;
use self::walk::Rewalked;
use super::computed::Computed;
use super::shared::{self, Pass};
use super::summary;
use super::task::Task;
use crate::engine::regime::Settings;
use crate::prices::data::Truth;
use crate::results::{
    Certificate, CertificateCheckName, CheckOutcome, NotTested, NotTestedReason, names,
};

/// Parts of the results that look back over all days by declaration.
const LOOKS_BACK: [&str; 6] = [
    "geometry",
    "models.breaks",
    "models.by_alpha",
    "models.gain_map",
    "regimes.repaint",
    "verdict.falls",
];

/// What was run again for experiments of some passes: by pass and seed.
pub(super) struct Reruns<'p> {
    passes: Vec<(&'p Pass, u64, Vec<Rewalked>, Option<Shuffled>)>,
}

/// The labels of a panel's detectors, again: by seed.
pub(super) struct Relabels<'a>(Vec<(u64, Vec<Relabelled<'a>>)>);

/// What was run again for one experiment.
pub(super) struct Again<'r> {
    walks: &'r [Rewalked],
    shuffled: Option<&'r Shuffled>,
    labels: &'r [Relabelled<'r>],
}

impl<'a> Relabels<'a> {
    /// Detects again, in parallel and in order, what the experiments on one panel ask for.
    pub(super) fn new(tasks: &[&Task<'a>]) -> Self {
        let mut by_seed: Vec<(&Task<'a>, Vec<&'a Settings>)> = Vec::new();
        for task in tasks {
            let seed = task.spec.seed;
            let known = by_seed.iter().position(|(known, _)| known.spec.seed == seed);
            let known = known.unwrap_or(by_seed.len());
            if known == by_seed.len() {
                by_seed.push((task, Vec::new()));
            }
            for settings in &task.spec.regimes {
                if !by_seed[known].1.contains(&settings) {
                    by_seed[known].1.push(settings);
                }
            }
        }
        let again = |(task, settings): (&Task<'a>, Vec<&'a Settings>)| {
            (task.spec.seed, labels::again(task.panel, task.spec.seed, &settings))
        };
        Self(by_seed.into_par_iter().map(again).collect())
    }
}

impl<'p> Reruns<'p> {
    /// Walks again, in parallel and in order, what the tasks rest on.
    pub(super) fn new(tasks: &[Task<'_>], passes: &'p [Pass]) -> Self {
        let mut by_pass: Vec<(&Pass, &Task<'_>)> = Vec::new();
        for (position, task) in tasks.iter().enumerate() {
            let pass = shared::pass_of(passes, position);
            let same = |(of, known): &(&Pass, &Task<'_>)| {
                std::ptr::eq(*of, pass) && known.spec.seed == task.spec.seed
            };
            if !by_pass.iter().any(same) {
                by_pass.push((pass, task));
            }
        }
        let again = by_pass.into_par_iter().map(|(pass, task)| {
            let (walks, shuffled) = rayon::join(
                || walk::again(task.spec, task.panel, pass),
                || placebo::shuffled(task.spec, pass, 0),
            );
            (pass, task.spec.seed, walks, shuffled)
        });
        Self { passes: again.collect() }
    }

    /// What belongs to one of the tasks, which has that pass and those labels.
    pub(super) fn of<'r>(
        &'r self,
        task: &Task<'_>,
        pass: &Pass,
        labels: &'r Relabels<'_>,
    ) -> Again<'r> {
        let seed = task.spec.seed;
        let walked =
            self.passes.iter().find(|(of, known, ..)| std::ptr::eq(*of, pass) && *known == seed);
        let labelled = labels.0.iter().find(|(known, _)| *known == seed);
        match (walked, labelled) {
            (Some((_, _, walks, shuffled)), Some((_, labels))) => {
                Again { walks, shuffled: shuffled.as_ref(), labels }
            }
            _ => unreachable!("what every task rests on was run again"),
        }
    }
}

/// The certificate of an experiment.
pub(super) fn certificate(
    computed: &Computed<'_>,
    again: &Again<'_>,
    truth: Option<&Truth>,
) -> Certificate {
    let cut = |name, future| {
        let mut known = Known::default();
        walk::compare(computed, again.walks, future, &mut known);
        labels::compare(computed, again.labels, future, &mut known);
        known.check(name)
    };
    let (lag_decay, late) = late::check_late(computed, summary::too_good(computed, truth));
    let checks = vec![
        cut(CertificateCheckName::Truncation, Future::Absent),
        cut(CertificateCheckName::Tampering, Future::Noise),
        placebo::check_placebo(computed, again.shuffled),
        late,
    ];
    let outcome = if checks.iter().any(|check| check.outcome == CheckOutcome::Failed) {
        CheckOutcome::Failed
    } else if checks.iter().all(|check| check.outcome == CheckOutcome::NotTested) {
        CheckOutcome::NotTested
    } else {
        CheckOutcome::Passed
    };
    Certificate { outcome, checks, lag_decay, not_tested: not_tested(computed) }
}

/// What no check says anything about.
fn not_tested(computed: &Computed<'_>) -> Vec<NotTested> {
    let looks_back = |what: String| NotTested { what, reason: NotTestedReason::LooksBack };
    let external =
        computed.models.iter().filter(|model| model.settings.is_external()).map(|model| {
            NotTested { what: model.name().to_owned(), reason: NotTestedReason::MadeElsewhere }
        });
    let truth = computed.labels.iter().filter(|labels| !labels.causal);
    let mut left_out: Vec<NotTested> =
        truth.map(|labels| looks_back(names::regime(&labels.name))).collect();
    left_out.extend(external);
    left_out.extend(LOOKS_BACK.iter().map(|what| looks_back((*what).to_owned())));
    left_out
}
