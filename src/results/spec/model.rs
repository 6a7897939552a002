//! `models`: what to fit, over which grid, and what to make of a regime.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::{Name, hundredths, whole, word};

/// One model: linear, or forecasts that were made elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Model {
    /// Which model.
    pub kind: Kind,
    /// Its name in the report; the kind by default. Names are unique.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(with = "Name")]
    pub name: String,
    /// Share of the lasso penalty in an elastic net, 0.5 by default; not for ridge and lasso.
    // Not a fixed default: only an elastic net has one. The strongest penalty of the default grid
    // is that of the lasso over the ratio, which means nothing of a ratio near 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64", range(min = 0.001, max = 0.999))]
    pub l1_ratio: Option<f64>,
    /// The penalties of ridge, lasso and elastic net, from the strongest down; by default
    /// `{count: 60}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "AlphaGrid")]
    pub alphas: Option<AlphaGrid>,
    /// The numbers of components of `pcr` and `pls`, from the fewest up; by default `{max: 20}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ComponentGrid")]
    pub components: Option<ComponentGrid>,
    /// Of an external model: a CSV file of its forecasts, `date,forecast`, by its path from the
    /// folder of the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ForecastFile")]
    pub file: Option<String>,
    /// How much each row counts in its fits and in the choice of its penalty; all the same by
    /// default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Weighting")]
    pub weighting: Option<Weighting>,
    /// Makes it a regime-aware system beside its plain twin, which must be in the list too.
    #[serde(rename = "regime", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "System")]
    pub regime_aware: Option<System>,
}

/// Which model: three mixtures of one penalised objective, and what they are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Squared penalty, `rho = 0`: shrinks all coefficients.
    Ridge,
    /// Absolute penalty, `rho = 1`: sets coefficients to zero.
    Lasso,
    /// A mixture of both, `0 < rho < 1`.
    ElasticNet,
    /// Least squares without a penalty.
    Ols,
    /// Least squares on the leading principal components of the features.
    Pcr,
    /// Partial least squares: on the leading components of their covariance with the target.
    Pls,
    /// The mean of the forecasts of one feature at a time.
    Combination,
    /// Forecasts that were made elsewhere, read from a file.
    External,
}

impl Kind {
    /// Whether it has a grid of penalties.
    pub fn is_penalised(self) -> bool {
        matches!(self, Self::Ridge | Self::Lasso | Self::ElasticNet)
    }

    /// Whether it has a grid of numbers of components.
    pub fn has_components(self) -> bool {
        matches!(self, Self::Pcr | Self::Pls)
    }
}

/// A grid of numbers of components, from the fewest up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(extend("x-expected" = "one of {max: 20}, {list: [1, 2, 5]}"))]
pub enum ComponentGrid {
    /// The numbers themselves.
    List {
        /// Ascending.
        #[schemars(
            with = "Vec<Components>",
            length(min = 1, max = 1000),
            extend("x-expected" = "a list of whole numbers as in [1, 2, 5]")
        )]
        list: Vec<usize>,
    },
    /// One, two and so on.
    Max {
        /// The largest number; never more than there are columns.
        #[serde(default = "whole::<20>")]
        #[schemars(range(min = 1, max = 1000))]
        max: usize,
    },
}

/// How much each row counts (methods, section 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    /// One over what could be known of the variance of its day: weighted least squares with ex-ante
    /// variance (Johnson 2019).
    ExAnteVariance,
}

