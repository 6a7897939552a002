//! Experiment specs: what is understood, and what every mistake is told.

use dfa_report::engine::spec::{self, Document};
use serde_json::Value;

/// The fixture's name stands in for the name of the experiment: `ok_full.yaml` is `full`.
fn id(stem: &str) -> String {
    stem.trim_start_matches("ok_").trim_start_matches("err_").replace('_', "-")
}

/// Reads a fixture as the file that a user would have.
fn parse(path: &std::path::Path) -> Result<Document, dfa_report::base::diagnostic::Problems> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap();
    let text = fs_err::read_to_string(path).unwrap();
    let id = id(stem);
    spec::parse(&id, &format!("experiments/{id}.yaml"), &text)
}

#[test]
fn a_good_spec_is_understood_with_every_default() {
    insta::glob!("../fixtures/spec", "ok_*.yaml", |path| {
        let document = parse(path).unwrap();
        let resolved = serde_json::to_string_pretty(&document.spec.to_json()).unwrap();
        insta::assert_snapshot!("understood", resolved);
    });
}

#[test]
fn a_mistake_is_told_with_its_place_and_its_remedy() {
    insta::glob!("../fixtures/spec", "err_*.yaml", |path| {
        let problems = parse(path).unwrap_err();
        insta::assert_snapshot!("told", problems.to_string());
    });
}

#[test]
fn a_spec_written_out_reads_as_the_same_spec() {
    insta::glob!("../fixtures/spec", "ok_*.yaml", |path| {
        let written = parse(path).unwrap().spec;
        let resolved = written.to_json();
        let yaml = serde_yaml::to_string(&resolved).unwrap();
        let json = serde_json::to_string(&resolved).unwrap();
        for text in [yaml, json] {
            let read = spec::parse(&written.id, "resolved.yaml", &text).unwrap().spec;
            assert_eq!(read, written);
            assert_eq!(read.to_json(), resolved);
        }
    });
}

#[test]
fn keys_in_any_order_are_the_same_spec() {
    let one = "title: A\ndata: {target: SPY, features: [XLE]}\nseed: 3\n";
    let other = "seed: 3\ndata: {features: [XLE], target: SPY}\ntitle: A\n";
    let resolved = |text| spec::parse("a", "a.yaml", text).unwrap().spec.to_json().to_string();
    assert_eq!(resolved(one), resolved(other));
}

#[test]
fn what_only_the_data_can_prove_wrong_has_a_place() {
    let text = "title: A\ndata:\n  target: SPY\n  features: [XLE, \"XLU\"]\n  end: 2020-01-31\n";
    let Document { spec, places, members } = spec::parse("a", "a.yaml", text).unwrap();
    let at = dfa_report::base::diagnostic::Place::position;
    assert_eq!(at(&places.target), Some((3, 11, 3)));
    assert_eq!(
        places.features.iter().map(at).collect::<Vec<_>>(),
        [Some((4, 14, 3)), Some((4, 19, 5))]
    );
    assert_eq!(at(&places.end), Some((5, 8, 10)));
    assert_eq!(places.source.line, None, "left to the default: the file as a whole");
    let document = Document { spec, places, members };
    assert_eq!(document.place_of_ticker("XLU").and_then(at), Some((4, 19, 5)));
    assert_eq!(document.place_of_ticker("XLV"), None);
}

#[test]
fn text_of_any_kind_is_read_without_a_panic() {
    let full = include_str!("../fixtures/spec/ok_full.yaml");
    let other = include_str!("../fixtures/spec/ok_other.yaml");
    for text in [full, other] {
        for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            if let Err(problems) = spec::parse("a", "a.yaml", &text[..cut]) {
                assert!(!problems.is_empty());
            }
        }
    }
    let deep = "[".repeat(100_000);
    for text in
        [&deep, "\u{feff}title: A", "? [a]\n: 3", "~: 3", "12: 3", "a: *b", "a: &b [*b]", "\r\n"]
    {
        assert!(!spec::parse("a", "a.yaml", text).unwrap_err().is_empty());
    }
}

#[test]
fn line_ends_of_windows_change_nothing() {
    let text = include_str!("../fixtures/spec/ok_full.yaml");
    let crlf = text.replace('\n', "\r\n");
    let read = |text: &str| spec::parse("a", "a.yaml", text).unwrap().spec;
    assert_eq!(read(&crlf), read(text));
}

