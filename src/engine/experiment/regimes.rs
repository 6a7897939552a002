//! What the models did in each state of a regime.

use super::computed::Computed;
use super::parts::by_part;
use super::systems::states;
use crate::engine::inference::{chance, contrast, later};
use crate::engine::metrics::{Errors, LEVEL};
use crate::engine::regime::{self, Labels};
use crate::engine::walk_forward::States;
use crate::results::{Contrast, RegimeSummary, Repaint, Separation};

/// Forecast rows of a state below which its `oos_r2` is compared with no other's: a quarter.
const LEAST_ROWS: usize = 63;

/// A regime's summary with the figures of every model and rule by state.
pub(super) fn summary(
    computed: &Computed<'_>,
    labels: &Labels,
    repaint: Option<Repaint>,
) -> RegimeSummary {
    let States { count, of_row, .. } = states(&computed.pass.rows, labels);
    let forecast_rows = &of_row[computed.pass.run.first_row.0..];
    let (forecast, strategies) = by_part(computed, forecast_rows, count);
    // The planted truth comes last.
    let truth = computed.labels.last().filter(|labels| !labels.causal);
    RegimeSummary {
        kind: labels.kind,
        name: labels.name.clone(),
        title: labels.title.clone(),
        causal: labels.causal,
        states: labels.summaries(),
        flips: labels.flips(&computed.panel.days),
        segments: labels.segments(&computed.panel.days),
        transitions: labels.transitions(),
        fits: labels.fits,
        repaint,
        detection: truth.and_then(|truth| regime::detection(labels, truth)),
        contrast: contrast_of(computed, &of_row, count),
        separation: computed
            .models
            .iter()
            .map(|model| {
                let apart = separation(&model.errors, forecast_rows, count, computed.spec.seed);
                (model.name().to_owned(), apart)
            })
            .collect(),
        forecast,
        strategies,
    }
}

/// Whether the relation differs between the states that are known when a row is decided.
fn contrast_of(
    computed: &Computed<'_>,
    states: &[Option<usize>],
    count: usize,
) -> Option<Contrast> {
    let found = contrast(computed.pass.relation.as_ref()?, states, count)?;
    Some(Contrast {
        slopes: found.slopes.iter().map(|slope| slope.map(|slope| slope.value)).collect(),
        errors: found.slopes.iter().map(|slope| slope.map(|slope| slope.error)).collect(),
        statistic: found.statistic,
        p_value: found.p_value,
        rejects: found.p_value < LEVEL,
    })
}

/// The best and the worst state of those with rows enough, beside what is between them under labels
/// shifted in time.
fn separation(
    errors: &Errors,
    states: &[Option<usize>],
    count: usize,
    seed: u64,
) -> Option<Separation> {
    let squares: Vec<[f64; 2]> =
        errors.model.iter().zip(&errors.benchmark).map(|(e, e0)| [e * e, e0 * e0]).collect();
    let (r2, best, worst) = apart(&squares, states, 0, count)?;
    let chance = chance(seed, states.len(), r2, |by| {
        apart(&squares, states, by, count).map(|(r2, _, _)| r2)
    });
    let (r2_shifted, shifted_p) = chance.map(|chance| (chance.mean, chance.p_value)).unzip();
    Some(Separation { r2, best, worst, r2_shifted, shifted_p })
}

/// R2 of the best state less that of the worst, and which they are, from the squared errors of the
/// model and of the benchmark, with the states `shift` rows later than they are.
fn apart(
    squares: &[[f64; 2]],
    states: &[Option<usize>],
    shift: usize,
    count: usize,
) -> Option<(f64, usize, usize)> {
    let mut sums = vec![(0_usize, [0.0; 2]); count];
    for (square, state) in squares.iter().zip(later(states, shift)) {
        if let Some(state) = *state {
            let (rows, sum) = &mut sums[state];
            *rows += 1;
            sum[0] += square[0];
            sum[1] += square[1];
        }
    }
    let judged =
        sums.iter().enumerate().filter(|(_, (rows, sum))| *rows >= LEAST_ROWS && sum[1] > 0.0);
    let values: Vec<(usize, f64)> =
        judged.map(|(state, (_, sum))| (state, 1.0 - sum[0] / sum[1])).collect();
    let (best, most) = *values.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let (worst, least) = *values.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    (values.len() >= 2).then_some((most - least, best, worst))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;

    /// Errors of a benchmark, and of a model that is better by `gain` of them where its state is 1.
    fn errors(gain: f64, states: &[Option<usize>]) -> Errors {
        let mut noise = noise::uniform(4);
        let benchmark: Vec<f64> = states.iter().map(|_| noise()).collect();
        let model = benchmark.iter().zip(states).map(|(e, state)| {
            // What a useless model errs more, here and there.
            e * (1.0 - if *state == Some(1) { gain } else { 0.0 }) + 0.02 * noise()
        });
        Errors { model: model.collect(), benchmark }
    }

    #[test]
    fn a_separation_stands_beside_that_of_shifted_labels() {
        let states: Vec<Option<usize>> =
            (0..3_000).map(|t: usize| (t > 40).then_some(usize::from(t / 150 % 3 == 1))).collect();
        let real = separation(&errors(0.02, &states), &states, 2, 1).unwrap();
        assert_eq!((real.best, real.worst), (1, 0));
        assert!(real.shifted_p.unwrap() <= 0.05 && real.r2_shifted.unwrap() < real.r2, "{real:?}");
        let none = separation(&errors(0.0, &states), &states, 2, 1).unwrap();
        assert!(none.r2 > 0.0 && none.shifted_p.unwrap() > 0.05, "{none:?}");
        let short = separation(&errors(0.02, &states[..700]), &states[..700], 2, 1).unwrap();
        assert_eq!((short.r2_shifted, short.shifted_p), (None, None));
        assert_eq!(separation(&errors(0.02, &states[..90]), &states[..90], 2, 1), None);
    }

    #[test]
    fn a_shift_moves_the_states_to_later_rows() {
        let states: Vec<Option<usize>> = (0..200).map(|t| Some(usize::from(t >= 100))).collect();
        let squares: Vec<[f64; 2]> =
            (0..200).map(|t| [if t < 100 { 0.5 } else { 1.0 }, 1.0]).collect();
        assert_eq!(apart(&squares, &states, 0, 2), Some((0.5, 0, 1)));
        assert_eq!(apart(&squares, &states, 100, 2), Some((0.5, 1, 0)));
    }
}
