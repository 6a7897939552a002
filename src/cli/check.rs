//! `check`: specs and data, nothing run.

use super::load::load;
use super::{Folders, Outcome, report_problems, say};

/// Runs the command.
pub(super) fn run(folders: &Folders) -> anyhow::Result<Outcome> {
    match load(folders) {
        Ok(workspace) => {
            for experiment in &workspace.experiments {
                let panel = &experiment.panel;
                say(&format!(
                    "{}: {} rows, {} to {}, {} days dropped\n",
                    experiment.spec.id,
                    panel.supervised(&experiment.spec.data.lags).len(),
                    panel.days[0],
                    panel.days[panel.len() - 1],
                    panel.dropped_days
                ))?;
            }
            Ok(Outcome::Done)
        }
        Err(problems) => {
            report_problems(&problems);
            Ok(Outcome::Findings)
        }
    }
}
