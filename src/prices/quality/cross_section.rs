//! Every ticker's returns beside those of the others, each on its usual scale of the time.
//!
//! An error of one series is seen against what the other series did on the same days: a crash
//! that all share is the market, a jump that one has alone is worth a look.

use super::twins::{self, Twins};
use crate::base::units::math;
use crate::prices::data::PriceTable;

/// Rows that share one scale.
const BLOCK: usize = 21;
/// Rows from which a scale is taken, centred on the block: a quarter, so that it follows the
/// volatility of the time, and one wild day among 63 cannot move a median.
const WINDOW: usize = 63;
/// From a median absolute value to the standard deviation of a normal variable.
const MEDIAN_TO_SIGMA: f64 = 1.482_602_218_505_602;
/// A scale is at least this part of the ticker's own over all rows: stale weeks have a scale of
/// nothing, against which every return would be unusual.
const SCALE_FLOOR: f64 = 0.25;
/// Returns count up to so many scales when a beta is fitted, so that no error moves it.
const CLIP: f64 = 4.0;
/// How far a ticker's beta of the day may be from its beta over all years. On a day on which the
/// market moves by a fifth, a defensive fund may fall as much as a cyclical one: no error of either.
const BETA_DOUBT: f64 = 0.3;
/// Fewest other tickers that make a market.
pub(super) const FEWEST_OTHERS: usize = 2;

/// Returns of all tickers, `T` rows each; `NaN` where a ticker has none.
pub(super) struct CrossSection<'a> {
    /// The prices.
    pub table: &'a PriceTable,
    /// One entry a ticker.
    pub series: Vec<Series>,
    /// Tickers that are one series under two names.
    pub twins: Vec<Twins>,
}

/// One ticker's returns.
pub(super) struct Series {
    /// Log returns from the ticker's last price to this row's, which may span a gap.
    pub returns: Vec<f64>,
    /// Log returns of the others over the same days: their median, summed over a gap. `NaN` where
    /// the ticker has no return or there are too few others.
    pub others: Vec<f64>,
    /// Whether there are enough others, most of the time, to tell the market from the ticker.
    pub has_others: bool,
    /// Whether another ticker has the same returns: then this one counts in no market, and what is
    /// found in the other is not told again.
    pub is_copy: bool,
    /// `returns` less beta times `others`, as far as there are others.
    pub own: Vec<f64>,
    /// The usual size of `returns`.
    pub scales: Scales,
    /// The usual size of `own`.
    pub own_scales: Scales,
    /// The usual size of `others`.
    pub others_scales: Scales,
}

impl<'a> CrossSection<'a> {
    pub(super) fn of(table: &'a PriceTable) -> Self {
        let returns: Vec<Vec<f64>> =
            table.prices.iter().map(|prices| log_returns(prices)).collect();
        let twins = twins::pairs(&returns);
        let is_copy = |ticker: usize| twins.iter().any(|twins| twins.copy == ticker);
        let is_copy: Vec<bool> = (0..returns.len()).map(is_copy).collect();
        let medians = medians_of_others(&returns, &is_copy);
        let series = returns
            .into_iter()
            .enumerate()
            .map(|(i, returns)| Series::of(returns, &medians[i], &table.prices[i], is_copy[i]))
            .collect();
        Self { table, series, twins }
    }
}

impl Series {
    /// What the ticker did beside the others on a row, in units of what is usual for it; zero where
    /// nothing moves.
    pub(super) fn own_size(&self, row: usize) -> f64 {
        let usual = self.own_usual(row);
        if usual > 0.0 { self.own[row] / usual } else { 0.0 }
    }

    /// How far the ticker usually is from the others at the time, after such a move of theirs.
    pub(super) fn own_usual(&self, row: usize) -> f64 {
        let doubt = BETA_DOUBT * self.others_on(row).unwrap_or(0.0);
        let usual = self.own_scales.at(row);
        (usual * usual + doubt * doubt).sqrt()
    }

    /// What the others did on a row, if there are enough of them to tell the market.
    pub(super) fn others_on(&self, row: usize) -> Option<f64> {
        Some(self.others[row]).filter(|others| self.has_others && others.is_finite())
    }

