//! What every fit owes, checked on random problems from their raw rows, apart from the solvers.

use dfa_report::base::moments::Moments;
use dfa_report::base::units::math;
use dfa_report::engine::model::{
    AlphaGrid, Kind, Path, PathSolver, Settings, Standardised, alpha_grid,
};
use linfa::prelude::*;
use ndarray::{Array1, Array2};
use proptest::prelude::*;

use crate::support::uniform;

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// How a column of features comes about; all but the first two look at the columns before it.
#[derive(Debug, Clone, Copy)]
enum Column {
    Own,
    Constant,
    Copy,
    Opposite,
    Sum,
}

/// A random problem, small enough to be read when it fails.
#[derive(Debug, Clone)]
struct Shape {
    seed: u64,
    rows: usize,
    /// By column: how it comes about, the decimal exponent of its unit, its mean in units.
    columns: Vec<(Column, i32, i32)>,
    y_exponent: i32,
    /// Whether rows have weights of their own.
    is_weighted: bool,
}

fn shapes(columns: std::ops::Range<usize>) -> impl Strategy<Value = Shape> {
    let kind = prop_oneof![
        6 => Just(Column::Own),
        1 => Just(Column::Constant),
        1 => Just(Column::Copy),
        1 => Just(Column::Opposite),
        1 => Just(Column::Sum),
    ];
    let columns = prop::collection::vec((kind, -5..5, -20..20), columns);
    (any::<u64>(), 3_usize..60, columns, -5..5, any::<bool>()).prop_map(
        |(seed, rows, columns, y_exponent, is_weighted)| Shape {
            seed,
            rows,
            columns,
            y_exponent,
            is_weighted,
        },
    )
}

/// A model: kind and mixing of the penalties.
fn models() -> impl Strategy<Value = (Kind, f64)> {
    prop_oneof![
        Just((Kind::Ridge, 0.0)),
        Just((Kind::Lasso, 1.0)),
        prop::sample::select(vec![0.02, 0.3, 0.5, 0.95]).prop_map(|rho| (Kind::ElasticNet, rho)),
    ]
}

/// A problem twice: by its rows, and as the solvers get it.
struct Problem {
    /// Standardised features by column, each row times the root of its weight; zero where a column
    /// does not vary.
    z: Vec<Vec<f64>>,
    /// The centred target, each row times the root of its weight.
    y: Vec<f64>,
    moments: Standardised,
    /// Whether columns may depend on one another: then descent, which needs no inverse, may take
    /// longer than it is given, and the certificate says so.
    is_collinear: bool,
}

impl Shape {
    fn problem(&self) -> Problem {
        let mut noise = uniform(self.seed);
        let mut columns: Vec<Vec<f64>> = Vec::new();
        let common: Vec<f64> = (0..self.rows).map(|_| noise()).collect();
        for (kind, ..) in &self.columns {
            let (last, one_before) = (columns.last(), columns.iter().rev().nth(1));
            let column = match (kind, last, one_before) {
                (Column::Constant, ..) => vec![0.3; self.rows],
                (Column::Copy, Some(last), _) => last.clone(),
                (Column::Opposite, Some(last), _) => last.iter().map(|x| -x).collect(),
                (Column::Sum, Some(a), Some(b)) => a.iter().zip(b).map(|(a, b)| a + b).collect(),
                _ => common.iter().map(|common| common + noise()).collect(),
            };
            columns.push(column);
        }
        let unit = |exponent: i32| math::pow(10.0, f64::from(exponent));
        let mut y: Vec<f64> = (0..self.rows)
            .map(|row| columns.iter().map(|x| 0.3 * x[row]).sum::<f64>() + 2.0 * noise())
            .collect();
        y.iter_mut().for_each(|y| *y *= unit(self.y_exponent));
        for (column, &(_, exponent, mean)) in columns.iter_mut().zip(&self.columns) {
            column.iter_mut().for_each(|x| *x = unit(exponent) * (*x + f64::from(mean)));
        }

        let weight = |noise: f64| if self.is_weighted { 0.6 + noise } else { 1.0 };
        let weights: Vec<f64> = (0..self.rows).map(|_| weight(noise())).collect();
        let mut moments = Moments::new(columns.len() + 1);
        for (row, weight) in weights.iter().enumerate() {
            let values: Vec<f64> = columns.iter().chain([&y]).map(|column| column[row]).collect();
            moments.add_weighted(&values, *weight);
        }
        let total = math::mean(&weights).unwrap();
        let weights: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        let mut standardised = Standardised::new(columns.len());
        standardised.load(&moments);
        let z = columns.iter().map(|column| standard(column, &weights)).collect();
        let mean = dot(&weights, &y) / self.rows as f64;
        y.iter_mut().zip(&weights).for_each(|(y, weight)| *y = weight.sqrt() * (*y - mean));
        let own = |(kind, ..): &(Column, i32, i32)| matches!(kind, Column::Own | Column::Constant);
        let is_collinear = self.rows < 2 * columns.len() || !self.columns.iter().all(own);
        Problem { z, y, moments: standardised, is_collinear }
    }
}

