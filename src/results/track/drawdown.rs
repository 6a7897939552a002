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
