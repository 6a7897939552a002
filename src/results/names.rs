//! The names of the columns of the daily series: said here, used by who writes and who reads them.

/// What happened, in `forecasts.csv`: the target's log return.
pub const ACTUAL: &str = "actual";
/// The prevailing mean, in `forecasts.csv`.
pub const BENCHMARK: &str = "benchmark";
/// The weighted prevailing mean, in `forecasts.csv`: the benchmark of weighted models.
pub const WEIGHTED_BENCHMARK: &str = "weighted_benchmark";
/// Holding the target.
pub const BUY_AND_HOLD: &str = "buy_and_hold";
/// Daily growth of holding the target, in `strategies.csv`.
pub const BUY_AND_HOLD_GROWTH: &str = "buy_and_hold.growth";
/// Last quarter's means of the features against the training window's, in `coefficients.csv`.
pub const MEAN_DRIFT: &str = "drift.mean";
/// Last quarter's volatilities against the training window's, in logs, in `coefficients.csv`.
pub const VOLATILITY_DRIFT: &str = "drift.volatility";
/// Rolling mean correlation of the features, in `geometry.csv`.
pub const COUPLING: &str = "coupling";
/// Share of the largest fifth of the eigenvalues.
pub const ABSORPTION: &str = "absorption";
/// Exponential of the entropy of the eigenvalues' shares.
pub const EFFECTIVE_RANK: &str = "effective_rank";
/// `(sum l)^2 / sum l^2` of the eigenvalues.
pub const PARTICIPATION_RATIO: &str = "participation_ratio";
/// Cosine of the market mode with that of a year before.
pub const MARKET_MODE_STABILITY: &str = "market_mode_stability";
/// Angle of the second mode with that of a year before, in degrees.
pub const SECOND_MODE_ANGLE: &str = "second_mode_angle";

/// The penalty in use.
pub fn alpha(model: &str) -> String {
    format!("{model}.alpha")
}

/// The number of components in use.
pub fn components(model: &str) -> String {
    format!("{model}.components")
}

/// Whether the gate of a gated system is open, in the certificate.
pub fn gate(model: &str) -> String {
    format!("{model}.gate")
}

/// A track record, also the key of its figures by state: `<model>.<rule>`.
pub fn track(model: &str, rule: &str) -> String {
    format!("{model}.{rule}")
}

/// The fraction of equity held.
pub fn weight(model: &str, rule: &str) -> String {
    format!("{model}.{rule}.weight")
}

/// The factor by which equity grew.
pub fn growth(model: &str, rule: &str) -> String {
    format!("{model}.{rule}.growth")
}

/// The standardised coefficient of a column of the design.
pub fn coefficient(model: &str, column: &str) -> String {
    format!("{model}.{column}")
}

/// The number of coefficients that are not zero.
pub fn nonzero(model: &str) -> String {
    format!("{model}.nonzero")
}

/// Cosine of the coefficients with the training window's market mode.
pub fn cosine_market(model: &str) -> String {
    format!("{model}.cosine_market")
}

/// Cosine of the coefficients with the training window's second mode.
pub fn cosine_second(model: &str) -> String {
    format!("{model}.cosine_second")
}

/// Cosine of the coefficients with those of a year before.
pub fn drift(model: &str) -> String {
    format!("{model}.drift")
}

/// Cosine between the coefficients of two models.
pub fn cosine(a: &str, b: &str) -> String {
    format!("cosine.{a}.{b}")
}

/// Share of the n-th largest eigenvalue, from 1.
pub fn eigenvalue(number: usize) -> String {
    format!("eigenvalue.{number}")
}

/// What the column of a pair that a detector watches begins with.
pub(crate) const WATCHED: &str = "pair.";

/// Rolling correlation of a pair that a detector watches, in `regimes.csv`.
pub fn watched(a: &str, b: &str) -> String {
    format!("{WATCHED}{a}.{b}")
}

/// Rolling correlation of a feature with the target, in `geometry.csv`.
pub fn correlation(a: &str, b: &str) -> String {
    format!("correlation.{a}.{b}")
}

/// State of a regime, in `regimes.csv`.
pub fn regime(name: &str) -> String {
    format!("regime.{name}")
}

/// Rolling correlation of two features in `correlations.csv`.
pub fn pair(a: &str, b: &str) -> String {
    format!("{a}.{b}")
}

/// Out-of-sample R2 of the last 252 forecasts.
pub fn rolling_r2(model: &str) -> String {
    format!("{model}.rolling_r2")
}

/// The fluctuation statistic, scaled by all forecasts.
pub fn fluctuation(model: &str) -> String {
    format!("{model}.hindsight.fluctuation")
}

/// The CUSUM of the forecast errors, scaled by all of them.
pub fn cusum(model: &str) -> String {
    format!("{model}.hindsight.cusum")
}
