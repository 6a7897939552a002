//! The trading days of the New York Stock Exchange, from its rules (NYSE Rule 7.2 and its
//! predecessors) and the list of its special closings.

use jiff::ToSpan;
use jiff::civil::{Weekday, date};

use crate::base::units::{Day, is_weekday};

/// The first day for which the rules below hold: Memorial Day and Washington's Birthday moved to
/// Mondays that year.
pub(super) const FIRST_DAY: Day = date(1971, 1, 1);

/// Whole days on which the exchange stayed closed for no recurring reason: elections until 1980,
/// mourning, a blackout, hurricanes, 11 September 2001.
const SPECIAL_CLOSINGS: [Day; 18] = [
    date(1972, 11, 7),
    date(1972, 12, 28),
    date(1973, 1, 25),
    date(1976, 11, 2),
    date(1977, 7, 14),
    date(1980, 11, 4),
    date(1985, 9, 27),
    date(1994, 4, 27),
    date(2001, 9, 11),
    date(2001, 9, 12),
    date(2001, 9, 13),
    date(2001, 9, 14),
    date(2004, 6, 11),
    date(2007, 1, 2),
    date(2012, 10, 29),
    date(2012, 10, 30),
    date(2018, 12, 5),
    date(2025, 1, 9),
];

/// The weekdays between two days, both included, on which the exchange was closed, ascending.
pub(super) fn closings(first: Day, last: Day) -> Vec<Day> {
    let mut closings: Vec<Day> = (first.year()..=last.year())
        .flat_map(holidays)
        .chain(SPECIAL_CLOSINGS)
        .filter(|day| (first..=last).contains(day) && is_weekday(*day))
        .collect();
    closings.sort_unstable();
    closings.dedup();
    closings
}

/// The days on which the holidays of a year are kept.
fn holidays(year: i16) -> Vec<Day> {
    let floating = |month, nth, weekday| {
        // Every month has a fourth, third, first and last of each weekday.
        date(year, month, 1).nth_weekday_of_month(nth, weekday).ok()
    };
    let fixed = |month, day| Some(observed(date(year, month, day)));
    [
        // A New Year on a Saturday is not kept: the Friday before belongs to the old year's books.
        fixed(1, 1).filter(|_| date(year, 1, 1).weekday() != Weekday::Saturday),
        floating(1, 3, Weekday::Monday).filter(|_| year >= 1998),
        floating(2, 3, Weekday::Monday),
        Some(easter(year) - 2.days()),
        floating(5, -1, Weekday::Monday),
        fixed(6, 19).filter(|_| year >= 2022),
        fixed(7, 4),
        floating(9, 1, Weekday::Monday),
        floating(11, 4, Weekday::Thursday),
        fixed(12, 25),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after.
fn observed(holiday: Day) -> Day {
    match holiday.weekday() {
        Weekday::Saturday => holiday - 1.day(),
        Weekday::Sunday => holiday + 1.day(),
        _ => holiday,
    }
}

/// Easter Sunday of the Gregorian calendar (the anonymous computus of 1876, after Butcher).
pub(super) fn easter(of_year: i16) -> Day {
    let year = i32::from(of_year);
    let golden = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let moon = (19 * golden + century - century / 4 - (8 * century + 13) / 25 + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - moon - of_century % 4) % 7;
    let late = (golden + 11 * moon + 22 * weekday) / 451;
    date(of_year, 3, 22) + (moon + weekday - 7 * late).days()
}

/// The weekdays between two days, both included.
pub(super) fn weekdays(first: Day, last: Day) -> impl Iterator<Item = Day> {
    first.series(1.day()).take_while(move |day| *day <= last).filter(|day| is_weekday(*day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_agrees_with_the_almanac() {
        let sundays = [(1818, 3, 22), (1943, 4, 25), (1999, 4, 4), (2000, 4, 23), (2011, 4, 24)];
        let later = [(2016, 3, 27), (2019, 4, 21), (2024, 3, 31), (2025, 4, 20), (2038, 4, 25)];
        for (year, month, day) in sundays.into_iter().chain(later) {
            assert_eq!(easter(year), date(year, month, day));
        }
    }

    #[test]
    fn a_year_with_every_kind_of_rule_is_right() {
        // As the exchange published them.
        let of_2012: Vec<String> = closings(date(2012, 1, 1), date(2012, 12, 31))
            .iter()
            .map(|day| day.strftime("%m-%d").to_string())
            .collect();
        let published = "01-02 01-16 02-20 04-06 05-28 07-04 09-03 10-29 10-30 11-22 12-25";
        assert_eq!(of_2012.join(" "), published);
        for (day, is_closed) in [
            // New Year 2022 fell on a Saturday: the exchange traded on the Friday before.
            (date(2021, 12, 31), false),
            (date(2021, 12, 24), true),
            // The first Juneteenth, and the first birthday of Martin Luther King.
            (date(2022, 6, 20), true),
            (date(2021, 6, 18), false),
            (date(1997, 1, 20), false),
        ] {
            assert_eq!(closings(day, day).contains(&day), is_closed, "{day}");
        }
        for (year, count) in [(1999, 252), (2001, 248), (2003, 252), (2012, 250), (2022, 251)] {
            let (first, last) = (date(year, 1, 1), date(year, 12, 31));
            let sessions = weekdays(first, last).count() - closings(first, last).len();
            assert_eq!(sessions, count, "as the exchange counted {year}");
        }
    }
}
