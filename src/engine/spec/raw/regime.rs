//! The written form of `regimes`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::defaults;

/// A regime detector.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::engine::spec) enum Regime {
    /// The sign of a pair's rolling correlation, with a dead band.
    SignFlip {
        /// Two different tickers among the features and the target.
        #[schemars(extend("uniqueItems" = true))]
        pair: [String; 2],
        /// Window of the correlation, in trading days.
        #[serde(default = "regime_window")]
        #[schemars(range(min = 3))]
        window: usize,
        /// Half width of the dead band.
        #[serde(default = "regime_threshold")]
        #[schemars(range(min = 0), extend("exclusiveMaximum" = 1))]
        threshold: f64,
    },
    /// The level of the rolling mean correlation between the features, against its own past.
    Coupling {
        /// Window of the correlations, in trading days.
        #[serde(default = "coupling_window")]
        #[schemars(range(min = 3))]
        window: usize,
        /// Loosely coupled from below this quantile of the past, a share.
        #[serde(default = "level_low")]
        #[schemars(range(min = 0, max = 1))]
        low: f64,
        /// Tightly coupled from above this quantile of the past, not below `low`.
        #[serde(default = "level_high")]
        #[schemars(range(min = 0, max = 1))]
        high: f64,
        /// Days with a full window before the first state.
        #[serde(default = "level_history")]
        #[schemars(range(min = 2))]
        min_history: usize,
    },
    /// The level of the target's rolling volatility, against its own past.
    Volatility {
        /// Window of the volatility, in trading days.
        #[serde(default = "volatility_window")]
        #[schemars(range(min = 3))]
        window: usize,
        /// Quiet from below this quantile of the past, a share.
        #[serde(default = "level_low")]
        #[schemars(range(min = 0, max = 1))]
        low: f64,
        /// Volatile from above this quantile of the past, not below `low`.
        #[serde(default = "level_high")]
        #[schemars(range(min = 0, max = 1))]
        high: f64,
        /// Days with a full window before the first state.
        #[serde(default = "level_history")]
        #[schemars(range(min = 2))]
        min_history: usize,
    },
    /// How far the features' leading eigenvectors have turned, against its own past.
    Eigen {
        /// Window of the present correlations, in trading days.
        #[serde(default = "eigen_window")]
        #[schemars(range(min = 3))]
        window: usize,
        /// Days before that window that it is compared with.
        #[serde(default = "eigen_reference")]
        #[schemars(range(min = 3))]
        reference: usize,
        /// Number of leading eigenvectors, fewer than features.
        #[serde(default = "eigen_factors")]
        #[schemars(range(min = 1))]
        factors: usize,
        /// Stable from below this quantile of the past, a share.
        #[serde(default = "eigen_low")]
        #[schemars(range(min = 0, max = 1))]
        low: f64,
        /// Turning from above this quantile of the past, not below `low`.
        #[serde(default = "eigen_high")]
        #[schemars(range(min = 0, max = 1))]
        high: f64,
        /// Days with full windows before the first state.
        #[serde(default = "eigen_history")]
        #[schemars(range(min = 2))]
        min_history: usize,
    },
    /// A statistical jump model on the target's downside deviation and mean return, and on
    /// coupling; refitted on the past only.
    Jump {
        /// Number of states.
        #[serde(default = "jump_states")]
        #[schemars(range(min = 2, max = 6))]
        states: usize,
        /// Price of a change of state.
        #[serde(default = "jump_penalty")]
        #[schemars(range(min = 0))]
        penalty: f64,
        /// Window of downside deviation and mean return, in trading days.
        #[serde(default = "jump_window")]
        #[schemars(range(min = 3))]
        window: usize,
        /// Window of coupling and of the pair's correlation, in trading days.
        #[serde(default = "jump_correlation_window")]
        #[schemars(range(min = 3))]
        correlation_window: usize,
        /// Two different tickers whose correlation is one more feature; none by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "[String; 2]", extend("uniqueItems" = true))]
        pair: Option<[String; 2]>,
        /// Days from one fit to the next.
        #[serde(default = "jump_refit_every")]
        #[schemars(range(min = 1))]
        refit_every: usize,
        /// Days with full windows before the first fit.
        #[serde(default = "jump_history")]
        #[schemars(range(min = 60))]
        min_history: usize,
    },
    /// A mixture of Gaussians on the features of the jump model, its components the states of a
    /// Markov chain that is filtered forward in time; refitted on the past only.
    Mixture {
        /// Number of states, one Gaussian each.
        #[serde(default = "mixture_states")]
        #[schemars(range(min = 2, max = 6))]
        states: usize,
        /// Window of downside deviation and mean return, in trading days.
        #[serde(default = "mixture_window")]
        #[schemars(range(min = 3))]
        window: usize,
        /// Window of coupling and of the pair's correlation, in trading days.
        #[serde(default = "mixture_correlation_window")]
        #[schemars(range(min = 3))]
        correlation_window: usize,
        /// Two different tickers whose correlation is one more feature; none by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "[String; 2]", extend("uniqueItems" = true))]
        pair: Option<[String; 2]>,
        /// Days from one fit to the next.
        #[serde(default = "mixture_refit_every")]
        #[schemars(range(min = 1))]
        refit_every: usize,
        /// Days with full windows before the first fit.
        #[serde(default = "mixture_history")]
        #[schemars(range(min = 60))]
        min_history: usize,
    },
}

// serde takes defaults as functions.

fn regime_window() -> usize {
    defaults::REGIME_WINDOW
}

fn regime_threshold() -> f64 {
    defaults::REGIME_THRESHOLD
}

fn coupling_window() -> usize {
    defaults::COUPLING.window
}

fn volatility_window() -> usize {
    defaults::VOLATILITY.window
}

fn level_low() -> f64 {
    defaults::THIRDS.low
}

fn level_high() -> f64 {
    defaults::THIRDS.high
}

fn level_history() -> usize {
    defaults::THIRDS.min_history
}

fn eigen_window() -> usize {
    defaults::EIGEN.window
}

fn eigen_reference() -> usize {
    defaults::EIGEN.reference
}

fn eigen_factors() -> usize {
    defaults::EIGEN.factors
}

fn eigen_low() -> f64 {
    defaults::EIGEN.cut.low
}

fn eigen_high() -> f64 {
    defaults::EIGEN.cut.high
}

fn eigen_history() -> usize {
    defaults::EIGEN.cut.min_history
}

fn jump_states() -> usize {
    defaults::JUMP.states
}

fn jump_penalty() -> f64 {
    defaults::JUMP.penalty
}

fn jump_window() -> usize {
    defaults::JUMP.window
}

fn jump_correlation_window() -> usize {
    defaults::JUMP.correlation_window
}

fn jump_refit_every() -> usize {
    defaults::JUMP.refit_every
}

fn jump_history() -> usize {
    defaults::JUMP.min_history
}

fn mixture_states() -> usize {
    defaults::MIXTURE.states
}

fn mixture_window() -> usize {
    defaults::MIXTURE.window
}

fn mixture_correlation_window() -> usize {
    defaults::MIXTURE.correlation_window
}

fn mixture_refit_every() -> usize {
    defaults::MIXTURE.refit_every
}

fn mixture_history() -> usize {
    defaults::MIXTURE.min_history
}
