//! What a spec means where it says nothing.

use crate::backtest::{Costs, Rule, Sizing};
use crate::data::Missing;
use crate::model::{self, AlphaGrid, Kind};
use crate::regime;
use crate::walk_forward::{Schedule, Selection, Window};

/// Folder under `data/`.
pub(super) const SOURCE: &str = "sample";
/// A day without a price goes for all.
pub(super) const MISSING: Missing = Missing::Drop;
/// Yesterday.
pub(super) const LAGS: [usize; 1] = [1];
/// Three years to learn from, a fit a month.
pub(super) const SCHEDULE: Schedule =
    Schedule { min_train: 750, refit_every: 21, window: Window::Expanding, purge: 0 };
/// By the forecasts made so far.
pub(super) const SELECTION: Selection = Selection::Prequential;
/// Penalties in a grid.
pub(super) const ALPHA_COUNT: usize = 60;
/// Half lasso, half ridge.
pub(super) const L1_RATIO: f64 = 0.5;
/// Never more than the equity.
pub(super) const MAX_LEVERAGE: f64 = 1.0;
/// Positions of the four quartiles.
pub(super) const STEPS: [f64; 4] = [-1.0, -0.5, 0.5, 1.0];
/// One basis point a trade, money for nothing.
pub(super) const COSTS: Costs = Costs { trade_bps: 1.0, borrow_rate: 0.0, cash_rate: 0.0 };
/// The pair watched for a change of sign, where a spec uses both.
pub(super) const PAIR: [&str; 2] = ["XLE", "XLU"];
/// A quarter of trading days.
pub(super) const REGIME_WINDOW: usize = 63;
/// Half width of the dead band.
pub(super) const REGIME_THRESHOLD: f64 = 0.1;
/// Of every resampling.
pub(super) const SEED: u64 = 1;

/// The ratio of a model that leaves it out: what its kind says.
pub(super) fn l1_ratio(kind: Kind) -> f64 {
    match kind {
        Kind::Ridge => 0.0,
        Kind::Lasso => 1.0,
        Kind::ElasticNet => L1_RATIO,
    }
}

/// All three models on the default grid.
pub(super) fn models() -> Vec<model::Settings> {
    [Kind::Ridge, Kind::Lasso, Kind::ElasticNet]
        .map(|kind| model::Settings {
            name: kind.name().into(),
            kind,
            l1_ratio: l1_ratio(kind),
            alphas: AlphaGrid::Count(ALPHA_COUNT),
        })
        .into()
}

/// All three rules.
pub(super) fn positions() -> Vec<Sizing> {
    [
        Rule::Binary,
        Rule::Proportional { max_leverage: MAX_LEVERAGE },
        Rule::Quartile { steps: STEPS },
    ]
    .map(|rule| Sizing { name: rule.name().into(), rule, long_only: false })
    .into()
}

/// The sign flip of [`PAIR`] where both are features, none otherwise.
pub(super) fn regimes(features: &[String]) -> Vec<regime::Settings> {
    if PAIR.iter().all(|ticker| features.iter().any(|feature| feature == ticker)) {
        vec![regime::Settings::SignFlip {
            pair: PAIR.map(String::from),
            window: REGIME_WINDOW,
            threshold: REGIME_THRESHOLD,
        }]
    } else {
        Vec::new()
    }
}
