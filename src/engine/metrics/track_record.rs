//! Metrics of a track record on its log growth by day, week or month (methods, sections 6 and 14).

use super::skill::skill;
use crate::base::units::{BASIS_POINT, Day, math};
use crate::results::{Estimate, Interval, PartMetrics, StrategyMetrics};

/// What a sequence of target weights earned, one entry a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct TrackRecord {
    /// Target weights `w`, executed at the close before the row.
    pub weights: Vec<f64>,
    /// Traded fraction of equity `|w - v|`.
    pub traded: Vec<f64>,
    /// Growth factor of equity after all costs; 0 from ruin on.
    pub growth: Vec<f64>,
    /// Growth factor before trading costs (borrowing and cash included); 0 from ruin on.
    pub before_costs: Vec<f64>,
    /// Simple return of cash over a row, `c`.
    pub cash_return: f64,
    /// Rows in a year, `A`.
    pub periods_per_year: u16,
}

impl TrackRecord {
    /// Rows in a year.
    pub(super) fn year(&self) -> f64 {
        f64::from(self.periods_per_year)
    }

    /// The first row from which nothing is left.
    pub(crate) fn ruin(&self) -> Option<usize> {
        self.growth.iter().position(|factor| *factor <= 0.0)
    }

    /// Simple returns above cash, by row until ruin.
    pub(super) fn simple_excess(&self) -> Vec<f64> {
        let inside = self.growth.iter().filter(|factor| **factor > 0.0);
        inside.map(|factor| factor - 1.0 - self.cash_return).collect()
    }

    /// Daily log growth above that of cash; `None` after ruin.
    pub(crate) fn log_excess(&self) -> Option<Vec<f64>> {
        let log_cash = libm::log1p(self.cash_return);
        self.ruin().is_none().then(|| self.growth.iter().map(|g| math::ln(*g) - log_cash).collect())
    }

    /// Cost per unit traded, in basis points, at which this record grows no more than another before
    /// its costs; `None` where it does not without costs either, or trades nothing.
    pub(crate) fn break_even_cost_over_bps(&self, other: &Self) -> Option<f64> {
        let own = log_growth(&self.before_costs)?;
        cost_until_even(own - log_growth(&other.before_costs)?, &self.traded)
    }
}

/// Annualised Sharpe ratio of excess returns, so many a year, and its asymptotic standard error, the
/// root of [`sharpe_variance`] over `P - 1`; `None` without variance.
///
/// The standard error allows for skewness and fat tails (Mertens 2002; methods, section 8).
pub(crate) fn sharpe_ratio(excess: &[f64], year: f64) -> Option<(f64, Option<f64>)> {
    let of_row = ratio_of_row(excess)?;
    let year = year.sqrt();
    let variance = skewness(excess).zip(excess_kurtosis(excess));
    let variance =
        variance.and_then(|(skewness, kurtosis)| sharpe_variance(of_row, skewness, kurtosis + 3.0));
    let error = variance.map(|variance| (variance / (excess.len() - 1) as f64).sqrt() * year);
    Some((of_row * year, error))
}

/// Mean over standard deviation of the excess returns of a row; `None` without variance.
pub(super) fn ratio_of_row(excess: &[f64]) -> Option<f64> {
    let deviation = math::std_dev(excess).filter(|deviation| *deviation > 0.0)?;
    Some(math::mean(excess)? / deviation)
}

/// `1 - g3 S + (g4 - 1)/4 S^2`: the variance of a ratio of a row times `P - 1`, with the kurtosis 3
/// of normal returns (Mertens 2002); `None` unless above zero.
pub(crate) fn sharpe_variance(ratio: f64, skewness: f64, kurtosis: f64) -> Option<f64> {
    let variance = 1.0 - skewness * ratio + (kurtosis - 1.0) / 4.0 * ratio * ratio;
    (variance > 0.0).then_some(variance)
}

/// Central moments 2, 3, 4 (divided by the number of values).
pub(super) fn central_moments(values: &[f64]) -> Option<[f64; 3]> {
    let mean = math::mean(values)?;
    let mut sums = [0.0; 3];
    for value in values {
        let d = value - mean;
        let square = d * d;
        sums[0] += square;
        sums[1] += square * d;
        sums[2] += square * square;
    }
    Some(sums.map(|sum| sum / values.len() as f64))
}

