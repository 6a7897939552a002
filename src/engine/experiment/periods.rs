//! The record of every model and rule by calendar year, by five years and by volatility tercile.
//!
//! Years are what a track record is read by. Forecasts need more: with a daily R2 below a percent
//! the interval of one year spans several percent, so that their unit is five years, the sixty
//! months of the field's sub-sample tables. Blocks begin in years that five divides, whatever the
//! first day, so that those of two experiments compare.

use super::computed::Computed;
use super::parts::by_part;
use crate::base::units::Day;
use crate::engine::regime::volatility_terciles;
use crate::results::{PartSummary, PartitionKind, PartitionSummary};

const BLOCK: i16 = 5;
/// The volatility terciles, the lowest first.
const TERCILES: [&str; 3] = ["Low", "Middle", "High"];

/// Every split that has two parts or more.
pub(super) fn summaries(computed: &Computed<'_>) -> Vec<PartitionSummary> {
    let days = computed.days();
    [years(days), five_years(days), terciles(computed)]
        .into_iter()
        .filter_map(|split| split.summary(computed))
        .collect()
}

struct Split {
    kind: PartitionKind,
    labels: Vec<String>,
    of_row: Vec<Option<usize>>,
}

impl Split {
    /// By a number of each row's year that never falls, one part a number, named after the first
    /// and the last year in it.
    fn by_years(kind: PartitionKind, days: &[Day], number: impl Fn(i16) -> i16) -> Self {
        let mut split = Self { kind, labels: Vec::new(), of_row: Vec::with_capacity(days.len()) };
        for run in days.chunk_by(|a, b| number(a.year()) == number(b.year())) {
            let (first, last) = (run[0].year(), run[run.len() - 1].year());
            split.of_row.extend(std::iter::repeat_n(Some(split.labels.len()), run.len()));
            let years = if first == last { String::new() } else { format!("–{last}") };
            split.labels.push(format!("{first}{years}"));
        }
        split
    }

    /// The record by part; `None` where all rows are in one.
    fn summary(self, computed: &Computed<'_>) -> Option<PartitionSummary> {
        let parts: Vec<PartSummary> = self
            .labels
            .into_iter()
            .enumerate()
            .map(|(part, label)| {
                let rows = computed.days().iter().zip(&self.of_row);
                let inside: Vec<Day> =
                    rows.filter(|(_, of)| **of == Some(part)).map(|(day, _)| *day).collect();
                PartSummary {
                    label,
                    rows: inside.len(),
                    first_day: inside.first().copied(),
                    last_day: inside.last().copied(),
                }
            })
            .collect();
        if parts.iter().filter(|part| part.rows > 0).count() < 2 {
            return None;
        }
        let (forecast, strategies) = by_part(computed, &self.of_row, parts.len());
        Some(PartitionSummary { kind: self.kind, parts, forecast, strategies })
    }
}

fn years(days: &[Day]) -> Split {
    Split::by_years(PartitionKind::Year, days, |year| year)
}

fn five_years(days: &[Day]) -> Split {
    Split::by_years(PartitionKind::FiveYears, days, |year| year.div_euclid(BLOCK))
}

/// By the target's volatility at the close on which a row is decided.
fn terciles(computed: &Computed<'_>) -> Split {
    let by_day = volatility_terciles(&computed.panel.target.log_returns);
    Split {
        kind: PartitionKind::VolatilityTercile,
        labels: TERCILES.map(str::to_owned).into(),
        of_row: computed.decided().map(|day| by_day[day.0]).collect(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_block_ends_before_a_year_that_five_divides() {
        let days = [date(2003, 6, 2), date(2004, 12, 31), date(2005, 1, 3), date(2011, 1, 3)];
        let split = five_years(&days);
        assert_eq!(split.labels, ["2003–2004", "2005", "2011"], "the years that there are");
        assert_eq!(split.of_row, [Some(0), Some(0), Some(1), Some(2)]);
        let split = years(&days);
        assert_eq!(split.labels, ["2003", "2004", "2005", "2011"], "a year without rows is none");
        assert_eq!(split.of_row, [Some(0), Some(1), Some(2), Some(3)]);
    }
}
