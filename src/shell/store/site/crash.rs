//! Every way to stop: a publication is killed, or finds the disk full, before each of its steps, on
//! systems that can do more and less, and so is the run that finishes it.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::cell::Cell;
use std::path::{Path, PathBuf};

use super::disk::fault::{Fault, System, with};
use super::paths::files_below;
use super::*;

type Files = Vec<(String, Vec<u8>)>;

/// Two sites that differ in every way: a file changes, stays, goes, comes, becomes a folder; a
/// folder becomes a file, goes with all of its files, goes but for a file of others.
const OLD: &[&str] = &["index.html", "same", "gone", "file", "folder/x", "deep/er/x", "mixed/x"];
const NEW: &[&str] = &["index.html", "same", "file/x", "folder", "come/new", "theirs/ours"];
/// Files of others, and what must be in them.
const OTHERS: &[&str] = &["CNAME", ".git/HEAD", ".git/refs/x", "mixed/mine", "theirs/x"];

fn site(version: &str, paths: &[&str]) -> Files {
    let text = |path: &str| if path == "same" { "same".to_owned() } else { version.to_owned() };
    paths.iter().map(|path| ((*path).to_owned(), text(path).into_bytes())).collect()
}

struct World {
    _dir: tempfile::TempDir,
    parent: PathBuf,
    out: PathBuf,
}

/// A folder with the old site in it, beside nothing else.
fn world() -> World {
    let dir = tempfile::tempdir().unwrap();
    let parent = dir.path().canonicalize().unwrap();
    let out = parent.join("site");
    publish(&hold(&out).unwrap(), &site("old", OLD)).unwrap();
    for path in OTHERS {
        fs_err::create_dir_all(out.join(path).parent().unwrap()).unwrap();
        fs_err::write(out.join(path), "theirs").unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", out.join("link")).unwrap();
    World { _dir: dir, parent, out }
}

/// Which site a folder holds, whole and with nothing more of ours, if it does.
fn version(out: &Path) -> Option<&'static str> {
    [("old", OLD), ("new", NEW)].into_iter().find_map(|(version, paths)| {
        let differences = super::check_all(out, &site(version, paths)).unwrap();
        differences.values().all(|it| *it == Difference::Unlisted).then_some(version)
    })
}

fn is_as_others_left_it(out: &Path) -> bool {
    let kept = |path: &&str| fs_err::read(out.join(path)).is_ok_and(|bytes| bytes == b"theirs");
    let link = if cfg!(unix) { fs_err::read_link(out.join("link")).is_ok() } else { true };
    OTHERS.iter().all(kept) && link
}

/// What a killed run leaves besides: its lock, which nobody holds.
fn leave_the_lock(world: &World) {
    let workspace = world.parent.join(".site.dfa-report");
    fs_err::create_dir_all(&workspace).unwrap();
    fs_err::write(workspace.join("lock"), "dfa-report, process 4711\n").unwrap();
}

fn is_clean(world: &World) -> bool {
    let beside = fs_err::read_dir(&world.parent).unwrap().count();
    let inside = files_below(&world.out, |_| true).unwrap();
    beside == 1
        && is_as_others_left_it(&world.out)
        && inside.iter().all(|path| !path.contains(".dfa-report"))
}

/// Publishes the new site with a fault at each step in turn; how often there was one.
fn at_every_step(
    system: System,
    fault: impl Fn(usize) -> Fault,
    check: impl Fn(&World, &str, bool),
) -> usize {
    for step in 0.. {
        let world = world();
        let new = site("new", NEW);
        let held = hold(&world.out).unwrap();
        let (published, is_met) = with(system, Some(fault(step)), || publish(&held, &new));
        drop(held);
        check(&world, &format!("{system:?}, step {step}"), published.is_ok());
        if !is_met {
            assert_eq!(version(&world.out), Some("new"));
            return step;
        }
    }
    unreachable!("there is a last step")
}

#[test]
fn killed_at_any_step_the_old_or_the_new_site_is_there_and_the_next_run_finishes() {
    for system in [System::Exchanges, System::NoExchange, System::NoFolderRename] {
        let steps = at_every_step(system, Fault::Killed, |world, case, _| {
            let found = version(&world.out);
            match system {
                System::Exchanges => assert!(found.is_some(), "{case}"),
                System::NoExchange => assert!(found.is_some() || !world.out.exists(), "{case}"),
                System::NoFolderRename => {}
            }
            leave_the_lock(world);
            drop(hold(&world.out).unwrap());
            let after = version(&world.out);
            // Once begun, one by one goes on to the end.
            let is_kept = system == System::NoFolderRename || found.is_none() || found == after;
            assert!(after.is_some() && is_kept, "{case}: {after:?}");
            assert!(is_clean(world), "{case}");
        });
        assert!(steps > 20, "{system:?}: {steps} steps");
    }
}

#[test]
fn a_run_that_finishes_may_be_killed_as_well() {
    for system in [System::Exchanges, System::NoExchange, System::NoFolderRename] {
        for second in (0..).step_by(11) {
            let is_any_met = Cell::new(false);
            at_every_step(system, Fault::Killed, |world, case, _| {
                let (_, is_met) =
                    with(system, Some(Fault::Killed(second)), || hold(&world.out).map(drop));
                is_any_met.set(is_any_met.get() || is_met);
                leave_the_lock(world);
                drop(hold(&world.out).unwrap());
                assert!(version(&world.out).is_some() && is_clean(world), "{case}, then {second}");
            });
            if !is_any_met.get() {
                break;
            }
        }
    }
}

#[test]
fn on_a_full_disk_the_old_or_the_new_site_is_there_and_nothing_beside_it() {
    for system in [System::Exchanges, System::NoExchange, System::NoFolderRename] {
        at_every_step(system, Fault::Full, |world, case, is_ok| {
            let found = version(&world.out);
            assert!(found.is_some(), "{case}");
            assert!(!is_ok || found == Some("new"), "{case}");
            assert!(is_clean(world), "{case}");
        });
    }
}
