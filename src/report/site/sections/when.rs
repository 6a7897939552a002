//! "When": the detectors, the systems that follow them, the calendar, and the planted truth of a
//! simulated market.

use crate::base::units::format;
use crate::report::site::kit::figures::{slug, wide, words};
use crate::report::site::kit::palette::{band_key, bands};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Figure, Section};
use crate::report::site::sections::by_state::{self, Parts};
use crate::report::site::sections::detector::{self, Form};
use crate::report::site::sections::{periods, signal, systems};
use crate::results::{RegimeKind, RegimeSummary};

/// The section; `None` for an experiment without regimes and with one period only.
pub(crate) fn section(subject: &Subject<'_>) -> Option<Section> {
    let regimes = &subject.results.regimes;
    if regimes.is_empty() && subject.results.periods.is_empty() {
        return None;
    }
    let (planted, detected): (Vec<_>, Vec<_>) =
        regimes.iter().partition(|regime| regime.kind == RegimeKind::Planted);
    let mut blocks = Vec::new();
    for (position, regime) in detected.iter().enumerate() {
        if position == 1 {
            blocks.push(Block::heading("The same by other detectors"));
        }
        let form = if position == 0 { Form::Full } else { Form::Compact };
        blocks.extend(detector::blocks(subject, regime, form));
    }
    blocks.extend(systems::blocks(subject));
    blocks.extend(periods::blocks(subject));
    for regime in planted {
        blocks.extend(planted_blocks(subject, regime));
    }
    let lead = "The same forecasts, split by the state of the market, by calendar and by \
                volatility. The benchmark stays the one of all days.";
    let (title, lead) = ("When does it work?", lead.to_owned());
    Some(Section { id: "when", title, lead, blocks })
}

fn planted_blocks(subject: &Subject<'_>, regime: &RegimeSummary) -> Vec<Block> {
    let text = format!(
        "The truth of the simulation: these states are known only because the market is \
         simulated, and change {} times. Each forecast is filed under the state of the day it was \
         made for. No trader could have read it; it serves to check whether the machinery finds \
         what was planted.",
        format::count(regime.flips.len())
    );
    let mut blocks = vec![Block::heading(&regime.title), Block::text(text)];
    blocks.extend(planted_figure(subject, regime).map(Block::Figure));
    blocks.push(Block::Table(by_state::states(regime)));
    let parts = Parts::of_regime(regime);
    if !regime.forecast.is_empty() {
        blocks.push(Block::Table(by_state::forecasts(subject, &parts)));
    }
    if !regime.strategies.is_empty() {
        let records = vec![Block::Table(by_state::strategies(subject, &parts))];
        blocks.push(Block::details("The track records, by planted state", records));
    }
    blocks
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
