//! What was asked and on which data, compared key by key.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::results::Results;
use crate::results::spec::entry_names;

/// Characters of a hash that are shown.
const HASH_SHOWN: usize = 12;

/// A value that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ValueChange {
    /// The key, dotted.
    pub key: String,
    /// In the base, as compact JSON without the quotes of a string; `None` where there is none.
    pub old: Option<String>,
    /// In the head.
    pub new: Option<String>,
}

/// The name of the hash of the panel among what differs of the data.
pub(super) const DATA_HASH: &str = "data_hash";

/// Keys of a spec that are words: nothing that is computed depends on them.
const WORDS: [&str; 7] = ["title", "question", "hypothesis", "notes", "group", "order", "formerly"];

impl ValueChange {
    /// Whether only words changed.
    pub(super) fn is_of_words(&self) -> bool {
        WORDS.contains(&self.key.as_str()) || self.key.ends_with(".claim")
    }
}

/// The keys of the spec whose values differ: in the order of the head, then those it lacks.
///
/// An entry of a list of mappings goes by its `name`, `kind` or `rule`: `models.lasso.alphas.count`.
pub(super) fn changes(old: &Results, new: &Results) -> Vec<ValueChange> {
    spec_changes(&old.spec.to_json(), &new.spec.to_json())
}

/// The keys of two specs, as JSON, whose values differ.
pub(crate) fn spec_changes(old: &Value, new: &Value) -> Vec<ValueChange> {
    compare(&leaves(old), &leaves(new))
}

/// Whether the tests by which an experiment is judged changed.
pub(super) fn is_restated(old: &Results, new: &Results) -> bool {
    let of = |results: &Results| -> Vec<String> {
        results.spec.criteria.iter().map(|criterion| criterion.test.clone()).collect()
    };
    of(old) != of(new)
}

/// What is concluded otherwise, stamp and criteria apart, and whether the certificate holds.
pub(super) fn verdict_changes(old: &Results, new: &Results) -> Vec<ValueChange> {
    let of = |results: &Results| match serde_json::to_value(&results.verdict) {
        Ok(mut verdict) => {
            if let Some(verdict) = verdict.as_object_mut() {
                verdict.retain(|key, _| !["stamp", "criteria"].contains(&key.as_str()));
            }
            let certificate = serde_json::json!({ "certificate": results.certificate.outcome });
            leaves(&verdict).into_iter().chain(leaves(&certificate)).collect()
        }
        Err(error) => unreachable!("a verdict always serialises: {error}"),
    };
    // Numbers are no conclusion, and what is not there is told by what is.
    let is_number = |text: &str| text.starts_with('[') || text.parse::<f64>().is_ok();
    let is_none = |text: &str| text == "null" || is_number(text);
    let all = |change: &ValueChange, is: &dyn Fn(&str) -> bool| {
        [&change.old, &change.new].into_iter().flatten().all(|text| is(text))
    };
    let mut changes = compare(&of(old), &of(new));
    changes.retain(|change| !all(change, &is_none));
    changes
}

