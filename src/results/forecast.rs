//! Figures of forecasts against the prevailing mean.

use serde::{Deserialize, Serialize};

use super::{Estimate, estimate, interval};

/// Forecast metrics (methods, section 3) over all forecasts or over a part of them; the benchmark
/// stays the global one. `None` where a figure is not defined.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ForecastMetrics {
    /// Forecasts.
    pub rows: usize,
    /// Root mean squared error of daily log returns.
    pub rmse: Option<f64>,
    /// Mean absolute error of daily log returns.
    pub mae: Option<f64>,
    /// Against the prevailing mean (Campbell and Thompson 2008); of a weighted model, as everything
    /// here, against the weighted one.
    #[serde(flatten, with = "estimate::oos_r2")]
    pub oos_r2: Option<Estimate>,
    /// Against a forecast of zero.
    pub oos_r2_zero: Option<f64>,
    /// Share of right signs.
    pub hit_rate: Option<f64>,
    /// One-sided p-value of Pesaran and Timmermann (1992) that signs are right more often than by
    /// luck; `None` where all have one sign.
    pub pesaran_timmermann_p: Option<f64>,
    /// Clark and West (2007) statistic; the prevailing mean is nested in the model.
    pub clark_west: Option<f64>,
    /// One-sided normal p-value.
    pub clark_west_p: Option<f64>,
    /// The same against the mean of the rows that each forecast's fit was trained on, which the fit
    /// is without its features. Where returns turn back, a mean that is some rows older than the
    /// prevailing one passes for a signal; evidence needs both to reject. `None` where the features
    /// change no forecast; of forecasts that were made elsewhere, [`Self::clark_west_p`].
    pub fit_mean_p: Option<f64>,
    /// Sum of `e0^2 - e^2` (Goyal and Welch 2008).
    pub cumulative_sse_difference_last: f64,
    /// Whether Clark-West rejects at 5 %.
    pub rejects: bool,
    /// The same on losses over what could be known of each day's risk; `None` where that is not
    /// known for every forecast.
    pub scaled: Option<ScaledMetrics>,
    /// R2 without the 20 forecasts at which the losses of model and benchmark differ most; `None`
    /// of fewer than 252.
    pub oos_r2_without_20: Option<f64>,
    /// Whether this is evidence of a signal: R2 above zero, and the scaled Clark-West rejects,
    /// against the prevailing mean and against the fit's own, at a family-wise 5 % (Holm) over the plain models of the experiment, or over the states of a
    /// regime; never of a state with fewer than 252 forecasts.
    pub evidence: bool,
}

impl ForecastMetrics {
    /// Whether the interval of R2 reaches down to zero or below.
    pub(crate) fn includes_zero(&self) -> bool {
        interval(self.oos_r2).is_some_and(|interval| interval.low <= 0.0)
    }

    /// The p-value of the scaled Clark-West statistic.
    pub(crate) fn scaled_p(&self) -> Option<f64> {
        self.scaled.as_ref()?.clark_west_p
    }

    /// The p-value that evidence rests on: the larger of the scaled ones against the prevailing mean
    /// and against the fit's own.
    pub(crate) fn evidence_p(&self) -> Option<f64> {
        let scaled = self.scaled.as_ref()?;
        Some(scaled.clark_west_p?.max(scaled.fit_mean_p?))
    }

    /// The same of the raw ones.
    pub(crate) fn raw_evidence_p(&self) -> Option<f64> {
        Some(self.clark_west_p?.max(self.fit_mean_p?))
    }
}

/// How much better than the plain prevailing mean forecasts are that have another benchmark. Without
/// a test: that mean is not nested in them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AgainstPlainMean {
    /// Out-of-sample R2 against it.
    #[serde(flatten, with = "estimate::oos_r2")]
    pub oos_r2: Option<Estimate>,
    /// The same on losses over ex-ante variance.
    #[serde(flatten, with = "estimate::scaled_oos_r2")]
    pub scaled_oos_r2: Option<Estimate>,
}

/// Forecast metrics on losses over the ex-ante variance of the day (methods, section 10).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScaledMetrics {
    /// `1 - sum e^2/v / sum e0^2/v`.
    #[serde(flatten, with = "estimate::oos_r2")]
    pub oos_r2: Option<Estimate>,
    /// Clark and West (2007) statistic.
    pub clark_west: Option<f64>,
    /// One-sided normal p-value.
    pub clark_west_p: Option<f64>,
    /// As [`ForecastMetrics::fit_mean_p`].
    pub fit_mean_p: Option<f64>,
}
