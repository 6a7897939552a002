//! Figures of the last year, day by day.

use super::Track;
use crate::base::statistics::{centred, dot};
use crate::base::units::math;

/// Figures of the last year of rows, one entry a row; `NaN` where there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Rolling {
    /// Rows of a window.
    pub window: usize,
    /// Sharpe ratio, a year, log-return consistent.
    pub sharpe: Vec<f64>,
    /// Volatility of log growth, a year.
    pub volatility: Vec<f64>,
    /// Slope of simple excess returns on the target's.
    pub beta: Vec<f64>,
}

impl Track<'_> {
    /// Sharpe ratio, volatility and beta over the rows of a year, by the row at which it ends.
    ///
    /// Nothing before the first window is full, and from ruin on; neither ratio nor volatility of a
    /// window with fewer positions than `fewest_held`; no beta where the target does not vary.
    pub fn rolling(&self) -> Rolling {
        let (window, year) = (usize::from(self.periods_per_year.max(1)), self.year());
        let alive = self.growth.iter().take_while(|factor| **factor > 0.0).count();
        let log: Vec<f64> = self.growth[..alive].iter().map(|g| math::ln(*g)).collect();
        let log_cash = libm::log1p(self.cash_return);
        let blank = || vec![f64::NAN; self.growth.len()];
        let (mut sharpe, mut volatility, mut beta) = (blank(), blank(), blank());
        for end in window..=alive {
            let rows = end - window..end;
            if let Some(slope) = slope(&self.growth[rows.clone()], &self.hold[rows.clone()]) {
                beta[end - 1] = slope;
            }
            if self.held(rows.clone()) < self.fewest_held {
                continue;
            }
            let log = &log[rows];
            if let Some((mean, deviation)) = math::mean(log).zip(math::std_dev(log)) {
                volatility[end - 1] = deviation * year.sqrt();
                if deviation > 0.0 {
                    sharpe[end - 1] = (mean - log_cash) / deviation * year.sqrt();
                }
            }
        }
        Rolling { window, sharpe, volatility, beta }
    }
}

/// Slope of one series on another: of simple returns as of growth factors.
fn slope(of: &[f64], on: &[f64]) -> Option<f64> {
    let (of, on) = (centred(of)?, centred(on)?);
    let squares = dot(&on, &on);
    (squares > 0.0).then(|| dot(&of, &on) / squares)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{days, noisy, track};
    use super::*;

    #[test]
    fn the_last_year_has_the_figures_of_its_rows() {
        let days = days(40);
        let (own, hold) = (noisy(1, 40), noisy(2, 40));
        let track = Track { cash_return: 1e-4, ..track(&days, None, &own, &hold) };
        let rolling = track.rolling();
        assert_eq!(rolling.window, 12);
        assert!(rolling.sharpe[..11].iter().all(|value| value.is_nan()));
        for end in 12..=40 {
            let log: Vec<f64> = own[end - 12..end].iter().map(|g| math::ln(*g)).collect();
            let (mean, deviation) = (math::mean(&log).unwrap(), math::std_dev(&log).unwrap());
            let sharpe = (mean - libm::log1p(1e-4)) / deviation * 12.0_f64.sqrt();
            assert!((rolling.sharpe[end - 1] - sharpe).abs() < 1e-12);
            assert!((rolling.volatility[end - 1] - deviation * 12.0_f64.sqrt()).abs() < 1e-12);
        }
        let same = Track { growth: &hold, ..track }.rolling();
        assert!(same.beta[11..].iter().all(|beta| (beta - 1.0).abs() < 1e-12));
    }

    #[test]
    fn a_year_of_few_positions_has_a_beta_and_nothing_a_year() {
        let days = days(30);
        let (own, hold) = (noisy(1, 30), noisy(2, 30));
        let mut weights = vec![0.5; 30];
        weights[15] = 0.0;
        let mut ruined = own.clone();
        ruined[28..].fill(0.0);
        let rolling = track(&days, Some(&weights), &ruined, &hold).rolling();
        let known =
            |values: &[f64]| (0..30).filter(|row| !values[*row].is_nan()).collect::<Vec<_>>();
        assert_eq!(known(&rolling.sharpe), [11, 12, 13, 14, 27]);
        assert_eq!(known(&rolling.volatility), [11, 12, 13, 14, 27]);
        assert_eq!(known(&rolling.beta), (11..28).collect::<Vec<_>>());
    }
}
