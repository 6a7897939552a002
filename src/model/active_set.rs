//! Lasso and elastic net by guessing which coefficients are zero, solving exactly, and checking.
//!
//! On a fixed support `A` with signs `s` the optimality conditions are linear:
//!
//! ```text
//! (G_AA + l2 I) b_A = c_A - l1 s_A        l1 = alpha rho,  l2 = alpha (1 - rho)
//! ```
//!
//! The support and signs of the previous window are almost always still right, so one small exact
//! solve is the whole fit. What the check refuses is corrected by the primal-dual active-set step
//! (Hintermueller, Ito and Kunisch 2003): coefficients of the wrong sign leave, features whose
//! gradient exceeds `l1` enter. The rare penalty that does not settle goes to coordinate descent.
//!
//! Eight penalties are factorised at a time, one a lane. A lane's own support is a mask over the
//! union of the lanes' supports, so that all lanes do the same operations.

use super::Standardised;
use super::descent::Descent;
use super::path::{LANES, Lanes, Path};

/// Corrections of a block before its unsettled penalties go to coordinate descent.
const MAX_CORRECTIONS: usize = 12;

/// A pivot of the unit-diagonal system below this is a collinear support.
const SMALLEST_PIVOT: f64 = 1e-11;

/// A gradient may exceed `l1` by this fraction of the largest one without entering: rounding.
const ENTRY_SLACK: f64 = 1e-13;

#[derive(Debug, Clone)]
pub(super) struct ActiveSet {
    l1: Vec<f64>,
    l2: Vec<f64>,
    /// Support and signs by block and feature: -1, 0 or 1.
    signs: Vec<Lanes>,
    solved_before: bool,
    union: Vec<usize>,
    system: System,
    gradient: Vec<Lanes>,
    descent: Descent,
    descents: usize,
}

/// The outcome of one exact solve: by lane, whether the guess held and how far it is from optimal.
struct Check {
    settled: [bool; LANES],
    residual: Lanes,
}

impl ActiveSet {
    pub(super) fn new(l1_ratio: f64, alphas: &[f64], p: usize) -> Self {
        let blocks = alphas.len().div_ceil(LANES);
        // A short last block is filled up with its last penalty: same work, result unused.
        let padded: Vec<f64> =
            (0..blocks * LANES).map(|i| alphas[i.min(alphas.len().saturating_sub(1))]).collect();
        Self {
            l1: padded.iter().map(|alpha| alpha * l1_ratio).collect(),
            l2: padded.iter().map(|alpha| alpha * (1.0 - l1_ratio)).collect(),
            signs: vec![[0.0; LANES]; blocks * p],
            solved_before: false,
            union: Vec::with_capacity(p),
            system: System::new(p),
            gradient: vec![[0.0; LANES]; p],
            descent: Descent::new(p),
            descents: 0,
        }
    }

    pub(super) fn descents(&self) -> usize {
        self.descents
    }

