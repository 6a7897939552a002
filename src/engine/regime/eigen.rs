//! Change of the eigen-structure: how far the leading eigenvectors have turned.
//!
//! With `U` the `k` leading eigenvectors of the correlation matrix over a window of days and `V`
//! those over the `reference` days before that window, the statistic is
//!
//! ```text
//! d[t] = 1 - |U' V|^2 / k        (Frobenius norm)
//! ```
//!
//! `|U' V|^2` is the sum of the squared cosines of the principal angles between the two factor
//! spaces (Krzanowski 1979, "Between-groups comparison of principal components"): `d` is 0 where
//! the factors span the same space and 1 where they are at right angles, whatever the
//! eigenvectors' signs and order. With `k = 1` it is the squared sine of the angle by which the
//! market mode has turned.

use super::hysteresis::Cut;
use super::level;
use super::{Eigen as Change, Labels};
use crate::base::linalg::{Eigen, symmetric_eigen};
use crate::base::moments::{Moments, WindowMoments};
use crate::prices::panel::Panel;
use crate::results::RegimeKind;

/// States from the turning of the features' leading eigenvectors.
pub(super) fn eigen(change: &Change, panel: &Panel) -> Labels {
    let Change { window, reference, factors, low, high, min_history } = *change;
    let statistic = turning(panel, window, reference, factors);
    let what = match factors {
        1 => "leading eigenvector has".to_owned(),
        k => format!("{k} leading eigenvectors have"),
    };
    let title = format!("How far the {window}-day {what} turned from the {reference} days before");
    let cut = Cut { low, high, min_history };
    let states = ["Stable factors", "Turning factors"];
    level::labels(RegimeKind::Eigen, title, states, &statistic, window, &cut)
}

/// `d[t]` by panel day; `NaN` until both windows are full. A window in which a feature does not
/// move counts it as uncorrelated.
fn turning(panel: &Panel, window: usize, reference: usize, factors: usize) -> Vec<f64> {
    let p = panel.features.len();
    let k = factors.min(p);
    let returns = panel.target.log_returns.len();
    let mut rows = Vec::with_capacity(returns * p);
    for t in 0..returns {
        rows.extend(panel.features.iter().map(|column| column.log_returns[t]));
    }
    let mut present = WindowMoments::new(&rows, p);
    let mut past = WindowMoments::new(&rows, p);
    let mut matrix = vec![0.0; p * p];
    let mut statistic = vec![f64::NAN; panel.len()];
    // Day t has the returns 0..t behind it.
    for (day, slot) in statistic.iter_mut().enumerate().skip(window + reference) {
        let now = spectrum(present.advance(day - window..day), &mut matrix);
        let before = spectrum(past.advance(day - window - reference..day - window), &mut matrix);
        if let (Some(now), Some(before)) = (now, before) {
            *slot = 1.0 - shared(&now.vectors[..k], &before.vectors[..k]) / k as f64;
        }
    }
    statistic
}

/// Sum of the squared cosines between two sets of orthonormal vectors.
fn shared(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    let mut sum = 0.0;
    for a in a {
        for b in b {
            let cosine: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
            sum += cosine * cosine;
        }
    }
    sum
}

/// Eigenvectors of a window's correlation matrix; `matrix` is room to work in.
fn spectrum(moments: &Moments, matrix: &mut [f64]) -> Option<Eigen> {
    let p = moments.variables();
    for i in 0..p {
        matrix[i * p + i] = 1.0;
        for j in 0..i {
            let scale = (moments.comoment(i, i) * moments.comoment(j, j)).sqrt();
            let constant = moments.is_constant(i) || moments.is_constant(j);
            let correlation = if constant { 0.0 } else { moments.comoment(i, j) / scale };
            matrix[i * p + j] = correlation;
            matrix[j * p + i] = correlation;
        }
    }
    symmetric_eigen(matrix, p)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;
    use crate::prices::panel::Column;

    /// Returns `common * loading + own`, with the loadings of the first half until `turn`.
    fn market(days: i64, turn: i64) -> Panel {
        let noise = |t: i64, salt: i64| ((t * 7_919 + salt * t * t * 31) % 1_009) as f64 - 504.0;
        let column = |j: i64| {
            let mut price = 100.0;
            let prices = (0..days)
                .map(|t| {
                    let loads = if t < turn { j < 2 } else { j >= 2 };
                    let common = if loads { noise(t, 1) } else { 0.0 };
                    price *= 1.0 + 1e-5 * (common + 0.5 * noise(t, j + 3));
                    price
                })
                .collect();
            Column::new(format!("F{j}"), prices)
        };
        let first = jiff::civil::date(2001, 1, 1);
        Panel {
            days: (0..days).map(|t| first + t.days()).collect(),
            target: column(9),
            features: (0..4).map(column).collect(),
            dropped_days: 0,
            filled_prices: 0,
        }
    }

    #[test]
    fn a_turn_of_the_leading_factor_is_seen_and_passes() {
        let statistic = turning(&market(700, 400), 60, 120, 1);
        assert!(statistic[179].is_nan() && statistic[180].is_finite());
        assert!(statistic[390] < 0.2, "{}", statistic[390]);
        assert!(statistic[465] > 0.8, "{}", statistic[465]);
        assert!(statistic[640] < 0.2, "{}", statistic[640]);
    }

    #[test]
    fn all_factors_together_span_everything() {
        let statistic = turning(&market(300, 150), 60, 120, 4);
        assert!(statistic[200..].iter().all(|d| d.abs() < 1e-12));
    }
}
