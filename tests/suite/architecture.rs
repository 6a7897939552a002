//! The shape of the code, held by tests: who may use whom, which library stops where, and what
//! every file looks like. Each test names all that it finds, as `file:line: what`.

#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::disallowed_methods, reason = "the sources are files")]

mod scan;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use scan::Source;
use walkdir::WalkDir;

/// What the modules of a layer may use beside themselves. Never a sibling of their own layer.
enum Uses {
    /// Every module of the rows above, which are the layers below.
    AllBelow,
    /// These only.
    Only(&'static [&'static str]),
}

/// Modules of one height.
struct Layer {
    name: &'static str,
    modules: &'static [&'static str],
    uses: Uses,
}

const fn layer(name: &'static str, modules: &'static [&'static str], uses: Uses) -> Layer {
    Layer { name, modules, uses }
}

/// The lowest first. What computes knows nothing of what shows, which sees the results and no
/// solver; `main.rs` counts as `cli`.
#[rustfmt::skip]
const LAYERS: &[Layer] = &[
    layer("L0", &["units", "diagnostic"],                          Uses::AllBelow),
    layer("L1", &["panel", "quotes", "results", "moments", "linalg"], Uses::AllBelow),
    layer("L2", &["data", "geometry", "inference", "model", "metrics", "sample"], Uses::AllBelow),
    layer("L3", &["regime", "import", "quality", "revision"],      Uses::AllBelow),
    layer("L4", &["walk_forward"],                                 Uses::AllBelow),
    layer("L5", &["backtest"],                                     Uses::AllBelow),
    layer("L6", &["spec"],                                         Uses::AllBelow),
    layer("L7", &["experiment"],                                   Uses::AllBelow),
    layer("P1", &["chart", "diff"], Uses::Only(&["units", "diagnostic", "results"])),
    layer("P2", &["site"],          Uses::Only(&["units", "diagnostic", "results", "chart", "diff"])),
    layer("S",  &["store"],         Uses::Only(&["units", "diagnostic", "results"])),
    layer("N",  &["fetch"],         Uses::Only(&["units", "diagnostic", "quotes", "data"])),
    layer("T",  &["cli"],                                          Uses::AllBelow),
];

/// Libraries, and parts of `std`, that stop at the modules named. `main.rs` counts as `cli`.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("polars", &["data"]),
    ("linfa", &["geometry", "model", "regime"]),
    ("linfa_clustering", &["regime"]),
    ("rand_xoshiro", &["regime"]),
    ("ureq", &["fetch"]),
    ("flate2", &["import"]),
    ("kodama", &["geometry"]),
    ("rand_chacha", &["inference", "regime", "sample"]),
    ("plotters", &["chart"]),
    ("plotters_backend", &["chart"]),
    ("tera", &["site"]),
    ("pulldown_cmark", &["site"]),
    ("math_core", &["site"]),
    ("fs_err", &["store"]),
    ("walkdir", &["store"]),
    ("tempfile", &["store"]),
    ("std::fs", &["store", "cli"]),
    ("std::process", &["store", "cli"]),
    ("std::env", &["store", "cli"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("anyhow", &["cli"]),
];

/// Longest file, in lines: what reads in a sitting.
const LONGEST: usize = 500;

/// One file under `src/`, or a made-up one.
struct File {
    /// From the repository's root, `/` between its parts.
    path: String,
    /// The module it is, from the crate's root: `["spec", "sections", "data"]`.
    module: Vec<String>,
    source: Source,
}

impl File {
    fn read(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), module: module_of(path), source: Source::read(text) }
    }

    /// The module of the crate's root that it belongs to: `cli` for `main.rs`, none for `lib.rs`.
    fn root_module(&self) -> &str {
        self.module.first().map_or("", String::as_str)
    }

    /// The uses of other modules of the crate, with their lines.
    fn uses(&self) -> impl Iterator<Item = (usize, &str)> {
        self.source.paths.iter().filter_map(|path| {
            let written = &path.segments[usize::from(path.segments[0] == "self")..];
            let supers = written.iter().take_while(|segment| *segment == "super").count();
            let used = match written.first()?.as_str() {
                "crate" | "dfa_report" => written.get(1)?,
                // As many as lead out of the outermost module: the crate's root.
                "super" if supers == self.module.len() => written.get(supers)?,
                _ => return None,
            };
            (used != self.root_module()).then_some((path.line, used.as_str()))
        })
    }
}

/// `src/spec/sections/data.rs` is `spec::sections::data`, `src/spec/mod.rs` is `spec`.
fn module_of(path: &str) -> Vec<String> {
    let stem = path.trim_start_matches("src/").trim_end_matches(".rs");
    match stem {
        "lib" => Vec::new(),
        "main" => vec!["cli".to_owned()],
        _ => stem.trim_end_matches("/mod").split('/').map(str::to_owned).collect(),
    }
}

