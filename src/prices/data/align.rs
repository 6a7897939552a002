//! Alignment: the days on which the target and every feature have a price (methods, section 1).

use super::{Missing, PriceTable, Settings};
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
/// Unknown tickers, an empty window, and gaps under the policy `error`: what is wrong is named
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
    let columns = problems.into_result(columns)?;

    let in_window = |row: usize| {
        settings.start.is_none_or(|start| table.days[row] >= start)
            && settings.end.is_none_or(|end| table.days[row] <= end)
    };
    let rows: Vec<usize> = (0..table.days.len()).filter(|&row| in_window(row)).collect();
    let complete = |row: &usize| columns.iter().all(|column| column[*row].is_finite());
    let Some(first) = rows.iter().position(complete) else {
        return Err(empty_window(table, &names, &rows).into());
    };
    let aligned = Aligner { table, names: &names, columns: &columns, rows: &rows[first..] };
    let kept = match settings.missing {
        Missing::Drop => aligned.drop(),
        Missing::Error => aligned.refuse()?,
        Missing::ForwardFill(days) => aligned.forward_fill(days),
    };
    let mut prices = kept.prices.into_iter();
    let mut column = |name: &String| Column::new(name.clone(), prices.next().unwrap_or_default());
    Ok(Panel {
        days: kept.rows.iter().map(|&row| table.days[row]).collect(),
        target: column(&settings.target),
        features: settings.features.iter().map(column).collect(),
        dropped_days: kept.dropped,
        filled_prices: kept.filled,
    })
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

struct Aligner<'a> {
    table: &'a PriceTable,
    names: &'a [&'a String],
    columns: &'a [&'a [f64]],
    /// Rows of the window from the first complete one on.
    rows: &'a [usize],
}

struct Kept {
    rows: Vec<usize>,
    prices: Vec<Vec<f64>>,
    dropped: usize,
    filled: usize,
}

impl Aligner<'_> {
    fn is_complete(&self, row: usize) -> bool {
        self.columns.iter().all(|column| column[row].is_finite())
    }

    fn drop(&self) -> Kept {
        let rows: Vec<usize> =
            self.rows.iter().copied().filter(|&row| self.is_complete(row)).collect();
        let prices = self
            .columns
            .iter()
            .map(|column| rows.iter().map(|&row| column[row]).collect())
            .collect();
        Kept { dropped: self.rows.len() - rows.len(), rows, prices, filled: 0 }
    }

    fn refuse(&self) -> Result<Kept, Problems> {
        let mut problems = Problems::new();
        for &row in self.rows.iter().filter(|&&row| !self.is_complete(row)) {
            let without: Vec<&str> = self
                .names
                .iter()
                .zip(self.columns)
                .filter(|(_, column)| !column[row].is_finite())
                .map(|(name, _)| name.as_str())
                .collect();
            problems.push(
                Problem::new(format!(
                    "{} has no price of {} on {}",
                    self.table.file,
                    without.join(", "),
                    self.table.days[row]
                ))
                .hint("`missing: drop` leaves such days out, `missing: {forward_fill: N}` fills"),
            );
        }
        problems.into_result(self.drop())
    }

    /// Carries prices over at most `most` days each; a day that stays incomplete goes for all.
    fn forward_fill(&self, most: usize) -> Kept {
        let mut kept = Kept {
            rows: Vec::with_capacity(self.rows.len()),
            prices: vec![Vec::with_capacity(self.rows.len()); self.columns.len()],
            dropped: 0,
            filled: 0,
        };
        let mut last = vec![f64::NAN; self.columns.len()];
        let mut age = vec![usize::MAX; self.columns.len()];
        for &row in self.rows {
            for ((column, last), age) in self.columns.iter().zip(&mut last).zip(&mut age) {
                if column[row].is_finite() {
                    *last = column[row];
                    *age = 0;
                } else {
                    *age = age.saturating_add(1);
                }
            }
            if age.iter().any(|age| *age > most) {
                kept.dropped += 1;
                continue;
            }
            kept.filled += age.iter().filter(|age| **age > 0).count();
            kept.rows.push(row);
            for (prices, last) in kept.prices.iter_mut().zip(&last) {
                prices.push(*last);
            }
        }
        kept
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
