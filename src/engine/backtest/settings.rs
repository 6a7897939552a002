//! What a spec may say of positions and costs.

/// How a forecast becomes a position (methods, section 4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// The sign of the forecast.
    Binary,
    /// The forecast over the standard deviation of the forecasts before it, clipped.
    Proportional {
        /// Largest absolute position.
        max_leverage: f64,
    },
    /// A step chosen by the quartile of the forecast among those before it.
    Quartile {
        /// Positions for the four quartiles, lowest first.
        steps: [f64; 4],
    },
}

impl Rule {
    /// The name in specs and results.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Binary => "binary",
            Rule::Proportional { .. } => "proportional",
            Rule::Quartile { .. } => "quartile",
        }
    }
}

/// One sizing rule of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Sizing {
    /// Unique within the experiment; the rule's name unless the spec gives one.
    pub name: String,
    /// The rule.
    pub rule: Rule,
    /// Whether negative positions become 0.
    pub long_only: bool,
}

/// What trading and holding cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// Per unit of equity traded, in basis points.
    pub trade_bps: f64,
    /// On the short position, a fraction per year.
    pub borrow_rate: f64,
    /// Earned on cash, a fraction per year (simple, spread over 252 days).
    pub cash_rate: f64,
}
