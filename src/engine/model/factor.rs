//! The Cholesky factor of a set of features that gains and loses members one at a time.

use super::lanes::Vector;
use super::standardised::COLLINEAR;
use super::vectors::{dot, dot_four, subtract_scaled};

/// `L` with `L L' = G_AA + l2 I`, for a list `A` of features in the order in which they came.
///
/// A feature is added in `O(q^2)` by one more row, and removed in `O(q^2)` by rotations (Golub and
/// Van Loan, Matrix Computations, 6.5.4).
#[derive(Debug, Clone)]
pub(super) struct Factor {
    stride: usize,
    /// Rows of `L`, the diagonal included.
    rows: Vec<f64>,
    inverse_diagonal: Vec<f64>,
    members: Vec<usize>,
    /// By feature: its position among the members.
    position: Vec<Option<usize>>,
}

impl Factor {
    /// An empty factor for up to `p` features.
    pub(super) fn new(p: usize) -> Self {
        Self {
            stride: p,
            rows: vec![0.0; p * p],
            inverse_diagonal: vec![0.0; p],
            members: Vec::with_capacity(p),
            position: vec![None; p],
        }
    }

    /// The features, in the order of the rows.
    pub(super) fn members(&self) -> &[usize] {
        &self.members
    }

    /// Whether a feature is a member.
    pub(super) fn contains(&self, feature: usize) -> bool {
        self.position[feature].is_some()
    }

    /// Removes all features.
    pub(super) fn clear(&mut self) {
        for feature in self.members.drain(..) {
            self.position[feature] = None;
        }
    }

    /// Adds a feature, given its row of `G` and its diagonal `G_jj + l2`. Whether its pivot exceeds
    /// [`COLLINEAR`]; if not, the features are collinear and nothing is added.
    #[inline(always)]
    pub(super) fn add<V: Vector>(&mut self, feature: usize, gram: &[f64], diagonal: f64) -> bool {
        let q = self.members.len();
        let (before, row) = self.rows.split_at_mut(q * self.stride);
        for (slot, member) in row.iter_mut().zip(&self.members) {
            *slot = gram[*member];
        }
        for (i, done) in before.chunks_exact(self.stride).enumerate() {
            let sum = dot::<V>(&done[..i], &row[..i]);
            row[i] = (row[i] - sum) * self.inverse_diagonal[i];
        }
        let pivot = diagonal - dot::<V>(&row[..q], &row[..q]);
        if pivot <= COLLINEAR {
            return false;
        }
        row[q] = pivot.sqrt();
        self.inverse_diagonal[q] = 1.0 / row[q];
        self.position[feature] = Some(q);
        self.members.push(feature);
        true
    }

    /// Factorises for the same members with another `l2`. Whether all pivots exceed [`COLLINEAR`]; if
    /// not, the features are collinear and the factor is empty.
    #[inline(always)]
    pub(super) fn make_anew<V: Vector>(&mut self, gram: &[f64], l2: f64) -> bool {
        let (p, stride, q) = (self.position.len(), self.stride, self.members.len());
        let mut first = 0;
        while first < q {
            // Four rows at a time, so that each finished row is read once for all of them.
            let last = (first + 4).min(q);
            let (before, block) = self.rows.split_at_mut(first * stride);
            for (row, &feature) in block.chunks_exact_mut(stride).zip(&self.members[first..last]) {
                for (slot, member) in row.iter_mut().zip(&self.members[..last]) {
                    *slot = gram[feature * p + member];
                }
            }
            if last - first == 4 {
                for (i, done) in before.chunks_exact(stride).enumerate() {
                    let rows = [0, 1, 2, 3].map(|r| &block[r * stride..][..i]);
                    let sums = dot_four::<V>(&done[..i], rows);
                    for (r, sum) in sums.iter().enumerate() {
                        let slot = &mut block[r * stride + i];
                        *slot = (*slot - sum) * self.inverse_diagonal[i];
                    }
                }
            } else {
                for (i, done) in before.chunks_exact(stride).enumerate() {
                    for row in block.chunks_exact_mut(stride).take(last - first) {
                        let sum = dot::<V>(&done[..i], &row[..i]);
                        row[i] = (row[i] - sum) * self.inverse_diagonal[i];
                    }
                }
            }
            for i in first..last {
                let (above, rest) = block.split_at_mut((i - first) * stride);
                let row = &mut rest[..stride];
                for (k, done) in (first..i).zip(above.chunks_exact(stride)) {
                    let sum = dot::<V>(&done[..k], &row[..k]);
                    row[k] = (row[k] - sum) * self.inverse_diagonal[k];
                }
                let pivot = row[i] + l2 - dot::<V>(&row[..i], &row[..i]);
                if pivot <= COLLINEAR {
                    self.clear();
                    return false;
                }
                row[i] = pivot.sqrt();
                self.inverse_diagonal[i] = 1.0 / row[i];
            }
            first = last;
        }
        true
    }

