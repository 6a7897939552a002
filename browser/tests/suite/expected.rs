//! What a line of a chart has to show, computed from the file beside it: by other code than the
//! program's, from the columns that belong to the line's label.

use std::collections::BTreeMap;

use anyhow::Result;
use browser_tests::csv::Series;

/// Values by day.
pub(super) type Curve = BTreeMap<String, f64>;

/// Everything that a line of this label may be, with words for it.
pub(super) fn candidates(series: &Series, label: &str) -> Result<Vec<(String, Curve)>> {
    let mut found = Vec::new();
    let keys = keys(label);
    for column in series.columns() {
        let parts: Vec<String> = column.split('.').map(plain).collect();
        if !keys.iter().any(|key| parts.contains(key)) {
            continue;
        }
        let values = owned(&series.column(column)?);
        if column.ends_with(".growth") {
            let equity = running(&values, 1.0, |level, factor| level * factor);
            found.push((format!("drawdown of {column}"), drawdown(&equity)));
            found.push((format!("equity of {column}"), equity));
        }
        if column.ends_with(".weight") {
            found.push((format!("monthly mean of {column}"), monthly(&values)));
        }
        if series.columns().iter().any(|column| column == "actual") && parts.len() == 1 {
            found.extend(errors(series, column)?);
        }
        found.push((column.clone(), values));
    }
    Ok(found)
}

/// Names of columns that a label may stand for: "Lasso = elastic net" for both.
fn keys(label: &str) -> Vec<String> {
    let both = label.replace(" and ", "=");
    let mut keys: Vec<String> = both.split('=').map(plain).collect();
    keys.push(plain(label));
    keys
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

fn owned(values: &BTreeMap<&str, f64>) -> Curve {
    values.iter().map(|(date, value)| ((*date).to_owned(), *value)).collect()
}

fn running(values: &Curve, start: f64, step: impl Fn(f64, f64) -> f64) -> Curve {
    let mut level = start;
    let next = |(date, value): (&String, &f64)| {
        level = step(level, *value);
        (date.clone(), level)
    };
    values.iter().map(next).collect()
}

fn drawdown(equity: &Curve) -> Curve {
    let mut peak = 1.0_f64;
    let next = |(date, level): (&String, &f64)| {
        peak = peak.max(*level);
        (date.clone(), level / peak - 1.0)
    };
    equity.iter().map(next).collect()
}

/// The mean of each calendar month, on all of its days.
fn monthly(values: &Curve) -> Curve {
    let month = |date: &str| date[..7].to_owned();
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for (date, value) in values {
        let (sum, days) = sums.entry(month(date)).or_default();
        *sum += value;
        *days += 1.0;
    }
    let mean = |date: &String| sums.get(&month(date)).map(|(sum, days)| sum / days);
    values.keys().filter_map(|date| Some((date.clone(), mean(date)?))).collect()
}

/// The squared error saved against the benchmark, summed: as it is, and as a share of all of the
/// benchmark's error.
fn errors(series: &Series, column: &str) -> Result<Vec<(String, Curve)>> {
    let (actual, benchmark) = (series.column("actual")?, series.column("benchmark")?);
    let forecast = series.column(column)?;
    let mut saved = Curve::new();
    let mut whole = 0.0;
    for (date, made) in &forecast {
        if let (Some(actual), Some(benchmark)) = (actual.get(date), benchmark.get(date)) {
            whole += (actual - benchmark).powi(2);
            saved
                .insert((*date).to_owned(), (actual - benchmark).powi(2) - (actual - made).powi(2));
        }
    }
    let sum = running(&saved, 0.0, |sum, value| sum + value);
    let share = sum.iter().map(|(date, value)| (date.clone(), value / whole)).collect();
    Ok(vec![
        (format!("squared error saved by {column}"), sum),
        (format!("share of squared error saved by {column}"), share),
    ])
}
