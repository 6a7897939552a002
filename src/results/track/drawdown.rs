//! Drawdowns: from the first day below the highest equity so far to the day on which it is back.

use serde::{Deserialize, Serialize};

use crate::base::units::Day;

/// Drawdowns of a table of the deepest.
pub const DEEPEST: usize = 10;

/// A time below the highest equity so far.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Drawdown {
    /// Equity at the trough over the highest before, less one: a number below zero.
    pub depth: f64,
    /// First day below the highest equity so far.
    pub first_day: Day,
    /// Day of the lowest equity.
    pub trough: Day,
    /// First day on which equity is no lower than before; `None` where it has not been.
    pub recovery: Option<Day>,
    /// Rows from the last one at the highest equity to the trough.
    pub to_trough: usize,
    /// Rows from the trough to the recovery.
    pub to_recovery: Option<usize>,
}

/// All drawdowns of growth factors by row, the deepest first; of equal ones the earlier. Equity of 1
/// before the first row counts as the highest so far. After ruin there is no recovery.
pub fn drawdowns(days: &[Day], growth: &[f64]) -> Vec<Drawdown> {
    let mut found: Vec<Drawdown> = Vec::new();
    let (mut equity, mut peak, mut lowest) = (1.0_f64, 1.0_f64, 0.0_f64);
    // The first row of the drawdown that lasts, and the row of its trough.
    let mut current: Option<(usize, usize)> = None;
    let drawdown = |(first, trough): (usize, usize), depth, recovery: Option<usize>| Drawdown {
        depth,
        first_day: days[first],
        trough: days[trough],
        recovery: recovery.map(|row| days[row]),
        to_trough: trough + 1 - first,
        to_recovery: recovery.map(|row| row - trough),
    };
    for (row, factor) in growth.iter().enumerate() {
        equity *= factor;
        if equity >= peak {
            found.extend(current.take().map(|rows| drawdown(rows, lowest, Some(row))));
            peak = equity;
            continue;
        }
        let depth = equity / peak - 1.0;
        match &mut current {
            None => (current, lowest) = (Some((row, row)), depth),
            Some((_, trough)) if depth < lowest => (*trough, lowest) = (row, depth),
            Some(_) => {}
        }
    }
    found.extend(current.map(|rows| drawdown(rows, lowest, None)));
    found.sort_by(|a, b| a.depth.total_cmp(&b.depth));
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn days(rows: usize) -> Vec<Day> {
        jiff::civil::date(2001, 1, 1).series(jiff::Span::new().days(1)).take(rows).collect()
    }

    /// Every drawdown by its definition: equity on all rows, the start before the first, and for
    /// every row the highest before it.
    fn by_definition(days: &[Day], growth: &[f64]) -> Vec<Drawdown> {
        let mut equity = vec![1.0];
        for factor in growth {
            equity.push(equity[equity.len() - 1] * factor);
        }
        let highest = |row: usize| equity[..row].iter().fold(f64::MIN, |most, e| most.max(*e));
        let is_below = |row: usize| equity[row] < highest(row);
        let mut found = Vec::new();
        for first in (1..equity.len()).filter(|row| is_below(*row)) {
            if first > 1 && is_below(first - 1) {
                continue;
            }
            let end = (first..equity.len()).find(|row| !is_below(*row));
            let rows = first..end.unwrap_or(equity.len());
            let lowest = rows.clone().fold(f64::MAX, |least, row| least.min(equity[row]));
            let trough = rows.clone().find(|row| equity[*row] == lowest).unwrap();
            found.push(Drawdown {
                depth: lowest / highest(first) - 1.0,
                first_day: days[first - 1],
                trough: days[trough - 1],
                recovery: end.map(|row| days[row - 1]),
                to_trough: trough - (first - 1),
                to_recovery: end.map(|row| row - trough),
            });
        }
        found.sort_by(|a, b| a.depth.total_cmp(&b.depth));
        found
    }

    proptest! {
        #[test]
        fn drawdowns_are_those_of_their_definition(
            // Steps of eighths: equity comes back to where it was.
            steps in prop::collection::vec(prop::sample::select(vec![0.5, 0.75, 1.0, 1.25, 2.0]), 0..60),
        ) {
            let days = days(steps.len());
            prop_assert_eq!(drawdowns(&days, &steps), by_definition(&days, &steps));
        }
    }

    #[test]
    fn a_drawdown_has_its_days_and_ruin_no_recovery() {
        let days = days(7);
        let found = drawdowns(&days, &[0.5, 2.0, 1.25, 0.8, 0.5, 1.5, 0.0]);
        let of = |first: usize, trough: usize, depth: f64| Drawdown {
            depth,
            first_day: days[first],
            trough: days[trough],
            recovery: None,
            to_trough: trough - first + 1,
            to_recovery: None,
        };
        let recovered =
            Drawdown { recovery: Some(days[1]), to_recovery: Some(1), ..of(0, 0, -0.5) };
        assert_eq!(found, [of(3, 6, -1.0), recovered]);
        assert_eq!(drawdowns(&days[..2], &[1.5, 1.0]), []);
    }
}