/// A column less its mean over its population deviation, in two passes, with weights of mean one;
/// times their roots.
fn standard(column: &[f64], weights: &[f64]) -> Vec<f64> {
    let mean = dot(column, weights) / column.len() as f64;
    let centred: Vec<f64> =
        column.iter().zip(weights).map(|(x, weight)| weight.sqrt() * (x - mean)).collect();
    let scale = (dot(&centred, &centred) / column.len() as f64).sqrt();
    let largest = column.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    let varies = scale > 1e-9 * largest;
    centred.iter().map(|x| if varies { x / scale } else { 0.0 }).collect()
}

/// What the rows say of the coefficients `b` under the penalties `l1` and `l2`.
struct Verdict {
    /// Largest violation of the KKT conditions over the largest `|x_j' y| / m`.
    kkt: f64,
    /// Duality gap over `||y||^2 / 2m`, the elastic net seen as a lasso on augmented rows.
    gap: f64,
}

impl Problem {
    fn residual(&self, b: &[f64]) -> Vec<f64> {
        let mut residual = self.y.clone();
        for (z, b) in self.z.iter().zip(b) {
            residual.iter_mut().zip(z).for_each(|(r, z)| *r -= b * z);
        }
        residual
    }

    fn objective(&self, b: &[f64], l1: f64, l2: f64) -> f64 {
        let residual = self.residual(b);
        let size: f64 = b.iter().map(|b| b.abs()).sum();
        dot(&residual, &residual) / (2.0 * self.y.len() as f64) + l1 * size + 0.5 * l2 * dot(b, b)
    }

    fn verdict(&self, b: &[f64], l1: f64, l2: f64) -> Verdict {
        let m = self.y.len() as f64;
        let residual = self.residual(b);
        let scale = self.z.iter().map(|z| dot(z, &self.y).abs() / m).fold(1e-300, f64::max);
        let (mut kkt, mut steepest) = (0.0_f64, 0.0_f64);
        for (z, b) in self.z.iter().zip(b) {
            let slope = dot(z, &residual) / m - l2 * b;
            steepest = steepest.max(slope.abs());
            kkt = kkt.max(match *b {
                0.0 => (slope.abs() - l1).max(0.0),
                b => (slope - l1 * b.signum()).abs(),
            });
        }
        // The dual point: the residual of the augmented rows, shrunk until it is feasible.
        let shrink = if steepest > l1 { l1 / steepest } else { 1.0 };
        let squares = dot(&residual, &residual) + m * l2 * dot(b, b);
        let dual = (shrink * dot(&self.y, &residual) - 0.5 * shrink * shrink * squares) / m;
        let variance = dot(&self.y, &self.y) / (2.0 * m);
        Verdict { kkt: kkt / scale, gap: (self.objective(b, l1, l2) - dual) / variance }
    }

    /// A solver of a grid of 13 penalties: one full block of lanes and one that is filled up.
    fn solver(&self, kind: Kind, l1_ratio: f64) -> PathSolver {
        let settings = Settings {
            l1_ratio: (kind == Kind::ElasticNet).then_some(l1_ratio),
            alphas: Some(AlphaGrid::Count { count: 13 }),
            ..Settings::new(kind)
        };
        let alphas = alpha_grid(&settings, &self.moments);
        PathSolver::new(kind, l1_ratio, alphas, self.z.len())
    }

    /// Holds every fit of a path against the rows.
    fn hold(&self, path: &Path, alphas: &[f64], l1_ratio: f64) -> Result<(), TestCaseError> {
        for (position, alpha) in alphas.iter().enumerate() {
            let b: Vec<f64> = path.coefficients(position).collect();
            let (l1, l2) = (alpha * l1_ratio, alpha * (1.0 - l1_ratio));
            let verdict = self.verdict(&b, l1, l2);
            let is_certified = path.certificates()[position].certified;
            // Methods, section 2; the rest is the rounding of rows that lie far from zero.
            let is_precise = verdict.kkt < 1e-9 || verdict.gap < 2e-10;
            let Verdict { kkt, gap } = verdict;
            prop_assert!(is_precise || !is_certified, "alpha {alpha}: KKT {kkt:e}, gap {gap:e}");
            prop_assert!(is_certified || self.is_collinear, "alpha {alpha}: gap {gap:e}");
            for (z, b) in self.z.iter().zip(&b) {
                let takes_part = l1 > 0.0 && *b != 0.0;
                prop_assert!(!takes_part || z.iter().any(|z| *z != 0.0), "constant, yet {b}");
            }
        }
        Ok(())
    }
}

