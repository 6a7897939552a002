//! The relation of the target to its features over the whole record: one index, in units of each
//! day's risk (methods, section 11). It looks back, and its users say so.

use ndarray::{Array2, ArrayView1, Axis};

use super::risk;
use crate::base::linalg::symmetric_eigen;
use crate::base::statistics::{dot, smallest};

/// Standardised values beyond this count as this much.
const CLIP: f64 = 3.0;

/// Features above which the index is a ridge regression.
const MANY: usize = 30;

/// Rows for each feature below which the index is a ridge regression.
const ROWS_PER_FEATURE: usize = 20;

/// Share of the largest eigenvalue below which a direction of the features is none.
const RANK: f64 = 1e-10;

/// Target and features, `n` rows of `k` features.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    /// The supervised row of the first row here.
    first: usize,
    /// `y / sqrt(v)` less its weighted intercept, `n`.
    target: Vec<f64>,
    /// `x / sqrt(v)` less its weighted intercept, columns of unit deviation, `n x k`.
    features: Array2<f64>,
}

/// One row of a regression of the clipped target on the clipped index.
pub(super) type Point = (f64, f64);

/// The slope of a straight line with its error (HC0, White 1980).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Slope {
    pub(crate) value: f64,
    pub(crate) error: f64,
}

impl Relation {
    /// From all supervised rows `y` and `x`, `n x k`, with the ex-ante variance by row.
    pub(crate) fn new(y: &[f64], x: &Array2<f64>, variance: &[f64]) -> Self {
        let first = risk::FIRST;
        let weight: Vec<f64> = variance[first..].iter().map(|v| 1.0 / v.sqrt()).collect();
        let squares = dot(&weight, &weight);
        let scaled = |values: &mut dyn Iterator<Item = f64>| -> Vec<f64> {
            let mut scaled: Vec<f64> = values.zip(&weight).map(|(value, w)| value * w).collect();
            let intercept = dot(&scaled, &weight) / squares;
            scaled.iter_mut().zip(&weight).for_each(|(value, w)| *value -= intercept * w);
            scaled
        };
        let target = scaled(&mut y[first..].iter().copied());
        let mut features = Array2::zeros((target.len(), x.ncols()));
        for (column, mut slot) in x.axis_iter(Axis(1)).zip(features.axis_iter_mut(Axis(1))) {
            let mut values = scaled(&mut column.iter().skip(first).copied());
            let deviation = deviation(&values);
            if deviation > 0.0 {
                values.iter_mut().for_each(|value| *value /= deviation);
            }
            slot.iter_mut().zip(values).for_each(|(slot, value)| *slot = value);
        }
        Self { first, target, features }
    }

    /// Number of rows `n`.
    pub(crate) fn len(&self) -> usize {
        self.target.len()
    }

    /// The supervised row of a row here.
    pub(crate) fn supervised(&self, row: usize) -> usize {
        self.first + row
    }

    /// The direction in which the features told most about the target over some rows: least
    /// squares, or a ridge regression with the penalty of least generalised cross-validation (Golub,
    /// Heath and Wahba 1979) where the features are many. Length `k`; `None` where they tell
    /// nothing.
    pub(super) fn direction(&self, rows: &[usize]) -> Option<Vec<f64>> {
        let (k, n) = (self.features.ncols(), rows.len());
        let mut gram = vec![0.0; k * k];
        let mut products = vec![0.0; k];
        for &row in rows {
            let z = self.features.row(row).to_slice()?;
            for (i, value) in z.iter().enumerate() {
                products[i] += value * self.target[row];
                for (sum, other) in gram[i * k..].iter_mut().zip(&z[..=i]) {
                    *sum += value * other;
                }
            }
        }
        for i in 0..k {
            for j in 0..i {
                gram[j * k + i] = gram[i * k + j];
            }
        }
        let scale = 1.0 / n.max(1) as f64;
        gram.iter_mut().chain(&mut products).for_each(|value| *value *= scale);
        let eigen = symmetric_eigen(&gram, k)?;
        let largest = *eigen.values.first().filter(|value| **value > 0.0)?;
        let along: Vec<f64> = eigen.vectors.iter().map(|vector| dot(vector, &products)).collect();
        let is_wide = k > MANY || n < ROWS_PER_FEATURE * k;
        let penalty = if is_wide {
            let squares = rows.iter().map(|&row| self.target[row] * self.target[row]).sum::<f64>();
            ridge_penalty(&eigen.values, &along, squares * scale, n)
        } else {
            0.0
        };
        let mut direction = vec![0.0; k];
        for ((value, vector), along) in eigen.values.iter().zip(&eigen.vectors).zip(&along) {
            if *value > RANK * largest {
                let length = along / (value + penalty);
                direction.iter_mut().zip(vector).for_each(|(slot, v)| *slot += length * v);
            }
        }
        direction.iter().any(|b| *b != 0.0).then_some(direction)
    }

    /// The index of some rows in a direction, with the deviation that it has over `unit`.
    pub(super) fn index(
        &self,
        direction: &[f64],
        rows: &[usize],
        unit: &[usize],
    ) -> Option<Vec<f64>> {
        let direction = ArrayView1::from(direction);
        let along = |rows: &[usize]| -> Vec<f64> {
            rows.iter().map(|&row| self.features.row(row).dot(&direction)).collect()
        };
        let deviation = deviation(&along(unit));
        (deviation > 0.0).then(|| along(rows).into_iter().map(|value| value / deviation).collect())
    }

