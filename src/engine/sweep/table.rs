//! `sweep.csv`: all members with what they gave, for whoever wants to look for themselves.

use std::borrow::Cow;

use super::curve::Asked;
use super::digest::Digest;
use crate::base::units::round_significant;
use crate::results::{Interval, interval, value};

/// Significant digits of a figure.
const DIGITS: usize = 6;

/// A row for each member, model and rule: what sets the member apart; R2 with its interval and the
/// p-value of its test; the Sharpe ratio with its interval and p-value. Members that differ in what
/// changes no forecast have equal R2; the curve has one specification for them.
pub fn to_csv(asked: &Asked<'_>, members: &[Digest]) -> String {
    let mut text = String::from("id");
    let first = asked.members.first();
    for choice in first.iter().flat_map(|member| &member.choices) {
        text.push(',');
        text.push_str(&cell(&choice.key));
    }
    text.push_str(",model,oos_r2,oos_r2_low,oos_r2_high,oos_r2_p");
    text.push_str(",rule,sharpe,sharpe_low,sharpe_high,sharpe_p\n");
    for (member, digest) in asked.members.iter().zip(members) {
        let id = std::iter::once(member.spec.id.as_str());
        let own: Vec<Cow<'_, str>> =
            id.chain(member.choices.iter().map(|choice| choice.value.as_str())).map(cell).collect();
        for model in &digest.models {
            let r2 = row(value(model.oos_r2), interval(model.oos_r2), model.p);
            for track in &model.tracks {
                let p = track.point().and_then(|point| point.p);
                let sharpe = row(value(track.sharpe), interval(track.sharpe), p);
                let (model, rule) = (cell(&model.name), cell(&track.rule));
                text.push_str(&format!("{},{model},{r2},{rule},{sharpe}\n", own.join(",")));
            }
        }
    }
    text
}

fn row(value: Option<f64>, interval: Option<Interval>, p: Option<f64>) -> String {
    let (low, high) = interval.map(|interval| (interval.low, interval.high)).unzip();
    let figure = |value: Option<f64>| match value {
        // As in JSON: a small p is short.
        Some(value) => serde_json::json!(round_significant(value, DIGITS)).to_string(),
        None => String::new(),
    };
    [value, low, high, p].map(figure).join(",")
}

fn cell(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}
