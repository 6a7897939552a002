//! One track record as other packages measure it.

use serde::{Deserialize, Serialize};

/// The headline track record (lead model, headline rule) in other packages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conventions {
    /// `model.rule`.
    pub strategy: String,
    /// Figures that are ours wherever a package has them.
    pub agree: Vec<TrackFigure>,
    /// Figures of which at least one package has another value.
    pub differ: Vec<Convention>,
}

/// A figure of a track record in each package; `None` where the package has none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Convention {
    /// Which.
    pub figure: TrackFigure,
    /// As in the table of track records.
    pub ours: f64,
    /// QuantStats.
    pub quantstats: Option<f64>,
    /// empyrical.
    pub empyrical: Option<f64>,
    /// pyfolio.
    pub pyfolio: Option<f64>,
    /// ffn.
    pub ffn: Option<f64>,
    /// What makes them differ.
    pub causes: Vec<Cause>,
}

/// A figure that packages have in common, by its name in `StrategyMetrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackFigure {
    /// Of all days.
    TotalReturn,
    /// Geometric.
    AnnualReturn,
    /// Of a year.
    AnnualVolatility,
    /// Of a year, of log growth.
    Sharpe,
    /// Of a year, of simple returns.
    SharpeArithmetic,
    /// Of a year.
    Alpha,
    /// Slope on the target.
    Beta,
    /// The deepest.
    MaxDrawdown,
    /// Annual return over it.
    Calmar,
    /// Of daily growth.
    Skewness,
    /// Of daily growth.
    ExcessKurtosis,
}

/// Why a package has another figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// They take simple returns, we log growth.
    SimpleReturns,
    /// ffn counts years of 365.25 calendar days, the others and we 252 rows.
    CalendarYears,
    /// They subtract no cash return unless they are told one.
    NoCash,
    /// pyfolio does not correct moments for bias.
    Bias,
    /// empyrical and pyfolio compound the daily alpha, QuantStats and we multiply it by 252.
    CompoundedAlpha,
}
