//! Regime-aware fits: coefficients of their own for each state, or features that act by state.

use ndarray::Array2;

use crate::base::moments::Moments;
use crate::engine::model;
use crate::prices::panel::Supervised;

/// The state of a regime by supervised row, known at the close at which the row is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct States {
    /// Number of states.
    pub count: usize,
    /// By row; `None` while the detector does not know.
    pub of_row: Vec<Option<usize>>,
    /// That of the row behind the last.
    pub next: Option<usize>,
}

/// A model that walks: its settings, and the states by which it has fits of its own, if any.
#[derive(Debug, Clone, Copy)]
pub struct Walker<'a> {
    /// The model.
    pub settings: &'a model::Settings,
    /// By state; `None` is one fit on all rows.
    pub by_state: Option<ByState<'a>>,
}

/// Coefficients of its own for each state of a regime.
///
/// The fit of a state uses all training rows, those of other states with weight `pooling`: 0 gives
/// separate fits, 1 the pooled one. Rows without a state are forecast by the pooled fit. Each state
/// chooses its penalty by the squared error of the forecasts made in it so far; after a holdout
/// all share one.
#[derive(Debug, Clone, Copy)]
pub struct ByState<'a> {
    /// The state of each row.
    pub states: &'a States,
    /// Weight of other states' rows, in `[0, 1]`.
    pub pooling: f64,
}

/// The moments of each state's rows, as a window moves over all rows.
pub(super) struct StateMoments<'a> {
    /// The weight of each of all rows; `None` counts each once.
    weights: Option<&'a [f64]>,
    pooling: f64,
    k: usize,
    /// By state: its rows' positions among all rows, and their values.
    members: Vec<(Vec<usize>, Vec<f64>)>,
    windows: Vec<Moments>,
    /// By state: how many of its rows have entered and left the window.
    spans: Vec<(usize, usize)>,
    blend: Moments,
}

impl<'a> StateMoments<'a> {
    pub(super) fn new(
        rows: &Supervised,
        weights: Option<&'a [f64]>,
        states: &States,
        pooling: f64,
    ) -> Self {
        let k = rows.x.ncols() + 1;
        let members = (0..states.count)
            .map(|state| {
                let positions: Vec<usize> =
                    (0..rows.len()).filter(|&row| states.of_row[row] == Some(state)).collect();
                let mut values = Vec::with_capacity(positions.len() * k);
                for &row in &positions {
                    values.extend(rows.x.row(row).iter().chain([&rows.y[row]]));
                }
                (positions, values)
            })
            .collect();
        Self {
            weights,
            pooling,
            k,
            members,
            windows: vec![Moments::new(k); states.count],
            spans: vec![(0, 0); states.count],
            blend: Moments::new(k),
        }
    }

    /// The moments of a state over a training window that moves forward, other states' rows pooled.
    pub(super) fn of(
        &mut self,
        state: usize,
        training: std::ops::Range<usize>,
        all: &Moments,
    ) -> &Moments {
        let (positions, values) = &self.members[state];
        let from = positions.partition_point(|&row| row < training.start);
        let to = positions.partition_point(|&row| row < training.end);
        let row = |i: usize| &values[i * self.k..(i + 1) * self.k];
        let (moments, span) = (&mut self.windows[state], &mut self.spans[state]);
        let entering = if from > span.0 {
            // A rolling window: afresh, since refits are many rows apart.
            moments.clear();
            from
        } else {
            span.1
        };
        for i in entering..to {
            let weight = self.weights.map_or(1.0, |weights| weights[positions[i]]);
            moments.add_weighted(row(i), weight);
        }
        *span = (from, to);
        self.blend.blend(moments, all, self.pooling);
        &self.blend
    }
}

