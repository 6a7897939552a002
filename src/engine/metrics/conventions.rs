//! The conventions of other packages, each as a function: what QuantStats 0.0.86, empyrical-reloaded
//! 0.7.1, pyfolio-reloaded 0.10.1 and ffn 1.4.1 make of a track record with every argument at its
//! default; of weekly and monthly records, with their periods a year in place of the default of 252,
//! and without what ffn measures of daily prices alone. `tests/reference/conventions.py` asks the packages themselves.

use super::track_record::{
    TrackRecord, central_moments, excess_kurtosis, max_drawdown, ratio_of_row, skewness,
};
use crate::base::statistics::{centred, dot};
use crate::base::units::{Day, Frequency, math};
use crate::results::{Cause, Convention, Conventions, StrategyMetrics, TrackFigure, value};

/// Relative difference up to which two figures are one: far above rounding, far below any
/// convention.
const SAME: f64 = 1e-9;

/// Days of a year in ffn (`year_frac`).
const CALENDAR_YEAR: f64 = 365.25;

/// Daily simple returns of a strategy and of its target on the same days.
struct Returns<'a> {
    strategy: &'a [f64],
    target: &'a [f64],
    /// Days from the close at which equity was put in to the last.
    calendar_days: f64,
    periods_per_year: f64,
}

/// A figure in each package, in the order QuantStats, empyrical, pyfolio, ffn; `None` where the
/// package has none or it is not a number.
type Packages = [Option<f64>; 4];

/// A track record as the packages measure it, beside our figures of it.
///
/// `start` is the day at whose close the equity was put in, `days` are those of the rows. `None`
/// after ruin, which a series of returns does not know.
pub(crate) fn conventions(
    name: String,
    (track, target): (&TrackRecord, &TrackRecord),
    (start, days): (Day, &[Day]),
    ours: &StrategyMetrics,
) -> Option<Conventions> {
    let last = *days.last().filter(|_| track.ruin().or(target.ruin()).is_none())?;
    let simple = |track: &TrackRecord| track.growth.iter().map(|g| g - 1.0).collect::<Vec<f64>>();
    let (strategy, target) = (simple(track), simple(target));
    let calendar_days = f64::from(days_between(start, last));
    let periods_per_year = f64::from(track.periods_per_year);
    let returns = Returns { strategy: &strategy, target: &target, calendar_days, periods_per_year };
    let has_cash = track.cash_return != 0.0;
    let mut found = Conventions { strategy: name, agree: Vec::new(), differ: Vec::new() };
    for (figure, ours) in figures(ours) {
        let Some(ours) = ours else { continue };
        let theirs = packages(figure, &returns);
        let differs = |theirs: f64| (theirs - ours).abs() > SAME * theirs.abs().max(ours.abs());
        if !theirs.iter().flatten().any(|theirs| differs(*theirs)) {
            found.agree.push(figure);
            continue;
        }
        let [quantstats, empyrical, pyfolio, ffn] = theirs;
        let causes = causes(figure, has_cash);
        let row = Convention { figure, ours, quantstats, empyrical, pyfolio, ffn, causes };
        found.differ.push(row);
    }
    Some(found)
}

fn days_between(start: Day, end: Day) -> i32 {
    (end - start).get_days()
}

/// Our figures that packages have too, in the order of the table of track records.
fn figures(ours: &StrategyMetrics) -> [(TrackFigure, Option<f64>); 11] {
    use TrackFigure::*;
    [
        (TotalReturn, Some(ours.total_return)),
        (AnnualReturn, value(ours.annual_return)),
        (AnnualVolatility, ours.annual_volatility),
        (Sharpe, value(ours.sharpe)),
        (SharpeArithmetic, ours.sharpe_arithmetic),
        (Alpha, value(ours.alpha)),
        (Beta, value(ours.beta)),
        (MaxDrawdown, Some(ours.max_drawdown)),
        (Calmar, ours.calmar),
        (Skewness, ours.skewness),
        (ExcessKurtosis, ours.excess_kurtosis),
    ]
}

