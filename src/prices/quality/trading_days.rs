//! Which trading days a source keeps: decided by its own days.
//!
//! The calendars that it may keep stand in a list ([`CANDIDATES`]); the first that its days do not
//! contradict is taken. A source that trades in New York is held against that exchange's calendar,
//! day by day. Any other is held against weekdays less the holidays that recur in the source
//! itself, so that an exchange with its own holidays gives no findings, and a lost day still does.

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
        let span = Span::of(days, repeated);
        let chosen = CANDIDATES.iter().find_map(|candidate| candidate(&span));
        let Calendar { kind, reason, expected } = chosen.unwrap_or_else(|| weekdays(&span));
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

/// A calendar that a source keeps.
struct Calendar {
    kind: CalendarKind,
    /// Why it is this one: a sentence.
    reason: String,
    /// Its days from the source's first to its last, ascending.
    expected: Vec<Day>,
}

/// The calendars that a source may keep, each `None` if its days contradict it; where all do, only
/// weekdays are expected.
const CANDIDATES: [fn(&Span<'_>) -> Option<Calendar>; 4] =
    [not_daily, every_day, new_york, recurring];

fn not_daily(span: &Span<'_>) -> Option<Calendar> {
    let (first, last) = (span.first, span.last);
    let mut steps: Vec<i32> =
        span.days.windows(2).map(|pair| (pair[1] - pair[0]).get_days()).collect();
    steps.sort_unstable();
    let median = steps.get(steps.len() / 2).copied().unwrap_or(1);
    let reason = if !YEARS.contains(&first.year()) || !YEARS.contains(&last.year()) {
        format!("The days run from {first} to {last}, outside of any exchange’s.")
    } else if median >= SPARSE {
        format!("The days are {median} apart (median): these prices are not daily.")
    } else {
        return None;
    };
    Some(Calendar { kind: CalendarKind::None, reason, expected: Vec::new() })
}

fn every_day(span: &Span<'_>) -> Option<Calendar> {
    let weekend = span.days.iter().filter(|day| !is_weekday(**day)).count();
    (weekend as f64 > WEEKEND_SHARE * span.days.len() as f64).then(|| Calendar {
        kind: CalendarKind::EveryDay,
        reason: "Saturdays and Sundays have prices throughout: every day is expected.".to_owned(),
        expected: span.all().collect(),
    })
}

fn new_york(span: &Span<'_>) -> Option<Calendar> {
    let (closings, traded) = (&span.closings, span.traded_closings());
    let is_kept = !closings.is_empty()
        && span.first >= nyse::FIRST_DAY
        && traded as f64 <= NYSE_TOLERANCE * closings.len() as f64;
    let (which, have, own) = match traded {
        0 => ("None".to_owned(), "has", "its"),
        1 => ("Only 1".to_owned(), "has", "its"),
        more => (format!("Only {more}"), "have", "their"),
    };
    is_kept.then(|| Calendar {
        kind: CalendarKind::Nyse,
        reason: format!(
            "{which} of the exchange’s {} holidays and special closings within the span {have} \
             prices of {own} own.",
            closings.len()
        ),
        expected: span.weekdays_less(closings),
    })
}

fn recurring(span: &Span<'_>) -> Option<Calendar> {
    let years = f64::from((span.last - span.first).get_days()) / 365.25;
    let holidays: Vec<Day> =
        span.absent.iter().copied().filter(|day| span.is_holiday(*day)).collect();
    let unexplained = span.absent.len() - holidays.len();
    let is_learned =
        years >= YEARS_TO_LEARN && unexplained as f64 <= UNRULY_SHARE * span.days.len() as f64;
    is_learned.then(|| Calendar {
        kind: CalendarKind::Recurring,
        reason: format!(
            "{} Its own holidays are learned from the days without prices that recur from year to \
             year.",
            span.elsewhere()
        ),
        expected: span.weekdays_less(&holidays),
    })
}

/// Weekdays but for absent ones in runs that a holiday may explain.
fn weekdays(span: &Span<'_>) -> Calendar {
    let is_next = |a: &Day, b: &Day| {
        let weekend = if a.weekday() == Weekday::Friday { 3 } else { 1 };
        *a + weekend.days() == *b
    };
    let runs = span.absent.chunk_by(is_next).filter(|run| run.len() <= LONGEST_UNKNOWN_HOLIDAY);
    let holidays: Vec<Day> = runs.flatten().copied().collect();
    Calendar {
        kind: CalendarKind::Weekdays,
        reason: format!(
            "{} Its holidays cannot be learned from this span, so that up to \
             {LONGEST_UNKNOWN_HOLIDAY} weekdays in a row without prices are taken for one.",
            span.elsewhere()
        ),
        expected: span.weekdays_less(&holidays),
    }
}

/// A source's span of days.
struct Span<'a> {
    days: &'a [Day],
    repeated: &'a [Day],
    first: Day,
    last: Day,
    /// Weekdays without a row, ascending.
    absent: Vec<Day>,
    /// The holidays and special closings of New York, ascending.
    closings: Vec<Day>,
}

impl<'a> Span<'a> {
    fn of(days: &'a [Day], repeated: &'a [Day]) -> Self {
        let (first, last) = (days[0], days[days.len() - 1]);
        let mut span = Self { days, repeated, first, last, absent: vec![], closings: vec![] };
        if YEARS.contains(&first.year()) && YEARS.contains(&last.year()) {
            span.absent = less(span.all().filter(|day| is_weekday(*day)), days);
            span.closings = nyse::closings(first, last);
        }
        span
    }

    fn all(&self) -> impl Iterator<Item = Day> {
        let last = self.last;
        self.first.series(1.day()).take_while(move |day| *day <= last)
    }

    fn weekdays_less(&self, holidays: &[Day]) -> Vec<Day> {
        less(self.all().filter(|day| is_weekday(*day)), holidays)
    }

    /// How many of New York's closings have prices of their own.
    fn traded_closings(&self) -> usize {
        let is_traded = |day: &&Day| {
            self.days.binary_search(day).is_ok() && self.repeated.binary_search(day).is_err()
        };
        self.closings.iter().filter(is_traded).count()
    }

    fn elsewhere(&self) -> String {
        format!(
            "{} of New York’s {} holidays and special closings have prices: these days follow \
             another calendar.",
            self.traded_closings(),
            self.closings.len()
        )
    }

    /// Whether an absent weekday recurs: on the same date, the same weekday of the month, or as
    /// far from Easter, in other years; or beside a weekend that holds such a date.
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

    #[test]
    fn where_no_holiday_can_be_learned_only_long_absences_are_missing() {
        let (first, last) = (date(2018, 1, 2), date(2019, 12, 31));
        let golden_week = date(2019, 4, 29)..=date(2019, 5, 6);
        let mut days = weekdays(first, last, |day| golden_week.contains(&day));
        let found = TradingDays::of(&days, &[]);
        assert_eq!((found.summary.kind, found.missing.len()), (CalendarKind::Weekdays, 0));
        let month = date(2018, 9, 3)..=date(2018, 9, 28);
        days.retain(|day| !month.contains(day));
        assert_eq!(TradingDays::of(&days, &[]).missing.len(), 20);
    }
}
