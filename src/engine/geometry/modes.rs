//! Eigenvalues and eigenvectors of rolling correlation matrices: how much moves together, and
//! whether it still moves in the same direction.
//!
//! Two windows, because the two questions need different amounts of data. The *shape* of the
//! spectrum (shares, absorption, effective rank) uses the window of every rolling statistic. The
//! *directions* use a year: over a quarter the noise in the second eigenvector of nine sectors is
//! as large as what it would show.

use super::WINDOW;
use crate::base::linalg::{Eigen, symmetric_eigen, symmetric_eigenvalues};
use crate::base::moments::{Moments, WindowMoments};
use crate::base::units::math;
use crate::prices::panel::Panel;

/// Window of the eigenvectors, in trading days: a year.
pub const MODE_WINDOW: usize = 252;

/// Eigenvalue shares kept day by day.
pub const LEADING: usize = 3;

/// Days between two looks at the eigenvectors; in between they are held.
const MODE_EVERY: usize = 5;

/// Rolling spectrum by panel day; `NaN` until a window is full.
#[derive(Debug, Clone, PartialEq)]
pub struct Modes {
    /// Share of the top `ceil(p / 5)` eigenvalues over [`WINDOW`] days.
    pub absorption: Vec<f64>,
    /// `exp(-sum p ln p)` of the eigenvalue shares over [`WINDOW`] days.
    pub effective_rank: Vec<f64>,
    /// `(sum l)^2 / sum l^2` over [`WINDOW`] days.
    pub participation_ratio: Vec<f64>,
    /// Shares of the largest eigenvalues over [`WINDOW`] days, at most [`LEADING`].
    pub shares: Vec<Vec<f64>>,
    /// Absolute cosine of the market mode over [`MODE_WINDOW`] days with the one a window
    /// earlier, with which it has no day in common.
    pub market_stability: Vec<f64>,
    /// Angle in degrees between the second mode and the one a window earlier, 0 to 90.
    pub second_angle: Vec<f64>,
    /// The modes themselves on the first day of each quarter that has a full window.
    pub quarters: Vec<Quarter>,
}

/// The leading modes on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Quarter {
    /// Position among the panel's days.
    pub day: usize,
    /// Eigenvector of the market mode.
    pub market: Vec<f64>,
    /// Eigenvector of the second mode.
    pub second: Vec<f64>,
    /// Position of the second mode among the day's eigenvalues.
    pub second_rank: usize,
}

/// Eigenvectors in an order and with signs that follow them through time.
///
/// The first decomposition is taken as it comes: by falling eigenvalue, the largest loading
/// positive. Each later mode is the eigenvector with the largest absolute cosine to the one before
/// among those not taken by a stronger mode, turned to point the same way.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tracker {
    vectors: Vec<Vec<f64>>,
    ranks: Vec<usize>,
}

impl Tracker {
    /// Takes the next decomposition in.
    pub fn follow(&mut self, eigen: &Eigen) {
        if self.vectors.is_empty() {
            self.vectors.clone_from(&eigen.vectors);
            self.ranks = (0..eigen.vectors.len()).collect();
            return;
        }
        let mut free: Vec<usize> = (0..eigen.vectors.len()).collect();
        for (vector, rank) in self.vectors.iter_mut().zip(&mut self.ranks) {
            let mut best = (0, 0.0_f64);
            for (position, &candidate) in free.iter().enumerate() {
                let cosine = dot(vector, &eigen.vectors[candidate]);
                if position == 0 || cosine.abs() > best.1.abs() {
                    best = (position, cosine);
                }
            }
            let chosen = free.remove(best.0);
            *rank = chosen;
            vector.copy_from_slice(&eigen.vectors[chosen]);
            if best.1 < 0.0 {
                vector.iter_mut().for_each(|loading| *loading = -*loading);
            }
        }
    }

