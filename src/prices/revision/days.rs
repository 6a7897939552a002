//! Which days two versions share, and where the others lie.

use crate::base::units::{Day, shared_rows};
use crate::prices::data::PriceTable;

/// Days that only one version has, by where they lie in the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct DayChanges {
    /// Before its first, or all if it has none.
    pub before: Vec<Day>,
    /// Between its first and its last.
    pub inside: Vec<Day>,
    /// After its last.
    pub after: Vec<Day>,
}

impl DayChanges {
    /// The days of `these` that `those` lack. Both ascend.
    pub(super) fn of(these: &[Day], those: &[Day]) -> Self {
        let mut changes = Self::default();
        for day in these.iter().filter(|day| those.binary_search(day).is_err()) {
            let place = if those.first().is_none_or(|first| day < first) {
                &mut changes.before
            } else if Some(day) > those.last() {
                &mut changes.after
            } else {
                &mut changes.inside
            };
            place.push(*day);
        }
        changes
    }

    pub(super) fn count(&self) -> usize {
        self.before.len() + self.inside.len() + self.after.len()
    }
}

/// Both tables cut to the days that both have: what differs between these was revised, and is not
/// merely new.
pub(crate) fn on_shared_days(base: &PriceTable, head: &PriceTable) -> [PriceTable; 2] {
    let rows = shared_rows(&base.days, &head.days);
    [(base, 0), (head, 1)].map(|(table, side)| PriceTable {
        file: table.file.clone(),
        days: rows.iter().map(|row| table.days[row[side]]).collect(),
        tickers: table.tickers.clone(),
        prices: table
            .prices
            .iter()
            .map(|column| rows.iter().map(|row| column[row[side]]).collect())
            .collect(),
    })
}
