//! Real-time labels, detected again: a state that was known at a close stays what it was.

use rayon::prelude::*;

use super::cut::{Cut, Future, places};
use super::known::Known;
use crate::engine::experiment::computed::Computed;
use crate::engine::experiment::market::asked_pairs;
use crate::engine::geometry;
use crate::engine::regime::{self, Labels, Settings};
use crate::prices::panel::{DayIndex, Panel};
use crate::results::names;

/// The labels of a detector on a panel that was cut.
pub(super) struct Relabelled<'a> {
    cut: Cut,
    settings: &'a Settings,
    by_day: Vec<Option<usize>>,
}

/// Where a panel is cut: behind its first quarter, in which few detectors know a state.
fn cuts(panel: &Panel, seed: u64) -> Vec<Cut> {
    let first = panel.len() / 4;
    let count = panel.len().saturating_sub(first + 1);
    let of = |future, purpose| {
        let places = places(seed, purpose, count).into_iter();
        places.map(move |place| Cut { future, last: DayIndex(first + place) })
    };
    let ends = of(Future::Absent, "truncation of labels");
    ends.chain(of(Future::Noise, "tampering with labels")).collect()
}

/// The labels of detectors with a seed, again at each cut.
pub(super) fn again<'a>(
    panel: &Panel,
    seed: u64,
    detectors: &[&'a Settings],
) -> Vec<Relabelled<'a>> {
    if detectors.is_empty() {
        return Vec::new();
    }
    let pairs: Vec<(String, String)> = asked_pairs(detectors.iter().copied()).collect();
    let again = |cut: Cut| {
        let panel = cut.panel(panel, seed);
        let rolling = geometry::rolling(&panel, geometry::WINDOW, &pairs);
        let label = |settings: &&'a Settings| Relabelled {
            cut,
            settings,
            by_day: regime::detect(settings, &panel, &rolling, seed).by_day,
        };
        detectors.par_iter().map(label).collect::<Vec<_>>()
    };
    cuts(panel, seed).into_par_iter().flat_map(again).collect()
}

/// Compares the labels of an experiment's detectors up to the cuts of a kind.
pub(super) fn compare(
    computed: &Computed<'_>,
    again: &[Relabelled<'_>],
    future: Future,
    known: &mut Known,
) {
    let number = |state: &Option<usize>| state.map_or(f64::NAN, |state| state as f64);
    for (settings, labels) in computed.spec.regimes.iter().zip(&computed.labels) {
        let of_detector = again.iter().filter(|again| again.settings == settings);
        for again in of_detector.filter(|again| again.cut.future == future) {
            let days = &computed.panel.days[..=again.cut.last.0];
            let cut = days[again.cut.last.0];
            let Labels { name, by_day, .. } = labels;
            let theirs = again.by_day.iter().map(number);
            known.compare(|| names::regime(name), cut, days, by_day.iter().map(number), theirs);
        }
    }
}
