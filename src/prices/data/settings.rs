//! What a spec may say of its data.

use crate::base::units::Day;

/// What to do with a day inside the panel on which an instrument has no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The day goes for all; the next return spans the gap.
    Drop,
    /// It is an error.
    Error,
    /// The last price is carried over at most this many days.
    ForwardFill(usize),
}

/// Which prices an experiment uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Folder under `data/`.
    pub source: String,
    /// The ticker that is forecast and traded.
    pub target: String,
    /// The tickers whose lagged returns forecast it.
    pub features: Vec<String>,
    /// First day, inclusive; the source's first by default.
    pub start: Option<Day>,
    /// Last day, inclusive; the source's last by default.
    pub end: Option<Day>,
    /// Gaps inside the panel.
    pub missing: Missing,
    /// Lags in trading days, each at least 1, strictly ascending.
    pub lags: Vec<usize>,
}
