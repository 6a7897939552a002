//! To how many digits a price is known.

use crate::base::units::round_significant;

/// A daily log return that differs by more than this, a hundredth of a basis point, has changed.
pub(super) const MATERIAL: f64 = 1e-6;

/// Part of a price that is taken as rounding however many digits it is written with: two versions
/// of two prices, each off by a quarter of it, leave their return within [`MATERIAL`]. It covers
/// prices that went through single precision somewhere (6e-8).
const RELATIVE: f64 = MATERIAL / 4.0;

/// The rounding of one version's prices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Precision {
    /// Half a unit of the last decimal.
    half_unit: f64,
}

impl Precision {
    /// The decimals that at least a tenth of the prices are written with. Not those of a single
    /// price, whose last zeros are gone (75.430 is 75.43), nor the most of any, which one value
    /// with a stray digit would set.
    pub(crate) fn of(prices: &[f64]) -> Self {
        // 75.43999999999999, which a sum left behind, has two.
        let decimals = |price: &f64| {
            let text = round_significant(*price, 12).to_string();
            text.split_once('.').map_or(0, |(_, decimals)| decimals.len())
        };
        let finite = prices.iter().filter(|price| price.is_finite());
        let mut decimals: Vec<usize> = finite.map(decimals).collect();
        decimals.sort_unstable_by(|a, b| b.cmp(a));
        Self::of_decimals(decimals.get(decimals.len() / 10).copied().unwrap_or(0))
    }

    /// Of prices that are written with so many decimals.
    pub(crate) fn of_decimals(decimals: usize) -> Self {
        Self { half_unit: (0..decimals).fold(0.5, |half_unit, _| half_unit / 10.0) }
    }

    /// How far rounding alone may take the return from one price to another.
    pub(crate) fn of_return(self, from: f64, to: f64) -> f64 {
        self.half_unit * (1.0 / from + 1.0 / to)
    }

    /// Where a price that was rounded to this one lies.
    fn interval(self, price: f64) -> [f64; 2] {
        let half = self.half_unit.max(RELATIVE * price);
        // What a sum of decimals loses in binary: 0.01 + 0.005 is not 0.015.
        let half = half * (1.0 + 1e-9) + 4.0 * f64::EPSILON * price;
        [price - half, price + half]
    }
}

/// The factors by which the old price may have become the new one, each known to its precision.
pub(super) fn factors(old: f64, new: f64, precision: [Precision; 2]) -> [f64; 2] {
    let ([old_low, old_high], [new_low, new_high]) =
        (precision[0].interval(old), precision[1].interval(new));
    // A price smaller than its own rounding may have been anything.
    let high = if old_low > 0.0 { new_high / old_low } else { f64::MAX };
    [new_low / old_high, high]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digit_is_that_of_the_file_not_of_one_price() {
        let cents = Precision::of(&[75.43, 75.4, 75.0, 12.25, f64::NAN]);
        assert!((cents.half_unit - 0.005).abs() < 1e-15);
        let mut stray = vec![10.25; 50];
        stray[3] = 10.123_456_789;
        assert_eq!(Precision::of(&stray), cents);
        let adjusted: Vec<f64> = (0..50).map(|i| if i < 6 { 9.123_456 } else { 9.5 }).collect();
        assert!((Precision::of(&adjusted).half_unit - 5e-7).abs() < 1e-18);
    }

    #[test]
    fn one_unit_of_the_last_digit_is_rounding_and_two_are_not_nor_is_single_precision() {
        let double = 75.439_056_396_484_38;
        for (old, new, written, is_rounding) in [
            (20.25, 20.26, 20.25, true),
            (0.3, 0.31, 20.25, true),
            (20.25, 20.27, 20.25, false),
            (double, f64::from(75.439_06_f32), double, true),
            (double, 75.439_2, double, false),
        ] {
            let [low, high] = factors(old, new, [Precision::of(&[written]); 2]);
            assert_eq!(low <= 1.0 && 1.0 <= high, is_rounding, "{old} {new}");
        }
    }
}