#[test]
fn the_schema_knows_the_same_keys_as_the_reader() {
    let schema = spec::json_schema();
    let reader = |yaml: &str| {
        let problems = spec::parse("a", "a.yaml", yaml).unwrap_err();
        let unknown = problems.iter().find(|p| p.message.contains("unknown key `zzz`"));
        let list = unknown.and_then(|problem| problem.expected.clone()).unwrap_or_default();
        let mut keys: Vec<String> =
            list.trim_start_matches("one of ").split(", ").map(|k| k.replace('`', "")).collect();
        keys.sort();
        keys
    };
    let properties = |schema: &Value| {
        let mut keys: Vec<String> =
            schema["properties"].as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    let at = |pointer: &str| schema.pointer(pointer).unwrap();
    assert_eq!(reader("zzz: 1"), properties(&schema));
    for (pointer, yaml) in [
        ("/properties/data", "data: {zzz: 1}"),
        ("/properties/walk_forward", "walk_forward: {zzz: 1}"),
        ("/properties/costs", "costs: {zzz: 1}"),
        ("/properties/models/items", "models: [{zzz: 1, kind: ridge}]"),
    ] {
        assert_eq!(reader(yaml), properties(at(pointer)), "{pointer}");
    }
    for (pointer, tag, yaml) in [
        ("/properties/selection", "method", "selection: {method: TAG, zzz: 1}"),
        ("/properties/positions/items", "rule", "positions: [{rule: TAG, zzz: 1}]"),
        ("/properties/regimes/items", "kind", "regimes: [{kind: TAG, zzz: 1}]"),
        (
            "/properties/models/items/properties/regime",
            "system",
            "models: [{kind: ridge, regime: {system: TAG, zzz: 1}}]",
        ),
    ] {
        for variant in at(pointer)["oneOf"].as_array().unwrap() {
            let word = variant["properties"][tag]["const"].as_str().unwrap();
            assert_eq!(reader(&yaml.replace("TAG", word)), properties(variant), "{word}");
        }
    }
}

#[test]
fn the_schema_is_as_reviewed() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&spec::json_schema()).unwrap());
}

/// The spec within stored results is what the same file says today.
#[test]
fn stored_results_hold_the_spec_as_it_is_written_today() {
    let mut compared = 0;
    for file in fs_err::read_dir("experiments").unwrap() {
        let path = file.unwrap().path();
        let id = path.file_stem().and_then(|stem| stem.to_str()).unwrap();
        let Ok(stored) = fs_err::read_to_string(format!("site/{id}/results.json")) else {
            continue;
        };
        let stored: Value = serde_json::from_str(&stored).unwrap();
        let text = fs_err::read_to_string(&path).unwrap();
        let spec = spec::parse(id, &path.display().to_string(), &text).unwrap().spec;
        let read: spec::Spec = serde_json::from_value(stored["spec"].clone()).unwrap();
        assert_eq!(spec::Spec { id: id.to_owned(), ..read }, spec);
        // As text: the order of keys is part of the contract.
        assert_eq!(format!("{:#}", spec.to_json()), format!("{:#}", stored["spec"]), "{id}");
        compared += 1;
    }
    assert!(compared > 10, "only {compared} experiments are stored");
}

/// The members that a fixture asks for: their ids, and choices as `key: value`.
#[test]
fn a_sweep_has_the_members_that_its_values_make() {
    let document = parse(std::path::Path::new("tests/fixtures/spec/ok_sweep.yaml")).unwrap();
    let members = &document.members;
    assert_eq!(members.len(), 40);
    let written = |member: &spec::Member| {
        let choices = member.choices.iter();
        let choices: Vec<String> =
            choices.map(|choice| format!("{}: {}", choice.key, choice.value)).collect();
        format!("{} {}", member.spec.id, choices.join("; "))
    };
    insta::assert_snapshot!(members.iter().map(written).collect::<Vec<_>>().join("\n"));
    for member in members {
        let spec = &member.spec;
        assert!(spec.sweep.is_none());
        assert!(spec.walk_forward.refit_every >= 5);
        assert_eq!(spec.data.source, document.spec.data.source);
    }
    let mut ids: Vec<&str> = members.iter().map(|m| m.spec.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 40, "each has an id of its own");
}

#[test]
fn a_value_more_moves_no_member_and_few_of_a_sample() {
    let ids = |values: &str, more: &str| -> std::collections::BTreeSet<String> {
        let text = format!(
            "title: A\ndata: {{target: SPY, features: [XLE, XLU]}}\nsweep:\n  \
             walk_forward.refit_every: [{values}]\n  data.lags: [[1], [1, 2], [1, 5]]\n{more}"
        );
        let members = spec::parse("a", "a.yaml", &text).unwrap().members;
        members.into_iter().map(|member| member.spec.id).collect()
    };
    let (few, more) = (ids("5, 21", ""), ids("1, 5, 21, 63", ""));
    assert!(few.len() == 6 && more.len() == 12 && few.is_subset(&more));
    let values: Vec<String> = (1..=40).map(|value| value.to_string()).collect();
    let drawn = |values: &[String]| ids(&values.join(", "), "  sample: 60\n");
    let (before, after) = (drawn(&values[..39]), drawn(&values));
    assert!(before.len() == 60 && after.len() == 60);
    assert!(before.intersection(&after).count() >= 52, "{before:?} {after:?}");
    assert_ne!(drawn(&values), ids(&values.join(", "), "  sample: 60\nseed: 2\n"));
}

#[test]
fn the_headline_is_found_among_the_members() {
    for (values, expected) in [("5, 21", vec![false, true]), ("5, 63", vec![false, false])] {
        let text = format!(
            "title: A\ndata: {{target: SPY, features: [XLE, XLU]}}\ncriteria: [{{claim: It is, test: \
             all.oos_r2 > 0}}]\nsweep:\n  walk_forward.refit_every: [{values}]\n"
        );
        let members = spec::parse("a", "a.yaml", &text).unwrap().members;
        assert_eq!(members.iter().map(|m| m.is_headline).collect::<Vec<_>>(), expected);
    }
}
