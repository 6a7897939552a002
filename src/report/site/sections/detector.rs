//! One regime detector: its states through time, how long they last, how its labels in real time
//! compare with those of hindsight and with a planted truth, and what the models did in each.

use crate::base::units::format;
use crate::report::chart::{Axis, Role, TimeChart, Unit, state_class};
use crate::report::site::kit::figures::{
    at, forecasts, line, slug, thinned, wide, words, zero_axis,
};
use crate::report::site::kit::palette::{band_key, bands};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Cell, Fact, Figure, Row, Table, columns, when};
use crate::report::site::kit::wording;
use crate::report::site::sections::by_state::{self, Parts};
use crate::results::{Detection, FitRecord, RegimeKind, RegimeSummary, Repaint, StateSummary};

/// Positions of the timeline of a detector that opens on demand.
const COMPACT_POSITIONS: usize = 250;

/// How much of the page a detector gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The first one: all there is.
    Full,
    /// A coarser timeline, and no track records.
    Compact,
}

/// One detector, which opens on demand.
pub(crate) fn block(subject: &Subject<'_>, regime: &RegimeSummary, form: Form) -> Block {
    let mut blocks = vec![Block::text(standing(subject, regime, form))];
    blocks.extend(timeline(subject, regime, form).map(Block::Figure));
    blocks.push(Block::Table(by_state::states(regime)));
    if form == Form::Full {
        blocks.extend(transitions(regime).map(Block::Table));
    }
    let facts = facts(subject, regime);
    if !facts.is_empty() {
        blocks.push(Block::Facts { rows: facts });
    }
    let parts = Parts::of_regime(regime);
    if !regime.forecast.is_empty() {
        blocks.push(Block::Table(by_state::forecasts(subject, &parts)));
    }
    if form == Form::Full && !regime.strategies.is_empty() {
        blocks.push(Block::Table(by_state::strategies(subject, &parts)));
    }
    blocks.extend(flips(regime));
    Block::details(summary(subject, regime), blocks)
}

/// "one change", "12 changes".
fn changes(regime: &RegimeSummary) -> String {
    match regime.flips.len() {
        1 => "one change".to_owned(),
        many => format!("{} changes", format::count(many)),
    }
}

/// The line that stands for a detector that is not opened.
fn summary(subject: &Subject<'_>, regime: &RegimeSummary) -> String {
    let separation = subject.models.first().and_then(|model| {
        let apart = (*regime.separation.get(model.name)?).map(|separation| separation.r2);
        Some(format!("; separation {}", format::percent(apart, 2)))
    });
    format!("{}: {}{}", regime.title, changes(regime), separation.unwrap_or_default())
}

/// What kind of label this is, before anything is read from it.
fn standing(subject: &Subject<'_>, regime: &RegimeSummary, form: Form) -> String {
    let settings = match wording::settings(subject.results, regime) {
        words if words.is_empty() => words,
        words => format!(" Settings: {words}."),
    };
    if regime.causal {
        format!(
            "{}{} of state after the first.{settings}",
            // Said once, at the first detector.
            when(
                form == Form::Full,
                "A forecast is filed under the state known at the close on which it was made. "
            ),
            format::upper_first(&changes(regime))
        )
    } else {
        format!(
            "Hindsight: these states were not known on the day they label. Do not read them as a \
             strategy.{settings}"
        )
    }
}

/// What a detector's timeline draws over its bands: title, label of the axis, caption, values.
type Track<'a> = (String, &'static str, &'static str, &'a [f64]);

/// The pair's correlation behind a sign, else the coupling of the features.
fn track<'a>(subject: &'a Subject<'_>, regime: &RegimeSummary) -> Option<Track<'a>> {
    let is_sign = regime.kind == RegimeKind::SignFlip;
    if let Some((a, b)) = wording::pair(subject.results, regime).filter(|_| is_sign) {
        let caption = "The state changes only when the correlation leaves the dead band on the \
                       other side, so it does not flicker around zero.";
        let values = subject.series.correlation(a, b)?;
        return Some((format!("{a}–{b}, rolling correlation"), "Correlation", caption, values));
    }
    let label = wording::label(subject.results, regime);
    let over_coupling = format!("States of the {label}, and coupling");
    let (title, caption) = match regime.kind {
        RegimeKind::Coupling => (
            "Coupling and its states".to_owned(),
            "High when coupling exceeds an upper quantile of its own past, low again only below a \
             lower one.",
        ),
        RegimeKind::Jump | RegimeKind::Mixture => {
            (over_coupling, "Bands: states; line: mean correlation, which the detector reads.")
        }
        _ => (over_coupling, "Bands: states; line: mean correlation, for orientation only."),
    };
    Some((title, "Mean correlation", caption, subject.series.coupling()?))
}

