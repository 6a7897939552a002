//! What else a tear sheet has of a track record (methods, "Tear sheet").

use super::skill::Regression;
use super::track_record::{TrackRecord, sharpe_ratio};
use crate::base::statistics::{correlation, quantile};
use crate::base::units::{Day, math};
use crate::results::{Extreme, PeriodReturn, TearSheet, Track, Trailing};

/// Share of the returns beyond the value at risk.
const TAIL: f64 = 0.05;
/// Fewest returns of which one is beyond it.
const FEWEST: usize = 20;
/// Windows of the last years.
const YEARS: [u8; 4] = [1, 3, 5, 10];

/// The figures of a track record over the given days; `target` is that of holding the target, where
/// it is not itself judged.
pub(crate) fn tear_sheet(
    strategy: String,
    record: &TrackRecord,
    days: &[Day],
    target: Option<&TrackRecord>,
    fewest_held: usize,
) -> TearSheet {
    let track = track(record, days, target.unwrap_or(record), fewest_held);
    let rows = track.rows();
    let returns: Vec<f64> = track.growth[..rows].iter().map(|factor| factor - 1.0).collect();
    let held = track.held(0..rows);
    let weights = &record.weights[..rows];
    let absolute: Vec<f64> = weights.iter().map(|weight| weight.abs()).collect();
    let [value_at_risk, expected_shortfall] = tail(&returns).map_or([None; 2], |t| t.map(Some));
    let [best_period, worst_period] =
        extremes(returns.iter().zip(days).map(|(value, day)| Extreme { day: *day, value: *value }));
    let (months, years) = (track.months(), track.years());
    let [best_month, worst_month] = extremes(months.iter().map(dated));
    let [best_year, worst_year] = extremes(years.iter().map(dated));
    let positive = |held: Vec<f64>| {
        let above = held.iter().filter(|value| **value > 0.0).count();
        (!held.is_empty()).then(|| above as f64 / held.len() as f64)
    };
    let of_held = |periods: &[PeriodReturn]| {
        positive(periods.iter().filter(|period| period.is_held).map(|p| p.value).collect())
    };
    let beside = target.filter(|_| record.ruin().is_none());
    TearSheet {
        strategy,
        held,
        correlation: beside.and_then(|target| correlation(&returns, &simple(&target.growth))),
        information_ratio: beside.filter(|_| held >= fewest_held).and_then(|target| {
            information_ratio(&record.simple_excess(), &target.simple_excess(), record.year())
        }),
        value_at_risk,
        expected_shortfall,
        best_period,
        worst_period,
        best_month,
        worst_month,
        best_year,
        worst_year,
        positive_periods: positive(
            (0..rows).filter(|row| track.weight(*row) != 0.0).map(|row| returns[row]).collect(),
        ),
        positive_months: of_held(&months),
        positive_years: of_held(&years),
        time_in_market: (rows > 0).then(|| held as f64 / rows as f64),
        mean_position: math::mean(weights),
        mean_absolute_position: math::mean(&absolute),
        trailing: trailing(record, fewest_held),
        matched_hold: beside.and_then(|_| track.matched_hold()).map(|matched| matched.hold),
    }
}

/// A record as the series hold it, beside that of holding the target.
fn track<'a>(
    record: &'a TrackRecord,
    days: &'a [Day],
    hold: &'a TrackRecord,
    fewest_held: usize,
) -> Track<'a> {
    Track {
        days,
        weights: Some(&record.weights),
        growth: &record.growth,
        hold: &hold.growth,
        cash_return: record.cash_return,
        periods_per_year: record.periods_per_year,
        fewest_held,
    }
}

fn simple(growth: &[f64]) -> Vec<f64> {
    growth.iter().map(|factor| factor - 1.0).collect()
}

fn dated(period: &PeriodReturn) -> Extreme {
    Extreme { day: period.first_day, value: period.value }
}

