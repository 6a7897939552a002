//! One regime detector: its states through time, how long they last, how its labels in real time
//! compare with those of hindsight and with a planted truth, and what the models did in each.

use crate::base::units::format;
use crate::report::chart::{Axis, Role, TimeChart, Unit, Words};
use crate::report::site::kit::figures::{WIDE, at, line, slug, thinned, wide, zero_axis};
use crate::report::site::kit::palette::{band_key, bands};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Cell, Column, Fact, Figure, Row, Table, columns};
use crate::report::site::kit::wording;
use crate::report::site::sections::by_state::{self, Parts};
use crate::results::{Detection, FitRecord, RegimeKind, RegimeSummary, Repaint};

/// Positions of the timeline of a detector that opens on demand.
const COMPACT_POSITIONS: usize = 500;

/// How much of the page a detector gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Under a heading of its own.
    Full,
    /// Opens on demand, with a coarser timeline and without the track records.
    Compact,
}

/// The blocks of one detector.
pub(crate) fn blocks(subject: &Subject<'_>, regime: &RegimeSummary, form: Form) -> Vec<Block> {
    let mut blocks = vec![Block::Text { text: standing(subject, regime) }];
    blocks.extend(timeline(subject, regime, form).map(Block::Figure));
    blocks.push(Block::Table(by_state::states(regime)));
    blocks.extend(transitions(regime).map(Block::Table));
    let facts = facts(subject, regime);
    if !facts.is_empty() {
        blocks.push(Block::Facts { rows: facts });
    }
    if !regime.forecast.is_empty() {
        blocks.push(Block::Table(by_state::forecasts(subject, &Parts::of_regime(regime))));
    }
    if form == Form::Full && !regime.strategies.is_empty() {
        blocks.push(Block::Table(by_state::strategies(subject, &Parts::of_regime(regime))));
    }
    blocks.extend(flips(regime));
    match form {
        Form::Full => {
            blocks.insert(0, Block::Heading { text: regime.title.clone() });
            blocks
        }
        Form::Compact => vec![Block::Details { summary: summary(subject, regime), blocks }],
    }
}

/// The line that stands for a detector that is not opened.
fn summary(subject: &Subject<'_>, regime: &RegimeSummary) -> String {
    let separation = subject.models.first().and_then(|model| {
        let apart = (*regime.separation.get(model.name)?).map(|separation| separation.r2);
        Some(format!("; separation {}", format::percent(apart, 2)))
    });
    let changes = match regime.flips.len() {
        1 => "one change".to_owned(),
        many => format!("{} changes", format::count(many)),
    };
    format!("{}: {changes}{}", regime.title, separation.unwrap_or_default())
}

/// What kind of label this is, before anything is read from it.
fn standing(subject: &Subject<'_>, regime: &RegimeSummary) -> String {
    let settings = match wording::settings(subject.results, regime) {
        words if words.is_empty() => words,
        words => format!(" Settings: {words}."),
    };
    if regime.causal {
        let changes = match regime.flips.len() {
            1 => "One change".to_owned(),
            many => format!("{} changes", format::count(many)),
        };
        format!(
            "A forecast is filed under the state that was known at the close on which it was \
             made. {changes} of state after the first.{settings}"
        )
    } else {
        format!(
            "Hindsight: these states were not known on the day they label. Do not read them as a \
             strategy.{settings}"
        )
    }
}

/// What a detector's timeline draws over its bands.
struct Track<'a> {
    title: String,
    axis: &'static str,
    caption: &'static str,
    values: &'a [f64],
}

/// The pair's correlation behind a sign, else the coupling of the features.
fn track<'a>(subject: &'a Subject<'_>, regime: &RegimeSummary) -> Option<Track<'a>> {
    if let Some((a, b)) =
        wording::pair(subject.results, regime).filter(|_| regime.kind == RegimeKind::SignFlip)
    {
        return Some(Track {
            title: format!("{a}–{b}, rolling correlation"),
            axis: "Correlation",
            caption: "The state changes only when the correlation leaves the dead band on the \
                      other side, so it does not flicker around zero.",
            values: subject.series.correlation(a, b)?,
        });
    }
    let values = subject.series.coupling()?;
    let label = wording::label(subject.results, regime);
    Some(if regime.kind == RegimeKind::Coupling {
        Track {
            title: "Coupling and its states".to_owned(),
            axis: "Mean correlation",
            caption: "High when coupling exceeds an upper quantile of its own past, low again \
                      only below a lower one.",
            values,
        }
    } else {
        Track {
            title: format!("States of the {label}, over the coupling of the features"),
            axis: "Mean correlation",
            caption: match regime.kind {
                RegimeKind::Jump | RegimeKind::Mixture => {
                    "The bands are the states. The line is the mean correlation between the \
                     features, one of the statistics that the detector reads."
                }
                _ => {
                    "The bands are the states. The line is the mean correlation between the \
                     features, for orientation; it is not what the detector reads."
                }
            },
            values,
        }
    })
}

