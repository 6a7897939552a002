//! The placebo: the same models on a target whose days were shuffled, so that there is nothing to
//! find.

use std::borrow::Cow;

use super::known::check;
use crate::engine::experiment::computed::Computed;
use crate::engine::experiment::shared::{Bases, Pass};
use crate::engine::experiment::systems;
use crate::engine::inference::{cauchy, ex_ante_variance, seed};
use crate::engine::metrics::{Errors, LEVEL, clark_west};
use crate::engine::model::Settings;
use crate::engine::spec::Spec;
use crate::engine::walk_forward::{self, ModelRun};
use crate::prices::panel::Supervised;
use crate::results::{CertificateCheck, CertificateCheckName, CertificateFinding};

/// Rows of a block, which stay together: a month, in which volatility clusters.
const BLOCK: usize = 21;

/// Fewest forecasts of a shuffled target that are tested, and most: six years of days.
const FORECASTS: [usize; 2] = [252, 6 * 252];

/// Shuffles that all must look like a signal. One of them ends the check if it does not, so that
/// a false alarm has at most the cube of the probability of the test.
const SHUFFLES: u64 = 3;

/// The plain models of a pass on a shuffled target.
pub(super) struct Shuffled {
    rows: Supervised,
    bases: Bases,
    forecasts: usize,
    variance: Option<Vec<f64>>,
    models: Vec<ModelForecasts>,
}

struct ModelForecasts {
    settings: Settings,
    forecasts: Vec<f64>,
}

/// The rows with the target's blocks in another order; as many of them as are forecast.
fn shuffle(rows: &Supervised, kept: usize, spec_seed: u64, number: u64) -> Supervised {
    let mut blocks: Vec<&[f64]> = rows.y.chunks(BLOCK).collect();
    let mut random = seed::generator(spec_seed, "placebo", number);
    for last in (1..blocks.len()).rev() {
        blocks.swap(last, seed::below(&mut random, last + 1));
    }
    let mut y = blocks.concat();
    y.truncate(kept);
    Supervised {
        days: rows.days[..kept].to_vec(),
        y,
        x: rows.x.slice(ndarray::s![..kept, ..]).to_owned(),
        ..rows.clone()
    }
}

/// The plain models of a pass on a shuffled target, by the number of the shuffle; `None` where too
/// few rows are forecast.
pub(super) fn shuffled(spec: &Spec, pass: &Pass, number: u64) -> Option<Shuffled> {
    let first = spec.walk_forward.min_train;
    let [fewest, most] = FORECASTS;
    let forecasts = (pass.rows.len() - first).min(most);
    if forecasts < fewest {
        return None;
    }
    let rows = shuffle(&pass.rows, first + forecasts, spec.seed, number);
    let bases = Bases::new(&rows, spec, pass);
    let variance = ex_ante_variance(&rows.y).map(|variance| variance[first..].to_vec());
    let variance = variance.filter(|variance| variance[0].is_finite());
    let settings: Vec<Settings> = pass.run.models.iter().map(|m| m.settings.clone()).collect();
    let run = walk_forward::run(&rows, &spec.walk_forward, &spec.selection, &settings);
    let models = run
        .models
        .into_iter()
        .map(|ModelRun { settings, forecasts, .. }| ModelForecasts { settings, forecasts })
        .collect();
    Some(Shuffled { rows, bases, forecasts, variance, models })
}

impl Shuffled {
    /// The p-value of the scaled Clark-West statistics of an experiment's models, combined.
    fn p_value(&self, computed: &Computed<'_>) -> Option<f64> {
        let spec = computed.spec;
        let actual = &self.rows.y[spec.walk_forward.min_train..];
        let p_values = computed.models.iter().filter_map(|model| {
            let basis = self.bases.of(model.settings);
            let forecasts: Cow<'_, [f64]> = match &model.settings.regime_aware {
                None => {
                    let known = self.models.iter().find(|m| m.settings.same_fits(model.settings));
                    Cow::Borrowed(&known?.forecasts)
                }
                Some(aware) => {
                    let labels = &computed.labels[spec.detector_of(aware)];
                    let states = systems::states(&self.rows, labels);
                    let (rows, settings) = (&self.rows, model.settings);
                    let (run, _) = systems::system(spec, rows, basis, settings, aware, &states);
                    Cow::Owned(run.forecasts)
                }
            };
            let errors = Errors::new(actual, &forecasts, basis.benchmark);
            let errors = match &self.variance {
                Some(variance) => errors.scaled(variance),
                None => errors,
            };
            clark_west(&errors).map(|(_, p)| p)
        });
        cauchy(&p_values.collect::<Vec<f64>>())
    }
}

/// The check of an experiment, from the first shuffle. Models of which no statistic is defined, such
/// as a lasso without coefficients, find nothing.
pub(super) fn check_placebo(computed: &Computed<'_>, first: Option<&Shuffled>) -> CertificateCheck {
    let name = CertificateCheckName::Placebo;
    let Some(first) = first else { return check(name, 0, Vec::new(), Vec::new()) };
    let mut p_values = vec![first.p_value(computed).unwrap_or(1.0)];
    for number in 1..SHUFFLES {
        if p_values.iter().any(|p| *p >= LEVEL) {
            break;
        }
        let again = shuffled(computed.spec, computed.pass, number);
        let p = again.and_then(|again| again.p_value(computed));
        p_values.push(p.unwrap_or(1.0));
    }
    let largest = p_values.iter().fold(0.0_f64, |largest, p| largest.max(*p));
    let models: Vec<String> = computed.models.iter().map(|m| m.name().to_owned()).collect();
    let found = CertificateFinding::ForecastsShuffled { models, p_value: largest };
    let found = if largest < LEVEL { vec![found] } else { Vec::new() };
    CertificateCheck { p_values, ..check(name, first.forecasts, Vec::new(), found) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;
    use crate::prices::panel::DayIndex;

    #[test]
    fn a_shuffle_keeps_features_and_moves_whole_blocks() {
        let mut noise = noise::uniform(3);
        let n = 500;
        let days: Vec<_> =
            jiff::civil::date(2001, 1, 1).series(jiff::Span::new().days(1)).take(n).collect();
        let rows = Supervised {
            days,
            first_decision: DayIndex(1),
            y: (0..n).map(|i| i as f64).collect(),
            x: ndarray::Array2::from_shape_fn((n, 2), |_| noise()),
            names: vec!["A".into(), "B".into()],
        };
        let all = shuffle(&rows, n, 1, 0);
        let mut sorted = all.y.clone();
        sorted.sort_by(f64::total_cmp);
        assert_eq!((&sorted, &all.x, &all.names), (&rows.y, &rows.x, &rows.names));
        let breaks = all.y.windows(2).filter(|pair| pair[1] != pair[0] + 1.0).count();
        assert!((15..24).contains(&breaks), "{breaks}: 24 blocks");
        let part = shuffle(&rows, 300, 1, 0);
        assert_eq!((part.len(), part.x.nrows(), part.days.len()), (300, 300, 300));
        assert_eq!(part.y, all.y[..300]);
        assert_ne!(shuffle(&rows, n, 1, 1).y, all.y);
    }
}
