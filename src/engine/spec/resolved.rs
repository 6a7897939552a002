//! A spec written out with every default.

use serde_json::Value;

use super::{Spec, raw};
use crate::engine::backtest::{Costs, Rule, Sizing};
use crate::engine::model::{self, AlphaGrid, Kind, System};
use crate::engine::regime::{self, Cut, EigenChange, Level};
use crate::engine::walk_forward::{Schedule, Selection, Window};
use crate::prices::data::{self, Missing};

impl Spec {
    /// The spec with every default written out, keys in the contract's order: what is hashed, kept
    /// in `results.json` and compared. Without the `id`, which is the file's name; without `start`
    /// and `end` where they are left to the data. Read back, it is the same spec.
    pub fn resolved(&self) -> Value {
        let experiment = raw::Experiment::from(self);
        // The written form has no map with keys other than text, the one thing JSON cannot hold.
        serde_json::to_value(experiment).unwrap_or(Value::Null)
    }
}

impl From<&Spec> for raw::Experiment {
    fn from(spec: &Spec) -> Self {
        Self {
            title: spec.title.clone(),
            hypothesis: spec.hypothesis.clone(),
            notes: spec.notes.clone(),
            data: (&spec.data).into(),
            walk_forward: (&spec.walk_forward).into(),
            models: spec.models.iter().map(Into::into).collect(),
            selection: (&spec.selection).into(),
            positions: spec.positions.iter().map(Into::into).collect(),
            costs: (&spec.costs).into(),
            regimes: Some(spec.regimes.iter().map(Into::into).collect()),
            seed: spec.seed,
        }
    }
}

impl From<&data::Settings> for raw::Data {
    fn from(data: &data::Settings) -> Self {
        Self {
            source: data.source.clone(),
            target: data.target.clone(),
            features: data.features.clone(),
            start: data.start,
            end: data.end,
            missing: data.missing.into(),
            lags: data.lags.clone(),
        }
    }
}

impl From<Missing> for raw::Missing {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::Drop => Self::Drop,
            Missing::Error => Self::Error,
            Missing::ForwardFill(days) => Self::ForwardFill(days),
        }
    }
}

impl From<&Schedule> for raw::WalkForward {
    fn from(schedule: &Schedule) -> Self {
        Self {
            min_train: schedule.min_train,
            refit_every: schedule.refit_every,
            window: match schedule.window {
                Window::Expanding => raw::Window::Expanding(raw::Expanding::Expanding),
                Window::Rolling(rows) => raw::Window::Rolling(rows),
            },
            purge: schedule.purge,
        }
    }
}

impl From<&model::Settings> for raw::Model {
    fn from(model: &model::Settings) -> Self {
        Self {
            kind: match model.kind {
                Kind::Ridge => raw::Kind::Ridge,
                Kind::Lasso => raw::Kind::Lasso,
                Kind::ElasticNet => raw::Kind::ElasticNet,
            },
            name: Some(model.name.clone()),
            l1_ratio: (model.kind == Kind::ElasticNet).then_some(model.l1_ratio),
            alphas: match &model.alphas {
                AlphaGrid::Count(count) => raw::Alphas::Count(raw::AlphaCount { count: *count }),
                AlphaGrid::Range { from, to, count } => {
                    raw::Alphas::Range(raw::AlphaRange { from: *from, to: *to, count: *count })
                }
                AlphaGrid::List(list) => raw::Alphas::List(raw::AlphaList { list: list.clone() }),
            },
            regime: model.regime_aware.as_ref().map(|aware| raw::RegimeAware {
                system: match aware.system {
                    System::Gated => raw::System::Gated,
                    System::PerRegime { .. } => raw::System::PerRegime,
                    System::Interacted => raw::System::Interacted,
                },
                detector: aware.regime.clone(),
                pooling: match aware.system {
                    System::PerRegime { pooling } => Some(pooling),
                    _ => None,
                },
            }),
        }
    }
}

impl From<&Selection> for raw::Selection {
    fn from(selection: &Selection) -> Self {
        match *selection {
            Selection::Prequential => Self::Prequential {},
            Selection::Holdout { rows } => Self::Holdout { rows },
            Selection::Fixed { alpha } => Self::Fixed { alpha },
        }
    }
}

impl From<&Sizing> for raw::Position {
    fn from(sizing: &Sizing) -> Self {
        let (name, long_only) = (Some(sizing.name.clone()), sizing.long_only);
        match sizing.rule {
            Rule::Binary => Self::Binary { name, long_only },
            Rule::Proportional { max_leverage } => {
                Self::Proportional { name, long_only, max_leverage }
            }
            Rule::Quartile { steps } => Self::Quartile { name, long_only, steps },
        }
    }
}

impl From<&Costs> for raw::Costs {
    fn from(costs: &Costs) -> Self {
        Self {
            trade_bps: costs.trade_bps,
            borrow_rate: costs.borrow_rate,
            cash_rate: costs.cash_rate,
        }
    }
}

impl From<&regime::Settings> for raw::Regime {
    fn from(regime: &regime::Settings) -> Self {
        match regime {
            regime::Settings::SignFlip { pair, window, threshold } => {
                Self::SignFlip { pair: pair.clone(), window: *window, threshold: *threshold }
            }
            regime::Settings::Coupling(Level { window, cut: Cut { low, high, min_history } }) => {
                Self::Coupling {
                    window: *window,
                    low: *low,
                    high: *high,
                    min_history: *min_history,
                }
            }
            regime::Settings::Volatility(Level { window, cut: Cut { low, high, min_history } }) => {
                Self::Volatility {
                    window: *window,
                    low: *low,
                    high: *high,
                    min_history: *min_history,
                }
            }
            regime::Settings::Eigen(EigenChange { window, reference, factors, cut }) => {
                Self::Eigen {
                    window: *window,
                    reference: *reference,
                    factors: *factors,
                    low: cut.low,
                    high: cut.high,
                    min_history: cut.min_history,
                }
            }
            regime::Settings::Jump(jump) => Self::Jump {
                states: jump.states,
                penalty: jump.penalty,
                window: jump.window,
                correlation_window: jump.correlation_window,
                pair: jump.pair.clone(),
                refit_every: jump.refit_every,
                min_history: jump.min_history,
            },
            regime::Settings::Mixture(mixture) => Self::Mixture {
                states: mixture.states,
                window: mixture.window,
                correlation_window: mixture.correlation_window,
                pair: mixture.pair.clone(),
                refit_every: mixture.refit_every,
                min_history: mixture.min_history,
            },
        }
    }
}
