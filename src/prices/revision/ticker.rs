//! One ticker in two versions.

use super::days::DayChanges;
use super::level::{self, Level};
use super::precision::{self, MATERIAL, Precision};
use crate::base::units::Day;
use crate::base::units::math::ln;

/// How a ticker's prices differ on the days that both versions have.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TickerRevision {
    pub ticker: String,
    /// Days on which only the head has a price, by where they lie in the base's prices.
    pub added: DayChanges,
    /// Days on which only the base has one, by where they lie in the head's prices.
    pub withdrawn: DayChanges,
    /// Days on which both have a price.
    pub compared: usize,
    /// Those whose two prices are not the same number.
    pub changed: usize,
    /// Those of `changed` that differ by no more than the rounding of the two files.
    pub rounding: usize,
    /// The factors, in order of days; a single one that is not 1 left all returns as they were,
    /// and none says that no price was rescaled.
    pub levels: Vec<Level>,
    /// Those of `changed` that neither rounding nor a factor explains, the largest change of a return first; with new
    /// less old log return over the day, as a fraction, `None` on the ticker's first day.
    pub corrections: Vec<(Change, Option<f64>)>,
    /// The largest change of a daily log return, from price to price of those that both versions
    /// have; `None` if no return changed at all.
    pub largest: Option<Change>,
    /// Days whose return changed by more than [`MATERIAL`].
    pub material: Vec<Day>,
}

impl TickerRevision {
    /// Absolute value of the largest change of a return; zero if there is none.
    pub(super) fn largest_size(&self) -> f64 {
        self.largest.map_or(0.0, Change::size)
    }
}

/// A price on a day, or a daily log return as a fraction, in the base and in the head.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Change {
    pub day: Day,
    pub old: f64,
    pub new: f64,
}

impl Change {
    /// New less old.
    pub(super) fn difference(self) -> f64 {
        self.new - self.old
    }

    fn size(self) -> f64 {
        self.difference().abs()
    }

    fn differs(&self) -> bool {
        self.old != self.new
    }

    /// The log returns from one day's prices to this one's.
    fn returns(self, before: Self) -> Self {
        // The same prices give the same return, to the last bit.
        let (old, new) = (ln(self.old / before.old), ln(self.new / before.new));
        Self { day: self.day, old, new }
    }
}

/// Compares a ticker's columns on the shared rows; `None` if they are the same there.
///
/// `days` are the base's, `rows` the positions of each shared day in the two columns; `precision`
/// is to how many digits the prices of each are known.
pub(crate) fn compare(
    ticker: &str,
    days: &[Day],
    rows: &[[usize; 2]],
    [base, head]: [&[f64]; 2],
    precision: [Precision; 2],
) -> Option<TickerRevision> {
    let shared =
        |row: &[usize; 2]| Change { day: days[row[0]], old: base[row[0]], new: head[row[1]] };
    let shared: Vec<Change> = rows.iter().map(shared).collect();
    let priced = |price: fn(&Change) -> f64| -> Vec<Day> {
        shared.iter().filter(|pair| price(pair).is_finite()).map(|pair| pair.day).collect()
    };
    let (old_days, new_days) = (priced(|pair| pair.old), priced(|pair| pair.new));
    let added = DayChanges::of(&new_days, &old_days);
    let withdrawn = DayChanges::of(&old_days, &new_days);
    let mut pairs = shared;
    pairs.retain(|pair| pair.old.is_finite() && pair.new.is_finite());
    let changed = pairs.iter().filter(|pair| pair.differs()).count();
    if changed + added.count() + withdrawn.count() == 0 {
        return None;
    }
    let ratios: Vec<[f64; 2]> =
        pairs.iter().map(|pair| precision::factors(pair.old, pair.new, precision)).collect();
    let factors = level::factors(&ratios);
    let (mut rounding, mut corrections) = (0, Vec::new());
    for (position, pair) in pairs.iter().enumerate().filter(|(_, pair)| pair.differs()) {
        match factors[position] {
            Some(factor) if is_unchanged(factor) => rounding += 1,
            Some(_) => {}
            None => {
                let before = position.checked_sub(1).map(|before| pairs[before]);
                corrections.push((*pair, before.map(|before| pair.returns(before).difference())));
            }
        }
    }
    let size = |(_, change): &(Change, Option<f64>)| change.unwrap_or(0.0).abs();
    corrections.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let returns: Vec<Change> = pairs.windows(2).map(|pair| pair[1].returns(pair[0])).collect();
    let mut largest: Option<Change> = None;
    for change in &returns {
        if change.size() > largest.map_or(0.0, Change::size) {
            largest = Some(*change);
        }
    }
    Some(TickerRevision {
        ticker: ticker.to_owned(),
        added,
        withdrawn,
        compared: pairs.len(),
        changed,
        rounding,
        levels: levels(&pairs, &factors),
        corrections,
        largest,
        material: returns.iter().filter(|r| r.size() > MATERIAL).map(|r| r.day).collect(),
    })
}

/// Whether a level's factor leaves prices as they are.
fn is_unchanged(factor: f64) -> bool {
    (factor - 1.0).abs() < f64::EPSILON
}

fn levels(pairs: &[Change], factors: &[Option<f64>]) -> Vec<Level> {
    let stretches = level::stretches(factors);
    if stretches.iter().all(|(factor, _)| is_unchanged(*factor)) {
        return Vec::new();
    }
    let level = |(factor, days): &(f64, Vec<usize>)| Level {
        factor: *factor,
        first_day: pairs[days[0]].day,
        last_day: pairs[days[days.len() - 1]].day,
    };
    stretches.iter().map(level).collect()
}
