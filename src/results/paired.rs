//! One experiment in two versions, day by day: what a change did to it, and whether by more than
//! chance.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Estimate, estimate};
use crate::base::units::Day;

/// An experiment before (`base`) and after (`head`) a change, over the days that both forecast.
///
/// Where the target's prices were revised, each version has its own outcomes: its losses and its
/// growth are against these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// Days that both forecast. The figures below are of these days only.
    pub days: usize,
    /// First of them.
    pub first_day: Option<Day>,
    /// Last of them.
    pub last_day: Option<Day>,
    /// Days that only the base forecasts.
    pub base_only_days: usize,
    /// Days that only the head forecasts.
    pub head_only_days: usize,
    /// The models that both have, by name, in the order of the head.
    pub models: IndexMap<String, PairedModel>,
    /// Holding the target; `None` where it earned the same.
    pub hold: Option<PairedStrategy>,
}

/// One model in both versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairedModel {
    /// Where the forecasts part.
    pub forecasts: Divergence,
    /// `oos_r2`, `scaled_oos_r2`, `hit_rate` and `rmse`.
    pub figures: Vec<PairedFigure>,
    /// The rules that both have, by name.
    pub strategies: IndexMap<String, PairedStrategy>,
}

/// One track record in both versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairedStrategy {
    /// Where the positions part.
    pub positions: Divergence,
    /// `sharpe`, `annual_return`, `annual_volatility`, `max_drawdown` and `annual_turnover`.
    pub figures: Vec<PairedFigure>,
}

/// Where two daily columns part, by more than their last digit in the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Divergence {
    /// First day on which they differ; `None` where they never do.
    pub first_day: Option<Day>,
    /// On how many days they do.
    pub days: usize,
}

/// One figure in both versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairedFigure {
    /// Its name in `results.json`; that of the scaled R2 is `scaled_oos_r2`.
    pub metric: String,
    /// In the base; `None` where it is not defined.
    pub base: Option<f64>,
    /// In the head.
    pub head: Option<f64>,
    /// The head's less the base's. No interval where the two records are the same, where they
    /// differ on fewer than ten days, and of less than a year.
    #[serde(flatten, with = "estimate::difference")]
    pub difference: Option<Estimate>,
    /// Two-sided p-value that there is no difference; there is one where there is an interval.
    pub p: Option<f64>,
    /// What the p-value is of.
    pub test: PairedTest,
}

/// A test of one figure of two paired records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairedTest {
    /// Of Sharpe ratios (Ledoit and Wolf 2008).
    LedoitWolf,
    /// Of squared errors (Diebold and Mariano 1995, Harvey, Leybourne and Newbold 1997).
    DieboldMariano,
    /// Of squared errors of nested models (Clark and West 2007).
    ClarkWest,
    /// Days drawn in blocks, the same for both (Politis and Romano 1994).
    Bootstrap,
    /// Of the means of fourteen spans of days (Ibragimov and Müller 2010).
    Spans,
    /// There is none.
    None,
}
