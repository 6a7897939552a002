//! Weeks that run from Sunday to Thursday, or from Tuesday to Saturday: dates of all tickers one
//! day off, as a wrong time zone makes them.

use jiff::ToSpan;
use jiff::civil::Weekday;

use super::words::finding;
use crate::base::units::{Day, format};
use crate::results::{Finding, FindingKind, Severity};

/// Slipped weeks from which they are told as one slip, and not day by day.
const WEEKS: usize = 3;
/// Share of all weeks from which a slip may be the exchange's own week, as in Tel Aviv.
const THROUGHOUT: f64 = 0.9;

/// The days (ascending) with slipped weeks put right, and one finding a direction.
pub(super) fn put_right(days: &[Day]) -> (Vec<Day>, Vec<Finding>) {
    let mut right = days.to_vec();
    let mut findings = Vec::new();
    for (weekend, correction) in [(Weekday::Sunday, 1), (Weekday::Saturday, -1)] {
        let is_missing = |day: Day| days.binary_search(&day).is_err();
        let is_slipped = |day: &Day| {
            day.weekday() == weekend && missing(*day, correction).is_some_and(is_missing)
        };
        let weeks: Vec<Day> = days.iter().copied().filter(is_slipped).collect();
        if weeks.len() < WEEKS {
            continue;
        }
        for day in &mut right {
            let weekend = weekend_of(*day, correction);
            if weekend.is_some_and(|weekend| weeks.binary_search(&weekend).is_ok())
                && let Ok(corrected) = day.checked_add(correction.days())
            {
                *day = corrected;
            }
        }
        findings.push(slip(days, &weeks, correction));
    }
    right.sort_unstable();
    right.dedup();
    (right, findings)
}

/// The weekday that a day of the weekend stands for, five days on; `correction` is what puts the
/// dates right, in days.
fn missing(day: Day, correction: i64) -> Option<Day> {
    day.checked_add((5 * correction).days()).ok()
}

/// The day of the weekend at the end of a day's five-day week.
fn weekend_of(day: Day, correction: i64) -> Option<Day> {
    let away = match correction {
        1 => -i64::from(day.weekday().since(Weekday::Sunday)),
        _ => i64::from(day.weekday().until(Weekday::Saturday)),
    };
    // The sixth and the seventh day belong to no such week.
    (away.abs() <= 4).then(|| day.checked_add(away.days()).ok()).flatten()
}

fn slip(days: &[Day], weeks: &[Day], correction: i64) -> Finding {
    let (from, to) = (weeks[0], weeks[weeks.len() - 1]);
    let span = f64::from((days[days.len() - 1] - days[0]).get_days()) / 7.0;
    let throughout = weeks.len() as f64 >= THROUGHOUT * span;
    let cause = if throughout { ", or its exchange keeps that week" } else { "" };
    let severity = if throughout { Severity::Caution } else { Severity::Problem };
    let sentence = format!(
        "In {} from {from} to {to} the {}s have prices and the {}s none: dates are one day {}, as \
         a wrong time zone makes them{cause}.",
        format::counted(weeks.len(), "week", "weeks"),
        from.strftime("%A"),
        missing(from, correction).unwrap_or(from).strftime("%A"),
        if correction > 0 { "early" } else { "late" },
    );
    let values = [("weeks", weeks.len() as f64)];
    finding(FindingKind::Slip, severity, None, (from, to), &values, sentence)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::nyse;
    use super::*;

    #[test]
    fn slipped_weeks_are_one_finding_and_put_right() {
        let (first, last) = (date(2014, 1, 2), date(2016, 12, 30));
        let closings = nyse::closings(first, last);
        let sessions: Vec<Day> =
            nyse::weekdays(first, last).filter(|day| !closings.contains(day)).collect();
        let every: Vec<Day> = date(2020, 1, 1).series(1.day()).take(400).collect();
        for right in [&sessions, &every] {
            assert_eq!(put_right(right), (right.clone(), vec![]));
        }
        for (shift, first) in [(-1, date(2016, 6, 5)), (1, date(2016, 6, 11))] {
            let mut slipped = sessions.clone();
            slipped
                .iter_mut()
                .filter(|day| **day >= date(2016, 6, 6))
                .for_each(|d| *d += shift.days());
            let (right, findings) = put_right(&slipped);
            assert_eq!(findings.iter().map(|found| found.from).collect::<Vec<_>>(), [first]);
            // A week that begins or ends with a holiday shows no day of the weekend.
            let wrong = right.iter().filter(|day| !sessions.contains(day)).count();
            assert!(wrong < 5, "{wrong} days stay wrong");
        }
    }
}