fn timeline(subject: &Subject<'_>, regime: &RegimeSummary, form: Form) -> Option<Figure> {
    let (title, axis, caption, values) = track(subject, regime)?;
    let days = &subject.series.geometry.days;
    let most = if form == Form::Compact { COMPACT_POSITIONS } else { usize::MAX };
    let kept = thinned(days.len(), most);
    let values = at(values, &kept);
    let last = regime.segments.last().and_then(|last| {
        let state = regime.states.get(last.state)?;
        Some(format!(" Since {}: {}.", last.from, state.label))
    });
    let id = format!("regime-{}", slug(&regime.name));
    let shown = "A rolling statistic, with the detector's states as background bands.";
    let (days, lines) = (at(days, &kept), vec![line("", Role::Main, &values)]);
    let axis = Axis { label: axis, ..zero_axis("", Unit::Decimal(1)) };
    let chart = TimeChart {
        bands: &bands(regime),
        span: forecasts(subject),
        ..TimeChart::new(words(&id, &title, shown), &days, lines, axis)
    };
    let caption = format!("{caption}{}", last.unwrap_or_default());
    Some(wide(&chart, caption, band_key(regime), subject.shared(|files| &files.regimes)))
}

/// Days from state to state; `None` for a regime that never has two states.
fn transitions(regime: &RegimeSummary) -> Option<Table> {
    if regime.transitions.len() < 2 {
        return None;
    }
    let mut headings = vec![("From", "")];
    headings.extend(regime.states.iter().map(|state| ("To", state.label.as_str())));
    let row = |(number, (state, to)): (usize, (&StateSummary, &Vec<usize>))| {
        let all: usize = to.iter().sum();
        let share = |days: usize| (all > 0).then(|| days as f64 / all as f64);
        let cell = |&days| Cell::with(format::count(days), format::percent(share(days), 2));
        let cells = to.iter().map(cell).collect();
        Row { class: state_class(number), head: state.label.clone(), cells }
    };
    let rows = regime.states.iter().zip(&regime.transitions).enumerate().map(row).collect();
    let note = "Days in the column’s state that follow a day in the row’s, and their share of the \
                row.";
    let table = Table::new("From one day to the next", "narrow", columns(&headings), rows);
    Some(table.note(note, "detectors"))
}

/// Separation, fits, repaint and detection, as far as they are known.
pub(crate) fn facts(subject: &Subject<'_>, regime: &RegimeSummary) -> Vec<Fact> {
    let mut facts: Vec<Fact> = separation(subject, regime).into_iter().collect();
    facts.extend(regime.fits.map(fits));
    if let Some(known) = &regime.repaint {
        facts.extend(repaint(subject, known));
    }
    if let Some(known) = &regime.detection {
        facts.extend(detection(regime, known));
    }
    facts
}

fn separation(subject: &Subject<'_>, regime: &RegimeSummary) -> Option<Fact> {
    let texts: Vec<String> = subject
        .models
        .iter()
        .filter_map(|model| {
            let apart = (*regime.separation.get(model.name)?)?;
            let shifted = apart.r2_shifted.map_or_else(String::new, |shifted| {
                format!(
                    " ({} by chance, p {})",
                    format::percent(Some(shifted), 2),
                    format::p_value(apart.shifted_p)
                )
            });
            Some(format!("{} {}{shifted}", model.title, format::percent(Some(apart.r2), 2)))
        })
        .collect();
    // Said once, at the first detector.
    let is_first = subject.results.regimes.first().is_some_and(|first| first.name == regime.name);
    let chance = " Best and worst are told apart afterwards, so some separation is there by chance: \
                  as much as the same states show when they are shifted in time.";
    (!texts.is_empty()).then(|| {
        let value = format!(
            "R² of the best state less that of the worst: {}.{}",
            format::list(&texts),
            when(is_first, chance)
        );
        Fact::new("Separation", value)
    })
}

