//! One ticker in two versions.

use super::days::Placed;
use super::level::{self, Level};
use super::precision::{self, MATERIAL, Precision};
use crate::base::units::Day;
use crate::base::units::math::ln;

/// How a ticker's prices differ on the days that both versions have.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TickerRevision {
    /// The ticker.
    pub ticker: String,
    /// Prices of the head where the base has none, by where they lie in the base's prices.
    pub added: Placed<usize>,
    /// Prices of the base where the head has none, by where they lie in the head's prices.
    pub withdrawn: Placed<usize>,
    /// Days on which both have a price.
    pub compared: usize,
    /// Those whose two prices are not the same number.
    pub changed: usize,
    /// Those of `changed` that differ by no more than the rounding of the two files.
    pub rounding: usize,
    /// Those of `changed` that one factor explains together with the days around them.
    pub rescaled: usize,
    /// The factors, in order of days; a single one that is not 1 left all returns as they were,
    /// and none says that no price was rescaled.
    pub levels: Vec<Level>,
    /// Those of `changed` that neither explains, the largest change of a return first.
    pub corrections: Vec<Correction>,
    /// What all of this does to the daily log returns.
    pub returns: ReturnChanges,
}

/// A single price that changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Correction {
    /// The day.
    pub day: Day,
    /// The price in the base.
    pub old: f64,
    /// The price in the head.
    pub new: f64,
    /// New less old log return over the day, as a fraction; `None` on the ticker's first day.
    pub return_change: Option<f64>,
}

/// A daily log return that changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ReturnChange {
    /// The day over which it is earned.
    pub day: Day,
    /// The return in the base, as a fraction.
    pub old: f64,
    /// The return in the head.
    pub new: f64,
}

impl ReturnChange {
    /// New less old.
    pub(crate) fn difference(self) -> f64 {
        self.new - self.old
    }
}

/// How the daily log returns changed, from price to price of those that both versions have.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ReturnChanges {
    /// The largest change in absolute value; `None` if no return changed at all.
    pub largest: Option<ReturnChange>,
    /// Days whose return changed by more than [`MATERIAL`].
    pub material: usize,
    /// The first of them.
    pub first_day: Option<Day>,
    /// The last of them.
    pub last_day: Option<Day>,
}

impl ReturnChanges {
    /// Absolute value of the largest change; zero if there is none.
    pub(super) fn largest_size(&self) -> f64 {
        self.largest.map_or(0.0, |change| change.difference().abs())
    }

    fn of(pairs: &[Pair]) -> Self {
        let mut changes = Self::default();
        for pair in pairs.windows(2) {
            let change = return_change(&pair[0], &pair[1]);
            let size = change.difference().abs();
            if size > changes.largest_size() {
                changes.largest = Some(change);
            }
            if size > MATERIAL {
                changes.material += 1;
                changes.first_day = changes.first_day.or(Some(change.day));
                changes.last_day = Some(change.day);
            }
        }
        changes
    }
}

/// A day on which both versions have a price.
struct Pair {
    day: Day,
    old: f64,
    new: f64,
}

impl Pair {
    fn differs(&self) -> bool {
        self.old != self.new
    }
}

fn return_change(before: &Pair, pair: &Pair) -> ReturnChange {
    // The same prices give the same return, to the last bit.
    let (old, new) = (ln(pair.old / before.old), ln(pair.new / before.new));
    ReturnChange { day: pair.day, old, new }
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
    let old: Vec<f64> = rows.iter().map(|row| base[row[0]]).collect();
    let new: Vec<f64> = rows.iter().map(|row| head[row[1]]).collect();
    let pairs: Vec<Pair> = rows
        .iter()
        .zip(old.iter().zip(&new))
        .filter(|(_, (old, new))| old.is_finite() && new.is_finite())
        .map(|(row, (old, new))| Pair { day: days[row[0]], old: *old, new: *new })
        .collect();
    let (added, withdrawn) = (only_in(&new, &old), only_in(&old, &new));
    let changed = pairs.iter().filter(|pair| pair.differs()).count();
    if changed + added.count() + withdrawn.count() == 0 {
        return None;
    }
    let ratios: Vec<[f64; 2]> =
        pairs.iter().map(|pair| precision::factors(pair.old, pair.new, precision)).collect();
    let factors = level::factors(&ratios);
    let changed_where = |wanted: &dyn Fn(Option<f64>) -> bool| {
        pairs.iter().zip(&factors).filter(|(p, factor)| p.differs() && wanted(**factor)).count()
    };
    Some(TickerRevision {
        ticker: ticker.to_owned(),
        added,
        withdrawn,
        compared: pairs.len(),
        changed,
        rounding: changed_where(&|factor| factor.is_some_and(is_unchanged)),
        rescaled: changed_where(&|factor| factor.is_some_and(|factor| !is_unchanged(factor))),
        levels: levels(&pairs, &factors),
        corrections: corrections(&pairs, &factors),
        returns: ReturnChanges::of(&pairs),
    })
}

/// Whether a level's factor leaves prices as they are.
fn is_unchanged(factor: f64) -> bool {
    (factor - 1.0).abs() < f64::EPSILON
}

fn levels(pairs: &[Pair], factors: &[Option<f64>]) -> Vec<Level> {
    let stretches = level::stretches(factors);
    if stretches.iter().all(|stretch| is_unchanged(stretch.factor)) {
        return Vec::new();
    }
    stretches
        .iter()
        .map(|stretch| Level {
            factor: stretch.factor,
            first_day: pairs[stretch.days[0]].day,
            last_day: pairs[stretch.days[stretch.days.len() - 1]].day,
            prices: stretch.days.len(),
        })
        .collect()
}

fn corrections(pairs: &[Pair], factors: &[Option<f64>]) -> Vec<Correction> {
    let mut corrections: Vec<Correction> = pairs
        .iter()
        .enumerate()
        .filter(|(position, pair)| factors[*position].is_none() && pair.differs())
        .map(|(position, pair)| {
            let before = position.checked_sub(1).map(|before| &pairs[before]);
            let return_change = before.map(|before| return_change(before, pair).difference());
            Correction { day: pair.day, old: pair.old, new: pair.new, return_change }
        })
        .collect();
    let size = |correction: &Correction| correction.return_change.unwrap_or(0.0).abs();
    corrections.sort_by(|a, b| size(b).total_cmp(&size(a)));
    corrections
}

/// The days on which `these` have a price and `those` have not, by where they lie in `those`.
fn only_in(these: &[f64], those: &[f64]) -> Placed<usize> {
    let first = those.iter().position(|price| price.is_finite()).unwrap_or(usize::MAX);
    let last = those.iter().rposition(|price| price.is_finite()).unwrap_or(usize::MAX);
    let mut placed = Placed::default();
    for (row, (this, that)) in these.iter().zip(those).enumerate() {
        if this.is_finite() && !that.is_finite() {
            match row {
                row if row < first => placed.before += 1,
                row if row > last => placed.after += 1,
                _ => placed.inside += 1,
            }
        }
    }
    placed
}
