//! What the search among an experiment's models and rules costs: every figure here is of the best of
//! so many, or of how sure one figure is.
//!
//! All series of the experiment are resampled together, on the same days.

use indexmap::IndexMap;

use super::computed::Computed;
use crate::base::statistics::quantile;
use crate::base::units::math;
use crate::engine::backtest::{Costs, TrackRecord, simulate};
use crate::engine::inference::{
    CircularBlocks, Gains, Measured, Resampling, RunningSums, common_block, overfitting,
    per_period, romano_wolf, sharpe_differences,
};
use crate::engine::metrics::{Errors, influence};
use crate::results::{Estimate, Interval, ModelSummary, SearchSummary, StrategyMetrics, value};

/// Forecasts below which nothing is resampled: a year.
const LEAST_ROWS: usize = 252;

/// Replicates of the stationary bootstrap, and of the studentised one, which looks at every block
/// twice.
const REPLICATES: usize = 999;
const STUDENTISED: usize = 499;

/// How surely a track record must be long enough.
const LONG_ENOUGH: f64 = 0.95;

/// A track record that was not ruined: its model and rule, and its daily log returns above cash.
struct Strategy<'a> {
    model: &'a str,
    rule: &'a str,
    returns: Vec<f64>,
}

/// Fills in what resampling says of each model and strategy, and returns what it says of all.
pub(super) fn search(
    computed: &Computed<'_>,
    models: &mut IndexMap<String, ModelSummary>,
    hold: &mut StrategyMetrics,
) -> SearchSummary {
    over_mean(computed, models);
    let rows = computed.actual().len();
    let year = f64::from(computed.panel.periods_per_year);
    let metrics = models.values_mut().flat_map(|model| model.strategies.values_mut());
    metrics.chain([&mut *hold]).for_each(|metrics| track_length(metrics, rows, year));
    let first_variance = computed.pass.forecast_variance().and_then(|v| v.first().copied());
    let held = computed.buy_and_hold.log_excess().filter(|_| rows >= LEAST_ROWS);
    let Some(held) = held else { return SearchSummary { first_variance, ..Default::default() } };
    let strategies = strategies(computed);
    let daily = daily_gains(computed);
    let [.., adjusted] = &daily;
    let returns = || std::iter::once(&held).chain(strategies.iter().map(|each| &each.returns));
    let mean_block = common_block(returns().chain(adjusted));
    let resampling = Resampling { seed: computed.spec.seed, mean_block, replicates: REPLICATES };
    let squares = |series: &Vec<f64>| series.iter().map(|value| value * value).collect();
    let mut columns: Vec<Vec<f64>> =
        returns().flat_map(|series| [series.clone(), squares(series)]).collect();
    let mut first = columns.len();
    columns.extend(daily.iter().flatten().cloned());
    let sums = RunningSums::new(rows, &columns).resampled(&resampling);

    let cash = libm::log1p(computed.buy_and_hold.cash_return);
    intervals(hold, &sums, 0, rows, (cash, year));
    for (at, strategy) in strategies.iter().enumerate() {
        if let Some(metrics) = metrics_of(models, strategy) {
            intervals(metrics, &sums, 2 * (at + 1), rows, (cash, year));
        }
    }
    let gains = daily.each_ref().map(|daily| {
        let own = first..first + daily.len();
        first = own.end;
        Gains::new(daily, sums.iter().map(|sums| &sums[own.clone()]), mean_block)
    });
    if let [.., Some((adjusted, kept))] = &gains {
        for (at, p) in kept.iter().zip(adjusted.stepped()) {
            models[*at].romano_wolf_p = Some(p);
        }
    }
    let [spa, spa_scaled, spa_adjusted] = gains.map(|gains| Some(gains?.0.spa()));
    beside_holding(models, &strategies, &held, &resampling, year);
    let views: Vec<&[f64]> = strategies.iter().map(|each| each.returns.as_slice()).collect();
    SearchSummary {
        mean_block,
        replicates: REPLICATES,
        spa,
        spa_scaled,
        spa_adjusted,
        overfitting: overfitting(&views),
        first_variance,
    }
}

fn strategies<'a>(computed: &'a Computed<'_>) -> Vec<Strategy<'a>> {
    let of_model = |(model, tracks): (&'a str, &'a IndexMap<String, TrackRecord>)| {
        let alive = move |(rule, track): (&'a String, &TrackRecord)| {
            Some(Strategy { model, rule, returns: track.log_excess()? })
        };
        tracks.iter().filter_map(alive).collect::<Vec<_>>()
    };
    computed.models.iter().map(|model| (model.name(), &model.tracks)).flat_map(of_model).collect()
}

