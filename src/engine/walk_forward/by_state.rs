//! Regime-aware fits: coefficients of their own for each state, or features that act by state.

use ndarray::Array2;

use super::holdout::Holdout;
use super::{ModelRun, Record, Run, Schedule, Selection, Walk};
use crate::base::moments::{Moments, WindowMoments};
use crate::engine::model::{self, PathSolver, Standardised, alpha_grid};
use crate::prices::panel::Supervised;

/// The state of a regime by supervised row, known at the close at which the row is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct States {
    /// Number of states.
    pub count: usize,
    /// By row; `None` while the detector does not know.
    pub of_row: Vec<Option<usize>>,
}

/// Runs a model with coefficients of its own for each state.
///
/// The fit of a state uses all training rows, those of other states with weight `pooling`: 0 gives
/// separate fits, 1 the pooled one. Rows without a state are forecast by the pooled fit. Each state
/// chooses its penalty by the squared error of the forecasts made in it so far; after a holdout
/// all share one.
///
/// # Panics
/// As [`super::run`].
pub fn run_by_state(
    rows: &Supervised,
    states: &States,
    pooling: f64,
    schedule: &Schedule,
    selection: &Selection,
    settings: &model::Settings,
) -> Run {
    let n = rows.len();
    assert!(schedule.min_train < n && schedule.purge < schedule.min_train, "no row to forecast");
    let columns = rows.x.ncols();
    let joined = super::join(rows);
    let mut window = WindowMoments::new(&joined, columns + 1);
    let mut fits = StateFits::new(rows, states, pooling);

    let mut pooled = Standardised::new(columns);
    pooled.load(window.advance(schedule.training(schedule.min_train)));
    let alphas = match selection {
        Selection::Fixed { alpha } => vec![*alpha],
        _ => alpha_grid(settings, &pooled),
    };
    let refits: Vec<usize> = schedule.refits(n).collect();
    let mut walk =
        Walk::new(settings, alphas.clone(), refits.len(), n - schedule.min_train, columns);
    for _ in 0..states.count {
        let solver = PathSolver::new(settings.kind, settings.l1_ratio(), alphas.clone(), columns);
        walk.solvers.push(solver);
        walk.records.push(Record::new(alphas.len()));
        walk.in_use.push(0);
    }
    let mut holdout = match selection {
        Selection::Holdout { rows } => {
            Some(Holdout::new(*rows, &joined, columns, std::slice::from_ref(&walk)))
        }
        _ => None,
    };

    // Solver 0 is the pooled fit, solver 1 + s that of state s.
    let solver_of = |row: usize| states.of_row[row].map_or(0, |state| 1 + state);
    let mut problems = vec![Standardised::new(columns); 1 + states.count];
    let mut z = vec![0.0; columns];
    for (number, &f) in refits.iter().enumerate() {
        let training = schedule.training(f);
        let all = window.advance(training.clone());
        problems[0].load(all);
        for (state, problem) in problems[1..].iter_mut().enumerate() {
            problem.load(fits.moments(state, training.clone(), all));
        }
        let given = holdout.as_mut().map(|holdout| {
            holdout.advance(training);
            holdout.best(0, &mut walk.precision)
        });
        walk.choose(given);
        walk.refit(number, &problems, solver_of(f));
        for row in schedule.forecast(f, n) {
            let current = solver_of(row);
            let problem = &problems[current];
            problem.standardise(rows.x.row(row).iter().copied(), &mut z);
            walk.forecast(row - schedule.min_train, current, &z, problem.y_mean, rows.y[row]);
        }
    }
    let current = refits.last().map_or(0, |&f| solver_of(f));
    let model: ModelRun = walk.finish(&rows.names, &problems[current], current);
    Run { first_row: schedule.min_train, refits, models: vec![model] }
}

/// The moments of each state's rows, as a window moves over all rows.
struct StateFits {
    pooling: f64,
    k: usize,
    /// By state: its rows' positions among all rows, and their values.
    members: Vec<(Vec<usize>, Vec<f64>)>,
    windows: Vec<Moments>,
    /// By state: how many of its rows have entered and left the window.
    spans: Vec<(usize, usize)>,
    weighted: Moments,
}

impl StateFits {
    fn new(rows: &Supervised, states: &States, pooling: f64) -> Self {
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
            pooling,
            k,
            members,
            windows: vec![Moments::new(k); states.count],
            spans: vec![(0, 0); states.count],
            weighted: Moments::new(k),
        }
    }

    /// The weighted moments of a state over a training window that moves forward.
    fn moments(
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
        for i in span.1..to {
            moments.add(row(i));
        }
        if from > span.0 {
            // A rolling window: afresh, since refits are many rows apart.
            moments.clear();
            for i in from..to {
                moments.add(row(i));
            }
        }
        *span = (from, to);
        self.weighted.weighted(moments, all, self.pooling);
        &self.weighted
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
    Supervised { x, names: rows.names.iter().cloned().chain(again).collect(), ..rows.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::model::{AlphaGrid, Kind, Settings};
    use crate::engine::walk_forward::{Window, run};

    /// Two features; the first leads the target in state 1 only.
    fn rows() -> (Supervised, States) {
        let n = 1_500;
        let mut state = 7_u64;
        let mut noise = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
        };
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
            decided: days[..n].to_vec(),
            decided_at: (0..n).collect(),
            y,
            x,
            names: vec!["A".into(), "B".into()],
        };
        (rows, States { count: 2, of_row })
    }

    fn settings() -> Settings {
        Settings { alphas: AlphaGrid::Count { count: 12 }, ..Settings::new(Kind::Ridge) }
    }

    const SCHEDULE: Schedule =
        Schedule { min_train: 400, refit_every: 7, window: Window::Expanding, purge: 0 };

    fn squared_error(rows: &Supervised, run: &Run) -> f64 {
        let actual = &rows.y[run.first_row..];
        actual.iter().zip(&run.models[0].forecasts).map(|(y, f)| (y - f) * (y - f)).sum()
    }

    #[test]
    fn full_pooling_fits_the_plain_model_under_every_penalty() {
        let (rows, states) = rows();
        let plain = run(&rows, &SCHEDULE, &Selection::Prequential, &[settings()]);
        let pooled =
            run_by_state(&rows, &states, 1.0, &SCHEDULE, &Selection::Prequential, &settings());
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
        let separate =
            run_by_state(&rows, &states, 0.25, &SCHEDULE, &Selection::Prequential, &settings());
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
        let mut fits = StateFits::new(&rows, &states, 0.0);
        let all = Moments::new(3);
        for start in [0, 50, 130, 300] {
            let ours = fits.moments(1, start..start + 400, &all).clone();
            let mut fresh = StateFits::new(&rows, &states, 0.0);
            let theirs = fresh.moments(1, start..start + 400, &all);
            for i in 0..3 {
                let difference = (ours.comoment(i, i) - theirs.comoment(i, i)).abs();
                assert!(difference < 1e-12 * theirs.comoment(i, i));
            }
        }
    }
}