/// Takes the files away that are modules of tests only.
fn without_test_files(files: Vec<File>) -> Vec<File> {
    let tests: BTreeSet<Vec<String>> = files
        .iter()
        .flat_map(|file| {
            let child = |name: &String| [file.module.clone(), vec![name.clone()]].concat();
            file.source.test_modules.iter().map(child)
        })
        .collect();
    files
        .into_iter()
        .filter(|file| !(1..=file.module.len()).any(|n| tests.contains(&file.module[..n])))
        .collect()
}

/// Position in [`LAYERS`].
fn height(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.modules.contains(&module))
}

/// Every use of a module that the user's layer does not allow.
fn layer_violations(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !file.module.is_empty()) {
        let user = file.root_module();
        let Some(own) = height(user) else {
            found.push(format!("{}:1: `{user}` has no layer", file.path));
            continue;
        };
        for (line, used) in file.uses() {
            let allowed = match (&LAYERS[own].uses, height(used)) {
                (_, None) => {
                    found.push(format!("{}:{line}: `{used}` has no layer", file.path));
                    continue;
                }
                (Uses::AllBelow, Some(other)) => other < own,
                (Uses::Only(modules), Some(_)) => modules.contains(&used),
            };
            if !allowed {
                let (of_user, of_used) = (LAYERS[own].name, LAYERS[height(used).unwrap()].name);
                found.push(format!(
                    "{}:{line}: `{user}` ({of_user}) uses `{used}` ({of_used})",
                    file.path
                ));
            }
        }
    }
    found
}

/// Every use of a library outside of the modules where it stops.
fn library_violations(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for path in &file.source.paths {
            let written = path.segments.join("::");
            for (library, modules) in LIBRARIES {
                let inside = written == *library || written.starts_with(&format!("{library}::"));
                if inside && !modules.contains(&file.root_module()) {
                    let stops = modules.join(", ");
                    found.push(format!(
                        "{}:{}: `{written}`: {library} stops at {stops}",
                        file.path, path.line
                    ));
                }
            }
        }
    }
    found
}

/// What is wrong with a file's form.
fn form_violations(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !text.starts_with("//! ") {
        found.push(format!("{path}:1: does not open with its purpose (`//! ...`)"));
    }
    let lines = text.lines().count();
    if lines > LONGEST {
        found.push(format!("{path}:{lines}: longer than {LONGEST} lines"));
    }
    found
}

/// Lines that name a folder of somebody's machine.
fn machine_path_violations(path: &str, text: &str) -> Vec<String> {
    // Put together here, or this file would find itself.
    let folders = ["work", "home", "root", "Users"].map(|folder| format!("/{folder}/"));
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for folder in folders.iter().filter(|folder| begins_absolute(line, folder)) {
            found.push(format!("{path}:{}: names a folder under {folder}", number + 1));
        }
    }
    found
}

/// Whether the line has `folder` where an absolute path would begin: `https://a/home/` has not.
fn begins_absolute(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-~/}$".contains(c))
    })
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Path from the repository's root, `/` between its parts.
fn shown(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap();
    path.components().map(|part| part.as_os_str().to_str().unwrap()).collect::<Vec<_>>().join("/")
}

/// Files under a folder of the repository, in order; none if the folder is not there.
fn files_under(folder: &str) -> Vec<PathBuf> {
    WalkDir::new(root().join(folder))
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            let name = entry.file_name().to_str().unwrap_or_default();
            let hidden = name.starts_with('.') && ![".ci", ".github"].contains(&name);
            entry.depth() == 0 || !hidden && name != "target"
        })
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// Texts by path of the Rust sources under some folders.
fn rust_sources(folders: &[&str]) -> BTreeMap<String, String> {
    folders
        .iter()
        .flat_map(|folder| files_under(folder))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| (shown(&path), std::fs::read_to_string(&path).unwrap()))
        .collect()
}

/// The program's own files, tests put aside.
fn program() -> Vec<File> {
    let sources = rust_sources(&["src"]);
    assert!(sources.len() > 50, "only {} files under src", sources.len());
    without_test_files(sources.iter().map(|(path, text)| File::read(path, text)).collect())
}

/// Fails with all that was found.
fn assert_none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{} {what}:\n{}", found.len(), found.join("\n"));
}

#[test]
fn no_module_uses_a_sibling_or_a_layer_above() {
    let files = program();
    let uses: usize = files.iter().map(|file| file.uses().count()).sum();
    assert!(uses > 100, "only {uses} uses between modules: the finder is blind");
    assert_none("uses against the layers", &layer_violations(&files));
}

#[test]
fn libraries_stop_where_they_belong() {
    assert_none("uses of a library out of its place", &library_violations(&program()));
}

#[test]
fn every_row_of_the_tables_is_of_something_that_exists() {
    let files = program();
    let modules: BTreeSet<&str> = files.iter().map(File::root_module).collect();
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut found = Vec::new();
    for module in LAYERS.iter().flat_map(|layer| layer.modules) {
        if !modules.contains(module) {
            found.push(format!("LAYERS: there is no module `{module}`"));
        }
    }
    for (library, _) in LIBRARIES.iter().filter(|(library, _)| !library.starts_with("std::")) {
        let name = library.replace('_', "-");
        let listed = |name: &str| manifest.lines().any(|l| l.starts_with(&format!("{name} =")));
        if !listed(&name) && !listed(library) {
            found.push(format!("LIBRARIES: Cargo.toml has no `{name}`"));
        }
    }
    assert_none("dead rows", &found);
}

