//! Builds that are killed, run out of space, may not write, or meet: the site is the old one or the
//! new one, whole, and the next build leaves nothing beside it.
//!
//! `DFA_REPORT_KILLS=500` sets how often a build is killed; a signal is sent at a moment that is
//! random within the time that a build takes.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use super::support::{SMALL_SPEC, names, program, small_repository, tree, uniform, write};

type Tree = BTreeMap<String, Vec<u8>>;

/// A repository whose site is one of two, by the title that is asked for.
struct Repository {
    folder: tempfile::TempDir,
}

const TITLES: [&str; 2] = ["Old", "New"];

/// The two sites, and how long a build takes here.
static BUILT: LazyLock<(BTreeMap<&'static str, Tree>, Duration)> = LazyLock::new(|| {
    let repository = Repository::unbuilt();
    let mut duration = Duration::ZERO;
    let sites = TITLES.map(|title| {
        let start = Instant::now();
        assert!(repository.build(title).output().unwrap().status.success());
        duration = start.elapsed();
        (title, tree(&repository.site()))
    });
    assert_ne!(sites[0].1, sites[1].1);
    (sites.into(), duration)
});

impl Repository {
    fn unbuilt() -> Self {
        let folder = small_repository();
        write(folder.path(), "experiments/zweite.yaml", SMALL_SPEC);
        Self { folder }
    }

    fn new() -> Self {
        let this = Self::unbuilt();
        for (path, bytes) in &BUILT.0["New"] {
            write(&this.site(), path, bytes);
        }
        write(&this.site(), "CNAME", "example.org");
        write(&this.site(), ".git/HEAD", "ref");
        this
    }

