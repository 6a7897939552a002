//! Jumps of one ticker that the others do not share: bad ticks, splits, and the unexplained.

use super::cross_section::{CrossSection, Series};
use super::words::{finding, multiple, returns};
use crate::base::units::{format, math};
use crate::results::{Finding, FindingKind, Severity};

/// A ticker's own move is unusual from so many scales. Daily returns have fat tails: of 75,000 true
/// returns of sector funds a few lie beyond 8 scales and none beyond 9, so such a day alone is a
/// caution and never a problem.
const OUTLIER: f64 = 10.0;
/// Both legs of a spike are at least so many scales. A few days in ten thousand are so far out;
/// that two follow one another, with opposite signs and of one size, is not expected in 75,000.
const SPIKE: f64 = 6.0;
/// A spike of so many scales on both legs is beyond any fat tail.
const SURE_SPIKE: f64 = 10.0;
/// What is left of a spike when it has come back, as part of its size.
const SPIKE_REST: f64 = 0.2;
/// Rows within which a wrong price is put right.
const SPIKE_ROWS: usize = 3;
/// A split is at least so many scales from what the ticker does by itself.
const SPLIT: f64 = 8.0;
/// What the ticker did beside the split on that day, in scales: all but a few days in a thousand
/// stay within.
const SPLIT_TOLERANCE: f64 = 3.0;
/// Ratios of splits in use, new shares for old ones. Smaller ones (5 for 4) cannot be told from a
/// bad day and are left to the unusual returns.
const RATIOS: [f64; 16] =
    [1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 25.0, 30.0, 50.0, 100.0];
/// A return that the others share is worth a note from so many scales.
const SHARED: f64 = 10.0;
/// Part of a return that the others' must explain for it to be shared.
const SHARED_PART: f64 = 0.5;

pub(super) const BAD_TICK_RULE: &str = "A price that jumps against the other tickers and comes \
     back within 3 rows, to a fifth of the jump or less: a problem from 10 times the ticker’s usual \
     own move on both legs, a caution from 6 times. The usual own move is a robust standard \
     deviation (1.48 times the median size) of what the ticker did beside its beta to the median \
     of the others, over the 63 rows around, with 0.3 times the others’ move of the day.";
pub(super) const SPLIT_RULE: &str = "A jump of at least 8 times the ticker’s usual own move that \
     the others do not share, that does not come back, and that lies within 3 usual moves of the \
     ratio of a split in use (3:2, 2:1, 3:1, … 100:1, and the reverse).";
pub(super) const OUTLIER_RULE: &str = "A return of at least 10 times the ticker’s usual own move \
     that the others do not share is a caution: fat tails make a few of them in decades of true \
     prices. A return of that size in which the others take part is the market and only a note.";

/// The jumps of all tickers.
pub(super) fn find(section: &CrossSection<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (series, ticker) in section.series.iter().zip(&section.table.tickers) {
        if series.is_copy {
            continue;
        }
        let rows: Vec<usize> = series.rows().collect();
        let mut position = 0;
        while position < rows.len() {
            let jump = Jump { section, ticker, series, rows: &rows, position };
            let Some((finding, taken)) = jump.classify() else {
                position += 1;
                continue;
            };
            findings.push(finding);
            position += taken;
        }
    }
    findings
}

/// A row that may hold a jump.
struct Jump<'a> {
    section: &'a CrossSection<'a>,
    ticker: &'a str,
    series: &'a Series,
    /// The rows with a return.
    rows: &'a [usize],
    /// Which of them.
    position: usize,
}

