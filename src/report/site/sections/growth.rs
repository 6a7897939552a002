//! The prices of a source as growth since each ticker's first price, at month ends: a picture of what
//! they are, from which nobody gets the prices themselves.

use std::cmp::Ordering;

use serde::Serialize;

use crate::base::units::{Day, format};
use crate::report::chart::{Axis, Line, Role, TimeChart, Unit};
use crate::report::site::kit::figures::{self, words};
use crate::report::site::kit::view::{Figure, Swatch};
use crate::results::{SourceSummary, TickerMonths};

/// Lines beside that of the target; of more tickers so many, from the least to the most growth.
const MOST_OTHERS: usize = 11;

/// The chart with what it shows.
#[derive(Debug, Serialize)]
pub(crate) struct Growth {
    finding: String,
    figure: Figure,
}

/// A ticker whose prices are shown.
struct Grown<'a> {
    ticker: &'a str,
    /// One value a month; `NaN` in a month without a price.
    values: Vec<f64>,
    /// The last of them.
    end: f64,
}

impl<'a> Grown<'a> {
    /// `None` of a ticker with prices in fewer than two months.
    fn of(months: &'a TickerMonths) -> Option<Self> {
        let values: Vec<f64> =
            months.growth.iter().map(|growth| growth.unwrap_or(f64::NAN)).collect();
        let known = || values.iter().copied().filter(|value| value.is_finite());
        let end = known().next_back().filter(|_| known().count() > 1)?;
        Some(Self { ticker: &months.ticker, values, end })
    }

    fn line(&self, role: Role) -> Line<'_> {
        Line::new(self.ticker, role, &self.values)
    }

    /// "6.2 (SPY)".
    fn in_words(&self) -> String {
        format!("{} ({})", times(self.end), self.ticker)
    }
}

/// The chart, the ticker that experiments forecast in front; `None` where no month is known.
pub(crate) fn view(source: &SourceSummary, target: Option<&str>) -> Option<Growth> {
    let days = month_ends(source);
    let all = source.quality.coverage.iter().filter_map(Grown::of);
    let is_whole = |grown: &Grown<'_>| grown.values.len() == days.len();
    let (front, others): (Vec<Grown<'_>>, Vec<Grown<'_>>) =
        all.filter(is_whole).partition(|grown| Some(grown.ticker) == target);
    let (front, count) = (front.first(), others.len());
    let others = spread(others);
    if front.is_none() && others.is_empty() {
        return None;
    }
    // The last line is drawn over the others.
    let context = others.iter().map(|grown| grown.line(Role::Faint));
    let lines = context.chain(front.map(|grown| grown.line(Role::Main))).collect();
    let finding = finding(front, &others);
    let fall = front.and_then(|grown| fall(grown, &days)).unwrap_or_default();
    let seen = format!("{finding}. {fall}");
    let axis = Axis {
        label: "Multiple of the first price, logarithmic",
        unit: Unit::Multiple,
        log: true,
        range: None,
        baseline: Some(1.0),
    };
    let title = "Each ticker from its own first price, at month ends";
    let chart = TimeChart::new(words("growth", title, seen.trim_end()), &days, lines, axis);
    let some = match others.len() {
        shown if shown < count => {
            format!(
                "{} of {} other tickers are drawn. ",
                format::upper_first(&format::number(shown)),
                format::count(count)
            )
        }
        _ => String::new(),
    };
    let space = if fall.is_empty() { "" } else { " " };
    let caption =
        format!("{fall}{space}{some}Only growth at month ends is published here, no price.");
    let swatch =
        |class: &str, label: &str| Swatch { class: class.to_owned(), label: label.to_owned() };
    let ends = front.map(|grown| swatch("ink", grown.ticker)).into_iter();
    let ends = ends.chain((!others.is_empty()).then(|| swatch("faint", "other tickers"))).collect();
    let figure = Figure { ends, ..figures::wide(&chart, caption, Vec::new(), "source.json") };
    Some(Growth { finding, figure })
}

/// The last day of each month, in the last one the last day of the prices.
fn month_ends(source: &SourceSummary) -> Vec<Day> {
    let months = source.quality.months.iter();
    months.map(|month| month.first_day.last_of_month().min(source.last_day)).collect()
}

