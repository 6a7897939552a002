//! Eight penalties at a time: one value a lane, the same operation in every lane.
//!
//! Written for vectors because the compiler, left alone, vectorises the wrong loop. Plain arrays
//! compiled for AVX2 were measured against the intrinsics (rustc 1.95, 60 penalties, 9 and 100
//! features): ridge takes 19 and 22 % longer, lasso and elastic net 3 to 7 %, and as much as 65 %
//! when the same loops are written another way.
//!
//! The portable version and the AVX2 one do the same IEEE operations in the same order, lane by
//! lane, without fused multiply-adds, so they give the same bits; tests hold that.

pub(super) const LANES: usize = 8;

/// One value for each of [`LANES`] penalties, in memory.
pub(super) type Lanes = [f64; LANES];

/// One value for each of [`LANES`] penalties, in registers.
pub(super) trait Vector: Copy {
    fn load(lanes: &Lanes) -> Self;
    fn store(self, lanes: &mut Lanes);
    fn splat(value: f64) -> Self;
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    fn abs(self) -> Self;
    /// The larger of the two; `other` where they do not compare.
    fn max(self, other: Self) -> Self;
    /// The magnitude of `self` with the sign of `sign`.
    fn with_sign_of(self, sign: Self) -> Self;
    /// `then` in the lanes in which `self > bound`, `otherwise` in the rest.
    fn if_greater(self, bound: Self, then: Self, otherwise: Self) -> Self;
}

/// Plain arrays, for every machine.
#[derive(Clone, Copy)]
struct Portable(Lanes);

impl Portable {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        Self(std::array::from_fn(|lane| f(self.0[lane], other.0[lane])))
    }
}

impl Vector for Portable {
    #[inline(always)]
    fn load(lanes: &Lanes) -> Self {
        Self(*lanes)
    }

    #[inline(always)]
    fn store(self, lanes: &mut Lanes) {
        *lanes = self.0;
    }

    #[inline(always)]
    fn splat(value: f64) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }

    #[inline(always)]
    fn abs(self) -> Self {
        Self(self.0.map(f64::abs))
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.zip(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn with_sign_of(self, sign: Self) -> Self {
        self.zip(sign, f64::copysign)
    }

    #[inline(always)]
    fn if_greater(self, bound: Self, then: Self, otherwise: Self) -> Self {
        Self(std::array::from_fn(|lane| {
            if self.0[lane] > bound.0[lane] { then.0[lane] } else { otherwise.0[lane] }
        }))
    }
}

#[cfg(target_arch = "x86_64")]
use avx2::Avx2;

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector instructions; see the safety note")]
mod avx2 {
    //! # Safety
    //! Every function needs AVX2 at run time. `Avx2` is only named inside functions with
    //! `#[target_feature(enable = "avx2")]`, which are only called after the machine was asked.
    //! Loads and stores go through references to eight doubles.

    use std::arch::x86_64::{
        __m256d, _CMP_GT_OQ, _mm256_add_pd, _mm256_and_pd, _mm256_andnot_pd, _mm256_blendv_pd,
        _mm256_cmp_pd, _mm256_div_pd, _mm256_loadu_pd, _mm256_max_pd, _mm256_mul_pd, _mm256_or_pd,
        _mm256_set1_pd, _mm256_storeu_pd, _mm256_sub_pd,
    };

    use super::{Lanes, Vector};

    #[derive(Clone, Copy)]
    pub(super) struct Avx2(__m256d, __m256d);

    /// Applies a function of registers to both halves.
    macro_rules! halves {
        ($f:ident, $($argument:expr),+) => {
            // SAFETY: see the module.
            unsafe { Avx2($f($($argument.0),+), $f($($argument.1),+)) }
        };
    }

    impl Vector for Avx2 {
        #[inline(always)]
        fn load(lanes: &Lanes) -> Self {
            // SAFETY: see the module.
            unsafe { Self(_mm256_loadu_pd(lanes.as_ptr()), _mm256_loadu_pd(lanes[4..].as_ptr())) }
        }

        #[inline(always)]
        fn store(self, lanes: &mut Lanes) {
            // SAFETY: see the module.
            unsafe {
                _mm256_storeu_pd(lanes.as_mut_ptr(), self.0);
                _mm256_storeu_pd(lanes[4..].as_mut_ptr(), self.1);
            }
        }

        #[inline(always)]
        fn splat(value: f64) -> Self {
            // SAFETY: see the module.
            unsafe { Self(_mm256_set1_pd(value), _mm256_set1_pd(value)) }
        }

        #[inline(always)]
        fn add(self, other: Self) -> Self {
            halves!(_mm256_add_pd, self, other)
        }

        #[inline(always)]
        fn sub(self, other: Self) -> Self {
            halves!(_mm256_sub_pd, self, other)
        }

        #[inline(always)]
        fn mul(self, other: Self) -> Self {
            halves!(_mm256_mul_pd, self, other)
        }

        #[inline(always)]
        fn div(self, other: Self) -> Self {
            halves!(_mm256_div_pd, self, other)
        }

        #[inline(always)]
        fn abs(self) -> Self {
            let sign_bit = Self::splat(-0.0);
            halves!(_mm256_andnot_pd, sign_bit, self)
        }

        #[inline(always)]
        fn max(self, other: Self) -> Self {
            halves!(_mm256_max_pd, self, other)
        }

        #[inline(always)]
        fn with_sign_of(self, sign: Self) -> Self {
            let sign_bit = Self::splat(-0.0);
            let sign = halves!(_mm256_and_pd, sign_bit, sign);
            let magnitude = self.abs();
            halves!(_mm256_or_pd, magnitude, sign)
        }

        #[inline(always)]
        fn if_greater(self, bound: Self, then: Self, otherwise: Self) -> Self {
            // SAFETY: see the module.
            unsafe {
                let low = _mm256_cmp_pd::<_CMP_GT_OQ>(self.0, bound.0);
                let high = _mm256_cmp_pd::<_CMP_GT_OQ>(self.1, bound.1);
                Self(
                    _mm256_blendv_pd(otherwise.0, then.0, low),
                    _mm256_blendv_pd(otherwise.1, then.1, high),
                )
            }
        }
    }
}

/// A loop over lanes, written once for all vectors.
pub(super) trait Work {
    /// Works on the vectors of `V`. Must be inlined, so that it is compiled for their instructions.
    fn run<V: Vector>(self);
}

/// Works on the widest vectors that the machine has; all give the same bits.
pub(super) fn run_widest(work: impl Work) {
    #[cfg(target_arch = "x86_64")]
    if has_avx2() {
        #[target_feature(enable = "avx2")]
        fn run_avx2(work: impl Work) {
            work.run::<Avx2>();
        }
        // SAFETY: the machine has AVX2, as just asked.
        #[allow(unsafe_code)]
        return unsafe { run_avx2(work) };
    }
    work.run::<Portable>();
}

/// The penalties by blocks. A short last block is filled up with its last penalty: same work,
/// result unused.
pub(super) fn blocks(alphas: &[f64]) -> Vec<Lanes> {
    let block = |alphas: &[f64]| std::array::from_fn(|lane| alphas[lane.min(alphas.len() - 1)]);
    alphas.chunks(LANES).map(block).collect()
}

/// Whether [`Avx2`] may be used; the answer is the same for the life of the process.
#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    #[cfg(test)]
    if PORTABLE.get() {
        return false;
    }
    std::arch::is_x86_feature_detected!("avx2")
}