/// Bias-corrected skewness, as in pandas; `None` below 3 values or without variance.
pub(super) fn skewness(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let [m2, m3, _] = central_moments(values)?;
    (values.len() >= 3 && m2 > 0.0)
        .then(|| (n * (n - 1.0)).sqrt() / (n - 2.0) * m3 / (m2 * m2.sqrt()))
}

/// Bias-corrected excess kurtosis, as in pandas; `None` below 4 values or without variance.
pub(super) fn excess_kurtosis(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let [m2, _, m4] = central_moments(values)?;
    (values.len() >= 4 && m2 > 0.0).then(|| {
        let raw = m4 / (m2 * m2) - 3.0;
        (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * raw + 6.0)
    })
}

/// Smallest `E / running max E - 1`, the starting equity of 1 included.
pub(super) fn max_drawdown(growth: &[f64]) -> f64 {
    let (mut equity, mut peak, mut deepest) = (1.0_f64, 1.0_f64, 0.0_f64);
    for factor in growth {
        equity *= factor;
        peak = peak.max(equity);
        deepest = deepest.min(equity / peak - 1.0);
    }
    deepest
}

/// Sum of the logs of growth factors; `None` when one is zero or less.
fn log_growth(factors: &[f64]) -> Option<f64> {
    factors.iter().try_fold(0.0, |sum, factor| (*factor > 0.0).then(|| sum + math::ln(*factor)))
}

/// Cost per unit traded, in basis points, at which the total return is zero.
fn break_even_cost_bps(before_costs: &[f64], traded: &[f64]) -> Option<f64> {
    cost_until_even(log_growth(before_costs)?, traded)
}

/// Cost per unit traded, in basis points, that takes away all of a log growth.
///
/// The drifted weights do not depend on the cost, so what is left of the log growth is
/// `earned + sum ln(1 - k t)`, concave and falling in `k`; Newton's method meets its root from
/// the right. `None` when nothing is traded or nothing is earned before costs.
fn cost_until_even(earned: f64, traded: &[f64]) -> Option<f64> {
    let largest = traded.iter().fold(0.0_f64, |largest, t| largest.max(*t));
    if earned <= 0.0 || largest <= 0.0 {
        return None;
    }
    // Beyond this cost a single trade takes all equity.
    let ruin = 1.0 / largest;
    let mut cost = 0.0_f64;
    for _ in 0..100 {
        let (mut value, mut slope) = (earned, 0.0);
        for t in traded.iter().filter(|t| **t > 0.0) {
            value += libm::log1p(-cost * t);
            slope -= t / (1.0 - cost * t);
        }
        let next = (cost - value / slope).min(0.5 * (cost + ruin));
        if (next - cost).abs() <= 1e-14 * next.abs() {
            return Some(next / BASIS_POINT);
        }
        cost = next;
    }
    Some(cost / BASIS_POINT)
}

/// The metrics that any rows of a track record have, set one after another: a state, a year, all.
/// Rows from ruin on count in the total and in the drawdown only.
pub(crate) fn part_metrics(track: &TrackRecord) -> PartMetrics {
    part(track).0
}

/// [`part_metrics`], the log growth of the rows before ruin, and the standard error of their Sharpe
/// ratio.
fn part(track: &TrackRecord) -> (PartMetrics, Vec<f64>, Option<f64>) {
    let growth = &track.growth;
    let inside: Vec<f64> =
        growth.iter().filter(|factor| **factor > 0.0).map(|factor| math::ln(*factor)).collect();
    let total = if track.ruin().is_some() { -1.0 } else { libm::expm1(inside.iter().sum()) };
    let log_cash = libm::log1p(track.cash_return);
    let excess: Vec<f64> = inside.iter().map(|g| g - log_cash).collect();
    let year = track.year();
    let (ratio, error) = sharpe_ratio(&excess, year).unzip();
    let error = error.flatten();
    let sharpe = ratio.map(|value| Estimate {
        value,
        interval: error.map(|error| Interval::about(value, error)),
    });
    let held = track.weights.iter().zip(growth).filter(|(w, factor)| **w != 0.0 && **factor > 0.0);
    let metrics = PartMetrics {
        rows: inside.len(),
        held: held.count(),
        annual_log_growth: math::mean(&inside).map(|mean| mean * year),
        sharpe,
        sharpe_arithmetic: ratio_of_row(&track.simple_excess()).map(|ratio| ratio * year.sqrt()),
        annual_volatility: math::std_dev(&inside).map(|sd| sd * year.sqrt()),
        total_return: (!growth.is_empty()).then_some(total),
        max_drawdown: (!growth.is_empty()).then(|| max_drawdown(growth)),
        annual_turnover: math::mean(&track.traded).map(|mean| mean * year),
    };
    (metrics, inside, error)
}

