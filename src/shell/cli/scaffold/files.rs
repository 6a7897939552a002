//! What `init` writes. The action and its scripts are those of the program's own repository.

use super::super::{sample, settings};
use crate::engine::spec;
use crate::prices::sample::{SEED, generate};
use crate::shell::store::NewFile;

/// What a new experiment starts from.
const TEMPLATE: &str = include_str!("../new_experiment.yaml");
/// Where a spec finds its schema, seen from its folder.
pub(super) const SPEC_SCHEMA: &str = "../.schema/spec.json";
/// Which release the workflows install.
pub(super) const RELEASE: &str = ".github/dfa-report/release.sh";

/// Where the action finds its scripts in the program's repository, and beside itself.
const SCRIPTS: [&str; 2] = ["$GITHUB_ACTION_PATH/contrib/action/", "$GITHUB_ACTION_PATH/"];

/// A new spec; with a line by which editors find its schema, if that is there.
pub(super) fn new_spec(has_schema: bool) -> String {
    let line = if has_schema { schema_line(SPEC_SCHEMA) } else { String::new() };
    format!("{line}{TEMPLATE}")
}

fn schema_line(path: &str) -> String {
    format!("# yaml-language-server: $schema={path}\n")
}

/// All files of a new repository, whose workflows install releases of the repository `program`.
pub(super) fn of(program: &str) -> Vec<NewFile> {
    let settings =
        format!("{}{}", schema_line(".schema/site.json"), include_str!("dfa-report.yaml"));
    let release = include_str!("release.sh")
        .replace("@REPOSITORY@", program)
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"));
    let action = include_str!("../../../../action.yml").replace(SCRIPTS[0], SCRIPTS[1]);
    let mut files = vec![
        file("README.md", include_str!("README.md")),
        file(".gitignore", include_str!("gitignore")),
        file(".gitattributes", include_str!("gitattributes")),
        file("dfa-report.yaml", settings),
        file("experiments/first.yaml", new_spec(true)),
        file(".schema/spec.json", format!("{:#}\n", spec::json_schema())),
        file(".schema/site.json", format!("{:#}\n", settings::json_schema())),
        file(".github/workflows/pull-request.yml", include_str!("pull-request.yml")),
        file(".github/workflows/comment.yml", include_str!("comment.yml")),
        file(".github/workflows/pages.yml", include_str!("pages.yml")),
        file(".github/dfa-report/action.yml", action),
        file(RELEASE, release),
    ];
    for (name, script) in [
        ("install.sh", include_str!("../../../../contrib/action/install.sh")),
        ("compare.sh", include_str!("../../../../contrib/action/compare.sh")),
        ("comment.sh", include_str!("../../../../contrib/action/comment.sh")),
    ] {
        files.push(file(&format!(".github/dfa-report/{name}"), script));
    }
    let sample = generate(SEED);
    files.extend(
        sample::files(&sample).map(|(name, text)| file(&format!("data/sample/{name}"), text)),
    );
    files
}

fn file(path: &str, text: impl Into<String>) -> NewFile {
    NewFile { path: path.to_owned(), text: text.into() }
}