fn metrics_of<'m>(
    models: &'m mut IndexMap<String, ModelSummary>,
    strategy: &Strategy<'_>,
) -> Option<&'m mut StrategyMetrics> {
    models.get_mut(strategy.model)?.strategies.get_mut(strategy.rule)
}

/// Daily gains over the prevailing mean by model: plain, scaled, and scaled without the noise of
/// fitting.
fn daily_gains(computed: &Computed<'_>) -> [Vec<Vec<f64>>; 3] {
    let scaled = |of: fn(&Errors) -> Vec<f64>| {
        computed.models.iter().filter_map(|model| model.scaled.as_ref()).map(of).collect()
    };
    let plain = computed.models.iter().map(|model| model.gains.clone()).collect();
    [plain, scaled(Errors::gains), scaled(Errors::adjusted)]
}

/// The intervals that the resampled sums of a strategy's returns and of their squares give, which
/// begin at a column.
fn intervals(
    metrics: &mut StrategyMetrics,
    sums: &[Vec<f64>],
    column: usize,
    rows: usize,
    (cash, year): (f64, f64),
) {
    let n = rows as f64;
    let mean = |sums: &Vec<f64>| sums[column] / n;
    let sharpe = |sums: &Vec<f64>| {
        let mean = mean(sums);
        let variance = (sums[column + 1] - n * mean * mean) / (n - 1.0);
        (variance > 0.0).then(|| mean / variance.sqrt() * year.sqrt())
    };
    metrics.sharpe_bootstrap_interval = metrics.sharpe.and_then(|_| {
        let found: Vec<f64> = sums.iter().filter_map(sharpe).collect();
        (found.len() == sums.len()).then(|| percentiles(found))
    });
    let annual: Vec<f64> =
        sums.iter().map(|sums| libm::expm1(year * (mean(sums) + cash))).collect();
    if let Some(estimate) = &mut metrics.annual_return {
        estimate.interval = Some(percentiles(annual));
    }
}

/// The interval between which the middle of the values lie.
fn percentiles(mut values: Vec<f64>) -> Interval {
    values.sort_by(f64::total_cmp);
    let tail = (1.0 - Interval::LEVEL) / 2.0;
    Interval { low: quantile(&values, tail), high: quantile(&values, 1.0 - tail) }
}

/// Whether the track record is long enough for its Sharpe ratio.
fn track_length(metrics: &mut StrategyMetrics, rows: usize, year: f64) {
    let Some(measured) = measured(metrics, rows, year) else { return };
    metrics.probabilistic_sharpe = measured.probability_above(0.0);
    metrics.min_track_record_years = measured.least_rows(0.0, LONG_ENOUGH).map(|rows| rows / year);
}

/// The Sharpe ratio of a strategy over so many rows, `year` of them a year, per row.
pub(crate) fn measured(metrics: &StrategyMetrics, rows: usize, year: f64) -> Option<Measured> {
    Some(Measured {
        ratio: per_period(value(metrics.sharpe)?, year),
        skewness: metrics.skewness?,
        kurtosis: metrics.excess_kurtosis? + 3.0,
        rows,
    })
}

/// The cost at which each strategy is worth no more than always holding the mean of its weights, and
/// what it earns above that.
fn over_mean(computed: &Computed<'_>, models: &mut IndexMap<String, ModelSummary>) {
    let simple = computed.simple();
    let free = Costs { trade_bps: 0.0, ..computed.spec.costs };
    for (model, summary) in computed.models.iter().zip(models.values_mut()) {
        for (track, metrics) in model.tracks.values().zip(summary.strategies.values_mut()) {
            let Some(mean) = math::mean(&track.weights) else { continue };
            let constant =
                simulate(vec![mean; simple.len()], &simple, &free, computed.panel.periods_per_year);
            metrics.break_even_cost_over_mean_bps = track.break_even_cost_over_bps(&constant);
            metrics.growth_over_mean = growth_over(track, &constant);
        }
    }
}

/// Log growth a year of a record above that of another over the same rows; `None` after ruin.
fn growth_over(track: &TrackRecord, other: &TrackRecord) -> Option<Estimate> {
    let (own, theirs) = (track.log_excess()?, other.log_excess()?);
    let apart: Vec<f64> = own.iter().zip(&theirs).map(|(own, theirs)| own - theirs).collect();
    let mean = influence::mean(&apart)?;
    Some(influence::scaled(&mean, f64::from(track.periods_per_year)).estimate())
}

