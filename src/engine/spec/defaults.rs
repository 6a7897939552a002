//! What a spec means where it says nothing.

use crate::engine::backtest::{Costs, Rule, Sizing};
use crate::engine::model::{self, AlphaGrid, Kind};
use crate::engine::regime::{Cut, EigenChange, Jump, Level, Mixture, Settings as Regime};
use crate::engine::walk_forward::{Schedule, Selection, Window};
use crate::prices::data::Missing;

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
/// The mean correlation over a quarter, in thirds of its past.
pub(super) const COUPLING: Level = Level { window: REGIME_WINDOW, cut: THIRDS };
/// The volatility of a month, in thirds of its past.
pub(super) const VOLATILITY: Level = Level { window: REGIME_MONTH, cut: THIRDS };
/// The leading eigenvector over a quarter against the year before; turning is the exception.
pub(super) const EIGEN: EigenChange = EigenChange {
    window: REGIME_WINDOW,
    reference: REGIME_YEAR,
    factors: 1,
    cut: Cut { low: 0.6, high: 0.8, min_history: REGIME_YEAR },
};
/// Calm and turbulent, refitted twice a year, from two years on.
pub(super) const JUMP: Jump = Jump {
    states: 2,
    penalty: 50.0,
    window: REGIME_MONTH,
    correlation_window: REGIME_WINDOW,
    pair: None,
    refit_every: 126,
    min_history: 504,
};
/// Calm and turbulent as two Gaussians on the features of [`JUMP`], refitted once a year.
pub(super) const MIXTURE: Mixture = Mixture {
    states: JUMP.states,
    window: JUMP.window,
    correlation_window: JUMP.correlation_window,
    pair: None,
    refit_every: REGIME_YEAR,
    min_history: JUMP.min_history,
};
/// Low in the lowest third of the past, high in the highest.
pub(super) const THIRDS: Cut = Cut { low: 0.33, high: 0.67, min_history: REGIME_YEAR };
/// A month of trading days.
const REGIME_MONTH: usize = 21;
/// A year of trading days.
const REGIME_YEAR: usize = 252;
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

/// Weight of other states' rows in the fit of a state.
pub(super) const POOLING: f64 = 0.5;

/// All three models on the default grid.
pub(super) fn models() -> Vec<model::Settings> {
    [Kind::Ridge, Kind::Lasso, Kind::ElasticNet]
        .map(|kind| model::Settings {
            name: kind.name().into(),
            kind,
            l1_ratio: l1_ratio(kind),
            alphas: AlphaGrid::Count(ALPHA_COUNT),
            regime_aware: None,
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
pub(super) fn regimes(features: &[String]) -> Vec<Regime> {
    if PAIR.iter().all(|ticker| features.iter().any(|feature| feature == ticker)) {
        vec![Regime::SignFlip {
            pair: PAIR.map(String::from),
            window: REGIME_WINDOW,
            threshold: REGIME_THRESHOLD,
        }]
    } else {
        Vec::new()
    }
}
