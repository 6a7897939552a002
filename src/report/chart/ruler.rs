//! A horizontal scale for drawings that are set in per cent of their width, with words of the page
//! beside them: rows of intervals that a phone sets otherwise than a wide page.

use super::scale::Scale;
use super::{Axis, Unit};

/// A horizontal scale with its ticks, zero among its values.
#[derive(Debug, Clone)]
pub(crate) struct Ruler {
    scale: Scale,
}

impl Ruler {
    /// The scale over these values and zero, with about `target` ticks; `None` without a value.
    pub(crate) fn over(
        values: impl Iterator<Item = f64>,
        unit: Unit,
        target: usize,
    ) -> Option<Self> {
        let axis = Axis { label: "", unit, log: false, range: None, baseline: Some(0.0) };
        Scale::fit(&axis, values, target).map(|scale| Self { scale })
    }

    /// Where a value stands, in per cent of the width, held at the ends; `None` for what no axis can
    /// show.
    pub(crate) fn place(&self, value: f64) -> Option<f64> {
        self.scale.place(value).map(|at| self.share(at))
    }

    /// The ticks: place in per cent, and what is written there.
    pub(crate) fn ticks(&self) -> impl Iterator<Item = (f64, &str)> {
        self.scale.ticks.iter().map(|(at, label)| (self.share(*at), label.as_str()))
    }

    fn share(&self, at: f64) -> f64 {
        let Scale { low, high, .. } = self.scale;
        100.0 * (at - low) / (high - low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_between_the_ends_and_zero_is_among_them() {
        let ruler = Ruler::over([0.002, 0.01].into_iter(), Unit::Percent(1), 4).unwrap();
        let places = [-1.0, 0.0, 0.002, 0.01, 1.0].map(|value| ruler.place(value).unwrap());
        assert!(places[0] >= 0.0 && places[4] <= 100.0, "{places:?}");
        assert!(places[1] < places[2] && places[2] < places[3], "{places:?}");
        assert!((places[1] - ruler.ticks().next().unwrap().0).abs() < 1e-9, "a tick at zero");
        assert!(ruler.place(f64::NAN).is_none());
        assert!(Ruler::over([f64::NAN].into_iter(), Unit::Percent(1), 4).is_none());
    }
}