    /// Rows that have a return, ascending.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> {
        (0..self.returns.len()).filter(|row| self.returns[*row].is_finite())
    }

    fn of(returns: Vec<f64>, medians: &[f64], prices: &[f64], is_copy: bool) -> Self {
        let mut others = over_gaps(medians, prices);
        let own_rows = others.iter_mut().zip(&returns);
        own_rows.filter(|(_, r)| !r.is_finite()).for_each(|(others, _)| *others = f64::NAN);
        let count = |values: &[f64]| values.iter().filter(|value| value.is_finite()).count();
        let (rows, with_others) = (count(&returns), count(&others));
        let has_others = with_others > 0 && 2 * with_others >= rows;
        let beta = if has_others { beta(&returns, &others) } else { 0.0 };
        let explained = |others: f64| if others.is_finite() { beta * others } else { 0.0 };
        let own: Vec<f64> = returns.iter().zip(&others).map(|(r, m)| r - explained(*m)).collect();
        let [scales, own_scales, others_scales] = [&returns, &own, &others].map(|v| Scales::of(v));
        Self { returns, others, has_others, is_copy, own, scales, own_scales, others_scales }
    }
}

/// Log returns from the last price before to each row's.
fn log_returns(prices: &[f64]) -> Vec<f64> {
    let mut last = f64::NAN;
    let to_price = |&price: &f64| {
        if !price.is_finite() {
            return f64::NAN;
        }
        let before = std::mem::replace(&mut last, price);
        if price == before { 0.0 } else { math::ln(price / before) }
    };
    prices.iter().map(to_price).collect()
}

/// By ticker and row: the median return of the other tickers but for copies, `NaN` with too few of
/// them.
fn medians_of_others(returns: &[Vec<f64>], is_copy: &[bool]) -> Vec<Vec<f64>> {
    let rows = returns.first().map_or(0, Vec::len);
    let mut medians = vec![vec![f64::NAN; rows]; returns.len()];
    let mut ranks = vec![None; returns.len()];
    for row in 0..rows {
        let of_row = returns.iter().enumerate().map(|(ticker, returns)| (returns[row], ticker));
        let mut sorted: Vec<(f64, usize)> =
            of_row.filter(|(value, ticker)| value.is_finite() && !is_copy[*ticker]).collect();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        ranks.fill(None);
        for (rank, (_, ticker)) in sorted.iter().enumerate() {
            ranks[*ticker] = Some(rank);
        }
        for (medians, own) in medians.iter_mut().zip(&ranks) {
            // The value at a rank once the ticker's own is taken out.
            let count = sorted.len() - usize::from(own.is_some());
            let at = |rank: usize| sorted[rank + usize::from(own.is_some_and(|own| rank >= own))].0;
            if count >= FEWEST_OTHERS {
                medians[row] = 0.5 * (at((count - 1) / 2) + at(count / 2));
            }
        }
    }
    medians
}

/// The others' return over the days of each of the ticker's own: over a gap, their sum.
fn over_gaps(medians: &[f64], prices: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let to_price = |(median, price): (&f64, &f64)| {
        sum += if median.is_finite() { *median } else { 0.0 };
        if !price.is_finite() {
            return f64::NAN;
        }
        let over = std::mem::take(&mut sum);
        if median.is_finite() { over } else { f64::NAN }
    };
    medians.iter().zip(prices).map(to_price).collect()
}

/// The slope of a ticker's returns on the others', both clipped; of the rows that have both.
///
/// The limits are of the same rows: over all rows those of a ticker that lists late would be taken
/// from days on which it had no price.
fn beta(returns: &[f64], others: &[f64]) -> f64 {
    let pairs = returns.iter().zip(others).filter(|(r, m)| r.is_finite() && m.is_finite());
    let limit = |scale: Option<f64>| CLIP * scale.unwrap_or(0.0);
    let of_returns = limit(scale_of(pairs.clone().map(|(r, _)| *r)));
    let of_others = limit(scale_of(pairs.clone().map(|(_, m)| *m)));
    let (mut product, mut square) = (0.0, 0.0);
    for (r, m) in pairs {
        let m = m.clamp(-of_others, of_others);
        product += r.clamp(-of_returns, of_returns) * m;
        square += m * m;
    }
    if square > 0.0 { product / square } else { 0.0 }
}

