//! The spectrum that chance alone would give: a circular-shift permutation band.

use rayon::prelude::*;

use super::seed;
use crate::base::linalg::symmetric_eigenvalues;
use crate::base::statistics::{lane_dot, quantile};
use crate::base::units::math;
use crate::results::{GeometrySummary, ShiftBand};

const REPLICATES: usize = 200;

/// Random rotations of a wide panel: each takes `p^2 T` products, and the ordered
/// eigenvalues of so many hardly differ from one rotation to the next.
const REPLICATES_WIDE: usize = 40;

const LEVELS: [f64; 2] = [0.05, 0.95];

/// The 5 % and 95 % quantiles of the ordered eigenvalues of the series' correlations after each
/// series was rotated by a random offset of its own.
///
/// A rotation keeps a series' distribution and, but for one seam, its autocorrelation and its
/// volatility clusters; only what it shares with the others on the same day is lost. The
/// Marchenko-Pastur law assumes neither fat tails nor clusters, and this band does not have to.
/// `None` with fewer than two series or two values.
pub(crate) fn shift_band(series: &[&[f64]], seed: u64) -> Option<ShiftBand> {
    let p = series.len();
    let rows = series.first().map_or(0, |first| first.len());
    if p < 2 || rows < 2 {
        return None;
    }
    // Standardised, and twice over: a rotation is then a slice.
    let doubled: Vec<Vec<f64>> = series.iter().map(|values| standardised_twice(values)).collect();
    let replicates = if p > GeometrySummary::WIDE { REPLICATES_WIDE } else { REPLICATES };
    let spectra: Option<Vec<Vec<f64>>> = (0..replicates)
        .into_par_iter()
        .map(|replicate| {
            let mut generator = seed::generator(seed, "shift-band", replicate as u64);
            let rotated: Vec<&[f64]> = doubled
                .iter()
                .map(|values| {
                    let offset = seed::below(&mut generator, rows);
                    &values[offset..offset + rows]
                })
                .collect();
            symmetric_eigenvalues(&products(&rotated), p)
        })
        .collect();
    let spectra = spectra?;
    let mut ordered: Vec<Vec<f64>> =
        (0..p).map(|rank| spectra.iter().map(|values| values[rank]).collect()).collect();
    ordered.iter_mut().for_each(|values| values.sort_by(f64::total_cmp));
    let [lower, upper] =
        LEVELS.map(|level| ordered.iter().map(|values| quantile(values, level)).collect());
    Some(ShiftBand { replicates, lower, upper })
}

/// Mean 0 and sum of squares 1, written twice in a row; zeros for a series that does not vary.
fn standardised_twice(values: &[f64]) -> Vec<f64> {
    let mean = math::mean(values).unwrap_or(0.0);
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let scale = if squares > 0.0 { 1.0 / squares.sqrt() } else { 0.0 };
    let once = values.iter().map(|value| (value - mean) * scale);
    once.clone().chain(once).collect()
}

/// Days of all series that stay in the processor's cache together.
const BLOCK: usize = 512;

/// Products of standardised series with one another, row-major; 1 on the diagonal.
fn products(series: &[&[f64]]) -> Vec<f64> {
    let p = series.len();
    let mut matrix = vec![0.0; p * p];
    let rows = series[0].len();
    for start in (0..rows).step_by(BLOCK) {
        let block = start..(start + BLOCK).min(rows);
        for i in 0..p {
            for j in 0..i {
                matrix[i * p + j] +=
                    lane_dot::<8>(&series[i][block.clone()], &series[j][block.clone()]);
            }
        }
    }
    for i in 0..p {
        matrix[i * p + i] = 1.0;
        for j in 0..i {
            matrix[j * p + i] = matrix[i * p + j];
        }
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(purpose: &str, rows: usize) -> Vec<f64> {
        let mut generator = seed::generator(3, purpose, 0);
        (0..rows).map(|_| (0..8).map(|_| seed::below(&mut generator, 1_000) as f64).sum()).collect()
    }

    #[test]
    fn independent_series_lie_within_and_a_common_factor_above() {
        let market = noise("market", 1_500);
        let own: Vec<Vec<f64>> = ["a", "b", "c", "d"].map(|name| noise(name, 1_500)).to_vec();
        let alone: Vec<&[f64]> = own.iter().map(Vec::as_slice).collect();
        let band = shift_band(&alone, 1).unwrap();
        // Close to the Marchenko-Pastur edges, which hold for such series.
        assert!((1.0..1.11).contains(&band.upper[0]) && (0.89..1.0).contains(&band.lower[3]));
        assert!(band.lower.iter().zip(&band.upper).all(|(lower, upper)| lower < upper));
        let shared: Vec<Vec<f64>> = own
            .iter()
            .map(|series| series.iter().zip(&market).map(|(own, market)| own + market).collect())
            .collect();
        let shared: Vec<&[f64]> = shared.iter().map(Vec::as_slice).collect();
        let standardised: Vec<Vec<f64>> = shared.iter().map(|s| standardised_twice(s)).collect();
        let once: Vec<&[f64]> = standardised.iter().map(|series| &series[..1_500]).collect();
        let largest = symmetric_eigenvalues(&products(&once), 4).unwrap()[0];
        assert!(largest > 2.0 && shift_band(&shared, 1).unwrap().upper[0] < 1.2);
    }

    #[test]
    fn another_seed_is_another_band_and_one_series_has_none() {
        let (a, b) = (noise("a", 300), noise("b", 300));
        assert_ne!(shift_band(&[&a, &b], 1), shift_band(&[&a, &b], 2));
        assert_eq!(shift_band(&[&a, &b], 1), shift_band(&[&a, &b], 1));
        assert_eq!(shift_band(&[&a], 1), None);
    }
}
