//! The out-of-sample certificate: what was tried, what came out, and forecasts that are used late.

use crate::base::units::{Day, format};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Of, Row, Table, columns};
use crate::report::words;
use crate::results::{
    CertificateCheck, CertificateCheckName, CertificateFinding, CheckOutcome, LateForecasts,
    NotTestedReason,
};

/// The panel.
pub(crate) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Table(checks(subject))];
    blocks.extend(
        late(subject).map(|table| Block::details("Forecasts used late", vec![Block::Table(table)])),
    );
    blocks
}

pub(crate) fn lead(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::Passed => {
            "That is no proof: prices that were revised, tickers chosen with hindsight and a \
             researcher’s own search leave no trace here."
        }
        CheckOutcome::Failed => {
            "Or it looks as if it did. No figure of this page can be relied on before it is found."
        }
        CheckOutcome::NotTested => "",
    }
}

fn checks(subject: &Subject<'_>) -> Table {
    let certificate = &subject.results.certificate;
    let row = |check: &CertificateCheck| Row {
        class: String::new(),
        head: format::upper_first(words::check(check.name)),
        cells: vec![words_cell(tried(check)), words_cell(outcome(check))],
    };
    let rows = certificate.checks.iter().map(row).collect();
    let heads = columns(&[("Check", ""), ("Tried", ""), ("Outcome", "")]);
    Table::new("What was tried", "", heads, rows).note(left_out(subject), "certificate")
}

fn words_cell(text: String) -> Cell {
    Cell { class: "words", ..Cell::new(text) }
}

fn tried(check: &CertificateCheck) -> String {
    if check.outcome == CheckOutcome::NotTested {
        return "nothing, for lack of days".to_owned();
    }
    let cuts: Vec<String> = check.cuts.iter().map(Day::to_string).collect();
    let cuts = format::list(&cuts);
    let compared = format::count(check.compared);
    match check.name {
        CertificateCheckName::Truncation => {
            format!("data that end on {cuts}; {compared} earlier values compared bit by bit")
        }
        CertificateCheckName::Tampering => {
            format!("noise in place of prices after {cuts}; {compared} values compared bit by bit")
        }
        CertificateCheckName::Placebo => {
            let p_values: Vec<String> =
                check.p_values.iter().map(|p| format::p_value(Some(*p))).collect();
            format!(
                "the target shuffled in blocks of 21 days, {compared} forecasts; p of a signal {}",
                format::list(&p_values)
            )
        }
        CertificateCheckName::LagDecay => "forecasts used one to five days late".to_owned(),
    }
}

fn outcome(check: &CertificateCheck) -> String {
    match check.outcome {
        CheckOutcome::Passed => "passed".to_owned(),
        CheckOutcome::NotTested => "not tested".to_owned(),
        CheckOutcome::Failed => {
            let found = |found: &CertificateFinding| words::finding(check.name, found);
            let found: Vec<String> = check.found.iter().map(found).collect();
            format!("failed: {}", format::some_of(&found, 3))
        }
    }
}

/// What no check says anything about.
fn left_out(subject: &Subject<'_>) -> String {
    let of = |reason: NotTestedReason| {
        let not_tested = subject.results.certificate.not_tested.iter();
        let of_reason = not_tested.filter(move |left_out| left_out.reason == reason);
        of_reason.map(|left_out| in_words(&left_out.what)).collect::<Vec<&str>>()
    };
    let told = [
        (NotTestedReason::LooksBack, "Not tested, since these use hindsight on purpose"),
        (NotTestedReason::MadeElsewhere, "Made elsewhere and not tested"),
    ];
    let told = told.map(|(reason, why)| match of(reason) {
        none if none.is_empty() => String::new(),
        some => format!("{why}: {}. ", format::list(&some)),
    });
    told.concat().trim_end().to_owned()
}

/// A part of the results as a reader knows it.
fn in_words(what: &str) -> &str {
    match what {
        "geometry" => "geometry",
        "models.breaks" => "breaks",
        "models.by_alpha" => "penalty paths",
        "models.gain_map" => "gain maps",
        "regime.planted" => "the planted regime",
        "regimes.repaint" => "hindsight labels",
        "verdict.falls" => "the relation over the whole record",
        other => other,
    }
}

/// A model's forecasts used late, and its R2 without the most influential days.
type Entry<'e> = (&'e Vec<LateForecasts>, Option<f64>);

/// R2 of forecasts used late, and without the most influential days; `None` without forecasts.
fn late(subject: &Subject<'_>) -> Option<Table> {
    let lag_decay = &subject.results.certificate.lag_decay;
    let decay = |model: &Model<'_>| lag_decay.get(model.name).filter(|decay| !decay.is_empty());
    let entries: Vec<(String, String, Entry<'_>)> = subject
        .everyone()
        .filter_map(|model| {
            let without = model.summary.forecast.oos_r2_without_20;
            Some((model.class(), model.title.clone(), (decay(model)?, without)))
        })
        .collect();
    let at = |delay: usize| {
        move |(decay, _): &Entry<'_>| {
            let found = decay.iter().find(|late| late.delay == delay);
            found.map_or_else(Cell::missing, |late| Cell::percents(late.oos_r2, 2))
        }
    };
    let (in_time, one, two, three, five) = (at(0), at(1), at(2), at(3), at(5));
    let without = |(_, without): &Entry<'_>| Cell::percent(*without, 2);
    let described: [Of<'_, Entry<'_>>; 6] = [
        ("In time", "", &in_time),
        ("1 day late", "", &one),
        ("2 days", "", &two),
        ("3 days", "", &three),
        ("5 days", "", &five),
        ("Without 20 days", "in time", &without),
    ];
    let table = Table::of("R² of forecasts that are used late", "", &entries, "Model", &described);
    let note = "A true signal may last one day only; a leak falls from an implausible R², or not at \
                all. Without 20 days: without those on which the losses differ most.";
    (!entries.is_empty()).then(|| table.note(note, "certificate"))
}
