//! What the experiments on one panel share: its geometry and every detector's labels, once.

use super::correlations::{Correlations, correlations};
use super::provenance::panel_hash;
use super::task::{Source, Task};
use crate::engine::geometry::{self, Modes, Rolling, static_geometry};
use crate::engine::inference::shift_band;
use crate::engine::regime::{self, Labels, Settings};
use crate::engine::spec::Spec;
use crate::prices::panel::Panel;
use crate::results::{GeometrySummary, ShiftBand};

pub(super) struct Market<'a> {
    panel: &'a Panel,
    /// BLAKE3 of days, tickers and prices, hexadecimal.
    pub(super) hash: String,
    /// Coupling, and the correlations of every pair that one of the experiments asks for.
    rolling: Rolling,
    pub(super) modes: Modes,
    pub(super) correlations: Correlations,
    bands: Vec<(u64, Option<ShiftBand>)>,
    /// By settings and seed; without a name, which belongs to an experiment.
    labels: Vec<(Settings, u64, Labels)>,
    truth: Option<Labels>,
}

impl<'a> Market<'a> {
    /// Looks at the panel of some experiments, which is one and the same.
    pub(super) fn new(tasks: &[&Task<'a>]) -> Self {
        let Task { panel, source, .. } = *tasks[0];
        let mut pairs: Vec<(String, String)> =
            tasks.iter().flat_map(|task| pairs(task.spec, panel)).collect();
        pairs.sort();
        pairs.dedup();
        let rolling = geometry::rolling(panel, geometry::WINDOW, &pairs);
        let (mut labels, mut bands) = (Vec::new(), Vec::new());
        let series: Vec<&[f64]> =
            panel.features.iter().map(|feature| feature.log_returns.as_slice()).collect();
        for spec in tasks.iter().map(|task| task.spec) {
            if bands.iter().all(|(seed, _)| *seed != spec.seed) {
                bands.push((spec.seed, shift_band(&series, spec.seed)));
            }
            for settings in &spec.regimes {
                if labels_of(&labels, settings, spec.seed).is_none() {
                    let found = regime::detect(settings, panel, &rolling, spec.seed);
                    labels.push((settings.clone(), spec.seed, found));
                }
            }
        }
        Self {
            panel,
            hash: panel_hash(panel),
            rolling,
            modes: geometry::modes(panel),
            correlations: correlations(panel),
            bands,
            labels,
            truth: planted(panel, source),
        }
    }

    /// The rolling mean correlation between the features, by day; `NaN` until the window is full.
    pub(super) fn coupling(&self) -> &[f64] {
        &self.rolling.coupling
    }

    /// The rolling correlations that an experiment shows: every feature with the target, and every
    /// detector's pair that has the report's window.
    pub(super) fn pairs(&self, spec: &Spec) -> impl Iterator<Item = (&(String, String), &[f64])> {
        let asked = pairs(spec, self.panel);
        let all = self.rolling.pairs.iter().filter(move |(pair, _)| asked.contains(pair));
        all.map(|(pair, values)| (pair, values.as_slice()))
    }

    /// One sequence of labels a detector of an experiment, the planted truth last.
    pub(super) fn labels(&self, spec: &Spec) -> Vec<Labels> {
        let detected =
            spec.regimes.iter().zip(regime::names(&spec.regimes)).map(|(asked, name)| {
                match labels_of(&self.labels, asked, spec.seed) {
                    Some(labels) => Labels { name, ..labels.clone() },
                    None => unreachable!("every experiment's detectors ran on its panel"),
                }
            });
        detected.chain(self.truth.clone()).collect()
    }

    pub(super) fn geometry(&self, spec: &Spec) -> GeometrySummary {
        let band = self.bands.iter().find(|(seed, _)| *seed == spec.seed);
        let band = band.and_then(|(_, band)| band.clone());
        let geometry = static_geometry(self.panel, &self.rolling, &self.modes, band);
        GeometrySummary { pairs: self.correlations.pairs.clone(), ..geometry }
    }
}

fn labels_of<'l>(
    all: &'l [(Settings, u64, Labels)],
    asked: &Settings,
    seed: u64,
) -> Option<&'l Labels> {
    let found = all.iter().find(|(settings, of, _)| settings == asked && *of == seed);
    found.map(|(_, _, labels)| labels)
}

fn pairs(spec: &Spec, panel: &Panel) -> Vec<(String, String)> {
    let target = &panel.target.ticker;
    // Beyond what a reader can be shown, a column for each would only fill the file.
    let features = panel.features.iter().take(geometry::SHOWN).map(|feature| &feature.ticker);
    let with_target = features
        .filter(|feature| *feature != target)
        .map(|feature| (feature.clone(), target.clone()));
    let detectors = spec.regimes.iter().filter_map(Settings::pair);
    let asked = detectors
        .filter(|(_, window)| *window == geometry::WINDOW)
        .map(|([a, b], _)| (a.clone(), b.clone()));
    with_target.chain(asked).collect()
}

fn planted(panel: &Panel, source: Source<'_>) -> Option<Labels> {
    let (names, signal_r2) = source.truth?.on(&panel.days);
    let describe = |name: &str| {
        let described = source.description.and_then(|known| known.regimes.get(name));
        described.map_or_else(|| name.to_owned(), Clone::clone)
    };
    Some(regime::planted(&names, &signal_r2, describe))
}