/// All metrics of a track record over the given days, at least one. After ruin nothing is left but
/// what was lost and traded. `target` is that of holding the target, where it is not itself judged.
pub(crate) fn strategy_metrics(
    track: &TrackRecord,
    days: &[Day],
    target: Option<&TrackRecord>,
) -> StrategyMetrics {
    let (part, log_growth, sharpe_standard_error) = part(track);
    let (total, drawdown) = (part.total_return.unwrap_or(0.0), part.max_drawdown.unwrap_or(0.0));
    let lost = StrategyMetrics {
        total_return: total,
        annual_return: Some(Estimate { value: -1.0, interval: None }),
        max_drawdown: drawdown,
        calmar: Some(-1.0),
        annual_turnover: part.annual_turnover.unwrap_or(0.0),
        ..StrategyMetrics::default()
    };
    if let Some(ruin) = track.ruin() {
        return StrategyMetrics { ruined_on: days.get(ruin).copied(), ..lost };
    }
    let simple = track.simple_excess();
    let skill = target.and_then(|target| skill(&simple, &target.simple_excess(), track.year()));
    let annual_return = part.annual_log_growth.map(libm::expm1);
    StrategyMetrics {
        annual_return: annual_return.map(|value| Estimate { value, interval: None }),
        annual_volatility: part.annual_volatility,
        sharpe: part.sharpe,
        sharpe_standard_error,
        alpha: skill.map(|skill| skill.alpha),
        beta: skill.map(|skill| skill.beta),
        sharpe_arithmetic: part.sharpe_arithmetic,
        calmar: annual_return.filter(|_| drawdown < 0.0).map(|annual| annual / drawdown.abs()),
        skewness: skewness(&log_growth),
        excess_kurtosis: excess_kurtosis(&log_growth),
        break_even_cost_bps: break_even_cost_bps(&track.before_costs, &track.traded),
        ..lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawdown_counts_from_the_starting_equity() {
        assert!((max_drawdown(&[0.5, 2.0, 2.0, 0.75]) + 0.5).abs() < 1e-15);
        assert_eq!(max_drawdown(&[1.1, 1.1]), 0.0);
    }

    #[test]
    fn what_a_position_earns_by_its_mean_pays_for_no_trading() {
        let record = |before_costs: &[f64], traded: f64| TrackRecord {
            before_costs: before_costs.to_vec(),
            traded: vec![traded; before_costs.len()],
            ..TrackRecord::default()
        };
        let (constant, better) = (record(&[1.01, 1.02], 0.0), record(&[1.02, 1.03], 0.5));
        assert_eq!(record(&[1.01, 1.02], 0.5).break_even_cost_over_bps(&constant), None);
        assert_eq!(constant.break_even_cost_over_bps(&better), None);
        let cost = better.break_even_cost_over_bps(&constant).unwrap() * BASIS_POINT;
        let left = 1.02 * 1.03 * (1.0 - 0.5 * cost) * (1.0 - 0.5 * cost);
        assert!((left - 1.01 * 1.02).abs() < 1e-12, "{left}");
        assert!(cost < break_even_cost_bps(&[1.02, 1.03], &[0.5; 2]).unwrap() * BASIS_POINT);
        assert_eq!(better.break_even_cost_over_bps(&record(&[0.0], 0.0)), None, "ruin");
    }

    #[test]
    fn what_is_not_defined_is_not_a_number_of_sorts() {
        let days = [jiff::civil::date(2020, 1, 1), jiff::civil::date(2020, 1, 2)];
        let metrics = |growth: [f64; 2]| {
            let (growth, before_costs, traded) = (growth.into(), growth.into(), vec![0.0; 2]);
            let record = TrackRecord { growth, before_costs, traded, ..TrackRecord::default() };
            strategy_metrics(&record, &days, None)
        };
        let flat = metrics([1.0, 1.0]);
        assert_eq!((flat.sharpe, flat.calmar, flat.skewness), (None, None, None));
        let lost = metrics([1.2, 0.0]);
        assert_eq!((lost.total_return, lost.ruined_on), (-1.0, Some(days[1])));
        assert_eq!(lost.max_drawdown, -1.0);
        assert_eq!(break_even_cost_bps(&[0.9], &[1.0]), None, "a loss has no break-even cost");
        assert_eq!(break_even_cost_bps(&[1.1], &[0.0]), None, "nothing traded");
    }
}
