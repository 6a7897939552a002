//! `sweep`: the experiments that one file asks for, each a spec of its own.

mod condition;
mod shown;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::Value;

use self::condition::Condition;
use self::shown::shown;
use super::check;
use super::places::Places;
use crate::base::diagnostic::{Problem, Problems};
use crate::base::units::format::count;
use crate::base::yaml::{Listed, Written, Yaml, behind, dotted_keys, schema, under};
use crate::results::Choice;
use crate::results::spec::{Spec, Sweep};

/// A member of a sweep: an experiment like any other.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its spec, which has no sweep; its id is that of the sweep, a point and a hash of its choices,
    /// so that a value more in the sweep moves no other member.
    pub spec: Spec,
    /// Where the file says so, within the sweep too.
    pub places: Places,
    /// What sets it apart: a value for each key of the sweep, in their order.
    pub choices: Vec<Choice>,
    /// Whether it is what the file asks for without its sweep.
    pub is_headline: bool,
}

/// Most combinations of values that are looked at.
const MOST_COMBINATIONS: usize = 100_000;

/// Most keys of a sweep: what each contributes is weighed over all subsets of them.
const MOST_KEYS: usize = 10;

/// Problems of members that are told one by one.
const MOST_TOLD: usize = 20;

/// Digits of a member's hash: of 100,000 members two are alike once in 50,000 sweeps.
const HASH_DIGITS: usize = 12;

/// Keys of the spec that change no forecast, or are of the file as a whole.
const WORDS: [&str; 11] = [
    "title",
    "question",
    "group",
    "order",
    "formerly",
    "control",
    "hypothesis",
    "criteria",
    "compares_with",
    "notes",
    "sweep",
];

/// Keys of the file that members do not have.
const OF_THE_FILE: [&str; 6] =
    ["formerly", "hypothesis", "criteria", "compares_with", "notes", "sweep"];

/// The members of the sweep of a file, in the order of their values as written, the last key
/// changing first. None of a file without a sweep, or where anything of the file is wrong.
pub(super) fn members(yaml: &mut Yaml<'_>, id: &str) -> Vec<Member> {
    if !yaml.has("sweep") {
        return Vec::new();
    }
    let sweep = yaml.get::<Sweep>("sweep");
    let mut listed = yaml.listed("sweep");
    listed.retain(|listed| !Sweep::SETTINGS.contains(&listed.key));
    check_keys(yaml, &listed);
    let base = yaml.get::<Spec>("").map(|spec| spec.filled(!yaml.has("regimes")));
    let conditions = conditions(yaml, &listed);
    let (Some(sweep), Some(base), true) = (sweep, base, yaml.is_sound()) else {
        return Vec::new();
    };
    let values = Values::new(&listed, base.to_json());
    let Some(combinations) = combinations(yaml, &values, &conditions) else { return Vec::new() };
    let Some(combinations) = drawn(yaml, &values, &sweep, base.seed, combinations) else {
        return Vec::new();
    };
    expanded(yaml, &Expanding { id, base: &base, values: &values }, &combinations)
}

/// The values of the swept keys.
struct Values<'a> {
    listed: &'a [Listed<'a>],
    /// By key, by value.
    json: Vec<Vec<Value>>,
    shown: Vec<Vec<String>>,
    /// What the file says without its sweep.
    base: Value,
}

impl<'a> Values<'a> {
    fn new(listed: &'a [Listed<'a>], base: Value) -> Self {
        let json: Vec<Vec<Value>> =
            listed.iter().map(|listed| listed.values.iter().map(Written::json).collect()).collect();
        let shown = json.iter().map(|values| shown(values)).collect();
        Self { listed, json, shown, base }
    }

    /// The value of a key of the spec in a combination, as far as it is written or a default.
    fn of<'v>(&'v self, combination: &[usize], key: &str) -> Option<&'v Value> {
        for (at, listed) in self.listed.iter().enumerate() {
            if let Some(rest) = behind(key, listed.key) {
                return under(&self.json[at][combination[at]], rest);
            }
        }
        under(&self.base, key)
    }

    /// A hash of the choices, hexadecimal; of another seed another order.
    fn hash(&self, combination: &[usize], seed: &str) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        hasher.update(seed.as_bytes());
        for (at, value) in combination.iter().enumerate() {
            let value = self.json[at][*value].to_string();
            for text in [self.listed[at].key, &value] {
                hasher.update(&(text.len() as u64).to_le_bytes());
                hasher.update(text.as_bytes());
            }
        }
        hasher.finalize()
    }

    fn replacements(&self, combination: &[usize]) -> Vec<(&'a Listed<'a>, Written<'a>)> {
        let pairs = self.listed.iter().zip(combination);
        pairs.map(|(listed, value)| (listed, listed.values[*value])).collect()
    }

    fn choices(&self, combination: &[usize]) -> Vec<Choice> {
        let at = |(at, value): (usize, &usize)| Choice {
            key: self.listed[at].key.to_owned(),
            value: self.shown[at][*value].clone(),
        };
        combination.iter().enumerate().map(at).collect()
    }
}

