//! What a spec may say of a model.

/// The three linear models; one objective, three mixtures of its penalties (methods, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `rho = 0`.
    Ridge,
    /// `rho = 1`.
    Lasso,
    /// `0 < rho < 1`.
    ElasticNet,
}

impl Kind {
    /// The name in specs and results.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Ridge => "ridge",
            Kind::Lasso => "lasso",
            Kind::ElasticNet => "elastic_net",
        }
    }
}

/// How the grid of penalties is laid out. A grid runs from the strongest penalty down.
#[derive(Debug, Clone, PartialEq)]
pub enum AlphaGrid {
    /// `count` values over the default range, anchored on the first training window.
    Count(usize),
    /// `count` values evenly spaced in log10 between two positive bounds.
    Range {
        /// Strongest penalty.
        from: f64,
        /// Weakest penalty.
        to: f64,
        /// Number of values, at least 2.
        count: usize,
    },
    /// The values themselves, positive, strictly descending.
    List(Vec<f64>),
}

/// What a model makes of a regime; its plain twin is the same model without one.
#[derive(Debug, Clone, PartialEq)]
pub enum System {
    /// The twin's forecasts, traded only in states in which they have paid so far.
    Gated,
    /// Coefficients of its own for each state: rows of other states count with weight `pooling`,
    /// 0 for separate fits, 1 for the twin.
    PerRegime {
        /// Weight of other states' rows, in `[0, 1]`.
        pooling: f64,
    },
    /// The features, and the features once more in every state but the first.
    Interacted,
}

impl System {
    /// The name in specs and results.
    pub fn name(&self) -> &'static str {
        match self {
            System::Gated => "gated",
            System::PerRegime { .. } => "per_regime",
            System::Interacted => "interacted",
        }
    }
}

/// A regime-aware system and the detector that it follows.
#[derive(Debug, Clone, PartialEq)]
pub struct RegimeAware {
    /// What it makes of the regime.
    pub system: System,
    /// Name of a detector of the experiment; `None` is the first.
    pub regime: Option<String>,
}

/// One model of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Unique within the experiment; the kind's name unless the spec gives one.
    pub name: String,
    /// Which model.
    pub kind: Kind,
    /// `rho`: 0 for ridge, 1 for lasso, in between for the elastic net.
    pub l1_ratio: f64,
    /// The penalties.
    pub alphas: AlphaGrid,
    /// How it follows a regime; `None` for a plain model.
    pub regime_aware: Option<RegimeAware>,
}

impl Settings {
    /// Whether two models have the same fits when neither follows a regime: same penalties,
    /// whatever their names.
    pub fn same_fits(&self, other: &Settings) -> bool {
        self.kind == other.kind && self.l1_ratio == other.l1_ratio && self.alphas == other.alphas
    }
}
