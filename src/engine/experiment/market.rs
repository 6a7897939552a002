//! What the experiments on one panel share: its geometry and every detector's labels, once.

use super::correlations::{Correlations, correlations};
use super::provenance::panel_hash;
use super::task::{Source, Task};
use crate::engine::geometry::{self, Modes, Rolling, static_geometry};
use crate::engine::inference::shift_band;
use crate::engine::regime::{self, Labels, Settings};
use crate::engine::spec::Spec;
use crate::prices::panel::Panel;
use crate::results::{GeometrySummary, Repaint, ShiftBand};

/// Two tickers.
type Pair = (String, String);

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
    detected: Vec<(Settings, u64, Detected)>,
    truth: Option<Labels>,
}

/// What a detector says of the panel.
struct Detected {
    labels: Labels,
    repaint: Option<Repaint>,
}

impl<'a> Market<'a> {
    /// Looks at the panel of some experiments, which is one and the same.
    pub(super) fn new(tasks: &[&Task<'a>]) -> Self {
        let Task { panel, source, .. } = *tasks[0];
        let watched = tasks.iter().flat_map(|task| asked_pairs(&task.spec.regimes));
        let mut pairs: Vec<Pair> = with_target(panel).chain(watched).collect();
        pairs.sort();
        pairs.dedup();
        let rolling = geometry::rolling(panel, geometry::WINDOW, &pairs);
        let (mut detected, mut bands) = (Vec::new(), Vec::new());
        let series: Vec<&[f64]> =
            panel.features.iter().map(|feature| feature.log_returns.as_slice()).collect();
        for spec in tasks.iter().map(|task| task.spec) {
            if bands.iter().all(|(seed, _)| *seed != spec.seed) {
                bands.push((spec.seed, shift_band(&series, spec.seed)));
            }
            for settings in &spec.regimes {
                if find(&detected, settings, spec.seed).is_none() {
                    let labels = regime::detect(settings, panel, &rolling, spec.seed);
                    let (returns, year) = (&panel.target.log_returns, panel.periods_per_year);
                    let repaint = regime::repaint(&labels, returns, year, spec.seed);
                    detected.push((settings.clone(), spec.seed, Detected { labels, repaint }));
                }
            }
        }
        Self {
            panel,
            hash: panel_hash(panel, panel.days.len()),
            rolling,
            modes: geometry::modes(panel),
            correlations: correlations(panel),
            bands,
            detected,
            truth: planted(panel, source),
        }
    }

    /// The rolling mean correlation between the features, by day; `NaN` until the window is full.
    pub(super) fn coupling(&self) -> &[f64] {
        &self.rolling.coupling
    }

    /// The rolling correlations of the features with the target.
    pub(super) fn with_target(&self) -> impl Iterator<Item = (&Pair, &[f64])> {
        self.among(with_target(self.panel).collect())
    }

    /// The rolling correlations of the pairs that an experiment's detectors watch over the report's
    /// window.
    pub(super) fn watched(&self, spec: &Spec) -> impl Iterator<Item = (&Pair, &[f64])> {
        self.among(asked_pairs(&spec.regimes).collect())
    }

    /// Both of them, each pair once.
    pub(super) fn pairs(&self, spec: &Spec) -> impl Iterator<Item = (&Pair, &[f64])> {
        self.among(with_target(self.panel).chain(asked_pairs(&spec.regimes)).collect())
    }

    fn among(&self, pairs: Vec<Pair>) -> impl Iterator<Item = (&Pair, &[f64])> {
        let all = self.rolling.pairs.iter().filter(move |(pair, _)| pairs.contains(pair));
        all.map(|(pair, values)| (pair, values.as_slice()))
    }

    /// One sequence of labels a detector of an experiment, the planted truth last.
    pub(super) fn labels(&self, spec: &Spec) -> Vec<Labels> {
        let named = spec.regimes.iter().zip(regime::names(&spec.regimes));
        let detected = named
            .map(|(asked, name)| Labels { name, ..self.detected(asked, spec.seed).labels.clone() });
        detected.chain(self.truth.clone()).collect()
    }

    /// How the labels of each detector of an experiment differ from those of hindsight.
    pub(super) fn repaints(&self, spec: &Spec) -> impl Iterator<Item = Option<Repaint>> {
        spec.regimes.iter().map(|asked| self.detected(asked, spec.seed).repaint.clone())
    }

    fn detected(&self, asked: &Settings, seed: u64) -> &Detected {
        match find(&self.detected, asked, seed) {
            Some(detected) => detected,
            None => unreachable!("every experiment's detectors ran on its panel"),
        }
    }

    pub(super) fn geometry(&self, spec: &Spec) -> GeometrySummary {
        let band = self.bands.iter().find(|(seed, _)| *seed == spec.seed);
        let band = band.and_then(|(_, band)| band.clone());
        let geometry = static_geometry(self.panel, &self.rolling, &self.modes, band);
        GeometrySummary { pairs: self.correlations.pairs.clone(), ..geometry }
    }
}

fn find<'l>(
    all: &'l [(Settings, u64, Detected)],
    asked: &Settings,
    seed: u64,
) -> Option<&'l Detected> {
    let found = all.iter().find(|(settings, of, _)| settings == asked && *of == seed);
    found.map(|(_, _, detected)| detected)
}

fn with_target(panel: &Panel) -> impl Iterator<Item = Pair> {
    let target = &panel.target.ticker;
    // Beyond what a reader can be shown, a column for each would only fill the file.
    let features = panel.features.iter().take(geometry::SHOWN).map(|feature| &feature.ticker);
    let others = features.filter(move |feature| *feature != target);
    others.map(move |feature| (feature.clone(), target.clone()))
}

/// The pairs whose rolling correlation over the report's window detectors look at.
pub(super) fn asked_pairs<'s>(
    detectors: impl IntoIterator<Item = &'s Settings>,
) -> impl Iterator<Item = Pair> {
    let pairs = detectors.into_iter().filter_map(Settings::pair);
    let asked = pairs.filter(|(_, window)| *window == geometry::WINDOW);
    asked.map(|([a, b], _)| (a.clone(), b.clone()))
}

fn planted(panel: &Panel, source: Source<'_>) -> Option<Labels> {
    let (names, signal_r2) = source.truth?.on(&panel.days);
    let describe = |name: &str| {
        let described = source.description.and_then(|known| known.regimes.get(name));
        described.map_or_else(|| name.to_owned(), Clone::clone)
    };
    Some(regime::planted(&names, &signal_r2, describe))
}
