//! `regimes`: which detectors to run.
//!
//! A detector is a mapping tagged by `kind`. A further kind is one more word in [`KINDS`] and one
//! more function beside [`read_sign_flip`].

use super::super::defaults;
use super::super::reader::{Field, Mapping, Numbers, Reader};
use super::data::read_ticker;
use crate::diagnostic::{Problem, did_you_mean};
use crate::regime::Settings;

/// The kinds of detectors.
const KINDS: [&str; 1] = ["sign_flip"];

/// The half width of a dead band of correlations.
const THRESHOLD: Numbers = Numbers {
    expected: "a number from 0 to below 1",
    hint: None,
    holds: |h| (0.0..1.0).contains(&h),
};

/// Days below which a correlation is 1 or -1 whatever the data.
const LEAST_WINDOW: usize = 3;

/// Reads the section. The `tickers` of the data, the features and the target, are given when they
/// are sound.
pub(crate) fn read<'a>(
    reader: &mut Reader<'a>,
    field: Option<Field<'a>>,
    features: &[String],
    tickers: Option<&[String]>,
) -> Vec<Settings> {
    let Some(field) = field else { return defaults::regimes(features) };
    let Some(items) = reader.items(&field, "a list of detectors as in [{kind: sign_flip}]") else {
        return Vec::new();
    };
    let mut regimes: Vec<Settings> = Vec::new();
    for item in &items {
        let Some(regime) = read_regime(reader, item, tickers) else { continue };
        if regimes.contains(&regime) {
            reader.report(item, Problem::new("the same detector twice").expected("each one once"));
        }
        regimes.push(regime);
    }
    regimes
}

/// Reads one detector.
fn read_regime<'a>(
    reader: &mut Reader<'a>,
    item: &Field<'a>,
    tickers: Option<&[String]>,
) -> Option<Settings> {
    let mut map = reader.mapping(item, "a mapping as in `kind: sign_flip`")?;
    let Some(kind) = map.require("kind") else {
        // What the other keys mean depends on the kind; without it they say nothing.
        for key in ["pair", "window", "threshold"] {
            map.get(key);
        }
        reader.close(map, " of a detector");
        return None;
    };
    match reader.word(&kind, "regime kind", &KINDS)? {
        "sign_flip" => read_sign_flip(reader, map, tickers),
        _ => unreachable!("`word` returns one of `KINDS`"),
    }
}

/// Reads the sign flip of a pair.
fn read_sign_flip<'a>(
    reader: &mut Reader<'a>,
    mut map: Mapping<'a>,
    tickers: Option<&[String]>,
) -> Option<Settings> {
    let pair = map.require("pair");
    let window = map.get("window");
    let threshold = map.get("threshold");
    reader.close(map, " of a sign flip");
    let pair = pair.and_then(|field| read_pair(reader, &field, tickers));
    let window =
        window.map_or(Some(defaults::REGIME_WINDOW), |field| reader.whole(&field, LEAST_WINDOW));
    let threshold = threshold
        .map_or(Some(defaults::REGIME_THRESHOLD), |field| reader.number(&field, &THRESHOLD));
    Some(Settings::SignFlip { pair: pair?, window: window?, threshold: threshold? })
}

/// Reads two different tickers of the data.
fn read_pair<'a>(
    reader: &mut Reader<'a>,
    field: &Field<'a>,
    tickers: Option<&[String]>,
) -> Option<[String; 2]> {
    let expected = "two tickers as in [XLE, XLU]";
    let items = reader.values(field, expected)?;
    let [first, second] = items.as_slice() else {
        let problem = Problem::new(format!("`{}` is no pair", field.path)).expected(expected);
        reader.report(field, problem);
        return None;
    };
    let names = (read_ticker(reader, first), read_ticker(reader, second));
    for (item, name) in [(first, &names.0), (second, &names.1)] {
        if let (Some(name), Some(tickers)) = (name, tickers)
            && !tickers.contains(name)
        {
            let problem = Problem::new(format!("`{name}` is neither a feature nor the target"))
                .expected(format!("one of {}", tickers.join(", ")));
            let near = did_you_mean(name, tickers.iter().map(String::as_str));
            reader.report(
                item,
                match near {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem,
                },
            );
        }
    }
    let pair = [names.0?, names.1?];
    if pair[0] == pair[1] {
        let problem = Problem::new(format!("`{}` paired with itself", pair[1]));
        reader.report(second, problem.expected("another ticker"));
        return None;
    }
    Some(pair)
}
