//! Elementary functions with the same bits on every platform, and the normal distribution.

/// Natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Exponential function.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Base-10 logarithm.
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// `base` raised to the power `exponent`.
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// -1, 0 or 1; 0 of both zeros.
pub(crate) fn sign(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value.signum() }
}

/// Upper tail of the standard normal distribution, `P(Z > z)`.
pub fn normal_sf(z: f64) -> f64 {
    0.5 * libm::erfc(z / core::f64::consts::SQRT_2)
}

/// Quantile of the standard normal distribution, `P(Z <= z) = p`; `p` strictly between 0 and 1.
///
/// A rational approximation (Acklam 2003, relative error 1e-9), then one step of Halley's method.
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    let polynomial = |factors: &[f64], x: f64| factors.iter().fold(0.0, |sum, f| sum * x + f);
    // The lower half; the other is its mirror.
    let tail = p.min(1.0 - p);
    let start = if tail < 0.024_25 {
        let q = (-2.0 * ln(tail)).sqrt();
        polynomial(&C, q) / polynomial(&D, q)
    } else {
        let q = tail - 0.5;
        q * polynomial(&A, q * q) / polynomial(&B, q * q)
    };
    let error = normal_sf(-start) - tail;
    let step = error * core::f64::consts::TAU.sqrt() * exp(0.5 * start * start);
    let z = start - step / (1.0 + 0.5 * start * step);
    if p <= 0.5 { z } else { -z }
}

/// Arithmetic mean; `None` of an empty slice.
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    Some(values.iter().sum::<f64>() / values.len() as f64)
}

/// Sample standard deviation (`ddof = 1`); `None` with fewer than two values.
///
/// Two passes: the sum of squares is taken about the mean, so nothing cancels.
pub fn std_dev(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let centre = mean(values)?;
    let squares: f64 = values.iter().map(|v| (v - centre) * (v - centre)).sum();
    Some((squares / (values.len() - 1) as f64).sqrt())
}

/// Upper tail of Student's t distribution with `df` degrees of freedom, `P(T > t)`.
///
/// Through the regularised incomplete beta function, `I_x(df/2, 1/2) / 2` at
/// `x = df / (df + t^2)`.
pub fn student_t_sf(t: f64, df: f64) -> f64 {
    let tail = 0.5 * incomplete_beta(df / (df + t * t), 0.5 * df, 0.5);
    if t >= 0.0 { tail } else { 1.0 - tail }
}

/// Quantile of Student's t distribution with `df` degrees of freedom, `p` in `(0, 1)`, by halving.
pub fn student_t_quantile(p: f64, df: f64) -> f64 {
    let tail = p.min(1.0 - p);
    let mut above = 1.0;
    while student_t_sf(above, df) > tail {
        above *= 2.0;
    }
    let mut below = 0.0;
    // To the last digit.
    for _ in 0..80 {
        let middle = 0.5 * (below + above);
        let is_below = student_t_sf(middle, df) > tail;
        if is_below { below = middle } else { above = middle }
    }
    if p < 0.5 { -above } else { above }
}

/// Upper tail of the chi-square distribution with `df` degrees of freedom, at least 1, in closed
/// form: `Q(a + 1, z) = Q(a, z) + z^a e^-z / Gamma(a + 1)` from `Q(1/2, z)` or `Q(1, z)`.
pub(crate) fn chi_square_sf(x: f64, df: usize) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let z = 0.5 * x;
    let (mut order, mut tail) =
        if df % 2 == 1 { (0.5, libm::erfc(z.sqrt())) } else { (1.0, exp(-z)) };
    while order < 0.5 * df as f64 {
        tail += exp(order * ln(z) - z - libm::lgamma(order + 1.0));
        order += 1.0;
    }
    tail.min(1.0)
}

/// Regularised incomplete beta function `I_x(a, b)` by Lentz's continued fraction (Press et al.,
/// Numerical Recipes, section 6.4).
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    // The fraction converges fast below the mean; beyond it the complement is computed.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let log_front =
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * ln(x) + b * libm::log1p(-x);
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..300 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for coefficient in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + coefficient * d);
            c = away_from_zero(1.0 + coefficient / c);
            fraction *= c * d;
        }
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    exp(log_front) * fraction / a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_agree_with_the_tables() {
        // scipy.stats.t.sf and norm.sf.
        let cases = [
            (2.0, 10.0, 0.036_694_017_385_370_21),
            (-1.0, 3.0, 0.804_498_890_522_114_8),
            (1.644_853_626_951_472_2, 5978.0, 0.050_026_288_463_622_74),
            (0.0, 7.0, 0.5),
        ];
        for (t, df, expected) in cases {
            let tail = student_t_sf(t, df);
            assert!((tail / expected - 1.0).abs() < 1e-10, "t {t}, df {df}: {tail}");
        }
        assert!((normal_sf(1.644_853_626_951_472_2) - 0.05).abs() < 1e-15);
        assert_eq!(normal_sf(0.0), 0.5);
        // scipy.stats.norm.ppf.
        for (p, z) in [
            (0.95, 1.644_853_626_951_472_2),
            (0.8, 0.841_621_233_572_914_3),
            (0.5, 0.0),
            (1e-20, -9.262_340_089_798_408),
            (0.01, -2.326_347_874_040_840_8),
            (1e-12, -7.034_483_825_301_131),
            (0.3, -0.524_400_512_708_041),
        ] {
            assert!((normal_quantile(p) - z).abs() < 1e-12, "{p}: {}", normal_quantile(p));
        }
        // scipy.stats.t.ppf.
        for (p, df, t) in [
            (0.95, 9.0, 1.833_112_932_656_237),
            (0.95, 6_699.0, 1.645_081_120_782_150_7),
            (0.025, 1.0, -12.706_204_736_174_705),
            (0.5, 3.0, 0.0),
        ] {
            let found = student_t_quantile(p, df);
            assert!((found - t).abs() < 1e-9 * t.abs().max(1e-6), "{p} {df}: {found}");
        }
    }
}
