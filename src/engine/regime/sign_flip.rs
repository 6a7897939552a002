//! The sign of a pair's rolling correlation, with a dead band against flicker.

use super::Labels;
use super::hysteresis::{by_thresholds, centred, where_known};
use crate::results::RegimeKind;

/// States from a rolling correlation: together above `threshold`, apart below `-threshold`, else
/// unchanged (methods, section 7). Unknown until the correlation first leaves the dead band.
pub fn sign_flip(pair: &[String; 2], window: usize, threshold: f64, correlation: &[f64]) -> Labels {
    // Together is the first state, so that the trigger's high is state 0.
    let states = |values: &[f64]| -> Vec<Option<usize>> {
        by_thresholds(values, -threshold, threshold)
            .into_iter()
            .map(|state| state.map(|high| 1 - high))
            .collect()
    };
    let middle = centred(correlation, window);
    let [a, b] = pair;
    let title = format!("Sign of the {window}-day {a}–{b} correlation");
    let names = vec![format!("{a} and {b} together"), format!("{a} and {b} apart")];
    let hindsight = where_known(states(&middle), &middle);
    Labels::detected(RegimeKind::SignFlip, title, names, states(correlation), hindsight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dead_band_holds_the_state() {
        let pair = ["XLE".to_owned(), "XLU".to_owned()];
        let correlation = [f64::NAN, 0.05, 0.2, 0.0, -0.05, -0.2, 0.05, 0.11];
        let labels = sign_flip(&pair, 3, 0.1, &correlation);
        let expected = [None, None, Some(0), Some(0), Some(0), Some(1), Some(1), Some(0)];
        assert_eq!(labels.by_day, expected);
        assert_eq!(labels.hindsight[..7], expected[1..], "a day earlier, and none at the end");
    }
}