    /// Removes a feature, if it is a member.
    pub(super) fn remove(&mut self, feature: usize) {
        let Some(from) = self.position[feature].take() else { return };
        self.members.remove(from);
        let (q, stride) = (self.members.len(), self.stride);
        for (position, member) in self.members.iter().enumerate().skip(from) {
            self.position[*member] = Some(position);
        }
        // Each row below moves up and has one entry too many: a rotation of its last two columns
        // takes that away, and the rows below it take part.
        let mut rotations: Vec<(f64, f64)> = Vec::with_capacity(q - from);
        for i in from..q {
            let (above, below) = self.rows.split_at_mut((i + 1) * stride);
            let row = &mut above[i * stride..];
            row[..i + 2].copy_from_slice(&below[..i + 2]);
            let mut carried = row[from];
            for (k, (cosine, sine)) in rotations.iter().enumerate() {
                let next = row[from + k + 1];
                row[from + k] = cosine * carried + sine * next;
                carried = cosine * next - sine * carried;
            }
            let next = row[i + 1];
            let length = (carried * carried + next * next).sqrt();
            rotations.push((carried / length, next / length));
            row[i] = length;
            self.inverse_diagonal[i] = 1.0 / length;
        }
    }

    /// Overwrites `x`, one value a member, with the solution of `L L' x = x`.
    #[inline(always)]
    pub(super) fn solve<V: Vector>(&self, x: &mut [f64]) {
        for i in 0..x.len() {
            let row = &self.rows[i * self.stride..][..i];
            x[i] = (x[i] - dot::<V>(row, &x[..i])) * self.inverse_diagonal[i];
        }
        for i in (0..x.len()).rev() {
            let (low, high) = x.split_at_mut(i);
            high[0] *= self.inverse_diagonal[i];
            subtract_scaled::<V>(low, high[0], &self.rows[i * self.stride..][..i]);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::statistics::noise;
    use crate::engine::model::lanes::{Work, run_widest};

    /// A positive definite matrix, row-major.
    fn matrix(seed: u64, p: usize) -> Vec<f64> {
        let mut noise = noise::uniform(seed);
        let rows: Vec<f64> = (0..3 * p * p).map(|_| noise()).collect();
        let entry = |i: usize, j: usize| -> f64 {
            rows.chunks_exact(p).map(|row| row[i] * row[j]).sum::<f64>() / (3 * p) as f64
        };
        (0..p * p).map(|at| entry(at / p, at % p)).collect()
    }

    /// Adds a feature that is not there, removes one that is; then solves for ones.
    struct Changes<'a> {
        factor: &'a mut Factor,
        gram: &'a [f64],
        p: usize,
        changes: &'a [usize],
        solution: &'a mut Vec<f64>,
    }

    impl Work for Changes<'_> {
        #[inline(always)]
        fn run<V: Vector>(self) {
            let Self { factor, gram, p, changes, solution } = self;
            for &j in changes {
                let j = j % p;
                if factor.contains(j) {
                    factor.remove(j);
                } else {
                    let row = &gram[j * p..(j + 1) * p];
                    assert!(factor.add::<V>(j, row, row[j] + 0.1));
                }
            }
            solution.resize(factor.members().len(), 1.0);
            factor.solve::<V>(solution);
        }
    }

    proptest! {
        #[test]
        fn a_factor_solves_for_its_members_whoever_came_and_went(
            seed: u64,
            p in 1_usize..40,
            changes in prop::collection::vec(any::<usize>(), 0..120),
        ) {
            let gram = matrix(seed, p);
            let mut factor = Factor::new(p);
            let mut solution = Vec::new();
            let factored = &mut factor;
            run_widest(Changes { factor: factored, gram: &gram, p, changes: &changes, solution: &mut solution });
            for &i in factor.members() {
                let row = factor.members().iter().zip(&solution);
                let image: f64 = row.map(|(&j, x)| gram[i * p + j] * x).sum();
                let own = solution[factor.members().iter().position(|j| *j == i).unwrap()];
                prop_assert!((image + 0.1 * own - 1.0).abs() < 1e-9, "{image}");
            }
        }
    }

    #[test]
    fn a_factor_made_anew_is_that_of_one_feature_after_another() {
        struct Both<'a>(&'a [f64], usize, [&'a mut Factor; 2]);

        impl Work for Both<'_> {
            #[inline(always)]
            fn run<V: Vector>(self) {
                let Self(gram, p, [grown, anew]) = self;
                for j in 0..p {
                    let row = &gram[j * p..(j + 1) * p];
                    assert!(grown.add::<V>(j, row, row[j] + 0.3));
                    assert!(anew.add::<V>(j, row, row[j] + 0.1));
                }
                assert!(anew.make_anew::<V>(gram, 0.3));
            }
        }

        for p in [1, 3, 4, 9, 38] {
            let gram = matrix(7, p);
            let (mut grown, mut anew) = (Factor::new(p), Factor::new(p));
            run_widest(Both(&gram, p, [&mut grown, &mut anew]));
            for i in 0..p {
                for k in 0..=i {
                    let (a, b) = (grown.rows[i * p + k], anew.rows[i * p + k]);
                    assert!((a - b).abs() < 1e-13, "{p} {i} {k}: {a} {b}");
                }
            }
        }
    }

    #[test]
    fn what_depends_on_the_members_is_not_added() {
        struct Twice<'a>(&'a mut Factor, &'a mut [bool; 2]);

        impl Work for Twice<'_> {
            #[inline(always)]
            fn run<V: Vector>(self) {
                let gram = [1.0, 1.0];
                *self.1 = [0, 1].map(|j| self.0.add::<V>(j, &gram, 1.0));
            }
        }

        let (mut factor, mut added) = (Factor::new(2), [false; 2]);
        run_widest(Twice(&mut factor, &mut added));
        assert_eq!((added, factor.members()), ([true, false], &[0][..]));
        factor.clear();
        assert!(factor.members().is_empty() && !factor.contains(0));
    }
}
