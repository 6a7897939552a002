//! What an experiment is about, which decides what its answer speaks of and which chart stands
//! beside it.

use crate::results::{Comparison, RegimeKind, Results};

/// What an experiment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// Whether there is a signal.
    Signal,
    /// All that a sweep of the spec makes.
    Sweep,
    /// What knowing the regime does.
    Regime,
    /// Which detector separates.
    Detectors,
    /// What trading costs and sizing make of the same forecasts.
    Costs,
    /// What another spec does to the forecasts.
    Change,
}

/// Detectors from which an experiment is about them.
const SEVERAL_DETECTORS: usize = 3;

impl About {
    /// By what the spec asks for, the most particular first.
    pub(crate) fn of(results: &Results, has_sweep: bool) -> Self {
        let knows_regimes = results.models.values().any(|model| model.system.is_some());
        let detected = results.regimes.iter().filter(|r| r.kind != RegimeKind::Planted).count();
        match &results.comparison {
            _ if has_sweep => Self::Sweep,
            _ if knows_regimes => Self::Regime,
            _ if detected >= SEVERAL_DETECTORS => Self::Detectors,
            Some(other) if changes_trading_alone(other) => Self::Costs,
            Some(other) if !other.models.is_empty() => Self::Change,
            _ => Self::Signal,
        }
    }
}

/// Whether the two differ in costs and sizing alone: then their forecasts are the same.
fn changes_trading_alone(comparison: &Comparison) -> bool {
    let of_trading = |key: &String| key.starts_with("costs") || key.starts_with("positions");
    !comparison.changed.is_empty() && comparison.changed.iter().all(of_trading)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::site::kit::file::Experiment;
    use crate::report::stored;

    #[test]
    fn the_spec_decides() {
        let of = |experiment: &Experiment| About::of(&experiment.results, false);
        assert_eq!(of(&stored::systems()), About::Regime);
        assert_eq!(About::of(&stored::systems().results, true), About::Sweep);
        let mut plain = stored::plain();
        plain.results.comparison = None;
        plain.results.regimes.truncate(1);
        assert_eq!(of(&plain), About::Signal);
    }
}