/// A grid of penalties, from the strongest down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(extend(
    "x-expected" =
        "one of {count: 60}, {from: 1e-2, to: 1e-5, count: 60}, {list: [1e-2, 1e-3]}"
))]
pub enum AlphaGrid {
    /// The values themselves.
    List {
        /// Positive, descending.
        #[schemars(
            with = "Vec<Penalty>",
            length(min = 1, max = 1000),
            extend("x-expected" = "a list of positive numbers as in [1e-2, 1e-3]")
        )]
        list: Vec<f64>,
    },
    /// Evenly spaced in log10 between two bounds.
    Range {
        /// The strongest penalty.
        #[schemars(with = "Penalty")]
        from: f64,
        /// The weakest penalty.
        #[schemars(with = "Penalty")]
        to: f64,
        /// Number of penalties.
        #[serde(default = "whole::<60>")]
        #[schemars(range(min = 2, max = 1000))]
        count: usize,
    },
    /// So many over the default range, anchored on the first training window.
    Count {
        /// Number of penalties.
        #[serde(default = "whole::<60>")]
        #[schemars(range(min = 2, max = 1000))]
        count: usize,
    },
}

/// What a model makes of a regime; its plain twin is the same model without one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "system", rename_all = "snake_case")]
pub enum System {
    /// Trades only in states in which the twin's forecasts have paid so far.
    Gated {
        /// Name of one of the `regimes`; the first by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        detector: Option<String>,
    },
    /// Coefficients of its own for each state, shrunk to the twin's.
    PerRegime {
        /// Name of one of the `regimes`; the first by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        detector: Option<String>,
        /// Weight of other states' rows in a state's fit: 0 for separate fits, 1 for the twin.
        #[serde(default = "hundredths::<50>")]
        #[schemars(range(min = 0, max = 1))]
        pooling: f64,
    },
    /// The features, and the features once more in every state but the first.
    Interacted {
        /// Name of one of the `regimes`; the first by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        detector: Option<String>,
    },
}

/// Which system a model is, without its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemKind {
    /// [`System::Gated`].
    Gated,
    /// [`System::PerRegime`].
    PerRegime,
    /// [`System::Interacted`].
    Interacted,
}

impl System {
    pub(crate) fn kind(&self) -> SystemKind {
        match self {
            Self::Gated { .. } => SystemKind::Gated,
            Self::PerRegime { .. } => SystemKind::PerRegime,
            Self::Interacted { .. } => SystemKind::Interacted,
        }
    }

    /// The detector that it names; `None` is the first.
    pub(crate) fn detector(&self) -> Option<&str> {
        match self {
            Self::Gated { detector }
            | Self::PerRegime { detector, .. }
            | Self::Interacted { detector } => detector.as_deref(),
        }
    }
}

impl Model {
    /// A model of this kind with every default.
    pub fn new(kind: Kind) -> Self {
        let plain = Self {
            kind,
            name: String::new(),
            l1_ratio: None,
            alphas: None,
            components: None,
            file: None,
            weighting: None,
            regime_aware: None,
        };
        plain.filled()
    }

    /// The model with what depends on other keys written out: its name, the ratio of an elastic
    /// net, and its grid.
    #[must_use]
    pub(crate) fn filled(mut self) -> Self {
        if self.name.is_empty() {
            let weighted = self.is_weighted().then(|| "weighted".to_owned());
            let system = self.regime_aware.as_ref().map(|system| word(system.kind()));
            let words = [Some(word(self.kind)), weighted, system];
            self.name = words.into_iter().flatten().collect::<Vec<String>>().join("_");
        }
        if self.kind == Kind::ElasticNet {
            self.l1_ratio = Some(self.l1_ratio());
        }
        if self.kind.is_penalised() {
            self.alphas = Some(self.penalties());
        }
        if self.kind.has_components() {
            self.components = Some(self.component_grid());
        }
        self
    }

    /// The grid of penalties, of a model that has one.
    pub(crate) fn penalties(&self) -> AlphaGrid {
        self.alphas.clone().unwrap_or(AlphaGrid::Count { count: whole::<60>() })
    }

    /// The grid of numbers of components, of a model that has one.
    pub(crate) fn component_grid(&self) -> ComponentGrid {
        self.components.clone().unwrap_or(ComponentGrid::Max { max: whole::<20>() })
    }

