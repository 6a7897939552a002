//! The engine's parts on their own: `cargo bench --bench engine`.
//!
//! The panel is simulated: a common factor, own noise, a weak lead; figures do not depend on data
//! that may not be shared.

use dfa_report::base::linalg::Tridiagonal;
use dfa_report::base::moments::WindowMoments;
use dfa_report::engine::model::{Grid, Kind, PathSolver, Settings, Standardised};
use dfa_report::engine::walk_forward::{self, Schedule, Selection, Window};
use dfa_report::prices::panel::{DayIndex, Supervised};
use dfa_report::results::spec::Weighting;
use divan::Bencher;

const WEIGHTED: Option<Weighting> = Some(Weighting::ExAnteVariance);

fn main() {
    divan::main();
}

/// Rows of `p` correlated features and a target that they lead a little, row-major.
fn rows(n: usize, p: usize) -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut noise = move || {
        let mut sum = 0.0;
        for _ in 0..6 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            sum += (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
        }
        sum
    };
    let mut rows = Vec::with_capacity(n * (p + 1));
    for _ in 0..n {
        let market = noise();
        let mut lead = 0.0;
        for j in 0..p {
            let value = 0.01 * (market + 0.8 * noise());
            lead += if j % 3 == 0 { value } else { -0.5 * value };
            rows.push(value);
        }
        rows.push(0.01 * noise() + 0.05 * lead / (p as f64).sqrt());
    }
    rows
}

#[divan::bench(args = [9, 100, 500])]
fn one_row_into_the_moments(bencher: Bencher<'_, '_>, p: usize) {
    let rows = rows(2_000, p);
    bencher.with_inputs(|| WindowMoments::new(&rows, p + 1)).bench_values(|mut moments| {
        for end in 1..=256 {
            moments.advance(0..end);
        }
        moments
    });
}

#[divan::bench(args = [9, 100, 500])]
fn tridiagonal_reduction(bencher: Bencher<'_, '_>, p: usize) {
    let problem = problem(p);
    let mut reduction = Tridiagonal::new(p);
    bencher.bench_local(|| reduction.reduce(&problem.gram));
}

fn problem(p: usize) -> Standardised {
    let [problem, _] = windows(p);
    problem
}

/// Two windows of 2,000 rows, 63 rows apart.
fn windows(p: usize) -> [Standardised; 2] {
    let rows = rows(2_063, p);
    let mut moments = WindowMoments::new(&rows, p + 1);
    [0, 63].map(|start| {
        let mut problem = Standardised::new(p);
        problem.load(moments.advance(start..start + 2_000));
        problem
    })
}

const SPARSE: [(Kind, usize); 8] = [
    (Kind::Lasso, 9),
    (Kind::ElasticNet, 9),
    (Kind::Lasso, 100),
    (Kind::ElasticNet, 100),
    (Kind::Lasso, 321),
    (Kind::ElasticNet, 321),
    (Kind::Lasso, 500),
    (Kind::ElasticNet, 500),
];

/// The first window that a solver sees.
#[divan::bench(args = SPARSE, sample_count = 5, sample_size = 1)]
fn cold_path_of_sixty_penalties(bencher: Bencher<'_, '_>, (kind, p): (Kind, usize)) {
    let [problem, _] = windows(p);
    bencher.with_inputs(|| solver(kind, &problem)).bench_values(|mut solver| {
        solver.solve(&problem);
        solver
    });
}

/// A window 63 rows after the one before.
#[divan::bench(args = SPARSE, sample_count = 5)]
fn next_path_of_sixty_penalties(bencher: Bencher<'_, '_>, (kind, p): (Kind, usize)) {
    let [first, second] = windows(p);
    let mut seen = solver(kind, &first);
    seen.solve(&first);
    bencher.with_inputs(|| seen.clone()).bench_values(|mut solver| {
        solver.solve(&second);
        solver
    });
}

fn solver(kind: Kind, problem: &Standardised) -> PathSolver {
    let settings = Settings::new(kind);
    let grid = Grid::new(&settings, problem);
    PathSolver::new(kind, settings.l1_ratio(), grid, problem.features())
}

/// Every kind that is fitted.
const KINDS: [Kind; 7] = [
    Kind::Ridge,
    Kind::Lasso,
    Kind::ElasticNet,
    Kind::Ols,
    Kind::Pcr,
    Kind::Pls,
    Kind::Combination,
];

/// Sixty penalties, twenty numbers of components at most, or one fit.
#[divan::bench(args = [9, 100].into_iter().flat_map(|p| KINDS.map(|kind| (kind, p))))]
fn warm_path_of_the_whole_grid(bencher: Bencher<'_, '_>, (kind, p): (Kind, usize)) {
    let problem = problem(p);
    let mut solver = solver(kind, &problem);
    solver.solve(&problem);
    bencher.bench_local(|| {
        solver.solve(&problem);
    });
}

/// Each kind plain and weighted, so that one run tells their ratio.
#[divan::bench(args = [(Kind::Ridge, None), (Kind::Ridge, WEIGHTED), (Kind::Lasso, None), (Kind::Lasso, WEIGHTED), (Kind::ElasticNet, None), (Kind::ElasticNet, WEIGHTED)], sample_count = 5)]
fn walk_forward_of_6500_daily_refits(
    bencher: Bencher<'_, '_>,
    (kind, weighting): (Kind, Option<Weighting>),
) {
    let rows = supervised(6_500, 9);
    let schedule = Schedule { min_train: 750, refit_every: 1, window: Window::Expanding, purge: 0 };
    let models = [Settings { weighting, ..Settings::new(kind) }];
    bencher.bench_local(|| {
        walk_forward::run(&rows, &schedule, &Selection::Prequential, &models);
    });
}

fn supervised(n: usize, p: usize) -> Supervised {
    let joined = rows(n, p);
    let x = ndarray::Array2::from_shape_fn((n, p), |(i, j)| joined[i * (p + 1) + j]);
    let first = jiff::civil::date(1990, 1, 1);
    let days: Vec<_> = first.series(jiff::Span::new().days(1)).take(n + 1).collect();
    Supervised {
        days: days[1..].to_vec(),
        first_decision: DayIndex(0),
        y: (0..n).map(|i| joined[i * (p + 1) + p]).collect(),
        x,
        names: (0..p).map(|j| format!("F{j}")).collect(),
        next: Vec::new(),
    }
}
