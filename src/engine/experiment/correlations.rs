//! The rolling correlation of every pair of features: its course, and what it did in figures.

use crate::base::units::math;
use crate::engine::geometry::{WINDOW, all_pairs};
use crate::engine::regime::sign_flip;
use crate::prices::panel::Panel;
use crate::results::{PairSummary, Table, names};

/// Features whose pairs are followed: 276 pairs, as many as a reader can be shown.
const MOST_FEATURES: usize = 24;

/// Days between two rows of the table, a sixth of the window.
const EVERY: usize = 10;

/// Threshold of a sign flip (methods, section 7).
const THRESHOLD: f64 = 0.1;

/// All pairs of a panel's features.
pub(super) struct Correlations {
    /// One row every tenth day from the first full window on, one column a pair.
    pub table: Table,
    /// The same pairs over all days, in the same order.
    pub pairs: Vec<PairSummary>,
}

/// The rolling correlations of all pairs of features; none where no window fills.
pub(super) fn correlations(panel: &Panel) -> Correlations {
    let features = &panel.features[..panel.features.len().min(MOST_FEATURES)];
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
    let known: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
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
    use jiff::ToSpan;

    use super::*;
    use crate::prices::panel::Column;

    /// Three features of which the second turns against the first in the middle.
    fn panel(days: usize) -> Panel {
        let mut state = 7_u64;
        let mut noise = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            0.02 * ((state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5)
        };
        let mut prices = vec![vec![100.0]; 4];
        for t in 1..days {
            let factor = noise();
            let turned = if t < 400 { factor } else { -factor };
            for (series, common) in prices.iter_mut().zip([factor, turned, 0.0, factor]) {
                series.push(series[t - 1] * (1.0 + common + 0.5 * noise()));
            }
        }
        let first = jiff::civil::date(2001, 1, 1);
        let mut columns: Vec<Column> =
            prices.into_iter().zip("ABCT".chars()).map(|(p, c)| Column::new(c, p)).collect();
        Panel {
            days: (0..days as i64).map(|t| first + t.days()).collect(),
            target: columns.remove(3),
            features: columns,
            dropped_days: 0,
            filled_prices: 0,
        }
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
    fn a_short_history_has_no_pairs_and_rows_know_no_later_day() {
        assert!(correlations(&panel(63)).pairs.is_empty());
        let (part, whole) = (correlations(&panel(500)).table, correlations(&panel(800)).table);
        assert_eq!(part.days, whole.days[..part.days.len()]);
        for (name, values) in &part.columns {
            assert_eq!(values[..], whole.columns[name][..values.len()], "{name}");
        }
    }
}
