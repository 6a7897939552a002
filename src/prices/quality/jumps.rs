//! Jumps of one ticker that the others do not share: bad ticks, splits, and the unexplained.

use super::cross_section::{CrossSection, Series};
use super::words::{finding, multiple, returns};
use crate::base::units::{format, math};
use crate::prices::data::PriceTable;
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
/// A close alone may be wrong by a few percent, which is no spike of a volatile fund. On days on
/// which the others are quiet it is seen by both moves together: what lies between the way out and
/// the way back is at least so many of its standard deviations (the two scales, squared and added)...
const LONE: f64 = 6.25;
/// ... each move is at least this much of the price...
const LONE_SIZE: f64 = 0.03;
/// ... what is left when it is back is at most this part of the larger...
const LONE_REST: f64 = 0.5;
/// ... and the others stay within so many of their scales on both days.
///
/// In 27 years of SPY and the eleven sector funds these four limits accuse no day; with 2.5 % in
/// place of 3 % they would accuse XLC on 2024-04-25, and with 5.5 deviations XLK on 2025-01-27 too,
/// true prices both. The sample, which has no wrong price, has days of 6.2 and 6.1 deviations: a
/// close of XLE that is out by 5 % on 2000-05-01, in a wild month, is 5.1 of them and cannot be told
/// from those. Of 4,800 closes moved by 5 %, up or down, on random days they find 70 %, and 82 % of
/// those on days on which the others were quiet; the rest is in times in which 5 % is an ordinary
/// day.
const LONE_OTHERS: f64 = 2.0;
/// A split is at least so many scales from what the ticker does by itself.
const SPLIT: f64 = 8.0;
/// What the ticker did beside the split on that day, in scales: all but a few days in a thousand
/// stay within.
const SPLIT_TOLERANCE: f64 = 3.0;
/// Part of a split's log return that the price itself may be off from it: the market of the day, and
/// no more. A price that moved otherwise is not told as a split, whatever its beta makes of it.
const SPLIT_PART: f64 = 0.25;
/// Part of a jump beside the others that the price itself must have made.
const SEEN: f64 = 0.5;
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
     own move on both legs, a caution from 6 times. Also a caution, while the others \
     stay within twice their usual move: a price that is out by 3 % or more and back, by half at \
     least, on the next row, where the two moves together are 6.25 standard deviations. The usual \
     own move is a standard deviation that outliers do not stretch (1.48 times the median size) of what the ticker did \
     beside its beta to the median of the others, over the 63 rows around, with 0.3 times the \
     others’ move of the day.";
pub(super) const SPLIT_RULE: &str = "A jump of at least 8 times the ticker’s usual own move that \
     the others do not share, that does not come back, and that lies within 3 usual moves, and a \
     quarter of its size, of the ratio of a split in use (3:2, 2:1, 3:1, … 100:1, and the reverse).";
pub(super) const OUTLIER_RULE: &str = "A return of at least 10 times the ticker’s usual own move \
     that the others do not share is a caution: fat tails make a few of them in decades of true \
     prices. A return of that size in which the others take part is the market and only a note.";

/// The jumps of all tickers.
pub(super) fn find(section: &CrossSection<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (ticker, series) in section.series.iter().enumerate().filter(|(_, s)| !s.is_copy) {
        let rows: Vec<usize> = series.rows().collect();
        let mut rest = rows.as_slice();
        while !rest.is_empty() {
            let jump = classify(section.table, ticker, series, rest);
            let taken = jump.as_ref().map_or(1, |(_, taken)| *taken);
            findings.extend(jump.map(|(finding, _)| finding));
            rest = &rest[taken..];
        }
    }
    findings
}

