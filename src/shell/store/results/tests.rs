//! A store in a folder, as its users meet it.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::*;
use crate::shell::store::scratch::write;

fn key(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

fn open(folder: &Path) -> ResultStore {
    ResultStore::open(&folder.display().to_string()).unwrap()
}

fn file(folder: &Path, key: &str) -> PathBuf {
    folder.join("result").join(&key[..2]).join(key)
}

/// What is told, without the machine's folder.
fn told(store: &ResultStore) -> String {
    format!("{:#}", store.warnings()).replace(&store.location(), "STORE")
}

#[test]
fn what_is_put_is_got_in_this_run_and_in_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("a/b"));
    assert!(!dir.path().join("a").exists(), "opening writes nothing");
    assert_eq!(store.get(Kind::Result, &key("a")), None);
    assert_eq!(store.list().unwrap(), []);
    for contents in [&b"one"[..], b"another", b""] {
        assert!(store.put(Kind::Result, &key("a"), contents));
        for store in [&store, &open(&dir.path().join("a/b"))] {
            assert_eq!(store.get(Kind::Result, &key("a")).unwrap(), contents);
            assert!(store.has(Kind::Result, &key("a")) && !store.has(Kind::Digest, &key("a")));
        }
    }
    assert_eq!(store.get(Kind::Digest, &key("a")), None, "a kind is a store of its own");
    store.delete(Kind::Result, &key("a")).unwrap();
    store.delete(Kind::Result, &key("a")).unwrap();
    assert!(!store.has(Kind::Result, &key("a")));
    assert_eq!((told(&store).as_str(), store.unwritten()), ("", 0));
}

#[test]
fn a_damaged_entry_is_told_once_counts_as_absent_and_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let whole = |text: &str| {
        assert!(store.put(Kind::Result, &key(text), text.as_bytes()));
        fs_err::read(file(dir.path(), &key(text))).unwrap()
    };
    let (a, b, c) = (whole("a"), whole("b"), whole("c"));
    let mut flipped = c.clone();
    *flipped.last_mut().unwrap() ^= 1;
    // Cut off, another's, changed.
    for (text, bytes) in [("a", &a[..20]), ("b", &a), ("c", &flipped)] {
        write(&file(dir.path(), &key(text)), bytes);
        for _ in 0..2 {
            assert_eq!(store.get(Kind::Result, &key(text)), None);
        }
        assert!(store.fault(Kind::Result, &key(text)).is_some());
    }
    let [a_key, b_key, c_key] = ["a", "b", "c"].map(key);
    assert_eq!(
        [a_key.as_str(), &b_key, &c_key].map(|key| &key[..4]),
        ["1776", "10e5", "ea7a"],
        "the second is told first"
    );
    insta::assert_snapshot!(told(&store));
    for (text, bytes) in [("a", a), ("b", b), ("c", c)] {
        assert!(store.put(Kind::Result, &key(text), text.as_bytes()));
        assert_eq!(fs_err::read(file(dir.path(), &key(text))).unwrap(), bytes);
        assert_eq!(store.get(Kind::Result, &key(text)).unwrap(), text.as_bytes());
        assert_eq!(store.fault(Kind::Result, &key(text)), None);
    }
}

#[test]
fn a_store_that_takes_nothing_is_told_once_and_the_run_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    assert!(store.put(Kind::Digest, &key("kept"), b"kept"));
    // As good as a disk that is read-only, which a test cannot make for every user.
    write(&dir.path().join("result"), "in the way");
    for text in ["a", "b", "b", "c"] {
        assert!(!store.put(Kind::Result, &key(text), b"x"));
        assert_eq!(store.get(Kind::Result, &key(text)), None);
    }
    assert_eq!(store.unwritten(), 3);
    assert_eq!(store.get(Kind::Digest, &key("kept")).unwrap(), b"kept", "it is read all the same");
    insta::assert_snapshot!(told(&store));
}

