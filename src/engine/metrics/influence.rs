//! One mechanism for the uncertainty of every figure: its influence series (delta method).
//!
//! A figure that is a smooth function of means over days is, to first order, its true value plus the
//! mean of a series with one entry a day and mean zero. Its variance is the long-run variance of that
//! series over the number of days, and the difference of two figures over the same days has the
//! difference of the two series: what they share cancels.

use super::Errors;
use super::forecast::MIN_ROWS;
use super::skill::Regression;
use crate::base::statistics::long_run_variance;
use crate::base::units::math;
use crate::results::Estimate;

/// A figure and what each of `n` days adds to its deviation from the truth.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Influence {
    pub(crate) value: f64,
    /// `n` entries; their mean is zero but for rounding.
    pub(crate) by_day: Vec<f64>,
}

impl Influence {
    /// Standard error under a Bartlett kernel of lag `floor(4 (n/100)^(2/9))` (Newey and West 1987,
    /// 1994).
    pub(crate) fn standard_error(&self) -> f64 {
        (long_run_variance(&self.by_day) / self.by_day.len() as f64).sqrt()
    }

    /// The figure with its interval.
    pub(crate) fn estimate(&self) -> Estimate {
        Estimate::about(self.value, self.standard_error())
    }

    /// This figure less another over the same days.
    #[must_use]
    pub(crate) fn less(&self, other: &Self) -> Self {
        let by_day = self.by_day.iter().zip(&other.by_day).map(|(a, b)| a - b).collect();
        Self { value: self.value - other.value, by_day }
    }

    /// Of a figure of some days, its influence among all `days` of them: days outside have none. So
    /// the autocovariances are those of days that follow one another.
    #[must_use]
    pub(crate) fn among(self, rows: &[usize], days: usize) -> Self {
        if rows.len() == days {
            return self;
        }
        let weight = days as f64 / rows.len() as f64;
        let mut by_day = vec![0.0; days];
        for (row, influence) in rows.iter().zip(self.by_day) {
            by_day[*row] = weight * influence;
        }
        Self { by_day, ..self }
    }
}

/// Out-of-sample R2, `1 - sum e^2 / sum e0^2`; `None` below 30 rows or of a perfect benchmark.
pub(crate) fn r2(errors: &Errors) -> Option<Influence> {
    let (value, by_day) = errors.oos_r2_influence()?;
    (by_day.len() >= MIN_ROWS).then_some(Influence { value, by_day })
}

/// Mean of a series; `None` below 30 rows.
pub(crate) fn mean(series: &[f64]) -> Option<Influence> {
    let value = math::mean(series).filter(|_| series.len() >= MIN_ROWS)?;
    Some(Influence { value, by_day: series.iter().map(|entry| entry - value).collect() })
}

/// `scale` times a figure.
#[must_use]
pub(crate) fn scaled(figure: &Influence, scale: f64) -> Influence {
    let by_day = figure.by_day.iter().map(|entry| scale * entry).collect();
    Influence { value: scale * figure.value, by_day }
}

/// Sharpe ratio of excess returns, `year` of them a year, with the sample's deviation (`ddof = 1`): with
/// `z` the standardised returns and `S` the ratio of one, `z - S/2 (z^2 - 1)` each. Without
/// autocovariances its variance is that of Mertens (2002). `None` below 30 rows or without variance.
pub(crate) fn sharpe(excess: &[f64], year: f64) -> Option<Influence> {
    let (mean, deviation, z) = standardised(excess)?;
    let (daily, year) = (mean / deviation, year.sqrt());
    let to_sample = population(1.0, excess.len());
    let by_day = z.iter().map(|z| year * (to_sample * z - 0.5 * daily * (z * z - 1.0)));
    let by_day = by_day.collect();
    Some(Influence { value: daily * year, by_day })
}

/// Deviation a year of returns, `year` of them a year; `None` below 30 rows or without variance.
pub(crate) fn volatility(returns: &[f64], year: f64) -> Option<Influence> {
    let (_, deviation, z) = standardised(returns)?;
    let value = deviation * year.sqrt();
    Some(Influence { value, by_day: z.iter().map(|z| 0.5 * value * (z * z - 1.0)).collect() })
}

/// The population's deviation of one with `ddof = 1`.
fn population(deviation: f64, rows: usize) -> f64 {
    deviation * ((rows as f64 - 1.0) / rows as f64).sqrt()
}

/// Mean, deviation (`ddof = 1`), and the returns in units of the population's deviation.
fn standardised(returns: &[f64]) -> Option<(f64, f64, Vec<f64>)> {
    let mean = math::mean(returns).filter(|_| returns.len() >= MIN_ROWS)?;
    let deviation = math::std_dev(returns).filter(|deviation| *deviation > 0.0)?;
    let population = population(deviation, returns.len());
    Some((mean, deviation, returns.iter().map(|r| (r - mean) / population).collect()))
}

