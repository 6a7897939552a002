//! Dates that slip: a ticker whose returns fit the others of the day before or after better than
//! those of the same day, over a stretch whose start is named.
//!
//! On standardised returns `z` of the ticker and `m` of the others, `z (m[t -+ 1] - m[t])` is
//! negative on average while the dates are right and positive while they are off. The stretch with
//! the largest sum (the CUSUM of Page 1954) is where a slip would be; whether it is one is judged
//! by the two correlations over it, with Fisher's transformation.

use super::cross_section::{CrossSection, Scales, Series};
use super::words::{finding, span};
use crate::base::units::format;
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
        if !series.has_others || series.is_copy {
            continue;
        }
        let pairs = Standardised::of(series);
        for late in [true, false] {
            findings.extend(pairs.slip(late).map(|slip| told(section, ticker, late, &slip)));
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

/// A stretch that fits the others one day off.
struct Slip {
    first_row: usize,
    last_row: usize,
    rows: usize,
    throughout: bool,
    evidence: f64,
    same_day: f64,
    shifted: f64,
}

impl Standardised {
    fn of(series: &Series) -> Self {
        let rows: Vec<usize> = series.rows().collect();
        let of_others = Scales::of(&series.others);
        let own = |row: &usize| series.scales.times(*row, series.returns[*row]);
        let others = |row: &usize| of_others.times(*row, series.others[*row]);
        let own = rows.iter().map(|row| own(row).clamp(-CLIP, CLIP)).collect();
        let others = rows.iter().map(|row| others(row).clamp(-CLIP, CLIP)).collect();
        Self { rows, own, others }
    }

    /// The others' value that a row belongs to if the ticker's dates are one day late (its value
    /// is of the row before) or early.
    fn shifted(&self, at: usize, late: bool) -> f64 {
        let at = if late { at.checked_sub(1) } else { at.checked_add(1) };
        at.and_then(|at| self.others.get(at)).copied().unwrap_or(0.0)
    }

    fn slip(&self, late: bool) -> Option<Slip> {
        let all = self.own.len();
        let mut best = (0.0, 0..0);
        let (mut sum, mut start) = (0.0, 0);
        for at in 0..all {
            sum += self.own[at] * (self.shifted(at, late) - self.others[at]);
            if sum <= 0.0 {
                (sum, start) = (0.0, at + 1);
            } else if sum > best.0 {
                best = (sum, start..at + 1);
            }
        }
        let stretch = best.1;
        if stretch.len() < ROWS {
            return None;
        }
        let (same_day, shifted) = self.correlations(stretch.clone(), late);
        // Each transformed correlation has a variance of 1 / (n - 3).
        let error = (2.0 / (stretch.len() - 3) as f64).sqrt();
        let evidence = (libm::atanh(shifted) - libm::atanh(same_day)) / error;
        if shifted < CORRELATED || evidence < EVIDENCE {
            return None;
        }
        Some(Slip {
            first_row: self.rows[stretch.start],
            last_row: self.rows[stretch.end - 1],
            rows: stretch.len(),
            throughout: stretch.len() as f64 >= THROUGHOUT * all as f64,
            evidence,
            same_day,
            shifted,
        })
    }

    /// Correlations about zero with the others of the day, and one day off.
    fn correlations(&self, rows: std::ops::Range<usize>, late: bool) -> (f64, f64) {
        let (mut zz, mut mm, mut ss, mut zm, mut zs) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for at in rows {
            let (z, m, s) = (self.own[at], self.others[at], self.shifted(at, late));
            zz += z * z;
            mm += m * m;
            ss += s * s;
            zm += z * m;
            zs += z * s;
        }
        let ratio = |product: f64, square: f64| {
            if zz * square > 0.0 { product / (zz * square).sqrt() } else { 0.0 }
        };
        (ratio(zm, mm), ratio(zs, ss))
    }
}

fn told(section: &CrossSection<'_>, ticker: &str, late: bool, slip: &Slip) -> Finding {
    let days = &section.table.days;
    let (from, to) = (days[slip.first_row], days[slip.last_row]);
    let (severity, when) = if slip.throughout {
        (Severity::Caution, "throughout".to_owned())
    } else if slip.last_row + 1 == days.len() {
        (Severity::Problem, format!("from about {from} on"))
    } else {
        (Severity::Problem, format!("from about {}", span(from, to)))
    };
    let (side, cause) = match (late, slip.throughout) {
        (true, false) => ("the day before", "its dates are one day late"),
        (false, false) => ("the day after", "its dates are one day early"),
        (true, true) => {
            ("the day before", "its dates are one day late, or its market closes before theirs")
        }
        (false, true) => {
            ("the day after", "its dates are one day early, or its market closes after theirs")
        }
    };
    let values = [
        ("rows", slip.rows as f64),
        ("correlation", slip.same_day),
        ("correlation_shifted", slip.shifted),
        ("standard_errors", slip.evidence),
    ];
    let sentence = format!(
        "{ticker} moves with the others of {side} {when}: correlation {} with theirs, {} on the \
         same day, over {} rows. As if {cause}.",
        format::decimal(Some(slip.shifted), 2),
        format::decimal(Some(slip.same_day), 2),
        format::count(slip.rows),
    );
    finding(FindingKind::Slip, severity, Some(ticker), (from, to), &values, sentence)
}
