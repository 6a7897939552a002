//! What is missing is computed and put into the store, some at a time; nothing of it stays in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::plan::{Item, Plan};
use super::vault::{Vault, differing, encode};
use crate::base::diagnostic::{Problem, Problems};
use crate::engine::experiment::{self, Task, run_each};
use crate::engine::repository::{Key, core, put_words};
use crate::results::{Results, Series};
use crate::shell::cli::progress;

/// One of several machines that share the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::shell::cli) struct Shard {
    /// From 1.
    pub(in crate::shell::cli) number: usize,
    pub(in crate::shell::cli) of: usize,
}

impl Shard {
    /// Reads `I/N`.
    pub(in crate::shell::cli) fn parse(text: &str) -> Result<Self, &'static str> {
        let parsed = || {
            let (number, of) = text.split_once('/')?;
            let shard = Self { number: number.parse().ok()?, of: of.parse().ok()? };
            (shard.number >= 1 && shard.number <= shard.of).then_some(shard)
        };
        parsed().ok_or("expected I/N with I from 1 to N, such as 2/8")
    }

    /// Its part of a list in which neighbours share work.
    fn part<T>(self, all: &[T]) -> &[T] {
        let end = |number: usize| all.len() * number / self.of;
        &all[end(self.number - 1)..end(self.number)]
    }
}

/// What there was to do and what was done, in experiments with results of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Computed {
    pub(super) asked: usize,
    pub(super) ran: usize,
}

/// Runs those of the plan whose results are not in the store, or all of them if `force` is set and
/// compares what comes out with the store.
///
/// # Errors
/// What experiments cannot be run for; with `force`, results that differ from those in the store.
pub(super) fn compute(
    plan: &Plan<'_>,
    vault: &Vault,
    shard: Option<Shard>,
    force: bool,
) -> Result<Computed, Problems> {
    // Experiments that differ in words alone have the same results.
    let mut distinct: BTreeSet<&str> = BTreeSet::new();
    let all = plan.items.iter().chain(&plan.compared);
    let asked: Vec<&Item<'_>> =
        all.filter(|item| item.task().is_some() && distinct.insert(item.origin.hash())).collect();
    let asked = match shard {
        None => asked,
        // What a shard takes does not depend on what others have done by now.
        Some(shard) => {
            let tasks: Vec<Task<'_>> =
                asked.iter().filter_map(|item| Some(item.task()?.0)).collect();
            let order = experiment::in_order(&tasks);
            shard.part(&order).iter().map(|at| asked[*at]).collect()
        }
    };
    let missing: Vec<(Task<'_>, &Key, &str)> = asked
        .iter()
        .filter_map(|item| item.task())
        .filter(|(_, _, hash)| force || !vault.has(hash))
        .collect();
    run(&missing, vault, force)?;
    Ok(Computed { asked: asked.len(), ran: missing.len() })
}

/// Runs experiments into the store.
///
/// # Errors
/// As [`compute`].
pub(super) fn run(
    missing: &[(Task<'_>, &Key, &str)],
    vault: &Vault,
    force: bool,
) -> Result<(), Problems> {
    let progress = progress::bar(missing.len());
    let differing: Mutex<BTreeMap<usize, Problem>> = Mutex::default();
    let tasks: Vec<Task<'_>> = missing.iter().map(|(task, _, _)| *task).collect();
    run_each(&tasks, &|position, mut results: Results, series: Series| {
        let (task, key, hash) = missing[position];
        progress.set_message(task.spec.id.clone());
        put_words(&mut results, &core(task.spec));
        if force
            && let Some(problem) = other_than_before(&missing[position], &results, &series, vault)
        {
            let mut differing = differing.lock().unwrap_or_else(PoisonError::into_inner);
            differing.insert(position, problem);
        }
        vault.put(key, hash, &results, &series);
        progress.inc(1);
    })?;
    progress.finish_and_clear();
    let mut problems = Problems::new();
    let differing = differing.into_inner().unwrap_or_else(PoisonError::into_inner);
    differing.into_values().for_each(|problem| problems.push(problem));
    problems.into_result(())
}

/// That results differ from those in the store, if they do: their key has not changed, so they must
/// not.
fn other_than_before(
    (task, key, hash): &(Task<'_>, &Key, &str),
    results: &Results,
    series: &Series,
    vault: &Vault,
) -> Option<Problem> {
    let (before, now) = (vault.encoded(hash)?, encode(key, results, series));
    if before == now {
        return None;
    }
    let id = &task.spec.id;
    let parts = differing(&before, &now).join(", ");
    let message = format!("computed again, `{id}` differs from what is in the store: {parts}");
    let problem = Problem::new(message).hint(
        "the same input must give the same bytes: this is an error of the program, please report it",
    );
    Some(Problem { place: task.place.cloned(), ..problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_divide_everything_among_them_and_nothing_twice() {
        for (all, of) in [(0, 3), (1, 3), (7, 3), (19, 4), (5, 8)] {
            let list: Vec<usize> = (0..all).collect();
            let parts = (1..=of).flat_map(|number| Shard { number, of }.part(&list).to_vec());
            assert_eq!(parts.collect::<Vec<usize>>(), list, "{of} of {all}");
        }
        assert_eq!(Shard::parse("2/8"), Ok(Shard { number: 2, of: 8 }));
        for wrong in ["", "0/3", "4/3", "1", "1/0", "a/b", "1/2/3", "-1/2"] {
            assert!(Shard::parse(wrong).is_err(), "{wrong}");
        }
    }
}
