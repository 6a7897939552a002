//! "When": the detectors, the systems that follow them, the calendar, and the planted truth of a
//! simulated market.

use crate::base::units::format;
use crate::report::site::kit::figures::{slug, wide, words};
use crate::report::site::kit::palette::{band_key, bands};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Figure, Section, joined};
use crate::report::site::sections::by_state::{self, Parts};
use crate::report::site::sections::detector::{self, Form};
use crate::report::site::sections::{periods, signal, systems};
use crate::report::site::verdict::{Standing, in_states, lasting};
use crate::results::{RegimeKind, RegimeSummary};

/// The section; `None` for an experiment without regimes and with one period only.
pub(crate) fn section(subject: &Subject<'_>) -> Option<Section> {
    let regimes = &subject.results.regimes;
    if regimes.is_empty() && subject.results.periods.is_empty() {
        return None;
    }
    let (planted, detected): (Vec<_>, Vec<_>) =
        regimes.iter().partition(|regime| regime.kind == RegimeKind::Planted);
    let by_state = detected.first().and_then(|regime| by_state::figure(subject, regime));
    let is_by_period = by_state.is_none();
    let figure = by_state.or_else(|| periods::five_years(subject));
    let mut blocks: Vec<Block> = figure.map(Block::Figure).into_iter().collect();
    blocks.extend(systems::block(subject));
    for (position, regime) in detected.iter().enumerate() {
        let form = if position == 0 { Form::Full } else { Form::Compact };
        blocks.push(detector::block(subject, regime, form));
    }
    blocks.extend(periods::blocks(subject, is_by_period));
    blocks.extend(planted.into_iter().map(|regime| planted_block(subject, regime)));
    Some(Section {
        id: "when",
        topic: "When",
        title: lasting(subject),
        lead: lead(subject),
        blocks,
    })
}

/// In which states there is evidence, and since when it can be told from luck.
fn lead(subject: &Subject<'_>) -> String {
    let standing = subject.lead().map(|lead| Standing::of(subject, lead));
    let standing = standing.and_then(|standing| joined([standing.since_when(), standing.worst()]));
    joined([in_states(subject), standing]).unwrap_or_default()
}

fn planted_block(subject: &Subject<'_>, regime: &RegimeSummary) -> Block {
    let text = format!(
        "These states are known only because the market is simulated, and change {} times. They \
         serve to check whether what was planted is found.",
        format::count(regime.flips.len())
    );
    let mut blocks = vec![Block::text(text)];
    blocks.extend(planted_figure(subject, regime).map(Block::Figure));
    blocks.push(Block::Table(by_state::states(regime)));
    let parts = Parts::of_regime(regime);
    if !regime.forecast.is_empty() {
        blocks.push(Block::Table(by_state::forecasts(subject, &parts)));
    }
    if !regime.strategies.is_empty() {
        blocks.push(Block::Table(by_state::strategies(subject, &parts)));
    }
    Block::details(&regime.title, blocks)
}

fn planted_figure(subject: &Subject<'_>, regime: &RegimeSummary) -> Option<Figure> {
    let sums = signal::saved(subject);
    if sums.is_empty() {
        return None;
    }
    let (id, bands) = (format!("regime-{}", slug(&regime.name)), bands(regime));
    let words = words(
        &id,
        "Squared error saved, over the planted states",
        "Cumulative squared-error difference of each model, with the planted states as background \
         bands.",
    );
    let chart = signal::saved_chart(subject, &sums, words, &bands);
    let caption = "A model that finds the planted signal climbs in the bands where there is one \
                   and treads water elsewhere.";
    Some(wide(&chart, caption, band_key(regime), "forecasts.csv"))
}