#[test]
fn every_file_opens_with_its_purpose_and_reads_in_a_sitting() {
    let sources = rust_sources(&["src", "tests", "benches"]);
    let found: Vec<String> =
        sources.iter().flat_map(|(path, text)| form_violations(path, text)).collect();
    assert_none("files out of form", &found);
}

#[test]
fn every_template_is_built_in() {
    let site: String = rust_sources(&["src/site"]).into_values().collect();
    let templates = files_under("templates");
    assert!(!templates.is_empty());
    let found: Vec<String> = templates
        .iter()
        .map(|path| shown(path))
        .filter(|path| !site.contains(&format!("include_str!(\"../../{path}\")")))
        .map(|path| format!("{path}:1: nothing under src/site includes it"))
        .collect();
    assert_none("dead templates", &found);
}

#[test]
fn no_folder_of_a_machine_is_named() {
    let mut found = Vec::new();
    for path in files_under("") {
        // Files that are no text have no lines.
        if let Ok(text) = std::fs::read_to_string(&path) {
            found.extend(machine_path_violations(&shown(&path), &text));
        }
    }
    assert_none("folders of a machine", &found);
}

fn checked(path: &str, text: &str) -> (Vec<String>, Vec<String>) {
    let files = without_test_files(vec![File::read(path, text)]);
    (layer_violations(&files), library_violations(&files))
}

#[test]
fn a_use_against_the_layers_is_found() {
    let of = |path: &str, text: &str| checked(path, text).0;
    let up = of("src/model/ridge.rs", "use crate::units::Day;\nuse crate::{panel, spec::Spec};");
    assert_eq!(up, ["src/model/ridge.rs:2: `model` (L2) uses `spec` (L6)"]);
    let sideways = of("src/chart/line.rs", "fn f() { crate::diff::compare(); }");
    assert_eq!(sideways, ["src/chart/line.rs:1: `chart` (P1) uses `diff` (P1)"]);
    let solver = of("src/site/why.rs", "use super::super::model::Kind;\nuse super::view;");
    assert_eq!(solver, ["src/site/why.rs:1: `site` (P2) uses `model` (L2)"]);
    let through_self = of("src/panel.rs", "use self::super::data;");
    assert_eq!(through_self, ["src/panel.rs:1: `panel` (L1) uses `data` (L2)"]);
    assert_eq!(of("src/extra.rs", ""), ["src/extra.rs:1: `extra` has no layer"]);
    assert_eq!(
        of("src/panel.rs", "use crate::VERSION;"),
        ["src/panel.rs:1: `VERSION` has no layer"]
    );
    assert!(of("src/panel.rs", "#[cfg(test)]\nmod tests { use crate::site; }").is_empty());
    assert!(of("src/main.rs", "fn main() { dfa_report::site::render(); }").is_empty());
}

#[test]
fn a_library_out_of_its_place_is_found() {
    let of = |path: &str, text: &str| checked(path, text).1;
    let polars = of("src/metrics/mod.rs", "use polars::prelude::*;");
    assert_eq!(polars, ["src/metrics/mod.rs:1: `polars::prelude`: polars stops at data"]);
    let files = of("src/site/mod.rs", "use std::{fs, io};\nfn f() { std::fs::read(1); }");
    assert_eq!(
        files,
        [
            "src/site/mod.rs:1: `std::fs`: std::fs stops at store, cli",
            "src/site/mod.rs:2: `std::fs::read`: std::fs stops at store, cli"
        ]
    );
    assert_eq!(of("src/lib.rs", "use linfa::Float;").len(), 1);
    assert!(of("src/data/read.rs", "use polars::prelude::*;").is_empty());
    assert!(of("src/chart/line.rs", "use plotters::prelude::*; plotters_backend::x();").is_empty());
}

#[test]
fn files_of_tests_are_put_aside() {
    let files = without_test_files(vec![
        File::read("src/site/mod.rs", "mod view;\n#[cfg(test)]\nmod fixture;"),
        File::read("src/site/fixture.rs", "use crate::model;"),
        File::read("src/site/view.rs", ""),
    ]);
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["src/site/mod.rs", "src/site/view.rs"]);
}

#[test]
fn bad_form_is_found() {
    assert_eq!(form_violations("a.rs", "use x;").len(), 1);
    assert_eq!(form_violations("a.rs", &"//! Purpose.\n".repeat(LONGEST + 1)).len(), 1);
    assert!(form_violations("a.rs", "//! Purpose.\n").is_empty());
    let line = ["a\nsee \"", "home", "x/y\""].join("/");
    let found = machine_path_violations("a.md", &line);
    assert!(found.len() == 1 && found[0].starts_with("a.md:2: "), "{found:?}");
    let address = format!("https://example.org/{}/x and ./{0}/x", "work");
    assert!(machine_path_violations("a.md", &address).is_empty());
}
