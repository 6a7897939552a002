//! How often prices come, by their own days (methods, section 14).
//!
//! A distance between neighbouring days is *regular* where it lies in the band of the frequency;
//! the frequency is the one whose band holds the median distance. Three things are then refused:
//! regular distances whose mean is not that of a day, week or month, too many irregular ones, and a
//! run of them, which is a change of frequency. Single holes, however long, are none of these.

use crate::base::diagnostic::Problem;
use crate::base::units::{Day, Frequency, is_weekday};

/// Days a week less business days would have gaps on weekends: from this share of days on a weekend
/// the week has seven days (2 / 7 would be all), and a year 365.
const WEEKEND_SHARE: f64 = 0.15;
/// Fewest distances between days from which prices are refused.
const FEWEST: usize = 10;
/// Irregular distances in a row from which the frequency has changed: the longest closings of an
/// exchange are single distances.
const RUN: usize = 6;
/// Largest share of irregular distances.
const IRREGULAR_SHARE: f64 = 0.1;
/// Days in a year, over the Gregorian calendar.
const YEAR: f64 = 365.2425;

/// What is regular at a frequency, in calendar days.
struct Band {
    frequency: Frequency,
    /// Distances of neighbouring days: over weekends and holidays, and from the last trading day of
    /// a week or month to the next.
    distance: std::ops::RangeInclusive<i32>,
    /// Mean of the regular distances. Daily: 1 with weekends, 1.45 without, up to 2 where a quarter
    /// of the business days is lost at random. Weekly: 7 and monthly: 30.44, to 4 %, so that five
    /// (7.25 calendar days) and 21 trading days (30.4) are a week and a month, and four weeks (28),
    /// 20 or 22 trading days are not.
    mean: std::ops::RangeInclusive<f64>,
}

const BANDS: [Band; 3] = [
    Band { frequency: Frequency::Daily, distance: 1..=4, mean: 1.0..=2.0 },
    Band { frequency: Frequency::Weekly, distance: 5..=10, mean: 6.72..=7.28 },
    Band { frequency: Frequency::Monthly, distance: 24..=38, mean: 29.22..=31.66 },
];

/// The frequency of prices on ascending days, and the periods that a year of them has.
///
/// # Errors
/// Prices that come neither daily, weekly nor monthly, or not throughout: with the days at which it
/// shows. Of fewer than eleven days none is refused, and the nearest frequency is taken.
pub fn frequency(days: &[Day]) -> Result<(Frequency, u16), Problem> {
    let distances = distances(days);
    let typical = median(&distances);
    if distances.len() < FEWEST {
        let frequency = match typical {
            ..=4 => Frequency::Daily,
            5..=17 => Frequency::Weekly,
            _ => Frequency::Monthly,
        };
        return Ok((frequency, periods(frequency, days)));
    }
    let Some(band) = BANDS.iter().find(|band| band.distance.contains(&typical)) else {
        return Err(irregular(days, &distances, "no day, week or month apart"));
    };
    let is_regular = |distance: &i32| band.distance.contains(distance);
    if let Some(problem) = change(days, &distances, band) {
        return Err(problem);
    }
    let regular: Vec<i32> = distances.iter().copied().filter(is_regular).collect();
    let stray = distances.len() - regular.len();
    if stray as f64 > IRREGULAR_SHARE * distances.len() as f64 {
        return Err(irregular(days, &distances, "at uneven distances"));
    }
    if !band.mean.contains(&mean(&regular)) {
        return Err(irregular(days, &distances, "no day, week or month apart"));
    }
    Ok((band.frequency, periods(band.frequency, days)))
}

fn periods(frequency: Frequency, days: &[Day]) -> u16 {
    // With a weekend among them.
    let is_long = days.len() >= 7;
    match frequency {
        Frequency::Daily if is_long && trades_on_weekends(days) => 365,
        _ => frequency.periods_per_year(),
    }
}

/// Whether the week of daily prices has seven days.
pub(crate) fn trades_on_weekends(days: &[Day]) -> bool {
    let weekend = days.iter().filter(|day| !is_weekday(**day)).count();
    weekend as f64 > WEEKEND_SHARE * days.len() as f64
}

/// Median distance between neighbours of ascending days, in days; 1 of a single day.
pub(crate) fn median_step(days: &[Day]) -> i32 {
    median(&distances(days))
}

fn distances(days: &[Day]) -> Vec<i32> {
    days.windows(2).map(|pair| (pair[1] - pair[0]).get_days()).collect()
}

fn median(distances: &[i32]) -> i32 {
    let mut sorted = distances.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or(1)
}

fn mean(distances: &[i32]) -> f64 {
    distances.iter().map(|distance| f64::from(*distance)).sum::<f64>() / distances.len() as f64
}

/// Prices whose distances are no frequency, told at the first that differs from the median or, if
/// they are all alike, at the first.
fn irregular(days: &[Day], distances: &[i32], how: &str) -> Problem {
    let typical = median(distances);
    let at = distances.iter().position(|distance| *distance != typical).unwrap_or(0);
    let (a_year, apart) = (YEAR / mean(distances), mean(distances));
    Problem::new(format!(
        "the prices come {how}: {apart:.1} calendar days apart in the mean, {typical} in the \
         median, which makes {a_year:.1} prices a year; as from {} to {}",
        days[at],
        days[at + 1],
    ))
    .expected("prices of every day, week or month throughout")
    .hint("a figure by the year needs the number of periods in a year")
}

