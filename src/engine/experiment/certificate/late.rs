//! Lag decay: forecasts that are used later than they were made for, and the benchmark with them. A leak shows in how their
//! quality falls, or does not.

use indexmap::IndexMap;

use super::known::check;
use crate::engine::experiment::computed::Computed;
use crate::engine::metrics::{Errors, clark_west};
use crate::results::{
    CertificateCheck, CertificateCheckName, CertificateFinding, LateForecasts, interval, value,
};

/// Forecast days by which forecasts are used late; 0 is in time.
const DELAYS: [usize; 5] = [0, 1, 2, 3, 5];

/// Fewest forecasts whose decay is judged: a year.
const FEWEST: usize = 252;

/// Multiple of the R2 that is too good to be believed from which a fall to little is a failure.
const HEIGHT: f64 = 2.0;
/// Share of the R2 in time below which a forecast of the day before is worth little.
const LITTLE: f64 = 0.25;

/// Share of the R2 that is too good to be believed from which no fall at all is a failure: what lasts
/// adds up, and a quarter of a per cent a day would be five per cent a month.
const LASTING_HEIGHT: f64 = 0.25;
/// Share of the R2 in time that is left at every delay where nothing falls.
const UNCHANGED: f64 = 0.75;
/// Largest p-value at the first and the last delay.
const SURE: f64 = 0.001;

/// The check, with the figures of every model; `too_good` is the R2 above which a leak is likelier
/// than a discovery.
pub(super) fn check_late(
    computed: &Computed<'_>,
    too_good: f64,
) -> (IndexMap<String, Vec<LateForecasts>>, CertificateCheck) {
    let pass = computed.pass;
    let variance = pass.forecast_variance();
    let (mut by_model, mut found) = (IndexMap::new(), Vec::new());
    let mut judged = 0;
    for model in &computed.models {
        let forecasts = &model.run.forecasts;
        let decay = decay(computed.actual(), forecasts, &model.ground.basis.benchmark, variance);
        if forecasts.len() >= FEWEST {
            judged += forecasts.len();
            let name = model.name().to_owned();
            if collapses(&decay, too_good) {
                found.push(CertificateFinding::Collapses { model: name });
            } else if survives(&decay, too_good) {
                found.push(CertificateFinding::Survives { model: name });
            }
        }
        by_model.insert(model.name().to_owned(), decay);
    }
    (by_model, check(CertificateCheckName::LagDecay, judged, Vec::new(), found))
}

/// A model's forecasts at every delay, over the rows that have one at each; empty of too few.
fn decay(
    actual: &[f64],
    forecasts: &[f64],
    benchmark: &[f64],
    variance: Option<&[f64]>,
) -> Vec<LateForecasts> {
    let latest = DELAYS[DELAYS.len() - 1];
    let rows = actual.len();
    if rows <= latest {
        return Vec::new();
    }
    let at = |delay: usize| {
        // The benchmark is as late: a fit's mean is older than the benchmark's, and where returns
        // turn back the older one is better, on any day.
        let late = |values: &'_ [f64]| values[latest - delay..rows - delay].to_vec();
        let errors = Errors::new(&actual[latest..], &late(forecasts), &late(benchmark));
        let scaled = variance.map(|variance| errors.scaled(&variance[latest..]));
        LateForecasts {
            delay,
            oos_r2: errors.oos_r2_estimate(),
            clark_west_p: scaled.and_then(|scaled| clark_west(&scaled)).map(|(_, p)| p),
        }
    };
    DELAYS.map(at).to_vec()
}

/// Whether forecasts are of a quality that no market gives, and worth little the day after. A modest
/// signal of one day's life falls as fast, from where it may be.
fn collapses(decay: &[LateForecasts], too_good: f64) -> bool {
    let [in_time, next, ..] = decay else { return false };
    let (Some(r2), Some(low)) = (value(in_time.oos_r2), interval(in_time.oos_r2).map(|i| i.low))
    else {
        return false;
    };
    // Twice the half-width is 3.3 standard errors.
    r2 - 2.0 * (r2 - low) > HEIGHT * too_good
        && value(next.oos_r2).is_some_and(|late| late < LITTLE * r2)
}