fn packages(figure: TrackFigure, returns: &Returns<'_>) -> Packages {
    let Returns { strategy, target, calendar_days, periods_per_year: periods } = *returns;
    let is_daily = periods == f64::from(Frequency::Daily.periods_per_year());
    let annual = || {
        let annual = annual_return(strategy, strategy.len() as f64 / periods);
        [annual, annual, annual, annual_return(strategy, calendar_days / CALENDAR_YEAR)]
    };
    let (all, but_ffn) = (|one: Option<f64>| [one; 4], |one| [one, one, one, None]);
    let daily_in_ffn = |one: Option<f64>| [one, one, one, one.filter(|_| is_daily)];
    let theirs = match figure {
        TrackFigure::TotalReturn => all(Some(compounded(strategy) - 1.0)),
        TrackFigure::AnnualReturn => annual(),
        TrackFigure::AnnualVolatility => daily_in_ffn(volatility(strategy, periods)),
        TrackFigure::Sharpe | TrackFigure::SharpeArithmetic => {
            daily_in_ffn(sharpe(strategy, periods))
        }
        TrackFigure::Alpha => {
            let daily = beta(strategy, target).and_then(|beta| alpha(strategy, target, beta));
            let times = daily.map(|daily| daily * periods);
            let power = daily.map(|daily| math::pow(1.0 + daily, periods) - 1.0);
            [times, power, power, None]
        }
        TrackFigure::Beta => but_ffn(beta(strategy, target)),
        TrackFigure::MaxDrawdown => all(Some(drawdown(strategy))),
        TrackFigure::Calmar => {
            let depth = drawdown(strategy);
            annual().map(|annual| Some(annual? / depth.abs()).filter(|_| depth < 0.0))
        }
        TrackFigure::Skewness => {
            let corrected = skewness(strategy);
            [corrected, None, population_skewness(strategy), corrected.filter(|_| is_daily)]
        }
        TrackFigure::ExcessKurtosis => {
            let corrected = excess_kurtosis(strategy);
            [corrected, None, population_kurtosis(strategy), corrected.filter(|_| is_daily)]
        }
    };
    theirs.map(|one| one.filter(|one| one.is_finite()))
}

/// What makes a figure differ. That they take simple returns is no difference where ours does too.
fn causes(figure: TrackFigure, has_cash: bool) -> Vec<Cause> {
    let cash = |mut causes: Vec<Cause>| {
        causes.extend(has_cash.then_some(Cause::NoCash));
        causes
    };
    match figure {
        TrackFigure::AnnualReturn | TrackFigure::Calmar => vec![Cause::CalendarYears],
        TrackFigure::AnnualVolatility => vec![Cause::SimpleReturns],
        TrackFigure::Sharpe => cash(vec![Cause::SimpleReturns]),
        TrackFigure::SharpeArithmetic => cash(Vec::new()),
        TrackFigure::Alpha => cash(vec![Cause::CompoundedAlpha]),
        TrackFigure::Skewness | TrackFigure::ExcessKurtosis => {
            vec![Cause::SimpleReturns, Cause::Bias]
        }
        TrackFigure::TotalReturn | TrackFigure::Beta | TrackFigure::MaxDrawdown => Vec::new(),
    }
}

/// What one unit became.
///
/// `quantstats.stats.comp`, `empyrical.cum_returns_final`, `ffn.calc_total_return`, plus one.
fn compounded(returns: &[f64]) -> f64 {
    returns.iter().fold(1.0, |equity, r| equity * (1.0 + r))
}

/// Geometric growth a year. The years are `P` over the periods of one in `quantstats.stats.cagr` and
/// `empyrical.annual_return`, and calendar days over 365.25 in `ffn.calc_cagr`.
fn annual_return(returns: &[f64], years: f64) -> Option<f64> {
    (years > 0.0).then(|| math::pow(compounded(returns), 1.0 / years) - 1.0)
}

/// Sample deviation of simple returns times the root of the periods a year.
///
/// `quantstats.stats.volatility`, `empyrical.annual_volatility`, `ffn.PerformanceStats.daily_vol`.
fn volatility(returns: &[f64], periods: f64) -> Option<f64> {
    math::std_dev(returns).map(|deviation| deviation * periods.sqrt())
}

