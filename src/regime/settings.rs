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
}

impl Settings {
    /// The name of the kind in specs and results.
    pub fn kind(&self) -> &'static str {
        match self {
            Settings::SignFlip { .. } => "sign_flip",
        }
    }
}
