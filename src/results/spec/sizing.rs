//! `positions` and `costs`: how a forecast is traded, and what trading costs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::{Name, hundredths};

/// How a forecast becomes a position: a sizing rule (methods, section 4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Sizing {
    /// The sign of the forecast.
    Binary {
        /// Its name in the report; the rule by default. Names are unique.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        #[schemars(with = "Name")]
        name: String,
        /// Whether negative positions become 0.
        #[serde(default)]
        long_only: bool,
    },
    /// The forecast over the standard deviation of the forecasts before it, clipped.
    Proportional {
        /// Its name in the report; the rule by default. Names are unique.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        #[schemars(with = "Name")]
        name: String,
        /// Whether negative positions become 0.
        #[serde(default)]
        long_only: bool,
        /// Largest absolute position.
        #[serde(default = "hundredths::<100>")]
        #[schemars(range(min = 0.01, max = 100))]
        max_leverage: f64,
    },
    /// A step chosen by the quartile of the forecast among those before it.
    Quartile {
        /// Its name in the report; the rule by default. Names are unique.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        #[schemars(with = "Name")]
        name: String,
        /// Whether negative positions become 0.
        #[serde(default)]
        long_only: bool,
        /// Positions for the four quartiles, lowest first.
        #[serde(default = "steps")]
        #[schemars(
            with = "[Step; 4]",
            extend("x-expected" = "four ascending numbers as in [-1, -0.5, 0.5, 1]")
        )]
        steps: [f64; 4],
    },
}

/// What trading and holding cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Costs {
    /// Per unit of equity traded, in basis points.
    #[serde(default = "hundredths::<100>")]
    #[schemars(
        range(min = 0),
        extend("exclusiveMaximum" = 10_000, "x-hint" = "in basis points of what is traded")
    )]
    pub trade_bps: f64,
    /// On the short position, a fraction a year.
    #[serde(default)]
    #[schemars(
        range(min = 0),
        extend("exclusiveMaximum" = 1, "x-hint" = "3 % a year is 0.03")
    )]
    pub borrow_rate: f64,
    /// Earned on cash, a fraction a year (simple, spread over the periods of a year).
    #[serde(default)]
    #[schemars(extend(
        "exclusiveMinimum" = -1,
        "exclusiveMaximum" = 1,
        "x-hint" = "3 % a year is 0.03"
    ))]
    pub cash_rate: f64,
}

impl Costs {
    /// Simple return of cash over a period, of which a year has so many.
    pub fn cash_return(&self, periods_per_year: u16) -> f64 {
        self.cash_rate / f64::from(periods_per_year)
    }
}

impl Sizing {
    /// Unique within the experiment; the rule unless the spec gives another.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Binary { name, .. }
            | Self::Proportional { name, .. }
            | Self::Quartile { name, .. } => name,
        }
    }

    /// Whether negative positions become 0.
    pub(crate) fn long_only(&self) -> bool {
        match self {
            Self::Binary { long_only, .. }
            | Self::Proportional { long_only, .. }
            | Self::Quartile { long_only, .. } => *long_only,
        }
    }

    /// The rule under a name: its own if it has one.
    #[must_use]
    pub(crate) fn filled(mut self) -> Self {
        let (name, rule) = match &mut self {
            Self::Binary { name, .. } => (name, "binary"),
            Self::Proportional { name, .. } => (name, "proportional"),
            Self::Quartile { name, .. } => (name, "quartile"),
        };
        if name.is_empty() {
            rule.clone_into(name);
        }
        self
    }
}

pub(crate) fn positions() -> Vec<Sizing> {
    let (name, long_only) = (String::new, false);
    [
        Sizing::Binary { name: name(), long_only },
        Sizing::Proportional { name: name(), long_only, max_leverage: hundredths::<100>() },
        Sizing::Quartile { name: name(), long_only, steps: steps() },
    ]
    .map(Sizing::filled)
    .into()
}

/// A position, in units of equity.
#[derive(JsonSchema)]
#[schemars(inline)]
struct Step(
    #[schemars(range(min = -100, max = 100))]
    #[expect(dead_code, reason = "only its schema is used")]
    f64,
);

fn steps() -> [f64; 4] {
    [-1.0, -0.5, 0.5, 1.0]
}
