//! `regimes`: which detectors to run (methods, section 7).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::RegimeKind;
use super::values::{Ticker, hundredths, whole, word};

/// A regime detector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Detector {
    /// The sign of a pair's rolling correlation, with a dead band.
    SignFlip {
        /// Two different tickers among the features and the target.
        #[schemars(
            with = "[Ticker; 2]",
            extend("uniqueItems" = true, "x-expected" = "two tickers as in [XLE, XLU]")
        )]
        pair: [String; 2],
        /// Window of the correlation, in trading days.
        #[serde(default = "whole::<63>")]
        #[schemars(range(min = 3, max = 1_000_000))]
        window: usize,
        /// Half width of the dead band.
        #[serde(default = "hundredths::<10>")]
        #[schemars(range(min = 0), extend("exclusiveMaximum" = 1))]
        threshold: f64,
    },
    /// The level of the rolling mean correlation between the features, against its own past.
    Coupling(Coupling),
    /// The level of the target's rolling volatility, against its own past.
    Volatility(Volatility),
    /// How far the features' leading eigenvectors have turned, against its own past.
    Eigen(Eigen),
    /// A statistical jump model on the target's downside deviation and mean return, and on
    /// coupling; refitted on the past only.
    Jump(Jump),
    /// A mixture of Gaussians on the features of the jump model, its components the states of a
    /// Markov chain that is filtered forward in time; refitted on the past only.
    Mixture(Mixture),
}

/// Coupling cut by two quantiles of its own past.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coupling {
    /// Window of the correlations, in trading days.
    #[serde(default = "whole::<63>")]
    #[schemars(range(min = 3, max = 1_000_000))]
    pub window: usize,
    /// Loosely coupled from below this quantile of the past, a share.
    #[serde(default = "hundredths::<33>")]
    #[schemars(with = "Share")]
    pub low: f64,
    /// Tightly coupled from above this quantile of the past, not below `low`.
    #[serde(default = "hundredths::<67>")]
    #[schemars(with = "Share")]
    pub high: f64,
    /// Days with a full window before the first state.
    #[serde(default = "whole::<252>")]
    #[schemars(range(min = 2, max = 1_000_000))]
    pub min_history: usize,
}

/// Volatility cut by two quantiles of its own past.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Volatility {
    /// Window of the volatility, in trading days.
    #[serde(default = "whole::<21>")]
    #[schemars(range(min = 3, max = 1_000_000))]
    pub window: usize,
    /// Quiet from below this quantile of the past, a share.
    #[serde(default = "hundredths::<33>")]
    #[schemars(with = "Share")]
    pub low: f64,
    /// Volatile from above this quantile of the past, not below `low`.
    #[serde(default = "hundredths::<67>")]
    #[schemars(with = "Share")]
    pub high: f64,
    /// Days with a full window before the first state.
    #[serde(default = "whole::<252>")]
    #[schemars(range(min = 2, max = 1_000_000))]
    pub min_history: usize,
}

/// Leading eigenvectors now against those of the days before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Eigen {
    /// Window of the present correlations, in trading days.
    #[serde(default = "whole::<63>")]
    #[schemars(range(min = 3, max = 1_000_000))]
    pub window: usize,
    /// Days before that window that it is compared with.
    #[serde(default = "whole::<252>")]
    #[schemars(range(min = 3, max = 1_000_000))]
    pub reference: usize,
    /// Number of leading eigenvectors, fewer than features.
    #[serde(default = "whole::<1>")]
    #[schemars(range(min = 1, max = 1000))]
    pub factors: usize,
    /// Stable from below this quantile of the past, a share.
    // Turning is the exception: the quantiles are higher than those of a level.
    #[serde(default = "hundredths::<60>")]
    #[schemars(with = "Share")]
    pub low: f64,
    /// Turning from above this quantile of the past, not below `low`.
    #[serde(default = "hundredths::<80>")]
    #[schemars(with = "Share")]
    pub high: f64,
    /// Days with full windows before the first state.
    #[serde(default = "whole::<252>")]
    #[schemars(range(min = 2, max = 1_000_000))]
    pub min_history: usize,
}

/// What a fitted detector sees of a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DayFeatures {
    /// Window of downside deviation and mean return, in trading days.
    #[serde(default = "whole::<21>")]
    #[schemars(range(min = 3, max = 1_000_000))]
    pub window: usize,
    /// Window of coupling and of the pair's correlation, in trading days.
    #[serde(default = "whole::<63>")]
    #[schemars(range(min = 3, max = 1_000_000))]
    pub correlation_window: usize,
    /// Two different tickers whose correlation is one more feature; none by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        with = "[Ticker; 2]",
        extend("uniqueItems" = true, "x-expected" = "two tickers as in [XLE, XLU]")
    )]
    pub pair: Option<[String; 2]>,
}

