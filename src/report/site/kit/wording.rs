//! Names of detectors and of regime-aware systems as a reader meets them.

use serde_json::Value;

use crate::base::units::format;
use crate::results::spec::{Detector, SystemKind, word};
use crate::results::{ComparisonTest, RegimeKind, RegimeSummary, Results};

/// What is written in capitals.
const ABBREVIATIONS: [&str; 3] = ["ols", "pcr", "pls"];

/// "elastic_net" as "Elastic net", "pcr" as "PCR".
pub(crate) fn title(name: &str) -> String {
    let word = |word: &str| match ABBREVIATIONS.contains(&word) {
        true => word.to_uppercase(),
        false => word.to_owned(),
    };
    format::upper_first(&name.split('_').map(word).collect::<Vec<_>>().join(" "))
}

/// A plain model by its name, told to be weighted where it is: "Ridge weighted", "Mine (weighted)".
pub(crate) fn model(name: &str, is_weighted: bool) -> String {
    let title = title(name);
    if is_weighted && !title.to_lowercase().contains("weighted") {
        return format!("{title} (weighted)");
    }
    title
}

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
    match regime.kind {
        RegimeKind::SignFlip => match pair(results, regime) {
            Some((a, b)) => format!("the {a}–{b} sign"),
            None => "the sign of the pair".to_owned(),
        },
        RegimeKind::Coupling => "the coupling".to_owned(),
        RegimeKind::Volatility => "the volatility".to_owned(),
        RegimeKind::Eigen => "the eigen-structure".to_owned(),
        RegimeKind::Jump => "the jump model".to_owned(),
        RegimeKind::Mixture => "the Gaussian mixture".to_owned(),
        RegimeKind::Planted => "the planted truth".to_owned(),
    }
}

/// The two tickers whose correlation a sign detector follows, as the spec has them.
pub(crate) fn pair<'a>(results: &'a Results, regime: &RegimeSummary) -> Option<(&'a str, &'a str)> {
    let ([a, b], _) = spec(results, regime)?.pair()?;
    Some((a, b))
}

/// The settings of a detector as the spec has them: "window 63 days, threshold 0.1".
pub(crate) fn settings(results: &Results, regime: &RegimeSummary) -> String {
    each_setting(results, regime).join(", ")
}

/// Every setting of a detector in words.
pub(crate) fn each_setting(results: &Results, regime: &RegimeSummary) -> Vec<String> {
    let settings = spec(results, regime).and_then(|detector| serde_json::to_value(detector).ok());
    let Some(Value::Object(settings)) = settings else { return Vec::new() };
    let word = |(key, value): (&String, &Value)| {
        let value = match value {
            Value::Number(number) => number.as_f64()?.to_string(),
            Value::String(text) => text.clone(),
            Value::Array(items) => {
                let items: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                items?.join("–")
            }
            _ => return None,
        };
        Some(match key.as_str() {
            "window" | "correlation_window" | "reference" => {
                format!("{} {value} days", key.replace('_', " "))
            }
            "low" | "high" => format!("{key} quantile {value}"),
            "refit_every" => format!("refitted every {value} days"),
            "min_history" => format!("at least {value} days of history"),
            _ => format!("{} {value}", key.replace('_', " ")),
        })
    };
    let settings = settings.iter().filter(|(key, _)| *key != "kind");
    settings.filter_map(word).collect()
}

/// A detector's entry in the spec.
fn spec<'a>(results: &'a Results, regime: &RegimeSummary) -> Option<&'a Detector> {
    let position = results.regimes.iter().position(|known| known.name == regime.name)?;
    results.spec.regimes.get(position)
}

/// "Ridge, gated by the XLE–XLU sign".
pub(crate) fn system_title(twin: &str, system: SystemKind, detector: &str) -> String {
    match system {
        SystemKind::Gated => format!("{twin}, gated by {detector}"),
        SystemKind::PerRegime => format!("{twin}, per state of {detector}"),
        SystemKind::Interacted => format!("{twin}, interacted with {detector}"),
    }
}

/// "Ridge gated".
pub(crate) fn system_short(twin: &str, system: SystemKind) -> String {
    format!("{twin} {}", word(system).replace('_', " "))
}

/// The part of a title before its colon, where that says enough.
pub(crate) fn short_title(title: &str) -> &str {
    match title.split_once(": ") {
        Some((short, _)) if short.chars().count() >= 4 => short,
        _ => title,
    }
}

/// A sizing rule within a sentence: "proportional".
pub(crate) fn sizing(rule: &str) -> String {
    rule.replace('_', " ").to_lowercase()
}

/// The test of a system against its twin.
pub(crate) fn test(test: ComparisonTest) -> &'static str {
    match test {
        ComparisonTest::ClarkWest => "Clark–West",
        ComparisonTest::DieboldMariano => "Diebold–Mariano",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;

    #[test]
    fn settings_read_as_the_spec_has_them() {
        let results = stored::plain().results;
        let words = settings(&results, &results.regimes[0]);
        assert_eq!(words, "pair XLE–XLU, window 63 days, threshold 0.1");
    }

    #[test]
    fn names_read_as_words() {
        assert_eq!(title("elastic_net"), "Elastic net");
        assert_eq!((title("pls"), title("wide_ols")), ("PLS".to_owned(), "Wide OLS".to_owned()));
        assert_eq!(title(""), "");
        assert_eq!(model("ridge_weighted", true), "Ridge weighted");
        assert_eq!(model("mine", true), "Mine (weighted)");
        assert_eq!(model("mine", false), "Mine");
        let gated = system_title("Ridge", SystemKind::Gated, "the XLE–XLU sign");
        assert_eq!(gated, "Ridge, gated by the XLE–XLU sign");
        assert_eq!(system_short("Elastic net", SystemKind::PerRegime), "Elastic net per regime");
    }
}
