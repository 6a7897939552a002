//! What a source's page says of its prices' quality: a verdict, a list of checks, the findings.

use serde::Serialize;

use crate::base::units::format;
use crate::report::site::kit::view::Fact;
use crate::results::{
    CalendarKind, CheckSummary, Finding, FindingKind, QualityReport, Severity, SourceSummary,
};

/// Findings of a kind that stand open on the page; the others open on demand.
const SHOWN: usize = 12;
/// Tickers that a verdict names.
const NAMED: usize = 4;

/// What `source.html` sees of the quality.
#[derive(Debug, Serialize)]
pub(crate) struct Quality {
    /// Class of the verdict: `yes` or `bad`.
    class: &'static str,
    /// The verdict, in a few words.
    headline: String,
    /// What it rests on.
    sentences: Vec<String>,
    /// How many checks found something.
    finding: String,
    checks: Vec<Check>,
    groups: Vec<Group>,
    calendar: Vec<Fact>,
}

/// One line of the list of checks.
#[derive(Debug, Serialize)]
struct Check {
    /// Anchor of its findings.
    id: String,
    title: &'static str,
    /// `problem`, `caution`, `note`, `clean` or `unmade`.
    class: &'static str,
    /// "nothing found", "2 cautions".
    outcome: String,
    /// Whether there is a list of findings to go to.
    is_found: bool,
    /// When it reports something.
    rule: String,
}

/// The findings of one kind.
#[derive(Debug, Serialize)]
struct Group {
    id: String,
    title: &'static str,
    outcome: String,
    shown: Vec<Item>,
    more: Vec<Item>,
    /// How many there are beyond those listed; empty for none.
    beyond: String,
}

/// One finding.
#[derive(Debug, Serialize)]
struct Item {
    class: &'static str,
    sentence: String,
}

/// What the page says.
pub(crate) fn view(source: &SourceSummary) -> Quality {
    let report = &source.quality;
    let (class, headline) = verdict(report);
    let found = report.checks.iter().filter(|check| check.total() > 0);
    let made = report.checks.iter().filter(|check| check.made).count();
    let is_grave = |check: &&CheckSummary| {
        [Severity::Problem, Severity::Caution].iter().any(|severity| check.count(*severity) > 0)
    };
    let grave = report.checks.iter().filter(is_grave).count();
    let finding = match (found.clone().count(), grave) {
        (0, _) => format!("All {} checks passed", format::number(made)),
        (_, 0) => "No check found an error".to_owned(),
        (_, 1) => format!("One of {} checks asks for a look", format::number(made)),
        (_, some) => {
            let some = format::upper_first(&format::number(some));
            format!("{some} of {} checks ask for a look", format::number(made))
        }
    };
    Quality {
        class,
        headline,
        finding,
        sentences: sentences(report),
        checks: report.checks.iter().map(check).collect(),
        groups: found.map(|check| group(check, &report.findings)).collect(),
        calendar: calendar(report),
    }
}

fn verdict(report: &QualityReport) -> (&'static str, String) {
    let sound = "These prices look sound";
    match (report.count(Severity::Problem), report.count(Severity::Caution)) {
        (0, 0) => ("yes", sound.to_owned()),
        (0, 1) => ("yes", format!("{sound}; one finding asks for a look")),
        (0, more) => ("yes", format!("{sound}; {} findings ask for a look", format::count(more))),
        _ => ("bad", "These prices have errors".to_owned()),
    }
}

/// What was found, and whether the days are complete.
fn sentences(report: &QualityReport) -> Vec<String> {
    let mut sentences = Vec::new();
    let made = report.checks.iter().filter(|check| check.made).count();
    for severity in [Severity::Problem, Severity::Caution] {
        let kinds = report.checks.iter().filter_map(|check| of_kind(report, check, severity));
        let kinds: Vec<String> = kinds.collect();
        if !kinds.is_empty() {
            let counted = severity.counted(report.count(severity));
            sentences.push(format!("{counted}: {}.", format::list(&kinds)));
        }
    }
    let acknowledged = report.acknowledged();
    if acknowledged > 0 {
        let counted = format::counted(acknowledged, "finding is", "findings are");
        sentences.push(format!("{counted} acknowledged, with the reason below."));
    }
    if sentences.is_empty() {
        sentences.push(match report.count(Severity::Note) {
            0 => format!("None of the {made} checks found anything."),
            notes => format!(
                "None of the {made} checks found an error, and none asks for a look; {} on \
                 unusual days below.",
                Severity::Note.counted(notes)
            ),
        });
    }
    sentences.extend(completeness(report));
    sentences
}

