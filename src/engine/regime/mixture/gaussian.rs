//! A mixture of Gaussians fitted by linfa's expectation-maximisation (EM), made safe to build on.
//!
//! linfa takes exponentials and logarithms from the platform and products of matrices from kernels
//! that depend on the processor, so two machines may end in parameters that differ in their last
//! bits. They are rounded to a millionth of a standard deviation before anything is computed from
//! them: labels then agree wherever the fits agree to that, and all that follows is in [`math`].

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_clustering::GaussianMixtureModel;
use ndarray::{ArrayView2, s};
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::base::units::math;

/// Steps of a parameter, in units of the standardised features: `1 / RESOLUTION`.
const RESOLUTION: f64 = 1e6;
/// Added to the variances, as a share of a feature's own. A component cannot collapse onto a few
/// days, and rounding cannot make a covariance singular.
const RIDGE: f64 = 1e-3;
/// EM ends when the mean log-likelihood of a day grows by less.
const TOLERANCE: f64 = 1e-5;
/// Steps of EM after which a fit counts as failed.
const MAX_STEPS: u64 = 500;

/// A fitted mixture, its components ordered by the mean of the first feature.
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
}

impl GaussianMixture {
    /// Fits `states` components to standardised rows (`rows x width`, row-major), from the best of
    /// ten runs of k-means that `seed` decides.
    ///
    /// `None` where there is no fit to trust: too few rows, a value that is not finite, an empty
    /// or singular component, or no convergence.
    pub fn fit(z: &[f64], width: usize, states: usize, seed: u64) -> Option<Self> {
        let rows = z.len().checked_div(width)?;
        if rows <= states * (width + 1) || z.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let records = ArrayView2::from_shape((rows, width), z).ok()?;
        let model = GaussianMixtureModel::params(states)
            .with_rng(Xoshiro256Plus::seed_from_u64(seed))
            .reg_covariance(RIDGE)
            .tolerance(TOLERANCE)
            .max_n_iterations(MAX_STEPS)
            .fit(&DatasetBase::from(records))
            .ok()?;
        let mut order: Vec<usize> = (0..states).collect();
        order.sort_by(|&a, &b| model.means()[[a, 0]].total_cmp(&model.means()[[b, 0]]));
        let mut weights = Vec::with_capacity(states);
        let mut means = Vec::with_capacity(states * width);
        let mut covariances = Vec::with_capacity(states * width * width);
        for k in order {
            weights.push(rounded(model.weights()[k]));
            means.extend(model.means().row(k).iter().copied().map(rounded));
            covariances
                .extend(model.covariances().slice(s![k, .., ..]).iter().copied().map(rounded));
        }
        Self::new(weights, means, covariances)
    }

    /// A mixture of given parameters; `None` where they are none: a weight that is not positive,
    /// a covariance that is not positive definite.
    pub fn new(weights: Vec<f64>, means: Vec<f64>, covariances: Vec<f64>) -> Option<Self> {
        let width = means.len().checked_div(weights.len())?;
        if weights.iter().any(|weight| weight.is_nan() || *weight <= 0.0) {
            return None;
        }
        let mut factors = Vec::with_capacity(covariances.len());
        for covariance in covariances.chunks_exact(width * width) {
            factors.extend(cholesky(covariance, width)?);
        }
        Some(Self { width, weights, means, covariances, factors })
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
        let (mut distance, mut determinant) = (0.0, 1.0);
        for i in 0..d {
            let line = &factor[i * d..i * d + i];
            let known: f64 = line.iter().zip(&u).map(|(l, u)| l * u).sum();
            u[i] = (row[i] - mean[i] - known) / factor[i * d + i];
            distance += u[i] * u[i];
            determinant *= factor[i * d + i];
        }
        let constant = d as f64 * math::ln(2.0 * core::f64::consts::PI);
        -0.5 * (constant + distance) - math::ln(determinant)
    }

    /// Mean log-likelihood of a row, `ln sum_k w_k N(row)`; `None` of no rows.
    pub fn mean_log_likelihood(&self, z: &[f64]) -> Option<f64> {
        let rows: Vec<f64> = z
            .chunks_exact(self.width)
            .map(|row| {
                let terms: Vec<f64> = (0..self.states())
                    .map(|k| math::ln(self.weights[k]) + self.log_density(row, k))
                    .collect();
                let top = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                top + math::ln(terms.iter().map(|term| math::exp(term - top)).sum())
            })
            .collect();
        math::mean(&rows)
    }
}

fn rounded(value: f64) -> f64 {
    (value * RESOLUTION).round() / RESOLUTION
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

    /// Two clouds of uniform noise, the second of twice the size and half the rows.
    fn clouds() -> Vec<f64> {
        let noise = |t: u64| (t * 7_919 % 1_009) as f64 / 1_009.0 - 0.5;
        (0..900)
            .flat_map(|t| {
                let (centre, size) = if t % 3 == 0 { (1.5, 2.0) } else { (-1.0, 1.0) };
                [centre + size * noise(t), size * noise(t * t + 31 * t)]
            })
            .collect()
    }

    #[test]
    fn two_clouds_are_told_apart_and_numbered_by_the_first_feature() {
        let mixture = GaussianMixture::fit(&clouds(), 2, 2, 1).unwrap();
        assert!((mixture.weights[1] - 1.0 / 3.0).abs() < 0.01, "{:?}", mixture.weights);
        assert!((mixture.means[0] + 1.0).abs() < 0.05 && (mixture.means[2] - 1.5).abs() < 0.05);
        // A uniform number has a variance of 1/12, and the ridge is added.
        assert!((mixture.covariances[0] - 1.0 / 12.0 - RIDGE).abs() < 0.005);
        let again = GaussianMixture::fit(&clouds(), 2, 2, 7).unwrap();
        assert!((again.means[0] - mixture.means[0]).abs() < 1e-3, "whatever the random start");
    }

    #[test]
    fn a_fit_that_cannot_be_is_none() {
        assert_eq!(GaussianMixture::fit(&[0.0; 400], 2, 2, 1), None, "rows that are all the same");
        assert_eq!(GaussianMixture::fit(&clouds()[..12], 2, 2, 1), None, "too few rows");
        let mut holes = clouds();
        holes[100] = f64::NAN;
        assert_eq!(GaussianMixture::fit(&holes, 2, 2, 1), None);
        assert_eq!(GaussianMixture::new(vec![1.0], vec![0.0, 0.0], vec![1.0, 2.0, 2.0, 1.0]), None);
    }

    #[test]
    fn a_density_has_the_determinant_and_the_distance_of_its_covariance() {
        let covariance = vec![2.0, 0.6, 0.6, 0.5];
        let mixture = GaussianMixture::new(vec![1.0], vec![1.0, -1.0], covariance).unwrap();
        let (x, y) = (0.3, 0.4);
        let determinant = 2.0 * 0.5 - 0.36;
        let (a, b) = (x - 1.0, y + 1.0);
        let distance = (0.5 * a * a - 2.0 * 0.6 * a * b + 2.0 * b * b) / determinant;
        let expected =
            -0.5 * distance - math::ln(2.0 * core::f64::consts::PI) - 0.5 * math::ln(determinant);
        assert!((mixture.log_density(&[x, y], 0) - expected).abs() < 1e-14);
        assert_eq!(mixture.mean_log_likelihood(&[x, y]), Some(mixture.log_density(&[x, y], 0)));
    }
}