    fn site(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    fn build(&self, title: &str) -> Command {
        let mut command = program(self.folder.path(), &["build", "--title", title]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The title of the site that is there, if it is there whole with nothing more of ours.
    fn found(&self) -> Option<&'static str> {
        let mut there = tree(&self.site());
        there.retain(|path, _| !path.starts_with(".git/") && path != "CNAME");
        TITLES.into_iter().find(|title| BUILT.0[title] == there)
    }

    /// A build that nothing disturbs leaves its site, what is not ours, and nothing else.
    fn assert_repaired(&self, title: &'static str) {
        let output = self.build(title).output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
        assert_eq!(self.found(), Some(title));
        assert_eq!(fs::read_to_string(self.site().join("CNAME")).unwrap(), "example.org");
        assert_eq!(fs::read_to_string(self.site().join(".git/HEAD")).unwrap(), "ref");
        assert_eq!(names(self.folder.path()), [".dfa", "data", "experiments", "site"]);
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_killed_build_leaves_the_old_site_or_the_new() {
    let kills = std::env::var("DFA_REPORT_KILLS").map_or(30, |count| count.parse().unwrap());
    let repository = Repository::new();
    let mut random = uniform(1);
    let (mut old, mut new) = (0, 0);
    for round in 0..kills {
        let before = repository.found().unwrap();
        let title = TITLES[round % 2];
        let mut child = repository.build(title).spawn().unwrap();
        // Publishing is the last part of a build: half of the signals are sent then.
        let share = if round % 4 < 2 { 0.5 + random() } else { 0.9 + 0.2 * random() };
        std::thread::sleep(BUILT.1.mul_f64(share));
        let signal = ["-KILL", "-TERM", "-INT"][round % 3];
        let process = child.id().to_string();
        // The build may have ended already.
        Command::new("kill").args([signal, &process]).stderr(Stdio::null()).status().unwrap();
        child.wait().unwrap();
        match repository.found() {
            Some(found) if found == title && before != title => new += 1,
            Some(found) if found == before => old += 1,
            found => panic!("round {round}, {signal}: {before}, then {found:?} of {title}"),
        }
    }
    repository.assert_repaired("Old");
    eprintln!("{kills} builds killed: {old} times the site of before, {new} times the new one");
}

#[test]
fn of_two_builds_at_once_one_is_told_of_the_other() {
    let repository = Repository::new();
    let mut refused = 0;
    for _ in 0..5 {
        let children = TITLES.map(|title| repository.build(title).spawn().unwrap());
        let outputs = children.map(|child| child.wait_with_output().unwrap());
        let done: Vec<&str> = TITLES
            .into_iter()
            .zip(&outputs)
            .filter(|(_, output)| output.status.success())
            .map(|(title, _)| title)
            .collect();
        for output in outputs.iter().filter(|output| !output.status.success()) {
            refused += 1;
            assert_eq!(output.status.code(), Some(2));
            assert!(told(output).contains("is publishing into `site`"), "{}", told(output));
        }
        assert!(repository.found().is_some_and(|title| done.contains(&title)), "{done:?}");
    }
    assert!(refused > 0, "they never met");
    repository.assert_repaired("Old");
}

/// Builds in a file system of its own, of a size, as nobody's superuser; `None` where the machine
/// does not let one have that.
fn in_own_file_system(repository: &Repository, script: &str) -> Option<Output> {
    let place = repository.folder.path().display();
    let binary = env!("CARGO_BIN_EXE_dfa-report");
    let script = format!("set -e; cd '{place}'; program='{binary}'; {script}");
    let output =
        Command::new("unshare").args(["-rm", "sh", "-c", &script]).output().ok().filter(|output| {
            // Our scripts end with 0 whatever the program says; only a refused mount does not.
            output.status.success()
        });
    if output.is_none() {
        eprintln!("SKIPPED: no file system of one's own can be mounted here");
    }
    output
}

/// A site in a small file system, before and after a build that the script makes fail.
fn failing_build(prepare: &str, expected: &str) {
    let repository = Repository::new();
    let script = format!(
        "mkdir small; mount -t tmpfs -o size=4m none small; cp -a site small/site;
         {prepare}
         status=0; \"$program\" build --title Old --out small/site 2>told || status=$?
         echo status $status >>told; cp -a small/site after; cp -a small beside"
    );
    if in_own_file_system(&repository, &script).is_none() {
        return;
    }
    let place = repository.folder.path();
    let told = fs::read_to_string(place.join("told")).unwrap();
    assert!(told.contains("status 2") && told.contains(expected), "{told}");
    assert_eq!(tree(&place.join("after")), tree(&repository.site()), "{told}");
    let names = names(&place.join("beside"));
    assert!(names.iter().all(|name| name == "site" || name == "filler"), "{names:?}");
}

#[test]
fn on_a_full_disk_the_old_site_stands() {
    failing_build("dd if=/dev/zero of=small/filler bs=1k 2>/dev/null || true", "space");
}

#[test]
fn where_nothing_may_be_written_the_old_site_stands() {
    failing_build("mount -o remount,ro none small", "ead-only");
}

/// A mount point cannot be exchanged: the files are put in their places one by one.
#[test]
fn a_mount_point_is_published_into() {
    let repository = Repository::new();
    let script = "mkdir small; mount -t tmpfs none small; cp -a site/. small/;
         \"$program\" build --title Old --out small; cp -a small after";
    if in_own_file_system(&repository, script).is_none() {
        return;
    }
    let mut after = tree(&repository.folder.path().join("after"));
    assert!(after.remove("CNAME").is_some());
    assert!(after.remove(".git/HEAD").is_some());
    assert_eq!(after, BUILT.0["Old"]);
}

/// What cannot be moved is asked for before the exchange, and stays where it is.
#[test]
fn what_others_have_in_the_site_and_cannot_be_moved_stays() {
    let repository = Repository::new();
    let script = "mkdir site/closed site/bound; echo mine >site/closed/mine; chmod 555 site/closed
         mount --bind site/CNAME site/CNAME; mount -t tmpfs none site/bound
         echo mine >site/bound/mine; mount -t tmpfs none site/small
         \"$program\" build --title Old; ls -A >beside; cp -a site after";
    if in_own_file_system(&repository, script).is_none() {
        return;
    }
    let place = repository.folder.path();
    assert_eq!(
        fs::read_to_string(place.join("beside")).unwrap(),
        ".dfa\nbeside\ndata\nexperiments\nsite\n"
    );
    let mut after = tree(&place.join("after"));
    for theirs in ["CNAME", ".git/HEAD", "closed/mine", "bound/mine"] {
        assert!(after.remove(theirs).is_some(), "{theirs}");
    }
    assert!(after == BUILT.0["Old"]);
}

#[test]
fn what_is_no_folder_or_no_file_is_told_and_not_waited_for() {
    let repository = Repository::new();
    let place = repository.folder.path();
    let refused = |expected: &str| {
        let output = repository.build("Old").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(told(&output).contains(expected), "{}", told(&output));
    };
    let manifest = repository.site().join("manifest.json");
    fs::rename(&manifest, place.join("kept")).unwrap();
    assert!(Command::new("mkfifo").arg(&manifest).status().unwrap().success());
    refused("manifest.json` is not a plain file");
    fs::remove_file(&manifest).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &manifest).unwrap();
    refused("manifest.json` is not a plain file");
    fs::remove_file(&manifest).unwrap();
    fs::rename(place.join("kept"), &manifest).unwrap();

    let workspace = place.join(".site.dfa-report");
    fs::create_dir_all(workspace.join("next/mine")).unwrap();
    refused("holds a file of others");
    fs::remove_dir_all(&workspace).unwrap();

    fs::rename(repository.site(), place.join("kept")).unwrap();
    std::os::unix::fs::symlink("nowhere", repository.site()).unwrap();
    refused("the link leads to nothing");
    fs::remove_file(repository.site()).unwrap();
    fs::rename(place.join("kept"), repository.site()).unwrap();
    repository.assert_repaired("Old");
}
