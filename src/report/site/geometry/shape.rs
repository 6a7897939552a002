//! How tightly everything moves together, through time.

use crate::base::units::{Day, format};
use crate::report::chart::{self, Axis, Role, TimeChart, Unit, Words};
use crate::report::site::kit::figures::{
    SMALL, WIDE, at, common_range, line, slug, thinned, wide, zero_axis,
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
    blocks.push(Block::Note {
        text: "Absorption ratio: Kritzman, Li, Page and Rigobon (2011). Effective rank: Roy and \
               Vetterli (2007). All are known at the close of their day."
            .to_owned(),
        methods: "spectrum",
    });
    Some(Section {
        id: "shape",
        title: "How tightly does it move together?",
        lead: format!(
            "The same spectrum over the last {} days, day by day. When one mode takes all, the \
             features have little left to tell a model apart by.",
            subject.results.geometry.window
        ),
        blocks,
    })
}

/// The coupling index.
fn coupling(subject: &Subject<'_>) -> Option<Figure> {
    let values = subject.series.coupling()?;
    let geometry = &subject.results.geometry;
    let chart = TimeChart {
        words: Words {
            id: "coupling",
            title: "Market coupling",
            description: "Rolling mean correlation between the features.",
        },
        days: &subject.series.geometry.days,
        lines: vec![line("", Role::Main, values)],
        bands: &subject.bands,
        axis: zero_axis("Mean correlation", Unit::Decimal(1)),
        aspect: WIDE,
    };
    let figures = geometry.coupling.map_or_else(String::new, |coupling| {
        format!(
            " {} in the mean, {} to {}, {} on the last day.",
            format::decimal(Some(coupling.mean), 2),
            format::decimal(Some(coupling.min), 2),
            format::decimal(Some(coupling.max), 2),
            format::decimal(Some(coupling.last), 2)
        )
    });
    let caption = format!(
        "Mean correlation between the features over the last {} days. Near 1 they move as one and \
         there is little for a model to tell apart; low values leave room for \
         differences.{figures}",
        geometry.window
    );
    Some(wide(&chart, caption, subject.band_key(), subject.shared(|files| &files.geometry)))
}

/// The shares of the leading eigenvalues.
fn shares(subject: &Subject<'_>) -> Option<Figure> {
    let roles = [Role::Main, Role::Category(0), Role::Category(1)];
    let lines: Vec<_> = ["first", "second", "third"]
        .into_iter()
        .zip(roles)
        .enumerate()
        .filter_map(|(rank, (label, role))| {
            Some(line(label, role, subject.series.eigenvalue(rank + 1)?))
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    let chart = TimeChart {
        words: Words {
            id: "eigenvalue-shares",
            title: "Shares of the leading eigenvalues",
            description: "Share of the variance in the first three eigen-directions of the \
                          rolling correlation matrix.",
        },
        days: &subject.series.geometry.days,
        lines,
        bands: &subject.bands,
        axis: Axis { range: Some((0.0, 1.0)), ..zero_axis("Share of variance", Unit::Percent(0)) },
        aspect: WIDE,
    };
    let caption = "By size on each day: what the first gives up goes to the second and the third \
                   when a part of the market goes its own way.";
    Some(wide(&chart, caption, subject.band_key(), subject.shared(|files| &files.geometry)))
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
            Some(Panel {
                title: (*title).to_owned(),
                svg: chart::time_chart(&TimeChart {
                    words: Words {
                        id: &format!("measure-{}", slug(column)),
                        title,
                        description: "Through time, from the past alone.",
                    },
                    days: &days,
                    lines: vec![line("", Role::Main, &values)],
                    bands: subject.small_bands(),
                    axis: Axis { label: "", unit: *unit, log: false, range: None, baseline: None },
                    aspect: SMALL,
                }),
            })
        })
        .collect();
    if panels.is_empty() {
        return None;
    }
    let top = subject.results.geometry.tickers.len().div_ceil(5);
    let window = subject.results.geometry.spectrum.window;
    let of_directions = if has_directions {
        format!(
            " The last two ask whether the directions themselves stay: over {window} days, \
             against the {window} days before those."
        )
    } else {
        String::new()
    };
    Some(Gallery {
        id: "figure-measures".to_owned(),
        title: "Measures of the spectrum and of its directions".to_owned(),
        panels,
        caption: format!(
            "Each on a scale of its own. The absorption ratio is the share of the first {}; the \
             effective rank and the participation ratio count directions, the former small ones \
             as well.{of_directions}",
            if top == 1 { "eigenvalue".to_owned() } else { format!("{top} eigenvalues") },
        ),
        key: subject.small_band_key(),
        data: Some(subject.shared(|files| &files.geometry)),
    })
}