/// A statistical jump model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Jump {
    /// Number of states `K`.
    #[serde(default = "whole::<2>")]
    #[schemars(range(min = 2, max = 6))]
    pub states: usize,
    /// Price of a change of state, `lambda`.
    #[serde(default = "hundredths::<5_000>")]
    #[schemars(range(min = 0, max = 1_000_000))]
    pub penalty: f64,
    /// What it sees of a day.
    #[serde(flatten)]
    pub features: DayFeatures,
    /// Days from one fit to the next.
    #[serde(default = "whole::<126>")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub refit_every: usize,
    /// Days with full windows before the first fit.
    #[serde(default = "whole::<504>")]
    #[schemars(range(min = 60, max = 1_000_000))]
    pub min_history: usize,
}

/// A Gaussian mixture whose components switch as a Markov chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mixture {
    /// Number of states `K`, one Gaussian each.
    #[serde(default = "whole::<2>")]
    #[schemars(range(min = 2, max = 6))]
    pub states: usize,
    /// What it sees of a day.
    #[serde(flatten)]
    pub features: DayFeatures,
    /// Days from one fit to the next.
    #[serde(default = "whole::<252>")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub refit_every: usize,
    /// Days with full windows before the first fit.
    #[serde(default = "whole::<504>")]
    #[schemars(range(min = 60, max = 1_000_000))]
    pub min_history: usize,
}

impl Detector {
    /// The detectors where a file leaves out its regimes: the sign flip of energy and utilities
    /// where both are features, none otherwise.
    pub(crate) fn of_features(features: &[String]) -> Vec<Self> {
        let pair = ["XLE", "XLU"].map(String::from);
        if !pair.iter().all(|ticker| features.contains(ticker)) {
            return Vec::new();
        }
        vec![Self::SignFlip { pair, window: whole::<63>(), threshold: hundredths::<10>() }]
    }

    /// Which detector it is.
    pub(crate) fn kind(&self) -> RegimeKind {
        match self {
            Self::SignFlip { .. } => RegimeKind::SignFlip,
            Self::Coupling(_) => RegimeKind::Coupling,
            Self::Volatility(_) => RegimeKind::Volatility,
            Self::Eigen(_) => RegimeKind::Eigen,
            Self::Jump(_) => RegimeKind::Jump,
            Self::Mixture(_) => RegimeKind::Mixture,
        }
    }

    /// The pair of tickers that the detector watches, if it watches one, and over which window.
    pub(crate) fn pair(&self) -> Option<(&[String; 2], usize)> {
        match self {
            Self::SignFlip { pair, window, .. } => Some((pair, *window)),
            Self::Jump(Jump { features, .. }) | Self::Mixture(Mixture { features, .. }) => {
                Some((features.pair.as_ref()?, features.correlation_window))
            }
            Self::Coupling(_) | Self::Volatility(_) | Self::Eigen(_) => None,
        }
    }

    /// A word for each of its states, in their order, by which a criterion names them; the states of
    /// a fitted detector have numbers.
    pub(crate) fn state_words(&self) -> Vec<String> {
        let two = |words: [&str; 2]| words.map(str::to_owned).into();
        match self {
            Self::SignFlip { .. } => two(["together", "apart"]),
            Self::Coupling(_) => two(["loose", "tight"]),
            Self::Volatility(_) => two(["quiet", "volatile"]),
            Self::Eigen(_) => two(["stable", "turning"]),
            Self::Jump(Jump { states, .. }) | Self::Mixture(Mixture { states, .. }) => {
                (1..=*states).map(|state| state.to_string()).collect()
            }
        }
    }

    /// The two quantiles between which the detector's statistic changes no state, if it has such.
    pub(crate) fn quantiles(&self) -> Option<(f64, f64)> {
        match self {
            Self::Coupling(level) => Some((level.low, level.high)),
            Self::Volatility(level) => Some((level.low, level.high)),
            Self::Eigen(eigen) => Some((eigen.low, eigen.high)),
            Self::SignFlip { .. } | Self::Jump(_) | Self::Mixture(_) => None,
        }
    }
}

/// The names of detectors, in their order: kind and pair (`sign_flip.XLE.XLU`, `coupling`), and
/// its position where an earlier one already has that name.
pub fn detector_names(detectors: &[Detector]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(detectors.len());
    for (position, detector) in detectors.iter().enumerate() {
        let mut name = match detector.pair() {
            Some(([a, b], _)) => format!("{}.{a}.{b}", word(detector.kind())),
            None => word(detector.kind()),
        };
        if names.contains(&name) {
            name = format!("{name}.{}", position + 1);
        }
        names.push(name);
    }
    names
}

/// A quantile.
#[derive(JsonSchema)]
#[schemars(inline)]
struct Share(
    #[schemars(
        range(min = 0, max = 1),
        extend("x-hint" = "quantiles are shares: 0.33 for the lowest third")
    )]
    #[expect(dead_code, reason = "only its schema is used")]
    f64,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_detector_has_a_name_of_its_own() {
        let read = |json| serde_json::from_value::<Vec<Detector>>(json).unwrap();
        let detectors = read(serde_json::json!([
            {"kind": "coupling"},
            {"kind": "sign_flip", "pair": ["A", "B"]},
            {"kind": "coupling", "window": 21}
        ]));
        assert_eq!(detector_names(&detectors), ["coupling", "sign_flip.A.B", "coupling.3"]);
    }
}
