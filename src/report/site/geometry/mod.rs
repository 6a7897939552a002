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
use crate::report::site::kit::view::{Gallery, Section};

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

/// How far the models agree, in a clause; `None` of a single model.
pub(crate) fn agreement(subject: &Subject<'_>) -> Option<&'static str> {
    agreement::clause(subject)
}

/// How far the models agree, and what the market beneath is, in two sentences.
pub(crate) fn sentences(subject: &Subject<'_>) -> String {
    let agreed = agreement::sentence(subject).into_iter();
    agreed.chain(words::sentences(subject).into_iter().take(1)).collect::<Vec<_>>().join(" ")
}

/// Which directions of the market paid.
pub(crate) fn paid(subject: &Subject<'_>) -> Option<Gallery> {
    directions::contributions(subject)
}

fn models(subject: &Subject<'_>) -> Option<Section> {
    let mut blocks = directions::blocks(subject);
    blocks.extend(agreement::blocks(subject));
    (!blocks.is_empty()).then(|| Section {
        id: "models",
        topic: "What the models make of it",
        title: agreement(subject).unwrap_or("Which directions the model bets on").to_owned(),
        lead: "A linear forecast is a sum over the directions of the market. Which of them a \
               model bets on, which of them paid, and whether the models bet on the same."
            .to_owned(),
        blocks,
    })
}