/// Alpha a year and beta of simple excess returns on the target's, `year` of them a year; `None` where
/// [`super::skill::skill`] has none.
pub(crate) fn alpha_and_beta(
    strategy: &[f64],
    target: &[f64],
    year: f64,
) -> Option<[Influence; 2]> {
    let found = Regression::of(strategy, target)?;
    let n = strategy.len() as f64;
    let figure = |value: f64, terms: &[f64], scale: f64| Influence {
        value: scale * value,
        by_day: terms.iter().map(|term| scale * n * term).collect(),
    };
    Some([figure(found.alpha, &found.on_alpha, year), figure(found.beta, &found.on_beta, 1.0)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;
    use crate::engine::metrics::skill::skill;
    use crate::results::{Interval, interval};

    /// Returns with fat tails, volatility that changes slowly, and some autocorrelation.
    fn returns(seed: u64, rows: usize) -> Vec<f64> {
        let mut uniform = noise::uniform(seed);
        let mut before = 0.0;
        (0..rows)
            .map(|t| {
                let level = 1.0 + (t / 100 % 3) as f64;
                let shock = level * (uniform() + uniform() + uniform());
                before = 0.2 * before + shock;
                0.01 * before + 0.0004
            })
            .collect()
    }

    fn errors(seed: u64, rows: usize) -> Errors {
        let (benchmark, noise) = (returns(seed, rows), returns(seed + 1, rows));
        let model = benchmark.iter().zip(&noise).map(|(e, x)| 0.97 * e + 0.1 * x).collect();
        Errors { model, benchmark }
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
    }

    #[test]
    fn a_figure_has_the_interval_that_the_report_gives_it() {
        let same = |influence: &Influence, estimate: Estimate| {
            let ours = Interval::about(influence.value, influence.standard_error());
            let theirs = interval(Some(estimate)).unwrap();
            near(influence.value, estimate.value)
                && near(ours.low, theirs.low)
                && near(ours.high, theirs.high)
        };
        let errors = errors(1, 900);
        assert!(same(&r2(&errors).unwrap(), errors.oos_r2_estimate().unwrap()));
        let (y, x) = (returns(3, 900), returns(4, 900));
        let (found, [alpha, beta]) =
            (skill(&y, &x, 252.0).unwrap(), alpha_and_beta(&y, &x, 252.0).unwrap());
        assert!(same(&alpha, found.alpha) && same(&beta, found.beta));
    }

    #[test]
    fn a_difference_of_figures_is_one_figure() {
        let (a, b) = (errors(1, 900), errors(5, 900));
        // Two models on one benchmark.
        let b = Errors { model: b.model, benchmark: a.benchmark.clone() };
        let gain = r2(&a).unwrap().less(&r2(&b).unwrap());
        let direct = a.oos_r2().unwrap() - b.oos_r2().unwrap();
        assert!(near(gain.value, direct));
        // Its influence in one formula: the loss difference less what the benchmark's errors do.
        let base = a.benchmark.iter().map(|e| e * e).sum::<f64>() / 900.0;
        for (row, influence) in gain.by_day.iter().enumerate() {
            let (a_squared, b_squared) = (a.model[row] * a.model[row], b.model[row] * b.model[row]);
            let e0 = a.benchmark[row] * a.benchmark[row];
            assert!((influence - (b_squared - a_squared - direct * e0) / base).abs() < 1e-12);
        }
        let same = r2(&a).unwrap().less(&r2(&a).unwrap());
        assert_eq!((same.value, same.standard_error()), (0.0, 0.0));
    }

    #[test]
    fn an_influence_is_what_leaving_out_a_day_does() {
        // The jackknife: (n - 1) (figure of all - figure without the day) is the influence, to 1/n.
        let (y, x) = (returns(7, 2_000), returns(8, 2_000));
        let without = |series: &[f64], day: usize| -> Vec<f64> {
            series.iter().enumerate().filter(|(t, _)| *t != day).map(|(_, v)| *v).collect()
        };
        type Of<'a> = &'a dyn Fn(&[f64], &[f64]) -> Influence;
        let figures: [(&str, Of<'_>); 5] = [
            ("mean", &|y, _| mean(y).unwrap()),
            ("sharpe", &|y, _| sharpe(y, 252.0).unwrap()),
            ("volatility", &|y, _| volatility(y, 252.0).unwrap()),
            ("alpha", &|y, x| alpha_and_beta(y, x, 252.0).unwrap()[0].clone()),
            ("beta", &|y, x| alpha_and_beta(y, x, 252.0).unwrap()[1].clone()),
        ];
        for (name, figure) in figures {
            let all = figure(&y, &x);
            let scale = all.by_day.iter().map(|e| e.abs()).fold(0.0, f64::max);
            assert!(all.by_day.iter().sum::<f64>().abs() < 1e-9 * scale * 2_000.0, "{name}");
            for day in [0, 17, 503, 1_200, 1_999] {
                let left_out = figure(&without(&y, day), &without(&x, day)).value;
                let jackknife = 1_999.0 * (all.value - left_out);
                assert!((jackknife - all.by_day[day]).abs() < 0.01 * scale, "{name} {day}");
            }
        }
    }

    #[test]
    fn errors_are_those_of_statsmodels_and_a_gradient_of_moments() {
        // tests/reference/influence.py: value and standard error.
        let x: Vec<f64> = (0..640).map(|t| f64::from(t * t % 11) / 100.0 - 0.04).collect();
        let number = |t: usize, by: i32| f64::from(t as i32 * by);
        let y: Vec<f64> = (0..640).map(|t| 0.5 * x[t] + (number(t, 7) % 5.0) / 1_000.0).collect();
        let z: Vec<f64> =
            (0..640).map(|t| 0.3 * x[t] + (number(t, t as i32) % 13.0) / 900.0 - 0.005).collect();
        let errors = |model: Vec<f64>| Errors { model, benchmark: x.clone() };
        let e = y.iter().zip(&x).map(|(y, x)| y - 0.4 * x).collect();
        let r2_of_z = r2(&errors(z.clone())).unwrap();
        let [alpha, beta] = alpha_and_beta(&y, &x, 252.0).unwrap();
        let (sharpe_y, sharpe_z) = (sharpe(&y, 252.0).unwrap(), sharpe(&z, 252.0).unwrap());
        for (name, found, value, error) in [
            ("alpha", scaled(&alpha, 1.0 / 252.0), 0.001_999_953_084_696_44, 2.122_397_384_32e-5),
            ("beta", beta, 0.499_571_060_081_749, 0.001_913_856_804_41),
            ("mean", mean(&y).unwrap(), 0.001_945_312_5, 0.000_399_004_542_658),
            ("sharpe", sharpe_y.clone(), 2.171_046_982_611_28, 0.452_007_218_591),
            ("difference", sharpe_y.less(&sharpe_z), -0.456_343_697_171_643, 0.391_436_369_424),
            ("r2", r2_of_z.clone(), 0.878_683_761_424_387, 0.004_045_746_547_05),
            (
                "gain",
                r2_of_z.less(&r2(&errors(e)).unwrap()),
                -0.103_969_777_277_115,
                0.003_973_959_105_62,
            ),
            (
                "volatility",
                volatility(&y, 252.0).unwrap(),
                0.225_798_314_788_369,
                0.002_609_132_539_06,
            ),
        ] {
            assert!((found.value / value - 1.0).abs() < 1e-11, "{name}: {}", found.value);
            let ratio = found.standard_error() / error;
            assert!((ratio - 1.0).abs() < 1e-7, "{name}: {ratio}");
        }
    }

    #[test]
    fn without_autocovariances_a_sharpe_ratio_has_the_error_of_mertens() {
        // What the report gives: sqrt((1 - g3 S + (g4 - 1)/4 S^2) / (P - 1)), bias-corrected moments.
        let mut uniform = noise::uniform(11);
        let excess: Vec<f64> =
            (0..4_000).map(|_| 0.01 * (uniform() + uniform() * uniform()) + 0.002).collect();
        let found = sharpe(&excess, 252.0).unwrap();
        let without = crate::base::statistics::long_run_variance_of_lag(&found.by_day, 0);
        let track = crate::engine::metrics::TrackRecord {
            growth: excess.iter().map(|g| math::exp(*g)).collect(),
            periods_per_year: 252,
            ..Default::default()
        };
        let days = vec![jiff::civil::date(2020, 1, 1); 4_000];
        let reported = crate::engine::metrics::strategy_metrics(&track, &days, None);
        let ratio = (without / 4_000.0).sqrt() / reported.sharpe_standard_error.unwrap();
        assert!((ratio - 1.0).abs() < 2e-3, "{ratio}");
        assert!(near(found.value, reported.sharpe.unwrap().value));
        // These days are independent: the autocovariances add nothing but noise.
        let ratio = found.standard_error() / reported.sharpe_standard_error.unwrap();
        assert!((0.95..1.05).contains(&ratio), "{ratio}");
    }

    #[test]
    fn days_outside_add_nothing_and_the_rest_weighs_more() {
        let series = returns(9, 600);
        let rows: Vec<usize> = (0..600).filter(|t| t / 100 % 2 == 1).collect();
        let inside: Vec<f64> = rows.iter().map(|t| series[*t]).collect();
        let (apart, among) = (mean(&inside).unwrap(), mean(&inside).unwrap().among(&rows, 600));
        assert_eq!(among.value, apart.value);
        assert!(among.by_day[..100].iter().all(|entry| *entry == 0.0));
        let ratio = among.standard_error() / apart.standard_error();
        assert!((0.9..1.1).contains(&ratio), "{ratio}");
    }
}
