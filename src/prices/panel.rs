//! The aligned panel: a target and its features on the days on which all of them have a price.
//!
//! Shapes: `T` days, `p` features; log returns have `T - 1` entries, the first over the second day.

use std::ops::Range;

use ndarray::Array2;

use crate::base::units::{Day, Frequency, math};

/// One instrument on the panel's days.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The ticker as the price file names it.
    pub ticker: String,
    /// Adjusted closes, `T` of them, finite and positive.
    pub prices: Vec<f64>,
    /// Log returns over the days `1..T` (`T - 1` of them): `log_returns[t - 1] = ln(P[t] / P[t-1])`.
    pub log_returns: Vec<f64>,
}

impl Column {
    /// A column from its prices.
    pub fn new(ticker: impl Into<String>, prices: Vec<f64>) -> Self {
        let log_returns = prices.windows(2).map(|pair| math::ln(pair[1] / pair[0])).collect();
        Self { ticker: ticker.into(), prices, log_returns }
    }
}

/// Positions of the last `window` log returns known at the close of a panel day, its own the last:
/// return `t` leads from day `t` to day `t + 1`, so day `t` has the returns `0..t` behind it, and
/// the first day with a full window is day `window`.
pub(crate) fn returns_until(day: usize, window: usize) -> Range<usize> {
    day - window..day
}

/// A finite, aligned panel of prices: of days, weeks or months.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// The days, ascending and unique, `T` of them.
    pub days: Vec<Day>,
    /// How often they come.
    pub frequency: Frequency,
    /// Periods that a year of them has: 252 (365 with weekends), 52 or 12.
    pub periods_per_year: u16,
    /// The instrument that is forecast and traded.
    pub target: Column,
    /// The instruments whose lagged returns forecast it, `p` of them, in the order of the spec.
    pub features: Vec<Column>,
    /// Days left out because an instrument had no price (policy `drop`).
    pub dropped_days: usize,
    /// Prices carried over from an earlier day (policy `forward_fill`).
    pub filled_prices: usize,
}

/// A day, by its position among the panel's days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayIndex(pub usize);

/// A supervised row, by its position among all `n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row(pub usize);

/// Supervised rows: what is forecast, from what, decided when.
///
/// Row `i` pairs the target's log return over `days[i]` with feature returns that were known at the
/// close of the trading day before.
#[derive(Debug, Clone, PartialEq)]
pub struct Supervised {
    /// The day over which `y` is earned, `n` of them.
    pub days: Vec<Day>,
    /// The day at whose close the first row is decided and executed; each row after it is decided
    /// one day later.
    pub first_decision: DayIndex,
    /// Target log returns, `n`.
    pub y: Vec<f64>,
    /// Lagged feature log returns, `n x k`, row-major.
    pub x: Array2<f64>,
    /// Names of the `k` columns: `TICKER`, or `TICKER@lag` when there are several lags.
    pub names: Vec<String>,
    /// The lagged returns of the row behind the last, `k`, whose own return is not known yet; empty
    /// where nobody asks for its forecast.
    pub next: Vec<f64>,
}

impl Panel {
    /// Number of days `T`.
    pub fn len(&self) -> usize {
        self.days.len()
    }

    /// Whether the panel has no day.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The feature tickers in order.
    pub fn tickers(&self) -> Vec<String> {
        self.features.iter().map(|column| column.ticker.clone()).collect()
    }

    /// Number of supervised rows for the given lags.
    pub fn rows(&self, lags: &[usize]) -> usize {
        let deepest = lags.iter().copied().max().unwrap_or(1);
        self.target.log_returns.len().saturating_sub(deepest)
    }

    /// The log returns of the features, row-major: one row of `p` for each of the `T - 1` returns.
    pub(crate) fn feature_returns(&self) -> Vec<f64> {
        by_day(self.features.iter())
    }

    /// The supervised rows for the given lags, each at least 1 (methods, section 1).
    ///
    /// Columns go lag by lag: all features at the first lag, then all at the second. A panel too
    /// short for the largest lag gives no row.
    ///
    /// # Panics
    /// If a lag is 0, which would look into the day that is forecast; the spec refuses it.
    pub fn supervised(&self, lags: &[usize]) -> Supervised {
        assert!(lags.iter().all(|&lag| lag >= 1), "a lag of 0 knows the day it forecasts");
        let returns = self.target.log_returns.len();
        let first = returns - self.rows(lags);
        let columns: Vec<(&Column, usize)> = lags
            .iter()
            .flat_map(|&lag| self.features.iter().map(move |feature| (feature, lag)))
            .collect();
        let names = columns
            .iter()
            .map(|(column, lag)| match lags.len() {
                1 => column.ticker.clone(),
                _ => format!("{}@{lag}", column.ticker),
            })
            .collect();
        let x = Array2::from_shape_fn((returns - first, columns.len()), |(row, j)| {
            let (column, lag) = columns[j];
            column.log_returns[first + row - lag]
        });
        let last = |(column, lag): &(&Column, usize)| {
            returns.checked_sub(*lag).map(|row| column.log_returns[row])
        };
        let next: Option<Vec<f64>> = columns.iter().map(last).collect();
        Supervised {
            days: self.days[(first + 1).min(self.len())..].to_vec(),
            first_decision: DayIndex(first),
            y: self.target.log_returns[first..].to_vec(),
            x,
            names,
            next: next.unwrap_or_default(),
        }
    }
}

