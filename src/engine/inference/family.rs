//! Several tests at once.

/// p-value of a statistic that as many of the replicates reach.
pub(crate) fn p_value(reached: usize, replicates: usize) -> f64 {
    (1 + reached) as f64 / (1 + replicates) as f64
}

/// Largest p-value in a combination: nearer to 1 the tangent falls without bound, and one hopeless
/// model would outweigh any number of good ones.
const LARGEST: f64 = 0.99;

/// Cauchy combination of p-values, which may depend on one another (Liu and Xie 2020), each at most
/// 0.99 where there are several; `None` of none.
pub(crate) fn cauchy(p_values: &[f64]) -> Option<f64> {
    if p_values.is_empty() {
        return None;
    }
    let pi = std::f64::consts::PI;
    // Near 0 the tangent is the reciprocal, which loses nothing.
    let largest = if p_values.len() > 1 { LARGEST } else { 1.0 - 1e-16 };
    let score = |p: f64| {
        let p = p.clamp(1e-300, largest);
        if p < 1e-10 { 1.0 / (p * pi) } else { libm::tan((0.5 - p) * pi) }
    };
    let mean = p_values.iter().map(|p| score(*p)).sum::<f64>() / p_values.len() as f64;
    Some(if mean > 1e10 { 1.0 / (mean * pi) } else { 0.5 - libm::atan(mean) / pi })
}

/// Which of several hypotheses are rejected with a family-wise error of `level` (Holm 1979), in the
/// order given; one without a p-value is not.
pub(crate) fn holm(p_values: &[Option<f64>], level: f64) -> Vec<bool> {
    let mut order: Vec<(usize, f64)> =
        p_values.iter().enumerate().filter_map(|(at, p)| Some((at, (*p)?))).collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut rejected = vec![false; p_values.len()];
    for (rank, (at, p)) in order.iter().enumerate() {
        if *p > level / (order.len() - rank) as f64 {
            break;
        }
        rejected[*at] = true;
    }
    rejected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_p_value_is_its_own_combination() {
        for p in [1e-200, 1e-12, 0.003, 0.5, 0.97] {
            assert!((cauchy(&[p]).unwrap() / p - 1.0).abs() < 1e-6, "{p}");
            assert!((cauchy(&[p, p, p]).unwrap() / p - 1.0).abs() < 1e-6, "{p}");
        }
        assert_eq!(cauchy(&[]), None);
        // One strong among weak ones counts by its share.
        let combined = cauchy(&[0.001, 0.5, 0.5, 0.5]).unwrap();
        assert!((combined - 0.004).abs() < 1e-4, "{combined}");
    }

    #[test]
    fn holm_goes_on_until_the_first_that_is_not_rejected() {
        let p = [Some(0.02), Some(0.01), None, Some(0.9)];
        assert_eq!(holm(&p, 0.05), [true, true, false, false]);
        assert_eq!(holm(&[Some(0.03), Some(0.03)], 0.05), [false, false]);
        assert_eq!(holm(&[Some(0.04)], 0.05), [true]);
    }
}
