//! Which trading days a source keeps: decided by its own days.
//!
//! A source that trades in New York is held against that exchange's calendar, day by day. Any
//! other is held against weekdays less the holidays that recur in the source itself, so that an
//! exchange with its own holidays gives no findings, and a lost day still does.

use jiff::ToSpan;
use jiff::civil::Weekday;

use super::nyse::{self, easter, is_weekday};
use crate::base::units::Day;
use crate::results::{CalendarKind, CalendarSummary};

/// Largest share of New York's closings on which a source of that exchange may have prices: half
/// of a holiday a year. An exchange elsewhere trades on at least half of them.
const NYSE_TOLERANCE: f64 = 0.05;
/// Share of rows on Saturdays and Sundays from which the week has seven days (2 / 7 would be all).
const WEEKEND_SHARE: f64 = 0.15;
/// Median distance in days between rows from which prices are not daily.
const SPARSE: i32 = 3;
/// Years from which a source's own holidays can be learned.
const YEARS_TO_LEARN: f64 = 6.0;
/// A holiday is learned from the years at most this far away...
const LEARNING_REACH: i16 = 5;
/// ... when it was kept in at least this many of them. Days lost at random hardly ever recur.
const RECURRENCES: usize = 3;
/// Share of rows above which unexplained days are taken for holidays that follow no rule of the
/// Gregorian calendar (two and a half a year).
const UNRULY_SHARE: f64 = 0.01;
/// Weekdays in a row that may be a holiday where the exchange's are not known: Golden Week has
/// five, and up to eight with its bridges.
const LONGEST_UNKNOWN_HOLIDAY: usize = 8;

/// Years in which the Gregorian calendar's rules are worth applying; others are a mistaken date.
const YEARS: std::ops::RangeInclusive<i16> = 1800..=2200;

/// A source's days beside those it was expected to have.
pub(super) struct TradingDays {
    /// Which calendar, and why.
    pub summary: CalendarSummary,
    /// The expected days from the source's first to its last, ascending.
    pub expected: Vec<Day>,
    /// Expected days without a row, ascending.
    pub missing: Vec<Day>,
    /// Days with a row that are not expected, ascending.
    pub extra: Vec<Day>,
}

impl TradingDays {
    /// The calendar of the days with rows (ascending, at least one). `repeated` are rows that say
    /// nothing but the day before: a holiday filled forward is not a day of trading.
    pub(super) fn of(days: &[Day], repeated: &[Day]) -> Self {
        let (first, last) = (days[0], days[days.len() - 1]);
        let (kind, reason) = choose(days, repeated);
        let all = || first.series(1.day()).take_while(move |day| *day <= last);
        let expected: Vec<Day> = match kind {
            CalendarKind::None => Vec::new(),
            CalendarKind::EveryDay => all().collect(),
            CalendarKind::Nyse => {
                let closings = nyse::closings(first, last);
                all()
                    .filter(|day| is_weekday(*day) && closings.binary_search(day).is_err())
                    .collect()
            }
            CalendarKind::Recurring => less(all().filter(|day| is_weekday(*day)), &holidays(days)),
            CalendarKind::Weekdays => {
                less(all().filter(|day| is_weekday(*day)), &short_absences(days))
            }
        };
        let missing = less(expected.iter().copied(), days);
        let extra = match kind {
            CalendarKind::None => Vec::new(),
            _ => less(days.iter().copied(), &expected),
        };
        let summary = CalendarSummary {
            kind,
            reason,
            expected: expected.len(),
            missing: missing.len(),
            extra: extra.len(),
        };
        Self { summary, expected, missing, extra }
    }
}

/// The days that are not among `others`, which ascend.
fn less(days: impl Iterator<Item = Day>, others: &[Day]) -> Vec<Day> {
    days.filter(|day| others.binary_search(day).is_err()).collect()
}

