//! Ticks of a time axis: years where there are several, months where there are few.

use jiff::civil::date;

use crate::base::units::Day;

/// A labelled day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DayTick {
    /// The day.
    pub day: Day,
    /// Its label.
    pub label: String,
}

/// Distances between ticks in months, from dense to sparse.
const STEPS: [i32; 10] = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200];

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Days since 1970-01-01, the horizontal coordinate.
pub(super) fn number(day: Day) -> f64 {
    (day.duration_since(date(1970, 1, 1)).as_hours() / 24) as f64
}

/// At most `slots` ticks at round dates in `[first, last]`; the two ends where no two round dates
/// lie in it.
pub(super) fn ticks(first: Day, last: Day, slots: usize) -> Vec<DayTick> {
    for step in STEPS {
        let days = round_days(first, last, step);
        if days.len() > slots {
            continue;
        }
        if days.len() < 2 {
            break;
        }
        let label = |(position, &day): (usize, &Day)| {
            let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
            let label = match (step < 12, day.month() == 1, position) {
                (false, _, _) | (true, true, _) => day.year().to_string(),
                (true, false, 0) => format!("{month} {}", day.year()),
                (true, false, _) => month.to_owned(),
            };
            DayTick { day, label }
        };
        return days.iter().enumerate().map(label).collect();
    }
    let mut ends = vec![first, last];
    ends.dedup();
    ends.into_iter().map(|day| DayTick { day, label: day.to_string() }).collect()
}

/// First days of the months whose number since year 0 divides by `step`.
fn round_days(first: Day, last: Day, step: i32) -> Vec<Day> {
    let months = |day: Day| i32::from(day.year()) * 12 + i32::from(day.month()) - 1;
    let mut days = Vec::new();
    let mut month = months(first).div_euclid(step) * step;
    while month <= months(last) {
        let year = i16::try_from(month.div_euclid(12)).ok();
        let of_year = i8::try_from(month.rem_euclid(12) + 1).ok();
        if let (Some(year), Some(of_year)) = (year, of_year)
            && let Ok(day) = Day::new(year, of_year, 1)
            && (first..=last).contains(&day)
        {
            days.push(day);
        }
        month += step;
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(first: Day, last: Day, slots: usize) -> Vec<String> {
        ticks(first, last, slots).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn decades_tick_by_five_years() {
        let long = labels(date(1999, 3, 10), date(2025, 11, 20), 12);
        assert_eq!(long, ["2000", "2005", "2010", "2015", "2020", "2025"]);
        let wide = labels(date(1999, 3, 10), date(2025, 11, 20), 14);
        assert_eq!(wide.len(), 13);
        assert_eq!(wide[0], "2000");
    }

    #[test]
    fn short_spans_tick_by_months() {
        let year = labels(date(2019, 11, 5), date(2020, 12, 1), 6);
        assert_eq!(year, ["2020", "Apr", "Jul", "Oct"]);
        let quarter = labels(date(2020, 2, 5), date(2020, 5, 30), 6);
        assert_eq!(quarter, ["Mar 2020", "Apr", "May"]);
    }

    #[test]
    fn less_than_two_months_show_their_ends() {
        let ends = labels(date(2020, 2, 5), date(2020, 2, 20), 6);
        assert_eq!(ends, ["2020-02-05", "2020-02-20"]);
        assert_eq!(labels(date(2020, 2, 5), date(2020, 2, 5), 6), ["2020-02-05"]);
    }

    #[test]
    fn days_are_counted_from_the_epoch() {
        assert_eq!(number(date(1970, 1, 2)), 1.0);
        assert_eq!(number(date(1969, 12, 31)), -1.0);
        assert_eq!(number(date(2000, 1, 1)), 10_957.0);
    }

    proptest::proptest! {
        #[test]
        fn ticks_lie_inside_and_fit(from in -300_000_i64..300_000, span in 0_i64..60_000, slots in 2_usize..15) {
            let first = date(2000, 1, 1) + jiff::SignedDuration::from_hours(24 * from);
            let last = first + jiff::SignedDuration::from_hours(24 * span);
            let ticks = ticks(first, last, slots);
            proptest::prop_assert!(!ticks.is_empty() && ticks.len() <= slots);
            proptest::prop_assert!(ticks.is_sorted_by(|a, b| a.day < b.day));
            proptest::prop_assert!(ticks.iter().all(|t| (first..=last).contains(&t.day)));
        }
    }
}