/// Whether forecasts are as good days later, surely, and better than anything that lasts.
fn survives(decay: &[LateForecasts], too_good: f64) -> bool {
    let r2: Option<Vec<f64>> = decay.iter().map(|late| value(late.oos_r2)).collect();
    let Some([in_time, later @ ..]) = r2.as_deref() else { return false };
    let is_sure = |late: Option<&LateForecasts>| {
        late.and_then(|late| late.clark_west_p).is_some_and(|p| p < SURE)
    };
    *in_time > LASTING_HEIGHT * too_good
        && later.iter().all(|late| *late >= UNCHANGED * in_time)
        && is_sure(decay.first())
        && is_sure(decay.last())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::inference::{ex_ante_variance, seed};
    use crate::engine::metrics::prevailing_mean;

    const FIRST: usize = 100;
    const TOO_GOOD: f64 = 0.01;

    /// What is found in forecasts of `rows` returns of a market: the prevailing mean and a signal,
    /// from the returns, of those to come too, and the row.
    fn found(number: u64, rows: usize, signal: impl Fn(&[f64], usize) -> f64) -> [bool; 2] {
        let y: Vec<f64> =
            seed::noise(7, number, FIRST + rows).iter().map(|v| v / 1_000_000.0).collect();
        let benchmark = prevailing_mean(&y, FIRST);
        let forecast = |(at, mean): (usize, &f64)| mean + signal(&y, FIRST + at);
        let forecasts: Vec<f64> = benchmark.iter().enumerate().map(forecast).collect();
        let variance = ex_ante_variance(&y).unwrap();
        let decay = decay(&y[FIRST..], &forecasts, &benchmark, Some(&variance[FIRST..]));
        [collapses(&decay, TOO_GOOD), survives(&decay, TOO_GOOD)]
    }

    #[test]
    fn a_day_late_is_the_forecast_of_the_day_before() {
        let y: Vec<f64> = (0..40).map(|t| f64::from(t * 7 % 11) - 5.0).collect();
        let zero = vec![0.0; 40];
        // What will happen two days later, which is perfect two days late.
        let ahead: Vec<f64> = (0..40).map(|t| y.get(t + 2).copied().unwrap_or(0.0)).collect();
        let decay = decay(&y, &ahead, &zero, None);
        let r2: Vec<Option<f64>> = decay.iter().map(|late| value(late.oos_r2)).collect();
        assert_eq!(decay.iter().map(|late| late.delay).collect::<Vec<_>>(), DELAYS);
        assert_eq!(r2.iter().filter(|r2| **r2 == Some(1.0)).count(), 1);
        assert_eq!(r2[2], Some(1.0));
        assert_eq!(super::decay(&y[..5], &zero[..5], &zero[..5], None), []);
    }

    #[test]
    fn leaks_collapse_or_survive_and_modest_signals_do_neither() {
        for number in 0..20 {
            // A tenth of the answer explains 1 - 0.9^2 of it.
            let answer = |y: &[f64], row: usize| 0.1 * y[row];
            assert_eq!(found(number, 1_000, answer), [true, false], "{number}");
            // The mean of a fortnight to come, all of which is known five days before its end.
            let level = |y: &[f64], row: usize| {
                let window = &y[row..(row + 42).min(y.len())];
                0.5 * window.iter().sum::<f64>() / window.len() as f64
            };
            assert_eq!(found(number, 3_000, level), [false, true], "{number}");
        }
        // A genuine signal of one day of 1 %, forecast as well as can be: the answer shrunk, with
        // noise of its own.
        for rows in [252, 1_000, 6_000] {
            let wrong = (0..200).filter(|number| {
                let noise = seed::noise(8, *number, FIRST + rows);
                let signal =
                    |y: &[f64], row: usize| 0.01 * y[row] + 0.0995 * noise[row] / 1_000_000.0;
                found(*number, rows, signal) != [false, false]
            });
            let wrong = wrong.count();
            assert!(wrong <= 1, "{wrong} of 200 markets of {rows} forecasts");
        }
    }

    /// Forecasts that know nothing, at their worst: of one day's life, and of a year's.
    #[test]
    fn luck_is_not_called_a_leak() {
        for (kept, share) in [(0.0, 0.03), (0.995, 0.003)] {
            for rows in [252, 1_000] {
                let wrong = (0..400).filter(|number| {
                    let noise = seed::noise(9, *number, FIRST + rows);
                    let mut level = 0.0;
                    let levels: Vec<f64> = noise
                        .iter()
                        .map(|e| {
                            level = kept * level + e / 1_000_000.0;
                            share * level
                        })
                        .collect();
                    found(*number, rows, |_, row| levels[row]) != [false, false]
                });
                let wrong = wrong.count();
                assert!(wrong <= 2, "{wrong} of 400 with {rows} forecasts, {kept}");
            }
        }
    }
}