/// The first run of distances that another frequency has.
fn change(days: &[Day], distances: &[i32], band: &Band) -> Option<Problem> {
    // Shorter ones, longer ones, and regular ones apart.
    let side = |distance: &i32| {
        i8::from(distance > band.distance.end()) - i8::from(distance < band.distance.start())
    };
    let mut at = 0;
    for run in distances.chunk_by(|a, b| side(a) == side(b)) {
        let (first, last) = (at, at + run.len());
        at = last;
        if side(&run[0]) == 0 || run.len() < RUN {
            continue;
        }
        let (here, other) = (band.frequency.adjective(), median(run));
        let (from, to) = (days[first], days[last]);
        // The longer part is what the hint keeps.
        let hint = if last == distances.len() {
            format!("`data.end: {from}` leaves them out")
        } else if first == 0 {
            format!("`data.start: {to}` leaves them out")
        } else {
            "`data.start` and `data.end` choose a part without them".to_owned()
        };
        return Some(
            Problem::new(format!(
                "the prices change their frequency: they are {here}, but from {from} to {to} they \
                 come {other} calendar days apart"
            ))
            .expected("one frequency throughout")
            .hint(hint),
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::*;

    fn weekdays(count: usize) -> Vec<Day> {
        let first = date(2001, 1, 1);
        let all = first.series(1.day()).filter(|day| is_weekday(*day));
        all.take(count).collect()
    }

    /// The last of the days in each week or month.
    fn last_of<K: PartialEq>(days: &[Day], key: impl Fn(&Day) -> K) -> Vec<Day> {
        days.chunk_by(|a, b| key(a) == key(b)).map(|part| part[part.len() - 1]).collect()
    }

    fn every(days: &[Day], step: usize) -> Vec<Day> {
        days.iter().copied().step_by(step).collect()
    }

    #[test]
    fn days_weeks_and_months_are_recognised() {
        let days = weekdays(2_600);
        // A week by its Monday, holidays on some Fridays.
        let monday = |day: &Day| *day - i64::from(day.weekday().to_monday_zero_offset()).days();
        let without: Vec<Day> =
            days.iter().copied().filter(|day| day.day() != 1 && day.day() % 13 != 0).collect();
        let hole: Vec<Day> = days.iter().copied().filter(|day| day.year() != 2004).collect();
        let seven: Vec<Day> = date(2001, 1, 1).series(1.day()).take(900).collect();
        let first_of_month: Vec<Day> = date(2001, 1, 1).series(1.month()).take(200).collect();
        for (what, days, expected) in [
            ("business days", days.clone(), (Frequency::Daily, 252)),
            ("with holidays", without.clone(), (Frequency::Daily, 252)),
            ("with a hole of a year", hole, (Frequency::Daily, 252)),
            ("seven days a week", seven, (Frequency::Daily, 365)),
            ("last day of the week", last_of(&without, monday), (Frequency::Weekly, 52)),
            ("Fridays", every(&days[4..], 5), (Frequency::Weekly, 52)),
            ("last day of the month", last_of(&without, Day::month_key), (Frequency::Monthly, 12)),
            ("first of the month", first_of_month, (Frequency::Monthly, 12)),
            ("21 business days", every(&without, 19), (Frequency::Monthly, 12)),
            ("a few days", days[..4].to_vec(), (Frequency::Daily, 252)),
            ("one day", days[..1].to_vec(), (Frequency::Daily, 252)),
            ("a few weeks", every(&days, 5)[..5].to_vec(), (Frequency::Weekly, 52)),
            ("a few months", every(&days, 22)[..5].to_vec(), (Frequency::Monthly, 12)),
        ] {
            assert_eq!(frequency(&days).map_err(|p| p.to_string()), Ok(expected), "{what}");
        }
    }

    trait MonthKey {
        fn month_key(&self) -> (i16, i8);
    }

    impl MonthKey for Day {
        fn month_key(&self) -> (i16, i8) {
            (self.year(), self.month())
        }
    }

    #[test]
    fn what_is_no_frequency_is_refused_with_the_days() {
        let days = weekdays(1_600);
        let uneven: Vec<Day> =
            (0..200).map(|t: usize| days[20 * (t / 4) + [0, 5, 10, 19][t % 4]]).collect();
        for (days, expected) in [
            (every(&days, 2), "no day, week or month apart: 2.8 calendar days apart"),
            (every(&days, 10), "14.0 calendar days apart in the mean"),
            (every(&days, 15), "21 in the median, which makes 17.4 prices a year"),
            (every(&days, 20), "28.0 calendar days apart"),
            (every(&days, 24), "as from 2001-"),
            (every(&days, 65), "91.0 calendar days apart"),
            (uneven, "at uneven distances"),
        ] {
            let problem = frequency(&days).unwrap_err().to_string();
            assert!(problem.contains(expected), "{problem}");
        }
    }

    #[test]
    fn a_change_of_frequency_is_refused_with_the_day() {
        let days = weekdays(1_600);
        let (early, late) = days.split_at(800);
        let join = |a: Vec<Day>, b: Vec<Day>| [a, b].concat();
        let start = late[0].to_string();
        for (days, expected) in [
            (join(early.to_vec(), every(late, 5)), format!("data.end: {start}")),
            (join(early.to_vec(), every(late, 22)), format!("they are daily, but from {start}")),
            (join(every(early, 5), late.to_vec()), format!("data.start: {start}")),
            (join(every(early, 5), late[..60].to_vec()), "they are weekly, but".to_owned()),
            (join(every(early, 22), late[..20].to_vec()), "they are monthly, but".to_owned()),
        ] {
            let problem = frequency(&days).unwrap_err().to_string();
            assert!(problem.contains("change their frequency"), "{problem}");
            assert!(problem.contains(&expected), "{problem}\n{expected}");
        }
    }
}