    /// The modes, in the order in which they were first met.
    pub fn vectors(&self) -> &[Vec<f64>] {
        &self.vectors
    }

    /// Each mode's position among the last eigenvalues.
    pub fn ranks(&self) -> &[usize] {
        &self.ranks
    }
}

/// The rolling spectrum of a panel's features.
pub fn modes(panel: &Panel) -> Modes {
    let p = panel.features.len();
    let days = panel.len();
    let rows = super::rolling::interleaved(panel.features.iter());
    let blank = || vec![f64::NAN; days];
    let mut modes = Modes {
        absorption: blank(),
        effective_rank: blank(),
        participation_ratio: blank(),
        shares: vec![blank(); p.min(LEADING)],
        market_stability: blank(),
        second_angle: blank(),
        quarters: Vec::new(),
    };
    modes.shape(&rows, p, days);
    modes.directions(&rows, p, panel);
    modes
}

impl Modes {
    /// Everything that needs eigenvalues only.
    fn shape(&mut self, rows: &[f64], p: usize, days: usize) {
        let mut moving = WindowMoments::new(rows, p);
        let mut matrix = vec![0.0; p * p];
        for day in WINDOW..days {
            correlations(moving.advance(day - WINDOW..day), &mut matrix);
            let values = non_negative(symmetric_eigenvalues(&matrix, p));
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
    fn directions(&mut self, rows: &[f64], p: usize, panel: &Panel) {
        let mut moving = WindowMoments::new(rows, p);
        let mut matrix = vec![0.0; p * p];
        let mut tracker = Tracker::default();
        // By day of a look: the first two modes, in a ring of one window.
        let mut past: Vec<[Vec<f64>; 2]> = Vec::new();
        let looks_back = MODE_WINDOW.div_ceil(MODE_EVERY);
        let mut held = (f64::NAN, f64::NAN);
        let mut quarter_seen = None;
        if p < 2 {
            return;
        }
        for day in MODE_WINDOW..panel.len() {
            let moments = moving.advance(day - MODE_WINDOW..day);
            let date = panel.days[day];
            let quarter = (date.year(), (date.month() - 1) / 3);
            let new_quarter = quarter_seen.is_some_and(|seen| seen != quarter);
            quarter_seen = Some(quarter);
            let look = (day - MODE_WINDOW).is_multiple_of(MODE_EVERY);
            if look || new_quarter {
                correlations(moments, &mut matrix);
                let Some(eigen) = symmetric_eigen(&matrix, p) else {
                    unreachable!("correlations of finite returns are finite, and QL converges")
                };
                tracker.follow(&eigen);
            }
            let [market, second] = [&tracker.vectors()[0], &tracker.vectors()[1]];
            if new_quarter {
                self.quarters.push(Quarter {
                    day,
                    market: market.clone(),
                    second: second.clone(),
                    second_rank: tracker.ranks()[1],
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
pub struct Shape {
    /// `(sum l)^2 / sum l^2`.
    pub participation_ratio: f64,
    /// `exp(-sum p ln p)` of the eigenvalue shares.
    pub effective_rank: f64,
    /// Share of the top `ceil(p / 5)` eigenvalues.
    pub absorption_ratio: f64,
}

impl Shape {
    /// Of eigenvalues, none negative, largest first.
    pub fn of(values: &[f64]) -> Self {
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

/// Pearson correlations from moments, `k x k` row-major: 1 on the diagonal, 0 with a variable
/// that does not vary.
fn correlations(moments: &Moments, matrix: &mut [f64]) {
    let k = moments.variables();
    let inverse: Vec<f64> = (0..k)
        .map(|j| if moments.is_constant(j) { 0.0 } else { 1.0 / moments.comoment(j, j).sqrt() })
        .collect();
    for i in 0..k {
        for (j, comoment) in moments.lower_row(i)[..i].iter().enumerate() {
            let correlation = comoment * inverse[i] * inverse[j];
            matrix[i * k + j] = correlation;
            matrix[j * k + i] = correlation;
        }
        matrix[i * k + i] = 1.0;
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The eigenvalues of a correlation matrix, which has no negative one but by rounding.
///
/// # Panics
/// If there are none: correlations of finite returns are finite, and QL converges on them.
pub(super) fn non_negative(values: Option<Vec<f64>>) -> Vec<f64> {
    let Some(mut values) = values else {
        unreachable!("correlations of finite returns are finite, and QL converges on them")
    };
    values.iter_mut().for_each(|value| *value = value.max(0.0));
    values
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;
    use crate::engine::geometry::correlation_matrix;
    use crate::prices::panel::Column;

    /// Four features under one factor, and a second factor between two of them.
    fn panel(days: usize) -> Panel {
        let mut state = 7_u64;
        let mut noise = move || {
            let mut sum = 0.0;
            for _ in 0..4 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                sum += (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
            }
            0.01 * sum
        };
        let mut prices = vec![vec![100.0]; 5];
        for t in 1..days {
            let (market, pair) = (noise(), noise());
            for (j, series) in prices.iter_mut().enumerate() {
                let own = if j < 2 { pair } else { 0.0 };
                series.push(series[t - 1] * (1.0 + market + own + 0.5 * noise()));
            }
        }
        let first = jiff::civil::date(2001, 1, 1);
        let target = Column::new("SPY", prices.pop().unwrap());
        Panel {
            days: (0..days as i64).map(|t| first + t.days()).collect(),
            target,
            features: prices
                .into_iter()
                .zip("ABCD".chars())
                .map(|(p, c)| Column::new(c, p))
                .collect(),
            dropped_days: 0,
            filled_prices: 0,
        }
    }

    #[test]
    fn the_rolling_shape_is_that_of_its_window() {
        let panel = panel(400);
        let modes = modes(&panel);
        assert!(modes.absorption[WINDOW - 1].is_nan());
        for day in [WINDOW, 200, 399] {
            let part: Vec<&[f64]> =
                panel.features.iter().map(|f| &f.log_returns[day - WINDOW..day]).collect();
            let values = symmetric_eigen(&correlation_matrix(&part), 4).unwrap().values;
            assert!((modes.absorption[day] - values[0] / 4.0).abs() < 1e-12);
            assert!((modes.shares[1][day] - values[1] / 4.0).abs() < 1e-12);
            let shape = Shape::of(&values);
            assert!((modes.effective_rank[day] - shape.effective_rank).abs() < 1e-11);
            assert!((modes.participation_ratio[day] - shape.participation_ratio).abs() < 1e-11);
        }
    }

    #[test]
    fn a_market_that_keeps_its_factors_keeps_its_modes() {
        let modes = modes(&panel(900));
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
    fn modes_know_no_later_day() {
        let whole = modes(&panel(900));
        let part = modes(&panel(700));
        let same = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits());
        assert!(same(&part.market_stability, &whole.market_stability));
        assert!(same(&part.second_angle, &whole.second_angle));
        assert!(same(&part.absorption, &whole.absorption));
        assert_eq!(part.quarters, whole.quarters[..part.quarters.len()]);
    }

    #[test]
    fn a_mode_keeps_its_place_when_eigenvalues_cross() {
        let basis = vec![vec![1.0, 0.0, 0.0], vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0]];
        let mut tracker = Tracker::default();
        tracker.follow(&Eigen { values: vec![3.0, 2.0, 1.0], vectors: basis.clone() });
        let crossed = vec![basis[0].clone(), basis[2].clone(), vec![0.0, -1.0, 0.0]];
        tracker.follow(&Eigen { values: vec![3.0, 2.0, 1.0], vectors: crossed });
        assert_eq!(tracker.vectors(), basis);
        assert_eq!(tracker.ranks(), [0, 2, 1]);
    }
}
