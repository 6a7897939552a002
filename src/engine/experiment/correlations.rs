//! The rolling correlation of every pair of features: its course, and what it did in figures.

use crate::base::statistics::finite;
use crate::base::units::math;
use crate::engine::geometry::{SHOWN, WINDOW, all_pairs};
use crate::engine::regime::sign_flip;
use crate::prices::panel::Panel;
use crate::results::{PairSummary, Table, names};

/// Days between two rows of the table, a sixth of the window.
const EVERY: usize = 10;

const THRESHOLD: f64 = 0.1;

/// All pairs of a panel's features; of the first [`SHOWN`] where there are more.
pub(super) struct Correlations {
    /// One row every tenth day from the first full window on, one column a pair.
    pub table: Table,
    /// The same pairs over all days, in the same order.
    pub pairs: Vec<PairSummary>,
}

/// The rolling correlations of these pairs; none where no window fills.
pub(super) fn correlations(panel: &Panel) -> Correlations {
    let features = &panel.features[..panel.features.len().min(SHOWN)];
    let rows: Vec<usize> = (WINDOW..panel.len()).step_by(EVERY).collect();
    let mut table = Table::new(rows.iter().map(|&day| panel.days[day]).collect());
    let mut pairs = Vec::new();
    let names = (0..features.len())
        .flat_map(|i| (i + 1..features.len()).map(move |j| [i, j]))
        .map(|pair| pair.map(|feature| features[feature].ticker.clone()));
    for (pair, values) in names.zip(all_pairs(features, WINDOW)) {
        let Some(summary) = summary(panel, &pair, &values) else { continue };
        let sampled = rows.iter().map(|&day| values[day]).collect();
        table.push(names::pair(&pair[0], &pair[1]), sampled);
        pairs.push(summary);
    }
    Correlations { table, pairs }
}

/// A pair's figures; `None` before two windows are full.
fn summary(panel: &Panel, pair: &[String; 2], values: &[f64]) -> Option<PairSummary> {
    let known = finite(values);
    let [a, b] = pair.clone();
    Some(PairSummary {
        a,
        b,
        mean: math::mean(&known)?,
        deviation: math::std_dev(&known)?,
        min: known.iter().copied().fold(f64::INFINITY, f64::min),
        max: known.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        last: *known.last()?,
        flips: sign_flip(pair, WINDOW, THRESHOLD, values).flips(&panel.days),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;
    use crate::prices::panel::Column;

    /// Three features of which the second turns against the first in the middle.
    fn panel(days: usize) -> Panel {
        let mut uniform = noise::uniform(7);
        let mut noise = || 0.02 * uniform();
        let mut prices = vec![vec![100.0]; 4];
        for t in 1..days {
            let factor = noise();
            let turned = if t < 400 { factor } else { -factor };
            for (series, common) in prices.iter_mut().zip([factor, turned, 0.0, factor]) {
                series.push(series[t - 1] * (1.0 + common + 0.5 * noise()));
            }
        }
        let mut columns: Vec<Column> =
            prices.into_iter().zip("ABCT".chars()).map(|(p, c)| Column::new(c, p)).collect();
        Panel::daily(columns.remove(3), columns)
    }

    #[test]
    fn every_pair_is_followed_and_its_flip_is_dated() {
        let panel = panel(800);
        let Correlations { table, pairs } = correlations(&panel);
        let names: Vec<&str> = table.columns.keys().map(String::as_str).collect();
        assert_eq!(names, ["A.B", "A.C", "B.C"]);
        assert_eq!((table.days[0], table.days[1]), (panel.days[63], panel.days[73]));
        assert_eq!(pairs[0].flips.len(), 1);
        assert!(panel.days[400] < pairs[0].flips[0] && pairs[0].flips[0] < panel.days[463]);
        assert!(pairs[0].min < -0.5 && pairs[0].max > 0.5 && pairs[0].last < -0.5);
        assert!(pairs[0].deviation > pairs[1].deviation);
    }

    #[test]
    fn a_short_history_has_no_pairs() {
        assert!(correlations(&panel(63)).pairs.is_empty());
    }
}
