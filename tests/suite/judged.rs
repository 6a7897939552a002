//! What follows from files alone: the shipped experiments, judged and settled from their files as
//! right after their run.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use dfa_report::engine::experiment::{self, Given, Source, Task};
use dfa_report::engine::repository::{Digest, core, judge, judge_all, put_words, settle};
use dfa_report::engine::spec::{self, Spec};
use dfa_report::prices::data::{self, Description, Forecasts, PriceTable, Truth};
use dfa_report::prices::panel::Panel;
use dfa_report::results::{Outcome, Results, Series, from_json, to_json};

use crate::support::{names, read, repository};

/// An experiment and what a run of it gives, not yet judged.
type Ran = (Spec, (Results, Series));

static SHIPPED: LazyLock<Vec<Ran>> = LazyLock::new(shipped);

/// Every shipped experiment, on its source.
fn shipped() -> Vec<Ran> {
    let files = names(&repository("experiments"));
    let ids: Vec<&str> = files.iter().filter_map(|name| name.strip_suffix(".yaml")).collect();
    let parsed = |id: &&str| {
        let yaml = read(&format!("experiments/{id}.yaml"));
        spec::parse(id, id, &yaml).unwrap_or_else(|e| panic!("{e}")).spec
    };
    let specs: Vec<Spec> = ids.iter().map(parsed).collect();
    let source = |name: &str| read(&format!("data/sample/{name}"));
    let table = data::read_csv("prices.csv", &source("prices.csv")).unwrap();
    let description = Description::parse("source.yaml", &source("source.yaml")).unwrap();
    let truth = Truth::parse("truth.csv", &source("truth.csv")).unwrap();
    assert!(specs.iter().all(|spec| spec.data.source == "sample"));
    // One panel for all with equal data.
    let mut panels: BTreeMap<String, Panel> = BTreeMap::new();
    let key = |spec: &Spec| serde_json::to_string(&spec.data).unwrap();
    for spec in &specs {
        panels.entry(key(spec)).or_insert_with(|| data::align(&table, &spec.data).unwrap());
    }
    let panel = |spec: &Spec| &panels[&key(spec)];
    let given: Vec<Vec<Given>> =
        specs.iter().map(|spec| given(spec, panel(spec), &table)).collect();
    let mut tasks = Vec::new();
    for (spec, given) in specs.iter().zip(&given) {
        let source = Source { description: Some(&description), truth: Some(&truth), given };
        tasks.push(Task { spec, panel: panel(spec), place: None, source });
    }
    let ran = experiment::run_all(&tasks, &|_| {}).unwrap_or_else(|e| panic!("{e}"));
    specs.iter().cloned().zip(ran).collect()
}

fn given(spec: &Spec, panel: &Panel, table: &PriceTable) -> Vec<Given> {
    let read_one = |(name, file): (&String, &String)| {
        let forecasts = Forecasts::parse(file, &read(&format!("experiments/{file}"))).unwrap();
        experiment::give(spec, panel, &table.days, name, &forecasts).unwrap()
    };
    let files = spec.models.iter().filter_map(|model| Some((&model.name, model.file.as_ref()?)));
    files.map(read_one).collect()
}

fn ran() -> Vec<(Results, Series)> {
    SHIPPED.iter().map(|(_, ran)| ran.clone()).collect()
}

/// Written to files and read from them.
fn through_files((results, series): &(Results, Series)) -> (Results, Series) {
    let texts = series.files().map(|(_, table)| table.to_csv());
    let series = Series::from_csv(texts.iter().map(String::as_str)).unwrap();
    (from_json("results.json", &to_json(results)).unwrap(), series)
}

fn texts(experiments: &[(Results, Series)]) -> Vec<String> {
    experiments.iter().map(|(results, _)| to_json(results)).collect()
}

#[test]
fn what_comes_from_files_is_judged_and_settled_as_what_was_just_run() {
    let mut fresh = ran();
    for (results, _) in &fresh {
        let verdict = &results.verdict;
        assert!(verdict.criteria.is_empty() && verdict.stamp.is_none(), "{}", results.id);
        assert!(results.comparison.is_none() && results.trials.is_none(), "{}", results.id);
    }
    // Other words first, as an entry that was kept under other words has.
    let mut kept: Vec<(Results, Series)> = fresh.iter().map(through_files).collect();
    for ((spec, _), (results, series)) in SHIPPED.iter().zip(&mut kept) {
        put_words(results, &core(spec));
        judge(results, series, None).unwrap();
        put_words(results, spec);
    }
    for experiments in [&mut fresh, &mut kept] {
        judge_all(experiments).unwrap();
        settle(experiments.iter_mut().map(|(results, series)| (results, &*series)));
    }
    for ((fresh, _), (kept, _)) in fresh.iter().zip(&kept) {
        assert!(to_json(fresh) == to_json(kept), "{} differs", fresh.id);
    }
    // Judged and settled again, as a site that is built once more.
    let once = texts(&fresh);
    let mut again: Vec<(Results, Series)> = fresh.iter().map(through_files).collect();
    judge_all(&mut again).unwrap();
    settle(again.iter_mut().map(|(results, series)| (results, &*series)));
    assert!(texts(&again) == once);
    let decided = fresh.iter().flat_map(|(results, _)| &results.verdict.criteria);
    assert!(decided.filter(|criterion| criterion.outcome != Outcome::Open).count() > 10);
    assert!(fresh.iter().any(|(results, _)| results.comparison.is_some()));
}

#[test]
fn what_is_settled_does_not_depend_on_the_order_of_the_experiments() {
    let mut once = ran();
    settle(once.iter_mut().map(|(results, series)| (results, &*series)));
    let expected: BTreeMap<String, String> =
        once.iter().map(|(results, _)| (results.id.clone(), to_json(results))).collect();
    let trials = once[0].0.trials.unwrap();
    // By daily correlations it was 47 to 51, by the order of the experiments.
    assert!((45..=53).contains(&trials.effective), "{trials:?}");
    for step in [1, 3, 7] {
        let mut moved = ran();
        moved.reverse();
        moved.rotate_left(step);
        settle(moved.iter_mut().map(|(results, series)| (results, &*series)));
        for (results, _) in &moved {
            assert!(to_json(results) == expected[&results.id], "{} {step}", results.id);
        }
    }
}

#[test]
fn a_digest_is_compact_and_is_read_back() {
    for (results, series) in ran() {
        let digest = Digest::of(&results, &series);
        let bytes = digest.to_bytes();
        assert_eq!(Digest::from_bytes(&bytes), Some(digest));
        let tracks: usize = results.models.values().map(|model| model.strategies.len()).sum();
        let (rows, models) = (results.walk_forward.forecasts, results.models.len());
        // A byte a day, four a model and day, two a strategy and week.
        let most = rows + 4 * rows * models + 2 * (rows / 4) * tracks + 1_000;
        assert!(bytes.len() < most, "{}: {} bytes", results.id, bytes.len());
    }
}
