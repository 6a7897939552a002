//! Where the results of each experiment come from, and why.

use std::collections::{BTreeMap, BTreeSet};

use super::record::Record;
use crate::base::units::format::counted;
use crate::engine::experiment::Task;
use crate::engine::repository::{Key, core};
use crate::report::diff;
use crate::report::site::Listed;
use crate::results::Results;
use crate::shell::cli::load::Experiment;
use crate::shell::store::Kept;

/// An experiment of the site.
pub(super) struct Item<'a> {
    pub(super) experiment: &'a Experiment,
    pub(super) origin: Origin,
}

/// Where results come from.
pub(super) enum Origin {
    /// From the store, under this key, or from a run.
    Core {
        /// All that they depend on.
        key: Box<Key>,
        /// Its hash.
        hash: String,
    },
    /// From the site, as an earlier build left them: a hash of their files.
    Site(String),
}

impl Origin {
    /// What tells one from another.
    pub(super) fn hash(&self) -> &str {
        match self {
            Self::Core { hash, .. } | Self::Site(hash) => hash,
        }
    }
}

impl<'a> Item<'a> {
    pub(super) fn id(&self) -> &'a str {
        &self.experiment.spec.id
    }

    /// What is to be run, and the key and hash of its results, where they do not come from the site.
    pub(super) fn task(&self) -> Option<(Task<'a>, &Key, &str)> {
        match &self.origin {
            Origin::Core { key, hash } => Some((self.experiment.task()?, key, hash)),
            Origin::Site(_) => None,
        }
    }

    /// Whether it was to be run and has no prices to be run on.
    pub(super) fn is_unpriced(&self) -> bool {
        matches!(self.origin, Origin::Site(_)) && self.experiment.ready.is_none()
    }

    /// Whether results were computed for another spec, words apart.
    pub(super) fn is_of_another_spec(&self, results: &Results) -> bool {
        core(&self.experiment.spec) != core(&results.spec)
    }
}

/// All experiments, those of sweeps included, in the order of the site.
pub(super) struct Plan<'a> {
    pub(super) items: Vec<Item<'a>>,
    /// Positions by id.
    pub(super) by_id: BTreeMap<&'a str, usize>,
    /// Members of sweeps whose results cannot be had.
    pub(super) missing: usize,
    /// What wanted ones are compared with and is not on the site: it is run, and not shown.
    pub(super) compared: Vec<Item<'a>>,
}

/// Plans a build of some experiments, or of those in `only`; the others are kept as the site has
/// them. One without prices is taken from the site as well. Members of sweeps go with their sweep: the
/// site does not have their results, the store may, as `is_stored` says.
pub(super) fn plan<'a>(
    experiments: &'a [Experiment],
    only: &[String],
    site: &Kept<'_>,
    is_stored: impl Fn(&str) -> bool,
) -> Plan<'a> {
    let mut items = Vec::new();
    let mut missing = 0;
    let is_wanted = |id: &str| only.is_empty() || only.iter().any(|only| only == id);
    for experiment in experiments {
        let id = experiment.spec.id.as_str();
        let owner = experiment.owner();
        let core = || core_of(experiment);
        let kept = || site.hash_of(&format!("{id}/")).map(Origin::Site);
        let origin = match owner {
            None if is_wanted(id) => core().or_else(kept),
            None => kept(),
            Some(owner) if is_wanted(owner) => core(),
            Some(_) => core().filter(|core| is_stored(core.hash())),
        };
        match origin {
            Some(origin) => items.push(Item { experiment, origin }),
            None if owner.is_some() => missing += 1,
            None => {}
        }
    }
    let by_id: BTreeMap<&str, usize> =
        items.iter().enumerate().map(|(at, item)| (item.id(), at)).collect();
    let asked: BTreeSet<&str> = items
        .iter()
        .filter_map(|item| item.experiment.spec.compares_with.as_deref())
        .filter(|id| !by_id.contains_key(id))
        .collect();
    let compared = experiments
        .iter()
        .filter(|experiment| asked.contains(experiment.spec.id.as_str()))
        .filter_map(|experiment| Some(Item { experiment, origin: core_of(experiment)? }))
        .collect();
    Plan { items, by_id, missing, compared }
}

/// The store, or a run; `None` without prices.
fn core_of(experiment: &Experiment) -> Option<Origin> {
    let (task, ready) = experiment.task().zip(experiment.ready.as_ref())?;
    let key = Key::of(&task, &ready.prices);
    let hash = key.hash();
    Some(Origin::Core { key: Box::new(key), hash })
}

impl<'a> Plan<'a> {
    /// The members of the sweep of the experiment at a position, which stand behind it, if all of
    /// them are there.
    pub(super) fn members(&self, at: usize) -> Option<&[Item<'a>]> {
        let count = self.items[at].experiment.members.len();
        let members = self.items.get(at + 1..=at + count)?;
        let id = self.items[at].id();
        members.iter().all(|member| member.experiment.owner() == Some(id)).then_some(members)
    }

    /// Whether an experiment has a page of its own: a member of a sweep only where that asks for it.
    pub(super) fn has_pages(&self, item: &Item<'_>) -> bool {
        let Some(owner) = item.experiment.owner() else { return true };
        let owner = self.by_id.get(owner).map(|at| &self.items[*at].experiment.spec);
        owner.and_then(|owner| owner.sweep.as_ref()).is_some_and(|sweep| sweep.pages)
    }

