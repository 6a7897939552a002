//! Analysis of variance of estimates over choices, main effects only.
//!
//! Specifications are no sample of anything, so there is no F test here: sums of squares describe.
//! Where all combinations are there the shares of the choices add up to what they explain together
//! in one way only. Where some are left out they do not, and a choice's share is the mean of what it
//! adds over all orders in which the choices can enter (Lindeman, Merenda and Gold 1980; the Shapley
//! value); its Type II sum of squares, what it adds to all others, stands beside.

/// What choices explain of some estimates.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Explained {
    /// By choice: the mean share of the variance that it adds.
    pub(super) shares: Vec<f64>,
    /// By choice: the Type II sum of squares.
    pub(super) sums_of_squares: Vec<f64>,
    /// By choice: the dimensions that it adds to all others.
    pub(super) degrees_of_freedom: Vec<usize>,
    /// The share of all choices together.
    pub(super) together: f64,
}

/// A column that the ones before it give up to this share of its variance adds nothing.
const DEPENDENT: f64 = 1e-9;

/// Weighs choices by how they explain estimates; `None` of estimates that do not differ.
///
/// `choices` has the level of each estimate, from 0, one list a choice.
pub(super) fn explained(estimates: &[f64], choices: &[Vec<usize>]) -> Option<Explained> {
    let n = estimates.len() as f64;
    let mean = estimates.iter().sum::<f64>() / n;
    let total: f64 = estimates.iter().map(|y| (y - mean) * (y - mean)).sum();
    let largest = estimates.iter().fold(0.0_f64, |largest, y| largest.max(y.abs()));
    // What is left of equal numbers after subtracting their mean is rounding.
    if estimates.len() < 2 || total <= n * largest * largest * 1e-28 {
        return None;
    }
    let moments = Moments::new(estimates, mean, choices);
    let count = choices.len();
    let subsets: Vec<(f64, usize)> = (0..1_usize << count).map(|set| moments.fit(set)).collect();
    let all = subsets.len() - 1;
    let mut shares = vec![0.0; count];
    for (choice, share) in shares.iter_mut().enumerate() {
        for set in (0..subsets.len()).filter(|set| set & (1 << choice) == 0) {
            let added = subsets[set | 1 << choice].0 - subsets[set].0;
            *share += weight(set.count_ones() as usize, count) * added / total;
        }
    }
    let without = |choice: usize| subsets[all & !(1 << choice)];
    Some(Explained {
        shares,
        sums_of_squares: (0..count).map(|c| (subsets[all].0 - without(c).0).max(0.0)).collect(),
        degrees_of_freedom: (0..count).map(|c| subsets[all].1 - without(c).1).collect(),
        together: subsets[all].0 / total,
    })
}

/// The share of the orders of `count` choices in which exactly `before` given ones come before
/// another: `before! (count - before - 1)! / count!`.
fn weight(before: usize, count: usize) -> f64 {
    let binomial = (0..before).fold(1.0, |b, i| b * (count - 1 - i) as f64 / (i + 1) as f64);
    1.0 / (count as f64 * binomial)
}

/// Moments of the indicators of all levels but each choice's first, about their means.
struct Moments {
    /// Columns of each choice.
    columns: Vec<std::ops::Range<usize>>,
    /// Square, row-major.
    gram: Vec<f64>,
    with_estimate: Vec<f64>,
}

impl Moments {
    fn new(estimates: &[f64], mean: f64, choices: &[Vec<usize>]) -> Self {
        let mut columns = Vec::with_capacity(choices.len());
        let mut indicators: Vec<Vec<f64>> = Vec::new();
        for levels in choices {
            let first = indicators.len();
            for level in 1..=levels.iter().copied().max().unwrap_or(0) {
                let column = levels.iter().map(|of| f64::from(u8::from(*of == level)));
                let column: Vec<f64> = column.collect();
                let share = column.iter().sum::<f64>() / column.len() as f64;
                indicators.push(column.iter().map(|value| value - share).collect());
            }
            columns.push(first..indicators.len());
        }
        let product = |a: &[f64], b: &[f64]| crate::base::statistics::dot(a, b);
        let centred: Vec<f64> = estimates.iter().map(|y| y - mean).collect();
        let gram = indicators.iter().flat_map(|a| indicators.iter().map(|b| product(a, b)));
        Self {
            gram: gram.collect(),
            with_estimate: indicators.iter().map(|column| product(column, &centred)).collect(),
            columns,
        }
    }