/// The Sharpe ratio of each strategy beside that of holding the target, alone and as one of all.
fn beside_holding(
    models: &mut IndexMap<String, ModelSummary>,
    strategies: &[Strategy<'_>],
    held: &[f64],
    resampling: &Resampling,
    year: f64,
) {
    // Blocks of one length are best a little longer than random ones (Politis and White 2004).
    let length = libm::round(libm::cbrt(1.5) * resampling.mean_block) as usize;
    let drawn =
        CircularBlocks { seed: resampling.seed, length: length.max(1), replicates: STUDENTISED };
    let returns: Vec<Vec<f64>> = strategies.iter().map(|each| each.returns.clone()).collect();
    let (found, replicates) = sharpe_differences(&returns, held, &drawn, Interval::LEVEL);
    // From population deviations to sample ones, and from a day to a year.
    let n = held.len() as f64;
    let unit = ((n - 1.0) / n * year).sqrt();
    let known: Vec<usize> = (0..found.len()).filter(|at| found[*at].is_some()).collect();
    let statistics: Vec<f64> =
        found.iter().filter_map(|each| each.map(|each| each.statistic)).collect();
    let of_known = |values: &Vec<f64>| known.iter().map(|at| values[*at]).collect();
    let replicates: Vec<Vec<f64>> = replicates.iter().map(of_known).collect();
    let stepped = romano_wolf(&statistics, &replicates);
    for (at, p) in known.iter().zip(stepped) {
        let metrics = metrics_of(models, &strategies[*at]);
        let Some((metrics, difference)) = metrics.zip(found[*at]) else { continue };
        let (value, half) = (difference.value * unit, difference.half_width * unit);
        let interval = Some(Interval { low: value - half, high: value + half });
        metrics.sharpe_difference = Some(Estimate { value, interval });
        metrics.sharpe_difference_p = Some(difference.p_value);
        metrics.romano_wolf_p = Some(p);
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::experiment::simulated::{panel, spec};
    use crate::engine::experiment::{Source, run};
    use crate::results::{Results, interval};

    fn ran(days: usize, more: &str) -> Results {
        run(&spec(more), &panel(days), Source::default()).unwrap().0
    }

    #[test]
    fn a_year_of_forecasts_is_resampled_and_less_is_not() {
        let models = "models: [{kind: ridge, alphas: {count: 3}}]\n";
        // One day has no return, one no feature, and a hundred rows no forecast.
        for (forecasts, resampled) in [(251, false), (252, true)] {
            let results = ran(forecasts + 102, models);
            assert_eq!(results.walk_forward.forecasts, forecasts);
            assert_eq!(results.search.replicates > 0, resampled);
            assert_eq!(results.search.spa_adjusted.is_some(), resampled);
            assert_eq!(results.models["ridge"].romano_wolf_p.is_some(), resampled);
            assert!(results.search.first_variance.is_some());
            for metrics in results.models["ridge"].strategies.values() {
                assert!(metrics.probabilistic_sharpe.is_some());
                assert_eq!(interval(metrics.annual_return).is_some(), resampled);
                assert_eq!(metrics.sharpe_bootstrap_interval.is_some(), resampled);
                assert_eq!(metrics.sharpe_difference_p.is_some(), resampled);
            }
            let hold = &results.benchmarks["buy_and_hold"];
            assert_eq!(hold.sharpe_bootstrap_interval.is_some(), resampled);
            assert_eq!((hold.sharpe_difference, hold.romano_wolf_p), (None, None));
            assert_eq!(results.search.overfitting, None, "sixteen blocks need four years");
        }
    }

    #[test]
    fn a_ruined_strategy_is_none_of_many_and_harms_no_other() {
        let more = "models: [{kind: ridge, alphas: {count: 3}}]\npositions: [{rule: binary}, \
                    {rule: proportional, max_leverage: 0.1}]\ncosts: {trade_bps: 5000}\n";
        let results = ran(700, more);
        let strategies = &results.models["ridge"].strategies;
        let (ruined, small) = (&strategies["binary"], &strategies["proportional"]);
        assert!(ruined.ruined_on.is_some() && small.ruined_on.is_none());
        assert_eq!((ruined.romano_wolf_p, ruined.probabilistic_sharpe), (None, None));
        assert_eq!(interval(ruined.annual_return), None);
        assert!(small.romano_wolf_p.is_some() && interval(small.annual_return).is_some());
    }
}
