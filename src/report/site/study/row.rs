//! An experiment's row of the table, and the model that speaks for it.

use serde::Serialize;

use crate::base::units::format;
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::summary::{Decided, Filter, Gain, Measured, Row, Speaker, Summary};
use crate::report::site::kit::view::Cell;
use crate::report::site::kit::{period, wording};
use crate::report::site::verdict::{stamp_word, verdict};
use crate::results::{CheckOutcome, Evidence, Results, Stamp};

/// A row as the template sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Shown<'a> {
    title: &'a str,
    synthetic: bool,
    failed: bool,
    row: &'a Row,
    cells: Vec<Sorted>,
}

/// A cell with what it is sorted by.
#[derive(Debug, Serialize)]
struct Sorted {
    /// Heading of its column, where cells stand below one another.
    label: &'static str,
    sort: String,
    cell: Cell,
    /// What a difference is over; empty for none.
    over: String,
}

/// What was decided about an experiment.
pub(crate) fn decided(results: &Results) -> Decided {
    let verdict = &results.verdict;
    // That of a control comes first.
    let control = verdict.criteria.first().filter(|_| results.spec.control);
    Decided {
        failed: results.certificate.outcome == CheckOutcome::Failed,
        control: control.map(|criterion| criterion.outcome),
        evidence: verdict.evidence,
        carried_by: verdict.carried_by.as_ref().map(|carrying| carrying.year),
        life: verdict.life,
        pays: verdict.pays,
    }
}

/// The model that speaks for an experiment.
pub(crate) fn speaker(subject: &Subject<'_>) -> Option<Speaker> {
    let lead = subject.lead();
    let elsewhere = subject.models.iter().find(|model| model.summary.external.is_some());
    let model = elsewhere.filter(|_| subject.aware.is_empty()).or(subject.shown())?;
    let metrics = subject.headline(model);
    let forecast = &model.summary.forecast;
    Some(Speaker {
        title: model.short.clone(),
        is_special: lead.is_none_or(|lead| lead.name != model.name),
        oos_r2: Measured::of(forecast.oos_r2),
        p: model.scaled_p(),
        sharpe: metrics.and_then(|metrics| Measured::of(metrics.sharpe)),
        turnover: metrics.map(|metrics| metrics.annual_turnover),
        above_holding_p: metrics.and_then(|metrics| metrics.romano_wolf_p),
        holding: subject.buy_and_hold().and_then(|hold| Some(Measured::of(hold.sharpe)?.value)),
        gain: gain(subject, model),
    })
}

/// Over the experiment that it is compared with, or else over its plain twin.
fn gain(subject: &Subject<'_>, model: &Model<'_>) -> Option<Gain> {
    if let Some(comparison) = &subject.results.comparison {
        let of = comparison.models.get(model.name)?;
        let record = of.strategies.get(subject.headline_rule().unwrap_or_default());
        return Some(Gain {
            over: comparison.with.clone(),
            is_experiment: true,
            oos_r2: Measured::of(of.r2_gain),
            sharpe: record.and_then(|record| Measured::of(record.sharpe_gain)),
        });
    }
    let system = model.summary.system.as_ref()?;
    let twin = subject.model(&system.twin)?;
    let oos_r2 = Measured::of(system.r2_gain);
    Some(Gain { over: twin.in_words(), is_experiment: false, oos_r2, sharpe: None })
}

/// What the table says of an experiment beside its figures.
pub(crate) fn row(subject: &Subject<'_>, speaker: Option<&Speaker>) -> Row {
    let results = subject.results;
    let verdict = verdict(subject);
    let stamp = results.verdict.stamp.map(|stamp| {
        let (word, class) = stamp_word(stamp);
        let strength = match stamp {
            Stamp::Confirmed => 3,
            Stamp::Open => 2,
            Stamp::Refuted => 1,
        };
        (word.to_owned(), class.to_owned(), strength)
    });
    let stamp = stamp.unwrap_or_default();
    let words = [&results.title, &results.spec.question, &results.spec.group, &results.id];
    let verdict_word = if stamp.0.is_empty() { "none".to_owned() } else { stamp.0.to_lowercase() };
    let (first, last) =
        (results.walk_forward.first_forecast.year(), results.walk_forward.last_forecast.year());
    let parts = [
        Some(format!("{}, {first}–{last}", results.data.target)),
        speaker.map(|speaker| speaker.title.clone()),
        subject.headline_rule().map(wording::sizing),
    ];
    Row {
        filter: Filter {
            id: results.id.clone(),
            text: words.map(|text| text.to_lowercase()).join(" "),
            verdict: verdict_word,
            source: results.data.source.clone(),
        },
        question: results.spec.question.clone(),
        span: parts.into_iter().flatten().collect::<Vec<String>>().join(", "),
        answer: period::text(results.data.frequency, &verdict.headline),
        class: verdict.class.to_owned(),
        strength: match results.verdict.family.map_or(results.verdict.evidence, |f| f.evidence) {
            Evidence::Clear => 3,
            Evidence::Weak => 2,
            Evidence::VolatileDays => 1,
            Evidence::None => 0,
            Evidence::Suspect => -1,
        },
        stamp,
    }
}

