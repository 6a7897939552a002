//! The leading eigenvectors through time: do the directions hold?

use crate::base::units::{Day, format, math};
use crate::report::chart::{self, Axis, Line, Role, TileChart, Unit};
use crate::report::site::geometry::matrix::{drawn, left_out_of};
use crate::report::site::kit::figures::{line, over_regime, span, words, zero_axis};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Figure, Section};
use crate::results::{ModesOnDay, names};

/// Angle between the second mode and itself a year before from which it is called another one.
const TURNED: f64 = 45.0;

pub(crate) fn section(subject: &Subject<'_>) -> Option<Section> {
    let spectrum = &subject.results.geometry.spectrum;
    // Of two features the modes are always their sum and their difference.
    if spectrum.modes.len() < 2 || subject.results.geometry.tickers.len() < 3 {
        return None;
    }
    let note = format!(
        "Eigenvectors of the correlations over the last {} days, taken at the first close of each \
         quarter from the past alone, and matched to those before by their absolute cosine.",
        spectrum.window
    );
    let market = ("mode-market", "The market mode, quarter by quarter");
    let second = ("mode-second", "The second mode, quarter by quarter");
    let lead = "A model that bets on a direction needs it to stay where it was when it was learnt.";
    Some(Section {
        id: "modes",
        topic: "Do the directions hold",
        title: finding(subject),
        lead: lead.to_owned(),
        blocks: vec![
            Block::Figure(tiles(subject, market, |modes| &modes.market, &market_words(subject))),
            Block::Figure(tiles(subject, second, |modes| &modes.second, &second_words(subject))),
            Block::Figure(to_static(subject)),
            Block::note(note, "spectrum"),
        ],
    })
}

/// How far the second mode turns from year to year, in the median of the days.
fn finding(subject: &Subject<'_>) -> String {
    let angles = subject.series.geometry.column(names::SECOND_MODE_ANGLE).unwrap_or_default();
    let known: Vec<f64> = angles.iter().copied().filter(|angle| angle.is_finite()).collect();
    let turned = known.iter().filter(|angle| **angle >= TURNED).count();
    if known.is_empty() {
        return "The leading directions, quarter by quarter".to_owned();
    }
    format!(
        "On {} of the days the second mode is another one than a year before",
        format::percent(Some(turned as f64 / known.len() as f64), 0)
    )
}

/// The loadings of a mode by quarter, turned so that neighbouring quarters point the same way.
fn aligned(modes: &[ModesOnDay], loadings: impl Fn(&ModesOnDay) -> &Vec<f64>) -> Vec<Vec<f64>> {
    let mut turned: Vec<Vec<f64>> = Vec::with_capacity(modes.len());
    for day in modes {
        let mut now = loadings(day).clone();
        let product = turned
            .last()
            .map_or(0.0, |before| before.iter().zip(&now).map(|(a, b)| a * b).sum::<f64>());
        if product < 0.0 {
            now.iter_mut().for_each(|loading| *loading = -*loading);
        }
        turned.push(now);
    }
    turned
}

