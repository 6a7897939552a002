//! Sums over long slices, eight values at a time.

use super::lanes::{LANES, Lanes, Vector};

/// Sum of products of two slices of equal length, in 16 independent partial sums.
#[inline(always)]
pub(super) fn dot<V: Vector>(a: &[f64], b: &[f64]) -> f64 {
    let (whole_a, rest_a) = a.as_chunks::<LANES>();
    let (whole_b, rest_b) = b.as_chunks::<LANES>();
    let (pairs_a, odd_a) = whole_a.as_chunks::<2>();
    let (pairs_b, odd_b) = whole_b.as_chunks::<2>();
    let (mut even, mut odd) = (V::splat(0.0), V::splat(0.0));
    for (a, b) in pairs_a.iter().zip(pairs_b) {
        even = even.add(V::load(&a[0]).mul(V::load(&b[0])));
        odd = odd.add(V::load(&a[1]).mul(V::load(&b[1])));
    }
    for (a, b) in odd_a.iter().zip(odd_b) {
        even = even.add(V::load(a).mul(V::load(b)));
    }
    let whole = sum_of(even.add(odd));
    rest_a.iter().zip(rest_b).fold(whole, |sum, (a, b)| sum + a * b)
}

/// The products of one slice with four of the same length.
#[inline(always)]
pub(super) fn dot_four<V: Vector>(a: &[f64], b: [&[f64]; 4]) -> [f64; 4] {
    let (whole, rest) = a.as_chunks::<LANES>();
    let others = [
        b[0].as_chunks::<LANES>(),
        b[1].as_chunks::<LANES>(),
        b[2].as_chunks::<LANES>(),
        b[3].as_chunks::<LANES>(),
    ];
    let mut sums = [V::splat(0.0); 4];
    for (i, a) in whole.iter().enumerate() {
        let a = V::load(a);
        for k in 0..4 {
            sums[k] = sums[k].add(a.mul(V::load(&others[k].0[i])));
        }
    }
    let mut products = [0.0; 4];
    for k in 0..4 {
        products[k] = sum_of(sums[k]);
        for (a, b) in rest.iter().zip(others[k].1) {
            products[k] += a * b;
        }
    }
    products
}

/// The sum of eight values, in a fixed order.
#[inline(always)]
fn sum_of<V: Vector>(values: V) -> f64 {
    let mut lanes: Lanes = [0.0; LANES];
    values.store(&mut lanes);
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// `y -= factor * x`.
#[inline(always)]
pub(super) fn subtract_scaled<V: Vector>(y: &mut [f64], factor: f64, x: &[f64]) {
    let (whole_y, rest_y) = y.as_chunks_mut::<LANES>();
    let (whole_x, rest_x) = x.as_chunks::<LANES>();
    let factors = V::splat(factor);
    for (y, x) in whole_y.iter_mut().zip(whole_x) {
        V::load(y).sub(factors.mul(V::load(x))).store(y);
    }
    for (y, x) in rest_y.iter_mut().zip(rest_x) {
        *y -= factor * x;
    }
}

/// `y -= sum_k factors[k] rows[k]`, so that each entry of `y` is read once for four rows.
#[inline(always)]
pub(super) fn subtract_four<V: Vector>(y: &mut [f64], factors: [f64; 4], rows: [&[f64]; 4]) {
    let (whole_y, rest_y) = y.as_chunks_mut::<LANES>();
    let split = [
        rows[0].as_chunks::<LANES>(),
        rows[1].as_chunks::<LANES>(),
        rows[2].as_chunks::<LANES>(),
        rows[3].as_chunks::<LANES>(),
    ];
    let by =
        [V::splat(factors[0]), V::splat(factors[1]), V::splat(factors[2]), V::splat(factors[3])];
    for (i, y) in whole_y.iter_mut().enumerate() {
        let mut value = V::load(y);
        for k in 0..4 {
            value = value.sub(by[k].mul(V::load(&split[k].0[i])));
        }
        value.store(y);
    }
    for (i, y) in rest_y.iter_mut().enumerate() {
        for k in 0..4 {
            *y -= factors[k] * split[k].1[i];
        }
    }
}
