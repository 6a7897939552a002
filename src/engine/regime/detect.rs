//! From settings and a panel to labels: one sequence a detector.

use super::features::Features;
use super::labels::Labels;
use super::{DayFeatures, Settings, eigen, jump, level, mixture, sign_flip, states};
use crate::engine::geometry::{self, Rolling};
use crate::prices::panel::Panel;

/// The labels of a detector, still without a name.
///
/// `rolling` saves computing statistics that are at hand; `seed` decides the random starts of
/// fits. A label of a day is a function of the panel up to that day's close.
pub fn detect(settings: &Settings, panel: &Panel, rolling: &Rolling, seed: u64) -> Labels {
    let target = &panel.target;
    let coupling = |window| match window == rolling.window {
        true => rolling.coupling.clone(),
        false => geometry::rolling(panel, window, &[]).coupling,
    };
    // `NaN` where the panel lacks one of the pair.
    let correlation = |[a, b]: &[String; 2], window| {
        let key = (a.clone(), b.clone());
        let at_hand = rolling.pairs.get(&key).filter(|_| window == rolling.window);
        at_hand.cloned().unwrap_or_else(|| {
            let mut own = geometry::rolling(panel, window, std::slice::from_ref(&key));
            own.pairs.remove(&key).unwrap_or_else(|| vec![f64::NAN; panel.len()])
        })
    };
    // Fitted to features, and its states named by them.
    let fitted = |seen: &DayFeatures, fit: &dyn Fn(&Features) -> Labels| {
        let window = seen.correlation_window;
        // With one feature there is nothing to couple.
        let coupled = (panel.features.len() > 1).then(|| coupling(window));
        let pair = seen.pair.as_ref().map(|pair| correlation(pair, window));
        let others: Vec<Vec<f64>> = coupled.iter().cloned().chain(pair).collect();
        let labels = fit(&Features::new(&target.log_returns, seen.window, &others));
        let (by_day, count) = (&labels.by_day, labels.states.len());
        let states = states::names(by_day, count, &target.log_returns, coupled.as_deref());
        Labels { states, ..labels }
    };
    let labels = match settings {
        Settings::SignFlip { pair, window, threshold } => {
            sign_flip(pair, *window, *threshold, &correlation(pair, *window))
        }
        Settings::Coupling(level) => level::coupling(level, &coupling(level.window)),
        Settings::Volatility(level) => {
            level::volatility(level, &target.ticker, &target.log_returns)
        }
        Settings::Eigen(change) => eigen::eigen(change, panel),
        Settings::Jump(of) => fitted(&of.features, &|seen| jump::jump(of, seen, seed)),
        Settings::Mixture(of) => fitted(&of.features, &|seen| mixture::mixture(of, seen, seed)),
    };
    #[cfg(test)]
    let labels = crate::engine::leak::labels(labels);
    labels
}
