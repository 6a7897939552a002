//! `walk_forward` and `selection`: when to fit, on which rows, and how to choose the penalty.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Penalty;
use super::values::whole;

/// When to fit, and on which rows (methods, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Schedule {
    /// Rows before the first forecast.
    #[serde(default = "whole::<750>")]
    #[schemars(range(min = 30, max = 1_000_000))]
    pub min_train: usize,
    /// Rows from one fit to the next.
    #[serde(default = "whole::<21>")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub refit_every: usize,
    /// `expanding` for all rows so far, or a number of rows for a rolling window.
    #[serde(default = "window")]
    pub window: Window,
    /// Rows left out between the training rows and the fit.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1_000_000))]
    pub purge: usize,
}

/// Which rows a fit may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(extend("x-hint" = "a rolling window is its number of rows: `window: 1000`"))]
pub enum Window {
    /// All rows before the fit.
    Expanding,
    /// The last so many of them.
    #[serde(untagged)]
    Rolling(#[schemars(range(min = 2, max = 1_000_000))] usize),
}

/// How the penalty is chosen at each fit, strictly out of sample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Selection {
    /// The smallest sum of squared forecast errors so far; the strongest penalty until a year of
    /// forecasts exists.
    Prequential,
    /// The smallest squared error over the last training rows, fitted on the rows before them.
    Holdout {
        /// Rows held out.
        #[schemars(range(min = 1, max = 1_000_000))]
        rows: usize,
    },
    /// One penalty throughout, in the place of every model's grid.
    Fixed {
        /// The penalty.
        #[schemars(with = "Penalty")]
        alpha: f64,
    },
}

fn window() -> Window {
    Window::Expanding
}

/// By the forecasts made so far.
pub(super) fn selection() -> Selection {
    Selection::Prequential
}
