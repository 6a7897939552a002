//! Regimes: states of the market, known at the close before the day that they are used for.

mod compare;
mod detect;
mod eigen;
mod hysteresis;
mod jump;
mod labels;
mod level;
mod settings;
mod sign_flip;

pub use compare::{detection, repaint};
pub use detect::detect;
pub use jump::{JumpFit, JumpProblem};
pub use labels::{Labels, planted};
pub use settings::{Cut, EigenChange, Jump, Level, Settings, names};
pub use sign_flip::sign_flip;
