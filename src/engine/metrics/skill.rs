//! Skill apart from drift: what a strategy earned beside its share of the target's return, and
//! whether its forecasts have the right sign more often than luck (methods, section 13).

use crate::base::statistics::{dot, long_run_variance};
use crate::base::units::math;
use crate::results::Estimate;

/// Fewest days for a regression.
const MIN_ROWS: usize = 63;

/// Alpha a year and beta of a strategy, with their intervals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Skill {
    /// Arithmetic, the rows of a year times the constant of the regression.
    pub(crate) alpha: Estimate,
    /// Slope on the target.
    pub(crate) beta: Estimate,
}

/// The regression of a strategy's simple excess returns on its target's, `year` of them a year, errors by Newey and
/// West (1987) with a Bartlett kernel of lag `floor(4 (P/100)^(2/9))`.
///
/// `None` below 63 days, where the target does not vary, or where nothing is left to err.
pub(crate) fn skill(strategy: &[f64], target: &[f64], year: f64) -> Option<Skill> {
    let Regression { alpha, beta, on_alpha, on_beta, .. } = Regression::of(strategy, target)?;
    let (alpha_error, beta_error) = (summed_error(&on_alpha), summed_error(&on_beta));
    if alpha_error <= 0.0 || beta_error <= 0.0 {
        return None;
    }
    Some(Skill {
        alpha: Estimate::about(alpha * year, alpha_error * year),
        beta: Estimate::about(beta, beta_error),
    })
}

/// A regression on a constant and the target, by day.
pub(super) struct Regression {
    pub(super) alpha: f64,
    pub(super) beta: f64,
    /// What each day adds to the deviation of the constant from the truth.
    pub(super) on_alpha: Vec<f64>,
    /// The same of the slope.
    pub(super) on_beta: Vec<f64>,
    /// Sum of the squares of what is left.
    pub(super) residual_squares: f64,
}

impl Regression {
    /// `None` below 63 days or where the target does not vary.
    pub(super) fn of(strategy: &[f64], target: &[f64]) -> Option<Self> {
        let rows = strategy.len();
        if rows < MIN_ROWS {
            return None;
        }
        let n = rows as f64;
        let (mean_x, mean_y) = (math::mean(target)?, math::mean(strategy)?);
        let x: Vec<f64> = target.iter().map(|value| value - mean_x).collect();
        let squares = dot(&x, &x);
        if squares <= 0.0 {
            return None;
        }
        let beta = x.iter().zip(strategy).map(|(x, y)| x * (y - mean_y)).sum::<f64>() / squares;
        let residual: Vec<f64> =
            x.iter().zip(strategy).map(|(x, y)| y - mean_y - beta * x).collect();
        let on_beta: Vec<f64> = x.iter().zip(&residual).map(|(x, e)| x * e / squares).collect();
        let on_alpha: Vec<f64> =
            residual.iter().zip(&on_beta).map(|(e, beta)| e / n - mean_x * beta).collect();
        let residual_squares = dot(&residual, &residual);
        Some(Self { alpha: mean_y - beta * mean_x, beta, on_alpha, on_beta, residual_squares })
    }
}

/// The standard error of a sum of terms that add up to zero and depend on their neighbours.
fn summed_error(terms: &[f64]) -> f64 {
    (terms.len() as f64 * long_run_variance(terms)).sqrt()
}

/// One-sided p-value of Pesaran and Timmermann (1992): forecasts and outcomes have the same sign
/// more often than if they had nothing to do with one another. `None` where either never changes its
/// sign.
pub(crate) fn pesaran_timmermann(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    let n = actual.len() as f64;
    let share = |values: &[f64]| values.iter().filter(|value| **value > 0.0).count() as f64 / n;
    let (y, x) = (share(actual), share(forecast));
    let right = actual.iter().zip(forecast).filter(|(y, x)| (**y > 0.0) == (**x > 0.0)).count();
    let expected = y * x + (1.0 - y) * (1.0 - x);
    let of_right = expected * (1.0 - expected) / n;
    // Twice the distance of a share from one half.
    let (lean_y, lean_x) = (2.0 * y - 1.0, 2.0 * x - 1.0);
    let of_expected = (lean_y * lean_y * x * (1.0 - x)
        + lean_x * lean_x * y * (1.0 - y)
        + 4.0 * y * x * (1.0 - y) * (1.0 - x) / n)
        / n;
    let variance = of_right - of_expected;
    let is_varied = [y, x].iter().all(|share| *share > 0.0 && *share < 1.0);
    (is_varied && variance > 0.0)
        .then(|| math::normal_sf((right as f64 / n - expected) / variance.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;

    fn series(seed: u64, rows: usize) -> Vec<f64> {
        let mut uniform = noise::uniform(seed);
        (0..rows).map(|_| 0.02 * uniform()).collect()
    }

    #[test]
    fn a_levered_position_has_its_beta_and_no_alpha() {
        let (target, noise) = (series(1, 4_000), series(2, 4_000));
        let strategy: Vec<f64> =
            target.iter().zip(&noise).map(|(x, e)| 0.6 * x + 0.1 * e + 0.0002).collect();
        let found = skill(&strategy, &target, 252.0).unwrap();
        let within = |estimate: Estimate, truth: f64| {
            estimate.interval.unwrap().contains(truth) && (estimate.value - truth).abs() < 0.05
        };
        assert!(within(found.beta, 0.6) && within(found.alpha, 0.0504), "{found:?}");
        assert_eq!(skill(&target[..62], &target[..62], 252.0), None);
        assert_eq!(skill(&target, &[0.0; 4_000], 252.0), None);
    }

    #[test]
    fn it_has_the_errors_of_statsmodels() {
        // statsmodels 0.14: OLS(y, [1, x]).fit(cov_type="HAC", cov_kwds={"maxlags": 3}), y and x
        // below, 64 rows, for which the rule gives 3 lags.
        let x: Vec<f64> = (0..64).map(|t| f64::from(t * t % 11) / 100.0 - 0.04).collect();
        let y: Vec<f64> =
            (0..64).map(|t| 0.5 * x[t as usize] + f64::from(t * 7 % 5) / 1_000.0).collect();
        let found = skill(&y, &x, 252.0).unwrap();
        let error = |estimate: Estimate| {
            let interval = estimate.interval.unwrap();
            (interval.high - interval.low) / (2.0 * 1.644_853_626_951_472_2)
        };
        let near = |value: f64, expected: f64| (value / expected - 1.0).abs() < 1e-9;
        let daily = 252.0;
        assert!(near(found.beta.value, 0.500_587_225_584_967), "{:?}", found.beta.value);
        assert!(
            near(found.alpha.value / daily, 0.001_984_099_738_007_043_5),
            "{:?}",
            found.alpha.value / daily
        );
        assert!(near(error(found.beta), 0.005_118_340_364_400_268), "{:?}", error(found.beta));
        assert!(
            near(error(found.alpha) / daily, 8.988_485_738_466_856e-5),
            "{:?}",
            error(found.alpha) / daily
        );
    }

    #[test]
    fn signs_that_follow_are_told_from_luck_at_the_level_of_the_test() {
        let rejected = (0..400)
            .filter(|seed| {
                let (y, x) = (series(2 * seed, 500), series(2 * seed + 1, 500));
                pesaran_timmermann(&y, &x).unwrap() < 0.05
            })
            .count();
        assert!((8..=34).contains(&rejected), "{rejected} of 400");
        let y = series(1, 500);
        assert!(pesaran_timmermann(&y, &y).unwrap() < 1e-9);
        assert_eq!(pesaran_timmermann(&y, &[1.0; 500]), None);
    }
}
