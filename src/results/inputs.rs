//! What an experiment was computed from.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::SharedFiles;
use crate::base::units::{Day, Frequency};

/// From what the results were computed. Hashes are BLAKE3, hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Program and version.
    pub engine: String,
    /// Of the spec with every default written out.
    pub spec_hash: String,
    /// Of the aligned panel: days, tickers, prices.
    pub data_hash: String,
    /// Of the files of forecasts that were made elsewhere, by model.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub forecasts: IndexMap<String, String>,
}

/// The panel an experiment ran on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSummary {
    /// Folder under `data/`.
    pub source: String,
    /// Whether the prices are simulated: every page built on them must say so.
    pub synthetic: bool,
    /// The ticker that is forecast.
    pub target: String,
    /// The tickers that forecast it.
    pub features: Vec<String>,
    /// Lags in trading days (weeks, months).
    pub lags: Vec<usize>,
    /// First day of the panel.
    pub first_day: Day,
    /// Last day of the panel.
    pub last_day: Day,
    /// How often prices come, by the panel's own days.
    pub frequency: Frequency,
    /// Periods that a year of them has: 252 (365 where they come every day of the week), 52 or 12.
    pub periods_per_year: u16,
    /// Supervised rows.
    pub rows: usize,
    /// Days left out because an instrument had no price.
    pub dropped_days: usize,
    /// Prices carried over from an earlier day.
    pub filled_prices: usize,
    /// The series that experiments on one panel share.
    pub shared: SharedFiles,
}
