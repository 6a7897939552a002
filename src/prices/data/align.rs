//! Alignment: the days on which the target and every feature have a price (methods, section 1).

use super::{Missing, PriceTable, Settings, frequency};
use crate::base::diagnostic::{Problem, Problems};
use crate::prices::panel::{Column, Panel};

/// Whether a price table has a ticker.
///
/// # Errors
/// That it has not, which ones it has, and the nearest of them.
pub fn require_ticker(table: &PriceTable, name: &str) -> Result<(), Problem> {
    if table.column(name).is_some() {
        return Ok(());
    }
    Err(Problem::new(format!("{} has no ticker `{name}`", table.file))
        .expected(format!("one of {}", table.tickers.join(", ")))
        .near(name, table.tickers.iter().map(String::as_str)))
}

/// The panel of an experiment.
///
/// # Errors
/// Unknown tickers, an empty window, gaps under the policy `error`, and days that come neither daily,
/// weekly nor monthly: what is wrong is named
/// without a place; the caller knows where in the spec it was asked for.
pub fn align(table: &PriceTable, settings: &Settings) -> Result<Panel, Problems> {
    let names: Vec<&String> = std::iter::once(&settings.target).chain(&settings.features).collect();
    let mut problems = Problems::new();
    for name in &names {
        if let Err(problem) = require_ticker(table, name) {
            problems.push(problem);
        }
    }
    let columns: Vec<&[f64]> = names.iter().filter_map(|name| table.column(name)).collect();
    std::mem::take(&mut problems).into_result(())?;

    let in_window = |row: usize| {
        settings.start.is_none_or(|start| table.days[row] >= start)
            && settings.end.is_none_or(|end| table.days[row] <= end)
    };
    let rows: Vec<usize> = (0..table.days.len()).filter(|&row| in_window(row)).collect();
    let complete = |row: &usize| columns.iter().all(|column| column[*row].is_finite());
    let Some(first) = rows.iter().position(complete) else {
        return Err(empty_window(table, &names, &rows).into());
    };
    let rows = &rows[first..];
    let most = match settings.missing {
        Missing::Drop => 0,
        Missing::Error => {
            let gaps = rows.iter().filter(|&row| !complete(row));
            for problem in gaps.map(|&row| gap(table, &names, row)) {
                problems.push(problem);
            }
            problems.into_result(0)?
        }
        Missing::ForwardFill(most) => most,
    };
    let mut days = Vec::with_capacity(rows.len());
    let mut filled_prices = 0;
    let mut prices = vec![Vec::with_capacity(rows.len()); columns.len()];
    // Prices are carried over at most `most` days each; a day that stays incomplete goes for all.
    let mut last = vec![(f64::NAN, usize::MAX); columns.len()];
    for &row in rows {
        for (column, (last, age)) in columns.iter().zip(&mut last) {
            if column[row].is_finite() {
                (*last, *age) = (column[row], 0);
            } else {
                *age = age.saturating_add(1);
            }
        }
        if last.iter().any(|(_, age)| *age > most) {
            continue;
        }
        filled_prices += last.iter().filter(|(_, age)| *age > 0).count();
        days.push(table.days[row]);
        for (prices, (last, _)) in prices.iter_mut().zip(&last) {
            prices.push(*last);
        }
    }
    let dropped_days = rows.len() - days.len();
    let mut columns = names.into_iter().zip(prices).map(|(name, p)| Column::new(name, p));
    let Some(target) = columns.next() else { unreachable!("the target is the first column") };
    let (frequency, periods_per_year) = frequency(&days).map_err(|problem| Problem {
        message: format!("{}: {}", table.file, problem.message),
        ..problem
    })?;
    let features = columns.collect();
    Ok(Panel { days, frequency, periods_per_year, target, features, dropped_days, filled_prices })
}