    /// The experiments with pages of their own, as others lead to them.
    pub(super) fn listed(&self) -> Vec<Listed> {
        let shown = self.items.iter().filter(|item| self.has_pages(item));
        let listed = shown.map(|item| {
            let spec = &item.experiment.spec;
            Listed {
                id: spec.id.clone(),
                title: spec.title.clone(),
                group: spec.group.clone(),
                order: spec.order,
                has_detectors: !spec.regimes.is_empty(),
            }
        });
        listed.collect()
    }

    /// The experiment that another one is compared with, if there is one.
    pub(super) fn other(&self, item: &Item<'_>) -> Option<&Item<'a>> {
        let id = item.experiment.spec.compares_with.as_ref()?;
        let shown = self.by_id.get(id.as_str()).map(|at| &self.items[*at]);
        shown.or_else(|| self.compared.iter().find(|compared| compared.id() == id))
    }

    /// The sources whose prices the items lack, with the number of experiments.
    pub(super) fn unpriced(&self) -> BTreeMap<&str, usize> {
        let mut unpriced = BTreeMap::new();
        for item in self.items.iter().filter(|item| item.is_unpriced()) {
            *unpriced.entry(item.experiment.spec.data.source.as_str()).or_insert(0) += 1;
        }
        unpriced
    }

    /// For every source whose prices are not those of the last build, which experiments that
    /// touches; one line each.
    pub(super) fn touched(&self, record: &Record) -> String {
        let mut sources: BTreeMap<&str, (Vec<&str>, usize)> = BTreeMap::new();
        for item in &self.items {
            let Origin::Core { key, .. } = &item.origin else { continue };
            let Some(last) = record.key(item.id()) else { continue };
            let (touched, all) =
                sources.entry(&item.experiment.spec.data.source).or_insert((Vec::new(), 0));
            *all += 1;
            if last.prices != key.prices {
                touched.push(item.id());
            }
        }
        let line = |(source, (touched, all)): (&str, (Vec<&str>, usize))| {
            if touched.is_empty() {
                return String::new();
            }
            let named = match touched.len() {
                0..=NAMED => touched.join(", "),
                many => format!("{} and {} more", touched[..NAMED].join(", "), many - NAMED),
            };
            let count = counted(all, "experiment", "experiments");
            format!("data/{source}: new prices touch {} of {count}: {named}\n", touched.len())
        };
        sources.into_iter().map(line).collect()
    }
}

/// Experiments that a line names.
const NAMED: usize = 12;

/// Why an experiment runs, or why it does not: which part of its key is another than at the last
/// build.
pub(super) fn explained(item: &Item<'_>, is_stored: bool, record: &Record) -> String {
    let id = item.id();
    let Origin::Core { key, hash } = &item.origin else {
        let why = if item.is_unpriced() { "there are no prices of its source" } else { "--only" };
        return format!("{id}: not run, as the site has it ({why})\n");
    };
    let short = &hash[..12];
    let fate = if is_stored {
        format!("{id}: not run, its results are in the store (key {short})")
    } else {
        format!("{id}: runs (key {short})")
    };
    let why = match record.key(id) {
        None => vec!["no earlier build of it is known here".to_owned()],
        Some(last) if last == &**key && is_stored => {
            vec!["nothing that it depends on has changed since the last build".to_owned()]
        }
        Some(last) if last == &**key => vec![
            "nothing that it depends on has changed since the last build, but its results are not \
             in the store"
                .to_owned(),
        ],
        Some(last) => differences(last, key, item.experiment),
    };
    std::iter::once(fate)
        .chain(why.iter().map(|line| format!("  {line}")))
        .collect::<Vec<_>>()
        .join("\n")
        + "\n"
}

/// The parts in which two keys of an experiment differ, in words.
fn differences(last: &Key, key: &Key, experiment: &Experiment) -> Vec<String> {
    let mut told: Vec<String> = diff::spec_changes(&last.spec, &key.spec)
        .into_iter()
        .map(|change| {
            let shown = |value: Option<String>| value.unwrap_or_else(|| "absent".to_owned());
            format!("spec: {}: {} -> {}", change.key, shown(change.old), shown(change.new))
        })
        .collect();
    if last.prices != key.prices {
        let panel = experiment.ready.as_ref().map(|ready| &ready.panel);
        told.push(match panel {
            Some(panel) if last.prices.days < key.prices.days && last.prices.begins(panel) => {
                let days = counted(key.prices.days - last.prices.days, "day", "days");
                format!("prices: {days} more after {}, the rest as before", last.prices.last_day)
            }
            _ if last.prices.hash == key.prices.hash => {
                "prices: as before, but other days are left out or filled".to_owned()
            }
            _ => format!(
                "prices: other values or days ({} to {}, {} days; before {} to {}, {} days)",
                key.prices.first_day,
                key.prices.last_day,
                key.prices.days,
                last.prices.first_day,
                last.prices.last_day,
                last.prices.days
            ),
        });
    }
    if last.source != key.source {
        told.push("source: other planted regimes, or other words for them".to_owned());
    }
    for (model, hash) in &key.forecasts {
        if last.forecasts.get(model) != Some(hash) {
            told.push(format!("forecasts of `{model}`: another file"));
        }
    }
    if last.engine != key.engine {
        told.push("engine: this version of the program computes by other sources".to_owned());
    }
    told
}
