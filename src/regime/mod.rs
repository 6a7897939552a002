//! Regimes: states of the market, known at the close before the day that they are used for.

mod labels;
mod settings;
mod sign_flip;

pub use labels::{Labels, planted};
pub use settings::Settings;
pub use sign_flip::sign_flip;