    /// Solves for a window, on the widest vector instructions that the machine has.
    ///
    /// The compiler neither fuses nor reorders floating-point operations, so both versions give
    /// the same bits.
    pub(super) fn solve(&mut self, problem: &Standardised, path: &mut Path) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            #[target_feature(enable = "avx2")]
            fn solve_avx2(solver: &mut ActiveSet, problem: &Standardised, path: &mut Path) {
                solver.solve_blocks(problem, path);
            }
            // SAFETY: the machine has AVX2, as just asked.
            #[allow(unsafe_code)]
            return unsafe { solve_avx2(self, problem, path) };
        }
        self.solve_blocks(problem, path);
    }

    #[inline(always)]
    fn solve_blocks(&mut self, problem: &Standardised, path: &mut Path) {
        let p = problem.features();
        let blocks = self.l1.len() / LANES;
        for block in 0..blocks {
            if !self.solved_before && block > 0 {
                self.start_from_previous_block(block, p);
            }
            self.solve_block(problem, block, path);
        }
        self.solved_before = true;
    }

    /// On the first window nothing is known of a block but what the penalty before it gave.
    fn start_from_previous_block(&mut self, block: usize, p: usize) {
        for j in 0..p {
            let previous = self.signs[(block - 1) * p + j][LANES - 1];
            self.signs[block * p + j] = [previous; LANES];
        }
    }

    #[inline(always)]
    fn solve_block(&mut self, problem: &Standardised, block: usize, path: &mut Path) {
        let p = problem.features();
        let mut check = Check { settled: [false; LANES], residual: [0.0; LANES] };
        for _ in 0..MAX_CORRECTIONS {
            check = self.solve_guess(problem, block, path.block_mut(block));
            if check.settled.iter().all(|settled| *settled) {
                break;
            }
        }
        let scale = problem.largest_moment();
        for lane in 0..LANES {
            let alpha = block * LANES + lane;
            if alpha >= path.len() {
                break;
            }
            if check.settled[lane] {
                path.certify(alpha, check.residual[lane], scale, false);
            } else {
                self.descend(problem, alpha, p, path);
            }
        }
    }

    /// One exact solve of a block's guess, its check, and the guess corrected.
    #[inline(always)]
    fn solve_guess(&mut self, problem: &Standardised, block: usize, b: &mut [Lanes]) -> Check {
        let p = problem.features();
        let lanes = block * LANES..(block + 1) * LANES;
        let (l1, l2) = (lanes_of(&self.l1[lanes.clone()]), lanes_of(&self.l2[lanes]));
        let signs = &mut self.signs[block * p..(block + 1) * p];
        self.union.clear();
        self.union.extend((0..p).filter(|&j| signs[j].iter().any(|s| *s != 0.0)));
        let smallest_pivot = self.system.solve(problem, &self.union, signs, &l1, &l2);
        gradient(problem, &self.union, &self.system.solution, &mut self.gradient);

        let slack = ENTRY_SLACK * problem.largest_moment();
        let mut settled = [true; LANES];
        let mut residual = [0.0_f64; LANES];
        b.fill([0.0; LANES]);
        for (&j, solution) in self.union.iter().zip(&self.system.solution) {
            b[j] = *solution;
        }
        for j in 0..p {
            // A constant feature has a gradient of exactly zero and never enters.
            for lane in 0..LANES {
                let (sign, value, slope) = (signs[j][lane], b[j][lane], self.gradient[j][lane]);
                let active = sign != 0.0;
                let keeps = sign * value > 0.0;
                let enters = slope.abs() > l1[lane] + slack;
                let stationarity = (slope - l2[lane] * value - l1[lane] * sign).abs();
                let excess = (slope.abs() - l1[lane]).max(0.0);
                let distance = if active { stationarity } else { excess };
                residual[lane] = residual[lane].max(distance);
                settled[lane] &= if active { keeps } else { !enters };
                let entering = if enters { 1.0_f64.copysign(slope) } else { 0.0 };
                signs[j][lane] = match (active, keeps) {
                    (true, true) => sign,
                    (true, false) => 0.0,
                    (false, _) => entering,
                };
            }
        }
        for lane in 0..LANES {
            settled[lane] &= smallest_pivot[lane] > SMALLEST_PIVOT;
        }
        Check { settled, residual }
    }

    /// Coordinate descent for one penalty, from the solution of the penalty before it.
    #[cold]
    fn descend(&mut self, problem: &Standardised, alpha: usize, p: usize, path: &mut Path) {
        self.descents += 1;
        let start: Vec<f64> = match alpha {
            0 => vec![0.0; p],
            _ => path.coefficients(alpha - 1).collect(),
        };
        let outcome = self.descent.solve(problem, self.l1[alpha], self.l2[alpha], &start);
        let (block, lane) = (alpha / LANES, alpha % LANES);
        for (j, value) in outcome.coefficients.iter().enumerate() {
            path.block_mut(block)[j][lane] = *value;
            self.signs[block * p + j][lane] = if *value == 0.0 { 0.0 } else { value.signum() };
        }
        path.certify(alpha, outcome.residual, problem.largest_moment(), outcome.gap_closed);
    }
}

fn lanes_of(values: &[f64]) -> Lanes {
    std::array::from_fn(|lane| values[lane])
}

