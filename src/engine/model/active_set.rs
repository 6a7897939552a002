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
use super::lanes::{LANES, Lanes, Vector, Work, blocks, run_widest};
use super::path::Path;
use super::standardised::COLLINEAR;

/// Corrections of a guess that is wrong in many places before it is given up.
pub(super) const MAX_CORRECTIONS: usize = 12;

/// A gradient may exceed `l1` by this fraction of the largest one without entering: rounding.
pub(super) const ENTRY_SLACK: f64 = 1e-13;

#[derive(Debug, Clone)]
pub(super) struct ActiveSet {
    l1: Vec<Lanes>,
    l2: Vec<Lanes>,
    /// Support and signs by block and feature: -1, 0 or 1.
    signs: Vec<Lanes>,
    solved_before: bool,
    union: Vec<usize>,
    system: System,
    descent: Descent,
    pub(super) descents: usize,
}

impl ActiveSet {
    pub(super) fn new(l1_ratio: f64, alphas: &[f64], p: usize) -> Self {
        let padded = blocks(alphas);
        Self {
            l1: padded.iter().map(|alphas| alphas.map(|alpha| alpha * l1_ratio)).collect(),
            l2: padded.iter().map(|alphas| alphas.map(|alpha| alpha * (1.0 - l1_ratio))).collect(),
            signs: vec![[0.0; LANES]; padded.len() * p],
            solved_before: false,
            union: Vec::with_capacity(p),
            system: System::new(p),
            descent: Descent::new(p),
            descents: 0,
        }
    }

    /// Solves for a window.
    pub(super) fn solve(&mut self, problem: &Standardised, path: &mut Path) {
        run_widest(Solving { solver: self, problem, path });
    }

    #[inline(always)]
    fn solve_block<V: Vector>(&mut self, problem: &Standardised, block: usize, path: &mut Path) {
        let p = problem.features();
        let (mut settled, mut residual) = ([false; LANES], [0.0; LANES]);
        for _ in 0..MAX_CORRECTIONS {
            (settled, residual) = self.solve_guess::<V>(problem, block, path.block_mut(block));
            if settled.iter().all(|settled| *settled) {
                break;
            }
        }
        let scale = problem.largest_moment();
        for lane in 0..LANES {
            let alpha = block * LANES + lane;
            if alpha >= path.len() {
                break;
            }
            if settled[lane] {
                path.certify(alpha, residual[lane], scale, false);
            } else {
                self.descend(problem, alpha, p, path);
            }
        }
    }

    /// One exact solve of a block's guess, and the guess corrected: by lane, whether the guess held
    /// and how far the solution is from optimal.
    #[inline(always)]
    fn solve_guess<V: Vector>(
        &mut self,
        problem: &Standardised,
        block: usize,
        b: &mut [Lanes],
    ) -> ([bool; LANES], Lanes) {
        let p = problem.features();
        let l1 = V::load(&self.l1[block]);
        let l2 = V::load(&self.l2[block]);
        let signs = &mut self.signs[block * p..(block + 1) * p];
        self.union.clear();
        for (j, sign) in signs.iter().enumerate() {
            if *sign != [0.0; LANES] {
                self.union.push(j);
            }
        }
        let smallest_pivot = self.system.solve(problem, &self.union, signs, l1, l2);
        b.fill([0.0; LANES]);
        for (&j, solution) in self.union.iter().zip(&self.system.solution) {
            b[j] = *solution;
        }

        let zero = V::splat(0.0);
        let entry_bound = l1.add(V::splat(ENTRY_SLACK * problem.largest_moment()));
        let mut changes = zero;
        let mut residual = zero;
        for j in 0..p {
            let slope = gradient(problem, j, &self.union, &self.system.solution);
            let (sign, value) = (V::load(&signs[j]), V::load(&b[j]));
            let kept = sign.mul(value).if_greater(zero, sign, zero);
            // A constant feature has a gradient of exactly zero and never enters.
            let one = V::splat(1.0).with_sign_of(slope);
            let entering = slope.abs().if_greater(entry_bound, one, zero);
            let corrected = sign.abs().if_greater(zero, kept, entering);
            let stationarity = slope.sub(l2.mul(value)).sub(l1.mul(sign)).abs();
            let excess = slope.abs().sub(l1).max(zero);
            let distance = sign.abs().if_greater(zero, stationarity, excess);
            residual = residual.max(distance);
            changes = changes.max(corrected.sub(sign).abs());
            corrected.store(&mut signs[j]);
        }
        let collinear = smallest_pivot.if_greater(V::splat(COLLINEAR), zero, V::splat(1.0));
        let (mut unsettled, mut distance) = ([0.0; LANES], [0.0; LANES]);
        changes.max(collinear).store(&mut unsettled);
        residual.store(&mut distance);
        (unsettled.map(|change| change == 0.0), distance)
    }

