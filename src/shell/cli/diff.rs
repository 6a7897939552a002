//! `diff`: what changed between two sites, or between two versions of a price source.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::revise;
use super::{Format, Outcome, say};
use crate::base::diagnostic::Problems;
use crate::report::diff::{Judgement, compare, to_markdown, to_text};
use crate::results::{Results, from_json};
use crate::shell::store::{self, TextFile};

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The older side: a folder with a built site, or a git revision.
    base: String,
    /// The newer side; the folder of the site by default.
    head: Option<String>,
    /// Folder of the site, where revisions are looked up.
    #[arg(long, value_name = "DIR", default_value = "site")]
    site: PathBuf,
    /// How to say it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit status 1 if a figure left the 90 % interval of the base; of two versions of a source,
    /// on the days that both have.
    #[arg(long)]
    gate: bool,
    #[command(flatten)]
    revision: revise::SourceArguments,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    if let Some(source) = &arguments.revision.source {
        let sides = (arguments.base.as_str(), arguments.head.as_deref());
        return revise::run(source, sides, &arguments.revision, arguments.format, arguments.gate);
    }
    let built = || arguments.site.display().to_string();
    let mut problems = Problems::new();
    let base = results(&arguments.base, arguments, &mut problems)?;
    let head = arguments.head.clone().unwrap_or_else(built);
    let head = results(&head, arguments, &mut problems)?;
    problems.into_result(())?;
    let changes = compare(&base, &head);
    say(&match arguments.format {
        Format::Text => to_text(&changes),
        Format::Markdown => to_markdown(&changes),
    })?;
    let outside = changes.judgements().any(|judgement| matches!(judgement, Judgement::Outside(_)));
    Ok(if arguments.gate && outside { Outcome::Findings } else { Outcome::Done })
}

/// The results of a side; `problems` hears of those that cannot be read.
fn results(
    side: &str,
    arguments: &Arguments,
    problems: &mut Problems,
) -> Result<BTreeMap<String, Results>, store::Error> {
    let files = match store::side(side, &arguments.site) {
        Err(store::Error::Problems(found)) => {
            problems.extend(found);
            BTreeMap::new()
        }
        side => side?,
    };
    let mut read = BTreeMap::new();
    for (id, TextFile { file, text }) in files {
        match from_json(&file, &text) {
            Ok(results) => read.extend([(id, results)]),
            Err(problem) => problems.push(problem),
        }
    }
    Ok(read)
}
