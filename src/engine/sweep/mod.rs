//! Many experiments seen together: the specification curve of Simonsohn, Simmons and Nelson (2020).
//!
//! Their three steps: reasonable specifications (`engine::spec` makes the members of a sweep), a
//! curve of all estimates ([`analyse`]), and a joint test of the curve against curves under the null
//! ([`nulls`]). A specification is a member and one of its models, for a Sharpe ratio also a rule.

mod anova;
mod curve;
mod null;
mod table;

pub use self::curve::{Asked, analyse};
pub use self::null::{NullCurves, Nulls, nulls};
pub use self::table::to_csv;

use serde_json::json;

use crate::base::units::math;
use crate::engine::metrics::LEVEL;
use crate::results::spec::{Model, Spec};
use crate::results::{Estimate, Results, names, value};

/// What a sweep needs of a member.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    models: Vec<ModelDigest>,
    /// Sharpe ratio of holding the target over the same days.
    holding: Option<f64>,
    synthetic: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct ModelDigest {
    name: String,
    /// Of what its forecasts follow: two specifications with the same have the same forecasts.
    forecasts_of: blake3::Hash,
    oos_r2: Option<Estimate>,
    /// Of its own test: the scaled Clark-West test, against the prevailing mean and the fit's own.
    p: Option<f64>,
    tracks: Vec<TrackDigest>,
}

#[derive(Debug, Clone, PartialEq)]
struct TrackDigest {
    rule: String,
    sharpe: Option<Estimate>,
    standard_error: Option<f64>,
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

    fn model(&self, name: &str) -> Option<&ModelDigest> {
        self.models.iter().find(|model| model.name == name)
    }
}

impl ModelDigest {
    fn point(&self) -> Option<Point> {
        Some(Point::of_r2(value(self.oos_r2)?, self.p))
    }
}

impl TrackDigest {
    fn point(&self) -> Option<Point> {
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

/// What a specification says: its estimate, and how sure its own test is that it is above zero.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    estimate: f64,
    p: Option<f64>,
    z: f64,
    is_significant: bool,
}

impl Point {
    fn of_r2(estimate: f64, p: Option<f64>) -> Self {
        Self::new(estimate, p, p.map(z))
    }

    fn of_sharpe(estimate: f64, standard_error: Option<f64>) -> Self {
        let z = standard_error.filter(|error| *error > 0.0).map(|error| estimate / error);
        Self::new(estimate, z.map(math::normal_sf), z)
    }

    /// Without a test there is no evidence: forecasts that never leave the mean, say.
    fn new(estimate: f64, p: Option<f64>, z: Option<f64>) -> Self {
        let is_significant = estimate > 0.0 && p.is_some_and(|p| p < LEVEL);
        Self { estimate, p, z: z.unwrap_or(0.0), is_significant }
    }
}

/// The z statistic of a one-sided p-value, at most 8 in size: beyond that doubles near 1 are too
/// coarse.
fn z(p: f64) -> f64 {
    -math::normal_quantile(p.clamp(1e-15, 1.0 - 1e-15))
}