/// Mean over sample deviation of simple returns, no cash subtracted, times the root of the periods a year.
///
/// `quantstats.stats.sharpe`, `empyrical.sharpe_ratio`, `ffn.PerformanceStats.daily_sharpe`.
fn sharpe(returns: &[f64], periods: f64) -> Option<f64> {
    ratio_of_row(returns).map(|ratio| ratio * periods.sqrt())
}

/// Covariance over the variance of the target.
///
/// `quantstats.stats.greeks`, `empyrical.beta`.
fn beta(strategy: &[f64], target: &[f64]) -> Option<f64> {
    let (x, y) = (centred(target)?, centred(strategy)?);
    let squares = dot(&x, &x);
    (squares > 0.0).then(|| dot(&x, &y) / squares)
}

/// A period's alpha. `quantstats.stats.greeks` multiplies it by the periods a year,
/// `empyrical.alpha` raises one more than it to their power.
fn alpha(strategy: &[f64], target: &[f64], beta: f64) -> Option<f64> {
    Some(math::mean(strategy)? - beta * math::mean(target)?)
}

/// The deepest drawdown, the equity before the first return included.
///
/// `quantstats.stats.max_drawdown` (its "phantom baseline"), `empyrical.max_drawdown` (which starts
/// at 100), `ffn.PerformanceStats.max_drawdown` of prices that begin with the equity put in.
fn drawdown(returns: &[f64]) -> f64 {
    max_drawdown(&returns.iter().map(|r| 1.0 + r).collect::<Vec<f64>>())
}

/// `scipy.stats.skew`, which `pyfolio.timeseries.perf_stats` calls: not corrected for bias.
fn population_skewness(returns: &[f64]) -> Option<f64> {
    let [m2, m3, _] = central_moments(returns)?;
    (m2 > 0.0).then(|| m3 / (m2 * m2.sqrt()))
}