/// Whether each key can be swept, and each of its values can stand there.
fn check_keys(yaml: &mut Yaml<'_>, listed: &[Listed<'_>]) {
    if listed.is_empty() && yaml.is_sound() {
        let problem = Problem::new("a sweep without a key of the spec");
        yaml.report("sweep", problem.expected("one as in `walk_forward.refit_every: [1, 5, 21]`"));
    }
    if listed.len() > MOST_KEYS {
        let problem = Problem::new(format!("a sweep over {} keys", listed.len()));
        yaml.report_at(
            &listed[MOST_KEYS].place(),
            problem.expected(format!("at most {MOST_KEYS}")),
        );
    }
    for key in listed {
        let first = key.key.split(['.', '[']).next().unwrap_or_default();
        let outer = listed
            .iter()
            .find(|other| behind(key.key, other.key).is_some_and(|rest| !rest.is_empty()));
        if WORDS.contains(&first) {
            let problem = Problem::new(format!("`{}` cannot be swept", key.key))
                .expected("a key that changes what is computed")
                .hint("every member has the words of the file");
            yaml.report_at(&key.place(), problem);
        } else if let Some(outer) = outer {
            let message = format!("`{}` is a part of `{}`", key.key, outer.key);
            let problem = Problem::new(message).expected("one of the two");
            yaml.report_at(&key.place(), problem);
        } else if !yaml.takes(key.key) {
            let problem = Problem::new(format!("no place for `{}` in this file", key.key))
                .expected("the list or mapping that it is a part of")
                .hint(format!("write out `{first}`, which the sweep then changes"));
            yaml.report_at(&key.place(), problem);
        } else {
            check_values(yaml, key);
        }
    }
}

fn check_values(yaml: &mut Yaml<'_>, key: &Listed<'_>) {
    let known = yaml.problems().clone();
    let json: Vec<Value> = key.values.iter().map(Written::json).collect();
    for (position, value) in key.values.iter().enumerate() {
        if json[..position].contains(&json[position]) {
            let problem = Problem::new(format!("the same value twice under `{}`", key.key));
            yaml.report_at(&value.place(), problem.expected("each one once"));
            continue;
        }
        let alone = yaml.replaced::<Spec, ()>(&OF_THE_FILE, &[(key, *value)], |_| ());
        let mut is_key_unknown = false;
        for problem in alone.err().unwrap_or_default().iter() {
            if known.iter().all(|known| known != problem) {
                is_key_unknown |= problem.place == Some(key.place());
                yaml.extend(problem.clone().into());
            }
        }
        if is_key_unknown {
            return;
        }
    }
}

/// The conditions that can be read, each with its path.
fn conditions(yaml: &mut Yaml<'_>, listed: &[Listed<'_>]) -> Vec<(String, Condition)> {
    let of_spec = keys(&schema::<Spec>());
    let keys: Vec<&str> = listed
        .iter()
        .map(|listed| listed.key)
        .chain(of_spec.iter().map(|(key, _)| key.as_str()))
        .collect();
    let knows = |key: &str| {
        // What stands in a list or in a value is not told apart by the schema alone.
        let within = |known: &&&str| behind(key, known).is_some_and(|rest| rest.starts_with('['));
        keys.contains(&key) || keys.iter().any(|known| within(&known))
    };
    let mut conditions = Vec::new();
    for (path, text) in yaml.items::<String>("sweep.where") {
        let read = Condition::read(&text, &knows, &keys);
        let part = read.as_ref().ok().and_then(|condition| {
            let part_of = |key: &str| {
                let rest =
                    |swept: &&Listed<'_>| behind(swept.key, key).is_some_and(|r| !r.is_empty());
                listed.iter().find(rest).map(|swept| (key.to_owned(), swept.key))
            };
            condition.keys().find_map(part_of)
        });
        match (read, part) {
            (Ok(_), Some((key, swept))) => {
                let problem = Problem::new(format!("`{key}` has a part that is swept"));
                yaml.report(&path, problem.expected(format!("a condition on `{swept}`")));
            }
            (Ok(condition), None) => conditions.push((path, condition)),
            (Err(mistake), _) => {
                let problem = Problem::new(mistake.message).expected(mistake.expected);
                let problem =
                    if mistake.hint.is_empty() { problem } else { problem.hint(mistake.hint) };
                yaml.report_at(&yaml.place_within(&path, mistake.at), problem);
            }
        }
    }
    conditions
}

