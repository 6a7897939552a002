//! The words of a spec: what an experiment is called and what is asked of it, on which nothing that is
//! computed depends.

use crate::engine::experiment::spec_hash;
use crate::results::spec::Spec;
use crate::results::{Results, kept};

/// The spec without its words: `title`, `question`, `hypothesis`, `notes`, `group`, `order`,
/// `formerly`, `control`, `compares_with`, `criteria`, and the id. Experiments with equal cores on equal data
/// have equal series, and results that differ in their words and in what is settled from these.
#[must_use]
pub fn core(spec: &Spec) -> Spec {
    Spec {
        id: String::new(),
        title: String::new(),
        question: String::new(),
        group: String::new(),
        order: None,
        formerly: Vec::new(),
        control: false,
        hypothesis: String::new(),
        criteria: Vec::new(),
        compares_with: None,
        notes: String::new(),
        sweep: None,
        ..spec.clone()
    }
}

/// Puts the words of a spec into results that were computed under others: they are then what a run
/// of that spec gives, before anything is judged or settled. The cores of both must be equal.
pub fn put_words(results: &mut Results, spec: &Spec) {
    results.id.clone_from(&spec.id);
    results.title.clone_from(&spec.title);
    results.hypothesis.clone_from(&spec.hypothesis);
    results.notes.clone_from(&spec.notes);
    results.provenance.spec_hash = spec_hash(spec);
    // A spec that was read holds finite numbers.
    results.spec = kept(spec, "spec").unwrap_or_else(|_| spec.clone());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::experiment::simulated::{panel, spec};
    use crate::engine::experiment::{Source, run};
    use crate::engine::repository::judge;
    use crate::results::{Series, to_json};

    const CORE: &str = "models: [{kind: ridge, alphas: {count: 3}}, \
                        {kind: ridge, alphas: {count: 3}, name: gated, regime: {system: gated}}]\n\
                        regimes: [{kind: volatility, min_history: 60}]\n";

    const WORDS: [&str; 3] = [
        "",
        "question: Which?\ngroup: g\norder: 3\nformerly: [old]\ncontrol: true\nhypothesis: h\nnotes: n\n\
         compares_with: other\n\
         criteria: [{claim: c, test: ridge.gain.oos_r2 > 0}, {claim: d, test: all.hit_rate > 0.4}]\n",
        "criteria: [{claim: a state, test: 'ridge.regime[volatile].oos_r2 > gated.oos_r2'}]\n",
    ];

    fn tables(series: &Series) -> Vec<String> {
        series.files().map(|(_, table)| table.to_csv()).into()
    }

    #[test]
    fn nothing_that_is_computed_depends_on_words() {
        let panel = panel(1_000);
        let specs = WORDS.map(|words| spec(&format!("{CORE}{words}")));
        let ran = specs.each_ref().map(|spec| run(spec, &panel, Source::default()).unwrap());
        for (from, (results, series)) in ran.iter().enumerate() {
            for (to, (expected, others)) in ran.iter().enumerate() {
                assert_eq!(core(&specs[from]), core(&specs[to]));
                assert!(tables(series) == tables(others), "{from} {to}");
                let mut worded = results.clone();
                put_words(&mut worded, &specs[to]);
                assert_eq!(to_json(&worded), to_json(expected), "{from} to {to}");
                // Judged under other words before, and then under these.
                let mut again = results.clone();
                judge(&mut again, series, Some((expected, others))).unwrap();
                put_words(&mut again, &specs[to]);
                let mut fresh = expected.clone();
                for results in [&mut again, &mut fresh] {
                    judge(results, series, Some((&ran[0].0, &ran[0].1))).unwrap();
                }
                assert_eq!(to_json(&again), to_json(&fresh), "{from} to {to}");
            }
        }
        let mut judged = ran[1].0.clone();
        judge(&mut judged, &ran[1].1, Some((&ran[0].0, &ran[0].1))).unwrap();
        assert_eq!(judged.verdict.criteria.len(), 3);
        assert!(judged.comparison.is_some() && judged.verdict.stamp.is_some());
    }

    #[test]
    fn a_core_has_no_words_and_all_else() {
        let whole = spec(&format!("{CORE}{}seed: 7\n", WORDS[1]));
        let core = core(&whole);
        let json = core.to_json();
        let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        let words =
            ["question", "group", "order", "formerly", "control", "compares_with", "criteria"];
        assert!(keys.iter().all(|key| !words.contains(&key.as_str())), "{keys:?}");
        assert_eq!(
            (&json["title"], &json["hypothesis"], &json["notes"]),
            (&"".into(), &"".into(), &"".into())
        );
        assert_eq!((core.seed, &core.models, &core.data), (7, &whole.models, &whole.data));
        // Every key is a word or part of the core.
        let all: Vec<String> = whole.to_json().as_object().unwrap().keys().cloned().collect();
        for key in &all {
            let is_word = words.contains(&key.as_str())
                || ["title", "hypothesis", "notes"].contains(&key.as_str());
            assert_eq!(json.get(key) == whole.to_json().get(key), !is_word, "{key}");
        }
    }
}