/// The tickers in the order of their growth, or as many of them at equal distances in it as are drawn.
fn spread(mut tickers: Vec<Grown<'_>>) -> Vec<Grown<'_>> {
    tickers.sort_by(|a, b| by_growth(a, b).then_with(|| a.ticker.cmp(b.ticker)));
    let last = tickers.len().saturating_sub(1);
    if last < MOST_OTHERS {
        return tickers;
    }
    let kept: Vec<usize> = (0..MOST_OTHERS).map(|rank| rank * last / (MOST_OTHERS - 1)).collect();
    let ranked = tickers.into_iter().enumerate();
    ranked.filter(|(rank, _)| kept.contains(rank)).map(|(_, grown)| grown).collect()
}

fn by_growth(a: &Grown<'_>, b: &Grown<'_>) -> Ordering {
    a.end.total_cmp(&b.end)
}

/// What became of the first price.
fn finding(front: Option<&Grown<'_>>, others: &[Grown<'_>]) -> String {
    let range = match others {
        [] => None,
        [one] => Some(one.in_words()),
        [least, .., most] => Some(format!("{} to {}", least.in_words(), most.in_words())),
    };
    match (front, range) {
        (Some(grown), Some(range)) => {
            format!(
                "{} ended at {} times its first price, the others at {range}",
                grown.ticker,
                times(grown.end)
            )
        }
        (Some(grown), None) => {
            format!("{} ended at {} times its first price", grown.ticker, times(grown.end))
        }
        (None, range) => {
            format!("Last price as a multiple of the first: {}", range.unwrap_or_default())
        }
    }
}

/// The deepest fall from one month end to another; `None` where it never fell.
fn fall(grown: &Grown<'_>, days: &[Day]) -> Option<String> {
    let known = grown.values.iter().zip(days).filter(|(value, _)| value.is_finite());
    let mut peak: Option<(f64, Day)> = None;
    let mut deepest: Option<(f64, Day, Day)> = None;
    for (&value, &day) in known {
        let (high, since) = peak.filter(|(high, _)| *high > value).unwrap_or((value, day));
        peak = Some((high, since));
        let depth = value / high - 1.0;
        if depth < deepest.map_or(0.0, |(depth, ..)| depth) {
            deepest = Some((depth, since, day));
        }
    }
    let (depth, from, to) = deepest?;
    let month = |day: Day| day.strftime("%B %Y").to_string();
    let (ticker, depth) = (grown.ticker, format::percent(Some(-depth), 0));
    Some(format!("{ticker} fell most from {} to {}, by {depth}.", month(from), month(to)))
}

/// A multiple with two digits.
fn times(value: f64) -> String {
    format::decimal(Some(value), if value < 1.0 { 2 } else { usize::from(value < 10.0) })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn grown(ticker: &'static str, values: &[f64]) -> Grown<'static> {
        Grown { ticker, values: values.to_vec(), end: *values.last().unwrap() }
    }

    #[test]
    fn what_is_said_is_what_the_lines_show() {
        let target = grown("SPY", &[1.0, 1.5, f64::NAN, 1.2, 0.75, 1.4, 6.3]);
        let days: Vec<Day> = (1..8).map(|month| date(2020, month, 28)).collect();
        let said = fall(&target, &days).unwrap();
        assert_eq!(said, "SPY fell most from February 2020 to May 2020, by 50\u{202f}%.");
        assert!(fall(&grown("X", &[1.0, 1.0, 2.0]), &days).is_none(), "it never fell");
        let others = [grown("XLE", &[0.5]), grown("XLB", &[2.0]), grown("XLK", &[12.3])];
        let all = finding(Some(&target), &others);
        assert_eq!(
            all,
            "SPY ended at 6.3 times its first price, the others at 0.50 (XLE) to 12 (XLK)"
        );
        assert_eq!(finding(Some(&target), &[]), "SPY ended at 6.3 times its first price");
    }

    #[test]
    fn of_many_tickers_the_least_the_most_and_some_between_are_drawn() {
        let name = |at: usize| -> &'static str { Box::leak(format!("T{at:03}").into_boxed_str()) };
        let many = (0..500).rev().map(|at| grown(name(at), &[1.0, 1.0 + at as f64])).collect();
        let drawn = spread(many);
        assert_eq!(drawn.len(), MOST_OTHERS);
        assert_eq!((drawn[0].ticker, drawn[MOST_OTHERS - 1].ticker), ("T000", "T499"));
        assert_eq!(spread((0..4).map(|at| grown(name(at), &[1.0])).collect()).len(), 4);
    }

    #[test]
    fn a_ticker_with_one_month_has_no_growth() {
        let months = |growth| TickerMonths {
            ticker: "X".to_owned(),
            prices: Vec::new(),
            expected: Vec::new(),
            growth,
        };
        assert!(Grown::of(&months(vec![None, Some(1.0), None])).is_none());
        assert!(Grown::of(&months(Vec::new())).is_none());
        assert_eq!(Grown::of(&months(vec![Some(1.0), Some(2.0), None])).unwrap().end, 2.0);
    }
}