/// The rows with each feature once more in every state but the first: column `TICKER:s` is the
/// feature in state `s` and 0 in the others and where the state is not known.
pub fn interacted(rows: &Supervised, states: &States) -> Supervised {
    let p = rows.x.ncols();
    let x = Array2::from_shape_fn((rows.len(), p * states.count.max(1)), |(row, column)| {
        let (state, feature) = (column / p, column % p);
        let applies = state == 0 || states.of_row[row] == Some(state);
        if applies { rows.x[[row, feature]] } else { 0.0 }
    });
    let again = (1..states.count)
        .flat_map(|state| rows.names.iter().map(move |name| format!("{name}:{state}")));
    let names = rows.names.iter().cloned().chain(again).collect();
    let in_state = |state: usize| {
        let applies = state == 0 || states.next == Some(state);
        rows.next.iter().map(move |feature| if applies { *feature } else { 0.0 })
    };
    let next = (0..states.count.max(1)).flat_map(in_state).collect();
    Supervised { x, names, next, ..rows.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise::uniform;
    use crate::engine::model::{AlphaGrid, Kind, Settings};
    use crate::engine::walk_forward::{
        ByState, Run, Schedule, Selection, Walker, Window, follow, run,
    };
    use crate::prices::panel::DayIndex;

    /// Two features; the first leads the target in state 1 only.
    fn rows() -> (Supervised, States) {
        let n = 1_500;
        let mut noise = uniform(7);
        let days: Vec<_> =
            jiff::civil::date(2001, 1, 1).series(jiff::Span::new().days(1)).take(n + 1).collect();
        let x = Array2::from_shape_fn((n, 2), |_| noise());
        let of_row: Vec<Option<usize>> =
            (0..n).map(|i| (i >= 10).then_some(usize::from((i / 100) % 2 == 1))).collect();
        let y = (0..n)
            .map(|i| if of_row[i] == Some(1) { 0.4 * x[[i, 0]] } else { 0.0 } + noise())
            .collect();
        let rows = Supervised {
            days: days[1..].to_vec(),
            first_decision: DayIndex(0),
            y,
            x,
            names: vec!["A".into(), "B".into()],
            next: Vec::new(),
        };
        (rows, States { count: 2, of_row, next: None })
    }

    fn settings() -> Settings {
        Settings { alphas: Some(AlphaGrid::Count { count: 12 }), ..Settings::new(Kind::Ridge) }
    }

    const SCHEDULE: Schedule =
        Schedule { min_train: 400, refit_every: 7, window: Window::Expanding, purge: 0 };

    fn run_by_state(rows: &Supervised, states: &States, pooling: f64) -> Run {
        let by_state = Some(ByState { states, pooling });
        let walker = Walker { settings: &settings(), by_state };
        follow(rows, None, &SCHEDULE, &Selection::Prequential, &[walker], &mut ())
    }

    fn squared_error(rows: &Supervised, run: &Run) -> f64 {
        let actual = &rows.y[run.first_row.0..];
        actual.iter().zip(&run.models[0].forecasts).map(|(y, f)| (y - f) * (y - f)).sum()
    }

    #[test]
    fn a_fixed_penalty_is_the_only_one() {
        let (rows, _) = rows();
        let fixed = run(&rows, &SCHEDULE, &Selection::Fixed { alpha: 0.01 }, &[settings()]);
        let only = Settings { alphas: Some(AlphaGrid::List { list: vec![0.01] }), ..settings() };
        let [fixed, only] =
            [fixed, run(&rows, &SCHEDULE, &Selection::Prequential, &[only])].map(|run| run.models);
        assert_eq!(fixed[0].grid.alphas(), [0.01]);
        assert_eq!(fixed[0].forecasts, only[0].forecasts);
    }

    #[test]
    fn full_pooling_fits_the_plain_model_under_every_penalty() {
        let (rows, states) = rows();
        let plain = run(&rows, &SCHEDULE, &Selection::Prequential, &[settings()]);
        let pooled = run_by_state(&rows, &states, 1.0);
        let worst = plain.models[0]
            .all_forecasts
            .iter()
            .zip(&pooled.models[0].all_forecasts)
            .fold(0.0_f64, |worst, (a, b)| worst.max((a - b).abs()));
        assert!(worst < 1e-12, "{worst:e}");
    }

    #[test]
    fn a_signal_that_lives_in_one_state_is_better_seen_by_state() {
        let (rows, states) = rows();
        let plain = run(&rows, &SCHEDULE, &Selection::Prequential, &[settings()]);
        let separate = run_by_state(&rows, &states, 0.25);
        let wide = interacted(&rows, &states);
        assert_eq!(wide.names, ["A", "B", "A:1", "B:1"]);
        let by_features = run(&wide, &SCHEDULE, &Selection::Prequential, &[settings()]);
        let base = squared_error(&rows, &plain);
        assert!(squared_error(&rows, &separate) < base);
        assert!(squared_error(&rows, &by_features) < base);
    }

    #[test]
    fn a_rolling_window_by_state_fits_the_same_rows_as_one_afresh() {
        let (rows, states) = rows();
        let weights: Vec<f64> = (0..rows.len()).map(|row| (row % 3) as f64).collect();
        let mut fits = StateMoments::new(&rows, Some(&weights), &states, 0.0);
        let all = Moments::new(3);
        for start in [0, 50, 130, 300] {
            let ours = fits.of(1, start..start + 400, &all).clone();
            let mut fresh = StateMoments::new(&rows, Some(&weights), &states, 0.0);
            let theirs = fresh.of(1, start..start + 400, &all);
            for i in 0..3 {
                let difference = (ours.comoment(i, i) - theirs.comoment(i, i)).abs();
                assert!(difference < 1e-12 * theirs.comoment(i, i));
            }
        }
    }
}
