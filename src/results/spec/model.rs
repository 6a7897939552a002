//! `models`: what to fit, over which penalties, and what to make of a regime.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::{Name, hundredths, whole, word};

/// One linear model.
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
    /// The penalties, from the strongest down.
    #[serde(default = "alphas")]
    pub alphas: AlphaGrid,
    /// Makes it a regime-aware system beside its plain twin, which must be in the list too.
    #[serde(rename = "regime", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "System")]
    pub regime_aware: Option<System>,
}

/// The three linear models; one objective, three mixtures of its penalties (methods, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Squared penalty, `rho = 0`: shrinks all coefficients.
    Ridge,
    /// Absolute penalty, `rho = 1`: sets coefficients to zero.
    Lasso,
    /// A mixture of both, `0 < rho < 1`.
    ElasticNet,
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
            alphas: alphas(),
            regime_aware: None,
        };
        plain.filled()
    }

    /// The model with what depends on other keys written out: its name, and the ratio of an
    /// elastic net.
    #[must_use]
    pub(crate) fn filled(mut self) -> Self {
        if self.name.is_empty() {
            self.name = match &self.regime_aware {
                None => word(self.kind),
                Some(system) => format!("{}_{}", word(self.kind), word(system.kind())),
            };
        }
        if self.kind == Kind::ElasticNet {
            self.l1_ratio = Some(self.l1_ratio());
        }
        self
    }

    /// `rho`: 0 for ridge, 1 for lasso, in between for the elastic net.
    pub fn l1_ratio(&self) -> f64 {
        match self.kind {
            Kind::Ridge => 0.0,
            Kind::Lasso => 1.0,
            Kind::ElasticNet => self.l1_ratio.unwrap_or(0.5),
        }
    }

    /// Whether it follows no regime.
    pub(crate) fn is_plain(&self) -> bool {
        self.regime_aware.is_none()
    }

    /// Whether it is what `other` would be without a regime.
    pub(crate) fn is_twin_of(&self, other: &Self) -> bool {
        self.is_plain() && self.same_fits(other)
    }

    /// Whether two models have the same fits when neither follows a regime: same penalties,
    /// whatever their names.
    pub(crate) fn same_fits(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.l1_ratio() == other.l1_ratio()
            && self.alphas == other.alphas
    }
}

pub(crate) fn models() -> Vec<Model> {
    [Kind::Ridge, Kind::Lasso, Kind::ElasticNet].map(Model::new).into()
}

fn alphas() -> AlphaGrid {
    AlphaGrid::Count { count: whole::<60>() }
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
