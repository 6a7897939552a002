//! Running means and co-moments of rows: all that a fit or a correlation needs of its window.
//!
//! A window of any length is summarised by `k` means and a `k x k` matrix of centred
//! cross-products; a row enters or leaves in `O(k^2)`, and no later step ever passes over the rows
//! again. Updates are centred (Welford 1962; with weights West 1979), so nothing cancels.

/// Means and centred cross-products of the rows added and not removed.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    k: usize,
    count: usize,
    /// Sum of the rows' weights.
    weight: f64,
    mean: Vec<f64>,
    /// Lower triangle, row `i` at `i * k`; the upper part is not kept.
    comoment: Vec<f64>,
    delta: Vec<f64>,
    /// Largest sum of squares of each variable since the moments were last computed afresh: what
    /// rounding errors are relative to.
    pub(super) peak: Vec<f64>,
}

impl Moments {
    /// Of `k` variables and no row.
    pub fn new(k: usize) -> Self {
        Self {
            k,
            count: 0,
            weight: 0.0,
            mean: vec![0.0; k],
            comoment: vec![0.0; k * k],
            delta: vec![0.0; k],
            peak: vec![0.0; k],
        }
    }

    /// Number of variables.
    pub fn variables(&self) -> usize {
        self.k
    }

    /// Number of rows.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Sum of the rows' weights: their number where each counts once. Co-moments over it are the
    /// population's.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// Means of the variables.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// `sum w (z_i - mean_i)(z_j - mean_j)`, `w` the rows' weights.
    pub fn comoment(&self, i: usize, j: usize) -> f64 {
        self.comoment[i.max(j) * self.k + i.min(j)]
    }

    /// Row `i` of the lower triangle: the co-moments with variables `0..=i`.
    pub fn lower_row(&self, i: usize) -> &[f64] {
        &self.comoment[i * self.k..=i * self.k + i]
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        self.count = 0;
        self.weight = 0.0;
        self.mean.fill(0.0);
        self.comoment.fill(0.0);
        self.peak.fill(0.0);
    }

    /// Whether variable `j` does not vary over the rows, up to what rounding may have left of
    /// rows that are gone.
    pub fn is_constant(&self, j: usize) -> bool {
        let rows = self.count as f64;
        let mean = rows * self.mean[j] * f64::EPSILON;
        let left_over = rows * f64::EPSILON * self.peak[j];
        self.comoment(j, j) <= left_over + self.weight * mean * mean
    }

    /// One over the root of each variable's sum of squares; 0 for one that does not vary, so that
    /// `comoment(i, j) * inverse[i] * inverse[j]` is the Pearson correlation, and 0 with such a one.
    pub(crate) fn inverse_roots(&self) -> Vec<f64> {
        let inverse = |j| if self.is_constant(j) { 0.0 } else { 1.0 / self.comoment(j, j).sqrt() };
        (0..self.k).map(inverse).collect()
    }

    /// Writes the Pearson correlations, `k x k` row-major: 1 on the diagonal, 0 with a variable
    /// that does not vary.
    pub(crate) fn correlations(&self, matrix: &mut [f64]) {
        let (k, inverse) = (self.k, self.inverse_roots());
        for i in 0..k {
            for (j, comoment) in self.lower_row(i)[..i].iter().enumerate() {
                let correlation = comoment * inverse[i] * inverse[j];
                matrix[i * k + j] = correlation;
                matrix[j * k + i] = correlation;
            }
            matrix[i * k + i] = 1.0;
        }
    }

    /// Takes a row of `k` values in.
    pub fn add(&mut self, row: &[f64]) {
        self.add_weighted(row, 1.0);
    }

    /// Takes a row in that counts `weight` times, which is not negative; with weight 0 it is left
    /// out.
    pub fn add_weighted(&mut self, row: &[f64], weight: f64) {
        if weight > 0.0 {
            self.count += 1;
            self.update(row, weight);
        }
    }

    /// Takes a row out that was added before.
    pub fn remove(&mut self, row: &[f64]) {
        self.remove_weighted(row, 1.0);
    }

    /// Takes a row out that was added with this weight.
    pub fn remove_weighted(&mut self, row: &[f64], weight: f64) {
        if weight <= 0.0 {
            return;
        }
        if self.count <= 1 {
            self.clear();
        } else {
            self.count -= 1;
            self.update(row, -weight);
        }
    }

    /// Takes a row in, or out where its weight is negative.
    fn update(&mut self, row: &[f64], weight: f64) {
        let before = self.weight;
        let after = before + weight;
        self.weight = after;
        for ((delta, value), mean) in self.delta.iter_mut().zip(row).zip(&mut self.mean) {
            *delta = value - *mean;
            *mean += weight * *delta / after;
        }
        self.rank_one(weight * (before / after));
    }

    fn rank_one(&mut self, weight: f64) {
        for i in 0..self.k {
            let scaled = self.delta[i] * weight;
            let target = &mut self.comoment[i * self.k..=i * self.k + i];
            for (entry, delta) in target.iter_mut().zip(&self.delta) {
                *entry += scaled * delta;
            }
            self.peak[i] = self.peak[i].max(self.comoment[i * self.k + i]);
        }
    }

