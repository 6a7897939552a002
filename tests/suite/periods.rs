//! Figures by calendar and by volatility, computed once more from the series files and the prices.

use std::path::PathBuf;

use dfa_report::results::{PartitionKind, PartitionSummary, Results, Series, value};

use crate::support::{repository, run_on};

const SPEC: &str = "title: periods
data: {target: SPY, features: [XLE, XLU, XLK]}
models: [{kind: ridge, alphas: {count: 5}}]
costs: {trade_bps: 1.0, cash_rate: 0.02}
";

fn prices() -> PathBuf {
    repository("data/sample/prices.csv")
}

fn split(results: &Results, kind: PartitionKind) -> &PartitionSummary {
    results.periods.iter().find(|split| split.kind == kind).unwrap()
}

/// R2, hit rate, Sharpe ratio and total return of the rows that `keep` names.
fn figures(series: &Series, keep: &[bool]) -> [f64; 4] {
    let kept = |column: &str| -> Vec<f64> {
        let table = if column.contains('.') { &series.strategies } else { &series.forecasts };
        let values = table.column(column).unwrap().iter().zip(keep);
        values.filter(|(_, keep)| **keep).map(|(value, _)| *value).collect()
    };
    let (y, f, m) = (kept("actual"), kept("ridge"), kept("benchmark"));
    let rows = y.len() as f64;
    let (mut model, mut benchmark, mut hits) = (0.0, 0.0, 0.0);
    for i in 0..y.len() {
        model += (y[i] - f[i]) * (y[i] - f[i]);
        benchmark += (y[i] - m[i]) * (y[i] - m[i]);
        hits += f64::from(u8::from(y[i] * f[i] > 0.0));
    }
    let cash = libm::log1p(0.02 / 252.0);
    let g: Vec<f64> = kept("ridge.binary.growth").into_iter().map(libm::log).collect();
    let mean = g.iter().map(|g| g - cash).sum::<f64>() / rows;
    let variance = g.iter().map(|g| (g - cash - mean) * (g - cash - mean)).sum::<f64>();
    let sharpe = mean / (variance / (rows - 1.0)).sqrt() * 252.0_f64.sqrt();
    let total = g.iter().map(|g| libm::exp(*g)).product::<f64>() - 1.0;
    [1.0 - model / benchmark, hits / rows, sharpe, total]
}

fn assert_part(
    results: &Results,
    series: &Series,
    kind: PartitionKind,
    part: usize,
    keep: &[bool],
) {
    let split = split(results, kind);
    let rows = keep.iter().filter(|keep| **keep).count();
    assert_eq!(split.parts[part].rows, rows, "{kind:?} {part}");
    let (forecast, record) =
        (&split.forecast["ridge"][part], &split.strategies["ridge.binary"][part]);
    assert_eq!((forecast.rows, record.rows), (rows, rows));
    let ours =
        [value(forecast.oos_r2), forecast.hit_rate, value(record.sharpe), record.total_return];
    // The files keep seven digits: of a day's growth, a hundredth of a basis point.
    let tolerances = [2e-6, 1e-9, 3e-4, 1e-4];
    for ((ours, theirs), tolerance) in ours.into_iter().zip(figures(series, keep)).zip(tolerances) {
        let ours = ours.unwrap();
        let tolerance = tolerance * (1.0 + theirs.abs());
        assert!((ours - theirs).abs() < tolerance, "{kind:?} {part}: ours {ours}, theirs {theirs}");
    }
}

#[test]
fn a_year_is_what_the_files_say_of_it() {
    let (results, series) = run_on(&prices(), SPEC);
    let days = &series.forecasts.days;
    for (part, year) in split(&results, PartitionKind::Year).parts.iter().enumerate() {
        let keep: Vec<bool> = days.iter().map(|day| day.year().to_string() == year.label).collect();
        assert_part(&results, &series, PartitionKind::Year, part, &keep);
        let first = days.iter().find(|day| day.year().to_string() == year.label);
        assert_eq!(year.first_day.as_ref(), first);
    }
    for (part, block) in split(&results, PartitionKind::FiveYears).parts.iter().enumerate() {
        let first: i16 = block.label[..4].parse().unwrap();
        let keep: Vec<bool> = days.iter().map(|day| day.year() / 5 == first / 5).collect();
        assert_part(&results, &series, PartitionKind::FiveYears, part, &keep);
    }
}

#[test]
fn parts_add_up_to_the_whole() {
    let (results, _) = run_on(&prices(), SPEC);
    let model = &results.models["ridge"];
    for split in &results.periods {
        let rows: usize = split.parts.iter().map(|part| part.rows).sum();
        assert_eq!(rows, results.walk_forward.forecasts, "{:?}", split.kind);
        let saved: f64 =
            split.forecast["ridge"].iter().map(|part| part.cumulative_sse_difference_last).sum();
        let whole = model.forecast.cumulative_sse_difference_last;
        assert!((saved - whole).abs() < 1e-9 * whole.abs().max(1e-3), "{:?}", split.kind);
        let growth: f64 = split.strategies["ridge.binary"]
            .iter()
            .map(|part| libm::log1p(part.total_return.unwrap()))
            .sum();
        let whole = libm::log1p(model.strategies["binary"].total_return);
        assert!((growth - whole).abs() < 1e-9, "{:?}", split.kind);
    }
}

/// From the price file alone: a row's tercile is decided by the closes up to the day before.
#[test]
fn terciles_are_cut_by_the_past_alone() {
    let (results, series) = run_on(&prices(), SPEC);
    let text = std::fs::read_to_string(prices()).unwrap();
    let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let column = header.iter().position(|ticker| *ticker == "SPY").unwrap();
    let (mut days, mut closes): (Vec<&str>, Vec<f64>) = (Vec::new(), Vec::new());
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        days.push(fields[0]);
        closes.push(fields[column].parse().unwrap());
    }
    let returns: Vec<f64> = closes.windows(2).map(|pair| libm::log(pair[1] / pair[0])).collect();
    let mut past: Vec<f64> = Vec::new();
    // By day: how many cuts the volatility at its close exceeds.
    let mut tercile = vec![None; days.len()];
    for day in 21..days.len() {
        let window = &returns[day - 21..day];
        let mean = window.iter().sum::<f64>() / 21.0;
        let variance = window.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / 20.0;
        let volatility = variance.sqrt();
        let at = past.partition_point(|earlier| *earlier < volatility);
        past.insert(at, volatility);
        let cut = |share: f64| {
            let place = share * (past.len() - 1) as f64;
            let below = place.floor() as usize;
            past[below] + (place - below as f64) * (past[below + 1] - past[below])
        };
        if past.len() >= 252 {
            tercile[day] = Some([1.0, 2.0].iter().filter(|n| volatility > cut(*n / 3.0)).count());
        }
    }
    let first = series.forecasts.days[0].to_string();
    let first = days.iter().position(|day| *day == first).unwrap();
    for part in 0..3 {
        let rows = series.forecasts.days.len();
        let keep: Vec<bool> =
            (first - 1..first - 1 + rows).map(|d| tercile[d] == Some(part)).collect();
        assert_part(&results, &series, PartitionKind::VolatilityTercile, part, &keep);
    }
}
