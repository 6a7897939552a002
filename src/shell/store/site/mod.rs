//! The one writer of a site: files that come one by one become a folder on the disk, whole.
//!
//! [`hold`] keeps other runs away and finishes what a killed one left, [`Draft`] makes the next site
//! file by file beside the one that is there and lets both change places: whoever reads, and whenever a run
//! is killed or the disk is full, finds the old site or the new one. The data are not forced to the
//! disk: a site can be built again, a power cut is no reason to make every build slower.
//!
//! A folder may hold what is not ours: what is replaced or deleted is only what the folder's
//! manifest lists, and a folder without a manifest must be empty.

mod allowed;
mod check;
#[cfg(test)]
mod crash;
mod disk;
mod draft;
mod exchange;
mod folder;
mod hold;
mod kept;
mod manifest;
mod movable;
mod paths;
mod served;
mod stage;
mod sweep;

pub(crate) use check::{Comparison, Difference, is_as_left, manifest_hash};
pub(crate) use draft::Draft;
pub(crate) use folder::Held;
pub(crate) use hold::{finish, hold};
pub(crate) use kept::{Kept, WITHOUT_ONLY};
pub(crate) use served::Served;

/// What publishing did, in files; the manifest is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Published {
    /// New or with new contents.
    pub written: usize,
    /// Found as they should be.
    pub unchanged: usize,
    /// No longer part of the site.
    pub deleted: usize,
}

/// Compares a site that is in memory.
#[cfg(test)]
fn check_all(
    out: &std::path::Path,
    files: &[(String, Vec<u8>)],
) -> Result<std::collections::BTreeMap<String, Difference>, super::Error> {
    let seen = super::seen::Seen::default();
    let comparison = Comparison::new(out, &seen);
    files.iter().for_each(|(path, contents)| comparison.put(path, contents));
    comparison.differences()
}

/// Publishes a site that is in memory.
#[cfg(test)]
fn publish(held: &Held, files: &[(String, Vec<u8>)]) -> Result<Published, super::Error> {
    let seen = super::seen::Seen::default();
    let draft = Draft::new(held, &seen)?;
    for (path, contents) in files {
        if let Err(error) = draft.put(path, contents) {
            let _ = exchange::finish(held);
            return Err(error);
        }
    }
    draft.publish()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]
mod tests {
    use std::path::Path;

    use super::super::Error;
    use super::paths::files_below;
    use super::*;

    type Files = Vec<(String, Vec<u8>)>;

    fn site(files: &[(&str, &str)]) -> Files {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn publish(out: &Path, files: &[(String, Vec<u8>)]) -> Result<Published, Error> {
        super::publish(&hold(out)?, files)
    }

    use super::check_all as check;

    fn present(out: &Path) -> Vec<String> {
        files_below(out, |_| true).unwrap()
    }

    /// Files written, unchanged and deleted.
    fn counts(out: &Path, files: &[(&str, &str)]) -> [usize; 3] {
        let published = publish(out, &site(files)).unwrap();
        [published.written, published.unchanged, published.deleted]
    }

    fn modified(path: &Path) -> std::time::SystemTime {
        fs_err::metadata(path).unwrap().modified().unwrap()
    }

    fn problem(result: Result<Published, Error>) -> String {
        match result {
            Err(Error::Problems(problems)) => problems.to_string(),
            other => panic!("expected problems, got {other:?}"),
        }
    }

    #[test]
    fn publishing_twice_writes_once_and_deletes_only_what_was_ours() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        let old = [("index.html", "1"), ("a/index.html", "2"), ("a/b/x.csv", "3")];
        assert_eq!(counts(&out, &old), [3, 0, 0]);
        let before = modified(&out.join(manifest::MANIFEST));
        assert_eq!(counts(&out, &old), [0, 3, 0]);
        assert_eq!(
            before,
            modified(&out.join(manifest::MANIFEST)),
            "nothing to do touches nothing"
        );

        fs_err::write(out.join("CNAME"), "example.org").unwrap();
        fs_err::write(out.join("a/mine.txt"), "mine").unwrap();
        assert_eq!(counts(&out, &[("index.html", "changed")]), [1, 0, 2]);
        assert_eq!(present(&out), ["CNAME", "a/mine.txt", "index.html", manifest::MANIFEST]);
        assert!(!out.join("a/b").exists(), "a folder that deleting emptied goes too");
    }

