//! Which trading days a source keeps: decided by its own days.
//!
//! Of the calendars that it may keep, the first that its days do not contradict is taken. A source
//! that trades in New York is held against that exchange's calendar, day by day. Any other is held
//! against weekdays less the holidays that recur in the source itself, so that an exchange with its
//! own holidays gives no findings, and a lost day still does.

use jiff::ToSpan;
use jiff::civil::Weekday;

use super::nyse::{self, easter, weekdays};
use crate::base::units::{Day, Frequency, is_weekday};
use crate::prices::data::{frequency, median_step, trades_on_weekends};
use crate::results::{CalendarKind, CalendarSummary};

/// Largest share of New York's closings on which a source of that exchange may have prices: half
/// of a holiday a year. An exchange elsewhere trades on at least half of them.
const NYSE_TOLERANCE: f64 = 0.05;
/// Median distance in days between rows from which prices are not daily.
const SPARSE: i32 = 3;

/// Whether prices are too far apart to be daily.
pub(super) fn is_sparse(days: &[Day]) -> bool {
    median_step(days) >= SPARSE
}

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
        let (kind, reason, expected) = calendar(&Span::of(days, repeated));
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

/// The calendar that a source keeps, why it is this one, and its days from the source's first to
/// its last: the first calendar that its days do not contradict.
fn calendar(span: &Span<'_>) -> (CalendarKind, String, Vec<Day>) {
    let (first, last, rows) = (span.first, span.last, span.days.len() as f64);
    if !span.is_of_our_time() {
        let reason = format!("The days run from {first} to {last}, outside of any exchange’s.");
        return (CalendarKind::None, reason, Vec::new());
    }
    if is_sparse(span.days) {
        let reason = match frequency(span.days) {
            Ok((frequency, _)) if frequency != Frequency::Daily => {
                format!("These prices are {}.", frequency.adjective())
            }
            _ => {
                let median = median_step(span.days);
                format!("The days are {median} apart (median): these prices are not daily.")
            }
        };
        return (CalendarKind::None, reason, Vec::new());
    }
    if trades_on_weekends(span.days) {
        let reason = "Saturdays and Sundays have prices throughout: every day is expected.";
        return (
            CalendarKind::EveryDay,
            reason.to_owned(),
            first.series(1.day()).take_while(|day| *day <= last).collect(),
        );
    }
    let (closings, traded) = (span.closings.len(), span.traded_closings());
    if closings > 0 && first >= nyse::FIRST_DAY && traded as f64 <= NYSE_TOLERANCE * closings as f64
    {
        let (which, have, own) = match traded {
            0 => ("None".to_owned(), "has", "its"),
            1 => ("Only 1".to_owned(), "has", "its"),
            more => (format!("Only {more}"), "have", "their"),
        };
        let reason = format!(
            "{which} of the exchange’s {closings} holidays and special closings within the span \
             {have} prices of {own} own."
        );
        return (CalendarKind::Nyse, reason, span.weekdays_less(&span.closings));
    }
    let elsewhere = format!(
        "{traded} of New York’s {closings} holidays and special closings have prices: these days \
         follow another calendar."
    );
    let years = f64::from((last - first).get_days()) / 365.25;
    let holidays: Vec<Day> =
        span.absent.iter().copied().filter(|day| span.is_holiday(*day)).collect();
    let unexplained = span.absent.len() - holidays.len();
    if years >= YEARS_TO_LEARN && unexplained as f64 <= UNRULY_SHARE * rows {
        let reason = format!(
            "{elsewhere} Its own holidays are learned from the days without prices that recur from \
             year to year."
        );
        return (CalendarKind::Recurring, reason, span.weekdays_less(&holidays));
    }
    // Weekdays but for absent ones in runs that a holiday may explain.
    let is_next = |a: &Day, b: &Day| {
        let weekend = if a.weekday() == Weekday::Friday { 3 } else { 1 };
        *a + weekend.days() == *b
    };
    let runs = span.absent.chunk_by(is_next).filter(|run| run.len() <= LONGEST_UNKNOWN_HOLIDAY);
    let reason = format!(
        "{elsewhere} Its holidays cannot be learned from this span, so that up to \
         {LONGEST_UNKNOWN_HOLIDAY} weekdays in a row without prices are taken for one."
    );
    let holidays: Vec<Day> = runs.flatten().copied().collect();
    (CalendarKind::Weekdays, reason, span.weekdays_less(&holidays))
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
        if span.is_of_our_time() {
            span.absent = less(weekdays(first, last), days);
            span.closings = nyse::closings(first, last);
        }
        span
    }

    fn is_of_our_time(&self) -> bool {
        YEARS.contains(&self.first.year()) && YEARS.contains(&self.last.year())
    }

    fn weekdays_less(&self, holidays: &[Day]) -> Vec<Day> {
        less(weekdays(self.first, self.last), holidays)
    }

    /// How many of New York's closings have prices of their own.
    fn traded_closings(&self) -> usize {
        let is_traded = |day: &&Day| {
            self.days.binary_search(day).is_ok() && self.repeated.binary_search(day).is_err()
        };
        self.closings.iter().filter(is_traded).count()
    }

    /// Whether an absent weekday recurs: on the same date, the same weekday of the month, or as
    /// far from Easter, in other years; or, a Friday, Monday or Tuesday, stands in for a holiday
    /// on the weekend beside it.
    fn is_holiday(&self, day: Day) -> bool {
        let nth = (day.day() - 1) / 7 + 1;
        let from_easter = day - easter(day.year());
        let is_last = (day + 7.days()).month() != day.month();
        let nth_weekday = |year, nth| {
            Day::new(year, day.month(), 1).ok()?.nth_weekday_of_month(nth, day.weekday()).ok()
        };
        let rules: [&dyn Fn(i16) -> Option<Day>; 3] = [
            &|year| nth_weekday(year, nth),
            &|year| nth_weekday(year, -1).filter(|_| is_last),
            &|year| Some(easter(year) + from_easter),
        ];
        let beside: &[i64] = match day.weekday() {
            Weekday::Friday => &[0, 1],
            Weekday::Monday => &[0, -1, -2],
            Weekday::Tuesday => &[0, -2, -3],
            _ => &[0],
        };
        let is_kept = |date: Day| {
            let rule = |year| Day::new(year, date.month(), date.day()).ok();
            self.recurs(date.year(), &rule)
        };
        rules.iter().any(|rule| self.recurs(day.year(), *rule))
            || beside.iter().any(|offset| is_kept(day + offset.days()))
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
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// London, roughly: fixed days kept on the next weekday, Easter, bank holidays.
    fn london(day: Day) -> bool {
        let from_easter = (day - easter(day.year())).get_days();
        let fixed = |month, of_month| {
            let holiday = date(day.year(), month, of_month);
            let to_monday = 7 - i64::from(holiday.weekday().to_monday_zero_offset());
            let shift = if to_monday <= 2 { to_monday } else { 0 };
            holiday + shift.days() == day
        };
        let floating = |month, nth| {
            date(day.year(), month, 1).nth_weekday_of_month(nth, Weekday::Monday).unwrap() == day
        };
        [-2, 1].contains(&from_easter)
            || [(1, 1), (12, 25)].into_iter().any(|(month, day)| fixed(month, day))
            || [(5, 1), (5, -1), (8, -1)].into_iter().any(|(month, nth)| floating(month, nth))
    }

    /// Kind, missing and extra days.
    fn found(days: &[Day], repeated: &[Day]) -> (CalendarKind, Vec<Day>, Vec<Day>) {
        let found = TradingDays::of(days, repeated);
        (found.summary.kind, found.missing, found.extra)
    }

    #[test]
    fn new_york_is_recognised_and_its_missing_days_are_named() {
        let (first, last) = (date(2010, 1, 4), date(2014, 12, 31));
        let closings = nyse::closings(first, last);
        let mut days = less(weekdays(first, last), &closings);
        assert_eq!(found(&days, &[]), (CalendarKind::Nyse, vec![], vec![]));
        let (lost, closed) = (date(2012, 3, 6), date(2014, 7, 4));
        days.retain(|day| *day != lost);
        days.push(closed);
        days.sort_unstable();
        assert_eq!(found(&days, &[]), (CalendarKind::Nyse, vec![lost], vec![closed]));
        // Holidays filled forward do not hide it.
        let all: Vec<Day> = weekdays(first, last).collect();
        assert_eq!(found(&all, &closings), (CalendarKind::Nyse, vec![], closings));
    }

    #[test]
    fn holidays_of_another_exchange_are_learned_and_a_lost_day_is_not() {
        let all = weekdays(date(2000, 1, 4), date(2019, 12, 31));
        let mut days: Vec<Day> = all.filter(|day| !london(*day)).collect();
        assert_eq!(found(&days, &[]), (CalendarKind::Recurring, vec![], vec![]));
        let lost = date(2008, 10, 15);
        days.retain(|day| *day != lost);
        assert_eq!(found(&days, &[]), (CalendarKind::Recurring, vec![lost], vec![]));
    }

    #[test]
    fn weeks_of_seven_days_and_weekly_prices_are_recognised() {
        for (step, kind) in [(1, CalendarKind::EveryDay), (7, CalendarKind::None)] {
            let days: Vec<Day> = date(2020, 1, 1).series(step.days()).take(400).collect();
            assert_eq!(found(&days, &[]), (kind, vec![], vec![]));
        }
    }

    #[test]
    fn a_few_prices_some_days_apart_are_not_called_daily() {
        for (step, reason) in [
            (3, "The days are 3 apart (median): these prices are not daily."),
            (4, "The days are 4 apart (median): these prices are not daily."),
            (7, "These prices are weekly."),
        ] {
            let days: Vec<Day> = date(2020, 1, 1).series(step.days()).take(9).collect();
            let found = TradingDays::of(&days, &[]).summary;
            assert_eq!((found.kind, found.reason.as_str()), (CalendarKind::None, reason));
        }
    }

    #[test]
    fn where_no_holiday_can_be_learned_only_long_absences_are_missing() {
        let golden_week = date(2019, 4, 29)..=date(2019, 5, 6);
        let (first, last) = (date(2018, 1, 2), date(2019, 12, 31));
        let all = weekdays(first, last);
        let mut days: Vec<Day> = all.filter(|day| !golden_week.contains(day)).collect();
        assert_eq!(found(&days, &[]), (CalendarKind::Weekdays, vec![], vec![]));
        let month = date(2018, 9, 3)..=date(2018, 9, 28);
        days.retain(|day| !month.contains(day));
        assert_eq!(found(&days, &[]).1.len(), 20);
    }
}
