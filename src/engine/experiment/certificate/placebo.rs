//! The placebo: the same models on a target whose days were shuffled, so that there is nothing to
//! find.

use std::borrow::Cow;

use super::known::check;
use crate::engine::experiment::basis::{Basis, ByWeighting};
use crate::engine::experiment::computed::Computed;
use crate::engine::experiment::shared::Pass;
use crate::engine::experiment::systems;
use crate::engine::inference::{cauchy, ex_ante_variance, seed};
use crate::engine::metrics::{Errors, LEVEL, clark_west};
use crate::engine::spec::Spec;
use crate::engine::walk_forward;
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
    bases: ByWeighting<Basis>,
    forecasts: usize,
    variance: Option<Vec<f64>>,
    /// Forecasts by model of the pass.
    models: Vec<Vec<f64>>,
}

/// The rows with the target's blocks in another order and each day on a side of the mean by lot; as
/// many of them as are forecast.
///
/// Blocks keep how volatility clusters. What the days of a block say of one another goes by the lot:
/// where returns turn back, a fit's mean, which is as old as the fit, would beat the benchmark's.
fn shuffle(rows: &Supervised, kept: usize, spec_seed: u64, number: u64) -> Supervised {
    let mut blocks: Vec<&[f64]> = rows.y.chunks(BLOCK).collect();
    let mut random = seed::generator(spec_seed, "placebo", number);
    for last in (1..blocks.len()).rev() {
        blocks.swap(last, seed::below(&mut random, last + 1));
    }
    let mean = rows.y.iter().sum::<f64>() / rows.len() as f64;
    let mut y = blocks.concat();
    y.truncate(kept);
    for y in &mut y {
        let is_kept = seed::below(&mut random, 2) == 0;
        *y = if is_kept { *y } else { 2.0 * mean - *y };
    }
    Supervised {
        days: rows.days[..kept].to_vec(),
        y,
        x: rows.x.slice(ndarray::s![..kept, ..]).to_owned(),
        next: Vec::new(),
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
    let bases = ByWeighting::again(&rows, spec, pass.grounds.weighted.is_some())?;
    let variance = ex_ante_variance(&rows.y).map(|variance| variance[first..].to_vec());
    let variance = variance.filter(|variance| variance[0].is_finite());
    let run = walk_forward::run(&rows, &spec.walk_forward, &spec.selection, &pass.settings());
    let models = run.models.into_iter().map(|model| model.forecasts).collect();
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
                None => Cow::Borrowed(&self.models[computed.pass.position(model.settings)?]),
                Some(aware) => {
                    let labels = &computed.labels[spec.detector_of(aware)];
                    let states = systems::states(&self.rows, labels);
                    let (rows, settings) = (&self.rows, model.settings);
                    let (run, _) = systems::system(spec, rows, basis, settings, aware, &states);
                    Cow::Owned(run.forecasts)
                }
            };
            let errors = Errors::new(actual, &forecasts, &basis.benchmark);
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
    fn a_shuffle_keeps_features_and_moves_whole_blocks_of_sizes() {
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
            next: Vec::new(),
        };
        let all = shuffle(&rows, n, 1, 0);
        assert_eq!((&all.x, &all.names), (&rows.x, &rows.names));
        // The mean is 249.5, and a day on the other side of it is as far away.
        let side = |y: f64| (y - 249.5).abs();
        let sorted = |rows: &Supervised| {
            let mut sides: Vec<f64> = rows.y.iter().map(|y| side(*y)).collect();
            sides.sort_by(f64::total_cmp);
            sides
        };
        assert_eq!(sorted(&all), sorted(&rows));
        let steps = all.y.windows(2).map(|pair| (side(pair[1]) - side(pair[0])).abs());
        let breaks = steps.filter(|step| *step > 1.0).count();
        assert!((12..24).contains(&breaks), "{breaks}: 24 blocks");
        let crossings = all.y.windows(2).filter(|pair| (pair[0] > 249.5) != (pair[1] > 249.5));
        assert!((200..300).contains(&crossings.count()));
        let part = shuffle(&rows, 300, 1, 0);
        assert_eq!((part.len(), part.x.nrows(), part.days.len()), (300, 300, 300));
        assert_eq!(part.y, all.y[..300]);
        assert_ne!(shuffle(&rows, n, 1, 1).y, all.y);
    }
}
