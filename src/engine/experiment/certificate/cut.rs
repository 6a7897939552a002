//! Where the data are cut, and what stands in place of the days after.

use crate::base::units::math;
use crate::engine::inference::seed;
use crate::prices::panel::{Column, DayIndex, Panel};

/// What takes the place of the days after a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Future {
    /// The data end.
    Absent,
    /// Noise.
    Noise,
}

/// Cuts of each kind.
const CUTS: usize = 2;

/// Days of noise after a cut, after which the data end. A leak that reaches further is noticed by
/// their absence.
const NOISE_DAYS: usize = 63;

/// A place to cut, by the last day whose prices stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) future: Future,
    pub(super) last: DayIndex,
}

/// Places in `0..count`, drawn from halves of that range and then moved to the front (the square of
/// the share): running again costs what comes before the cut.
pub(super) fn places(spec_seed: u64, purpose: &str, count: usize) -> Vec<usize> {
    const STEPS: usize = 1 << 20;
    let place = |number: usize| {
        let mut generator = seed::generator(spec_seed, purpose, number as u64);
        let inside = seed::below(&mut generator, STEPS) as f64 / STEPS as f64;
        let share = (number as f64 + inside) / CUTS as f64;
        ((share * share * count as f64) as usize).min(count.saturating_sub(1))
    };
    let mut places: Vec<usize> = (0..CUTS.min(count)).map(place).collect();
    places.dedup();
    places
}

impl Cut {
    /// The panel as it would have been.
    pub(super) fn panel(self, whole: &Panel, spec_seed: u64) -> Panel {
        let kept = self.last.0 + 1;
        let noisy = match self.future {
            Future::Absent => 0,
            Future::Noise => NOISE_DAYS.min(whole.len() - kept),
        };
        let mut random = seed::generator(spec_seed, "noise of the certificate", kept as u64);
        let mut column = |column: &Column| {
            let mut prices = column.prices[..kept].to_vec();
            let mut log_returns = column.log_returns[..self.last.0].to_vec();
            let level = prices[self.last.0];
            for _ in 0..noisy {
                // From half to three halves of the last price, each day anew.
                let share = 0.5 + seed::below(&mut random, 1_000_000) as f64 / 1e6;
                let before = prices[prices.len() - 1];
                prices.push(level * share);
                log_returns.push(math::ln(level * share / before));
            }
            Column { ticker: column.ticker.clone(), prices, log_returns }
        };
        Panel {
            days: whole.days[..kept + noisy].to_vec(),
            target: column(&whole.target),
            features: whole.features.iter().map(column).collect(),
            ..*whole
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;

    #[test]
    fn places_are_inside_and_rather_early() {
        for count in [0, 1, 2, 3, 10, 5_000] {
            let places = places(1, "test", count);
            assert!(places.len() <= CUTS && places.iter().all(|place| *place < count), "{count}");
            assert!(count == 0 || !places.is_empty());
            assert!(places.is_sorted_by(|a, b| a < b));
        }
        let drawn: Vec<usize> = (0..200).flat_map(|seed| places(seed, "test", 1_000)).collect();
        let mean = drawn.iter().sum::<usize>() as f64 / drawn.len() as f64;
        assert!((280.0..390.0).contains(&mean), "{mean}: a third of the record on average");
        assert!(drawn.iter().any(|place| *place > 900));
    }

    #[test]
    fn a_cut_panel_is_the_whole_one_up_to_its_last_day() {
        let mut noise = noise::uniform(1);
        let mut prices = || (0..300).map(|_| 100.0 + noise()).collect::<Vec<f64>>();
        let features = vec![Column::new("A", prices()), Column::new("B", prices())];
        let whole = Panel::daily(Column::new("T", prices()), features);
        let cut = |future, last| Cut { future, last: DayIndex(last) }.panel(&whole, 1);
        let absent = cut(Future::Absent, 99);
        assert_eq!((absent.len(), absent.target.log_returns.len()), (100, 99));
        assert_eq!(absent.days, whole.days[..100]);
        let noisy = cut(Future::Noise, 99);
        assert_eq!(noisy.len(), 100 + NOISE_DAYS);
        assert_eq!(cut(Future::Noise, 290).len(), 300, "never beyond the panel");
        for (ours, theirs) in noisy.features.iter().zip(&whole.features) {
            assert_eq!(ours.prices[..100], theirs.prices[..100]);
            assert_eq!(ours.log_returns[..99], theirs.log_returns[..99]);
            assert_eq!(*ours, Column::new(theirs.ticker.clone(), ours.prices.clone()));
            assert!((100..163).all(|day| ours.prices[day] != theirs.prices[day]));
        }
    }
}