/// What differs of the panel and of the sample behind the figures.
pub(super) fn data_changes(old: &Results, new: &Results) -> Vec<ValueChange> {
    let of = |results: &Results| -> IndexMap<String, String> {
        let (data, walk) = (&results.data, &results.walk_forward);
        let hash = results.provenance.data_hash.chars().take(HASH_SHOWN).collect();
        [
            (DATA_HASH, hash),
            ("first_day", data.first_day.to_string()),
            ("last_day", data.last_day.to_string()),
            ("rows", data.rows.to_string()),
            ("dropped_days", data.dropped_days.to_string()),
            ("filled_prices", data.filled_prices.to_string()),
            ("first_forecast", walk.first_forecast.to_string()),
            ("last_forecast", walk.last_forecast.to_string()),
            ("forecasts", walk.forecasts.to_string()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into_iter()
        .collect()
    };
    compare(&of(old), &of(new))
}

fn compare(old: &IndexMap<String, String>, new: &IndexMap<String, String>) -> Vec<ValueChange> {
    let keys = new.keys().chain(old.keys().filter(|key| !new.contains_key(*key)));
    keys.filter(|key| old.get(*key) != new.get(*key))
        .map(|key| ValueChange {
            key: key.clone(),
            old: old.get(key).cloned(),
            new: new.get(key).cloned(),
        })
        .collect()
}

/// A value as dotted keys and texts.
fn leaves(value: &Value) -> IndexMap<String, String> {
    let mut leaves = IndexMap::new();
    collect("", value, &mut leaves);
    leaves
}

fn collect(path: &str, value: &Value, leaves: &mut IndexMap<String, String>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, field) in fields {
                collect(&below(key), field, leaves);
            }
        }
        Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_object) => {
            let names = entry_names(items);
            // The list itself shows what came, what went and the order.
            leaves.insert(path.to_owned(), format!("[{}]", names.join(",")));
            for (name, item) in names.iter().zip(items) {
                collect(&below(name), item, leaves);
            }
        }
        Value::String(text) => {
            leaves.insert(path.to_owned(), text.clone());
        }
        _ => {
            leaves.insert(path.to_owned(), value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::stored;

    /// Changes as `key: old > new`.
    fn shown(changes: &[ValueChange]) -> Vec<String> {
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
        changes.iter().map(|c| format!("{}: {} > {}", c.key, text(&c.old), text(&c.new))).collect()
    }

    #[test]
    fn keys_are_dotted_named_and_in_the_order_of_the_head() {
        for ([old, new], expected) in [
            (
                [
                    json!({"data": {"lags": [1], "end": "2020-01-01"}, "seed": 1}),
                    json!({"data": {"lags": [1, 2]}, "seed": 2, "costs": {"cash": null}}),
                ],
                &[
                    "data.lags: [1] > [1,2]",
                    "seed: 1 > 2",
                    "costs.cash: none > null",
                    "data.end: 2020-01-01 > none",
                ][..],
            ),
            // An entry keeps its name when another is put before it.
            (
                [
                    json!({"models": [{"kind": "lasso", "count": 60}]}),
                    json!({"models": [{"kind": "ridge"}, {"kind": "lasso", "count": 80}, {"kind": "lasso"}]}),
                ],
                &[
                    "models: [lasso] > [ridge,lasso,lasso#2]",
                    "models.ridge.kind: none > ridge",
                    "models.lasso.count: 60 > 80",
                    "models.lasso#2.kind: none > lasso",
                ],
            ),
            // The order of a list is a change and that of keys is none.
            (
                [
                    json!({"positions": [{"rule": "a"}, {"rule": "b"}], "seed": 1}),
                    json!({"seed": 1, "positions": [{"rule": "b"}, {"rule": "a"}]}),
                ],
                &["positions: [a,b] > [b,a]"],
            ),
        ] {
            assert_eq!(shown(&compare(&leaves(&old), &leaves(&new))), expected);
        }
    }

    #[test]
    fn an_outcome_is_a_change_its_figure_is_none_and_another_test_is_a_restatement() {
        use super::super::Found;
        use crate::results::spec::Criterion;
        use crate::results::{CriterionOutcome, Estimate, Outcome, Stamp};
        let stated = |test: &str, outcome, value| {
            let mut results = stored::lasso("a");
            let (claim, test) = ("It beats the mean".to_owned(), test.to_owned());
            results.spec.criteria = vec![Criterion { claim: claim.clone(), test: test.clone() }];
            results.verdict.stamp = Some(match outcome {
                Outcome::Met => Stamp::Confirmed,
                _ => Stamp::Open,
            });
            results.verdict.criteria = vec![CriterionOutcome {
                claim,
                test,
                subject: Some("lasso".to_owned()),
                figure: "oos_r2".to_owned(),
                is_difference: false,
                is_over_other: false,
                bound: Some(0.0),
                records: 1,
                value: Some(Estimate { value, interval: None }),
                interval_level: 0.9,
                shifted_p: Some(value),
                outcome,
                detectable: Some(value),
            }];
            std::collections::BTreeMap::from([("a".to_owned(), results)])
        };
        let changed = |old: &_, new: &_| {
            let diff = stored::compared(old, new, &Found::default());
            diff.changed.into_iter().next().unwrap()
        };
        let old = stated("all.oos_r2 > 0", Outcome::Open, 0.001);
        let new = stated("all.oos_r2 > 0", Outcome::Met, 0.002);
        let diff = changed(&old, &new);
        assert_eq!(diff.stamp, Some(["open", "confirmed"].map(str::to_owned)));
        assert_eq!(
            super::super::summary::criterion(&diff.criteria[0]),
            "It beats the mean: open → met"
        );
        assert!(!diff.restated && diff.verdict.is_empty(), "{:?}", diff.verdict);
        // The other way round the gate hears of it.
        let lost: Vec<_> =
            changed(&new, &old).lost_criteria().map(|(_, now)| now.to_owned()).collect();
        assert_eq!(lost, ["open"]);
        assert!(changed(&old, &stated("all.oos_r2 > 0.001", Outcome::Met, 0.002)).restated);
    }

    #[test]
    fn the_window_of_the_data_is_compared() {
        let mut old = stored::lasso("a");
        old.provenance.data_hash = "d".repeat(64);
        let mut new = old.clone();
        new.data.rows = 5001;
        new.provenance.data_hash = "e".repeat(64);
        assert_eq!(
            shown(&data_changes(&old, &new)),
            ["data_hash: dddddddddddd > eeeeeeeeeeee", "rows: 5000 > 5001"]
        );
        assert!(data_changes(&old, &old).is_empty());
    }
}
