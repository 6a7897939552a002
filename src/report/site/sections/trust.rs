//! "Can I trust it": certificate, clocks, precision, provenance.

use crate::base::units::format;
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Fact, Section};
use crate::report::site::sections::{certificate, search};
use crate::report::words;
use crate::results::CheckOutcome;

/// The section; downloads follow it on the page.
pub(crate) fn section(subject: &Subject<'_>) -> Section {
    let results = subject.results;
    let mut hashes = vec![
        Fact::new("Engine", &results.provenance.engine),
        Fact::new("Spec, BLAKE3", &results.provenance.spec_hash),
        Fact::new("Data, BLAKE3", &results.provenance.data_hash),
    ];
    let forecasts = results.provenance.forecasts.iter();
    hashes.extend(
        forecasts.map(|(model, hash)| Fact::new("Forecasts, BLAKE3", format!("{hash} ({model})"))),
    );
    let spec = "every key with its default is under `spec` in results.json";
    hashes.push(Fact::new("Spec", spec));
    let mut blocks = certificate::blocks(subject);
    blocks.push(search::block(subject));
    let precise = format!("{} {}", precision(subject), warned(subject));
    blocks.extend([
        Block::details(
            "When is what known, and how precise are the fits",
            vec![Block::Facts { rows: clocks(subject) }, Block::text(precise)],
        ),
        Block::details("How to get the same figures again", vec![Block::Facts { rows: hashes }]),
    ]);
    Section { id: "trust", topic: "Trust", title: finding(subject), lead: lead(subject), blocks }
}

/// What the certificate found, and as one of how many it is to be read.
fn finding(subject: &Subject<'_>) -> String {
    match subject.results.certificate.outcome {
        CheckOutcome::Passed => "Nothing was found that knew the future".to_owned(),
        CheckOutcome::Failed => "Something here knew the future".to_owned(),
        CheckOutcome::NotTested => "There was nothing to test for a leak".to_owned(),
    }
}

fn lead(subject: &Subject<'_>) -> String {
    let certificate = certificate::lead(subject.results.certificate.outcome);
    let trials = subject.results.trials.as_ref().map_or_else(String::new, |trials| {
        format!(
            " It is one of {} trials of this site; the best of as many without skill is expected \
             to have a Sharpe ratio of {}.",
            format::count(trials.counted),
            format::decimal(Some(trials.expected_best_sharpe), 2)
        )
    });
    format!("{certificate}{trials}")
}

fn clocks(subject: &Subject<'_>) -> Vec<Fact> {
    let (data, schedule) = (&subject.results.data, &subject.results.walk_forward);
    let lags: Vec<String> = data.lags.iter().map(ToString::to_string).collect();
    let window = match schedule.window {
        Some(rows) => format!("the last {} rows", format::count(rows)),
        None => "all rows before it".to_owned(),
    };
    let purge = match schedule.purge {
        0 => String::new(),
        rows => format!(", less the last {rows}"),
    };
    let gaps = match (data.dropped_days, data.filled_prices) {
        (0, 0) => "none".to_owned(),
        (dropped, 0) => format!("{} days left out", format::count(dropped)),
        (dropped, filled) => format!(
            "{} days left out, {} prices carried over",
            format::count(dropped),
            format::count(filled)
        ),
    };
    let decided = format!(
        "at the close before the day that is forecast, from the features’ returns lagged by {} \
         trading {}",
        lags.join(", "),
        if data.lags == [1] { "day" } else { "days" }
    );
    let fitted = format!(
        "every {} rows from row {}, each time on {window}{purge}; scaling and penalty from those \
         rows too",
        schedule.refit_every,
        format::count(schedule.min_train)
    );
    let rows = format::count(data.rows);
    let panel = format!("{} to {}, {rows} rows; gaps: {gaps}", data.first_day, data.last_day);
    vec![
        Fact::new("Decided", decided),
        Fact::new("Executed", "at that same close"),
        Fact::new("Earned", "over the day that is forecast, from that close to the next"),
        Fact::new("Fitted", fitted),
        Fact::new("Panel", panel),
    ]
}

fn precision(subject: &Subject<'_>) -> String {
    let schedule = &subject.results.walk_forward;
    if schedule.fits == 0 {
        return "Nothing was fitted here: the forecasts were made elsewhere.".to_owned();
    }
    let uncertified = match schedule.worst_fit.uncertified {
        0 => "none missed the required precision".to_owned(),
        1 => "one missed the required precision".to_owned(),
        many => format!("{} missed the required precision", format::count(many)),
    };
    format!(
        "Of {} fits, {uncertified}. The least precise left its optimality conditions off by {} of \
         the largest gradient.",
        format::count(schedule.fits),
        format::significant(Some(schedule.worst_fit.kkt_residual))
    )
}

/// What the checks of the run said; the warnings themselves stand at the top of the page.
fn warned(subject: &Subject<'_>) -> String {
    let codes: Vec<&str> =
        subject.results.warnings.iter().map(|warning| words::warning(warning).0).collect();
    match codes.as_slice() {
        [] => "No check of the run gave a warning.".to_owned(),
        codes => format!("Warnings, at the top of this page: {}.", format::list(codes)),
    }
}
