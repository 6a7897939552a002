//! What models are fitted and judged on: the weights of the rows, and the mean that they give.

use crate::engine::inference::ex_ante_variance;
use crate::engine::metrics::{prevailing_mean, weighted_mean};
use crate::engine::model::Settings;
use crate::engine::spec::Spec;
use crate::engine::walk_forward::row_weights;
use crate::prices::panel::Supervised;
use crate::results::names;

/// Weights of rows and the prevailing mean that they give.
pub(super) struct Basis {
    /// The weight of each row; `None` counts each once.
    pub(super) weights: Option<Vec<f64>>,
    /// The prevailing mean with these weights, by forecast: what models are judged against.
    pub(super) benchmark: Vec<f64>,
    /// The same of the row behind the last.
    pub(super) next: f64,
}

impl Basis {
    pub(super) fn new(rows: &Supervised, spec: &Spec, weights: Option<Vec<f64>>) -> Self {
        let first = spec.walk_forward.min_train;
        // With a row behind the last: its own return and weight are in no mean.
        let one_more = |values: &[f64]| [values, &[0.0]].concat();
        let mut benchmark = match &weights {
            Some(weights) => weighted_mean(&one_more(&rows.y), &one_more(weights), first),
            None => prevailing_mean(&one_more(&rows.y), first),
        };
        let next = benchmark.pop().unwrap_or_default();
        Self { weights, benchmark, next }
    }
}

/// Something of models whose rows all count the same, and of weighted ones, where there are any.
pub(super) struct ByWeighting<T> {
    pub(super) plain: T,
    pub(super) weighted: Option<T>,
}

impl<T> ByWeighting<T> {
    /// That of a model.
    pub(super) fn of(&self, settings: &Settings) -> &T {
        match &self.weighted {
            Some(weighted) if settings.is_weighted() => weighted,
            _ => &self.plain,
        }
    }

    /// Both, by the names of their prevailing means.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'static str, &T)> {
        let weighted = self.weighted.iter().map(|weighted| (names::WEIGHTED_BENCHMARK, weighted));
        [(names::BENCHMARK, &self.plain)].into_iter().chain(weighted)
    }
}

impl ByWeighting<Basis> {
    /// On other rows than those of a pass; `None` where weighted models have nothing to weigh them by.
    pub(super) fn again(rows: &Supervised, spec: &Spec, has_weighted: bool) -> Option<Self> {
        let of_weighted = || {
            ex_ante_variance(&rows.y)?;
            Some(Basis::new(rows, spec, Some(row_weights(&rows.y))))
        };
        let weighted = if has_weighted { Some(of_weighted()?) } else { None };
        Some(Self { plain: Basis::new(rows, spec, None), weighted })
    }
}