impl Jump<'_> {
    fn row(&self) -> usize {
        self.rows[self.position]
    }

    /// What the ticker did beside the others, in scales.
    fn size(&self, position: usize) -> f64 {
        self.series.own_size(self.rows[position])
    }

    /// What the jump is, and how many rows it takes; `None` for a row like any other.
    fn classify(&self) -> Option<(Finding, usize)> {
        let size = self.size(self.position).abs();
        if size < SPIKE {
            return self.shared().map(|finding| (finding, 1));
        }
        if let Some(back) = self.comes_back() {
            return Some((self.bad_tick(back), back - self.position + 1));
        }
        if let Some(ratio) = self.split_ratio() {
            return Some((self.split(ratio), 1));
        }
        if size >= OUTLIER {
            return Some((self.outlier(), 1));
        }
        self.shared().map(|finding| (finding, 1))
    }

    /// The position at which a jump has come back.
    fn comes_back(&self) -> Option<usize> {
        let out = self.series.own[self.row()];
        let mut level = out;
        for back in self.position + 1..=(self.position + SPIKE_ROWS).min(self.rows.len() - 1) {
            let step = self.series.own[self.rows[back]];
            level += step;
            if self.size(back).abs() >= SPIKE && level.abs() <= SPIKE_REST * out.abs() {
                return Some(back);
            }
            // Until then the price stays where it jumped to.
            if (level - out).abs() > SPIKE_REST * out.abs() {
                return None;
            }
        }
        None
    }

    /// The split whose ratio the jump has.
    fn split_ratio(&self) -> Option<(f64, f64)> {
        let row = self.row();
        let own = self.series.own[row];
        if self.size(self.position).abs() < SPLIT {
            return None;
        }
        let tolerance = SPLIT_TOLERANCE * self.series.own_scales.at(row);
        RATIOS
            .iter()
            // 3 for 2 where the ratio is no whole number.
            .map(|&ratio| if ratio.fract() > 0.0 { (2.0 * ratio, 2.0) } else { (ratio, 1.0) })
            .flat_map(|(new, old)| [(new, old), (old, new)])
            .map(|ratio| (ratio, (own + math::ln(ratio.0 / ratio.1)).abs()))
            .filter(|(_, distance)| *distance <= tolerance)
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(ratio, _)| ratio)
    }

    fn bad_tick(&self, back: usize) -> Finding {
        let (row, last) = (self.row(), self.rows[back]);
        let both = self.size(self.position).abs().min(self.size(back).abs());
        let days = &self.section.table.days;
        let price = self.section.table.prices[self.column()][row];
        let wrong_until = days[self.rows[back - 1]];
        let severity = if both >= SURE_SPIKE { Severity::Problem } else { Severity::Caution };
        let sentence = format!(
            "{} {} on {} to a price of {} and {} on {}, the others {}: {} times its usual own \
             move, out and back.",
            self.ticker,
            returns(self.series.returns[row]),
            days[row],
            format::decimal(Some(price), 2),
            returns(self.series.returns[last]),
            days[last],
            self.others(row),
            multiple(both),
        );
        let values = [
            ("price", price),
            ("return", simple(self.series.returns[row])),
            ("return_back", simple(self.series.returns[last])),
            ("others", simple(self.series.others[row])),
            ("times_usual", both),
        ];
        let bad_tick = self.finding(FindingKind::BadTick, severity, &values, sentence);
        Finding { to: wrong_until, ..bad_tick }
    }

    fn split(&self, (new, old): (f64, f64)) -> Finding {
        let row = self.row();
        let sentence = format!(
            "{} {} on {}, the others {}: what a split of {new} for {old} does to prices that are \
             not adjusted for it.",
            self.ticker,
            returns(self.series.returns[row]),
            self.section.table.days[row],
            self.others(row),
        );
        let values = [
            ("return", simple(self.series.returns[row])),
            ("others", simple(self.series.others[row])),
            ("new_shares", new),
            ("old_shares", old),
        ];
        self.finding(FindingKind::Split, Severity::Problem, &values, sentence)
    }

    fn outlier(&self) -> Finding {
        let row = self.row();
        let size = self.size(self.position).abs();
        let sentence = format!(
            "{} {} on {}, the others {}: {} times its usual own move of the time.",
            self.ticker,
            returns(self.series.returns[row]),
            self.section.table.days[row],
            self.others(row),
            multiple(size),
        );
        // Without others to compare with, a crash of the market looks like one of the ticker.
        let severity = if self.series.has_others { Severity::Caution } else { Severity::Note };
        self.unusual(severity, size, sentence)
    }

    /// A note on a return that is large by the ticker's standard and shared by the others.
    fn shared(&self) -> Option<Finding> {
        let row = self.row();
        let value = self.series.returns[row];
        let size = self.series.scales.times(row, value).abs();
        let is_shared =
            self.series.has_others && self.series.own[row].abs() <= SHARED_PART * value.abs();
        if !is_shared || size < SHARED {
            return None;
        }
        let sentence = format!(
            "{} {} on {}, {} times its usual move of the time; the others {}, so that this is the \
             market.",
            self.ticker,
            returns(value),
            self.section.table.days[row],
            multiple(size),
            self.others(row),
        );
        Some(self.unusual(Severity::Note, size, sentence))
    }

    fn unusual(&self, severity: Severity, times_usual: f64, sentence: String) -> Finding {
        let row = self.row();
        let values = [
            ("return", simple(self.series.returns[row])),
            ("others", simple(self.series.others[row])),
            ("times_usual", times_usual),
        ];
        self.finding(FindingKind::Outlier, severity, &values, sentence)
    }

    fn finding(
        &self,
        kind: FindingKind,
        severity: Severity,
        values: &[(&str, f64)],
        sentence: String,
    ) -> Finding {
        let day = self.section.table.days[self.row()];
        finding(kind, severity, Some(self.ticker), (day, day), values, sentence)
    }

    /// "fell 0.3 %", or that there are none.
    fn others(&self, row: usize) -> String {
        if self.series.has_others {
            returns(self.series.others[row])
        } else {
            "are too few to compare with".to_owned()
        }
    }

    fn column(&self) -> usize {
        let tickers = &self.section.table.tickers;
        tickers.iter().position(|known| known == self.ticker).unwrap_or_default()
    }
}

/// A simple return from a log return.
fn simple(log_return: f64) -> f64 {
    libm::expm1(log_return)
}
