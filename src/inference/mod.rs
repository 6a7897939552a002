//! Telling a finding from chance: resampling, tests and breaks (methods, section 8).
//!
//! Everything random is seeded from the spec's seed and a purpose ([`seed`]), so adding a test
//! moves no other.

mod cusum;
mod fluctuation;
mod long_run;
pub mod seed;
mod segmentation;
mod shift_band;

pub use cusum::{CUSUM_BAND, CusumPath, cusum};
pub use fluctuation::{CriticalValues, FluctuationPath, critical_values, fluctuation};
pub use long_run::long_run_variance;
pub use segmentation::{MIN_SEGMENT, segmentation, winsorised};
pub use shift_band::{REPLICATES, shift_band};