/// What the jump on the first of `rows` is, and how many of them it takes; `None` for a row like
/// any other. `rows` are those with a return.
fn classify(
    table: &PriceTable,
    ticker: usize,
    series: &Series,
    rows: &[usize],
) -> Option<(Finding, usize)> {
    let row = rows[0];
    let (name, day) = (&table.tickers[ticker], table.days[row]);
    let (own, size) = (series.own[row], series.own_size(row).abs());
    let (moved, market) = (series.returns[row], series.others_on(row));
    let shared = series.scales.times(row, moved).abs();
    let is_shared = market.is_some() && own.abs() <= SHARED_PART * moved.abs();
    let is_market = is_shared && shared >= SHARED;
    let lone = is_lone(series, rows).then_some(1);
    // Nearly every row ends here, before a word is made: SPIKE is the smallest of the sizes.
    if size < SPIKE && !is_market && lone.is_none() {
        return None;
    }
    let begins = format!("{name} {} on {day}", returns(moved));
    let beside = market.map_or_else(|| "are too few to compare with".to_owned(), returns);
    let others = simple(market.unwrap_or(0.0));
    let (moved_value, others_value) = (("return", simple(moved)), ("others", others));
    let told = |kind, severity, to, values: &[(&str, f64)], sentence| {
        finding(kind, severity, Some(name), (day, to), values, sentence)
    };
    let spike = (size >= SPIKE).then(|| comes_back(series, rows)).flatten();
    if let Some(back) = spike.or(lone) {
        let (last, price) = (rows[back], table.prices[ticker][row]);
        let both = size.min(series.own_size(last).abs());
        let is_sure = spike.is_some() && both >= SURE_SPIKE;
        let severity = if is_sure { Severity::Problem } else { Severity::Caution };
        let sentence = format!(
            "{begins} to a price of {} and {} on {}, the others {beside}: {} times its usual own \
             move, out and back.",
            format::decimal(Some(price), 2),
            returns(series.returns[last]),
            table.days[last],
            multiple(both),
        );
        let return_back = ("return_back", simple(series.returns[last]));
        let values =
            [("price", price), moved_value, return_back, others_value, ("times_usual", both)];
        let wrong_until = table.days[rows[back - 1]];
        return Some((
            told(FindingKind::BadTick, severity, wrong_until, &values, sentence),
            back + 1,
        ));
    }
    if size >= SPLIT
        && let Some((new, old)) =
            split_ratio(own, moved, SPLIT_TOLERANCE * series.own_scales.at(row))
    {
        let sentence = format!(
            "{begins}, the others {beside}: what a split of {new} for {old} does to prices that \
             are not adjusted for it."
        );
        let values = [moved_value, others_value, ("new_shares", new), ("old_shares", old)];
        return Some((told(FindingKind::Split, Severity::Problem, day, &values, sentence), 1));
    }
    let (severity, times, sentence) = if size >= OUTLIER {
        // Without others to compare with, a crash of the market looks like one of the ticker.
        let severity = if market.is_some() { Severity::Caution } else { Severity::Note };
        let times = multiple(size);
        let why =
            format!(", the others {beside}: {times} times its usual own move around that day.");
        (severity, size, begins + &why)
    } else if is_market {
        let why = format!(
            ", {} times its usual move around that day; the others {beside}, so that this is the \
             market.",
            multiple(shared),
        );
        (Severity::Note, shared, begins + &why)
    } else {
        return None;
    };
    let values = [moved_value, others_value, ("times_usual", times)];
    Some((told(FindingKind::Outlier, severity, day, &values, sentence), 1))
}

/// Which of the rows has brought the jump on the first back.
///
/// The price itself must jump and come back, and not only seem to beside the others: a price that
/// stands still while they crash and follows the day after does neither.
fn comes_back(series: &Series, rows: &[usize]) -> Option<usize> {
    let (out, out_price) = (series.own[rows[0]], series.returns[rows[0]]);
    let is_seen = |own: f64, price: f64| price / own >= SEEN;
    if !is_seen(out, out_price) {
        return None;
    }
    let mut level = out;
    for (back, &row) in rows.iter().enumerate().skip(1).take(SPIKE_ROWS) {
        level += series.own[row];
        if series.own_size(row).abs() >= SPIKE && level.abs() <= SPIKE_REST * out.abs() {
            return is_seen(series.own[row], series.returns[row]).then_some(back);
        }
        // Until then the price stays where it jumped to.
        if (level - out).abs() > SPIKE_REST * out.abs() {
            return None;
        }
    }
    None
}

/// Whether the price is out on the first of the rows and back on the second while the others are
/// quiet on both.
fn is_lone(series: &Series, rows: &[usize]) -> bool {
    let &[row, next, ..] = rows else { return false };
    let moves = [series.returns[row], series.returns[next]];
    if moves[0] * moves[1] >= 0.0 || moves.iter().any(|r| simple(*r).abs() < LONE_SIZE) {
        return false;
    }
    let is_quiet = |row: usize| {
        let others = series.others_on(row).map(|others| series.others_scales.times(row, others));
        others.is_some_and(|others| others.abs() <= LONE_OTHERS)
    };
    let usual = |row| series.own_usual(row) * series.own_usual(row);
    let (out, back) = (series.own[row], series.own[next]);
    let deviation = (usual(row) + usual(next)).sqrt();
    is_quiet(row)
        && is_quiet(next)
        && (out - back).abs() >= LONE * deviation
        && (out + back).abs() <= LONE_REST * out.abs().max(back.abs())
}

/// New and old shares of the split whose ratio a jump has: what the ticker did beside the others
/// to within `tolerance`, and the price itself nearly.
fn split_ratio(own: f64, moved: f64, tolerance: f64) -> Option<(f64, f64)> {
    RATIOS
        .iter()
        // 3 for 2 where the ratio is no whole number.
        .map(|&ratio| if ratio.fract() > 0.0 { (2.0 * ratio, 2.0) } else { (ratio, 1.0) })
        .flat_map(|(new, old)| [(new, old), (old, new)])
        .map(|ratio| (ratio, math::ln(ratio.1 / ratio.0)))
        .filter(|(_, split)| {
            (own - split).abs() <= tolerance.min(SPLIT_PART * split.abs())
                && (moved - split).abs() <= SPLIT_PART * split.abs()
        })
        .map(|(ratio, split)| (ratio, (own - split).abs()))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(ratio, _)| ratio)
}

/// A simple return from a log return.
fn simple(log_return: f64) -> f64 {
    libm::expm1(log_return)
}
