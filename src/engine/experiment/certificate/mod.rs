//! The out-of-sample certificate: the pipeline is run again on data that end earlier, on data with
//! noise in place of the future, and on a shuffled target, and forecasts are used too late
//! (methods, "Certificate").
//!
//! What experiments share is run again once for all of them ([`Reruns`]): plain models by pass, real
//! time labels by panel and detector. Systems are run again for their experiment.

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
use crate::prices::panel::Panel;
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

/// What was run again for several experiments.
pub(super) struct Reruns<'a> {
    /// By first member of a pass, and seed.
    passes: Vec<(&'a Pass, u64, Vec<Rewalked>, Option<Shuffled>)>,
    /// By panel and seed.
    panels: Vec<(&'a Panel, u64, Vec<Relabelled<'a>>)>,
}

/// What was run again for one experiment.
pub(super) struct Again<'r> {
    walks: &'r [Rewalked],
    shuffled: Option<&'r Shuffled>,
    labels: &'r [Relabelled<'r>],
}

impl<'a> Reruns<'a> {
    /// Runs again, in parallel and in order, what the tasks rest on.
    pub(super) fn new(tasks: &[Task<'a>], passes: &'a [Pass]) -> Self {
        let mut by_pass: Vec<(&Pass, &Task<'a>)> = Vec::new();
        let mut by_panel: Vec<(&Task<'a>, Vec<&'a Settings>)> = Vec::new();
        for (position, task) in tasks.iter().enumerate() {
            let pass = shared::pass_of(passes, position);
            let seed = task.spec.seed;
            let same = |(of, known): &(&Pass, &Task<'_>)| {
                std::ptr::eq(*of, pass) && known.spec.seed == seed
            };
            if !by_pass.iter().any(same) {
                by_pass.push((pass, task));
            }
            let known = by_panel.iter().position(|(known, _)| {
                std::ptr::eq(known.panel, task.panel) && known.spec.seed == seed
            });
            let known = known.unwrap_or(by_panel.len());
            if known == by_panel.len() {
                by_panel.push((task, Vec::new()));
            }
            for settings in &task.spec.regimes {
                if !by_panel[known].1.contains(&settings) {
                    by_panel[known].1.push(settings);
                }
            }
        }
        let (passes, panels) = rayon::join(
            || {
                let again = by_pass.into_par_iter().map(|(pass, task)| {
                    let (walks, shuffled) = rayon::join(
                        || walk::again(task.spec, task.panel, pass),
                        || placebo::shuffled(task.spec, pass, 0),
                    );
                    (pass, task.spec.seed, walks, shuffled)
                });
                again.collect()
            },
            || {
                let again = by_panel.into_par_iter().map(|(task, settings)| {
                    let seed = task.spec.seed;
                    (task.panel, seed, labels::again(task.panel, seed, &settings))
                });
                again.collect()
            },
        );
        Self { passes, panels }
    }

    /// What belongs to one of the tasks, which has that pass.
    pub(super) fn of(&self, task: &Task<'_>, pass: &Pass) -> Again<'_> {
        let seed = task.spec.seed;
        let walked =
            self.passes.iter().find(|(of, known, ..)| std::ptr::eq(*of, pass) && *known == seed);
        let labelled = self
            .panels
            .iter()
            .find(|(panel, known, _)| std::ptr::eq(*panel, task.panel) && *known == seed);
        match (walked, labelled) {
            (Some((_, _, walks, shuffled)), Some((.., labels))) => {
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