    #[test]
    fn nobody_s_files_are_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path();
        fs_err::write(out.join("Cargo.toml"), "[package]").unwrap();
        assert!(problem(publish(out, &site(&[("index.html", "1")]))).contains("--out"));
        assert_eq!(present(out), ["Cargo.toml"], "refused before anything is written");

        let out = dir.path().join("site");
        publish(&out, &site(&[("index.html", "1")])).unwrap();
        fs_err::write(out.join("CNAME"), "mine").unwrap();
        let wanted = site(&[("index.html", "2"), ("CNAME", "ours")]);
        assert!(problem(publish(&out, &wanted)).contains("would be overwritten"));
        assert_eq!(fs_err::read(out.join("index.html")).unwrap(), b"1");
        // The same bytes are no loss to anybody.
        publish(&out, &site(&[("index.html", "2"), ("CNAME", "mine")])).unwrap();
    }

    #[test]
    fn a_foreign_manifest_is_not_trusted() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join(manifest::MANIFEST), "{\"name\": \"an app\"}").unwrap();
        let text = problem(publish(dir.path(), &site(&[("index.html", "1")])));
        assert!(text.contains("not a manifest that dfa-report can use"), "{text}");
    }

    #[test]
    fn paths_that_escape_or_collide_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        for files in [
            site(&[("../x", "")]),
            site(&[("/x", "")]),
            site(&[("x", ""), ("X", "")]),
            site(&[("x", ""), ("x/y", "")]),
            site(&[(manifest::MANIFEST, "")]),
        ] {
            problem(publish(&out, &files));
            assert!(check(&out, &files).is_err());
        }
        assert!(!out.exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_written_or_deleted_through() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        publish(&out, &site(&[("a/x", "1"), ("b", "1")])).unwrap();
        let elsewhere = dir.path().join("elsewhere");
        fs_err::rename(out.join("a"), &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, out.join("a")).unwrap();
        assert!(problem(publish(&out, &site(&[("a/x", "2")]))).contains("links"));
        assert_eq!(publish(&out, &site(&[("b", "1")])).unwrap().deleted, 0);
        assert_eq!(fs_err::read(elsewhere.join("x")).unwrap(), b"1");
    }

    #[test]
    fn a_file_may_become_a_folder_and_a_folder_a_file() {
        let dir = tempfile::tempdir().unwrap();
        publish(dir.path(), &site(&[("a", "1"), ("b/c/d", "1")])).unwrap();
        let wanted = site(&[("a/x", "1"), ("b", "1")]);
        publish(dir.path(), &wanted).unwrap();
        assert!(check(dir.path(), &wanted).unwrap().is_empty());
    }

    #[test]
    fn check_finds_each_kind_of_difference_and_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        let wanted = site(&[("a", "1"), ("b", "1"), ("c", "1")]);
        assert_eq!(check(&out, &wanted).unwrap().len(), 4, "three files and the manifest");
        assert!(!out.exists());
        publish(&out, &site(&[("a", "1"), ("b", "0"), ("old", "1")])).unwrap();
        fs_err::write(out.join("mine"), "").unwrap();
        let differences = check(&out, &wanted).unwrap().into_iter();
        let told: Vec<String> = differences.map(|(path, kind)| format!("{path} {kind}")).collect();
        let expected = [
            "b differs",
            "c is missing",
            "manifest.json differs",
            "mine is not a file of the site",
            "old is no longer part of the site",
        ];
        assert_eq!(told, expected);
        publish(&out, &wanted).unwrap();
        fs_err::remove_file(out.join("mine")).unwrap();
        assert!(check(&out, &wanted).unwrap().is_empty());
    }
}
