//! `store`: how much is kept, whether it is whole, and what can go.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use clap::{Args, Subcommand};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::{Folders, Outcome, StoreOption, build, report_problems, say};
use crate::base::diagnostic::{Problem, Problems};
use crate::base::units::format::{counted, size as size_of};
use crate::shell::store::{Kind, Listed, ResultStore};

/// Arguments of `store`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// Which store, and of which repository.
#[derive(Debug, Args)]
struct Where {
    #[command(flatten)]
    store: StoreOption,
    #[command(flatten)]
    folders: Folders,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say how many entries there are, and how large they are.
    Size(Where),
    /// Read every entry; list those that are damaged, exit status 1 if any. A build computes them
    /// again.
    Verify(Where),
    /// Delete entries. With both conditions, those that meet both.
    Prune(PruneArguments),
}

/// Arguments of `store prune`.
#[derive(Debug, Args)]
struct PruneArguments {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    which: Which,
    /// Delete nothing; list what would be deleted.
    #[arg(long)]
    dry_run: bool,
}

/// Which entries are deleted; without a condition it would be all of them.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Which {
    /// Entries that were written longer ago than this: a number with `m` for minutes, `h` for hours,
    /// `d` for days or `w` for weeks, such as 30d.
    #[arg(long, value_name = "AGE", value_parser = age)]
    older_than: Option<Duration>,
    /// Entries that no experiment in this folder names, as its spec, its prices and this version of
    /// the program are now. Of a store that is shared, others may name them.
    #[arg(long)]
    unused: bool,
}

/// Runs `store`.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let opened = |place: &Where| place.store.open(&place.folders);
    match &arguments.command {
        Command::Size(place) => size(&opened(place)?),
        Command::Verify(place) => verify(&opened(place)?),
        Command::Prune(PruneArguments { place, which, dry_run }) => {
            let store = opened(place)?;
            let named = if which.unused { Some(build::named(&place.folders)?) } else { None };
            let before = which.older_than.map(|age| {
                // Before all time, if the age is longer than the clock can say.
                SystemTime::now().checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH)
            });
            prune(&store, before, named.as_ref(), *dry_run)
        }
    }
}

fn size(store: &ResultStore) -> anyhow::Result<Outcome> {
    let entries = store.list().map_err(Problems::from)?;
    let mut kinds: BTreeMap<Kind, Vec<&Listed>> = BTreeMap::new();
    for entry in &entries {
        kinds.entry(entry.kind).or_default().push(entry);
    }
    say(&format!("{}: {}\n", store.location(), amount(&entries)))?;
    for (kind, entries) in kinds {
        say(&format!("{}: {}\n", kind.name(), amount(entries)))?;
    }
    Ok(Outcome::Done)
}

/// Several are read at a time, which matters where each is asked for over a network; the problems
/// are in the order of the list.
fn verify(store: &ResultStore) -> anyhow::Result<Outcome> {
    let entries = store.list().map_err(Problems::from)?;
    let faults: Vec<Problem> =
        entries.par_iter().filter_map(|entry| store.fault(entry.kind, &entry.key)).collect();
    let whole = entries.len() - faults.len();
    say(&format!(
        "{}: {} verified, {} damaged\n",
        store.location(),
        counted(whole, "entry", "entries"),
        faults.len()
    ))?;
    if faults.is_empty() {
        return Ok(Outcome::Done);
    }
    let mut problems = Problems::new();
    faults.into_iter().for_each(|fault| problems.push(fault));
    report_problems(&problems);
    Ok(Outcome::Findings)
}