/// The combinations for which all conditions hold, by position of the value of each key.
fn combinations(
    yaml: &mut Yaml<'_>,
    values: &Values<'_>,
    conditions: &[(String, Condition)],
) -> Option<Vec<Vec<usize>>> {
    let sizes: Vec<usize> = values.json.iter().map(Vec::len).collect();
    let all = sizes.iter().try_fold(1_usize, |all, size| all.checked_mul(*size));
    let Some(all) = all.filter(|all| *all <= MOST_COMBINATIONS) else {
        let written: Vec<String> = sizes.iter().map(ToString::to_string).collect();
        let problem = Problem::new(format!("too many combinations: {}", written.join(" x ")))
            .expected(format!("at most {}", count(MOST_COMBINATIONS)))
            .hint("leave out values; `sample` and `where` choose among the combinations");
        yaml.report("sweep", problem);
        return None;
    };
    let combination = |at: usize| {
        let mut rest = at;
        let mut digits: Vec<usize> = sizes
            .iter()
            .rev()
            .map(|size| {
                let digit = rest % size;
                rest /= size;
                digit
            })
            .collect();
        digits.reverse();
        digits
    };
    let before = yaml.problems().len();
    for (path, condition) in conditions {
        let is_of_none = |key: &&str| (0..all).all(|at| values.of(&combination(at), key).is_none());
        if let Some(key) = condition.keys().find(is_of_none) {
            let problem = Problem::new(format!("no member has the key `{key}`"));
            yaml.report(path, problem.expected("a key that some member has"));
        }
    }
    if yaml.problems().len() > before {
        return None;
    }
    let kept: Vec<Vec<usize>> = (0..all)
        .map(combination)
        .filter(|found| conditions.iter().all(|(_, c)| c.holds(&|key| values.of(found, key))))
        .collect();
    if kept.is_empty() {
        let problem = Problem::new("no member is left: no combination meets all conditions");
        yaml.report("sweep.where", problem.expected("conditions that some combination meets"));
        return None;
    }
    Some(kept)
}

/// As many of the combinations as the sweep asks for, in their order.
///
/// Those with the smallest hashes: a value more in the sweep moves few of them.
fn drawn(
    yaml: &mut Yaml<'_>,
    values: &Values<'_>,
    sweep: &Sweep,
    seed: u64,
    all: Vec<Vec<usize>>,
) -> Option<Vec<Vec<usize>>> {
    let Some(sample) = sweep.sample else { return Some(all) };
    if sample > all.len() {
        let problem =
            Problem::new(format!("a sample of {} from {}", count(sample), count(all.len())));
        yaml.report("sweep.sample", problem.expected(format!("at most {}", count(all.len()))));
        return None;
    }
    let purpose = format!("sample of a sweep {seed}");
    let hash = |at: usize| (*values.hash(&all[at], &purpose).as_bytes(), at);
    let mut order: Vec<([u8; 32], usize)> = (0..all.len()).map(hash).collect();
    order.sort_unstable();
    let mut kept: Vec<usize> = order.into_iter().take(sample).map(|(_, at)| at).collect();
    kept.sort_unstable();
    Some(kept.into_iter().map(|at| all[at].clone()).collect())
}

/// The keys of the spec that can be swept, with the schema of each.
pub(super) fn keys(spec: &Value) -> Vec<(String, Value)> {
    let is_swept = |key: &str| {
        let first = key.split('.').next().unwrap_or_default();
        !WORDS.contains(&first)
    };
    dotted_keys(spec).into_iter().filter(|(key, _)| is_swept(key)).collect()
}

/// What members are made of.
struct Expanding<'a> {
    id: &'a str,
    base: &'a Spec,
    values: &'a Values<'a>,
}