/// A row with its figures, marked where simulated prices stand beside real ones; `title` gives the
/// title of another experiment of the site.
pub(crate) fn shown<'a>(
    each: &'a Summary,
    is_mixed: bool,
    title: impl Fn(&str) -> Option<&'a str>,
) -> Shown<'a> {
    let speaker = each.speaker.as_ref();
    let gain = speaker.and_then(|speaker| speaker.gain.as_ref());
    let over = gain.map(|gain| match gain.is_experiment {
        true => title(&gain.over)
            .map_or_else(|| gain.over.clone(), |t| wording::short_title(t).to_owned()),
        false => gain.over.clone(),
    });
    let over = over.map(|over| format!("over {over}"));
    let percent = |value: f64| format::percent(Some(value), 2);
    let ratio = |value: f64| format::decimal(Some(value), 2);
    let more_percent = |value: f64| format::percent_difference(Some(value), 2);
    let more_ratio = |value: f64| format::difference(Some(value), 2);
    let r2 = speaker.and_then(|speaker| speaker.oos_r2);
    let sharpe = speaker.and_then(|speaker| speaker.sharpe);
    let p = speaker.and_then(|speaker| speaker.p);
    let turnover = speaker.and_then(|speaker| speaker.turnover);
    let plain = |label, value: Option<f64>, text: String| Sorted {
        label,
        sort: sort(value),
        cell: Cell::new(text),
        over: String::new(),
    };
    let cells = vec![
        measured("R²", r2, percent, percent),
        plain("p", p, format::p_value(p)),
        measured("Sharpe ratio", sharpe, ratio, ratio),
        difference(
            "R² difference",
            gain,
            over.as_deref(),
            gain.and_then(|g| g.oos_r2),
            [&more_percent, &percent],
        ),
        difference(
            "Sharpe difference",
            gain,
            over.as_deref(),
            gain.and_then(|g| g.sharpe),
            [&more_ratio, &ratio],
        ),
        plain("Turnover", turnover, format::decimal(turnover, 0)),
    ];
    Shown {
        title: &each.title,
        synthetic: each.synthetic && is_mixed,
        failed: each.decided.failed,
        row: &each.row,
        cells,
    }
}

fn sort(value: Option<f64>) -> String {
    value.filter(|value| value.is_finite()).map_or_else(String::new, |value| format!("{value:e}"))
}

fn measured(
    label: &'static str,
    found: Option<Measured>,
    show: impl Fn(f64) -> String,
    end: impl Fn(f64) -> String,
) -> Sorted {
    let within = found.and_then(|found| found.interval);
    let minor = within.map(|within| format!("{} to {}", end(within.low), end(within.high)));
    let text = found.map_or_else(|| format::NOT_AVAILABLE.to_owned(), |found| show(found.value));
    Sorted {
        label,
        sort: sort(found.map(|found| found.value)),
        cell: Cell::with(text, minor.unwrap_or_default()),
        over: String::new(),
    }
}

/// A paired difference; blank where nothing is compared.
fn difference(
    label: &'static str,
    gain: Option<&Gain>,
    over: Option<&str>,
    found: Option<Measured>,
    [show, end]: [&dyn Fn(f64) -> String; 2],
) -> Sorted {
    let over = over.unwrap_or_default().to_owned();
    match (gain, found) {
        (Some(_), Some(found)) if found.value == 0.0 => {
            Sorted { label, sort: "0".to_owned(), cell: Cell::new("the same"), over }
        }
        (Some(_), Some(_)) => Sorted { over, ..measured(label, found, show, end) },
        _ => Sorted { label, sort: String::new(), cell: Cell::new("–"), over: String::new() },
    }
}
