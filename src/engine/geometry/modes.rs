//! Eigenvalues and eigenvectors of rolling correlation matrices: how much moves together, and
//! whether it still moves in the same direction.
//!
//! Two windows, because the two questions need different amounts of data. The *shape* of the
//! spectrum (shares, absorption, effective rank) uses the window of every rolling statistic. The
//! *directions* use a year: over a quarter the noise in the second eigenvector of nine sectors is
//! as large as what it would show.

use super::window::WindowSpectrum;
use super::{SHOWN, WINDOW};
use crate::base::linalg::Eigen;
use crate::base::statistics::dot;
use crate::base::units::math;
use crate::prices::panel::{Panel, returns_until};

/// Window of the eigenvectors, in trading days: a year.
pub(super) const MODE_WINDOW: usize = 252;

const LEADING: usize = 3;

/// Modes followed through time: the market mode and the second.
const FOLLOWED: usize = 2;

/// Days between two looks at the eigenvectors; in between they are held.
const MODE_EVERY: usize = 5;

/// Rolling spectrum by panel day; `NaN` until a window is full.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Modes {
    /// Share of the top `ceil(p / 5)` eigenvalues over [`WINDOW`] days.
    pub(crate) absorption: Vec<f64>,
    /// `exp(-sum p ln p)` of the eigenvalue shares over [`WINDOW`] days.
    pub(crate) effective_rank: Vec<f64>,
    /// `(sum l)^2 / sum l^2` over [`WINDOW`] days.
    pub(crate) participation_ratio: Vec<f64>,
    /// Shares of the largest eigenvalues over [`WINDOW`] days, at most [`LEADING`].
    pub(crate) shares: Vec<Vec<f64>>,
    /// Absolute cosine of the market mode over [`MODE_WINDOW`] days with the one a window
    /// earlier, with which it has no day in common.
    pub(crate) market_stability: Vec<f64>,
    /// Angle in degrees between the second mode and the one a window earlier, 0 to 90.
    pub(crate) second_angle: Vec<f64>,
    /// The modes themselves on the first day of each quarter that has a full window.
    pub(crate) quarters: Vec<Quarter>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quarter {
    /// Position among the panel's days.
    pub(crate) day: usize,
    pub(crate) market: Vec<f64>,
    pub(crate) second: Vec<f64>,
    /// Position of the second mode among the day's eigenvalues.
    pub(crate) second_rank: usize,
}

/// The two leading eigenvectors in an order and with signs that follow them through time.
///
/// The first decomposition is taken as it comes: by falling eigenvalue, the largest loading
/// positive. Each later mode is the eigenvector with the largest absolute cosine to the one before
/// among those not taken by a stronger mode, turned to point the same way.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Tracker {
    vectors: Vec<Vec<f64>>,
    ranks: Vec<usize>,
}

impl Tracker {
    /// Takes the next decomposition in. A mode of which it has nothing stays as it was.
    pub(crate) fn follow(&mut self, eigen: &Eigen) {
        let mut free: Vec<usize> = (0..eigen.vectors.len()).collect();
        for (vector, rank) in self.vectors.iter_mut().zip(&mut self.ranks) {
            let mut best = (0, 0.0_f64);
            for (position, &candidate) in free.iter().enumerate() {
                let cosine = dot(vector, &eigen.vectors[candidate]);
                if position == 0 || cosine.abs() > best.1.abs() {
                    best = (position, cosine);
                }
            }
            if free.is_empty() {
                return;
            }
            *rank = free.remove(best.0);
            vector.copy_from_slice(&eigen.vectors[*rank]);
            if best.1 < 0.0 {
                vector.iter_mut().for_each(|loading| *loading = -*loading);
            }
        }
        for rank in free.into_iter().take(FOLLOWED - self.vectors.len()) {
            self.vectors.push(eigen.vectors[rank].clone());
            self.ranks.push(rank);
        }
    }