/// The usual size of a series about each row: a robust standard deviation by block of rows, from
/// the window about the block.
#[derive(Debug, PartialEq)]
pub(super) struct Scales(Vec<f64>);

impl Scales {
    pub(super) fn of(values: &[f64]) -> Self {
        let whole = scale_of(values.iter().copied()).unwrap_or(0.0);
        let reach = (WINDOW - BLOCK) / 2;
        let scales = (0..values.len())
            .step_by(BLOCK)
            .map(|start| {
                let window = start.saturating_sub(reach)..(start + BLOCK + reach).min(values.len());
                let near = scale_of(values[window].iter().copied()).unwrap_or(whole);
                near.max(SCALE_FLOOR * whole)
            })
            .collect();
        Self(scales)
    }

    /// The scale about a row.
    pub(super) fn at(&self, row: usize) -> f64 {
        self.0[row / BLOCK]
    }

    /// A row's value in scales; zero where nothing moves.
    pub(super) fn times(&self, row: usize, value: f64) -> f64 {
        let scale = self.at(row);
        if scale > 0.0 { value / scale } else { 0.0 }
    }
}

/// A robust standard deviation about zero, where the median of daily returns is: `1.48` times
/// the median absolute value.
fn scale_of(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut magnitudes: Vec<f64> = values.filter(|value| value.is_finite()).map(f64::abs).collect();
    if magnitudes.is_empty() {
        return None;
    }
    let middle = magnitudes.len() / 2;
    let (_, median, _) = magnitudes.select_nth_unstable_by(middle, f64::total_cmp);
    Some(MEDIAN_TO_SIGMA * *median)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_the_others_leaves_the_ticker_out() {
        let returns = vec![vec![0.1], vec![0.2], vec![0.4], vec![f64::NAN]];
        let medians = medians_of_others(&returns, &[false; 4]);
        for (median, expected) in medians.iter().zip([0.3, 0.25, 0.15, 0.2]) {
            assert!((median[0] - expected).abs() < 1e-12, "{medians:?}");
        }
        let of_two = medians_of_others(&returns[..2], &[false; 2]);
        assert!(of_two[0][0].is_nan(), "one is no market");
    }

    #[test]
    fn a_return_over_a_gap_meets_what_the_others_did_meanwhile() {
        let others = over_gaps(&[0.01, 0.02, 0.03], &[1.0, f64::NAN, 1.1]);
        assert!((others[2] - 0.05).abs() < 1e-12 && others[1].is_nan());
    }

    #[test]
    fn a_late_ticker_has_the_beta_of_its_own_rows() {
        let market =
            |row: usize, of: usize| 0.01 * (((row * 37 + of * 11) % 19) as f64 - 9.0) / 9.0;
        for (rows, part) in [(800, 4), (801, 2), (900, 3), (400, 1)] {
            let column = |ticker: usize| -> Vec<f64> {
                let first = if ticker == 0 { rows - rows / part } else { 0 };
                let mut price = 10.0;
                let walk = |row: usize| {
                    let common = market(row, 1);
                    let beta = if ticker == 0 { 1.5 } else { 1.0 };
                    price *= math::exp(beta * common + 0.1 * market(row * row, ticker + 2));
                    if row < first { f64::NAN } else { price }
                };
                (0..rows).map(walk).collect()
            };
            let first = jiff::civil::date(2015, 1, 1);
            let table = PriceTable {
                file: "made up".to_owned(),
                days: first.series(jiff::ToSpan::day(1)).take(rows).collect(),
                tickers: ["LATE", "A", "B", "C", "D"].map(str::to_owned).to_vec(),
                prices: (0..5).map(column).collect(),
            };
            let section = CrossSection::of(&table);
            let late = &section.series[0];
            let beta = beta(&late.returns, &late.others);
            assert!((beta - 1.5).abs() < 0.1, "1/{part} of {rows} rows: beta {beta}");
            let before = rows - rows / part;
            assert!(late.others[..before].iter().all(|others| others.is_nan()));
        }
    }

    #[test]
    fn one_wild_day_moves_no_scale() {
        let mut values: Vec<f64> = [0.01, -0.01].repeat(250);
        let calm = Scales::of(&values);
        values[250] = 3.0;
        assert_eq!(calm, Scales::of(&values));
    }
}
