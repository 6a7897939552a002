//! Static correlations and their spectrum, over all log returns of the panel.

use super::modes::{MODE_WINDOW, Modes, Shape};
use super::rolling::Rolling;
use super::{SHOWN, WIDE};
use crate::base::linalg::{Eigen, symmetric_eigen, with_largest_positive};
use crate::base::moments::Moments;
use crate::base::statistics::{dot, finite};
use crate::base::units::{math, round_significant};
use crate::prices::panel::Panel;
use crate::results::{
    CouplingSummary, GeometrySummary, MarchenkoPastur, Merge, ModesOnDay, ShiftBand,
    SpectrumSummary,
};

/// Pearson correlations of series of equal length, `p x p` row-major; 0 with a series that does
/// not vary, 1 on the diagonal.
fn correlation_matrix(series: &[&[f64]]) -> Vec<f64> {
    let p = series.len();
    let rows = series.first().map_or(0, |first| first.len());
    let mut moments = Moments::new(p);
    let mut row = vec![0.0; p];
    for t in 0..rows {
        for (slot, values) in row.iter_mut().zip(series) {
            *slot = values[t];
        }
        moments.add(&row);
    }
    let mut matrix = vec![0.0; p * p];
    moments.correlations(&mut matrix);
    matrix
}

/// Edges of the Marchenko-Pastur law for `features` independent series of `returns` values: the
/// eigenvalues of their correlation matrix fall between them as both numbers grow (Marchenko and
/// Pastur 1967).
fn marchenko_pastur(features: usize, returns: usize) -> MarchenkoPastur {
    let root = (features as f64 / returns.max(1) as f64).sqrt();
    MarchenkoPastur {
        returns,
        features,
        lower: (1.0 - root) * (1.0 - root),
        upper: (1.0 + root) * (1.0 + root),
    }
}

/// The static geometry of a panel's features, with the summary of what moves.
pub(crate) fn static_geometry(
    panel: &Panel,
    rolling: &Rolling,
    modes: &Modes,
    shift_band: Option<ShiftBand>,
) -> GeometrySummary {
    let p = panel.features.len();
    let series: Vec<&[f64]> = panel
        .features
        .iter()
        .chain([&panel.target])
        .map(|column| column.log_returns.as_slice())
        .collect();
    // With the target as last row and column.
    let matrix = correlation_matrix(&series);
    let row = |i: usize| &matrix[i * (p + 1)..i * (p + 1) + p];
    let features: Vec<f64> = (0..p).flat_map(row).copied().collect();
    let Eigen { mut values, mut vectors } =
        symmetric_eigen(&features, p).unwrap_or(Eigen { values: Vec::new(), vectors: Vec::new() });
    values.iter_mut().for_each(|value| *value = value.max(0.0));
    if p > WIDE {
        vectors.truncate(SHOWN);
    }
    let shape = Shape::of(&values);
    let spectrum = SpectrumSummary {
        marchenko_pastur: marchenko_pastur(p, panel.target.log_returns.len()),
        shift_band,
        window: MODE_WINDOW,
        modes: on_days(panel, modes, &vectors),
    };
    let linkage = linkage(&features, p);
    let pairs = p * p.saturating_sub(1) / 2;
    let off_diagonal: f64 = (0..p).flat_map(|i| &row(i)[..i]).sum();
    GeometrySummary {
        tickers: panel.tickers(),
        target_correlation: row(p).to_vec(),
        clustered_order: clustered_order(p, &linkage),
        linkage,
        mean_correlation: (pairs > 0).then(|| off_diagonal / pairs as f64),
        eigenvalues: values,
        eigenvectors: vectors,
        participation_ratio: shape.participation_ratio,
        effective_rank: shape.effective_rank,
        absorption_ratio: shape.absorption_ratio,
        window: rolling.window,
        coupling: coupling_summary(&rolling.coupling),
        correlation: (0..p).map(|i| row(i).to_vec()).collect(),
        spectrum,
        pairs: Vec::new(),
    }
}