    /// The moments of `all` with the rows of `part`, which are among them, counted fully and the
    /// others `others` times, in `[0, 1]`.
    pub fn blend(&mut self, part: &Moments, all: &Moments, others: f64) {
        let (w_part, w_all) = ((1.0 - others) * part.weight, others * all.weight);
        let weight = w_part + w_all;
        if part.count == 0 || weight <= 0.0 {
            self.clone_from(all);
            return;
        }
        self.count = if others > 0.0 { all.count } else { part.count };
        self.weight = weight;
        let between = w_part * w_all / weight;
        for i in 0..self.k {
            self.delta[i] = part.mean[i] - all.mean[i];
            self.mean[i] = (w_part * part.mean[i] + w_all * all.mean[i]) / weight;
        }
        for i in 0..self.k {
            for j in 0..=i {
                let at = i * self.k + j;
                self.comoment[at] = (1.0 - others) * part.comoment[at]
                    + others * all.comoment[at]
                    + between * self.delta[i] * self.delta[j];
            }
            self.peak[i] = part.peak[i].max(all.peak[i]);
        }
    }

    /// Computes the moments of `rows` with their weights afresh, in two passes.
    pub(super) fn rebuild<'a>(&mut self, rows: impl Iterator<Item = (&'a [f64], f64)> + Clone) {
        self.clear();
        let rows = rows.filter(|(_, weight)| *weight > 0.0);
        for (row, weight) in rows.clone() {
            self.count += 1;
            self.weight += weight;
            for (mean, value) in self.mean.iter_mut().zip(row) {
                *mean += weight * value;
            }
        }
        if self.count == 0 {
            return;
        }
        self.mean.iter_mut().for_each(|mean| *mean /= self.weight);
        for (row, weight) in rows {
            for ((delta, value), mean) in self.delta.iter_mut().zip(row).zip(&self.mean) {
                *delta = value - mean;
            }
            self.rank_one(weight);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::statistics::noise;

    /// How far two moments of the same rows are apart, in units of the largest that the sums
    /// of squares and means have been on the way: what rounding is relative to.
    pub(in crate::base::moments) fn apart(
        a: &Moments,
        fresh: &Moments,
        peak: &[f64],
        largest: &[f64],
    ) -> f64 {
        let mut worst = 0.0_f64;
        for i in 0..a.k {
            worst = worst.max((a.mean[i] - fresh.mean[i]).abs() / largest[i]);
            for j in 0..=i {
                let scale = (peak[i] * peak[j]).sqrt().max(f64::MIN_POSITIVE);
                worst = worst.max((a.comoment(i, j) - fresh.comoment(i, j)).abs() / scale);
            }
        }
        worst
    }

    proptest! {
        #[test]
        fn rows_may_come_and_go_in_any_order(
            seed in 1_u64..,
            k in 1_usize..6,
            steps in prop::collection::vec((any::<bool>(), any::<prop::sample::Index>()), 1..250),
        ) {
            let rows = rows(steps.len(), k);
            let row = |i: usize| &rows[(i * k + seed as usize % 7 * k) % rows.len()..][..k];
            let (mut moments, mut fresh) = (Moments::new(k), Moments::new(k));
            let mut inside: Vec<usize> = Vec::new();
            let (mut peak, mut largest) = (vec![0.0_f64; k], vec![1e-300_f64; k]);
            for (step, (enters, which)) in steps.iter().enumerate() {
                if *enters || inside.is_empty() {
                    inside.push(step);
                    moments.add(row(step));
                } else {
                    let leaving = inside.swap_remove(which.index(inside.len()));
                    moments.remove(row(leaving));
                }
                for j in 0..k {
                    peak[j] = peak[j].max(moments.comoment(j, j));
                    largest[j] = largest[j].max(row(step)[j].abs());
                }
                fresh.rebuild(inside.iter().map(|&i| (row(i), 1.0)));
                prop_assert_eq!(moments.count(), inside.len());
                let apart = apart(&moments, &fresh, &peak, &largest);
                prop_assert!(apart < 1e-12, "{:e} after {} steps", apart, step);
            }
        }
    }

    /// Heavy-tailed rows with a mean, a collinear pair and a burst of large values.
    pub(in crate::base::moments) fn rows(n: usize, k: usize) -> Vec<f64> {
        let mut next = noise::uniform(7);
        let mut rows = Vec::with_capacity(n * k);
        for i in 0..n {
            let scale = if (n / 3..n / 3 + 60).contains(&i) { 30.0 } else { 1.0 };
            let common = next();
            for j in 0..k {
                let own = next();
                rows.push(5e-4 + 0.02 * scale * (common + own * own * own * (j as f64 + 0.5)));
            }
        }
        rows
    }

    #[test]
    fn a_blend_has_the_moments_of_weighted_rows() {
        let k = 2;
        let rows = rows(90, k);
        let row = |i: usize| &rows[i * k..(i + 1) * k];
        let new = || Moments::new(k);
        let (mut part, mut all, mut blend, mut repeated) = (new(), new(), new(), new());
        for i in 0..90 {
            all.add(row(i));
            repeated.add(row(i));
            if i % 3 == 0 {
                part.add(row(i));
                // Weight 1/4 for the others: the part four times as often.
                (0..3).for_each(|_| repeated.add(row(i)));
            }
        }
        blend.blend(&part, &all, 0.25);
        for i in 0..k {
            assert!((blend.mean[i] - repeated.mean[i]).abs() < 1e-15);
            for j in 0..=i {
                let ours = blend.comoment(i, j) / blend.weight;
                let theirs = repeated.comoment(i, j) / repeated.count as f64;
                assert!((ours / theirs - 1.0).abs() < 1e-10, "{ours} {theirs}");
            }
        }
        blend.blend(&Moments::new(k), &all, 0.25);
        assert_eq!(blend, all, "a part without rows is pooled");
    }
}
