//! What the results of an experiment depend on, part by part: the key under which they are kept.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::words::core;
use crate::base::units::{Day, Frequency};
use crate::engine::experiment::{Task, forecasts, panel_hash};
use crate::prices::panel::Panel;

/// Fingerprint of the sources that results depend on, made by the build script.
const ENGINE: &str = env!("DFA_ENGINE");

/// All that the results of an experiment depend on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// The spec with every default written out, without its words.
    pub spec: Value,
    /// The prices.
    pub prices: PanelKey,
    /// What is said of the source: whether it is simulated, and its planted regimes. A hash.
    pub source: String,
    /// Hashes of the files of forecasts that were made elsewhere, by model.
    pub forecasts: IndexMap<String, String>,
    /// Fingerprint of the engine's sources.
    pub engine: String,
}

/// The aligned panel that an experiment uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelKey {
    /// Number of days.
    pub days: usize,
    /// The first of them.
    pub first_day: Day,
    /// The last of them.
    pub last_day: Day,
    frequency: Frequency,
    dropped_days: usize,
    filled_prices: usize,
    /// Of days, tickers and prices.
    pub hash: String,
}

impl PanelKey {
    /// The key of a panel.
    pub fn of(panel: &Panel) -> Self {
        Self {
            days: panel.days.len(),
            first_day: panel.days[0],
            last_day: panel.days[panel.days.len() - 1],
            frequency: panel.frequency,
            dropped_days: panel.dropped_days,
            filled_prices: panel.filled_prices,
            hash: panel_hash(panel, panel.days.len()),
        }
    }

    /// Whether a panel begins with these days and prices.
    pub fn begins(&self, panel: &Panel) -> bool {
        self.days <= panel.days.len() && panel_hash(panel, self.days) == self.hash
    }
}

impl Key {
    /// The key of an experiment on a panel whose own key is known.
    pub fn of(task: &Task<'_>, prices: &PanelKey) -> Self {
        Self {
            spec: core(task.spec).to_json(),
            prices: prices.clone(),
            source: source_hash(task),
            forecasts: forecasts(task.source.given),
            engine: ENGINE.to_owned(),
        }
    }

    /// BLAKE3 of all parts, hexadecimal.
    pub fn hash(&self) -> String {
        match serde_json::to_string(self) {
            Ok(text) => blake3::hash(text.as_bytes()).to_hex().to_string(),
            Err(error) => unreachable!("a key always serialises: {error}"),
        }
    }
}

/// Of what results take from the descriptions beside the prices.
fn source_hash(task: &Task<'_>) -> String {
    let mut hasher = blake3::Hasher::new();
    if let Some(description) = task.source.description {
        hasher.update(&[u8::from(description.synthetic)]);
        for (name, words) in &description.regimes {
            hasher.update(format!("{name:?} {words:?}\n").as_bytes());
        }
    }
    if let Some(truth) = task.source.truth {
        let (names, signal_r2) = truth.on(&task.panel.days);
        for (name, r2) in names.iter().zip(signal_r2) {
            hasher.update(format!("{name:?} {r2:e}\n").as_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::experiment::Source;
    use crate::engine::experiment::simulated::{panel, spec};
    use crate::prices::data::{Description, Truth};

    fn key(more: &str, panel: &Panel, source: Source<'_>) -> Key {
        let task = Task { spec: &spec(more), panel, place: None, source };
        Key::of(&task, &PanelKey::of(panel))
    }

    #[test]
    fn words_are_no_part_of_the_key_and_everything_else_is() {
        let panel = panel(300);
        let plain = key("", &panel, Source::default());
        for words in [
            "notes: other\n",
            "hypothesis: other\n",
            "question: Why?\ngroup: A\norder: 1\ncontrol: true\n",
            "criteria: [{claim: c, test: all.oos_r2 > 0}]\n",
            "compares_with: other\n",
        ] {
            assert_eq!(key(words, &panel, Source::default()), plain, "{words}");
        }
        for figures in ["seed: 2\n", "costs: {trade_bps: 9}\n", "models: [{kind: ridge}]\n"] {
            assert_ne!(key(figures, &panel, Source::default()).hash(), plain.hash(), "{figures}");
        }
        let mut other = panel.clone();
        other.features[0].prices[7] += 1e-9;
        assert_ne!(key("", &other, Source::default()).prices, plain.prices);
        let synthetic = Description { synthetic: true, ..Description::default() };
        let truth =
            Truth { days: vec![panel.days[0]], regime: vec!["calm".into()], signal_r2: vec![0.1] };
        for source in [
            Source { description: Some(&synthetic), ..Source::default() },
            Source { truth: Some(&truth), ..Source::default() },
        ] {
            assert_ne!(key("", &panel, source).source, plain.source);
        }
    }

    #[test]
    fn a_longer_panel_begins_with_a_shorter_one() {
        let long = panel(300);
        let cut = |prices: &[f64]| crate::prices::panel::Column::new("X", prices[..299].to_vec());
        let mut short = long.clone();
        short.days.truncate(299);
        for (short, long) in std::iter::once((&mut short.target, &long.target))
            .chain(short.features.iter_mut().zip(&long.features))
        {
            *short =
                crate::prices::panel::Column { ticker: long.ticker.clone(), ..cut(&long.prices) };
        }
        let key = PanelKey::of(&short);
        assert!(key.begins(&long) && key.begins(&short));
        assert!(!PanelKey::of(&long).begins(&short));
        short.target.prices[3] += 1e-9;
        assert!(!key.begins(&short));
    }
}
