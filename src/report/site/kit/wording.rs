//! Names of detectors and of regime-aware systems as a reader meets them.

use serde_json::Value;

use crate::results::spec::Detector;
use crate::results::{RegimeSummary, Results};

/// A detector within a sentence: "the XLE–XLU sign", "the coupling". Its title when its kind has
/// no shorter name.
pub(crate) fn detector(results: &Results, name: &str) -> String {
    match results.regimes.iter().find(|regime| regime.name == name) {
        Some(regime) => phrase(results, regime),
        None => format!("“{name}”"),
    }
}

/// A detector as a label: "XLE–XLU sign", "coupling".
pub(crate) fn label(results: &Results, regime: &RegimeSummary) -> String {
    phrase(results, regime).trim_start_matches("the ").to_owned()
}

fn phrase(results: &Results, regime: &RegimeSummary) -> String {
    match regime.kind.as_str() {
        "sign_flip" => match pair(results, regime) {
            Some((a, b)) => format!("the {a}–{b} sign"),
            None => "the sign of the pair".to_owned(),
        },
        "coupling" => "the coupling".to_owned(),
        "volatility" => "the volatility".to_owned(),
        "eigen" => "the eigen-structure".to_owned(),
        "jump" => "the jump model".to_owned(),
        "mixture" => "the Gaussian mixture".to_owned(),
        "planted" => "the planted truth".to_owned(),
        _ => regime.title.clone(),
    }
}

/// The two tickers whose correlation a sign detector follows, as the spec has them.
pub(crate) fn pair<'a>(results: &'a Results, regime: &RegimeSummary) -> Option<(&'a str, &'a str)> {
    let ([a, b], _) = spec(results, regime)?.pair()?;
    Some((a, b))
}

/// The settings of a detector as the spec has them: "window 63, threshold 0.1".
pub(crate) fn settings(results: &Results, regime: &RegimeSummary) -> String {
    let settings = spec(results, regime).and_then(|detector| serde_json::to_value(detector).ok());
    let Some(Value::Object(settings)) = settings else { return String::new() };
    let words: Vec<String> = settings
        .iter()
        .filter(|(key, _)| *key != "kind")
        .filter_map(|(key, value)| {
            let value = match value {
                Value::Number(number) => number.as_f64()?.to_string(),
                Value::String(text) => text.clone(),
                Value::Array(items) => {
                    let items: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                    items?.join("–")
                }
                _ => return None,
            };
            Some(format!("{} {value}", key.replace('_', " ")))
        })
        .collect();
    words.join(", ")
}

/// A detector's entry in the spec.
fn spec<'a>(results: &'a Results, regime: &RegimeSummary) -> Option<&'a Detector> {
    let position = results.regimes.iter().position(|known| known.name == regime.name)?;
    results.spec.regimes.get(position)
}

/// "Ridge, gated by the XLE–XLU sign".
pub(crate) fn system_title(twin: &str, system: &str, detector: &str) -> String {
    match system {
        "gated" => format!("{twin}, gated by {detector}"),
        "per_regime" => format!("{twin}, per state of {detector}"),
        "interacted" => format!("{twin}, interacted with {detector}"),
        other => format!("{twin}, {} with {detector}", other.replace('_', " ")),
    }
}

/// "Ridge gated".
pub(crate) fn system_short(twin: &str, system: &str) -> String {
    format!("{twin} {}", system.replace('_', " "))
}

/// The test of a system against its twin.
pub(crate) fn test(name: &str) -> &'static str {
    match name {
        "clark_west" => "Clark–West",
        "diebold_mariano" => "Diebold–Mariano",
        _ => "test",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::site::fixture;

    #[test]
    fn settings_read_as_the_spec_has_them() {
        let results = fixture::experiment("baseline", false).results;
        let words = settings(&results, &results.regimes[0]);
        assert_eq!(words, "pair XLE–XLU, window 63, threshold 0.1");
    }

    #[test]
    fn a_system_is_named_after_its_twin_and_its_detector() {
        assert_eq!(
            system_title("Ridge", "gated", "the XLE–XLU sign"),
            "Ridge, gated by the XLE–XLU sign"
        );
        assert_eq!(system_short("Elastic net", "per_regime"), "Elastic net per regime");
    }
}
