//! `experiments/<id>.md`: the notes of an experiment in a file of their own.

use std::collections::BTreeMap;

use super::Folders;
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::engine::spec::Document;
use crate::shell::store::{self, TextFile};

/// Longest notes, in bytes: as long as those of a spec may be.
const LONGEST: usize = 100_000;

/// Puts the notes that lie beside specs into them; returns the file of each by the experiment's id.
/// `ids` are of all specs, sound or not.
pub(super) fn put(
    folders: &Folders,
    documents: &mut [Document],
    ids: &[String],
    problems: &mut Problems,
) -> BTreeMap<String, String> {
    let (files, found) = store::texts(&folders.experiments);
    problems.extend(found);
    let mut noted = BTreeMap::new();
    for (id, TextFile { file, text }) in files {
        let whole = || Place::file(file.clone());
        if !ids.contains(&id) {
            let problem = Problem::new(format!("notes of no experiment: there is no `{id}.yaml`"));
            let problem = problem.at(whole()).expected("a file called as a spec is");
            problems.push(problem.near(&id, ids.iter().map(String::as_str)));
            continue;
        }
        let Some(document) = documents.iter_mut().find(|each| each.spec.id == id) else { continue };
        let (spec, places) = (&mut document.spec, &document.places);
        if !spec.notes.trim().is_empty() {
            let at = line_of_notes(&places.source.file);
            problems.push(
                Problem::new(format!("`{id}` has notes twice: `notes:` and {file}"))
                    .at(at)
                    .expected("one of them")
                    .hint(format!("move the words of `notes:` into {file}")),
            );
            continue;
        }
        if text.len() > LONGEST {
            let problem = Problem::new(format!("the notes have {} bytes", text.len()));
            problems.push(problem.at(whole()).expected(format!("at most {LONGEST}")));
            continue;
        }
        for member in &mut document.members {
            member.spec.notes.clone_from(&text);
        }
        spec.notes = text;
        noted.insert(id, file);
    }
    noted
}

/// The line of a spec that begins its notes.
fn line_of_notes(file: &str) -> Place {
    let spec = store::text_if_there(file.as_ref()).ok().flatten();
    let text = spec.map(|spec| spec.text).unwrap_or_default();
    let line = text.lines().enumerate().find(|(_, line)| line.starts_with("notes:"));
    match line {
        Some((number, line)) => Place::line(file, number + 1, line).span(1, "notes".len()),
        None => Place::file(file),
    }
}
