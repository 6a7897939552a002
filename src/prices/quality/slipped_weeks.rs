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

/// A direction of slipping.
struct Slip {
    /// The day of the weekend that has prices.
    weekend: Weekday,
    /// What puts the dates right, in days; five times that leads to its weeks' missing day.
    correction: i64,
}

const SLIPS: [Slip; 2] = [
    Slip { weekend: Weekday::Sunday, correction: 1 },
    Slip { weekend: Weekday::Saturday, correction: -1 },
];

/// The days (ascending) with slipped weeks put right, and one finding a direction.
pub(super) fn put_right(days: &[Day]) -> (Vec<Day>, Vec<Finding>) {
    let mut right = days.to_vec();
    let mut findings = Vec::new();
    for slip in &SLIPS {
        let weeks: Vec<Day> =
            days.iter().copied().filter(|day| slip.is_of_a_slipped_week(days, *day)).collect();
        if weeks.len() < WEEKS {
            continue;
        }
        for day in &mut right {
            let weekend = slip.weekend_of(*day);
            if weekend.is_some_and(|weekend| weeks.binary_search(&weekend).is_ok())
                && let Ok(corrected) = day.checked_add(slip.correction.days())
            {
                *day = corrected;
            }
        }
        findings.push(slip.finding(days, &weeks));
    }
    right.sort_unstable();
    right.dedup();
    (right, findings)
}

impl Slip {
    /// The weekday that a day of the weekend stands for, five days on.
    fn missing(&self, day: Day) -> Option<Day> {
        day.checked_add((5 * self.correction).days()).ok()
    }

    /// Whether a day is of the weekend, and the weekday that it stands for has no row.
    fn is_of_a_slipped_week(&self, days: &[Day], day: Day) -> bool {
        let is_missing = |missing: Day| days.binary_search(&missing).is_err();
        day.weekday() == self.weekend && self.missing(day).is_some_and(is_missing)
    }

    /// The day of the weekend at the end of a day's five-day week.
    fn weekend_of(&self, day: Day) -> Option<Day> {
        let away = match self.correction {
            1 => -i64::from(day.weekday().since(Weekday::Sunday)),
            _ => i64::from(day.weekday().until(Weekday::Saturday)),
        };
        // The sixth and the seventh day belong to no such week.
        (away.abs() <= 4).then(|| day.checked_add(away.days()).ok()).flatten()
    }

    fn finding(&self, days: &[Day], weeks: &[Day]) -> Finding {
        let (from, to) = (weeks[0], weeks[weeks.len() - 1]);
        let span = f64::from((days[days.len() - 1] - days[0]).get_days()) / 7.0;
        let throughout = weeks.len() as f64 >= THROUGHOUT * span;
        let cause = if throughout { ", or its exchange keeps that week" } else { "" };
        let severity = if throughout { Severity::Caution } else { Severity::Problem };
        let sentence = format!(
            "In {} from {from} to {to} the {}s have prices and the {}s none: dates are one day {}, \
             as a wrong time zone makes them{cause}.",
            format::counted(weeks.len(), "week", "weeks"),
            from.strftime("%A"),
            self.missing(from).unwrap_or(from).strftime("%A"),
            if self.correction > 0 { "early" } else { "late" },
        );
        let values = [("weeks", weeks.len() as f64)];
        finding(FindingKind::Slip, severity, None, (from, to), &values, sentence)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::nyse;
    use super::*;

    fn sessions() -> Vec<Day> {
        let (first, last) = (date(2014, 1, 2), date(2016, 12, 30));
        let closings = nyse::closings(first, last);
        first
            .series(1.day())
            .take_while(|day| *day <= last)
            .filter(|day| nyse::is_weekday(*day) && !closings.contains(day))
            .collect()
    }

    #[test]
    fn slipped_weeks_are_one_finding_and_put_right() {
        for (shift, first) in [(-1, date(2016, 6, 5)), (1, date(2016, 6, 11))] {
            let slipped: Vec<Day> = sessions()
                .into_iter()
                .map(|day| if day >= date(2016, 6, 6) { day + shift.days() } else { day })
                .collect();
            let (right, findings) = put_right(&slipped);
            assert_eq!(findings.len(), 1, "{findings:?}");
            assert_eq!(findings[0].from, first);
            // A week that begins or ends with a holiday shows no day of the weekend.
            let wrong = right.iter().filter(|day| !sessions().contains(day)).count();
            assert!(wrong < 5, "{wrong} days stay wrong");
        }
    }

    #[test]
    fn right_weeks_stay_as_they_are() {
        let (right, findings) = put_right(&sessions());
        assert!(right == sessions() && findings.is_empty());
        let every: Vec<Day> = date(2020, 1, 1).series(1.day()).take(400).collect();
        assert_eq!(put_right(&every), (every.clone(), vec![]));
    }
}