fn tiles(
    subject: &Subject<'_>,
    (id, title): (&'static str, &str),
    loadings: impl Fn(&ModesOnDay) -> &Vec<f64>,
    caption: &str,
) -> Figure {
    let geometry = &subject.results.geometry;
    let modes = &geometry.spectrum.modes;
    let days: Vec<Day> = modes.iter().map(|modes| modes.day).collect();
    let order = drawn(geometry);
    let turned = aligned(modes, loadings);
    let over_time = |&ticker: &usize| {
        turned.iter().map(|mode| mode.get(ticker).copied().unwrap_or(f64::NAN)).collect()
    };
    let values: Vec<Vec<f64>> = order.iter().map(over_time).collect();
    let strongest = values.iter().flatten().map(|loading| loading.abs()).fold(0.0, f64::max);
    let description = format!("{title}: loadings of the features as coloured cells over time.");
    let chart = TileChart {
        words: words(id, title, &description),
        days: &days,
        last: subject.results.data.last_day,
        // Modes need a longer window than what else the page shows: their columns begin later.
        span: span(subject, &subject.series.geometry.days),
        rows: order.iter().map(|&i| geometry.tickers[i].as_str()).collect(),
        values,
        strongest: (strongest * 10.0).ceil() / 10.0,
        label: "Loading",
        bands: &subject.bands,
    };
    let caption = format!("{caption}{}", left_out_of(order.len(), geometry.tickers.len()));
    let svg = chart::tile_chart(&chart);
    Figure::new(&chart.words, svg, caption, subject.band_key(), "results.json")
}

/// Mean and least of a column of `geometry.csv`, with the day of the least.
fn mean_and_least(subject: &Subject<'_>, column: &str) -> Option<(f64, f64, Day)> {
    let table = &subject.series.geometry;
    let known = table.column(column)?.iter().copied().zip(table.days.iter().copied());
    let known: Vec<(f64, Day)> = known.filter(|(value, _)| value.is_finite()).collect();
    let values: Vec<f64> = known.iter().map(|(value, _)| *value).collect();
    let (least, day) = known.into_iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some((math::mean(&values)?, least, day))
}

fn market_words(subject: &Subject<'_>) -> String {
    let one_sided = |modes: &&ModesOnDay| modes.market.iter().all(|loading| *loading > 0.0);
    let modes = &subject.results.geometry.spectrum.modes;
    let held = modes.iter().filter(one_sided).count();
    let sign = match modes.len() {
        all if held == all => "In every quarter all features load with one sign.".to_owned(),
        all => format!("All features load with one sign in {held} of {all} quarters."),
    };
    let stability = mean_and_least(subject, names::MARKET_MODE_STABILITY);
    let stability = stability.map_or_else(String::new, |(mean, least, day)| {
        let (mean, least) = (format::decimal(Some(mean), 3), format::decimal(Some(least), 3));
        format!(
            " Its cosine with the mode of the year before is {mean} in the mean and {least} at \
             the least, on {day}."
        )
    });
    format!("{sign}{stability}")
}

fn second_words(subject: &Subject<'_>) -> String {
    let modes = &subject.results.geometry.spectrum.modes;
    let angles = subject.series.geometry.column(names::SECOND_MODE_ANGLE).into_iter().flatten();
    let known: Vec<f64> = angles.copied().filter(|angle| angle.is_finite()).collect();
    let turned = known.iter().filter(|angle| **angle > TURNED).count();
    let by = math::mean(&known).map_or_else(String::new, |mean| {
        format!(
            ": by {}° a year on average, by more than {TURNED}° on {} of days",
            format::decimal(Some(mean), 0),
            format::percent(Some(turned as f64 / known.len() as f64), 0)
        )
    });
    let exchanged = exchanges(modes);
    format!("Where a row changes colour, the direction has turned{by}. {exchanged}")
}

/// In how many quarters the second mode was not the second largest.
fn exchanges(modes: &[ModesOnDay]) -> String {
    match modes.iter().filter(|modes| modes.second_rank != 1).count() {
        0 => "It is the second largest in every quarter.".to_owned(),
        away => format!("In {away} of {} quarters it is not the second largest.", modes.len()),
    }
}

/// How near each quarter's modes are to those of the whole panel.
fn to_static(subject: &Subject<'_>) -> Figure {
    let modes = &subject.results.geometry.spectrum.modes;
    let days: Vec<Day> = modes.iter().map(|modes| modes.day).collect();
    let market: Vec<f64> = modes.iter().map(|modes| modes.market_to_static).collect();
    let second: Vec<f64> = modes.iter().map(|modes| modes.second_to_static).collect();
    let step = |label, role, values| Line { step: true, ..line(label, role, values) };
    let words = words(
        "to-static",
        "How close the modes of each quarter are to those of all days",
        "Absolute cosine of the market mode and of the second mode with those of the whole panel, \
         by quarter.",
    );
    let lines = vec![
        step("market mode", Role::Main, &market),
        step("second mode", Role::Category(0), &second),
    ];
    let axis = zero_axis("Absolute cosine", Unit::Decimal(1));
    let axis = Axis { range: Some((0.0, 1.0)), baseline: None, ..axis };
    let caption = "At 1 the direction is that of the whole panel, at 0 it is at a right angle to \
                   it. Hindsight: nobody knew the whole panel then.";
    over_regime(subject, words, &days, lines, axis, caption, "results.json")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn modes(second: [f64; 2], second_rank: usize, month: i8) -> ModesOnDay {
        ModesOnDay {
            day: date(2001, month, 2),
            market: vec![0.7, 0.7],
            second: second.to_vec(),
            second_rank,
            market_to_static: 1.0,
            second_to_static: 1.0,
        }
    }

    #[test]
    fn neighbouring_quarters_point_the_same_way() {
        let days = [modes([0.8, -0.6], 1, 1), modes([-0.6, 0.8], 2, 4), modes([0.9, 0.1], 1, 7)];
        let turned = aligned(&days, |modes| &modes.second);
        assert_eq!(turned, [[0.8, -0.6], [0.6, -0.8], [0.9, 0.1]]);
        assert!(exchanges(&days).starts_with("In 1 of 3 quarters it is not the second"));
        assert!(exchanges(&days[..1]).contains("in every quarter"));
    }
}