/// `scipy.stats.kurtosis`, which `pyfolio.timeseries.perf_stats` calls: in excess of the normal
/// distribution's, not corrected for bias.
fn population_kurtosis(returns: &[f64]) -> Option<f64> {
    let [m2, _, m4] = central_moments(returns)?;
    (m2 > 0.0).then(|| m4 / (m2 * m2) - 3.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "tests read fixtures")]

    use std::fs;
    use std::path::Path;

    use serde_json::Value;

    use super::*;
    use crate::engine::metrics::strategy_metrics;

    fn repository(path: &str) -> String {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
    }

    fn growth(prices: &str, ticker: &str, rows: std::ops::Range<usize>) -> Vec<f64> {
        let mut lines = prices.lines();
        let column = lines.next().unwrap().split(',').position(|name| name == ticker).unwrap();
        let price = |line: &str| line.split(',').nth(column).unwrap().parse::<f64>().unwrap();
        let prices: Vec<f64> = lines.map(price).collect();
        prices[rows.start..=rows.end].windows(2).map(|pair| pair[1] / pair[0]).collect()
    }

    fn record(growth: Vec<f64>, cash_return: f64) -> TrackRecord {
        let weights = vec![1.0; growth.len()];
        let traded = vec![0.0; growth.len()];
        let before_costs = growth.clone();
        TrackRecord { weights, traded, before_costs, growth, cash_return, periods_per_year: 252 }
    }

    /// The tracks of a case of the reference, the day before them, and their days.
    fn case(prices: &str, case: &Value) -> ([Vec<f64>; 2], Day, Vec<Day>) {
        let first = case["first"].as_u64().unwrap() as usize;
        let rows = first..first + case["rows"].as_u64().unwrap() as usize;
        let of = |key: &str| growth(prices, case[key].as_str().unwrap(), rows.clone());
        let day = |line: &str| line.split(',').next().unwrap().parse::<Day>().unwrap();
        let days: Vec<Day> = prices.lines().skip(1).map(day).collect();
        let (start, days) = (days[rows.start], days[rows.start + 1..=rows.end].to_vec());
        ([of("held"), of("target")], start, days)
    }

    #[test]
    fn every_convention_is_that_of_its_package() {
        let reference: Value =
            serde_json::from_str(&repository("tests/reference/sample_conventions.json")).unwrap();
        let prices = repository("data/sample/prices.csv");
        let mut compared = 0;
        for theirs in reference["cases"].as_array().unwrap() {
            let ([held, target], start, days) = case(&prices, theirs);
            let simple = |growth: &[f64]| growth.iter().map(|g| g - 1.0).collect::<Vec<f64>>();
            let (strategy, target) = (simple(&held), simple(&target));
            let calendar_days = f64::from(days_between(start, *days.last().unwrap()));
            let returns = Returns {
                strategy: &strategy,
                target: &target,
                calendar_days,
                periods_per_year: 252.0,
            };
            for (figure, _) in figures(&StrategyMetrics::default()) {
                let ours = packages(figure, &returns);
                let name = serde_json::to_value(figure).unwrap();
                let name = name.as_str().unwrap().replace("_arithmetic", "");
                for (package, ours) in
                    ["quantstats", "empyrical", "pyfolio", "ffn"].into_iter().zip(ours)
                {
                    let theirs = theirs[package].get(&name).and_then(Value::as_f64);
                    let place = format!("{} {package} {name}", theirs.is_some());
                    assert_eq!(ours.is_some(), theirs.is_some(), "{place}");
                    let (Some(ours), Some(theirs)) = (ours, theirs) else { continue };
                    let distance = (ours - theirs).abs() / theirs.abs();
                    assert!(distance < 1e-10, "{place}: ours {ours}, theirs {theirs}");
                    compared += 1;
                }
            }
        }
        assert_eq!(compared, 2 * (11 * 4 - 4), "every figure of every package");
    }

    fn compare(growth: Vec<f64>, target: Vec<f64>, cash: f64) -> Option<Conventions> {
        let (track, target) = (record(growth, cash), record(target, cash));
        let first = jiff::civil::date(2020, 1, 1);
        let rows = track.growth.len() as i64;
        let day = |at: i64| first.checked_add(jiff::Span::new().days(at)).unwrap();
        let days: Vec<Day> = (1..=rows).map(day).collect();
        let ours = strategy_metrics(&track, &days, Some(&target));
        conventions("a.b".to_owned(), (&track, &target), (first, &days), &ours)
    }

    fn noise(seed: u64) -> Vec<f64> {
        let mut uniform = crate::base::statistics::noise::uniform(seed);
        (0..400).map(|_| 1.0 + 0.02 * uniform()).collect()
    }

    #[test]
    fn what_differs_has_a_cause_and_what_agrees_has_none() {
        for cash in [0.0, 0.0001] {
            let found = compare(noise(1), noise(2), cash).unwrap();
            let without_cash = [TrackFigure::SharpeArithmetic];
            let expected: Vec<TrackFigure> = [TrackFigure::TotalReturn]
                .into_iter()
                .chain(without_cash.into_iter().filter(|_| cash == 0.0))
                .chain([TrackFigure::Beta, TrackFigure::MaxDrawdown])
                .collect();
            assert_eq!(found.agree, expected, "cash {cash}");
            assert_eq!(found.agree.len() + found.differ.len(), 11);
            for row in &found.differ {
                assert!(!row.causes.is_empty(), "{row:?}");
            }
        }
    }

    #[test]
    fn nothing_is_compared_after_ruin_or_where_nothing_moves() {
        let mut ruined = noise(1);
        ruined[50] = 0.0;
        assert_eq!(compare(ruined, noise(2), 0.0), None);
        assert_eq!(compare(Vec::new(), Vec::new(), 0.0), None);
        let flat = compare(vec![1.0; 400], noise(2), 0.0).unwrap();
        assert!(flat.differ.is_empty(), "{flat:?}");
        assert!(!flat.agree.contains(&TrackFigure::Sharpe), "of no variance there is none");
    }
}
