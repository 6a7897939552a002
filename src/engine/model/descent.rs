//! Coordinate descent on the Gram matrix, for the penalties that the active-set guess leaves over.
//!
//! It needs no invertible support, so collinear features and windows shorter than their number of
//! features end here. Friedman, Hastie and Tibshirani (2010), covariance updates.

use super::Standardised;

/// Duality gap, relative to `||y||^2 / 2m`, at which descent stops: a hundredth of what methods,
/// section 2, asks for.
const TARGET_GAP: f64 = 1e-12;

/// Duality gap, relative to `||y||^2 / 2m`, that counts as certified (methods, section 2).
const REQUIRED_GAP: f64 = 1e-10;

/// Sweeps before descent gives up; the fit is then reported with the gap it has.
const MAX_SWEEPS: usize = 100_000;

/// Sweeps between two computations of the gap.
const SWEEPS_PER_GAP: usize = 10;

#[derive(Debug, Clone)]
pub(super) struct Descent {
    coefficients: Vec<f64>,
    /// `c - G b`.
    gradient: Vec<f64>,
}

pub(super) struct Outcome<'a> {
    pub(super) coefficients: &'a [f64],
    /// Largest KKT violation, absolute.
    pub(super) residual: f64,
    pub(super) gap_closed: bool,
}

impl Descent {
    pub(super) fn new(p: usize) -> Self {
        Self { coefficients: vec![0.0; p], gradient: vec![0.0; p] }
    }

    pub(super) fn solve(
        &mut self,
        problem: &Standardised,
        l1: f64,
        l2: f64,
        start: &[f64],
    ) -> Outcome<'_> {
        self.coefficients.copy_from_slice(start);
        let half_variance = 0.5 * problem.y_variance;
        let mut gap = f64::INFINITY;
        for sweep in 0..MAX_SWEEPS {
            if sweep % SWEEPS_PER_GAP == 0 {
                // Afresh each time, so that rounding of the updates cannot pile up.
                problem.gradient(&self.coefficients, &mut self.gradient);
                gap = self.duality_gap(problem, l1, l2);
                if gap <= TARGET_GAP * half_variance {
                    break;
                }
            }
            self.sweep(problem, l1, l2);
        }
        Outcome {
            residual: self.kkt_residual(l1, l2),
            gap_closed: gap <= REQUIRED_GAP * half_variance,
            coefficients: &self.coefficients,
        }
    }

    fn sweep(&mut self, problem: &Standardised, l1: f64, l2: f64) {
        let p = problem.features();
        for j in 0..p {
            let diagonal = problem.gram[j * p + j];
            if diagonal == 0.0 {
                continue;
            }
            let old = self.coefficients[j];
            let pull = self.gradient[j] + diagonal * old;
            let new = (pull.abs() - l1).max(0.0).copysign(pull) / (diagonal + l2);
            let step = new - old;
            if step != 0.0 {
                self.coefficients[j] = if new == 0.0 { 0.0 } else { new };
                for (slope, g) in self.gradient.iter_mut().zip(problem.row(j)) {
                    *slope -= g * step;
                }
            }
        }
    }

    /// Primal minus dual objective, the elastic net seen as a lasso on augmented rows.
    fn duality_gap(&self, problem: &Standardised, l1: f64, l2: f64) -> f64 {
        let (mut explained, mut left, mut squares, mut norm, mut steepest) =
            (0.0, 0.0, 0.0, 0.0, 0.0_f64);
        for ((b, slope), c) in self.coefficients.iter().zip(&self.gradient).zip(&problem.moment) {
            explained += c * b;
            left += slope * b;
            squares += b * b;
            norm += b.abs();
            steepest = steepest.max((slope - l2 * b).abs());
        }
        // ||y - X b||^2 / m = var(y) - c'b - b'(c - G b), plus the augmented rows.
        let residual = (problem.y_variance - explained - left).max(0.0) + l2 * squares;
        let shrink = if steepest > l1 { l1 / steepest } else { 1.0 };
        let dual = shrink * (problem.y_variance - explained) - 0.5 * shrink * shrink * residual;
        (0.5 * residual + l1 * norm - dual).max(0.0)
    }

    fn kkt_residual(&self, l1: f64, l2: f64) -> f64 {
        self.coefficients.iter().zip(&self.gradient).fold(0.0, |worst, (b, slope)| {
            let distance = if *b == 0.0 {
                (slope.abs() - l1).max(0.0)
            } else {
                (slope - l2 * b - l1.copysign(*b)).abs()
            };
            worst.max(distance)
        })
    }
}
