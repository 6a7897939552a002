//! The CUSUM test: have the forecast errors drifted to one side?

use crate::base::units::math;

/// Coefficient of the 95 % band (Brown, Durbin and Evans 1975).
pub(crate) const CUSUM_BAND: f64 = 0.948;

/// Fewest errors that the test is worth.
const MIN_ERRORS: usize = 30;

/// The statistic through time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CusumPath {
    /// `W_t`, by forecast; within `+-`[`CUSUM_BAND`]` (1 + 2 t / P)` at every time with
    /// probability 95 % where nothing drifts.
    pub values: Vec<f64>,
    /// Largest `|W_t| / (1 + 2 t / P)`, to be held against [`CUSUM_BAND`].
    pub statistic: f64,
    /// Where it was reached.
    pub at: usize,
    /// Where the path first left the band.
    pub first_crossing: Option<usize>,
}

/// Brown, Durbin and Evans (1975) on one-step forecast errors: `W_t = sum e_i / (s sqrt(P))` over
/// the errors up to `t`, `s` their standard deviation (`ddof = 1`).
///
/// The errors of a walk-forward play the part of the recursive residuals: each is made by a fit
/// that has not seen its row. The deviation looks at all errors, so the path is read with
/// hindsight. `None` without variation or below 30 errors.
pub(crate) fn cusum(errors: &[f64]) -> Option<CusumPath> {
    let rows = errors.len();
    let deviation = math::std_dev(errors)?;
    if rows < MIN_ERRORS || deviation <= 0.0 {
        return None;
    }
    let scale = 1.0 / (deviation * (rows as f64).sqrt());
    let mut path =
        CusumPath { values: Vec::with_capacity(rows), statistic: 0.0, at: 0, first_crossing: None };
    let mut sum = 0.0;
    for (t, error) in errors.iter().enumerate() {
        sum += error;
        let value = sum * scale;
        let height = value.abs() / widening(t, rows);
        if height > path.statistic {
            (path.statistic, path.at) = (height, t);
        }
        if height > CUSUM_BAND && path.first_crossing.is_none() {
            path.first_crossing = Some(t);
        }
        path.values.push(value);
    }
    Some(path)
}

fn widening(t: usize, rows: usize) -> f64 {
    1.0 + 2.0 * (t + 1) as f64 / rows as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::inference::seed::noise;

    #[test]
    fn it_rejects_at_its_level_and_finds_a_drift() {
        let rejections = (0..600)
            .filter(|replicate| cusum(&noise(6, *replicate, 500)).unwrap().first_crossing.is_some())
            .count();
        assert!((10..=45).contains(&rejections), "{rejections} of 600 at 5 %");
        let mut drifting = noise(6, 1, 1_000);
        drifting[500..].iter_mut().for_each(|error| *error += 200.0);
        let path = cusum(&drifting).unwrap();
        assert!(path.first_crossing.unwrap() > 500 && path.statistic > CUSUM_BAND);
        assert!(path.values[path.at].abs() > CUSUM_BAND * widening(path.at, 1_000));
    }

    #[test]
    fn it_knows_no_unit_and_no_test_of_nothing() {
        let errors = noise(6, 2, 300);
        let scaled: Vec<f64> = errors.iter().map(|error| error * 1e-6).collect();
        let (a, b) = (cusum(&errors).unwrap(), cusum(&scaled).unwrap());
        assert!((a.statistic - b.statistic).abs() < 1e-12 && a.at == b.at);
        assert_eq!(cusum(&[0.5; 100]), None);
    }
}
