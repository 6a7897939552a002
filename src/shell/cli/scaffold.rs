//! `new` and `init`: a first file to edit, and a repository around it.

mod files;

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, say};
use crate::base::diagnostic::Problems;
use crate::engine::spec;
use crate::shell::store;

/// The repository whose releases the workflows install. A release says its own (release.yml).
const REPOSITORY: &str = match option_env!("DFA_REPORT_REPOSITORY") {
    Some(repository) => repository,
    None => UNKNOWN,
};
/// Stands for a repository that is not known.
const UNKNOWN: &str = "OWNER/dfa-report";

/// Arguments of `new`.
#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// Id of the experiment: the stem of its file.
    id: String,
    /// Folder of experiment specs.
    #[arg(long, value_name = "DIR", default_value = "experiments")]
    experiments: PathBuf,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// Folder to set up.
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Leave files that exist as they are, and write the others.
    #[arg(long)]
    keep: bool,
    /// Repository on GitHub whose releases the workflows install.
    #[arg(
        long,
        value_name = "OWNER/NAME",
        default_value = REPOSITORY,
        hide_default_value = true,
        value_parser = repository
    )]
    program: String,
}

/// Reads the name of a repository on GitHub.
fn repository(text: &str) -> Result<String, &'static str> {
    let is_name = |name: &str, more: &[char]| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(&c))
    };
    match text.split_once('/') {
        Some((owner, name)) if is_name(owner, &['-']) && is_name(name, &['-', '.', '_']) => {
            Ok(text.to_owned())
        }
        _ => Err("expected OWNER/NAME"),
    }
}

pub(super) fn new(arguments: &NewArguments) -> anyhow::Result<Outcome> {
    let path = arguments.experiments.join(format!("{}.yaml", arguments.id));
    let beside = arguments.experiments.join(files::SPEC_SCHEMA);
    let text = files::new_spec(store::text_if_there(&beside).map_err(Problems::from)?.is_some());
    // The template is a valid spec; what parsing can refuse here is the id.
    spec::parse(&arguments.id, &path.display().to_string(), &text)?;
    store::write_file(&path, text.as_bytes(), false)?;
    say(&format!("{}: edit it, then run `dfa-report build`\n", path.display()))?;
    Ok(Outcome::Done)
}

pub(super) fn init(arguments: &InitArguments) -> anyhow::Result<Outcome> {
    let kept = store::write_new(&arguments.dir, &files::of(&arguments.program), arguments.keep)?;
    let mut told = format!(
        "{}: a first experiment, the sample market and workflows for GitHub; run \
         `dfa-report build` there\n",
        arguments.dir.display()
    );
    for path in kept {
        told += &format!("kept as it is: {path}\n");
    }
    if arguments.program == UNKNOWN {
        told += &format!("{}: say there whose releases the workflows install\n", files::RELEASE);
    }
    say(&told)?;
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_has_an_owner_and_a_name() {
        assert_eq!(repository("some-one/dfa_report.rs").unwrap(), "some-one/dfa_report.rs");
        for wrong in ["", "name", "/name", "owner/", "a/b/c", "a b/c", "a/$(b)", "a\n/b", "a/@b"] {
            assert!(repository(wrong).is_err(), "{wrong}");
        }
        assert!(repository(REPOSITORY).is_ok());
    }
}
