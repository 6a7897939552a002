//! What a sweep needs of a member, so that its results can be let go.

use serde_json::json;

use super::point::Point;
use crate::results::spec::{Model, Spec};
use crate::results::{Estimate, Results, names, value};

/// What a sweep needs of a member.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    pub(super) models: Vec<ModelDigest>,
    /// Sharpe ratio of holding the target over the same days.
    pub(super) holding: Option<f64>,
    pub(super) synthetic: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct ModelDigest {
    pub(super) name: String,
    /// Of what its forecasts follow: two specifications with the same have the same forecasts.
    pub(super) forecasts_of: blake3::Hash,
    pub(super) oos_r2: Option<Estimate>,
    /// Of its own test: the scaled Clark-West test, against the prevailing mean and the fit's own.
    pub(super) p: Option<f64>,
    pub(super) tracks: Vec<TrackDigest>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct TrackDigest {
    pub(super) rule: String,
    pub(super) sharpe: Option<Estimate>,
    pub(super) standard_error: Option<f64>,
}

impl Digest {
    /// What a sweep needs of the results of a member.
    pub fn of(results: &Results) -> Self {
        let of_model = |(name, model): (&String, &crate::results::ModelSummary)| {
            let settings = results.spec.models.iter().find(|settings| settings.name == *name);
            let track =
                |(rule, metrics): (&String, &crate::results::StrategyMetrics)| TrackDigest {
                    rule: rule.clone(),
                    sharpe: metrics.sharpe,
                    standard_error: metrics.sharpe_standard_error,
                };
            ModelDigest {
                name: name.clone(),
                forecasts_of: forecasts_of(&results.spec, settings, name),
                oos_r2: model.forecast.oos_r2,
                p: model.forecast.evidence_p(),
                tracks: model.strategies.iter().map(track).collect(),
            }
        };
        let holding = results.benchmarks.get(names::BUY_AND_HOLD);
        Self {
            models: results.models.iter().map(of_model).collect(),
            holding: holding.and_then(|metrics| value(metrics.sharpe)),
            synthetic: results.data.synthetic,
        }
    }

    pub(super) fn model(&self, name: &str) -> Option<&ModelDigest> {
        self.models.iter().find(|model| model.name == name)
    }
}

impl ModelDigest {
    pub(super) fn point(&self) -> Option<Point> {
        Some(Point::of_r2(value(self.oos_r2)?, self.p))
    }
}

impl TrackDigest {
    pub(super) fn point(&self) -> Option<Point> {
        Some(Point::of_sharpe(value(self.sharpe)?, self.standard_error))
    }
}

/// A hash of all that the forecasts of a model of a spec follow from. Costs, sizing and words are
/// not among it; detectors are where the model follows one.
fn forecasts_of(spec: &Spec, settings: Option<&Model>, name: &str) -> blake3::Hash {
    let settings = settings.map(|settings| {
        let regimes = settings.regime_aware.as_ref().map(|_| (&spec.regimes, spec.seed));
        (Model { name: String::new(), ..settings.clone() }, regimes)
    });
    let name = settings.is_none().then_some(name);
    let json = json!([spec.data, spec.walk_forward, spec.selection, settings, name]);
    blake3::hash(json.to_string().as_bytes())
}