    /// Coordinate descent for one penalty, from the solution of the penalty before it.
    #[cold]
    fn descend(&mut self, problem: &Standardised, alpha: usize, p: usize, path: &mut Path) {
        self.descents += 1;
        let start: Vec<f64> = match alpha {
            0 => vec![0.0; p],
            _ => path.coefficients(alpha - 1).collect(),
        };
        let (block, lane) = (alpha / LANES, alpha % LANES);
        let (l1, l2) = (self.l1[block][lane], self.l2[block][lane]);
        let outcome = self.descent.solve(problem, l1, l2, &start);
        path.set(alpha, outcome.coefficients);
        for (j, value) in outcome.coefficients.iter().enumerate() {
            self.signs[block * p + j][lane] = if *value == 0.0 { 0.0 } else { value.signum() };
        }
        path.certify(alpha, outcome.residual, problem.largest_moment(), outcome.gap_closed);
    }
}

/// A window: all blocks of penalties.
struct Solving<'a> {
    solver: &'a mut ActiveSet,
    problem: &'a Standardised,
    path: &'a mut Path,
}

impl Work for Solving<'_> {
    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { solver, problem, path } = self;
        let p = problem.features();
        for block in 0..solver.l1.len() {
            if !solver.solved_before && block > 0 {
                // On the first window nothing is known of a block but what the penalty before it
                // gave.
                for j in 0..p {
                    let previous = solver.signs[(block - 1) * p + j][LANES - 1];
                    solver.signs[block * p + j] = [previous; LANES];
                }
            }
            solver.solve_block::<V>(problem, block, path);
        }
        solver.solved_before = true;
    }
}

/// `c_j - G_j b`, `b` given on the union.
#[inline(always)]
fn gradient<V: Vector>(problem: &Standardised, j: usize, union: &[usize], b: &[Lanes]) -> V {
    let row = problem.row(j);
    let mut slope = V::splat(problem.moment[j]);
    for (&i, b) in union.iter().zip(b) {
        slope = slope.sub(V::splat(row[i]).mul(V::load(b)));
    }
    slope
}

/// The masked normal equations of a block, factorised as `L D L'` lane by lane.
#[derive(Debug, Clone)]
struct System {
    /// Rows of `L`, packed: row `i` has `i` entries.
    factor: Vec<Lanes>,
    row: Vec<Lanes>,
    masks: Vec<Lanes>,
    inverse_pivot: Vec<Lanes>,
    solution: Vec<Lanes>,
}

impl System {
    fn new(p: usize) -> Self {
        Self {
            factor: vec![[0.0; LANES]; p * p.saturating_sub(1) / 2],
            row: vec![[0.0; LANES]; p],
            masks: vec![[0.0; LANES]; p],
            inverse_pivot: vec![[0.0; LANES]; p],
            solution: vec![[0.0; LANES]; p],
        }
    }

