//! Weights of rows by what could be known of their risk (methods, section 10).

use crate::engine::inference::ex_ante_variance;
use crate::engine::model;

/// How much each row counts in fits weighted by ex-ante variance: `1 / v`, and 0 before it is known.
/// Only their ratios matter: a fit divides by their sum over its training rows, which makes their
/// mean one.
///
/// `y` are all `n` supervised rows.
///
/// # Panics
/// If no variance is known; the spec is checked against the panel before.
pub(crate) fn row_weights(y: &[f64]) -> Vec<f64> {
    let Some(variance) = ex_ante_variance(y) else {
        unreachable!("a weighted model without a variance is refused")
    };
    variance.iter().map(|v| if v.is_nan() { 0.0 } else { 1.0 / v }).collect()
}

/// What was made of the plain and of the weighted ones of some models apart, in the models' order.
pub(crate) fn weave<T>(models: &[model::Settings], plain: Vec<T>, weighted: Vec<T>) -> Vec<T> {
    let (mut plain, mut weighted) = (plain.into_iter(), weighted.into_iter());
    let next = |model: &model::Settings| {
        if model.is_weighted() { weighted.next() } else { plain.next() }
    };
    models.iter().filter_map(next).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise::uniform;
    use crate::engine::model::{Kind, Settings};
    use crate::engine::walk_forward::{
        ByState, ModelRun, Schedule, Selection, States, Walker, Window, follow,
    };
    use crate::prices::panel::{DayIndex, Supervised};

    /// Three features that lead the target a little.
    fn rows(n: usize) -> Supervised {
        let mut noise = uniform(3);
        let days = jiff::civil::date(2001, 1, 1).series(jiff::Span::new().days(1));
        let x = ndarray::Array2::from_shape_fn((n, 3), |_| noise());
        Supervised {
            days: days.take(n + 1).skip(1).collect(),
            first_decision: DayIndex(0),
            y: (0..n).map(|i| 0.3 * x[[i, 0]] - 0.1 * x[[i, 2]] + noise()).collect(),
            x,
            names: vec!["A".into(), "B".into(), "C".into()],
            next: Vec::new(),
        }
    }

    /// Every kind, plain and by state, under every selection and window.
    fn walks(rows: &Supervised, weights: Option<&[f64]>, min_train: usize) -> Vec<ModelRun> {
        let models = [Kind::Ridge, Kind::Lasso, Kind::ElasticNet].map(Settings::new);
        // From the last row back, so that rows left out at the front change no state.
        let of_row = (0..rows.len()).map(|row| Some((rows.len() - row) / 90 % 2)).collect();
        let states = States { count: 2, of_row, next: None };
        let by_states = [None, Some(ByState { states: &states, pooling: 0.25 })];
        let walkers: Vec<Walker<'_>> = models
            .iter()
            .flat_map(|settings| by_states.map(|by_state| Walker { settings, by_state }))
            .collect();
        let mut runs = Vec::new();
        for selection in [
            Selection::Prequential,
            Selection::Holdout { rows: 80 },
            Selection::Fixed { alpha: 0.01 },
        ] {
            for window in [Window::Expanding, Window::Rolling(250)] {
                let schedule = Schedule { min_train, refit_every: 15, window, purge: 2 };
                runs.extend(follow(rows, weights, &schedule, &selection, &walkers, &mut ()).models);
            }
        }
        runs
    }

    fn apart(a: &[ModelRun], b: &[ModelRun]) -> f64 {
        let forecasts = |runs: &[ModelRun]| -> Vec<f64> {
            runs.iter()
                .flat_map(|run| run.forecasts.iter().chain(&run.all_forecasts))
                .copied()
                .collect()
        };
        let (a, b) = (forecasts(a), forecasts(b));
        assert!(a.len() == b.len() && !a.is_empty());
        a.iter().zip(&b).fold(0.0, |most, (a, b)| most.max((a - b).abs()))
    }

    #[test]
    fn equal_weights_are_none_and_their_unit_does_not_matter() {
        let rows = rows(900);
        let plain = walks(&rows, None, 400);
        for (weight, most) in [(1.0, 0.0), (0.25, 0.0), (3.7e4, 1e-12), (1e-9, 1e-12)] {
            let apart = apart(&plain, &walks(&rows, Some(&vec![weight; 900]), 400));
            assert!(apart <= most, "all {weight}: {apart:e}");
        }
        let weights = row_weights(&rows.y);
        assert!(weights[..63].iter().all(|weight| *weight == 0.0) && weights[63] > 0.0);
        let weighted = walks(&rows, Some(&weights), 400);
        assert!(apart(&plain, &weighted) > 1e-3, "they do something");
        for (unit, most) in [(1024.0, 0.0), (3.7e-5, 1e-12)] {
            let scaled: Vec<f64> = weights.iter().map(|weight| unit * weight).collect();
            let apart = apart(&weighted, &walks(&rows, Some(&scaled), 400));
            assert!(apart <= most, "in units of {unit}: {apart:e}");
        }
    }

    #[test]
    fn a_row_of_weight_zero_is_left_out() {
        let whole = rows(900);
        let weights: Vec<f64> = (0..900).map(|row| if row < 100 { 0.0 } else { 1.0 }).collect();
        let later = Supervised {
            days: whole.days[100..].to_vec(),
            first_decision: DayIndex(100),
            y: whole.y[100..].to_vec(),
            x: whole.x.slice(ndarray::s![100.., ..]).to_owned(),
            names: whole.names.clone(),
            next: Vec::new(),
        };
        let apart = apart(&walks(&whole, Some(&weights), 400), &walks(&later, None, 300));
        assert!(apart < 1e-12, "{apart:e}");
    }
}