#[test]
fn what_cannot_be_read_is_told_and_absent() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    // A pipe would be waited for.
    let pipe = file(dir.path(), &key("a"));
    fs_err::create_dir_all(pipe.parent().unwrap()).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    assert_eq!(store.get(Kind::Result, &key("a")), None);
    insta::assert_snapshot!(told(&store));
}

#[test]
fn a_place_that_can_be_no_store_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("file"), "mine");
    for place in ["file", "file/below", "file/far/below"] {
        let place = dir.path().join(place).display().to_string();
        let told = ResultStore::open(&place).unwrap_err().to_string();
        assert!(told.contains("the results store cannot be here"), "{told}");
        assert!(told.contains(&dir.path().join("file").display().to_string()), "{told}");
        assert!(told.contains("--store"), "{told}");
    }
}

#[test]
fn only_entries_are_listed_and_only_half_written_ones_are_swept() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for (kind, text) in [(Kind::Digest, "p"), (Kind::Result, "a"), (Kind::Result, "b")] {
        assert!(store.put(kind, &key(text), text.as_bytes()));
    }
    let others = [
        "mine.txt".to_owned(),
        "result/mine.txt".to_owned(),
        "result/17/mine.txt".to_owned(),
        format!("result/00/{}", key("a")),
        format!("other/17/{}", key("a")),
        format!("result/{}", key("a")),
    ];
    others.iter().for_each(|name| write(&dir.path().join(name), "mine"));
    let half = format!("result/17/{}abc", ".dfa-report-tmp-");
    write(&dir.path().join(&half), "half");
    let listed = store.list().unwrap();
    let listed: Vec<_> = listed.iter().map(|entry| (entry.kind, entry.key.clone())).collect();
    let expected = [(Kind::Result, key("b")), (Kind::Result, key("a")), (Kind::Digest, key("p"))];
    assert_eq!(listed, expected);
    let later = SystemTime::now() + Duration::from_secs(60);
    assert_eq!(store.sweep(later - Duration::from_secs(3600), false), 0);
    assert_eq!(store.sweep(later, true), 1);
    assert!(dir.path().join(&half).exists());
    assert_eq!(store.sweep(later, false), 1);
    assert!(!dir.path().join(&half).exists());
    assert!(others.iter().all(|name| dir.path().join(name).exists()));
}

#[test]
fn git_does_not_see_the_store_that_is_there_by_default_and_others_are_left_alone() {
    for (place, ignored) in [(".dfa/results", Some(".dfa/.gitignore")), ("results", None)] {
        let dir = tempfile::tempdir().unwrap();
        let store = open(&dir.path().join(place));
        assert!(store.put(Kind::Result, &key("a"), b"x"));
        let files: Vec<_> = walkdir::WalkDir::new(dir.path())
            .into_iter()
            .filter_map(Result::ok)
            .filter(|found| found.file_name() == ".gitignore")
            .collect();
        assert_eq!(files.len(), usize::from(ignored.is_some()));
        if let Some(ignored) = ignored {
            let text = fs_err::read_to_string(dir.path().join(ignored)).unwrap();
            assert!(text.lines().any(|line| line == "*"), "{text}");
            // What a user says there stays.
            fs_err::write(dir.path().join(ignored), "mine").unwrap();
            assert!(store.put(Kind::Digest, &key("a"), b"x"));
            assert_eq!(fs_err::read(dir.path().join(ignored)).unwrap(), b"mine");
        }
    }
}

#[test]
fn many_writers_and_readers_of_a_key_meet_only_whole_entries() {
    let dir = tempfile::tempdir().unwrap();
    let contents = vec![7; 300_000];
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let store = open(dir.path());
                for _ in 0..25 {
                    assert!(store.put(Kind::Result, &key("a"), &contents));
                    assert!(store.get(Kind::Result, &key("a")).unwrap() == contents);
                }
                assert_eq!(told(&store), "");
            });
        }
    });
    assert_eq!(open(dir.path()).list().unwrap().len(), 1, "no half-written file is left");
}
