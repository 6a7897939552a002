//! Figures of the market's geometry over a panel.

use serde::{Deserialize, Serialize};

use super::{Merge, PairSummary, SpectrumSummary};

/// Static geometry over all log returns of the panel's features (methods, section 7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GeometrySummary {
    /// Order of rows and columns below: the features as in the spec.
    pub tickers: Vec<String>,
    /// Pearson correlations, `p x p`.
    pub correlation: Vec<Vec<f64>>,
    /// Correlation of each feature with the target.
    pub target_correlation: Vec<f64>,
    /// Positions of `tickers` in clustered order (average linkage, optimal leaf order not claimed).
    pub clustered_order: Vec<usize>,
    /// The steps of that clustering, the nearest first.
    pub linkage: Vec<Merge>,
    /// Mean off-diagonal correlation; `None` with fewer than two features.
    pub mean_correlation: Option<f64>,
    /// Eigenvalues of the correlation matrix, largest first.
    pub eigenvalues: Vec<f64>,
    /// Eigenvectors belonging to them, each with its largest loading positive; of more than 100
    /// features the first 24.
    pub eigenvectors: Vec<Vec<f64>>,
    /// `(sum l)^2 / sum l^2`.
    pub participation_ratio: f64,
    /// `exp(-sum p ln p)` of the eigenvalue shares.
    pub effective_rank: f64,
    /// Share of the top `ceil(p / 5)` eigenvalues.
    pub absorption_ratio: f64,
    /// Rolling window in trading days.
    pub window: usize,
    /// The rolling mean correlation; `None` with fewer than two features.
    pub coupling: Option<CouplingSummary>,
    /// The eigenvalues against chance, and the leading eigenvectors through time.
    pub spectrum: SpectrumSummary,
    /// The rolling correlations of all pairs of features; of the first 24 where there are more.
    pub pairs: Vec<PairSummary>,
}

impl GeometrySummary {
    /// Features whose pairs are followed, with 276 pairs, and directions that are looked at as
    /// modes and kept of a wide panel: as many as a reader can be shown.
    pub(crate) const SHOWN: usize = 24;

    /// Features above which a panel is wide: not all eigenvectors are kept, and chance is drawn
    /// less often.
    pub(crate) const WIDE: usize = 100;

    /// How many of the first eigenvalues stand above chance: above the Marchenko-Pastur edge, and
    /// above the 95 % quantile of their rank among shifted series where that is known.
    pub(crate) fn outstanding(&self) -> usize {
        let spectrum = &self.spectrum;
        let chance = spectrum.shift_band.as_ref().map_or(&[][..], |band| &band.upper[..]);
        let is_above = |(rank, value): &(usize, &f64)| {
            **value > spectrum.marchenko_pastur.upper
                && chance.get(*rank).is_none_or(|upper| *value > upper)
        };
        self.eigenvalues.iter().enumerate().take_while(is_above).count()
    }
}

/// The market coupling index: rolling mean off-diagonal correlation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CouplingSummary {
    /// On the last day.
    pub last: f64,
    /// Over all days that have a full window.
    pub mean: f64,
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
}
