//! Regimes: states of the market, known at the close before the day that they are used for.

mod compare;
mod detect;
mod eigen;
mod features;
mod hysteresis;
mod jump;
mod labels;
mod level;
mod mixture;
mod sign_flip;
mod states;
mod terciles;

pub use crate::results::spec::{
    Coupling, DayFeatures, Detector as Settings, Eigen, Jump, Mixture, Volatility,
    detector_names as names,
};
pub use compare::{detection, repaint};
pub use detect::detect;
pub use features::{Features, Scale};
pub use jump::{JumpFit, JumpProblem};
pub use labels::{Labels, planted};
pub use mixture::{GaussianMixture, MarkovMixture};
pub use sign_flip::sign_flip;
pub use terciles::volatility_terciles;