    /// The modes, in the order in which they were first met; at most two.
    pub(crate) fn vectors(&self) -> &[Vec<f64>] {
        &self.vectors
    }
}

pub(crate) fn modes(panel: &Panel) -> Modes {
    let p = panel.features.len();
    let rows = panel.feature_returns();
    let blank = || vec![f64::NAN; panel.len()];
    let mut modes = Modes {
        absorption: blank(),
        effective_rank: blank(),
        participation_ratio: blank(),
        shares: vec![blank(); p.min(LEADING)],
        market_stability: blank(),
        second_angle: blank(),
        quarters: Vec::new(),
    };
    modes.shape(&rows, panel);
    modes.directions(&rows, panel);
    modes
}

impl Modes {
    /// Everything that needs eigenvalues only.
    fn shape(&mut self, rows: &[f64], panel: &Panel) {
        let mut spectrum = WindowSpectrum::new(rows, panel.features.len(), WINDOW);
        for day in WINDOW..panel.len() {
            spectrum.advance(returns_until(day, WINDOW));
            let Some(values) = spectrum.values() else { continue };
            let shape = Shape::of(&values);
            self.absorption[day] = shape.absorption_ratio;
            self.effective_rank[day] = shape.effective_rank;
            self.participation_ratio[day] = shape.participation_ratio;
            let total: f64 = values.iter().sum();
            for (share, value) in self.shares.iter_mut().zip(&values) {
                share[day] = value / total;
            }
        }
    }

    /// Everything that needs eigenvectors.
    fn directions(&mut self, rows: &[f64], panel: &Panel) {
        let mut spectrum = WindowSpectrum::new(rows, panel.features.len(), MODE_WINDOW);
        let mut tracker = Tracker::default();
        // By look: the first two modes.
        let mut past: Vec<[Vec<f64>; 2]> = Vec::new();
        let looks_back = MODE_WINDOW.div_ceil(MODE_EVERY);
        let mut held = (f64::NAN, f64::NAN);
        let mut quarter_seen = None;
        for day in MODE_WINDOW..panel.len() {
            spectrum.advance(returns_until(day, MODE_WINDOW));
            let date = panel.days[day];
            let quarter = (date.year(), (date.month() - 1) / 3);
            let new_quarter = quarter_seen.is_some_and(|seen| seen != quarter);
            quarter_seen = Some(quarter);
            let look = (day - MODE_WINDOW).is_multiple_of(MODE_EVERY);
            if (look || new_quarter)
                && let Some(eigen) = spectrum.leading(SHOWN)
            {
                tracker.follow(&eigen);
            }
            // One feature, or a panel that does not move, has no two modes.
            let [market, second] = tracker.vectors() else { continue };
            if new_quarter {
                self.quarters.push(Quarter {
                    day,
                    market: market.clone(),
                    second: second.clone(),
                    second_rank: tracker.ranks[1],
                });
            }
            if look {
                if let Some(before) = past.len().checked_sub(looks_back) {
                    let [market_then, second_then] = &past[before];
                    let cosine = dot(second, second_then).abs().min(1.0);
                    held =
                        (dot(market, market_then).abs().min(1.0), libm::acos(cosine).to_degrees());
                }
                past.push([market.clone(), second.clone()]);
            }
            (self.market_stability[day], self.second_angle[day]) = held;
        }
    }
}

/// Three figures of a spectrum (methods, section 7).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shape {
    /// `(sum l)^2 / sum l^2`.
    pub(crate) participation_ratio: f64,
    /// `exp(-sum p ln p)` of the eigenvalue shares.
    pub(crate) effective_rank: f64,
    /// Share of the top `ceil(p / 5)` eigenvalues.
    pub(crate) absorption_ratio: f64,
}