    /// Solves on the union; masked-out entries of the solution are exactly zero. Gives the
    /// smallest pivot of each lane.
    #[inline(always)]
    fn solve<V: Vector>(
        &mut self,
        problem: &Standardised,
        union: &[usize],
        signs: &[Lanes],
        l1: V,
        l2: V,
    ) -> V {
        let one = V::splat(1.0);
        let mut smallest = one;
        let mut start = 0;
        for (i, &feature) in union.iter().enumerate() {
            let gram = problem.row(feature);
            let sign = V::load(&signs[feature]);
            let mask = sign.abs();
            mask.store(&mut self.masks[i]);
            let (done, rest) = self.factor.split_at_mut(start);
            eliminate_row(gram, &union[..i], mask, &self.masks, done, &mut self.row);
            // An identity row where the lane does not use the feature.
            let mut pivot = V::splat(gram[feature]).add(l2).mul(mask).add(one.sub(mask));
            let mut value = mask.mul(V::splat(problem.moment[feature]).sub(l1.mul(sign)));
            for (j, (l, row)) in rest[..i].iter_mut().zip(&self.row).enumerate() {
                let v = V::load(row);
                let ratio = v.mul(V::load(&self.inverse_pivot[j]));
                pivot = pivot.sub(v.mul(ratio));
                value = value.sub(ratio.mul(V::load(&self.solution[j])));
                ratio.store(l);
            }
            smallest = smallest.if_greater(pivot, pivot, smallest);
            one.div(pivot).store(&mut self.inverse_pivot[i]);
            value.store(&mut self.solution[i]);
            start += i;
        }
        self.substitute_back::<V>(union.len());
        smallest
    }

    #[inline(always)]
    fn substitute_back<V: Vector>(&mut self, q: usize) {
        for (value, inverse) in self.solution[..q].iter_mut().zip(&self.inverse_pivot) {
            V::load(value).mul(V::load(inverse)).store(value);
        }
        for i in (1..q).rev() {
            let start = i * (i - 1) / 2;
            let (low, high) = self.solution.split_at_mut(i);
            let value = V::load(&high[0]);
            for (target, l) in low.iter_mut().zip(&self.factor[start..start + i]) {
                V::load(target).sub(V::load(l).mul(value)).store(target);
            }
        }
    }
}

/// Columns of the factor that are eliminated from a row at a time, so that each entry of the row
/// is read once for all of them.
const COLUMNS: usize = 4;

/// Row `j` of the packed factor.
#[inline(always)]
fn factor_row(factor: &[Lanes], j: usize) -> &[Lanes] {
    &factor[j * j.saturating_sub(1) / 2..][..j]
}

/// `v_j = a_j - sum_(k < j) v_k L_jk` for every `j` before a row's diagonal; `done` holds the rows
/// of `L` so far.
///
/// No closure touches a vector here: closures do not inherit the instruction set of the function
/// that they are in.
#[inline(always)]
fn eliminate_row<V: Vector>(
    gram: &[f64],
    before: &[usize],
    mask: V,
    masks: &[Lanes],
    done: &[Lanes],
    row: &mut [Lanes],
) {
    let i = before.len();
    let mut j = 0;
    while j + COLUMNS <= i {
        let mut sums = [mask; COLUMNS];
        for c in 0..COLUMNS {
            sums[c] = V::splat(gram[before[j + c]]).mul(mask).mul(V::load(&masks[j + c]));
        }
        let rows: [&[Lanes]; COLUMNS] = [
            &factor_row(done, j)[..j],
            &factor_row(done, j + 1)[..j],
            &factor_row(done, j + 2)[..j],
            &factor_row(done, j + 3)[..j],
        ];
        for k in 0..j {
            let v = V::load(&row[k]);
            for c in 0..COLUMNS {
                sums[c] = sums[c].sub(v.mul(V::load(&rows[c][k])));
            }
        }
        // The columns of this group depend on one another.
        for c in 0..COLUMNS {
            let tail = &factor_row(done, j + c)[j..];
            for (d, l) in tail.iter().enumerate() {
                sums[c] = sums[c].sub(sums[d].mul(V::load(l)));
            }
            sums[c].store(&mut row[j + c]);
        }
        j += COLUMNS;
    }
    for j in j..i {
        let mut sum = V::splat(gram[before[j]]).mul(mask).mul(V::load(&masks[j]));
        for (v, l) in row[..j].iter().zip(factor_row(done, j)) {
            sum = sum.sub(V::load(v).mul(V::load(l)));
        }
        sum.store(&mut row[j]);
    }
}
