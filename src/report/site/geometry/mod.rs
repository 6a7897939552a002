//! The pages on the market's geometry: what moves together and for how long, once for all experiments
//! on one panel; what the models of one make of it; and its short form in the report.

mod agreement;
mod directions;
mod matrix;
mod modes;
mod pairs;
mod shape;
mod spectrum;
mod words;

use crate::report::site::kit::part::{Link, Part};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Section};

/// The page; `None` for an experiment with a single feature, which has no geometry.
pub(crate) fn part(subject: &Subject<'_>) -> Option<Part> {
    if subject.results.geometry.tickers.len() < 2 {
        return None;
    }
    let market = [
        matrix::section(subject),
        spectrum::section(subject),
        modes::section(subject),
        shape::section(subject),
        pairs::section(subject),
    ];
    let sentences = words::sentences(subject);
    Some(Part {
        link: Link { slug: "geometry", title: "The market’s geometry", continues: "why" },
        description: sentences.first().cloned().unwrap_or_default(),
        lead: sentences.join(" "),
        sections: models(subject).into_iter().collect(),
        shared: market.into_iter().flatten().collect(),
    })
}

/// What the report itself says of it: how far the models agree, the market in a few sentences,
/// and which of its directions paid.
pub(crate) fn summary(subject: &Subject<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(text) = agreement::sentence(subject) {
        blocks.extend([Block::heading("Do the models agree?"), Block::text(text)]);
    }
    let market = words::sentences(subject).join(" ");
    let market = (!market.is_empty()).then(|| Block::text(market));
    let paid = directions::contributions(subject).map(Block::Gallery);
    if market.is_some() || paid.is_some() {
        blocks.push(Block::heading("The market beneath"));
    }
    blocks.extend([market, paid].into_iter().flatten());
    blocks
}

fn models(subject: &Subject<'_>) -> Option<Section> {
    let mut blocks = directions::blocks(subject);
    blocks.extend(agreement::blocks(subject));
    (!blocks.is_empty()).then(|| Section {
        id: "models",
        title: "What do the models make of it?",
        lead: "A linear forecast is a sum over the directions of the market. Which of them a \
               model bets on, which of them paid, and whether the models bet on the same."
            .to_owned(),
        blocks,
    })
}
