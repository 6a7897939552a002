//! What is seen of a sweep as a whole: from its members, or as the site has it where they are not
//! there.

use super::compute::Shard;
use super::kept;
use super::plan::{Item, Plan};
use super::vault::{Core, Vault};
use crate::engine::experiment::Task;
use crate::engine::sweep::{self, Asked, Digest, Nulls};
use crate::report::site::Sweep;
use crate::results::SweepResults;
use crate::shell::store::{self, Kept, Kind};

/// A hash of all that is seen of the sweep of the experiment at a position.
fn hash(plan: &Plan<'_>, at: usize, with_words: bool) -> Option<String> {
    let item = &plan.items[at];
    let sweep = item.experiment.spec.sweep.as_ref()?;
    let mut hasher = blake3::Hasher::new();
    let spec = &item.experiment.spec;
    let text = if with_words {
        format!("{} {}", spec.id, spec.to_json())
    } else {
        format!("{} {}", sweep.shifts, spec.seed)
    };
    hasher.update(text.as_bytes());
    for member in plan.members(at)? {
        hasher.update(member.origin.hash().as_bytes());
    }
    Some(hasher.finalize().to_hex().to_string())
}

/// The hash of a sweep as its page shows it; `None` where its members are not there.
pub(super) fn seen(plan: &Plan<'_>, at: usize) -> Option<String> {
    hash(plan, at, true)
}

/// The keys of all that is kept of the sweep of the experiment at a position; none without one.
pub(super) fn keys(plan: &Plan<'_>, at: usize) -> impl Iterator<Item = String> {
    [false, true].into_iter().filter_map(move |with_words| hash(plan, at, with_words))
}

/// Makes the curves under the null of all sweeps, or of those that fall to a shard, into the store.
pub(super) fn make_curves(plan: &Plan<'_>, vault: &Vault, shard: Option<Shard>) {
    let swept = (0..plan.items.len()).filter(|at| plan.items[*at].experiment.spec.sweep.is_some());
    for (number, at) in swept.enumerate() {
        if shard.is_none_or(|shard| number % shard.of == shard.number - 1) {
            curves(plan, vault, at);
        }
    }
}

/// The curves under the null, which depend on the members alone.
fn curves(plan: &Plan<'_>, vault: &Vault, at: usize) -> Option<Nulls> {
    let spec = &plan.items[at].experiment.spec;
    let shifts = spec.sweep.as_ref()?.shifts;
    let made = || {
        let members = plan.members(at).unwrap_or_default().iter();
        let tasks: Vec<Task<'_>> = members.filter_map(|member| member.experiment.task()).collect();
        Ok::<_, std::convert::Infallible>(sweep::nulls(&tasks, shifts, spec.seed))
    };
    let Ok(curves) = vault.or_make(Kind::Curves, &hash(plan, at, false)?, made);
    curves
}

/// The sweep of the experiment at a position, if it has one; `core` reads the results of a member.
///
/// # Errors
/// Results that cannot be read.
pub(super) fn of(
    plan: &Plan<'_>,
    at: usize,
    vault: &Vault,
    site: &Kept<'_>,
    core: impl Fn(&Item<'_>) -> Result<Core, store::Error>,
) -> Result<Option<Sweep>, store::Error> {
    let item = &plan.items[at];
    if item.experiment.spec.sweep.is_none() {
        return Ok(None);
    }
    let (Some(members), Some(hash)) = (plan.members(at), seen(plan, at)) else {
        return kept::sweep(site, item.id());
    };
    let made = || -> Result<(SweepResults, String), store::Error> {
        let digest = |item: &Item<'_>| Ok(Digest::of(&core(item)?.0));
        let digests: Vec<Digest> =
            members.iter().map(digest).collect::<Result<_, store::Error>>()?;
        let asked = Asked { spec: &item.experiment.spec, members: &item.experiment.members };
        let curves = curves(plan, vault, at);
        let results = sweep::analyse(&asked, &digest(item)?, &digests, curves.as_ref());
        Ok((results, sweep::to_csv(&asked, &digests)))
    };
    let (results, table) = vault.or_make(Kind::Sweep, &hash, made)?;
    Ok(Some(Sweep { results, table }))
}