    /// The target of some rows.
    pub(super) fn target(&self, rows: &[usize]) -> Vec<f64> {
        rows.iter().map(|&row| self.target[row]).collect()
    }
}

pub(super) fn clip(value: f64) -> f64 {
    value.clamp(-CLIP, CLIP)
}

/// Target and index, both clipped.
pub(super) fn points(target: &[f64], index: &[f64]) -> Vec<Point> {
    target.iter().zip(index).map(|(a, i)| (clip(*i), clip(*a))).collect()
}

/// The slope of a straight line with a constant through points `(x, y)`; `None` where `x` does not
/// vary or nothing is left to err.
pub(super) fn slope(points: &[Point]) -> Option<Slope> {
    let n = points.len() as f64;
    let (sum_x, sum_y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
    let (mean_x, mean_y) = (sum_x / n, sum_y / n);
    let centred = || points.iter().map(|(x, y)| (x - mean_x, y - mean_y));
    let squares: f64 = centred().map(|(x, _)| x * x).sum();
    let value = centred().map(|(x, y)| x * y).sum::<f64>() / squares;
    let error: f64 =
        centred().map(|(x, y)| square(x * (y - value * x))).sum::<f64>().sqrt() / squares;
    (squares > 0.0 && error > 0.0).then_some(Slope { value, error })
}

fn square(value: f64) -> f64 {
    value * value
}

/// The penalty, of 41 from a ten-thousandth to ten thousand times the mean eigenvalue.
fn ridge_penalty(values: &[f64], along: &[f64], squares: f64, n: usize) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let grid: Vec<f64> =
        (0..41).map(|step| mean * libm::exp10(f64::from(step) / 5.0 - 4.0)).collect();
    let criterion = |penalty: &f64| {
        let (mut residual, mut degrees) = (squares, 0.0);
        for (value, along) in values.iter().map(|value| value.max(0.0)).zip(along) {
            let shrunk = 1.0 / (value + penalty);
            residual += along * along * shrunk * (value * shrunk - 2.0);
            degrees += value * shrunk;
        }
        let free = 1.0 - degrees / n as f64;
        if free > 0.0 { residual / (free * free) } else { f64::INFINITY }
    };
    grid[smallest(&grid.iter().map(criterion).collect::<Vec<f64>>())]
}

/// Population standard deviation; 0 of none.
fn deviation(values: &[f64]) -> f64 {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n).sqrt()
}

#[cfg(test)]
pub(super) mod simulated {
    //! Records with a known relation, for tests.

    use ndarray::Array2;

    use super::{Relation, risk};
    use crate::base::statistics::noise;

    /// Features of a record, and how the target follows their first: by `strength` of the row.
    pub(crate) fn relation(seed: u64, rows: usize, strength: impl Fn(usize) -> f64) -> Relation {
        let mut uniform = noise::uniform(seed.wrapping_mul(0x9e37_79b9) + 1);
        let mut normal = || (0..12).map(|_| uniform()).sum::<f64>();
        let x = Array2::from_shape_simple_fn((rows, 3), &mut normal);
        // Volatility that comes and goes, as the target's does.
        let deviation = |row: usize| if (row / 250).is_multiple_of(2) { 1.0 } else { 2.0 };
        let y: Vec<f64> = (0..rows)
            .map(|row| deviation(row) * (normal() + strength(row) * x[[row, 0]]))
            .collect();
        let variance = risk::ex_ante_variance(&y).unwrap();
        Relation::new(&y, &x, &variance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_direction_finds_the_feature_that_tells() {
        let relation = simulated::relation(1, 3_000, |_| 0.3);
        let rows: Vec<usize> = (0..relation.len()).collect();
        let direction = relation.direction(&rows).unwrap();
        assert!(direction[0] > 0.2 && direction[1].abs() < 0.06 && direction[2].abs() < 0.06);
        let index = relation.index(&direction, &rows, &rows).unwrap();
        assert!((deviation(&index) - 1.0).abs() < 1e-12);
        let slope = slope(&points(&relation.target(&rows), &index)).unwrap();
        assert!(slope.value / slope.error > 10.0);
    }

    #[test]
    fn many_features_of_few_rows_are_shrunk() {
        let relation = simulated::relation(2, 110, |_| 0.0);
        let rows: Vec<usize> = (0..relation.len()).collect();
        let (few, all) = (&rows[..40], relation.direction(&rows).unwrap());
        let shrunk = relation.direction(few).unwrap();
        let length = |b: &[f64]| b.iter().map(|b| b * b).sum::<f64>();
        assert!(length(&shrunk) < 0.2, "{shrunk:?} {all:?}");
    }

    #[test]
    fn a_slope_is_that_of_least_squares_with_the_error_of_white() {
        // numpy: slope and HC0 error of y on x with a constant.
        let found = slope(&[(0.0, 1.0), (1.0, 2.0), (2.0, 2.0), (3.0, 5.0)]).unwrap();
        assert!((found.value - 1.2).abs() < 1e-12);
        let squares = [(-1.5, 0.3), (-0.5, 0.1), (0.5, -1.1), (1.5, 0.7)];
        let hc0 = squares.map(|(x, e): (f64, f64)| square(x * e)).iter().sum::<f64>().sqrt() / 5.0;
        assert!((found.error - hc0).abs() < 1e-12);
        assert_eq!(slope(&[(1.0, 1.0), (1.0, 2.0)]), None);
    }
}
