//! `data`: which prices.

use super::super::defaults;
use super::super::node::Value;
use super::super::reader::{Field, Reader};
use crate::base::diagnostic::{Place, Problem, did_you_mean};
use crate::prices::data::{Missing, Settings};

/// What the section says, and where.
pub(crate) struct Data {
    /// Its values.
    pub(crate) settings: Settings,
    /// Of the source.
    pub(crate) source: Place,
    /// Of the target.
    pub(crate) target: Place,
    /// Of each feature.
    pub(crate) features: Vec<Place>,
    /// Of the first day.
    pub(crate) start: Place,
    /// Of the last day.
    pub(crate) end: Place,
    /// Of the lags.
    pub(crate) lags: Place,
}

/// Reads the section; it cannot be left out.
pub(crate) fn read<'a>(reader: &mut Reader<'a>, field: Option<Field<'a>>) -> Option<Data> {
    let Some(field) = field else {
        for key in ["data.target", "data.features"] {
            reader.report_file(Problem::new(format!("missing key `{key}`")));
        }
        return None;
    };
    let mut map = reader.mapping(&field, "a mapping with `target` and `features`")?;
    let source = map.get("source");
    let target = map.require("target");
    let features = map.require("features");
    let (start, end) = (map.get("start"), map.get("end"));
    let missing = map.get("missing");
    let lags = map.get("lags");
    reader.close(map, " in `data`");

    let first = start.as_ref().and_then(|field| reader.day(field));
    let last = end.as_ref().and_then(|field| reader.day(field));
    if let (Some(field), Some(first), Some(last)) = (&end, first, last)
        && last < first
    {
        let problem = Problem::new(format!("`data.end` is {last}, before `data.start`"))
            .expected(format!("{first} or later"));
        reader.report(field, problem);
    }
    let tickers = features.as_ref().and_then(|field| read_features(reader, field));
    let (features, feature_places) = tickers.unwrap_or_default().into_iter().unzip();
    Some(Data {
        source: reader.place(source.as_ref()),
        target: reader.place(target.as_ref()),
        features: feature_places,
        start: reader.place(start.as_ref()),
        end: reader.place(end.as_ref()),
        lags: reader.place(lags.as_ref()),
        settings: Settings {
            source: source
                .and_then(|field| read_source(reader, &field))
                .unwrap_or_else(|| defaults::SOURCE.into()),
            target: target.and_then(|field| read_ticker(reader, &field)).unwrap_or_default(),
            features,
            start: first,
            end: last,
            missing: missing
                .and_then(|field| read_missing(reader, &field))
                .unwrap_or(defaults::MISSING),
            lags: lags
                .and_then(|field| read_lags(reader, &field))
                .unwrap_or_else(|| defaults::LAGS.into()),
        },
    })
}

/// A folder's name: it also becomes part of an address of the site.
fn read_source(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<String> {
    let expected = "the name of a folder under `data/`";
    let name = reader.text(field, expected)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
        let hint = "a folder's name is made of letters, digits, `_`, `-` and `.`";
        reader.report(field, reader.refusal(field).expected(expected).hint(hint));
        return None;
    }
    Some(name)
}

/// A ticker: it also becomes a column of the series files.
pub(crate) fn read_ticker(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<String> {
    let expected = "a ticker as in SPY";
    let ticker = reader.text(field, expected)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '^' | '=');
    if ticker.is_empty() || !ticker.chars().all(plain) {
        reader.refuse(field, expected);
        return None;
    }
    Some(ticker)
}

/// The features, each once, with their places.
fn read_features<'a>(reader: &mut Reader<'a>, field: &Field<'a>) -> Option<Vec<(String, Place)>> {
    let items = reader.values(field, "a list of tickers as in [XLE, XLU]")?;
    if items.is_empty() {
        let problem = Problem::new("`data.features` is empty").expected("at least one ticker");
        reader.report(field, problem);
    }
    let mut tickers: Vec<(String, Place)> = Vec::new();
    for item in &items {
        let Some(ticker) = read_ticker(reader, item) else { continue };
        if tickers.iter().any(|(earlier, _)| *earlier == ticker) {
            let problem = Problem::new(format!("the feature `{ticker}` is listed twice"));
            reader.report(item, problem.expected("each ticker once"));
        }
        let place = reader.place(Some(item));
        tickers.push((ticker, place));
    }
    Some(tickers)
}

/// `drop`, `error`, or `{forward_fill: N}`.
fn read_missing<'a>(reader: &mut Reader<'a>, field: &Field<'a>) -> Option<Missing> {
    let forms = "one of drop, error, {forward_fill: N}";
    if let Value::Map(_) = field.node.value {
        let mut map = reader.mapping(field, forms)?;
        let days = map.require("forward_fill");
        reader.close(map, " in `data.missing`");
        return days.and_then(|days| reader.whole(&days, 1)).map(Missing::ForwardFill);
    }
    match reader.text(field, forms)?.as_str() {
        "drop" => Some(Missing::Drop),
        "error" => Some(Missing::Error),
        other => {
            let problem = Problem::new(format!("unknown policy `{other}`")).expected(forms);
            let near = did_you_mean(other, ["drop", "error", "forward_fill"]);
            reader.report(
                field,
                match near {
                    Some("forward_fill") => {
                        problem.hint("say over how many days at most: `{forward_fill: 5}`")
                    }
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem,
                },
            );
            None
        }
    }
}

/// Lags, each at least 1, ascending.
fn read_lags<'a>(reader: &mut Reader<'a>, field: &Field<'a>) -> Option<Vec<usize>> {
    let items = reader.values(field, "a list of whole numbers as in [1, 2, 5]")?;
    if items.is_empty() {
        let problem = Problem::new("`data.lags` is empty").expected("at least one lag");
        reader.report(field, problem);
    }
    let mut lags: Vec<usize> = Vec::new();
    let mut ascending = true;
    for item in &items {
        if item.node.value == Value::Whole(0) {
            let problem = Problem::new("a lag of 0 knows the day it forecasts");
            reader.report(item, problem.hint("the smallest is 1"));
            continue;
        }
        let Some(lag) = reader.whole(item, 1) else { continue };
        if lags.contains(&lag) {
            let problem = Problem::new(format!("the lag {lag} is listed twice"));
            reader.report(item, problem.expected("each lag once"));
        } else if let Some(before) = lags.last().filter(|before| ascending && **before > lag) {
            // One reversal makes the rest of the list look wrong too.
            ascending = false;
            let problem = Problem::new(format!("the lag {lag} stands after {before}"));
            reader.report(item, problem.expected("ascending lags"));
        }
        lags.push(lag);
    }
    Some(lags)
}