fn timeline(subject: &Subject<'_>, regime: &RegimeSummary, form: Form) -> Option<Figure> {
    let Track { title, axis, caption, values } = track(subject, regime)?;
    let days = &subject.series.geometry.days;
    let most = if form == Form::Compact { COMPACT_POSITIONS } else { usize::MAX };
    let kept = thinned(days.len(), most);
    let values = at(values, &kept);
    let last = regime.segments.last().and_then(|last| {
        let state = regime.states.get(last.state)?;
        Some(format!(" Since {}: {}.", last.from, state.label))
    });
    let chart = TimeChart {
        words: Words {
            id: &format!("regime-{}", slug(&regime.name)),
            title: &title,
            description: "A rolling statistic, with the detector's states as background bands.",
        },
        days: &at(days, &kept),
        lines: vec![line("", Role::Main, &values)],
        bands: &bands(regime),
        axis: Axis { label: axis, ..zero_axis("", Unit::Decimal(1)) },
        aspect: WIDE,
    };
    let caption = format!("{caption}{}", last.unwrap_or_default());
    Some(wide(&chart, caption, band_key(regime), subject.shared(|files| &files.geometry)))
}

/// Days from state to state; `None` for a regime that never has two states.
fn transitions(regime: &RegimeSummary) -> Option<Table> {
    if regime.transitions.len() < 2 {
        return None;
    }
    let mut heads = columns(&[("From", "")]);
    heads.extend(
        regime
            .states
            .iter()
            .map(|state| Column { text: "To".to_owned(), minor: state.label.clone() }),
    );
    let rows = regime
        .states
        .iter()
        .zip(&regime.transitions)
        .enumerate()
        .map(|(number, (state, to))| {
            let all: usize = to.iter().sum();
            let share = |days: usize| (all > 0).then(|| days as f64 / all as f64);
            Row {
                class: format!("band s{number}"),
                head: state.label.clone(),
                cells: to
                    .iter()
                    .map(|&days| Cell::with(format::count(days), format::percent(share(days), 2)))
                    .collect(),
            }
        })
        .collect();
    Some(Table {
        caption: "From one day to the next".to_owned(),
        class: "narrow",
        sortable: false,
        columns: heads,
        rows,
        note: "Days in the column’s state that follow a day in the row’s, and their share of the \
               row."
            .to_owned(),
        methods: "detectors",
    })
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
            let apart = (*regime.separation.get(model.name)?)?.r2;
            Some(format!("{} {}", model.title, format::percent(Some(apart), 2)))
        })
        .collect();
    (!texts.is_empty()).then(|| Fact {
        term: "Separation",
        value: format!(
            "R² of the best state less that of the worst: {}. Best and worst are told apart \
             afterwards, so some separation is there by chance.",
            format::list(&texts)
        ),
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
    Fact {
        term: "Fits",
        value: format!("{} on the past alone, {failed}", format::count(record.fits)),
    }
}

fn repaint(subject: &Subject<'_>, repaint: &Repaint) -> Vec<Fact> {
    let delay = repaint.mean_delay.map_or_else(String::new, |days| {
        format!(", {} trading days late on average", format::decimal(Some(days), 0))
    });
    let mut facts = vec![
        Fact {
            term: "Repaint",
            value: format!(
                "{} of {} days have another label in hindsight than they had in real time",
                format::percent(repaint.differing_share, 1),
                format::count(repaint.days)
            ),
        },
        Fact {
            term: "Delay",
            value: format!(
                "of {} changes in hindsight, {} seen in real time before the next one{delay}",
                format::count(repaint.changes),
                format::count(repaint.detected)
            ),
        },
    ];
    facts.extend(repaint.price_of_leak.map(|price| Fact {
        term: "Price of a leak",
        value: format!(
            "{} a year, {}: {} held in the state with its highest mean return grows by {} a year \
             (log) with hindsight labels, by {} with those of real time. No one could have traded \
             the first.",
            format::percent(Some(price), 1),
            if price > 0.0 {
                "which the labels’ knowledge of the future would have “earned”"
            } else {
                "so that even knowing the future would have “earned” nothing more"
            },
            subject.results.data.target,
            format::percent(repaint.hindsight_growth, 1),
            format::percent(repaint.real_time_growth, 1)
        ),
    }));
    facts
}

fn detection(regime: &RegimeSummary, detection: &Detection) -> [Fact; 2] {
    let signal: Vec<String> = detection
        .signal_states
        .iter()
        .filter_map(|&state| Some(format!("“{}”", regime.states.get(state)?.label)))
        .collect();
    let delay = detection.mean_delay.map_or_else(String::new, |days| {
        format!(", after {} trading days on average", format::decimal(Some(days), 0))
    });
    [
        Fact {
            term: "Planted signal",
            value: format!(
                "balanced accuracy {} (a coin has 50 %): right on {} of the {} days with the \
                 planted signal and on {} of the {} without",
                format::percent(detection.balanced_accuracy, 1),
                format::percent(detection.sensitivity, 1),
                format::count(detection.signal_days),
                format::percent(detection.specificity, 1),
                format::count(detection.days - detection.signal_days)
            ),
        },
        Fact {
            term: "Found",
            value: format!(
                "{} of {} times that the signal came or went{delay}. Taken for the signal: {}, \
                 chosen on the first half of the days; these figures are of the second.",
                format::count(detection.detected),
                format::count(detection.changes),
                match signal.as_slice() {
                    [] => "no state".to_owned(),
                    states => format::list(states),
                }
            ),
        },
    ]
}

fn flips(regime: &RegimeSummary) -> Option<Block> {
    if regime.flips.is_empty() {
        return None;
    }
    let days: Vec<String> = regime.flips.iter().map(ToString::to_string).collect();
    Some(Block::Details {
        summary: match days.len() {
            1 => "The day of the change of state".to_owned(),
            many => format!("The {} changes of state", format::count(many)),
        },
        blocks: vec![Block::Text { text: days.join(", ") }],
    })
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