/// Deletes what was written `before` and is not `named`; with neither condition nothing.
fn prune(
    store: &ResultStore,
    before: Option<SystemTime>,
    named: Option<&BTreeSet<String>>,
    is_dry: bool,
) -> anyhow::Result<Outcome> {
    let is_to_go = |entry: &Listed| {
        (before.is_some() || named.is_some())
            && before.is_none_or(|before| entry.modified < before)
            && named.is_none_or(|named| !named.contains(&entry.key))
    };
    let entries = store.list().map_err(Problems::from)?;
    let to_go: Vec<&Listed> = entries.iter().filter(|entry| is_to_go(entry)).collect();
    let mut problems = Problems::new();
    let mut gone = Vec::new();
    for entry in to_go {
        if is_dry {
            say(&format!("{} {}\n", entry.kind.name(), entry.key))?;
        } else if let Err(problem) = store.delete(entry.kind, &entry.key) {
            problems.push(problem);
            continue;
        }
        gone.push(entry);
    }
    let now = SystemTime::now();
    let left_over = store.sweep(now.checked_sub(LEFT_OVER).unwrap_or(now), is_dry);
    let left_over = match left_over {
        0 => String::new(),
        files => format!(", and {} of killed runs", counted(files, "file", "files")),
    };
    let done = if is_dry { "would be deleted" } else { "deleted" };
    let (location, of) = (store.location(), entries.len());
    say(&format!("{location}: {}{left_over} {done}, of {of}\n", amount(gone)))?;
    problems.into_result(Outcome::Done).map_err(Into::into)
}

/// What is half written for so long is of a run that was killed.
const LEFT_OVER: Duration = Duration::from_secs(24 * 60 * 60);

/// Number and size of entries: "2 entries, 1.3 MB".
fn amount<'a>(entries: impl IntoIterator<Item = &'a Listed>) -> String {
    let sizes: Vec<usize> = entries.into_iter().map(|entry| entry.bytes).collect();
    format!("{}, {}", counted(sizes.len(), "entry", "entries"), size_of(sizes.iter().sum()))
}

/// Reads an age.
fn age(text: &str) -> Result<Duration, &'static str> {
    const WRONG: &str = "expected a number with `m`, `h`, `d` or `w`, such as 30d";
    let end = text.find(|c: char| !c.is_ascii_digit()).ok_or(WRONG)?;
    let (number, unit) = text.split_at(end);
    let minutes: u64 = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        "w" => 7 * 24 * 60,
        _ => return Err(WRONG),
    };
    let number = number.parse::<u64>().ok().and_then(|number| number.checked_mul(minutes * 60));
    number.map(Duration::from_secs).ok_or(WRONG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_number_with_a_unit() {
        for (text, minutes) in [("5m", 5), ("0m", 0), ("12h", 720), ("30d", 43_200), ("2w", 20_160)]
        {
            assert_eq!(age(text), Ok(Duration::from_secs(60 * minutes)), "{text}");
        }
        for text in ["", "d", "30", "30 d", "-1d", "1.5d", "1y", "1d1h", "99999999999999999999d"] {
            assert!(age(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_meets_all_conditions_goes() {
        let key = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let (a, b) = (key("a"), key("b"));
        for (older_than, named, left) in [
            (Some(60), None, 2),
            (Some(0), None, 0),
            (None, Some(vec![&a]), 1),
            (None, Some(vec![&a, &b]), 2),
            (None, Some(vec![]), 0),
            (Some(60), Some(vec![&a]), 2),
            (Some(0), Some(vec![&a]), 1),
            (None, None, 2),
        ] {
            let dir = tempfile::tempdir().unwrap();
            let store = ResultStore::open(&dir.path().display().to_string()).unwrap();
            assert!(store.put(Kind::Result, &a, b"1") && store.put(Kind::Digest, &b, b"2"));
            let named = named.map(|keys| keys.into_iter().cloned().collect::<BTreeSet<_>>());
            let before = older_than.map(|age| SystemTime::now() - minutes(age));
            prune(&store, before, named.as_ref(), true).unwrap();
            assert_eq!(store.list().unwrap().len(), 2, "a dry run deletes nothing");
            prune(&store, before, named.as_ref(), false).unwrap();
            assert_eq!(store.list().unwrap().len(), left, "{older_than:?} {named:?}");
        }
    }
}