fn fits(record: FitRecord) -> Fact {
    let failed = match record.failed {
        0 => "all converged".to_owned(),
        failed => format!(
            "{} failed; there the parameters of the fit before stayed in force",
            format::count(failed)
        ),
    };
    Fact::new("Fits", format!("{} on the past alone, {failed}", format::count(record.fits)))
}

fn repaint(subject: &Subject<'_>, repaint: &Repaint) -> Vec<Fact> {
    let chance = repaint.price_shifted.map_or_else(String::new, |shifted| {
        format!(
            " With both labels shifted in time it is {} in the mean (p {}).",
            format::percent(Some(shifted), 1),
            format::p_value(repaint.price_shifted_p)
        )
    });
    let delay = repaint.mean_delay.map_or_else(String::new, |days| {
        format!(", {} trading days late on average", format::decimal(Some(days), 0))
    });
    let differing = format!(
        "{} of {} days have another label in hindsight than they had in real time",
        format::percent(repaint.differing_share, 1),
        format::count(repaint.days)
    );
    let seen = format!(
        "of {} changes in hindsight, {} seen in real time before the next one{delay}",
        format::count(repaint.changes),
        format::count(repaint.detected)
    );
    let mut facts = vec![Fact::new("Repaint", differing), Fact::new("Delay", seen)];
    facts.extend(repaint.price_of_leak.map(|price| {
        let more = if price < 0.0 { "less" } else { "more" };
        let value = format!(
            "Hindsight labels would have “earned” {} a year {more} than real-time ones: {} held in the state that had its highest mean return in the \
             first half of the days grows by {} a year (log) in the second with hindsight labels, by \
             {} with those of real time. No one could have traded the first.{chance}",
            format::percent(Some(price.abs()), 1),
            subject.results.data.target,
            format::percent(repaint.hindsight_growth, 1),
            format::percent(repaint.real_time_growth, 1)
        );
        Fact::new("Price of a leak", value)
    }));
    facts
}

fn detection(regime: &RegimeSummary, detection: &Detection) -> [Fact; 2] {
    let label = |&state: &usize| Some(format!("“{}”", regime.states.get(state)?.label));
    let signal: Vec<String> = detection.signal_states.iter().filter_map(label).collect();
    let delay = detection.mean_delay.map_or_else(String::new, |days| {
        format!(", after {} trading days on average", format::decimal(Some(days), 0))
    });
    let accuracy = format!(
        "balanced accuracy {} (a coin has 50 %): right on {} of the {} days with the planted \
         signal and on {} of the {} without",
        format::percent(detection.balanced_accuracy, 1),
        format::percent(detection.sensitivity, 1),
        format::count(detection.signal_days),
        format::percent(detection.specificity, 1),
        format::count(detection.days - detection.signal_days)
    );
    let found = format!(
        "{} of {} times that the signal came or went{delay}. Taken for the signal: {}, chosen on \
         the first half of the days; these figures are of the second.",
        format::count(detection.detected),
        format::count(detection.changes),
        match signal.as_slice() {
            [] => "no state".to_owned(),
            states => format::list(states),
        }
    );
    [Fact::new("Planted signal", accuracy), Fact::new("Found", found)]
}

fn flips(regime: &RegimeSummary) -> Option<Block> {
    if regime.flips.is_empty() {
        return None;
    }
    let days: Vec<String> = regime.flips.iter().map(ToString::to_string).collect();
    let summary = match days.len() {
        1 => "The day of the change of state".to_owned(),
        many => format!("The {} changes of state", format::count(many)),
    };
    Some(Block::details(summary, vec![Block::text(days.join(", "))]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;

    #[test]
    fn the_planted_truth_is_not_compared_with_itself() {
        let experiment = stored::systems();
        let subject = Subject::new(&experiment);
        let terms = |regime: &RegimeSummary| -> Vec<&str> {
            facts(&subject, regime).iter().map(|fact| fact.term).collect()
        };
        let (truth, detectors) = experiment.results.regimes.split_last().unwrap();
        assert!(!terms(truth).contains(&"Repaint") && !terms(truth).contains(&"Planted signal"));
        assert!(detectors.iter().all(|regime| terms(regime).contains(&"Repaint")));
    }
}