/// A day on which some prices are missing.
fn gap(table: &PriceTable, names: &[&String], row: usize) -> Problem {
    let is_missing =
        |name: &&str| table.column(name).is_some_and(|prices| !prices[row].is_finite());
    let without: Vec<&str> = names.iter().map(|name| name.as_str()).filter(is_missing).collect();
    let (file, without, day) = (&table.file, without.join(", "), table.days[row]);
    Problem::new(format!("{file} has no price of {without} on {day}"))
        .hint("`missing: drop` leaves such days out, `missing: {forward_fill: N}` fills")
}

fn empty_window(table: &PriceTable, names: &[&String], rows: &[usize]) -> Problem {
    let (Some(first), Some(last)) = (table.days.first(), table.days.last()) else {
        return Problem::new(format!("{} has no rows", table.file));
    };
    if rows.is_empty() {
        return Problem::new("no day of the price file lies between `start` and `end`")
            .expected(format!("a window within {first} to {last}"));
    }
    let late = names
        .iter()
        .filter_map(|name| {
            let prices = table.column(name)?;
            Some((rows.iter().find(|&&row| prices[row].is_finite()).copied(), name))
        })
        .max_by_key(|(row, _)| row.unwrap_or(usize::MAX));
    let problem =
        Problem::new("there is no day on which the target and every feature have a price");
    match late {
        Some((None, name)) => problem.hint(format!("`{name}` has no price in the window")),
        Some((Some(row), name)) => {
            problem.hint(format!("`{name}` starts only on {}", table.days[row]))
        }
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::data::read_csv;

    const TEXT: &str = "date,SPY,XLE,XLC\n2020-01-01,1,,\n2020-01-02,2,10,\n2020-01-03,3,,\n\
                        2020-01-06,4,,5\n2020-01-07,5,13,6\n";

    fn settings(missing: Missing) -> Settings {
        Settings {
            source: "s".into(),
            target: "SPY".into(),
            features: vec!["XLE".into()],
            start: None,
            end: None,
            missing,
            lags: vec![1],
        }
    }

    fn panel(settings: &Settings) -> Result<Panel, Problems> {
        align(&read_csv("p.csv", TEXT).unwrap(), settings)
    }

    #[test]
    fn a_dropped_day_makes_the_next_return_span_the_gap() {
        let panel = panel(&settings(Missing::Drop)).unwrap();
        assert_eq!((panel.len(), panel.dropped_days), (2, 2));
        assert_eq!(panel.target.prices, [2.0, 5.0], "the day before the first price is no gap");
        assert_eq!(panel.features[0].log_returns, [crate::base::units::math::ln(1.3)]);
    }

    #[test]
    fn a_fill_has_its_limit_and_is_counted() {
        let one = panel(&settings(Missing::ForwardFill(1))).unwrap();
        assert_eq!((one.len(), one.dropped_days, one.filled_prices), (3, 1, 1));
        assert_eq!(one.features[0].prices, [10.0, 10.0, 13.0]);
        let two = panel(&settings(Missing::ForwardFill(2))).unwrap();
        assert_eq!((two.len(), two.filled_prices), (4, 2));
    }

    #[test]
    fn a_gap_under_error_names_every_day() {
        let text = panel(&settings(Missing::Error)).unwrap_err().to_string();
        assert!(text.contains("no price of XLE on 2020-01-03") && text.contains("2020-01-06"));
    }

    #[test]
    fn what_cannot_be_aligned_is_explained() {
        let mut wrong = settings(Missing::Drop);
        wrong.features = vec!["XLEE".into()];
        assert!(panel(&wrong).unwrap_err().to_string().contains("did you mean `XLE`?"));
        let mut late = settings(Missing::Drop);
        late.start = Some(jiff::civil::date(2021, 1, 1));
        assert!(panel(&late).unwrap_err().to_string().contains("2020-01-01 to 2020-01-07"));
        let mut never = settings(Missing::Drop);
        never.features = vec!["XLE".into(), "XLC".into()];
        never.end = Some(jiff::civil::date(2020, 1, 3));
        assert!(panel(&never).unwrap_err().to_string().contains("`XLC` has no price"));
    }
}