/// The calendar that the days keep, and a sentence on why.
fn choose(days: &[Day], repeated: &[Day]) -> (CalendarKind, String) {
    let (first, last) = (days[0], days[days.len() - 1]);
    if !YEARS.contains(&first.year()) || !YEARS.contains(&last.year()) {
        let reason = format!("The days run from {first} to {last}, outside of any exchange’s.");
        return (CalendarKind::None, reason);
    }
    let mut steps: Vec<i32> = days.windows(2).map(|pair| (pair[1] - pair[0]).get_days()).collect();
    steps.sort_unstable();
    if steps.get(steps.len() / 2).is_some_and(|median| *median >= SPARSE) {
        let median = steps[steps.len() / 2];
        return (
            CalendarKind::None,
            format!("The days are {median} apart (median): these prices are not daily."),
        );
    }
    let weekend = days.iter().filter(|day| !is_weekday(**day)).count();
    if weekend as f64 > WEEKEND_SHARE * days.len() as f64 {
        return (
            CalendarKind::EveryDay,
            "Saturdays and Sundays have prices throughout: every day is expected.".to_owned(),
        );
    }
    let closings = nyse::closings(first, last);
    let traded = closings
        .iter()
        .filter(|day| days.binary_search(day).is_ok() && repeated.binary_search(day).is_err())
        .count();
    let keeps_new_york =
        first >= nyse::FIRST_DAY && traded as f64 <= NYSE_TOLERANCE * closings.len() as f64;
    if keeps_new_york && !closings.is_empty() {
        let reason = match traded {
            0 => format!(
                "None of the exchange’s {} holidays and special closings within the span has \
                 prices of its own.",
                closings.len()
            ),
            _ => format!(
                "Of the exchange’s {} holidays and special closings within the span only {traded} \
                 {} prices of {} own.",
                closings.len(),
                if traded == 1 { "has" } else { "have" },
                if traded == 1 { "its" } else { "their" },
            ),
        };
        return (CalendarKind::Nyse, reason);
    }
    let elsewhere = format!(
        "{traded} of New York’s {} holidays and special closings have prices: these days follow \
         another calendar.",
        closings.len()
    );
    if years(first, last) < YEARS_TO_LEARN {
        let reason = format!(
            "{elsewhere} The span is too short to learn its holidays, so that up to \
             {LONGEST_UNKNOWN_HOLIDAY} weekdays in a row without prices are taken for one."
        );
        return (CalendarKind::Weekdays, reason);
    }
    let absent = absences(days);
    let unexplained = absent.len() - holidays(days).len();
    if unexplained as f64 > UNRULY_SHARE * days.len() as f64 {
        let reason = format!(
            "{elsewhere} {unexplained} weekdays without prices follow no rule that recurs from \
             year to year, so that up to {LONGEST_UNKNOWN_HOLIDAY} in a row are taken for a \
             holiday."
        );
        return (CalendarKind::Weekdays, reason);
    }
    let reason = format!(
        "{elsewhere} Its own holidays are learned from the days without prices that recur from \
         year to year."
    );
    (CalendarKind::Recurring, reason)
}

fn years(first: Day, last: Day) -> f64 {
    f64::from((last - first).get_days()) / 365.25
}

/// Weekdays between the first and the last day that have no row.
fn absences(days: &[Day]) -> Vec<Day> {
    let (first, last) = (days[0], days[days.len() - 1]);
    let all = first.series(1.day()).take_while(|day| *day <= last);
    less(all.filter(|day| is_weekday(*day)), days)
}

/// Absent weekdays in runs that a holiday may explain where its rules are not known.
fn short_absences(days: &[Day]) -> Vec<Day> {
    let absent = absences(days);
    let follows = |a: &Day, b: &Day| next_weekday(*a) == *b;
    absent
        .chunk_by(follows)
        .filter(|run| run.len() <= LONGEST_UNKNOWN_HOLIDAY)
        .flatten()
        .copied()
        .collect()
}

/// Monday to Friday after a day.
fn next_weekday(day: Day) -> Day {
    day + match day.weekday() {
        Weekday::Friday => 3.days(),
        Weekday::Saturday => 2.days(),
        _ => 1.day(),
    }
}

/// Absent weekdays that recur: on the same date, the same weekday of the month, or as far from
/// Easter, in other years; or beside a weekend that holds such a date.
fn holidays(days: &[Day]) -> Vec<Day> {
    let span = Span { absent: absences(days), first: days[0], last: days[days.len() - 1] };
    span.absent.iter().copied().filter(|day| span.is_holiday(*day)).collect()
}

/// A source's span and the weekdays absent from it.
struct Span {
    absent: Vec<Day>,
    first: Day,
    last: Day,
}

impl Span {
    fn is_holiday(&self, day: Day) -> bool {
        let nth = (day.day() - 1) / 7 + 1;
        let from_easter = day - easter(day.year());
        let rules: [&dyn Fn(i16) -> Option<Day>; 4] = [
            &|year| Day::new(year, day.month(), day.day()).ok(),
            &|year| weekday_of_month(year, day, nth),
            &|year| weekday_of_month(year, day, -1).filter(|_| is_last_of_month(day)),
            &|year| Some(easter(year) + from_easter),
        ];
        rules.iter().any(|rule| self.recurs(day.year(), *rule)) || self.is_observance(day)
    }

