//! What the tests share: running a spec on a price file or the program in a folder, and comparing
//! figures.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use dfa_report::engine::experiment::{self, Source};
use dfa_report::engine::spec;
use dfa_report::prices::data;
use dfa_report::results::{Results, Series};
use serde_json::Value;

/// A path of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A text file of the repository.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(repository(path)).unwrap()
}

/// A file of JSON.
pub(crate) fn read_json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What a build in a folder wrote of an experiment.
pub(crate) fn results(folder: &Path, id: &str) -> Value {
    read_json(&folder.join(format!("site/{id}/results.json")))
}

/// The sample's prices, as the file has them.
pub(crate) fn sample_prices() -> String {
    read("data/sample/prices.csv")
}

/// Runs a spec on a price file.
pub(crate) fn run_on(prices: &Path, yaml: &str) -> (Results, Series) {
    let spec = spec::parse("test", "test.yaml", yaml).unwrap_or_else(|e| panic!("{e}")).spec;
    let text = std::fs::read_to_string(prices).unwrap();
    let table = data::read_csv("prices.csv", &text).unwrap_or_else(|e| panic!("{e}"));
    let panel = data::align(&table, &spec.data).unwrap_or_else(|e| panic!("{e}"));
    experiment::run(&spec, &panel, Source::default()).unwrap_or_else(|e| panic!("{e}"))
}

/// A file or folder of the real prices and of the figures computed on them, which may not be in
/// the repository: `../shared`, by its path there. Where it is missing the test is not made, and
/// that is said past the harness, which hides what a passing test prints.
pub(crate) fn real_data(path: &str) -> Option<PathBuf> {
    let shared = repository("../shared").join(path);
    if shared.exists() {
        return Some(shared);
    }
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    let line = format!("SKIPPED {test}: ../shared/{path} is not there\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    None
}

/// A generator of repeatable uniform numbers from -1/2 to 1/2.
pub(crate) fn uniform(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    }
}

/// Two models on two features of the source `tiny`, quick to run.
pub(crate) const SMALL_SPEC: &str =
    "title: Small\ndata: {source: tiny, target: SPY, features: [XLE, XLU]}
walk_forward: {min_train: 300}
models: [{kind: ridge, alphas: {count: 5}}, {kind: lasso, alphas: {count: 5}}]\n";

/// The sample's prices of the first years, as a file has them.
pub(crate) fn first_years() -> String {
    let text = sample_prices();
    let lines: Vec<&str> = text.lines().take(900).collect();
    lines.join("\n") + "\n"
}

/// Writes a file below a folder, with the folders between.
pub(crate) fn write(folder: &Path, name: &str, contents: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, contents).unwrap();
}

/// A repository with one small experiment that has no problem.
pub(crate) fn small_repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "data/tiny/prices.csv", first_years());
    write(folder.path(), "experiments/small.yaml", SMALL_SPEC);
    folder
}

/// Every file below a folder with its bytes, by path.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| !entry.file_type().is_dir());
    let name = |path: &Path| path.strip_prefix(folder).unwrap().display().to_string();
    files.map(|file| (name(file.path()), fs::read(file.path()).unwrap())).collect()
}

/// What a folder holds, by name.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The program, about to run in a folder, with the results store that is there by default.
pub(crate) fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dfa-report"));
    command.current_dir(folder).args(arguments).env_remove("DFA_STORE");
    command
}

/// Exit status, standard output, standard error of the program in a folder.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = program(folder, arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
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
