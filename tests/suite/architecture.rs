//! The shape of the code, held by tests: which wing may use which, which library stops where, no
//! circle of files, and what every file looks like. Each test names all that it finds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use syn::visit::{self, Visit};
use walkdir::WalkDir;

/// What a wing may use beside itself. An entry with `::` is the only part of that wing.
const WINGS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("results", &["base"]),
    ("prices", &["base", "results"]),
    ("engine", &["base", "results", "prices::data", "prices::panel"]),
    ("report", &["base", "results"]),
    ("shell", &["base", "results", "prices", "engine", "report"]),
];

/// Libraries, and parts of `std`, with the only modules that may use them.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("polars", &["prices::data"]),
    ("linfa", &["engine::regime"]),
    ("linfa_clustering", &["engine::regime"]),
    ("rand_xoshiro", &["engine::regime"]),
    ("rand_chacha", &["engine::inference", "engine::regime", "prices::sample"]),
    ("kodama", &["engine::geometry"]),
    ("zstd", &["shell::store"]),
    ("object_store", &["shell::store"]),
    ("tokio", &["shell::serve", "shell::store"]),
    ("hyper", &["shell::serve"]),
    ("hyper_util", &["shell::serve"]),
    ("percent_encoding", &["shell::serve"]),
    ("notify", &["shell::store"]),
    ("futures_util", &["shell::store"]),
    ("rustls", &["shell::store"]),
    ("flate2", &["base::gzip"]),
    ("libdeflater", &["base::gzip"]),
    ("plotters", &["report::chart"]),
    ("plotters_backend", &["report::chart"]),
    ("tera", &["report::site"]),
    ("pulldown_cmark", &["report::site"]),
    ("math_core", &["report::site"]),
    ("ring", &["report::site"]),
    ("base64", &["report::site"]),
    ("ab_glyph_rasterizer", &["report::site"]),
    ("ttf_parser", &["report::site"]),
    ("ureq", &["shell::network"]),
    ("fs_err", &["shell::store"]),
    ("walkdir", &["shell::store"]),
    ("tempfile", &["shell::store"]),
    ("rustix", &["shell::store"]),
    ("std::process", &["shell", "main"]),
    ("std::env", &["shell"]),
    ("clap", &["shell::cli"]),
    ("indicatif", &["shell::cli"]),
    ("anyhow", &["shell::cli"]),
];

/// Longest file, in lines: what reads in a sitting.
const LONGEST: usize = 500;

/// All paths that a file names outside of its tests, and its modules that are of tests only.
#[derive(Default)]
struct Named {
    paths: Vec<Vec<String>>,
    /// What it passes on (`pub use`), by the name it gets.
    passed_on: BTreeMap<String, Vec<String>>,
    test_modules: BTreeSet<String>,
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|a| a.path().is_ident("cfg") && quote(&a.meta).contains("test"))
}

fn quote(meta: &syn::Meta) -> String {
    meta.require_list().map_or_else(|_| String::new(), |list| list.tokens.to_string())
}

/// The leaves of a `use`: path and the name it gets.
fn leaves(tree: &syn::UseTree, before: &[String], found: &mut Vec<(Vec<String>, String)>) {
    let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
    match tree {
        syn::UseTree::Path(path) => leaves(&path.tree, &with(&path.ident), found),
        syn::UseTree::Name(leaf) if leaf.ident == "self" => {
            found.push((before.to_vec(), before.last().cloned().unwrap_or_default()));
        }
        syn::UseTree::Name(leaf) => found.push((with(&leaf.ident), leaf.ident.to_string())),
        syn::UseTree::Rename(leaf) => found.push((with(&leaf.ident), leaf.rename.to_string())),
        syn::UseTree::Glob(_) => found.push((before.to_vec(), "*".to_owned())),
        syn::UseTree::Group(group) => {
            group.items.iter().for_each(|item| leaves(item, before, found));
        }
    }
}

