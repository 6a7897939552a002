//! What must hold of a decomposition, of random matrices of every troublesome kind.

use proptest::prelude::*;
use proptest::sample::Index;

use super::{symmetric_eigen, symmetric_eigenvalues};
use crate::base::statistics::{dot, noise};
use crate::base::units::math;

/// Kinds of symmetric `n x n` matrices with entries of about one.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Full,
    /// Correlations of fewer rows than columns.
    FewRows(usize),
    /// Two eigenvalues, mixed by two reflections.
    Repeated,
    Zero,
    Diagonal,
    Identity,
    /// Each row a tenth of the one before: 1 next to 1e-200.
    Graded,
    /// Mostly zeros, and entries whose squares underflow.
    Sparse,
}

fn kind() -> impl Strategy<Value = Kind> {
    use Kind::{Diagonal, Full, Graded, Identity, Repeated, Sparse, Zero};
    let kinds = vec![Full, Repeated, Zero, Diagonal, Identity, Graded, Sparse];
    prop_oneof![7 => prop::sample::select(kinds), 1 => (1_usize..70).prop_map(Kind::FewRows)]
}

/// A symmetric matrix from its lower triangle.
fn symmetric(n: usize, mut entry: impl FnMut(usize, usize) -> f64) -> Vec<f64> {
    let mut a = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            a[i * n + j] = entry(i, j);
            a[j * n + i] = a[i * n + j];
        }
    }
    a
}

fn matrix(kind: Kind, n: usize, seed: u64) -> Vec<f64> {
    let mut uniform = noise::uniform(seed);
    match kind {
        Kind::Full => symmetric(n, |_, _| uniform()),
        Kind::Zero => vec![0.0; n * n],
        Kind::Identity => symmetric(n, |i, j| f64::from(i == j)),
        Kind::Diagonal => {
            symmetric(n, |i, j| if i == j { f64::from((uniform() * 6.0) as i32) } else { 0.0 })
        }
        Kind::Graded => symmetric(n, |i, _| uniform() * math::pow(10.0, -(i as f64))),
        Kind::Sparse => symmetric(n, |_, _| {
            let noise = uniform();
            match ((noise + 0.5) * 10.0) as i32 {
                0..3 => noise,
                3 => noise * 1e-170,
                4 => noise * 1e-140,
                _ => 0.0,
            }
        }),
        Kind::FewRows(rows) => {
            let columns: Vec<Vec<f64>> = (0..n)
                .map(|_| {
                    let column: Vec<f64> = (0..rows).map(|_| uniform()).collect();
                    let length = dot(&column, &column).sqrt();
                    column.into_iter().map(|value| value / length).collect()
                })
                .collect();
            (0..n * n).map(|at| dot(&columns[at / n], &columns[at % n])).collect()
        }
        Kind::Repeated => {
            let mut a: Vec<f64> = (0..n * n)
                .map(|at| if at / n == at % n { [2.0, -0.5][at / n % 2] } else { 0.0 })
                .collect();
            for _ in 0..2 {
                let v: Vec<f64> = (0..n).map(|_| uniform()).collect();
                let beta = 2.0 / dot(&v, &v);
                let av: Vec<f64> = a.chunks_exact(n).map(|row| beta * dot(row, &v)).collect();
                let half = 0.5 * beta * dot(&av, &v);
                let w: Vec<f64> = av.iter().zip(&v).map(|(w, v)| w - half * v).collect();
                for at in 0..n * n {
                    a[at] -= v[at / n] * w[at % n] + w[at / n] * v[at % n];
                }
            }
            // Exactly symmetric again.
            symmetric(n, |i, j| a[i * n + j])
        }
    }
}

fn holds(kind: Kind, n: usize, seed: u64, exponent: i32) -> Result<(), TestCaseError> {
    let unscaled = matrix(kind, n, seed);
    let a: Vec<f64> = unscaled.iter().map(|value| libm::ldexp(*value, exponent)).collect();
    let largest = a.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    // Below, the entries themselves have lost digits.
    prop_assume!(largest == 0.0 || largest > f64::MIN_POSITIVE / f64::EPSILON);
    let Some(eigen) = symmetric_eigen(&a, n) else {
        return Err(TestCaseError::fail("no decomposition"));
    };
    prop_assert!(symmetric_eigen(&a, n).is_some_and(|again| again == eigen), "the same again");
    prop_assert!(symmetric_eigenvalues(&a, n).is_some_and(|v| v == eigen.values), "alone");
    prop_assert!(eigen.values.is_sorted_by(|a, b| a >= b), "in order");
    // In units in which nothing over- or underflows.
    let values: Vec<f64> = eigen.values.iter().map(|v| libm::ldexp(*v, -exponent)).collect();
    let norm = values.iter().fold(0.0_f64, |norm, value| norm.max(value.abs()));
    let rounding = f64::EPSILON * (10 + n) as f64;
    let trace: f64 = (0..n).map(|i| unscaled[i * n + i]).sum();
    let sum: f64 = values.iter().sum();
    prop_assert!((trace - sum).abs() <= rounding * norm * n as f64, "trace {trace} {sum}");
    for (k, (value, vector)) in values.iter().zip(&eigen.vectors).enumerate() {
        for (row, loading) in unscaled.chunks_exact(n).zip(vector) {
            let residual = (dot(row, vector) - value * loading).abs();
            prop_assert!(residual <= rounding * norm, "residual {residual:e} of {norm:e}");
        }
        for (j, other) in eigen.vectors[..=k].iter().enumerate() {
            let apart = (dot(vector, other) - f64::from(j == k)).abs();
            prop_assert!(apart <= rounding, "vectors {j} and {k}: {apart:e}");
        }
        let largest = vector.iter().fold(0.0_f64, |most, loading| most.max(loading.abs()));
        prop_assert!(vector.iter().any(|v| *v > 0.0 && *v >= largest * (1.0 - 1e-6)), "sign");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_decomposition_is_one(kind in kind(), n in 1_usize..40, seed: u64, scale in -900_i32..900) {
        holds(kind, n, seed, scale)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_large_one_too(kind in kind(), n in 100_usize..200, seed: u64, at: Index) {
        holds(kind, n, seed, [0, 0, -600, 600][at.index(4)])?;
    }
}

#[test]
fn what_is_not_finite_has_no_decomposition() {
    assert!(symmetric_eigen(&[f64::NAN], 1).is_none());
}

/// A year's quarter of 118 and more features: rank 62, and 56 eigenvalues of rounding size.
#[test]
fn correlations_of_few_days_are_decomposed() -> Result<(), TestCaseError> {
    (118..=200).step_by(20).try_for_each(|n| holds(Kind::FewRows(62), n, n as u64, 0))
}
