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
}
