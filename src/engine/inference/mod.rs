//! Telling a finding from chance: resampling, tests and breaks (methods, section 8).
//!
//! Everything random is seeded from the spec's seed and a purpose ([`seed`]), so adding a test
//! moves no other.

mod bootstrap;
mod contrast;
mod cusum;
mod drawdowns;
mod fall;
mod family;
mod fluctuation;
mod overfitting;
mod paired;
#[cfg(test)]
mod reference;
mod relation;
#[cfg(test)]
mod resampling_reference;
mod risk;
pub(crate) mod seed;
mod segmentation;
mod sharpe_difference;
mod shift;
mod shift_band;
mod superior;
mod track_record;

pub(crate) use bootstrap::{
    Drawn, Resampling, RunningSums, common_block, mean_block, median_block,
};
pub(crate) use contrast::{LEAST_ROWS, contrast};
pub(crate) use cusum::{CUSUM_BAND, CusumPath, cusum};
pub(crate) use fall::{Fall, falls};
pub(crate) use family::{cauchy, holm, p_value};
pub(crate) use fluctuation::{FluctuationPath, critical_values, fluctuation};
pub(crate) use overfitting::overfitting;
pub(crate) use paired::{Draws, Pair, Spread, differs, less, share_of, spans};
pub(crate) use relation::Relation;
pub(crate) use risk::{FIRST as FIRST_VARIANCE, ex_ante_variance, variances};
pub(crate) use segmentation::segmentation;
pub(crate) use sharpe_difference::{CircularBlocks, sharpe_differences};
pub(crate) use shift::{chance, later, shift, shifted_by};
pub(crate) use shift_band::shift_band;
pub(crate) use superior::{Gains, StepDown, romano_wolf};
pub(crate) use track_record::{Measured, expected_best, per_period, variance};
