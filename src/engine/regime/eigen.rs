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
use super::{Eigen as Change, Labels, level};
use crate::base::statistics::dot;
use crate::engine::geometry::WindowSpectrum;
use crate::prices::panel::{Panel, returns_until};
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
/// move counts it as uncorrelated; one with fewer varying directions than factors has no `d`.
fn turning(panel: &Panel, window: usize, reference: usize, factors: usize) -> Vec<f64> {
    let p = panel.features.len();
    let k = factors.min(p);
    let rows = panel.feature_returns();
    let mut present = WindowSpectrum::new(&rows, p, window);
    let mut past = WindowSpectrum::new(&rows, p, reference);
    let mut statistic = vec![f64::NAN; panel.len()];
    for (day, slot) in statistic.iter_mut().enumerate().skip(window + reference) {
        present.advance(returns_until(day, window));
        past.advance(returns_until(day - window, reference));
        if let (Some(now), Some(before)) = (present.leading(k), past.leading(k))
            && now.vectors.len().min(before.vectors.len()) == k
        {
            *slot = 1.0 - shared(&now.vectors, &before.vectors) / k as f64;
        }
    }
    statistic
}

/// Sum of the squared cosines between two sets of orthonormal vectors.
fn shared(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    let mut sum = 0.0;
    for a in a {
        for b in b {
            let cosine = dot(a, b);
            sum += cosine * cosine;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;
    use crate::prices::panel::Column;

    #[test]
    fn all_factors_together_span_everything() {
        let column = |j: u64| {
            let mut noise = noise::uniform(j);
            Column::new(format!("F{j}"), (0..300).map(|_| 100.0 + noise()).collect())
        };
        let panel = Panel::daily(column(9), (0..4).map(column).collect());
        let statistic = turning(&panel, 60, 120, 4);
        assert!(statistic[179].is_nan());
        assert!(statistic[180..].iter().all(|d| d.abs() < 1e-12));
    }
}
