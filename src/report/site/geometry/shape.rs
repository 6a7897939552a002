//! How tightly everything moves together, through time.

use super::directions::ROLES;
use crate::base::units::{Day, format};
use crate::report::chart::{self, Axis, Line, Role, Unit, Words};
use crate::report::site::kit::figures::{
    at, common_range, line, over_regime, slug, small, thinned, words, zero_axis,
};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Figure, Gallery, Panel, Section};
use crate::results::names;

/// Positions drawn on a small multiple.
const PANEL_POSITIONS: usize = 220;

/// The small multiples: column, title, axis.
const FIGURES: [(&str, &str, Unit); 5] = [
    (names::ABSORPTION, "Absorption ratio", Unit::Percent(0)),
    (names::EFFECTIVE_RANK, "Effective rank", Unit::Decimal(1)),
    (names::PARTICIPATION_RATIO, "Participation ratio", Unit::Decimal(1)),
    (names::MARKET_MODE_STABILITY, "Market mode, cosine with the year before", Unit::Decimal(2)),
    (names::SECOND_MODE_ANGLE, "Second mode, degrees from the year before", Unit::Decimal(0)),
];

/// Those of them that are about directions.
const OF_DIRECTIONS: [&str; 2] = [names::MARKET_MODE_STABILITY, names::SECOND_MODE_ANGLE];

pub(crate) fn section(subject: &Subject<'_>) -> Option<Section> {
    let mut blocks: Vec<Block> = coupling(subject).map(Block::Figure).into_iter().collect();
    blocks.extend(shares(subject).map(Block::Figure));
    blocks.extend(measures(subject).map(Block::Gallery));
    if blocks.is_empty() {
        return None;
    }
    blocks.push(Block::note(
        "Absorption ratio: Kritzman, Li, Page and Rigobon (2011). Effective rank: Roy and \
         Vetterli (2007). All are known at the close of their day.",
        "spectrum",
    ));
    let lead = format!(
        "The same spectrum over the last {} days, day by day. When one mode carries \
         most of the variance, the features differ little.",
        subject.results.geometry.window
    );
    let title = match subject.results.geometry.coupling {
        Some(coupling) => {
            let [min, max, last] = [coupling.min, coupling.max, coupling.last]
                .map(|value| format::decimal(Some(value), 2));
            format!("The mean correlation ran from {min} to {max}, and is {last} now")
        }
        None => "The spectrum day by day".to_owned(),
    };
    Some(Section { id: "shape", topic: "How tightly", title, lead, blocks })
}

/// A chart of columns of `geometry.csv`.
fn figure(
    subject: &Subject<'_>,
    words: Words<'_>,
    lines: Vec<Line<'_>>,
    axis: Axis<'_>,
    caption: &str,
) -> Figure {
    let (days, file) = (&subject.series.geometry.days, subject.shared(|files| &files.geometry));
    over_regime(subject, words, days, lines, axis, caption, file)
}

/// The coupling index.
fn coupling(subject: &Subject<'_>) -> Option<Figure> {
    let values = subject.series.coupling()?;
    let geometry = &subject.results.geometry;
    let shown = "Rolling mean correlation between the features.";
    let figures = geometry.coupling.map_or_else(String::new, |coupling| {
        let [mean, min, max, last] = [coupling.mean, coupling.min, coupling.max, coupling.last]
            .map(|value| format::decimal(Some(value), 2));
        format!(" It is {mean} on average, {min} to {max}, and {last} on the last day.")
    });
    let caption = format!(
        "Mean correlation between the features over the last {} days; near 1 they move as \
         one.{figures}",
        geometry.window
    );
    Some(figure(
        subject,
        words("coupling", "Market coupling", shown),
        vec![line("", Role::Main, values)],
        zero_axis("Mean correlation", Unit::Decimal(1)),
        &caption,
    ))
}

/// The shares of the leading eigenvalues.
fn shares(subject: &Subject<'_>) -> Option<Figure> {
    let ranks = ["first", "second", "third"].into_iter().zip(ROLES);
    let share =
        |(rank, (label, role))| Some(line(label, role, subject.series.eigenvalue(rank + 1)?));
    let lines: Vec<_> = ranks.enumerate().filter_map(share).collect();
    if lines.is_empty() {
        return None;
    }
    let words = words(
        "eigenvalue-shares",
        "Shares of the leading eigenvalues",
        "Share of the variance in the first three eigen-directions of the rolling correlation \
         matrix.",
    );
    let axis = zero_axis("Share of variance", Unit::Percent(0));
    let axis = Axis { range: Some((0.0, 1.0)), ..axis };
    let caption = "In order of size on each day.";
    Some(figure(subject, words, lines, axis, caption))
}

fn measures(subject: &Subject<'_>) -> Option<Gallery> {
    let table = &subject.series.geometry;
    let kept = thinned(table.days.len(), PANEL_POSITIONS);
    let days: Vec<Day> = at(&table.days, &kept);
    // Of two features the modes are always their sum and their difference.
    let has_directions = subject.results.geometry.tickers.len() > 2;
    let panels: Vec<Panel> = FIGURES
        .iter()
        .filter(|(column, ..)| has_directions || !OF_DIRECTIONS.contains(column))
        .filter_map(|(column, title, unit)| {
            let values = at(table.column(column)?, &kept);
            common_range([&values[..]])?;
            let id = format!("measure-{}", slug(column));
            let words = words(&id, title, "Through time, from the past alone.");
            let lines = vec![line("", Role::Main, &values)];
            let axis = Axis { baseline: None, ..zero_axis("", *unit) };
            let svg = chart::time_chart(&small(subject, words, &days, lines, axis));
            Some(Panel { title: (*title).to_owned(), svg })
        })
        .collect();
    if panels.is_empty() {
        return None;
    }
    let top = match subject.results.geometry.tickers.len().div_ceil(5) {
        1 => "eigenvalue".to_owned(),
        top => format!("{top} eigenvalues"),
    };
    let window = subject.results.geometry.spectrum.window;
    let of_directions = if has_directions {
        format!(
            " The last two compare the directions of {window} days with those of the {window} \
             days before."
        )
    } else {
        String::new()
    };
    Some(Gallery {
        id: "figure-measures",
        title: "Measures of the spectrum and of its directions".to_owned(),
        panels,
        caption: format!(
            "Each panel has its own scale. The absorption ratio is the share of the first \
             {top}.{of_directions}"
        ),
        key: subject.small_band_key(),
        data: subject.shared(|files| &files.geometry),
    })
}