/// Significant digits of a loading: what a chart can show, and no more in the file.
const LOADING_DIGITS: usize = 4;

fn on_days(panel: &Panel, modes: &Modes, whole: &[Vec<f64>]) -> Vec<ModesOnDay> {
    let rounded = |vector: &[f64]| -> Vec<f64> {
        let vector = with_largest_positive(vector.to_vec());
        vector.into_iter().map(|loading| round_significant(loading, LOADING_DIGITS)).collect()
    };
    let cosine = |a: &[f64], b: &[f64]| round_significant(dot(a, b).abs().min(1.0), LOADING_DIGITS);
    modes
        .quarters
        .iter()
        .map(|quarter| ModesOnDay {
            day: panel.days[quarter.day],
            market: rounded(&quarter.market),
            second: rounded(&quarter.second),
            second_rank: quarter.second_rank,
            market_to_static: cosine(&quarter.market, &whole[0]),
            second_to_static: cosine(&quarter.second, &whole[1]),
        })
        .collect()
}

fn coupling_summary(coupling: &[f64]) -> Option<CouplingSummary> {
    let known = finite(coupling);
    Some(CouplingSummary {
        last: *known.last()?,
        mean: math::mean(&known)?,
        min: known.iter().copied().fold(f64::INFINITY, f64::min),
        max: known.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    })
}

/// The average-linkage dendrogram on the distance `sqrt((1 - r) / 2)`, the nearest merge first.
fn linkage(correlation: &[f64], p: usize) -> Vec<Merge> {
    if p < 2 {
        return Vec::new();
    }
    let mut distances: Vec<f64> = (0..p)
        .flat_map(|i| (i + 1..p).map(move |j| (i, j)))
        .map(|(i, j)| ((1.0 - correlation[i * p + j]).max(0.0) / 2.0).sqrt())
        .collect();
    kodama::linkage(&mut distances, p, kodama::Method::Average)
        .steps()
        .iter()
        .map(|step| Merge {
            a: step.cluster1,
            b: step.cluster2,
            height: step.dissimilarity,
            size: step.size,
        })
        .collect()
}

/// The leaves of a dendrogram in the order in which its branches hang; of two branches the one
/// with the earlier first leaf comes first, so the order is the same from build to build.
fn clustered_order(leaves: usize, linkage: &[Merge]) -> Vec<usize> {
    let mut clusters: Vec<Vec<usize>> = (0..leaves).map(|leaf| vec![leaf]).collect();
    for merge in linkage {
        let mut a = std::mem::take(&mut clusters[merge.a]);
        let mut b = std::mem::take(&mut clusters[merge.b]);
        if b.iter().min() < a.iter().min() {
            std::mem::swap(&mut a, &mut b);
        }
        a.append(&mut b);
        clusters.push(a);
    }
    clusters.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_stand_together() {
        let correlation = [
            [1.0, 0.1, 0.9, 0.1],
            [0.1, 1.0, 0.1, 0.9],
            [0.9, 0.1, 1.0, 0.1],
            [0.1, 0.9, 0.1, 1.0],
        ];
        let merges = linkage(correlation.as_flattened(), 4);
        assert_eq!(clustered_order(4, &merges), [0, 2, 1, 3]);
        assert_eq!(clustered_order(1, &linkage(&[1.0], 1)), [0]);
        assert_eq!(clustered_order(0, &[]), [0; 0]);
        assert_eq!(merges.len(), 3);
        assert!(merges.is_sorted_by(|a, b| a.height <= b.height), "a tree without inversions");
        assert_eq!((merges[2].size, merges[2].a, merges[2].b), (4, 4, 5));
        assert!((merges[2].height - 0.45_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn a_series_that_does_not_vary_correlates_with_nothing() {
        let matrix = correlation_matrix(&[&[1.0, 2.0, 3.0], &[5.0, 5.0, 5.0], &[3.0, 2.0, 1.0]]);
        assert_eq!(matrix[1], 0.0);
        assert!((matrix[2] + 1.0).abs() < 1e-15);
        assert_eq!(matrix[4], 1.0);
    }
}