    /// The sum of squares that a set of choices explains, and how many of their columns are free: a
    /// Cholesky factor that passes over columns which those before them give.
    fn fit(&self, set: usize) -> (f64, usize) {
        let of_set = self.columns.iter().enumerate().filter(|(choice, _)| set & (1 << choice) != 0);
        let columns: Vec<usize> = of_set.flat_map(|(_, columns)| columns.clone()).collect();
        let size = self.with_estimate.len();
        let mut rows: Vec<Vec<f64>> = Vec::new();
        let mut solved: Vec<f64> = Vec::new();
        let mut kept: Vec<usize> = Vec::new();
        for column in columns {
            let mut row: Vec<f64> = Vec::with_capacity(kept.len() + 1);
            for (at, other) in kept.iter().enumerate() {
                let sum: f64 = (0..at).map(|i| row[i] * rows[at][i]).sum();
                row.push((self.gram[column * size + other] - sum) / rows[at][at]);
            }
            let own = self.gram[column * size + column];
            let left = own - row.iter().map(|value| value * value).sum::<f64>();
            if left <= DEPENDENT * own {
                continue;
            }
            let root = left.sqrt();
            let sum: f64 = row.iter().zip(&solved).map(|(a, b)| a * b).sum();
            solved.push((self.with_estimate[column] - sum) / root);
            row.push(root);
            rows.push(row);
            kept.push(column);
        }
        (solved.iter().map(|value| value * value).sum(), kept.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: &[f64], b: &[f64], within: f64) {
        assert!(
            a.iter().zip(b).all(|(a, b)| (a - b).abs() < within) && a.len() == b.len(),
            "{a:?}"
        );
    }

    /// Two choices of 2 and 3 levels, every combination twice: sums of squares by hand.
    #[test]
    fn where_all_combinations_are_there_every_order_gives_the_same() {
        let a: Vec<usize> = (0..12).map(|i| i / 6).collect();
        let b: Vec<usize> = (0..12).map(|i| i % 3).collect();
        let wobble = [0.1, -0.1, 0.0, -0.1, 0.1, 0.0, 0.1, -0.1, 0.0, -0.1, 0.1, 0.0];
        let estimates: Vec<f64> =
            (0..12).map(|i| 2.0 * a[i] as f64 + [0.0, 1.0, 5.0][b[i]] + wobble[i]).collect();
        let found = explained(&estimates, &[a, b]).unwrap();
        // 12 (2/2)^2, and 4 ((0 - 2)^2 + (1 - 2)^2 + (5 - 2)^2); the wobble is orthogonal to both.
        let (of_a, of_b, rest) = (12.0, 56.0, 8.0 * 0.01);
        let total = of_a + of_b + rest;
        close(&found.sums_of_squares, &[of_a, of_b], 1e-9);
        close(&found.shares, &[of_a / total, of_b / total], 1e-12);
        close(&[found.together], &[1.0 - rest / total], 1e-12);
        assert_eq!(found.degrees_of_freedom, [1, 2]);
    }

    /// Seventeen estimates over choices of 3, 2 and 4 levels, far from balanced: `anova_lm(typ=2)` of
    /// statsmodels 0.14 and, for the shares, the mean over all orders of its R2.
    #[test]
    fn where_some_are_left_out_it_is_what_statsmodels_finds() {
        let level = |of: fn(usize) -> usize| -> Vec<usize> { (0..17).map(of).collect() };
        let choices = [level(|i| i * 7 % 3), level(|i| i * i % 2), level(|i| i / 3 % 4)];
        let estimates: Vec<f64> = (0..17)
            .map(|i| {
                let [a, b, c] = [0, 1, 2].map(|choice: usize| choices[choice][i]);
                0.5 * a as f64 - 0.25 * (a * b) as f64
                    + 0.125 * (i * 5 % 7) as f64
                    + f64::from(u8::from(c == 2))
            })
            .collect();
        let found = explained(&estimates, &choices).unwrap();
        let sums = [2.383_678_160_919_541_4, 0.146_25, 2.117_976_190_476_194];
        close(&found.sums_of_squares, &sums, 1e-12);
        let shares = [0.420_710_370_388_660_77, 0.044_506_870_739_153_99, 0.376_854_605_154_557_5];
        close(&found.shares, &shares, 1e-12);
        close(&[found.together], &[0.842_071_846_282_372_6], 1e-12);
        assert_eq!(found.degrees_of_freedom, [2, 1, 3]);
    }

    #[test]
    fn choices_that_say_the_same_share_what_they_explain() {
        let level: Vec<usize> = (0..8).map(|i| i % 2).collect();
        let estimates: Vec<f64> = (0..8).map(|i| (i % 2) as f64 + 0.1 * (i / 4) as f64).collect();
        let found = explained(&estimates, &[level.clone(), level.clone()]).unwrap();
        close(&found.shares, &[found.together / 2.0; 2], 1e-12);
        close(&found.sums_of_squares, &[0.0, 0.0], 1e-12);
        assert_eq!(found.degrees_of_freedom, [0, 0]);
        assert_eq!(explained(&[0.3; 8], std::slice::from_ref(&level)), None, "nothing to explain");
        assert_eq!(explained(&[0.3], &[vec![0]]), None);
        let none = explained(&estimates, &[]).unwrap();
        assert_eq!((none.together, none.shares.len()), (0.0, 0));
    }
}