/// The log returns of columns of equal length, row-major: one row a return, one value a column.
pub(crate) fn by_day<'a>(columns: impl Iterator<Item = &'a Column>) -> Vec<f64> {
    let columns: Vec<&[f64]> = columns.map(|column| column.log_returns.as_slice()).collect();
    let returns = columns.first().map_or(0, |first| first.len());
    (0..returns).flat_map(|t| columns.iter().map(move |column| column[t])).collect()
}

impl Supervised {
    /// Number of rows `n`.
    pub fn len(&self) -> usize {
        self.y.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.y.is_empty()
    }

    /// The day at whose close a row is decided and executed.
    pub fn decided(&self, row: Row) -> DayIndex {
        DayIndex(self.first_decision.0 + row.0)
    }

    /// The day over which a row is earned.
    pub fn earned(&self, row: Row) -> DayIndex {
        DayIndex(self.decided(row).0 + 1)
    }

    /// Features and target side by side, row-major, `n x (k + 1)`.
    pub fn joined(&self) -> Vec<f64> {
        let mut joined = Vec::with_capacity(self.len() * (self.x.ncols() + 1));
        for (features, y) in self.x.outer_iter().zip(&self.y) {
            joined.extend(features.iter().chain([y]));
        }
        joined
    }
}

#[cfg(test)]
impl Panel {
    /// A panel on the days from 2001 on, weekends included.
    pub(crate) fn daily(target: Column, features: Vec<Column>) -> Self {
        use jiff::ToSpan;
        let first = jiff::civil::date(2001, 1, 1);
        let days = (0..target.prices.len() as i64).map(|t| first + t.days()).collect();
        let frequency = Frequency::Daily;
        let periods_per_year = frequency.periods_per_year();
        Self {
            days,
            frequency,
            periods_per_year,
            target,
            features,
            dropped_days: 0,
            filled_prices: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel() -> Panel {
        let prices =
            |growth: f64| (0..6).map(|t| 100.0 * math::pow(growth, f64::from(t * t))).collect();
        let features = vec![Column::new("XLE", prices(1.02)), Column::new("XLU", prices(0.99))];
        Panel::daily(Column::new("SPY", prices(1.01)), features)
    }

    #[test]
    fn a_row_knows_only_the_day_before() {
        let panel = panel();
        let rows = panel.supervised(&[1]);
        assert_eq!(rows.len(), 4, "one row less than returns");
        assert_eq!(rows.names, ["XLE", "XLU"]);
        assert_eq!(rows.days[0], panel.days[2]);
        assert_eq!((rows.decided(Row(0)), rows.earned(Row(0))), (DayIndex(1), DayIndex(2)));
        assert_eq!(rows.y[0], panel.target.log_returns[1]);
        assert_eq!(rows.x[[0, 0]], panel.features[0].log_returns[0]);
        assert_eq!(panel.days[rows.earned(Row(3)).0], rows.days[3]);
        assert_eq!(rows.joined()[..3], [rows.x[[0, 0]], rows.x[[0, 1]], rows.y[0]]);
    }

    #[test]
    fn several_lags_are_named_and_aligned() {
        let panel = panel();
        let rows = panel.supervised(&[1, 3]);
        assert_eq!(rows.names, ["XLE@1", "XLU@1", "XLE@3", "XLU@3"]);
        assert_eq!((rows.len(), panel.rows(&[1, 3]), panel.rows(&[9])), (2, 2, 0));
        assert_eq!(rows.x[[1, 2]], panel.features[0].log_returns[1]);
        assert_eq!(rows.x[[1, 0]], panel.features[0].log_returns[3]);
        assert_eq!(rows.y[1], panel.target.log_returns[4]);
        let returns = |feature: usize| &panel.features[feature].log_returns;
        assert_eq!(rows.next, [returns(0)[4], returns(1)[4], returns(0)[2], returns(1)[2]]);
    }

    #[test]
    fn rows_are_counted_as_they_are_made() {
        let panel = panel();
        for lags in [&[][..], &[1], &[2, 1], &[1, 3], &[4], &[5], &[6], &[9, 1]] {
            let rows = panel.supervised(lags);
            assert_eq!([panel.rows(lags); 2], [rows.len(), rows.days.len()], "{lags:?}");
        }
    }
}
