//! Which days two versions share, and where the others lie.

use crate::base::units::Day;
use crate::prices::data::PriceTable;

/// Things sorted by where they lie in time relative to the other version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Placed<T> {
    /// Before its first.
    pub before: T,
    /// Between its first and its last.
    pub inside: T,
    /// After its last.
    pub after: T,
}

/// Days that only one version has.
pub(crate) type DayChanges = Placed<Vec<Day>>;

impl DayChanges {
    /// The days of `these` that `those` lack, by where they lie in `those`. Both ascend.
    pub(super) fn of(these: &[Day], those: &[Day]) -> Self {
        let mut changes = Self::default();
        let (Some(first), Some(last)) = (those.first(), those.last()) else { return changes };
        for day in these.iter().filter(|day| those.binary_search(day).is_err()) {
            let place = match day {
                day if day < first => &mut changes.before,
                day if day > last => &mut changes.after,
                _ => &mut changes.inside,
            };
            place.push(*day);
        }
        changes
    }

    /// How many days they are.
    pub(crate) fn count(&self) -> usize {
        self.before.len() + self.inside.len() + self.after.len()
    }
}

impl Placed<usize> {
    /// How many they are altogether.
    pub(crate) fn count(&self) -> usize {
        self.before + self.inside + self.after
    }
}

/// The positions of each shared day in the days of the base and of the head, all ascending.
pub(crate) fn shared_rows(base: &[Day], head: &[Day]) -> Vec<[usize; 2]> {
    let in_head = |day: &Day| head.binary_search(day).ok();
    base.iter()
        .enumerate()
        .filter_map(|(row, day)| in_head(day).map(|other| [row, other]))
        .collect()
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::fixture::table;
    use super::*;

    #[test]
    fn a_day_that_one_side_lacks_is_before_inside_or_after() {
        let days = |numbers: &[i8]| -> Vec<Day> {
            numbers.iter().map(|number| date(2020, 1, *number)).collect()
        };
        let changes = DayChanges::of(&days(&[1, 2, 3, 5, 8, 9]), &days(&[2, 5, 7]));
        assert_eq!(changes.before, days(&[1]));
        assert_eq!(changes.inside, days(&[3]));
        assert_eq!(changes.after, days(&[8, 9]));
        assert_eq!(changes.count(), 4);
    }

    #[test]
    fn tables_are_cut_to_the_same_days() {
        let whole = table(10);
        let (mut base, mut head) = (whole.clone(), whole.clone());
        for (table, row) in [(&mut base, 9), (&mut head, 4)] {
            table.days.remove(row);
            for column in &mut table.prices {
                column.remove(row);
            }
        }
        let [base, head] = on_shared_days(&base, &head);
        assert_eq!(base, head, "what both have is the same");
        assert_eq!(base.days.len(), 8);
        assert!(!base.days.contains(&whole.days[4]) && !base.days.contains(&whole.days[9]));
    }
}