    /// `rho`: 0 for ridge, 1 for lasso, in between for the elastic net; 0 without a penalty.
    pub fn l1_ratio(&self) -> f64 {
        match self.kind {
            Kind::Lasso => 1.0,
            Kind::ElasticNet => self.l1_ratio.unwrap_or(0.5),
            _ => 0.0,
        }
    }

    /// Whether it follows no regime.
    pub(crate) fn is_plain(&self) -> bool {
        self.regime_aware.is_none()
    }

    /// Whether its forecasts were made elsewhere.
    pub(crate) fn is_external(&self) -> bool {
        self.kind == Kind::External
    }

    /// Whether its rows are weighted by what could be known of their risk.
    pub fn is_weighted(&self) -> bool {
        self.weighting.is_some()
    }

    /// Whether it is what `other` would be without a regime.
    pub(crate) fn is_twin_of(&self, other: &Self) -> bool {
        self.is_plain() && self.same_fits(other)
    }

    /// Whether two models have the same fits when neither follows a regime: same kind, grid and
    /// weights of rows, whatever their names.
    pub(crate) fn same_fits(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.l1_ratio() == other.l1_ratio()
            && self.penalties() == other.penalties()
            && self.component_grid() == other.component_grid()
            && self.file == other.file
            && self.weighting == other.weighting
    }
}

pub(crate) fn models() -> Vec<Model> {
    [Kind::Ridge, Kind::Lasso, Kind::ElasticNet].map(Model::new).into()
}

/// A penalty. Features are standardised, so that beyond these bounds a fit is least squares or
/// nothing.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(super) struct Penalty(
    #[schemars(range(min = 1e-12, max = 1_000_000))]
    #[expect(dead_code, reason = "only its schema is used")]
    f64,
);

/// A file below the folder of the spec; no part of its path is hidden or leads upward.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(super) struct ForecastFile(
    #[schemars(
        regex(pattern = "^([A-Za-z0-9_-][A-Za-z0-9._-]{0,63}/){0,8}[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$"),
        extend(
            "x-expected" = "a file below the folder of the spec, as in my_net.csv",
            "x-hint" = "letters, digits, points, hyphens and underscores; `/` between folders"
        )
    )]
    #[expect(dead_code, reason = "only its schema is used")]
    String,
);

/// A number of components.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(super) struct Components(
    #[schemars(range(min = 1, max = 1000))]
    #[expect(dead_code, reason = "only its schema is used")]
    usize,
);
#[cfg(test)]
mod tests {
    use super::*;

    /// A nested test of a system against its twin holds only where both choose their penalty in the
    /// same way: the selection belongs to the experiment, the rest is what makes a twin.
    #[test]
    fn a_twin_chooses_its_penalty_as_the_system_does() {
        let model = |json: &str| serde_json::from_str::<Model>(json).unwrap();
        let system = model(
            r#"{"kind": "elastic_net", "l1_ratio": 0.3, "alphas": {"count": 40},
                "regime": {"system": "interacted"}}"#,
        );
        for (is_twin, other) in [
            (true, r#"{"kind": "elastic_net", "l1_ratio": 0.3, "alphas": {"count": 40}}"#),
            (
                true,
                r#"{"kind": "elastic_net", "l1_ratio": 0.3, "alphas": {"count": 40}, "name": "n"}"#,
            ),
            (false, r#"{"kind": "elastic_net", "l1_ratio": 0.5, "alphas": {"count": 40}}"#),
            (false, r#"{"kind": "elastic_net", "l1_ratio": 0.3, "alphas": {"count": 60}}"#),
            (false, r#"{"kind": "elastic_net", "l1_ratio": 0.3, "alphas": {"list": [1e-3]}}"#),
            (false, r#"{"kind": "lasso", "alphas": {"count": 40}}"#),
        ] {
            assert_eq!(model(other).is_twin_of(&system), is_twin, "{other}");
        }
        assert!(!system.is_twin_of(&system), "a system is nobody's twin");
    }
}
