//! What the figures of a report are computed with: forecast and track-record metrics (methods,
//! sections 3 and 6).

mod comparison;
mod forecast;
mod track_record;

pub use comparison::{Comparison, clark_west_against, diebold_mariano};
pub use forecast::{
    Errors, clark_west, cumulative_difference, forecast_metrics, hit_rate, prevailing_mean,
};
pub use track_record::{
    Growth, SharpeRatio, break_even_cost_bps, max_drawdown, sharpe_ratio, strategy_metrics,
};
