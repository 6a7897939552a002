//! What was found in a source's prices: the calendar they keep, findings by kind, coverage.

use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::base::units::Day;

/// The quality of one price source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct QualityReport {
    /// The calendar the prices are held against.
    pub calendar: CalendarSummary,
    /// Every check that was made, with what it found, in a fixed order.
    pub checks: Vec<CheckSummary>,
    /// The findings: by severity, then by kind, day and ticker, the acknowledged ones last; each
    /// kind up to a cap, so [`CheckSummary`] has the totals.
    pub findings: Vec<Finding>,
    /// The months of the source's span, ascending.
    pub months: Vec<MonthSummary>,
    /// One entry a ticker, in the order of the file: its prices in each of `months`.
    pub coverage: Vec<TickerMonths>,
}

impl QualityReport {
    /// Findings of a severity that nobody has acknowledged, those beyond the cap included.
    pub fn count(&self, severity: Severity) -> usize {
        self.checks.iter().map(|check| check.count(severity)).sum()
    }

    /// Findings that the source's description acknowledges.
    pub fn acknowledged(&self) -> usize {
        self.checks.iter().map(|check| check.acknowledged).sum()
    }

    /// Findings of any severity, those beyond the cap included.
    pub fn total(&self) -> usize {
        self.checks.iter().map(CheckSummary::total).sum()
    }
}

/// The trading days that a source was expected to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct CalendarSummary {
    /// Which calendar.
    pub kind: CalendarKind,
    /// How it was chosen: a sentence for the reader.
    pub reason: String,
    /// Days that it has from the source's first day to its last.
    pub expected: usize,
    /// Expected days without a row.
    pub missing: usize,
    /// Rows on days that it does not have.
    pub extra: usize,
}

/// A calendar of trading days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum CalendarKind {
    /// The New York Stock Exchange, from its holiday rules and its special closings.
    Nyse,
    /// Weekdays but for holidays that recur in the source itself.
    Recurring,
    /// Weekdays; the holidays of the exchange are not known.
    Weekdays,
    /// Every day of the week.
    EveryDay,
    /// None: the prices are not daily.
    #[default]
    None,
}

impl CalendarKind {
    /// In a reader's words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Nyse => "New York Stock Exchange",
            Self::Recurring => "weekdays less recurring holidays",
            Self::Weekdays => "weekdays",
            Self::EveryDay => "every day of the week",
            Self::None => "none, the prices are not daily",
        }
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The prices are wrong there, or nearly certainly so: results built on them are too.
    Problem,
    /// Worth a look: it may be wrong, or it may be the market.
    Caution,
    /// Unusual, and explained.
    Note,
}

impl Severity {
    /// All of them, the gravest first.
    pub const ALL: [Self; 3] = [Self::Problem, Self::Caution, Self::Note];

    /// A count of findings in words: "1 problem", "no cautions".
    pub fn counted(self, count: usize) -> String {
        match count {
            0 => format!("no {self}s"),
            1 => format!("1 {self}"),
            more => format!("{more} {self}s"),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Problem => "problem",
            Self::Caution => "caution",
            Self::Note => "note",
        })
    }
}

/// What kind of thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Trading days without a row.
    MissingDay,
    /// Rows on days without trading.
    ExtraDay,
    /// A ticker without prices on days on which the others have some.
    MissingPrice,
    /// All prices as on the day before.
    RepeatedRow,
    /// One ticker's price unchanged for longer than it usually is.
    StalePrice,
    /// A jump that comes back.
    BadTick,
    /// A jump by the ratio of a split.
    Split,
    /// A jump that neither comes back nor looks like a split.
    Outlier,
    /// Two tickers with the same returns.
    Twin,
    /// A ticker whose returns belong to the day before or after.
    Slip,
    /// Another source says otherwise.
    Disagreement,
}

impl FindingKind {
    /// All of them, in the order of a report.
    pub const ALL: [Self; 11] = [
        Self::MissingDay,
        Self::ExtraDay,
        Self::MissingPrice,
        Self::RepeatedRow,
        Self::StalePrice,
        Self::BadTick,
        Self::Split,
        Self::Outlier,
        Self::Twin,
        Self::Slip,
        Self::Disagreement,
    ];

    /// A heading in a reader's words.
    pub fn title(self) -> &'static str {
        match self {
            Self::MissingDay => "Missing days",
            Self::ExtraDay => "Days without trading",
            Self::MissingPrice => "Missing prices",
            Self::RepeatedRow => "Repeated rows",
            Self::StalePrice => "Stale prices",
            Self::BadTick => "Bad ticks",
            Self::Split => "Unadjusted splits",
            Self::Outlier => "Unusual returns",
            Self::Twin => "Tickers with the same returns",
            Self::Slip => "Slipped dates",
            Self::Disagreement => "Disagreement between sources",
        }
    }
}

/// One check and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckSummary {
    /// What it looks for.
    pub kind: FindingKind,
    /// When it reports something, and why then: for the reader.
    pub rule: String,
    /// Whether it could be made: some need other tickers or another source.
    pub made: bool,
    /// Findings of severity `problem`.
    pub problems: usize,
    /// Findings of severity `caution`.
    pub cautions: usize,
    /// Findings of severity `note`.
    pub notes: usize,
    /// Findings that the source's description acknowledges; they count in none of the three.
    #[serde(default)]
    pub acknowledged: usize,
}

impl CheckSummary {
    /// Findings of a severity that nobody has acknowledged.
    pub fn count(&self, severity: Severity) -> usize {
        match severity {
            Severity::Problem => self.problems,
            Severity::Caution => self.cautions,
            Severity::Note => self.notes,
        }
    }

    /// Findings of any severity, acknowledged or not.
    pub fn total(&self) -> usize {
        self.problems + self.cautions + self.notes + self.acknowledged
    }
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What it is.
    pub kind: FindingKind,
    /// The ticker; `None` for all tickers alike.
    pub ticker: Option<String>,
    /// The day, or the first of several.
    pub from: Day,
    /// The last day; equal to `from` for one day.
    pub to: Day,
    /// The figures behind it by name: returns as fractions, counts of days.
    pub values: IndexMap<String, f64>,
    /// A sentence for the reader, day and ticker included.
    pub sentence: String,
    /// Why it is no error, where the source's description says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<String>,
}

/// A month of a source's span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthSummary {
    /// Its first day, also where the source starts within it.
    pub first_day: Day,
    /// Trading days that the calendar has in it, within the source's span.
    pub expected: u8,
    /// Rows in it.
    pub rows: u8,
}

/// A ticker's prices by month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TickerMonths {
    /// As the price file names it.
    pub ticker: String,
    /// Prices in each month of the report.
    pub prices: Vec<u8>,
    /// Trading days in each month, from the ticker's first price to its last.
    pub expected: Vec<u8>,
    /// The last price of each month over the ticker's first, with four digits: what can be shown of
    /// prices that may not be passed on. `None` in a month without a price; empty where it was
    /// written before there was one.
    #[serde(default)]
    pub growth: Vec<Option<f64>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_a_person_writes_them_and_kinds_are_in_the_order_of_the_report() {
        assert_eq!(Severity::Problem.counted(0), "no problems");
        assert_eq!(Severity::Caution.counted(1), "1 caution");
        assert_eq!(Severity::Note.counted(12), "12 notes");
        assert!(FindingKind::ALL.is_sorted() && Severity::ALL.is_sorted());
    }
}
