//! Texts of authors beside the specs: notes of experiments, pages, and the images of both.

use std::path::{Path, PathBuf};

use super::plain::{bytes, is_folder, is_there};
use super::read::{TextFile, ends_in, files, text};
use super::shown;
use crate::base::diagnostic::{Place, Problem, Problems};

/// The folder of pages, beside that of the specs.
const PAGES: &str = "pages";

/// Where the author's pages are: beside the folder of specs.
pub(crate) fn pages_folder(experiments: &Path) -> PathBuf {
    experiments.parent().unwrap_or(Path::new("")).join(PAGES)
}

/// The texts (`*.md`) directly in a folder, each with the stem of its file, in the order of their
/// names, and what is wrong with the rest; none of a folder that is not there. One whose name begins
/// with a capital, such as `README.md`, is for readers of the folder.
pub(crate) fn texts(dir: &Path) -> (Vec<(String, TextFile)>, Problems) {
    let mut problems = Problems::new();
    let mut found = Vec::new();
    match is_folder(dir) {
        Ok(true) => {}
        Ok(false) => return (found, problems),
        Err(problem) => return (found, problem.into()),
    }
    let is_text = |path: &Path| ends_in(path, &["md"]);
    for path in files(dir, 1, is_text, &mut problems).iter().filter(|path| is_text(path)) {
        let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) else {
            problems
                .push(Problem::new("the file's name is not UTF-8").at(Place::file(shown(path))));
            continue;
        };
        if name.starts_with(|first: char| first.is_ascii_uppercase()) {
            continue;
        }
        match text(path) {
            Ok(file) => found.push((name.to_owned(), file)),
            Err(problem) => problems.push(problem),
        }
    }
    (found, problems)
}

/// Largest image, in bytes.
const LARGEST: usize = 5_000_000;

/// An image in a folder, by its path from there, which leads to nowhere else.
///
/// # Errors
/// If it is not there, too large, or cannot be read.
pub(crate) fn image(dir: &Path, name: &str) -> Result<Vec<u8>, Problem> {
    let path = dir.join(name);
    if !is_there(&path)? {
        let known = images(dir);
        let problem = Problem::new(format!("there is no file `{}`", shown(&path)));
        let problem = problem.expected("an image beside the text");
        return Err(problem.near(name, known.iter().map(String::as_str)));
    }
    let bytes = bytes(&path)?;
    if bytes.len() > LARGEST {
        let problem = Problem::new(format!("`{}` has {} bytes", shown(&path), bytes.len()));
        return Err(problem.expected(format!("at most {LARGEST}")));
    }
    Ok(bytes)
}

/// The files below a folder that are no texts, for hints.
fn images(dir: &Path) -> Vec<String> {
    let mut ignored = Problems::new();
    let paths = files(dir, 4, |_| false, &mut ignored);
    let name = |path: &PathBuf| Some(shown(path.strip_prefix(dir).ok()?));
    paths.iter().filter(|path| !ends_in(path, &["md", "yaml", "yml"])).filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::super::scratch::folder;
    use super::*;

    #[test]
    fn texts_come_by_name_and_a_readme_is_none() {
        let dir = folder(&[("b.md", b"B"), ("a.md", b"A"), ("README.md", b"R"), ("c/d.md", b"D")]);
        let (found, problems) = texts(dir.path());
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, problems.len()), (vec!["a", "b"], 0));
        assert!(texts(&dir.path().join("none")).0.is_empty());
        assert_eq!(pages_folder(Path::new("x/experiments")), Path::new("x/pages"));
    }

    #[test]
    fn an_image_is_found_or_the_nearest_named() {
        let dir = folder(&[("plots/curve.png", b"x")]);
        assert_eq!(image(dir.path(), "plots/curve.png").unwrap(), b"x");
        let told = image(dir.path(), "plots/curv.png").unwrap_err().to_string();
        assert!(told.contains("did you mean `plots/curve.png`?"), "{told}");
    }
}