/// `c - G b` for all features, `b` given on the union.
#[inline(always)]
fn gradient(problem: &Standardised, union: &[usize], solution: &[Lanes], out: &mut [Lanes]) {
    let p = problem.features();
    for (j, out) in out.iter_mut().enumerate() {
        let row = &problem.gram[j * p..(j + 1) * p];
        let mut slope = [problem.moment[j]; LANES];
        for (&i, b) in union.iter().zip(solution) {
            let g = row[i];
            for lane in 0..LANES {
                slope[lane] -= g * b[lane];
            }
        }
        *out = slope;
    }
}

/// The masked normal equations of a block, factorised as `L D L'` lane by lane.
#[derive(Debug, Clone)]
struct System {
    /// Rows of `L`, packed: row `i` has `i` entries.
    factor: Vec<Lanes>,
    row: Vec<Lanes>,
    inverse_pivot: Vec<Lanes>,
    solution: Vec<Lanes>,
}

impl System {
    fn new(p: usize) -> Self {
        Self {
            factor: vec![[0.0; LANES]; p * p.saturating_sub(1) / 2],
            row: vec![[0.0; LANES]; p],
            inverse_pivot: vec![[0.0; LANES]; p],
            solution: vec![[0.0; LANES]; p],
        }
    }

    /// Solves on the union; masked-out entries of the solution are exactly zero. Gives the
    /// smallest pivot of each lane.
    #[inline(always)]
    fn solve(
        &mut self,
        problem: &Standardised,
        union: &[usize],
        signs: &[Lanes],
        l1: &Lanes,
        l2: &Lanes,
    ) -> Lanes {
        let p = problem.features();
        let mut smallest = [1.0_f64; LANES];
        let mut start = 0;
        for (i, &feature) in union.iter().enumerate() {
            let gram = &problem.gram[feature * p..(feature + 1) * p];
            let sign = &signs[feature];
            let mask: Lanes = std::array::from_fn(|lane| sign[lane].abs());
            let (done, rest) = self.factor.split_at_mut(start);
            let row = &mut self.row[..i];
            let mut other_start = 0;
            for j in 0..i {
                let g = gram[union[j]];
                let other = &signs[union[j]];
                let mut sum = [0.0; LANES];
                for lane in 0..LANES {
                    sum[lane] = g * mask[lane] * other[lane].abs();
                }
                for (v, l) in row[..j].iter().zip(&done[other_start..other_start + j]) {
                    for lane in 0..LANES {
                        sum[lane] -= v[lane] * l[lane];
                    }
                }
                row[j] = sum;
                other_start += j;
            }
            let mut pivot = [0.0; LANES];
            let mut value = [0.0; LANES];
            for lane in 0..LANES {
                // An identity row where the lane does not use the feature.
                pivot[lane] = (gram[feature] + l2[lane]) * mask[lane] + (1.0 - mask[lane]);
                value[lane] = mask[lane] * (problem.moment[feature] - l1[lane] * sign[lane]);
            }
            for j in 0..i {
                for lane in 0..LANES {
                    let l = row[j][lane] * self.inverse_pivot[j][lane];
                    pivot[lane] -= row[j][lane] * l;
                    value[lane] -= l * self.solution[j][lane];
                    rest[j][lane] = l;
                }
            }
            for lane in 0..LANES {
                smallest[lane] = smallest[lane].min(pivot[lane]);
                self.inverse_pivot[i][lane] = 1.0 / pivot[lane];
            }
            self.solution[i] = value;
            start += i;
        }
        self.substitute_back(union.len());
        smallest
    }

    #[inline(always)]
    fn substitute_back(&mut self, q: usize) {
        for (value, inverse) in self.solution[..q].iter_mut().zip(&self.inverse_pivot) {
            for lane in 0..LANES {
                value[lane] *= inverse[lane];
            }
        }
        for i in (1..q).rev() {
            let start = i * (i - 1) / 2;
            let (low, high) = self.solution.split_at_mut(i);
            let value = &high[0];
            for (target, l) in low.iter_mut().zip(&self.factor[start..start + i]) {
                for lane in 0..LANES {
                    target[lane] -= l[lane] * value[lane];
                }
            }
        }
    }
}
