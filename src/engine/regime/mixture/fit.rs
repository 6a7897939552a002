//! A mixture of Gaussians fitted by expectation and maximisation (Dempster, Laird and Rubin 1977).
//!
//! It starts from linfa's k-means, which is additions, multiplications and comparisons in a fixed
//! order; exponentials and logarithms come from [`math`](crate::base::units::math). So a fit has
//! the same bits on every machine.

use linfa::DatasetBase;
use linfa::traits::{Fit, Predict};
use linfa_clustering::KMeans;
use ndarray::ArrayView2;
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::SeedableRng;

use super::gaussian::GaussianMixture;

/// Added to the variances, as a share of a feature's own: a component cannot collapse onto a few
/// days.
const RIDGE: f64 = 1e-3;
/// A fit has converged when a step adds less to the mean log-likelihood of a day.
const TOLERANCE: f64 = 1e-5;
/// Steps after which a fit counts as failed.
const MAX_STEPS: usize = 500;
/// A component with less than this of all days has no covariance.
const LEAST_SHARE: f64 = 10.0 * f64::EPSILON;

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
        let mut shares = clusters(z, width, states, seed)?;
        let mut mixture = maximise(z, width, &shares)?;
        let mut before = f64::NEG_INFINITY;
        for _ in 0..MAX_STEPS {
            let likelihood = mixture.expect(z, &mut shares);
            mixture = maximise(z, width, &shares)?;
            if (likelihood - before).abs() < TOLERANCE {
                return ordered(&mixture);
            }
            before = likelihood;
        }
        None
    }
}

/// The cluster of each row as a share of one in it (`rows x K`).
fn clusters(z: &[f64], width: usize, states: usize, seed: u64) -> Option<Vec<f64>> {
    let records = ArrayView2::from_shape((z.len() / width, width), z).ok()?;
    let generator = Xoshiro256Plus::seed_from_u64(seed);
    let dataset = DatasetBase::from(records);
    let means = KMeans::params_with_rng(states, generator).fit(&dataset).ok()?;
    let mut shares = vec![0.0; z.len() / width * states];
    for (shares, cluster) in shares.chunks_exact_mut(states).zip(means.predict(&records)) {
        shares[cluster] = 1.0;
    }
    Some(shares)
}

/// Weights, means and covariances of the rows by component, each row counted by its share in it.
fn maximise(z: &[f64], width: usize, shares: &[f64]) -> Option<GaussianMixture> {
    let rows = z.len() / width;
    let states = shares.len() / rows;
    let mut weights = Vec::with_capacity(states);
    let mut means = vec![0.0; states * width];
    let mut covariances = vec![0.0; states * width * width];
    for k in 0..states {
        let rows_of = || z.chunks_exact(width).zip(shares.iter().skip(k).step_by(states));
        let days: f64 = rows_of().map(|(_, share)| share).sum();
        if days.is_nan() || days < LEAST_SHARE {
            return None;
        }
        weights.push(days / rows as f64);
        let mean = &mut means[k * width..(k + 1) * width];
        for (row, share) in rows_of() {
            mean.iter_mut().zip(row).for_each(|(mean, value)| *mean += share * value);
        }
        mean.iter_mut().for_each(|mean| *mean /= days);
        let covariance = &mut covariances[k * width * width..(k + 1) * width * width];
        for (row, share) in rows_of() {
            for i in 0..width {
                let weighted = share * (row[i] - mean[i]);
                for j in 0..width {
                    covariance[i * width + j] += weighted * (row[j] - mean[j]);
                }
            }
        }
        covariance.iter_mut().for_each(|entry| *entry /= days);
        covariance.iter_mut().step_by(width + 1).for_each(|variance| *variance += RIDGE);
    }
    GaussianMixture::new(weights, means, covariances)
}

/// The components in the order of the mean of their first feature.
fn ordered(mixture: &GaussianMixture) -> Option<GaussianMixture> {
    let width = mixture.width;
    let mut order: Vec<usize> = (0..mixture.states()).collect();
    order.sort_by(|&a, &b| mixture.means[a * width].total_cmp(&mixture.means[b * width]));
    let pick = |values: &[f64], size: usize| -> Vec<f64> {
        order.iter().flat_map(|&k| &values[k * size..(k + 1) * size]).copied().collect()
    };
    GaussianMixture::new(
        pick(&mixture.weights, 1),
        pick(&mixture.means, width),
        pick(&mixture.covariances, width * width),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;

    /// Two clouds of uniform noise, the second of twice the size and half the rows.
    fn clouds() -> Vec<f64> {
        let mut noise = noise::uniform(1);
        let mut row = |t: usize| {
            let (centre, size) = if t.is_multiple_of(3) { (1.5, 2.0) } else { (-1.0, 1.0) };
            [centre + size * noise(), size * noise()]
        };
        (0..900).flat_map(&mut row).collect()
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
    }

    /// linfa's own expectation-maximisation, which takes exponentials and logarithms from the
    /// platform, ends in the same mixture.
    #[test]
    fn linfa_fits_the_same_mixture() {
        let z = clouds();
        let records = ArrayView2::from_shape((z.len() / 2, 2), &z).unwrap();
        let theirs = linfa_clustering::GaussianMixtureModel::params(2)
            .with_rng(Xoshiro256Plus::seed_from_u64(1))
            .reg_covariance(RIDGE)
            .tolerance(TOLERANCE)
            .max_n_iterations(MAX_STEPS as u64)
            .fit(&DatasetBase::from(records))
            .unwrap();
        let ours = GaussianMixture::fit(&z, 2, 2, 1).unwrap();
        let first = usize::from(theirs.means()[[0, 0]] > theirs.means()[[1, 0]]);
        for (ours, k) in ours.means.chunks_exact(2).zip([first, 1 - first]) {
            for j in 0..2 {
                let difference = (ours[j] - theirs.means()[[k, j]]).abs();
                assert!(difference < 1e-9, "{difference:e}");
            }
        }
        for (ours, k) in ours.covariances.chunks_exact(4).zip([first, 1 - first]) {
            for i in 0..4 {
                assert!((ours[i] - theirs.covariances()[[k, i / 2, i % 2]]).abs() < 1e-9);
            }
        }
    }
}