/// The highest and the lowest; of equal ones the first.
fn extremes(values: impl Iterator<Item = Extreme>) -> [Option<Extreme>; 2] {
    values.fold([None; 2], |[best, worst], next| {
        let best = best.filter(|best: &Extreme| best.value >= next.value).unwrap_or(next);
        let worst = worst.filter(|worst: &Extreme| worst.value <= next.value).unwrap_or(next);
        [Some(best), Some(worst)]
    })
}

/// The 5 % quantile of returns, linear between two of them, and the mean of those at or below it.
fn tail(returns: &[f64]) -> Option<[f64; 2]> {
    if returns.len() < FEWEST {
        return None;
    }
    let mut sorted = returns.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at_risk = quantile(&sorted, TAIL);
    let beyond: Vec<f64> = sorted.into_iter().take_while(|value| *value <= at_risk).collect();
    Some([at_risk, math::mean(&beyond)?])
}

/// Alpha over the deviation of the residuals (`ddof = 2`), a year (Treynor and Black 1973, their
/// appraisal ratio); `None` where the target leaves nothing but rounding.
fn information_ratio(strategy: &[f64], target: &[f64], year: f64) -> Option<f64> {
    let found = Regression::of(strategy, target)?;
    let deviation = (found.residual_squares / (strategy.len() - 2) as f64).sqrt();
    let rounding = 1e-12 * math::std_dev(strategy)?;
    (deviation > rounding).then(|| found.alpha / deviation * year.sqrt())
}

