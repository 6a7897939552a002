//! The end of the series: bars taken while the session ran, and tickers that end apart.

use super::report::listed;
use crate::base::statistics::quantile;
use crate::base::units::Day;
use crate::base::units::format::count;
use crate::prices::quotes::Quotes;

/// Bars before the last whose volume says what is usual.
const BARS: usize = 20;

/// Fewer than these say nothing.
const FEWEST: usize = 5;

/// A last bar with less than this share of the usual volume looks like one of a running session.
const LOW: f64 = 0.5;

/// Tickers that end this many days before the last one have ended; they do not lag behind.
const LAGGING_DAYS: i32 = 7;

/// Looks at the last bars: what was left out, and what was noticed and left alone, in sentences. A last day that only some of the living tickers have, with less than
/// half the usual volume in each of them, was taken during the session: its bars are taken out,
/// unless `keep` is set.
pub(super) fn check_ends(series: &mut [Quotes], keep: bool) -> [Vec<String>; 2] {
    let (mut left_out, mut notes) = (Vec::new(), Vec::new());
    let Some(last) = series.iter().filter_map(last_day).max() else { return [left_out, notes] };
    let age = |s: &Quotes| last_day(s).map_or(i32::MAX, |day| (last - day).get_days());
    let (at_end, lagging): (Vec<&Quotes>, Vec<&Quotes>) =
        series.iter().filter(|s| age(s) <= LAGGING_DAYS).partition(|s| age(s) == 0);
    let low: Vec<String> = at_end.iter().filter_map(|s| low_volume(s)).collect();
    if !lagging.is_empty() && low.len() == at_end.len() {
        let names: Vec<&str> = at_end.iter().map(|quotes| &*quotes.ticker).collect();
        let found = format!(
            "{last}: of {} tickers only {} {} it, and it looks taken during the session ({})",
            at_end.len() + lagging.len(),
            listed(&names),
            if names.len() == 1 { "has" } else { "have" },
            listed(&low)
        );
        if keep {
            notes.push(format!("{found}; kept, as asked"));
        } else {
            left_out.push(format!("{found}; --keep-last keeps it"));
            for quotes in series.iter_mut().filter(|quotes| last_day(quotes) == Some(last)) {
                quotes.quotes.pop();
            }
        }
    } else if !low.is_empty() {
        let before = last.yesterday().unwrap_or(last);
        notes.push(format!(
            "{last}: the last bar may be taken during the session ({}); --end {before} leaves it out",
            listed(&low)
        ));
    }
    notes.extend(uneven_ends(series));
    [left_out, notes]
}

/// Says which tickers end before the others.
fn uneven_ends(series: &[Quotes]) -> Option<String> {
    let last = series.iter().filter_map(last_day).max()?;
    let early = series.iter().filter_map(|quotes| {
        let day = last_day(quotes).filter(|day| *day < last)?;
        Some(format!("{} on {day}", quotes.ticker))
    });
    let early: Vec<String> = early.collect();
    (!early.is_empty()).then(|| format!("not all end on {last}: {}", listed(&early)))
}

/// Says how low the volume of the last bar is, if it is.
fn low_volume(quotes: &Quotes) -> Option<String> {
    let (last, before) = quotes.quotes.split_last()?;
    let volume = last.volume?;
    let mut usual: Vec<f64> =
        before.iter().rev().take(BARS).filter_map(|quote| quote.volume).collect();
    if usual.len() < FEWEST {
        return None;
    }
    usual.sort_by(f64::total_cmp);
    let median = quantile(&usual, 0.5);
    let [found, usual] = [volume, median].map(|volume| count(volume.round() as usize));
    let message = format!("{} {found} shares, usual are {usual}", quotes.ticker);
    (volume < LOW * median).then_some(message)
}

fn last_day(quotes: &Quotes) -> Option<Day> {
    quotes.quotes.last().map(|quote| quote.day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ticker with daily bars up to a day of January 2020, the last with its own volume.
    fn ticker(name: &str, last: i8, volume: Option<f64>) -> Quotes {
        let mut quotes = Quotes::january(name, (1..=last).map(|day| (day, "10")));
        for quote in &mut quotes.quotes {
            let day = quote.day.day();
            quote.volume = if day == last { volume } else { Some(1000.0 + f64::from(day)) };
        }
        quotes
    }

    #[test]
    fn a_bar_of_the_running_session_is_left_out_where_others_have_none() {
        let mut series = [ticker("SPY", 28, Some(400.0)), ticker("XLB", 27, Some(900.0))];
        let [left_out, notes] = check_ends(&mut series, false);
        assert_eq!(
            left_out,
            ["2020-01-28: of 2 tickers only SPY has it, and it looks taken during the session \
              (SPY 400 shares, usual are 1\u{202f}018); --keep-last keeps it"]
        );
        assert!(series[0].quotes.len() == 27 && notes.is_empty());
        let mut series = [ticker("SPY", 28, Some(400.0)), ticker("XLB", 27, Some(900.0))];
        let [left_out, notes] = check_ends(&mut series, true);
        assert!(left_out.is_empty() && notes[0].ends_with("kept, as asked"));
        assert_eq!(notes[1], "not all end on 2020-01-28: XLB on 2020-01-27");
        assert_eq!(series[0].quotes.len(), 28);
    }

    #[test]
    fn what_may_be_whole_is_noticed_and_left_alone() {
        // The others have the day too.
        let mut series = [ticker("SPY", 28, Some(400.0)), ticker("XLB", 28, Some(900.0))];
        let [left_out, notes] = check_ends(&mut series, false);
        assert!(left_out.is_empty() && notes[0].contains("--end 2020-01-27"));
        // A full bar, and one of unknown volume.
        for volume in [Some(1000.0), None] {
            let mut series = [ticker("SPY", 28, volume), ticker("XLB", 27, Some(900.0))];
            let [_, notes] = check_ends(&mut series, false);
            assert_eq!(notes, ["not all end on 2020-01-28: XLB on 2020-01-27"]);
        }
        // A ticker that ended long ago is not waited for.
        let mut series = [ticker("SPY", 28, Some(400.0)), ticker("OLD", 9, Some(900.0))];
        assert!(check_ends(&mut series, false)[0].is_empty());
        assert!(check_ends(&mut [], false).concat().is_empty());
    }
}
