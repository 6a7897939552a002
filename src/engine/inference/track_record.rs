//! What a Sharpe ratio is worth after so many days, and after so many trials (Bailey and Lopez de
//! Prado 2012, 2014). All ratios here are per period, not per year.

use crate::base::units::math::{self, normal_quantile, normal_sf};
use crate::engine::metrics::sharpe_variance;

/// A Sharpe ratio as it was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measured {
    /// Mean over standard deviation of the excess returns of one period.
    pub(crate) ratio: f64,
    pub(crate) skewness: f64,
    /// 3 for normal returns.
    pub(crate) kurtosis: f64,
    /// Periods `P`.
    pub(crate) rows: usize,
}

impl Measured {
    /// [`sharpe_variance`] of two rows or more.
    fn variance(&self) -> Option<f64> {
        let Self { ratio, skewness, kurtosis, rows } = *self;
        sharpe_variance(ratio, skewness, kurtosis).filter(|_| rows >= 2)
    }

    /// Probabilistic Sharpe ratio: the probability that the true one is above `threshold`.
    pub(crate) fn probability_above(&self, threshold: f64) -> Option<f64> {
        let error = (self.variance()? / (self.rows - 1) as f64).sqrt();
        Some(normal_sf((threshold - self.ratio) / error))
    }

    /// Minimum track record length: the periods after which a ratio of this size would be above
    /// `threshold` with a probability of `level`; `None` where it is not above it.
    pub(crate) fn least_rows(&self, threshold: f64, level: f64) -> Option<f64> {
        let distance = self.ratio - threshold;
        let root = normal_quantile(level) / distance;
        (distance > 0.0).then_some(())?;
        Some(1.0 + self.variance()? * root * root)
    }
}

/// The largest of the Sharpe ratios that as many independent trials without skill are expected to
/// have, if theirs differ by this variance; 0 of one trial.
pub(crate) fn expected_best(trials: usize, variance: f64) -> f64 {
    const EULER: f64 = 0.577_215_664_901_532_9;
    if trials < 2 {
        return 0.0;
    }
    let n = trials as f64;
    let quantile = |share: f64| normal_quantile(1.0 - share);
    let largest =
        (1.0 - EULER) * quantile(1.0 / n) + EULER * quantile(1.0 / (n * std::f64::consts::E));
    variance.max(0.0).sqrt() * largest
}

/// Sharpe ratio of a period from that of a year.
pub(crate) fn per_period(annual: f64, periods: f64) -> f64 {
    annual / periods.sqrt()
}

/// Variance of some values (`ddof = 1`); 0 of fewer than two.
pub(crate) fn variance(values: &[f64]) -> f64 {
    math::std_dev(values).map_or(0.0, |deviation| deviation * deviation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_papers_come_out() {
        // Bailey and Lopez de Prado (2014), "A numerical example": an annual ratio of 2.5 over
        // 1,250 days, skewness -3, kurtosis 10, variance 1/2 a year between the trials.
        let ratio = per_period(2.5, 250.0);
        let measured = Measured { ratio, skewness: -3.0, kurtosis: 10.0, rows: 1_250 };
        let deflated = |trials: usize, skewness: f64, kurtosis: f64| {
            let best = expected_best(trials, 0.5 / 250.0);
            let measured = Measured { skewness, kurtosis, ..measured };
            (best, measured.probability_above(best).unwrap())
        };
        let (best, probability) = deflated(100, -3.0, 10.0);
        assert!((best - 0.1132).abs() < 5e-5, "{best}");
        assert!((probability - 0.9004).abs() < 5e-5, "{probability}");
        let (_, fewer) = deflated(46, -3.0, 10.0);
        assert!((fewer - 0.9505).abs() < 5e-5, "{fewer}");
        // With normal returns 88 trials give the same confidence as 46 with these.
        let (_, normal) = deflated(88, 0.0, 3.0);
        assert!((normal - 0.9505).abs() < 5e-5, "{normal}");
    }

    #[test]
    fn a_track_record_is_long_enough_when_the_paper_says_so() {
        // Bailey and Lopez de Prado (2012), "Minimum track record length": an annual ratio of 2 to
        // be told from 1 at 95 % needs 2.73 years of daily returns, 2.83 of weekly, 3.24 of monthly.
        for (periods, years) in [(252.0, 2.73), (52.0, 2.83), (12.0, 3.24)] {
            let [two, one] = [2.0, 1.0].map(|annual| per_period(annual, periods));
            let measured = Measured { ratio: two, skewness: 0.0, kurtosis: 3.0, rows: 2 };
            let least = measured.least_rows(one, 0.95).unwrap();
            assert!((least / periods - years).abs() < 0.006, "{periods}: {}", least / periods);
            // After as many periods the probability is the level, up to the fraction of one.
            let then = Measured { rows: least as usize + 1, ..measured };
            assert!((then.probability_above(one).unwrap() - 0.95).abs() < 0.004);
            assert_eq!(measured.least_rows(two, 0.95), None);
        }
    }

    #[test]
    fn one_trial_expects_nothing_and_more_expect_more() {
        assert_eq!((expected_best(0, 1.0), expected_best(1, 1.0)), (0.0, 0.0));
        let best: Vec<f64> = (2..200).map(|trials| expected_best(trials, 1.0)).collect();
        assert!(best.windows(2).all(|pair| pair[0] < pair[1]));
        // The mean of the largest of ten standard normal numbers is 1.5388.
        assert!((expected_best(10, 1.0) - 1.5388).abs() < 0.05, "{}", expected_best(10, 1.0));
    }
}
