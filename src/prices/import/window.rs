//! Which days of the series are kept: those asked for, from where there is more than one ticker.

use super::options::Options;
use crate::base::units::Day;
use crate::base::units::format::count;
use crate::prices::quotes::Quotes;

/// Takes out the days before `start` and after `end`; what was left out, in sentences. Tickers
/// without a day left go.
pub(super) fn cut(series: &mut Vec<Quotes>, options: &Options) -> Vec<String> {
    let before = options.start.and_then(|start| {
        let what = drop_days(series, |day| day < start)?;
        Some(format!("{what}: before {start}, as asked"))
    });
    let after = options.end.and_then(|end| {
        let what = drop_days(series, |day| day > end)?;
        Some(format!("{what}: after {end}, as asked"))
    });
    let empty = series.extract_if(.., |quotes| quotes.quotes.is_empty());
    let empty = empty.map(|quotes| format!("{}: no price is left of it", quotes.ticker));
    before.into_iter().chain(after).chain(empty).collect()
}

/// Takes out the days before the second ticker begins: a single ticker makes no panel.
pub(super) fn begin_together(series: &mut [Quotes]) -> Option<String> {
    let mut starts: Vec<(Day, &str)> = series
        .iter()
        .filter_map(|quotes| Some((quotes.quotes.first()?.day, quotes.ticker.as_str())))
        .collect();
    starts.sort_unstable();
    let (&(_, alone), &(second, _)) = (starts.first()?, starts.get(1)?);
    let alone = alone.to_owned();
    let what = drop_days(series, |day| day < second)?;
    Some(format!("{what}: only {alone} has a price there; --all-days keeps them"))
}

/// Says which days were taken out, if any were.
fn drop_days(series: &mut [Quotes], is_out: impl Fn(Day) -> bool) -> Option<String> {
    let mut days: Vec<Day> = Vec::new();
    for quotes in series {
        days.extend(quotes.quotes.extract_if(.., |quote| is_out(quote.day)).map(|quote| quote.day));
    }
    days.sort_unstable();
    days.dedup();
    match &*days {
        [] => None,
        [day] => Some(day.to_string()),
        [first, .., last] => Some(format!("{first} to {last}, {} days", count(days.len()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticker(name: &str, days: std::ops::RangeInclusive<i8>) -> Quotes {
        Quotes::january(name, days.map(|day| (day, "10")))
    }

    #[test]
    fn days_outside_of_the_window_go_and_are_counted_once() {
        let mut series = vec![ticker("SPY", 1..=20), ticker("XLB", 5..=20), ticker("OLD", 1..=3)];
        let options = Options {
            start: Some(jiff::civil::date(2020, 1, 5)),
            end: Some(jiff::civil::date(2020, 1, 19)),
            ..Options::default()
        };
        assert_eq!(
            cut(&mut series, &options),
            [
                "2020-01-01 to 2020-01-04, 4 days: before 2020-01-05, as asked",
                "2020-01-20: after 2020-01-19, as asked",
                "OLD: no price is left of it"
            ]
        );
        assert_eq!(series.len(), 2);
        assert_eq!(begin_together(&mut series), None);
    }

    #[test]
    fn a_ticker_alone_begins_with_the_second() {
        let mut series = [ticker("XLB", 5..=20), ticker("SPY", 1..=20), ticker("XLC", 9..=20)];
        assert_eq!(
            begin_together(&mut series).unwrap(),
            "2020-01-01 to 2020-01-04, 4 days: only SPY has a price there; --all-days keeps them"
        );
        assert_eq!(begin_together(&mut [ticker("SPY", 1..=20)]), None);
    }
}
