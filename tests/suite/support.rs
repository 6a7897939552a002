//! What the tests share: running a spec on a price file, and comparing figures.

use std::path::Path;

use dfa_report::experiment::{self, Source};
use dfa_report::results::{Results, Series};
use dfa_report::{data, spec};
use serde_json::Value;

/// Runs a spec on a price file.
pub(crate) fn run_on(prices: &Path, yaml: &str) -> (Results, Series) {
    let spec = spec::parse("test", "test.yaml", yaml).unwrap_or_else(|e| panic!("{e}")).spec;
    let text = std::fs::read_to_string(prices).unwrap();
    let table = data::read_csv("prices.csv", &text).unwrap_or_else(|e| panic!("{e}"));
    let panel = data::align(&table, &spec.data).unwrap_or_else(|e| panic!("{e}"));
    experiment::run(&spec, &panel, Source::default()).unwrap_or_else(|e| panic!("{e}"))
}

/// Collects disagreements between two sets of figures, so that one run shows them all.
pub(crate) struct Agreement {
    tolerance: f64,
    compared: usize,
    failures: Vec<String>,
}

impl Agreement {
    /// Numbers agree within a relative tolerance.
    pub(crate) fn new(tolerance: f64) -> Self {
        Self { tolerance, compared: 0, failures: Vec::new() }
    }

    /// Equal JSON values.
    pub(crate) fn exact(&mut self, name: &str, theirs: &Value, ours: &Value) {
        self.compared += 1;
        if theirs != ours {
            self.failures.push(format!("{name}: theirs {theirs}, ours {ours}"));
        }
    }

    /// Numbers within the tolerance; of arrays and objects every entry that theirs has.
    pub(crate) fn near(&mut self, name: &str, theirs: &Value, ours: &Value) {
        match (theirs, ours) {
            (Value::Object(fields), _) => {
                for (key, value) in fields {
                    self.near(&format!("{name} {key}"), value, &ours[key]);
                }
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                for (i, (a, b)) in a.iter().zip(b).enumerate() {
                    self.near(&format!("{name} [{i}]"), a, b);
                }
            }
            (Value::Number(a), Value::Number(b)) => {
                let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) else { unreachable!() };
                self.compared += 1;
                if (a - b).abs() > self.tolerance * a.abs().max(b.abs()) {
                    self.failures.push(format!("{name}: theirs {a}, ours {b}"));
                }
            }
            _ => self.exact(name, theirs, ours),
        }
    }

    /// Fails with all disagreements.
    pub(crate) fn finish(self, what: &str) {
        assert!(self.compared > 20, "{what}: only {} figures were compared", self.compared);
        assert!(
            self.failures.is_empty(),
            "{what}: {} of {} figures disagree\n{}",
            self.failures.len(),
            self.compared,
            self.failures.join("\n")
        );
    }
}
