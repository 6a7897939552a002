//! Ticks of a time axis: years where there are several, months where there are few.

use jiff::civil::date;

use super::Size;
use super::scale::Tick;
use crate::base::units::Day;

/// Distances between ticks in months, from dense to sparse.
const STEPS: [i32; 10] = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200];

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Days since 1970-01-01, the horizontal coordinate.
pub(super) fn number(day: Day) -> f64 {
    (day.duration_since(date(1970, 1, 1)).as_hours() / 24) as f64
}

/// The coordinates of some days.
pub(super) fn numbers(days: &[Day]) -> Vec<f64> {
    days.iter().map(|&day| number(day)).collect()
}

/// First and last position, a day apart at least.
pub(super) fn span((first, last): (Day, Day)) -> (f64, f64) {
    let (first, last) = (number(first), number(last));
    if last > first { (first, last) } else { (first - 0.5, first + 0.5) }
}

/// The span as attributes for scripts: the days at the plot's edges, since 1970-01-01.
pub(super) fn attributes(days: (Day, Day)) -> String {
    let (first, last) = span(days);
    format!(" data-x0=\"{first}\" data-x1=\"{last}\"")
}

/// Ticks at round dates in `[first, last]`: as many for every chart of a size, so that all of a
/// page have the same.
pub(super) fn ticks((first, last): (Day, Day), size: Size) -> Vec<Tick> {
    let most = if size == Size::Small { 5 } else { 13 };
    let ticks = ticks_of(first, last.max(first), most);
    ticks.into_iter().map(|(day, label)| (number(day), label)).collect()
}

/// At most `slots` ticks; the two ends where no two round dates lie between them.
fn ticks_of(first: Day, last: Day, slots: usize) -> Vec<(Day, String)> {
    let mut round = STEPS.into_iter().map(|step| (step, round_days(first, last, step)));
    match round.find(|(_, days)| days.len() <= slots) {
        Some((step, days)) if days.len() > 1 => {
            let label = |(position, day): (usize, Day)| {
                let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
                let label = match (step < 12 && day.month() != 1, position) {
                    (false, _) => day.year().to_string(),
                    (true, 0) => format!("{month} {}", day.year()),
                    (true, _) => month.to_owned(),
                };
                (day, label)
            };
            days.into_iter().enumerate().map(label).collect()
        }
        _ => {
            let mut ends = vec![first, last];
            ends.dedup();
            ends.into_iter().map(|day| (day, day.to_string())).collect()
        }
    }
}

/// First days of the months whose number since year 0 divides by `step`.
fn round_days(first: Day, last: Day, step: i32) -> Vec<Day> {
    let months = |day: Day| i32::from(day.year()) * 12 + i32::from(day.month()) - 1;
    let day = |month: i32| {
        let year = i16::try_from(month.div_euclid(12)).ok()?;
        let of_year = i8::try_from(month.rem_euclid(12) + 1).ok()?;
        Day::new(year, of_year, 1).ok().filter(|day| (first..=last).contains(day))
    };
    let start = months(first).div_euclid(step) * step;
    (start..=months(last)).step_by(step as usize).filter_map(day).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_years_or_months_or_the_two_ends() {
        let long = (date(1999, 3, 10), date(2025, 11, 20));
        for ((first, last), slots, expected) in [
            (long, 12, "2000, 2005, 2010, 2015, 2020, 2025"),
            (
                long,
                14,
                "2000, 2002, 2004, 2006, 2008, 2010, 2012, 2014, 2016, 2018, 2020, 2022, 2024",
            ),
            ((date(2019, 11, 5), date(2020, 12, 1)), 6, "2020, Apr, Jul, Oct"),
            ((date(2020, 2, 5), date(2020, 5, 30)), 6, "Mar 2020, Apr, May"),
            ((date(2020, 2, 5), date(2020, 2, 20)), 6, "2020-02-05, 2020-02-20"),
            ((date(2020, 2, 5), date(2020, 2, 5)), 6, "2020-02-05"),
        ] {
            let labels: Vec<String> =
                ticks_of(first, last, slots).into_iter().map(|(_, label)| label).collect();
            assert_eq!(labels.join(", "), expected);
        }
    }

    #[test]
    fn days_are_counted_from_the_epoch() {
        let days = [date(1970, 1, 2), date(1969, 12, 31), date(2000, 1, 1)];
        assert_eq!(numbers(&days), [1.0, -1.0, 10_957.0]);
    }

    proptest::proptest! {
        #[test]
        fn ticks_lie_inside_and_fit(from in -300_000_i64..300_000, span in 0_i64..60_000, slots in 2_usize..15) {
            let first = date(2000, 1, 1) + jiff::SignedDuration::from_hours(24 * from);
            let last = first + jiff::SignedDuration::from_hours(24 * span);
            let ticks = ticks_of(first, last, slots);
            proptest::prop_assert!(!ticks.is_empty() && ticks.len() <= slots);
            proptest::prop_assert!(ticks.is_sorted_by(|a, b| a.0 < b.0));
            proptest::prop_assert!(ticks.iter().all(|t| (first..=last).contains(&t.0)));
        }
    }
}