impl Shape {
    /// Of eigenvalues, none negative, largest first.
    pub(super) fn of(values: &[f64]) -> Self {
        let total: f64 = values.iter().sum();
        let squares: f64 = values.iter().map(|value| value * value).sum();
        let entropy: f64 = values
            .iter()
            .map(|value| value / total)
            .filter(|share| *share > 0.0)
            .map(|share| -share * math::ln(share))
            .sum();
        Self {
            participation_ratio: total * total / squares,
            effective_rank: math::exp(entropy),
            absorption_ratio: values[..values.len().div_ceil(5)].iter().sum::<f64>() / total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;
    use crate::prices::panel::Column;

    /// `p` features under one factor, a second factor between the first two of them, and the
    /// target; a random walk each.
    fn panel(days: usize, p: usize) -> Panel {
        let mut uniform = noise::uniform(7);
        let mut noise = move || {
            let mut sum = 0.0;
            for _ in 0..4 {
                sum += uniform();
            }
            0.01 * sum
        };
        let mut prices = vec![vec![100.0]; p + 1];
        for t in 1..days {
            let (market, pair) = (noise(), noise());
            for (j, series) in prices.iter_mut().enumerate() {
                let own = if j < 2 { pair } else { 0.0 };
                series.push(series[t - 1] * (1.0 + market + own + 0.5 * noise()));
            }
        }
        let target = Column::new("SPY", prices.pop().unwrap());
        let named = prices.into_iter().enumerate();
        Panel::daily(target, named.map(|(j, p)| Column::new(format!("F{j}"), p)).collect())
    }

    #[test]
    fn a_market_that_keeps_its_factors_keeps_its_modes() {
        let part = modes(&panel(700, 4)).quarters;
        let modes = modes(&panel(900, 4));
        assert_eq!(part, modes.quarters[..part.len()], "and knows no later day");
        let known: Vec<f64> =
            modes.market_stability.iter().copied().filter(|v| v.is_finite()).collect();
        assert!(known.len() > 300 && known.iter().all(|cosine| *cosine > 0.97));
        assert!(modes.quarters.len() >= 5);
        for quarter in &modes.quarters {
            assert!(quarter.market.iter().all(|loading| *loading > 0.0));
            assert!(quarter.second[0] * quarter.second[3] < 0.0, "the pair against the rest");
        }
    }

    #[test]
    fn a_mode_keeps_its_place_when_eigenvalues_cross() {
        let basis = vec![vec![1.0, 0.0, 0.0], vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0]];
        let mut tracker = Tracker::default();
        tracker.follow(&Eigen { values: vec![3.0, 2.0, 1.0], vectors: basis.clone() });
        let crossed = vec![basis[0].clone(), basis[2].clone(), vec![0.0, -1.0, 0.0]];
        tracker.follow(&Eigen { values: vec![3.0, 2.0, 1.0], vectors: crossed });
        assert_eq!(tracker.vectors(), &basis[..2]);
        assert_eq!(tracker.ranks, [0, 2]);
    }

    #[test]
    fn more_features_than_days_in_a_window_have_a_shape_and_modes() {
        for (p, days) in [(130, 530), (300, 350)] {
            let modes = modes(&panel(days, p));
            let last = days - 1;
            assert!(modes.shares[0][last] > 0.5 && modes.shares[1][last] < 0.1);
            // Known once there is a look a window earlier.
            let compared = 2 * MODE_WINDOW + MODE_EVERY < days;
            assert_eq!(modes.market_stability[last] > 0.97, compared);
            assert_eq!(modes.second_angle[last].is_finite(), compared);
            let quarter = &modes.quarters[0];
            assert!(quarter.market.len() == p && quarter.market.iter().all(|v| *v > 0.0));
            assert!(quarter.second[0] > 0.5 && quarter.second[1] > 0.5, "the pair");
        }
    }

    #[test]
    fn a_panel_that_stops_moving_is_no_failure() {
        let still = |name: &str| Column::new(name, vec![50.0; 600]);
        for p in [3, 90, 260] {
            let panel = Panel::daily(still("T"), (0..p).map(|_| still("A")).collect());
            let modes = modes(&panel);
            assert!((modes.effective_rank[599] - p as f64).abs() < 1e-9, "all unrelated");
        }
    }
}
