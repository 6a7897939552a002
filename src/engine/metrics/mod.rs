//! What the figures of a report are computed with: forecast and track-record metrics (methods,
//! sections 3 and 6).

mod calibration;
mod comparison;
mod conventions;
mod forecast;
pub(crate) mod influence;
#[cfg(test)]
mod laws;
mod skill;
mod tear_sheet;
mod track_record;

pub(crate) use calibration::calibration;
pub(crate) use comparison::{Comparison, clark_west_against, diebold_mariano, loss_statistic};
pub(crate) use conventions::conventions;
pub(crate) use forecast::{
    Errors, LEVEL, clark_west, forecast_metrics, prevailing_mean, weighted_mean,
};
pub(crate) use tear_sheet::tear_sheet;
pub(crate) use track_record::{
    TrackRecord, part_metrics, sharpe_ratio, sharpe_variance, strategy_metrics,
};