impl<'ast> Visit<'ast> for Named {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if is_test(&item.attrs) {
            self.test_modules.insert(item.ident.to_string());
        } else {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let mut found = Vec::new();
        leaves(&item.tree, &[], &mut found);
        for (path, name) in found {
            if matches!(item.vis, syn::Visibility::Inherited) {
                self.paths.push(path);
            } else {
                self.passed_on.insert(name, path);
            }
        }
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {
        // `pub(super)` is no use of the parent.
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.paths.push(path.segments.iter().map(|s| s.ident.to_string()).collect());
        visit::visit_path(self, path);
    }
}

type Module = Vec<String>;

/// The program's files by module, `main` and `lib` among them, those of tests left out.
fn program() -> BTreeMap<Module, Named> {
    let mut files = BTreeMap::new();
    for (path, text) in sources("src") {
        let stem = path.trim_start_matches("src/").trim_end_matches(".rs");
        let module: Module = stem.trim_end_matches("/mod").split('/').map(str::to_owned).collect();
        let mut named = Named::default();
        named.visit_file(&syn::parse_file(&text).unwrap());
        files.insert(module, named);
    }
    let tests: Vec<Module> = files
        .iter()
        .flat_map(|(module, named)| {
            named.test_modules.iter().map(|name| [module.clone(), vec![name.clone()]].concat())
        })
        .collect();
    files.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
    assert!(files.len() > 100, "only {} files: the finder is blind", files.len());
    files
}

/// A path from the crate's root, if it leads into the crate.
fn absolute(module: &[String], path: &[String]) -> Option<Module> {
    let supers = path.iter().take_while(|part| *part == "super").count();
    match path.first()?.as_str() {
        "crate" | "dfa_report" => Some(path[1..].to_vec()),
        "self" => Some([module, &path[1..]].concat()),
        "super" => Some([&module[..module.len().checked_sub(supers)?], &path[supers..]].concat()),
        _ => None,
    }
}

/// The file in which what a path names is written, through what other files pass on.
fn home(files: &BTreeMap<Module, Named>, mut path: Module) -> Option<Module> {
    for _ in 0..8 {
        let depth = (1..=path.len()).rev().find(|n| files.contains_key(&path[..*n]))?;
        let module = path[..depth].to_vec();
        let next = path.get(depth).and_then(|name| files[&module].passed_on.get(name));
        let Some(passed) = next else { return Some(module) };
        let child = [module.as_slice(), &passed[..1]].concat();
        let on = match absolute(&module, passed) {
            Some(on) => on,
            None if files.contains_key(&child) => [module.as_slice(), passed].concat(),
            None => return Some(module),
        };
        path = [on.as_slice(), &path[depth + 1..]].concat();
    }
    None
}

/// By file: the other files whose contents it uses.
fn arrows(files: &BTreeMap<Module, Named>) -> BTreeMap<Module, BTreeSet<Module>> {
    let used = |module: &Module, named: &Named| {
        let own = named.paths.iter().filter_map(|path| {
            let child = [module.as_slice(), path.get(..1)?].concat();
            let is_child = path.len() > 1 && files.contains_key(&child);
            let inside = || is_child.then(|| [module.as_slice(), path].concat());
            home(files, absolute(module, path).or_else(inside)?)
        });
        own.filter(|home| home != module).collect()
    };
    files.iter().map(|(module, named)| (module.clone(), used(module, named))).collect()
}

#[test]
fn wings_use_only_what_they_may() {
    let files = program();
    let mut found = Vec::new();
    for (module, targets) in arrows(&files) {
        let Some((wing, allowed)) = WINGS.iter().find(|(wing, _)| *wing == module[0]) else {
            assert!(matches!(module[0].as_str(), "lib" | "main"), "{module:?} is in no wing");
            continue;
        };
        for target in targets.iter().filter(|target| target[0] != *wing) {
            let target = target.join("::");
            if !allowed.iter().any(|part| is_within(&target, part)) {
                found.push(format!("{} uses {target}", module.join("::")));
            }
        }
    }
    assert_none("arrows against the wings", &found);
}

fn is_within(path: &str, part: &str) -> bool {
    path == part || path.starts_with(&format!("{part}::"))
}

#[test]
fn libraries_stop_where_they_belong() {
    let mut found = Vec::new();
    let mut unused: BTreeSet<&str> = LIBRARIES.iter().map(|(library, _)| *library).collect();
    for (module, named) in program() {
        let module = module.join("::");
        for path in named.paths.iter().map(|path| path.join("::")) {
            for (library, modules) in LIBRARIES.iter().filter(|(l, _)| is_within(&path, l)) {
                unused.remove(library);
                if !modules.iter().any(|part| is_within(&module, part)) {
                    found.push(format!("{module} names {path}"));
                }
            }
        }
    }
    assert_none("libraries out of their place", &found);
    assert!(unused.is_empty(), "rows for libraries that nothing uses: {unused:?}");
}

#[test]
fn no_files_use_one_another_in_a_circle() {
    let mut arrows = arrows(&program());
    // Takes away what uses nothing that is left, until only circles and what leads to them remain.
    loop {
        let left: BTreeSet<Module> = arrows.keys().cloned().collect();
        arrows.values_mut().for_each(|targets| targets.retain(|target| left.contains(target)));
        arrows.retain(|_, targets| !targets.is_empty());
        if arrows.len() == left.len() {
            break;
        }
    }
    let found: Vec<String> = arrows
        .iter()
        .map(|(module, targets)| {
            let targets: Vec<String> = targets.iter().map(|target| target.join("::")).collect();
            format!("{} -> {}", module.join("::"), targets.join(", "))
        })
        .collect();
    assert_none("files in or above a circle", &found);
}

#[test]
fn every_file_opens_with_its_purpose_and_reads_in_a_sitting() {
    let mut found = Vec::new();
    for (path, text) in ["src", "tests", "benches"].into_iter().flat_map(sources) {
        if !text.starts_with("//! ") {
            found.push(format!("{path} does not open with its purpose (`//! ...`)"));
        }
        let lines = text.lines().count();
        if lines > LONGEST {
            found.push(format!("{path} has {lines} lines, more than {LONGEST}"));
        }
    }
    assert_none("files out of form", &found);
}

/// What is written for one kind of processor is not even compiled on the others.
#[test]
fn processors_differ_in_one_file() {
    let mut found: Vec<String> = sources("src")
        .into_iter()
        .filter(|(_, text)| text.contains("target_arch") || text.contains("target_feature"))
        .map(|(path, _)| path)
        .collect();
    found.retain(|path| path != "src/engine/model/lanes.rs");
    assert_none("files that a processor decides on", &found);
}

#[test]
fn no_folder_of_a_machine_is_named() {
    // Put together here, or this file would find itself.
    let folders = ["work", "home", "root", "Users"].map(|folder| format!("/{folder}/"));
    let is_absolute = |line: &str, at: usize| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-~/}$".contains(c))
    };
    let mut found = Vec::new();
    for (path, text) in files_under("", "") {
        for (number, line) in text.lines().enumerate() {
            let mut hits = folders.iter().flat_map(|folder| line.match_indices(folder.as_str()));
            if hits.any(|(at, _)| is_absolute(line, at)) {
                found.push(format!("{path}:{}", number + 1));
            }
        }
    }
    assert_none("lines with a folder of a machine", &found);
}

fn assert_none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{} {what}:\n{}", found.len(), found.join("\n"));
}

fn sources(folder: &str) -> BTreeMap<String, String> {
    files_under(folder, ".rs")
}

/// Texts of files by path from the repository's root; what is hidden or no text is left out.
fn files_under(folder: &str, ending: &str) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shown = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_str().unwrap_or_default();
        let is_hidden = name.starts_with('.') && ![".ci", ".github"].contains(&name);
        entry.depth() == 0 || !is_hidden && name != "target"
    };
    let entries = WalkDir::new(root.join(folder)).into_iter().filter_entry(shown);
    entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(root).unwrap().to_str()?.replace('\\', "/");
            let wanted = path.ends_with(ending);
            wanted.then(|| Some((path, std::fs::read_to_string(entry.path()).ok()?)))?
        })
        .collect()
}
