//! What a spec may say of a regime detector.

/// One detector of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub enum Settings {
    /// The sign of a pair's rolling correlation, with a dead band (methods, section 7).
    SignFlip {
        /// Two features (or a feature and the target).
        pair: [String; 2],
        /// Window of the correlation, in trading days.
        window: usize,
        /// Half width of the dead band `h`.
        threshold: f64,
    },
    /// The level of the rolling mean correlation between the features.
    Coupling(Level),
    /// The level of the target's rolling volatility.
    Volatility(Level),
    /// The turning of the features' leading eigenvectors.
    Eigen(EigenChange),
    /// A statistical jump model on standardised features of the market.
    Jump(Jump),
    /// A Gaussian mixture on the same features, its components the states of a Markov chain.
    Mixture(Mixture),
}

/// A rolling statistic cut in two by quantiles of its own past.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Window of the statistic, in trading days.
    pub window: usize,
    /// Where its past is cut.
    pub cut: Cut,
}

/// Two quantiles of a statistic's past with hysteresis between them: high from above the upper
/// one, low from below the lower one, in between unchanged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// The lower quantile, as a share.
    pub low: f64,
    /// The upper quantile, as a share, not below `low`.
    pub high: f64,
    /// Values of the statistic before its first state.
    pub min_history: usize,
}

/// Leading eigenvectors now against those of the days before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EigenChange {
    /// Window of the present correlations, in trading days.
    pub window: usize,
    /// Days before that window that it is compared with.
    pub reference: usize,
    /// Number of leading eigenvectors that span what is compared.
    pub factors: usize,
    /// Where the change's past is cut.
    pub cut: Cut,
}

/// A statistical jump model (methods, section 7).
#[derive(Debug, Clone, PartialEq)]
pub struct Jump {
    /// Number of states `K`.
    pub states: usize,
    /// Price of a change of state, `lambda`.
    pub penalty: f64,
    /// Window of the target's mean return and downside deviation, in trading days.
    pub window: usize,
    /// Window of coupling and of the pair's correlation, in trading days.
    pub correlation_window: usize,
    /// A pair whose correlation is one more feature.
    pub pair: Option<[String; 2]>,
    /// Days from one fit to the next.
    pub refit_every: usize,
    /// Days with features before the first fit.
    pub min_history: usize,
}

/// A Gaussian mixture whose components switch as a Markov chain (methods, section 7).
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    /// Number of states `K`, the components of the mixture.
    pub states: usize,
    /// Window of the target's mean return and downside deviation, in trading days.
    pub window: usize,
    /// Window of coupling and of the pair's correlation, in trading days.
    pub correlation_window: usize,
    /// A pair whose correlation is one more feature.
    pub pair: Option<[String; 2]>,
    /// Days from one fit to the next.
    pub refit_every: usize,
    /// Days with features before the first fit.
    pub min_history: usize,
}

impl Settings {
    /// The name of the kind in specs and results.
    pub fn kind(&self) -> &'static str {
        match self {
            Settings::SignFlip { .. } => "sign_flip",
            Settings::Coupling(_) => "coupling",
            Settings::Volatility(_) => "volatility",
            Settings::Eigen(_) => "eigen",
            Settings::Jump(_) => "jump",
            Settings::Mixture(_) => "mixture",
        }
    }

    /// The pair of tickers that the detector watches, if it watches one, and over which window.
    pub fn pair(&self) -> Option<(&[String; 2], usize)> {
        match self {
            Settings::SignFlip { pair, window, .. } => Some((pair, *window)),
            Settings::Jump(jump) => Some((jump.pair.as_ref()?, jump.correlation_window)),
            Settings::Mixture(mixture) => {
                Some((mixture.pair.as_ref()?, mixture.correlation_window))
            }
            Settings::Coupling(_) | Settings::Volatility(_) | Settings::Eigen(_) => None,
        }
    }

    /// The kind and the pair: `sign_flip.XLE.XLU`, `coupling`.
    fn stem(&self) -> String {
        match self.pair() {
            Some(([a, b], _)) => format!("{}.{a}.{b}", self.kind()),
            None => self.kind().to_owned(),
        }
    }
}

/// The names of detectors, in their order: kind and pair, and its position where an earlier one
/// already has that name.
pub fn names(detectors: &[Settings]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(detectors.len());
    for (position, detector) in detectors.iter().enumerate() {
        let mut name = detector.stem();
        if names.contains(&name) {
            name = format!("{name}.{}", position + 1);
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_detector_has_a_name_of_its_own() {
        let cut = Cut { low: 0.3, high: 0.7, min_history: 252 };
        let level = |window| Settings::Coupling(Level { window, cut });
        let flip = Settings::SignFlip {
            pair: ["A".to_owned(), "B".to_owned()],
            window: 63,
            threshold: 0.1,
        };
        let names = names(&[level(63), flip, level(21)]);
        assert_eq!(names, ["coupling", "sign_flip.A.B", "coupling.3"]);
    }
}