/// The last years that a record has in full; none after ruin.
fn trailing(record: &TrackRecord, fewest_held: usize) -> Vec<Trailing> {
    let Some(excess) = record.log_excess() else { return Vec::new() };
    let log_cash = libm::log1p(record.cash_return);
    let of_years = |years: &u8| {
        let rows = usize::from(*years) * usize::from(record.periods_per_year);
        let first = excess.len().checked_sub(rows)?;
        let held = record.weights[first..].iter().filter(|weight| **weight != 0.0).count();
        let last = Some(&excess[first..]).filter(|_| held >= fewest_held);
        let annual = |mean: f64| libm::expm1((mean + log_cash) * record.year());
        Some(Trailing {
            years: *years,
            annual_return: last.and_then(math::mean).map(annual),
            sharpe: last.and_then(|last| sharpe_ratio(last, record.year())).map(|(ratio, _)| ratio),
        })
    };
    YEARS.iter().filter_map(of_years).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;

    const YEAR: usize = 252;

    fn days(rows: usize) -> Vec<Day> {
        jiff::civil::date(2001, 1, 1).series(jiff::Span::new().days(1)).take(rows).collect()
    }

    fn record(weights: Vec<f64>, growth: Vec<f64>) -> TrackRecord {
        let before_costs = growth.clone();
        let traded = vec![0.0; growth.len()];
        TrackRecord {
            weights,
            traded,
            growth,
            before_costs,
            cash_return: 0.0,
            periods_per_year: YEAR as u16,
        }
    }

    fn noisy(seed: u64, rows: usize) -> Vec<f64> {
        let mut noise = noise::uniform(seed);
        (0..rows).map(|_| 1.0 + 0.02 * noise()).collect()
    }

    #[test]
    fn a_known_sample_has_its_shortfall() {
        // 101 returns from -0.50 to 0.50: six of them are at or below the 5 % quantile.
        let returns: Vec<f64> =
            (0..101).map(|row| f64::from((row * 37) % 101) / 100.0 - 0.5).collect();
        let [at_risk, shortfall] = tail(&returns).unwrap();
        assert!((at_risk + 0.45).abs() < 1e-12, "{at_risk}");
        assert!((shortfall + 0.475).abs() < 1e-12, "{shortfall}");
        assert_eq!(tail(&returns[..19]), None);
    }

    #[test]
    fn days_without_a_position_win_nothing_and_too_few_of_them_are_not_annualised() {
        let rows = 3 * YEAR;
        let target = record(vec![1.0; rows], noisy(1, rows));
        let growth: Vec<f64> = (0..rows).map(|row| if row % 4 == 0 { 1.01 } else { 1.0 }).collect();
        let weights = (0..rows).map(|row| if row % 4 == 0 { -0.5 } else { 0.0 }).collect();
        let seldom = record(weights, growth);
        let of = |fewest| tear_sheet("a.b".to_owned(), &seldom, &days(rows), Some(&target), fewest);
        let sheet = of(rows / 4);
        assert_eq!((sheet.held, sheet.time_in_market), (rows / 4, Some(0.25)));
        assert_eq!(
            (sheet.mean_position, sheet.mean_absolute_position),
            (Some(-0.125), Some(0.125))
        );
        assert_eq!(
            [sheet.positive_periods, sheet.positive_months, sheet.positive_years],
            [Some(1.0); 3]
        );
        assert!(sheet.information_ratio.is_some());
        assert!(sheet.matched_hold.unwrap().annual_return.is_some());
        let windows: Vec<(u8, bool)> =
            sheet.trailing.iter().map(|last| (last.years, last.sharpe.is_some())).collect();
        assert_eq!(windows, [(1, false), (3, true)], "five years it does not have");
        let sheet = of(rows / 4 + 1);
        assert!(sheet.information_ratio.is_none() && sheet.correlation.is_some());
        assert!(sheet.matched_hold.unwrap().annual_return.is_none());
        assert!(sheet.trailing.iter().all(|last| last.annual_return.is_none()));
    }

    #[test]
    fn the_best_and_the_worst_have_their_dates_and_the_target_has_no_target() {
        let mut growth = vec![1.0; 400];
        (growth[10], growth[50], growth[390]) = (1.5, 0.5, 1.25);
        let sheet =
            tear_sheet("h".to_owned(), &record(vec![1.0; 400], growth), &days(400), None, 240);
        let days = days(400);
        let of = |day: Day, value: f64| Some(Extreme { day, value });
        assert_eq!(sheet.best_period, of(days[10], 0.5));
        assert_eq!(sheet.worst_period, of(days[50], -0.5));
        assert_eq!(sheet.best_month, of(days[0], 0.5));
        assert_eq!(sheet.worst_month, of(jiff::civil::date(2001, 2, 1), -0.5));
        assert_eq!(sheet.best_year, of(jiff::civil::date(2002, 1, 1), 0.25));
        assert_eq!(sheet.worst_year, of(days[0], -0.25));
        assert_eq!((sheet.correlation, sheet.information_ratio), (None, None));
        assert_eq!((sheet.matched_hold, sheet.positive_years), (None, Some(0.5)));
    }

    #[test]
    fn the_target_at_another_size_has_no_skill_and_its_own_volatility() {
        let rows = 600;
        let target = record(vec![1.0; rows], noisy(2, rows));
        let half: Vec<f64> = target.growth.iter().map(|g| 1.0 + 0.5 * (g - 1.0)).collect();
        let half = record(vec![0.5; rows], half);
        let sheet = tear_sheet("a.b".to_owned(), &half, &days(rows), Some(&target), 240);
        assert!((sheet.correlation.unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(sheet.information_ratio, None, "what is left is rounding");
        let matched = sheet.matched_hold.unwrap();
        let total = half.growth.iter().product::<f64>() - 1.0;
        assert!(
            (matched.factor - 0.5).abs() < 1e-12 && (matched.total_return - total).abs() < 1e-12
        );
    }

    #[test]
    fn behind_ruin_there_is_nothing() {
        let rows = 300;
        let target = record(vec![1.0; rows], noisy(3, rows));
        let mut growth = noisy(4, rows);
        growth[100..].fill(0.0);
        let ruined = record(vec![1.0; rows], growth);
        let sheet = tear_sheet("a.b".to_owned(), &ruined, &days(rows), Some(&target), 240);
        assert_eq!((sheet.held, sheet.worst_period.unwrap().value), (101, -1.0));
        assert_eq!(sheet.worst_year.unwrap().value, -1.0);
        assert!(sheet.trailing.is_empty() && sheet.correlation.is_none());
        assert_eq!(sheet.matched_hold, None);
    }
}
