//! The leading eigenvectors through time: do the directions hold?

use crate::base::units::{Day, format, math};
use crate::report::chart::{self, Axis, Line, Role, TileChart, TimeChart, Unit, Words};
use crate::report::site::geometry::matrix::{MOST_TICKERS, clustered};
use crate::report::site::kit::figures::{WIDE, line, wide};
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
    let mut blocks = vec![
        Block::Figure(tiles(
            subject,
            ("market", "The market mode, quarter by quarter"),
            |modes| &modes.market,
            &market_words(subject),
        )),
        Block::Figure(tiles(
            subject,
            ("second", "The second mode, quarter by quarter"),
            |modes| &modes.second,
            &second_words(subject),
        )),
        Block::Figure(to_static(subject)),
    ];
    blocks.push(Block::Note {
        text: format!(
            "Eigenvectors of the correlations over the last {} days, taken at the first close of \
             each quarter from the past alone, and matched to those before by their absolute \
             cosine.",
            spectrum.window
        ),
        methods: "spectrum",
    });
    Some(Section {
        id: "modes",
        title: "Do the directions hold?",
        lead: "A model that bets on a direction needs it to stay where it was when it was learnt."
            .to_owned(),
        blocks,
    })
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
    let order: Vec<usize> = clustered(geometry).into_iter().take(MOST_TICKERS).collect();
    let turned = aligned(modes, loadings);
    let values: Vec<Vec<f64>> = order
        .iter()
        .map(|&ticker| {
            turned.iter().map(|mode| mode.get(ticker).copied().unwrap_or(f64::NAN)).collect()
        })
        .collect();
    let strongest = values.iter().flatten().map(|loading| loading.abs()).fold(0.0, f64::max);
    let description = format!("{title}: loadings of the features as coloured cells over time.");
    let svg = chart::tile_chart(&TileChart {
        words: Words { id: &format!("mode-{id}"), title, description: &description },
        days: &days,
        last: subject.results.data.last_day,
        rows: order.iter().map(|&i| geometry.tickers[i].as_str()).collect(),
        values,
        strongest: (strongest * 10.0).ceil() / 10.0,
        label: "Loading",
        bands: &subject.bands,
    });
    let left_out = if geometry.tickers.len() > order.len() {
        format!(" {} of {} features are shown.", order.len(), geometry.tickers.len())
    } else {
        String::new()
    };
    Figure {
        id: format!("figure-mode-{id}"),
        title: title.to_owned(),
        svg,
        caption: format!("{caption}{left_out}"),
        key: subject.band_key(),
        data: Some("results.json".to_owned()),
    }
}

/// Mean and least of a column of `geometry.csv`, with the day of the least.
fn mean_and_least(subject: &Subject<'_>, column: &str) -> Option<(f64, f64, Day)> {
    let table = &subject.series.geometry;
    let known: Vec<(f64, Day)> = table
        .column(column)?
        .iter()
        .copied()
        .zip(table.days.iter().copied())
        .filter(|(value, _)| value.is_finite())
        .collect();
    let values: Vec<f64> = known.iter().map(|(value, _)| *value).collect();
    let (least, day) = known.into_iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some((math::mean(&values)?, least, day))
}

fn market_words(subject: &Subject<'_>) -> String {
    let one_sided = |modes: &&ModesOnDay| modes.market.iter().all(|loading| *loading > 0.0);
    let modes = &subject.results.geometry.spectrum.modes;
    let held = modes.iter().filter(one_sided).count();
    let sign = if held == modes.len() {
        "In every quarter all features load with one sign.".to_owned()
    } else {
        format!("All features load with one sign in {held} of {} quarters.", modes.len())
    };
    let stability = mean_and_least(subject, names::MARKET_MODE_STABILITY).map_or_else(
        String::new,
        |(mean, least, day)| {
            format!(
                " Its cosine with the mode of the year before is {} in the mean and {} at the \
                 least, on {day}.",
                format::decimal(Some(mean), 3),
                format::decimal(Some(least), 3)
            )
        },
    );
    format!("{sign}{stability}")
}

fn second_words(subject: &Subject<'_>) -> String {
    let modes = &subject.results.geometry.spectrum.modes;
    let known: Vec<f64> = subject
        .series
        .geometry
        .column(names::SECOND_MODE_ANGLE)
        .into_iter()
        .flatten()
        .copied()
        .filter(|angle| angle.is_finite())
        .collect();
    let turned = known.iter().filter(|angle| **angle > TURNED).count();
    let angle = math::mean(&known).map_or_else(
        || "Where a row changes colour, the direction has turned.".to_owned(),
        |mean| {
            format!(
                "Where a row changes colour, the direction has turned: by {}° from one year to \
                 the next in the mean, by more than {TURNED}° on {} of days.",
                format::decimal(Some(mean), 0),
                format::percent(Some(turned as f64 / known.len() as f64), 0)
            )
        },
    );
    format!("{angle} {}", exchanges(modes))
}

/// The quarters in which the second mode was not the second largest.
fn exchanges(modes: &[ModesOnDay]) -> String {
    let away: Vec<&ModesOnDay> = modes.iter().filter(|modes| modes.second_rank != 1).collect();
    match (away.first(), away.last()) {
        (Some(first), Some(last)) => format!(
            "In {} of {} quarters, between {} and {}, it had changed places: followed by its \
             direction, it was not the second by size.",
            away.len(),
            modes.len(),
            first.day,
            last.day
        ),
        _ => "It never changed places with another mode.".to_owned(),
    }
}

/// How near each quarter's modes are to those of the whole panel.
fn to_static(subject: &Subject<'_>) -> Figure {
    let modes = &subject.results.geometry.spectrum.modes;
    let days: Vec<Day> = modes.iter().map(|modes| modes.day).collect();
    let market: Vec<f64> = modes.iter().map(|modes| modes.market_to_static).collect();
    let second: Vec<f64> = modes.iter().map(|modes| modes.second_to_static).collect();
    let step = |label, role, values| Line { step: true, ..line(label, role, values) };
    let chart = TimeChart {
        words: Words {
            id: "to-static",
            title: "How near the modes of the time are to those of all days",
            description: "Absolute cosine of the market mode and of the second mode with those \
                          of the whole panel, by quarter.",
        },
        days: &days,
        lines: vec![
            step("market mode", Role::Main, &market),
            step("second mode", Role::Category(0), &second),
        ],
        bands: &subject.bands,
        axis: Axis {
            label: "Absolute cosine",
            unit: Unit::Decimal(1),
            log: false,
            range: Some((0.0, 1.0)),
            baseline: None,
        },
        aspect: WIDE,
    };
    let caption = "At 1 the direction is that of the whole panel, at 0 it is at a right angle to \
                   it. Hindsight: nobody knew the whole panel then.";
    wide(&chart, caption, subject.band_key(), "results.json")
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
        assert!(exchanges(&days).starts_with("In 1 of 3 quarters, between 2001-04-02"));
        assert!(exchanges(&days[..1]).contains("never"));
    }
}
