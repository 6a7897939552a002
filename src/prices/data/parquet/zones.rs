//! The day of a moment in a time zone.
//!
//! `zones.txt` has the zones of the public domain tz database (2025b), a line for each rule in the
//! form of POSIX, then its names. A file with the history of every zone is twenty times as long, and
//! the system's may be absent or another: the same file must be read the same everywhere.

use jiff::civil::time;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

use crate::base::units::Day;

const ZONES: &str = include_str!("zones.txt");

/// A time zone.
pub(super) struct Zone {
    rules: TimeZone,
    /// Whether the rules may have been others in other years.
    is_of_today: bool,
}

impl Zone {
    /// The zone of a name, as in `Europe/London`, or an offset, as in `+05:30`; `None` if there is
    /// no such zone.
    pub(super) fn named(name: &str) -> Option<Self> {
        if let Some(offset) = offset(name) {
            return Some(Self { rules: TimeZone::fixed(offset), is_of_today: false });
        }
        let rules = ZONES.lines().find_map(|line| {
            let mut words = line.split(' ');
            let rules = words.next()?;
            words.any(|known| known == name).then_some(rules)
        })?;
        let is_of_today = !name.starts_with("Etc/") && rules != "UTC0";
        Some(Self { rules: TimeZone::posix(rules).ok()?, is_of_today })
    }

    /// The day that it is there.
    ///
    /// In years with other rules than today's the clock is an hour off, so that midnight, by which
    /// daily bars are stamped, is eleven in the evening of the day before. Nothing else happens at
    /// that very moment.
    pub(super) fn day(&self, moment: Timestamp) -> Option<Day> {
        let there = self.rules.to_datetime(moment);
        if self.is_of_today && there.time() == time(23, 0, 0, 0) {
            return there.date().checked_add(1.day()).ok();
        }
        Some(there.date())
    }
}

/// An offset from UTC: `+05:30`, `-0330`, `Z`.
fn offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let digits = rest.replacen(':', "", 1);
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { "0" } else { minutes };
    let (hours, minutes) = (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok()?);
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_of_the_list_is_known() {
        let names: Vec<&str> = ZONES.lines().flat_map(|line| line.split(' ').skip(1)).collect();
        assert!(names.len() > 550);
        let unknown: Vec<&&str> = names.iter().filter(|n| Zone::named(n).is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        assert!(Zone::named("Mars/Phobos").is_none() && Zone::named("").is_none());
    }

    #[test]
    fn a_close_and_a_bar_of_midnight_are_of_the_day_where_they_are() {
        // Closes in the evening of the exchange, summer and winter; stamps of midnight, those of
        // years with other rules than today's among them.
        for (zone, moment, day) in [
            ("Europe/London", "2020-07-01T15:30Z", "2020-07-01"),
            ("Europe/London", "2020-01-02T16:30Z", "2020-01-02"),
            ("Europe/Berlin", "2020-01-02T16:35Z", "2020-01-02"),
            ("America/New_York", "2020-01-02T21:00Z", "2020-01-02"),
            ("America/New_York", "2020-01-03T01:00Z", "2020-01-02"),
            ("America/Sao_Paulo", "2020-01-02T21:00Z", "2020-01-02"),
            ("Asia/Tokyo", "2020-01-02T06:00Z", "2020-01-02"),
            ("Asia/Kolkata", "2020-01-02T10:00Z", "2020-01-02"),
            ("Australia/Sydney", "2020-01-02T05:00Z", "2020-01-02"),
            ("Pacific/Auckland", "2020-01-02T03:45Z", "2020-01-02"),
            ("Pacific/Honolulu", "2020-01-03T02:00Z", "2020-01-02"),
            ("UTC", "2020-01-02T23:00Z", "2020-01-02"),
            ("+05:30", "2020-01-02T18:29Z", "2020-01-02"),
            ("-0330", "2020-01-02T03:29Z", "2020-01-01"),
            ("Europe/London", "2020-06-30T23:00Z", "2020-07-01"),
            ("Europe/London", "2020-01-02T00:00Z", "2020-01-02"),
            ("America/New_York", "2006-03-20T05:00Z", "2006-03-20"),
            ("Pacific/Auckland", "2020-01-01T11:00Z", "2020-01-02"),
            ("Asia/Tokyo", "2020-01-01T15:00Z", "2020-01-02"),
            ("Europe/Moscow", "2012-02-01T20:00Z", "2012-02-02"),
            ("America/Sao_Paulo", "2015-01-05T02:00Z", "2015-01-05"),
            ("Europe/London", "1970-01-04T23:00Z", "1970-01-05"),
        ] {
            let found = Zone::named(zone).unwrap().day(moment.parse().unwrap()).unwrap();
            assert_eq!(found.to_string(), day, "{moment} in {zone}");
        }
    }
}