    /// Whether the days that a rule gives for the years around are absent often enough.
    fn recurs(&self, year: i16, rule: &dyn Fn(i16) -> Option<Day>) -> bool {
        let others = (year - LEARNING_REACH..=year + LEARNING_REACH).filter(|other| *other != year);
        let (mut absent, mut comparable) = (0, 0);
        for day in others.filter_map(rule) {
            if (self.first..=self.last).contains(&day) && is_weekday(day) {
                comparable += 1;
                absent += usize::from(self.absent.binary_search(&day).is_ok());
            }
        }
        absent >= RECURRENCES && 2 * absent >= comparable
    }

    /// Whether a Friday, Monday or Tuesday stands in for a holiday on the weekend beside it.
    fn is_observance(&self, day: Day) -> bool {
        let beside: &[i64] = match day.weekday() {
            Weekday::Friday => &[1],
            Weekday::Monday => &[-1, -2],
            Weekday::Tuesday => &[-2, -3],
            _ => &[],
        };
        beside.iter().any(|offset| {
            let holiday = day + offset.days();
            self.recurs(holiday.year(), &|year| Day::new(year, holiday.month(), holiday.day()).ok())
        })
    }
}

fn weekday_of_month(year: i16, day: Day, nth: i8) -> Option<Day> {
    Day::new(year, day.month(), 1).ok()?.nth_weekday_of_month(nth, day.weekday()).ok()
}

fn is_last_of_month(day: Day) -> bool {
    (day + 7.days()).month() != day.month()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn weekdays(first: Day, last: Day, holiday: impl Fn(Day) -> bool) -> Vec<Day> {
        let all = first.series(1.day()).take_while(|day| *day <= last);
        all.filter(|day| is_weekday(*day) && !holiday(*day)).collect()
    }

    /// London, roughly: fixed days kept on the next weekday, Easter, bank holidays.
    fn london(day: Day) -> bool {
        let from_easter = (day - easter(day.year())).get_days();
        let fixed = |month, of_month| {
            let holiday = date(day.year(), month, of_month);
            let shift = match holiday.weekday() {
                Weekday::Saturday => 2,
                Weekday::Sunday => 1,
                _ => 0,
            };
            holiday + shift.days() == day
        };
        let floating = |month, nth| {
            date(day.year(), month, 1).nth_weekday_of_month(nth, Weekday::Monday).unwrap() == day
        };
        [-2, 1].contains(&from_easter)
            || [(1, 1), (12, 25)].into_iter().any(|(month, day)| fixed(month, day))
            || [(5, 1), (5, -1), (8, -1)].into_iter().any(|(month, nth)| floating(month, nth))
    }

    #[test]
    fn new_york_is_recognised_and_its_missing_days_are_named() {
        let (first, last) = (date(2010, 1, 4), date(2014, 12, 31));
        let closings = nyse::closings(first, last);
        let mut days = weekdays(first, last, |day| closings.contains(&day));
        assert!(TradingDays::of(&days, &[]).missing.is_empty());
        days.retain(|day| *day != date(2012, 3, 6));
        days.push(date(2014, 7, 4));
        days.sort_unstable();
        let found = TradingDays::of(&days, &[]);
        assert_eq!(found.summary.kind, CalendarKind::Nyse);
        assert_eq!(found.missing, [date(2012, 3, 6)]);
        assert_eq!(found.extra, [date(2014, 7, 4)]);
    }

    #[test]
    fn holidays_of_another_exchange_are_learned_and_a_lost_day_is_not() {
        let (first, last) = (date(2000, 1, 4), date(2019, 12, 31));
        let mut days = weekdays(first, last, london);
        let clean = TradingDays::of(&days, &[]);
        assert_eq!(clean.summary.kind, CalendarKind::Recurring);
        assert_eq!((clean.missing, clean.extra), (vec![], vec![]));
        days.retain(|day| *day != date(2008, 10, 15));
        assert_eq!(TradingDays::of(&days, &[]).missing, [date(2008, 10, 15)]);
    }

    #[test]
    fn weeks_of_seven_days_and_weekly_prices_are_recognised() {
        let first = date(2020, 1, 1);
        let every: Vec<Day> = first.series(1.day()).take(400).collect();
        assert_eq!(TradingDays::of(&every, &[]).summary.kind, CalendarKind::EveryDay);
        let weekly: Vec<Day> = first.series(7.days()).take(100).collect();
        let found = TradingDays::of(&weekly, &[]);
        assert_eq!(found.summary.kind, CalendarKind::None);
        assert!(found.missing.is_empty() && found.extra.is_empty());
    }

    #[test]
    fn holidays_filled_forward_do_not_hide_new_york() {
        let (first, last) = (date(2010, 1, 4), date(2012, 12, 31));
        let days = weekdays(first, last, |_| false);
        let closings = nyse::closings(first, last);
        let found = TradingDays::of(&days, &closings);
        assert_eq!(found.summary.kind, CalendarKind::Nyse);
        assert_eq!(found.extra, closings);
    }
}