/// "unadjusted splits (XLE)", "missing days"; `None` where the check found none.
fn of_kind(report: &QualityReport, check: &CheckSummary, severity: Severity) -> Option<String> {
    if check.count(severity) == 0 {
        return None;
    }
    let mut tickers: Vec<&str> = report
        .findings
        .iter()
        .filter(|found| found.kind == check.kind && found.severity == severity)
        .filter(|found| found.acknowledged.is_none())
        .filter_map(|found| found.ticker.as_deref())
        .collect();
    tickers.sort_unstable();
    tickers.dedup();
    let title = check.kind.title().to_lowercase();
    Some(match tickers.len() {
        0 => title,
        many if many > NAMED => format!("{title} ({} tickers)", format::count(many)),
        _ => format!("{title} ({})", tickers.join(", ")),
    })
}

/// How many of the calendar's days are there.
fn completeness(report: &QualityReport) -> Option<String> {
    let calendar = &report.calendar;
    let days = format::count(calendar.expected);
    let exchange = match calendar.kind {
        CalendarKind::None => return None,
        CalendarKind::Nyse => " of the New York Stock Exchange",
        CalendarKind::Recurring | CalendarKind::Weekdays | CalendarKind::EveryDay => "",
    };
    Some(match calendar.missing {
        0 => format!("All {days} trading days{exchange} are there."),
        missing => {
            format!("{} of {days} trading days{exchange} are missing.", format::count(missing))
        }
    })
}

fn check(check: &CheckSummary) -> Check {
    let gravest = Severity::ALL.into_iter().find(|severity| check.count(*severity) > 0);
    Check {
        id: anchor(check.kind),
        title: check.kind.title(),
        class: match (check.made, gravest) {
            (_, Some(severity)) => class(severity),
            (_, None) if check.acknowledged > 0 => class(Severity::Note),
            (true, None) => "clean",
            (false, None) => "unmade",
        },
        outcome: outcome(check),
        is_found: check.total() > 0,
        rule: check.rule.clone(),
    }
}

/// "2 problems, 1 caution", "nothing found", or why there is no answer.
fn outcome(check: &CheckSummary) -> String {
    let count = |severity: Severity| (severity, check.count(severity));
    let counts = Severity::ALL.into_iter().map(count).filter(|(_, count)| *count > 0);
    let counts = counts.map(|(severity, count)| severity.counted(count));
    let acknowledged = format!("{} acknowledged", format::count(check.acknowledged));
    let counts: Vec<String> =
        counts.chain((check.acknowledged > 0).then_some(acknowledged)).collect();
    match (&*counts, check.made, check.kind) {
        ([], true, _) => "nothing found".to_owned(),
        ([], false, FindingKind::Disagreement) => "no other source to compare with".to_owned(),
        ([], false, _) => "cannot be checked here".to_owned(),
        (counts, ..) => counts.join(", "),
    }
}

fn group(check: &CheckSummary, findings: &[Finding]) -> Group {
    let mut shown: Vec<Item> = findings
        .iter()
        .filter(|found| found.kind == check.kind)
        .map(|found| match &found.acknowledged {
            None => Item { class: class(found.severity), sentence: found.sentence.clone() },
            Some(reason) => Item {
                class: class(Severity::Note),
                sentence: format!("{} Acknowledged: {reason}", found.sentence),
            },
        })
        .collect();
    let beyond = check.total() - shown.len();
    let more = shown.split_off(SHOWN.min(shown.len()));
    Group {
        id: anchor(check.kind),
        title: check.kind.title(),
        outcome: outcome(check),
        shown,
        more,
        beyond: if beyond == 0 { String::new() } else { format::count(beyond) },
    }
}

fn calendar(report: &QualityReport) -> Vec<Fact> {
    let calendar = &report.calendar;
    let mut facts = vec![
        Fact::new("Calendar", calendar.kind.title()),
        Fact::new("Chosen because", &calendar.reason),
    ];
    if calendar.kind != CalendarKind::None {
        facts.extend([
            Fact::new("Trading days", format::count(calendar.expected)),
            Fact::new("Missing", format::count(calendar.missing)),
            Fact::new("Outside of it", format::count(calendar.extra)),
        ]);
    }
    facts
}

/// Class of a mark.
pub(crate) fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Problem => "problem",
        Severity::Caution => "caution",
        Severity::Note => "note",
    }
}

fn anchor(kind: FindingKind) -> String {
    kind.title().to_lowercase().replace(' ', "-")
}
