//! Dates that slip: a ticker whose returns fit the others of the day before or after better than
//! those of the same day, over a stretch whose start is named.
//!
//! On standardised returns `z` of the ticker and `m` of the others, `z (m[t -+ 1] - m[t])` is
//! negative on average while the dates are right and positive while they are off. The stretch with
//! the largest sum (the CUSUM of Page 1954) is where a slip would be; whether it is one is judged
//! by the two correlations over it, with Fisher's transformation.

use std::ops::Range;

use super::cross_section::{CrossSection, Scales, Series};
use super::words::{finding, span};
use crate::base::statistics::cosine;
use crate::base::units::{Day, format};
use crate::results::{Finding, FindingKind, Severity};

/// Standard errors by which the correlation one day off must exceed the one of the day. The
/// stretch is the best of some 1e5, whose best by chance is about five standard errors.
const EVIDENCE: f64 = 6.0;
/// Smallest correlation one day off.
const CORRELATED: f64 = 0.3;
/// Standardised returns are cut there, so that no single day decides.
const CLIP: f64 = 3.0;
/// Fewest rows over which correlations say anything.
const ROWS: usize = 15;
/// Share of all rows from which a slip has neither start nor end: a market that closes before the
/// others open looks the same.
const THROUGHOUT: f64 = 0.95;

pub(super) const RULE: &str = "A stretch of rows over which a ticker’s returns correlate with \
     those of the others one day off better than with those of the day, by 6 standard errors of \
     the difference (some 25 rows for close relatives, 100 for distant ones). A slip that starts \
     or ends within the span is a problem; one throughout is a caution, since a market that closes \
     earlier looks the same. Also weeks in which all tickers have prices on Sunday and none on \
     Friday, or on Saturday and none on Monday.";

/// The slips of all tickers, at most one each way and ticker.
pub(super) fn find(section: &CrossSection<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (series, ticker) in section.series.iter().zip(&section.table.tickers) {
        if series.has_others && !series.is_copy {
            let pairs = Standardised::of(series);
            let slip = |late| pairs.slip(&section.table.days, ticker, late);
            findings.extend([true, false].into_iter().filter_map(slip));
        }
    }
    findings
}

/// A ticker's returns and the others', each over its usual size, on the rows with both.
struct Standardised {
    rows: Vec<usize>,
    own: Vec<f64>,
    others: Vec<f64>,
}

impl Standardised {
    fn of(series: &Series) -> Self {
        let rows: Vec<usize> = series.rows().collect();
        // Where there are too few others they count as still: such a row says nothing.
        let over = |scales: &Scales, values: &[f64]| -> Vec<f64> {
            let at = |row: &usize| scales.times(*row, values[*row]).clamp(-CLIP, CLIP);
            rows.iter().map(at).map(|value| if value.is_finite() { value } else { 0.0 }).collect()
        };
        let own = over(&series.scales, &series.returns);
        let others = over(&series.others_scales, &series.others);
        Self { rows, own, others }
    }

    /// The others' value that a row belongs to if the ticker's dates are one day late (its value
    /// is of the row before) or early.
    fn shifted(&self, at: usize, late: bool) -> f64 {
        let at = if late { at.checked_sub(1) } else { at.checked_add(1) };
        at.and_then(|at| self.others.get(at)).copied().unwrap_or(0.0)
    }

    /// The stretch with the largest sum.
    fn stretch(&self, late: bool) -> Range<usize> {
        let mut best = (0.0, 0..0);
        let (mut sum, mut start) = (0.0, 0);
        for at in 0..self.own.len() {
            sum += self.own[at] * (self.shifted(at, late) - self.others[at]);
            if sum <= 0.0 {
                (sum, start) = (0.0, at + 1);
            } else if sum > best.0 {
                best = (sum, start..at + 1);
            }
        }
        best.1
    }

    /// A slip on the stretch, if the returns there are one day late, or early.
    fn slip(&self, days: &[Day], ticker: &str, late: bool) -> Option<Finding> {
        let stretch = self.stretch(late);
        let count = stretch.len();
        if count < ROWS {
            return None;
        }
        let (first, last) = (self.rows[stretch.start], self.rows[stretch.end - 1]);
        // Correlations about zero with the others of the day, and one day off.
        let one_day_off: Vec<f64> = stretch.clone().map(|at| self.shifted(at, late)).collect();
        let with = |others| cosine(&self.own[stretch.clone()], others).unwrap_or(0.0);
        let (same_day, shifted) = (with(&self.others[stretch.clone()]), with(&one_day_off));
        // Each transformed correlation has a variance of 1 / (n - 3).
        let error = (2.0 / (count - 3) as f64).sqrt();
        let evidence = (libm::atanh(shifted) - libm::atanh(same_day)) / error;
        if shifted < CORRELATED || evidence < EVIDENCE {
            return None;
        }
        let (from, to) = (days[first], days[last]);
        let throughout = count as f64 >= THROUGHOUT * self.own.len() as f64;
        let severity = if throughout { Severity::Caution } else { Severity::Problem };
        let when = if throughout {
            "throughout".to_owned()
        } else if last + 1 == days.len() {
            format!("from about {from} on")
        } else {
            format!("from about {}", span(from, to))
        };
        let (side, dates) = if late { ("before", "late") } else { ("after", "early") };
        let market = match throughout {
            true => format!(", or its market closes {side} theirs"),
            false => String::new(),
        };
        let values = [
            ("rows", count as f64),
            ("correlation", same_day),
            ("correlation_shifted", shifted),
            ("standard_errors", evidence),
        ];
        let sentence = format!(
            "{ticker} moves with the others of the day {side} {when}: correlation {} with theirs, \
             {} on the same day, over {} rows. As if its dates are one day {dates}{market}.",
            format::decimal(Some(shifted), 2),
            format::decimal(Some(same_day), 2),
            format::count(count),
        );
        Some(finding(FindingKind::Slip, severity, Some(ticker), (from, to), &values, sentence))
    }
}
