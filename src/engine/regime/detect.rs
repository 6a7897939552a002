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
    let labels = Market { panel, rolling }.labels(settings, seed);
    #[cfg(test)]
    let labels = crate::engine::leak::labels(labels);
    labels
}

/// A panel and the rolling statistics that are at hand.
#[derive(Clone, Copy)]
struct Market<'a> {
    panel: &'a Panel,
    rolling: &'a Rolling,
}

impl Market<'_> {
    fn labels(&self, settings: &Settings, seed: u64) -> Labels {
        let target = &self.panel.target;
        match settings {
            Settings::SignFlip { pair, window, threshold } => {
                sign_flip(pair, *window, *threshold, &self.correlation(pair, *window))
            }
            Settings::Coupling(level) => level::coupling(level, &self.coupling(level.window)),
            Settings::Volatility(level) => {
                level::volatility(level, &target.ticker, &target.log_returns)
            }
            Settings::Eigen(change) => eigen::eigen(change, self.panel),
            Settings::Jump(settings) => {
                let others = self.others(settings.correlation_window, settings.pair.as_ref());
                jump::jump(settings, &target.log_returns, &others, seed)
            }
            Settings::Mixture(settings) => {
                let others = self.others(settings.correlation_window, settings.pair.as_ref());
                mixture::mixture(settings, &target.log_returns, &others, seed)
            }
        }
    }

    /// What the fitted detectors see beside the target's own returns: coupling, and the correlation
    /// of a pair.
    fn others(&self, window: usize, pair: Option<&[String; 2]>) -> Vec<Vec<f64>> {
        let mut others = Vec::new();
        // With one feature there is nothing to couple.
        if self.panel.features.len() > 1 {
            others.push(self.coupling(window));
        }
        if let Some(pair) = pair {
            others.push(self.correlation(pair, window));
        }
        others
    }

    /// The rolling mean correlation between the features, by panel day.
    fn coupling(&self, window: usize) -> Vec<f64> {
        if window == self.rolling.window {
            return self.rolling.coupling.clone();
        }
        geometry::rolling(self.panel, window, &[]).coupling
    }

    /// The rolling correlation of a pair, by panel day; `NaN` where the panel lacks one of both.
    fn correlation(&self, pair: &[String; 2], window: usize) -> Vec<f64> {
        let key = (pair[0].clone(), pair[1].clone());
        let at_hand = self.rolling.pairs.get(&key).filter(|_| window == self.rolling.window);
        if let Some(correlation) = at_hand {
            return correlation.clone();
        }
        let mut own = geometry::rolling(self.panel, window, std::slice::from_ref(&key));
        own.pairs.remove(&key).unwrap_or_else(|| vec![f64::NAN; self.panel.len()])
    }
}