/// All coefficients of a path.
fn coefficients(path: &Path) -> Vec<f64> {
    (0..path.len()).flat_map(|alpha| path.coefficients(alpha)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..<_>::default() })]

    #[test]
    fn every_fit_meets_its_optimality_conditions(shape in shapes(1..14), model in models()) {
        let problem = shape.problem();
        let mut solver = problem.solver(model.0, model.1);
        let alphas = solver.alphas().to_vec();
        problem.hold(solver.solve(&problem.moments), &alphas, model.1)?;
    }

    #[test]
    fn no_point_near_a_fit_is_better(shape in shapes(1..8), model in models(), seed: u64) {
        let problem = shape.problem();
        let mut solver = problem.solver(model.0, model.1);
        let alphas = solver.alphas().to_vec();
        let path = solver.solve(&problem.moments);
        let mut noise = uniform(seed);
        for (position, alpha) in alphas.iter().enumerate() {
            let (l1, l2) = (alpha * model.1, alpha * (1.0 - model.1));
            let b: Vec<f64> = path.coefficients(position).collect();
            let best = problem.objective(&b, l1, l2);
            let variance = dot(&problem.y, &problem.y) / problem.y.len() as f64;
            for size in [1.0, 1e-2, 1e-4] {
                let step = size * variance.sqrt();
                let moved: Vec<f64> = b.iter().map(|b| b + step * noise()).collect();
                let there = problem.objective(&moved, l1, l2);
                prop_assert!(best <= there + 1e-10 * variance, "alpha {alpha}: {best} {there}");
            }
        }
    }

    #[test]
    fn what_a_solver_has_seen_changes_no_solution(
        mut shapes in prop::collection::vec(shapes(4..5), 2..5),
        model in models(),
        order in prop::collection::vec(0_usize..4, 3..8),
    ) {
        // One grid for problems of one unit, as a window that moves.
        for shape in &mut shapes {
            shape.y_exponent = 0;
        }
        let problems: Vec<Problem> = shapes.iter().map(Shape::problem).collect();
        let mut warm = problems[0].solver(model.0, model.1);
        let alphas = warm.alphas().to_vec();
        for position in order {
            let problem = &problems[position % problems.len()];
            let descents = warm.descents();
            problem.hold(warm.solve(&problem.moments), &alphas, model.1)?;
            let mut fresh = PathSolver::new(model.0, model.1, alphas.clone(), problem.z.len());
            let solution = coefficients(fresh.solve(&problem.moments));
            // Of collinear features a lasso may take one or the other.
            if !problem.is_collinear && fresh.descents() == 0 && warm.descents() == descents {
                let largest = solution.iter().fold(0.0_f64, |largest, b| largest.max(b.abs()));
                for (ours, fresh) in coefficients(warm.path()).iter().zip(&solution) {
                    prop_assert!((ours - fresh).abs() <= 1e-9 * largest, "{ours} {fresh}");
                }
            }
        }
    }
}

/// linfa's own coordinate descent agrees, on features that it is given standardised.
#[test]
fn linfa_elasticnet_agrees_where_it_converges() {
    let shape = Shape {
        seed: 1,
        rows: 200,
        columns: (0..4).map(|j| (Column::Own, j - 2, 3)).collect(),
        y_exponent: 0,
        is_weighted: false,
    };
    let problem = shape.problem();
    let z = Array2::from_shape_fn((200, 4), |(row, j)| problem.z[j][row]);
    let dataset = Dataset::new(z, Array1::from(problem.y.clone()));
    for (kind, l1_ratio) in [(Kind::Lasso, 1.0), (Kind::ElasticNet, 0.5)] {
        let mut solver = problem.solver(kind, l1_ratio);
        let alphas = solver.alphas().to_vec();
        let path = solver.solve(&problem.moments);
        for (position, alpha) in alphas.iter().enumerate() {
            let theirs = linfa_elasticnet::ElasticNet::<f64>::params()
                .penalty(*alpha)
                .l1_ratio(l1_ratio)
                .tolerance(1e-14)
                .max_iterations(100_000)
                .fit(&dataset)
                .unwrap();
            for (ours, theirs) in path.coefficients(position).zip(theirs.hyperplane()) {
                assert!((ours - theirs).abs() < 1e-8, "{kind:?} {alpha}: {ours} {theirs}");
            }
        }
    }
}
