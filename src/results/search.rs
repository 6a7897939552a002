//! What searching among models, rules and experiments costs (methods, "The search").

use serde::{Deserialize, Serialize};

use super::{FamilyClaim, Results};

/// What the best of an experiment's models and rules is worth as the best of so many.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchSummary {
    /// Mean length, in days, of the blocks in which days are resampled.
    pub mean_block: f64,
    /// How often they are.
    pub replicates: usize,
    /// Whether the best of all models has smaller squared errors than the prevailing mean.
    pub spa: Option<SpaP>,
    /// The same of squared errors over ex-ante variance.
    pub spa_scaled: Option<SpaP>,
    /// The same of scaled Clark-West terms, which make up for the noise of fitting what the
    /// prevailing mean takes to be zero.
    pub spa_adjusted: Option<SpaP>,
    /// How often the best strategy of one half of the days is below the median in the other.
    pub overfitting: Option<Overfitting>,
    /// Ex-ante variance of the first forecast: those of the others follow from it and the columns
    /// `actual` and `benchmark` of `forecasts.csv`.
    pub first_variance: Option<f64>,
}

/// p-values of Hansen (2005) that no model is better than the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SpaP {
    /// Lower bound: models that did worse are no better than they seem.
    pub lower: f64,
    /// The same of models that did clearly worse; the one to go by.
    pub consistent: f64,
    /// Upper bound: all models are as good as the benchmark (White 2000).
    pub upper: f64,
}

/// Combinatorially symmetric cross-validation of a choice among strategies by their Sharpe ratio.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Overfitting {
    /// Share of splits in which the best of one half is at most the median of the other.
    pub probability: f64,
    /// Share of splits in which it loses in the other.
    pub loss_probability: f64,
    /// Strategies to choose from.
    pub strategies: usize,
    /// Splits of the days into two halves.
    pub splits: usize,
}

/// How much was tried, over all experiments of a site.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trials {
    /// Every penalty of every model under every sizing rule of every experiment.
    pub counted: usize,
    /// Clusters of strategies whose daily returns are nearly the same.
    pub effective: usize,
    /// Experiments.
    pub experiments: usize,
    /// Annualised Sharpe ratio that the best of as many trials without skill is expected to have;
    /// three digits.
    pub expected_best_sharpe: f64,
}

impl Results {
    /// The results without the figures that move whenever another experiment of the site does: trials,
    /// deflated Sharpe ratios, counts and p-value of the family. What is claimed of the experiment as
    /// one of all stays.
    #[must_use]
    pub(crate) fn without_others(&self) -> Self {
        let mut alone = Self { trials: None, ..self.clone() };
        alone.verdict.family = self.verdict.family.map(|family| FamilyClaim {
            experiments: 0,
            with_evidence: 0,
            p_value: None,
            ..family
        });
        let models = alone.models.values_mut();
        for metrics in models.flat_map(|model| model.strategies.values_mut()) {
            metrics.deflated_sharpe = None;
        }
        alone
    }
}