#[cfg(test)]
thread_local! {
    /// Whether this thread does without vector instructions.
    static PORTABLE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// What `work` gives on a machine without vector instructions.
#[cfg(test)]
fn portably<T>(work: impl FnOnce() -> T) -> T {
    PORTABLE.set(true);
    let result = work();
    PORTABLE.set(false);
    result
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::moments::WindowMoments;
    use crate::base::statistics::noise;
    use crate::engine::model::{AlphaGrid, Kind, PathSolver, Settings, Standardised, alpha_grid};

    /// Coefficients and forecasts of two windows over random rows, the second solved warm; the last
    /// column is the first one once more.
    fn walk(seed: u64, p: usize, (kind, l1_ratio): (Kind, f64)) -> Vec<u64> {
        let mut noise = noise::uniform(seed);
        let mut rows: Vec<f64> = (0..60 * (p + 2)).map(|_| noise()).collect();
        rows.chunks_exact_mut(p + 2).for_each(|row| row[p] = row[0]);
        let mut window = WindowMoments::new(&rows, p + 2);
        let mut problem = Standardised::new(p + 1);
        problem.load(window.advance(0..40));
        let settings = Settings {
            l1_ratio: (kind == Kind::ElasticNet).then_some(l1_ratio),
            alphas: Some(AlphaGrid::Count { count: 13 }),
            ..Settings::new(kind)
        };
        let alphas = alpha_grid(&settings, &problem);
        let mut solver = PathSolver::new(kind, l1_ratio, alphas, p + 1);
        let mut all = Vec::new();
        for start in [0, 20] {
            problem.load(window.advance(start..start + 40));
            let path = solver.solve(&problem);
            let mut forecasts = vec![0.0; path.len()];
            path.forecast(&rows[..p + 1], problem.y_mean, &mut forecasts);
            let coefficients = (0..path.len()).flat_map(|alpha| path.coefficients(alpha));
            all.extend(coefficients.chain(forecasts).map(f64::to_bits));
        }
        all
    }

    fn every_operation<V: Vector>(a: &Lanes, b: &Lanes) -> Vec<u64> {
        let (x, y) = (V::load(a), V::load(b));
        let results = [
            x.add(y),
            x.sub(y),
            x.mul(y),
            x.div(y),
            x.abs(),
            x.max(y),
            x.with_sign_of(y),
            x.if_greater(y, V::splat(1.0), V::splat(2.0)),
        ];
        let bits = |result: V| {
            let mut lanes = [0.0; LANES];
            result.store(&mut lanes);
            lanes.map(f64::to_bits)
        };
        results.into_iter().flat_map(bits).collect()
    }

    /// What solvers seldom meet: zeros of either sign, and what nearly over- and underflows.
    #[test]
    fn zeros_and_extremes_have_the_same_bits_in_both_versions() {
        struct Operations<'a>(&'a Lanes, &'a Lanes, &'a mut Vec<u64>);

        impl Work for Operations<'_> {
            #[inline(always)]
            fn run<V: Vector>(self) {
                *self.2 = every_operation::<V>(self.0, self.1);
            }
        }

        let a = [1.5, -2.25, 0.0, -0.0, 1e300, f64::MIN_POSITIVE, 0.1, -7.0];
        let b = [0.3, 3.0, -0.0, 0.0, 1e10, 3.0, -0.1, -7.0];
        let mut widest = Vec::new();
        run_widest(Operations(&a, &b, &mut widest));
        assert_eq!(widest, every_operation::<Portable>(&a, &b));
    }

    proptest! {
        #[test]
        fn every_solver_gives_the_same_bits_without_vector_instructions(
            seed: u64,
            p in prop_oneof![8 => 1_usize..20, 1 => 40_usize..60],
            model in prop::sample::select(vec![
                (Kind::Ridge, 0.0), (Kind::Lasso, 1.0), (Kind::ElasticNet, 0.5),
            ]),
        ) {
            let with = walk(seed, p, model);
            prop_assert_eq!(with, portably(|| walk(seed, p, model)));
        }
    }
}