/// What is computed of a spec, as text: two specs with the same are the same experiment.
fn computed(spec: &Spec) -> blake3::Hash {
    let mut json = spec.to_json();
    if let Value::Object(json) = &mut json {
        json.retain(|key, _| !WORDS.contains(&key.as_str()));
    }
    blake3::hash(json.to_string().as_bytes())
}

/// The member of every combination; reports what is wrong with one, and members that are the same.
fn expanded(
    yaml: &mut Yaml<'_>,
    expanding: &Expanding<'_>,
    combinations: &[Vec<usize>],
) -> Vec<Member> {
    let headline = computed(expanding.base);
    let shared: &Yaml<'_> = yaml;
    let read: Vec<Result<(Member, blake3::Hash), Problems>> = combinations
        .par_iter()
        .map(|combination| {
            let (spec, places) = read(shared, expanding, combination)?;
            let hash = computed(&spec);
            let choices = expanding.values.choices(combination);
            Ok((Member { spec, places, choices, is_headline: hash == headline }, hash))
        })
        .collect();
    let mut members = Vec::with_capacity(read.len());
    let mut known: BTreeMap<[u8; 32], usize> = BTreeMap::new();
    let mut found: Vec<(Problem, usize, usize)> = Vec::new();
    for (at, member) in read.into_iter().enumerate() {
        match member {
            Ok((member, hash)) => {
                let first = *known.entry(*hash.as_bytes()).or_insert(at);
                if first != at {
                    let problem = twin(expanding.values, &combinations[first], &combinations[at]);
                    // A value that changes nothing makes a twin of every member that has it.
                    match found.iter_mut().find(|(known, ..)| known.place == problem.place) {
                        Some((.., count)) => *count += 1,
                        None => found.push((problem, at, 1)),
                    }
                }
                members.push(member);
            }
            Err(problems) => {
                for problem in problems.iter() {
                    match found.iter_mut().find(|(known, ..)| known == problem) {
                        Some((.., count)) => *count += 1,
                        None => found.push((problem.clone(), at, 1)),
                    }
                }
            }
        }
    }
    let more = found.len().saturating_sub(MOST_TOLD);
    for (problem, at, members) in found.into_iter().take(MOST_TOLD) {
        let choices = written(&expanding.values.choices(&combinations[at]));
        let others = match members {
            1 => String::new(),
            2 => " and one other".to_owned(),
            _ => format!(" and {} others", count(members - 1)),
        };
        let message = format!("{}, in the member {choices}{others}", problem.message);
        let hint = problem.hint.clone().unwrap_or_else(|| "leave it out by `where`".to_owned());
        yaml.extend(Problem { message, ..problem.hint(hint) }.into());
    }
    if more > 0 {
        let problem = Problem::new(format!("{} more problems of members", count(more)));
        yaml.report("sweep", problem.hint("mend those above first"));
    }
    members
}

fn twin(values: &Values<'_>, first: &[usize], second: &[usize]) -> Problem {
    let other = written(&values.choices(first));
    let differs = (0..first.len()).find(|at| first[*at] != second[*at]).unwrap_or(0);
    let place = values.listed[differs].values[second[differs]].place();
    Problem::new(format!("the same experiment as the member {other}"))
        .expected("values that change something")
        .hint("drop one of the two values")
        .at(place)
}

fn written(choices: &[Choice]) -> String {
    let pairs: Vec<String> =
        choices.iter().map(|choice| format!("{}: {}", choice.key, choice.value)).collect();
    format!("`{}`", pairs.join(", "))
}

/// The file with the values of a combination, as an experiment.
fn read(
    yaml: &Yaml<'_>,
    expanding: &Expanding<'_>,
    combination: &[usize],
) -> Result<(Spec, Places), Problems> {
    let Expanding { id, base, values } = expanding;
    let (spec, (places, leaves_out_regimes)) =
        yaml.replaced::<Spec, _>(&OF_THE_FILE, &values.replacements(combination), |member| {
            check::check(member);
            (Places::of(member), !member.has("regimes"))
        })?;
    let spec = spec.filled(leaves_out_regimes);
    let hash = values.hash(combination, "").to_hex();
    let choices = values.choices(combination);
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().replace('_', " ");
    let words: Vec<String> =
        choices.iter().map(|choice| format!("{} {}", last(&choice.key), choice.value)).collect();
    let title = format!("{}: {}", base.title, words.join(", "));
    let spec = Spec {
        id: format!("{id}.{}", &hash[..HASH_DIGITS]),
        title: title.chars().take(300).collect(),
        question: String::new(),
        order: None,
        ..spec
    };
    Ok((spec, places))
}
