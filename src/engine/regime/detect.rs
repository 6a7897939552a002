//! From settings and a panel to labels: one sequence a detector.

use super::labels::Labels;
use super::{Settings, eigen, jump, level, mixture, sign_flip};
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
    // What the fitted detectors see beside the target's own returns; with one feature there is
    // nothing to couple.
    let others = |window, pair: Option<&[String; 2]>| -> Vec<Vec<f64>> {
        let coupled = (panel.features.len() > 1).then(|| coupling(window));
        coupled.into_iter().chain(pair.map(|pair| correlation(pair, window))).collect()
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
        Settings::Jump(settings) => {
            let others = others(settings.correlation_window, settings.pair.as_ref());
            jump::jump(settings, &target.log_returns, &others, seed)
        }
        Settings::Mixture(settings) => {
            let others = others(settings.correlation_window, settings.pair.as_ref());
            mixture::mixture(settings, &target.log_returns, &others, seed)
        }
    };
    #[cfg(test)]
    let labels = crate::engine::leak::labels(labels);
    labels
}
