//! A mixture of Gaussians: its parameters and densities.

use crate::base::statistics::dot;
use crate::base::units::math;

/// `ln(2 pi)`.
const LN_2_PI: f64 = 1.837_877_066_409_345_3;

/// A mixture; a fitted one has its components in the order of the mean of the first feature.
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianMixture {
    /// Features a row, `d`.
    pub width: usize,
    /// Share of each of the `K` components.
    pub weights: Vec<f64>,
    /// `K x d`, row-major.
    pub means: Vec<f64>,
    /// `K x d x d`, row-major.
    pub covariances: Vec<f64>,
    /// Lower triangular factors of the covariances, in the same layout.
    factors: Vec<f64>,
    /// Logarithm of each factor's determinant.
    log_determinants: Vec<f64>,
}

impl GaussianMixture {
    /// A mixture of given parameters; `None` where they are none: a weight that is not positive,
    /// a covariance that is not positive definite.
    pub fn new(weights: Vec<f64>, means: Vec<f64>, covariances: Vec<f64>) -> Option<Self> {
        let width = means.len().checked_div(weights.len())?;
        if weights.iter().any(|weight| weight.is_nan() || *weight <= 0.0) {
            return None;
        }
        let mut factors = Vec::with_capacity(covariances.len());
        let mut log_determinants = Vec::with_capacity(weights.len());
        for covariance in covariances.chunks_exact(width * width) {
            let factor = cholesky(covariance, width)?;
            let determinant: f64 = factor.iter().step_by(width + 1).product();
            log_determinants.push(math::ln(determinant));
            factors.extend(factor);
        }
        Some(Self { width, weights, means, covariances, factors, log_determinants })
    }

    /// Number of components.
    pub fn states(&self) -> usize {
        self.weights.len()
    }

    /// `ln N(row; mean, covariance)` of a component.
    pub fn log_density(&self, row: &[f64], state: usize) -> f64 {
        let d = self.width;
        let mean = &self.means[state * d..(state + 1) * d];
        let factor = &self.factors[state * d * d..(state + 1) * d * d];
        // Forward substitution: `L u = row - mean`, so that `u' u` is the squared distance.
        let mut u = vec![0.0; d];
        let mut distance = 0.0;
        for i in 0..d {
            let line = &factor[i * d..i * d + i];
            u[i] = (row[i] - mean[i] - dot(line, &u)) / factor[i * d + i];
            distance += u[i] * u[i];
        }
        -0.5 * (d as f64 * LN_2_PI + distance) - self.log_determinants[state]
    }

    /// Mean log-likelihood of a row, `ln sum_k w_k N(row)`, of at least one row; the probabilities
    /// of the components given each row are written to `shares` (`rows x K`).
    pub fn expect(&self, z: &[f64], shares: &mut [f64]) -> f64 {
        let states = self.states();
        let log_weights: Vec<f64> = self.weights.iter().map(|weight| math::ln(*weight)).collect();
        let mut sum = 0.0;
        for (row, shares) in z.chunks_exact(self.width).zip(shares.chunks_exact_mut(states)) {
            for (k, share) in shares.iter_mut().enumerate() {
                *share = log_weights[k] + self.log_density(row, k);
            }
            let top = shares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            shares.iter_mut().for_each(|share| *share = math::exp(*share - top));
            let total: f64 = shares.iter().sum();
            shares.iter_mut().for_each(|share| *share /= total);
            sum += top + math::ln(total);
        }
        sum / (z.len() / self.width) as f64
    }
}

/// `L` with `L L' = matrix`, row-major; `None` of a matrix that is not positive definite.
fn cholesky(matrix: &[f64], d: usize) -> Option<Vec<f64>> {
    let mut factor = vec![0.0; d * d];
    for i in 0..d {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| factor[i * d + k] * factor[j * d + k]).sum();
            let rest = matrix[i * d + j] - known;
            factor[i * d + j] = if i == j {
                if rest.is_nan() || rest <= 0.0 {
                    return None;
                }
                rest.sqrt()
            } else {
                rest / factor[j * d + j]
            };
        }
    }
    Some(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_covariance_that_is_none_makes_no_mixture() {
        assert_eq!(GaussianMixture::new(vec![1.0], vec![0.0, 0.0], vec![1.0, 2.0, 2.0, 1.0]), None);
    }
}
