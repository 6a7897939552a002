//! `models`: what to fit, and over which penalties.

use super::super::defaults;
use super::super::reader::{Field, Numbers, Reader};
use super::names::Names;
use crate::diagnostic::Problem;
use crate::model::{AlphaGrid, Kind, Settings};

/// A penalty.
pub(crate) const POSITIVE: Numbers =
    Numbers { expected: "a positive finite number", hint: None, holds: |number| number > 0.0 };

/// A mixture that is neither ridge nor lasso.
const MIXTURE: Numbers = Numbers {
    expected: "a number between 0 and 1, both excluded",
    hint: None,
    holds: |ratio| ratio > 0.0 && ratio < 1.0,
};

/// Penalties in a grid: at least its two ends, at most what a chart can tell apart.
const COUNTS: (usize, usize) = (2, 1000);

/// Reads the section.
pub(crate) fn read<'a>(reader: &mut Reader<'a>, field: Option<Field<'a>>) -> Vec<Settings> {
    let Some(field) = field else { return defaults::models() };
    let Some(items) = reader.items(&field, "a list of models as in [{kind: ridge}]") else {
        return Vec::new();
    };
    if items.is_empty() {
        let problem = Problem::new("`models` is empty").expected("at least one model");
        reader.report(&field, problem.hint("leave the key out for all three"));
    }
    let mut names = Names::default();
    items.iter().filter_map(|item| read_model(reader, item, &mut names)).collect()
}

/// Reads one model.
fn read_model<'a>(
    reader: &mut Reader<'a>,
    item: &Field<'a>,
    names: &mut Names,
) -> Option<Settings> {
    let mut map = reader.mapping(item, "a mapping as in `kind: ridge`")?;
    let kind = map.require("kind");
    let given = map.get("name");
    let ratio = map.get("l1_ratio");
    let alphas = map.get("alphas");
    reader.close(map, " of a model");

    let alphas = alphas
        .map_or(Some(AlphaGrid::Count(defaults::ALPHA_COUNT)), |field| read_alphas(reader, &field));
    let kind = read_kind(reader, &kind?)?;
    let l1_ratio = match ratio {
        None => Some(defaults::l1_ratio(kind)),
        Some(field) if kind == Kind::ElasticNet => reader.number(&field, &MIXTURE),
        Some(field) => {
            let problem = Problem::new(format!("a {} model takes no `l1_ratio`", kind.name()))
                .expected("the key left out")
                .hint("the ratio is that of an elastic net: `kind: elastic_net`");
            reader.report(&field, problem);
            None
        }
    };
    let name = names.take(reader, item, given.as_ref(), kind.name());
    Some(Settings { name, kind, l1_ratio: l1_ratio?, alphas: alphas? })
}

/// Reads the kind of a model.
fn read_kind(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Kind> {
    let kinds = [Kind::Ridge, Kind::Lasso, Kind::ElasticNet];
    let word = reader.word(field, "model kind", &kinds.map(Kind::name))?;
    kinds.into_iter().find(|kind| kind.name() == word)
}

/// Reads a grid: `{count}`, `{from, to, count}` or `{list}`.
fn read_alphas<'a>(reader: &mut Reader<'a>, field: &Field<'a>) -> Option<AlphaGrid> {
    let forms = "one of {count: 60}, {from: 1e-2, to: 1e-5, count: 60}, {list: [1e-2, 1e-3]}";
    let mut map = reader.mapping(field, forms)?;
    let (from, to) = (map.get("from"), map.get("to"));
    let (count, list) = (map.get("count"), map.get("list"));
    if let Some(list) = list {
        reader.close(map, " in `alphas`");
        if from.is_some() || to.is_some() || count.is_some() {
            let problem = Problem::new("a `list` of penalties beside a range or a count");
            reader.report(field, problem.expected(forms).hint("keep one of the two"));
        }
        return read_list(reader, &list);
    }
    // One end of a range asks for the other.
    let range = from.is_some() || to.is_some();
    if range {
        map.require_all(&["from", "to"]);
    }
    reader.close(map, " in `alphas`");
    let count = match count {
        Some(field) => reader.whole_within(&field, COUNTS.0, COUNTS.1),
        None => Some(defaults::ALPHA_COUNT),
    };
    if !range {
        return count.map(AlphaGrid::Count);
    }
    let bounds = (from.as_ref(), to.as_ref());
    let strongest = bounds.0.and_then(|field| reader.number(field, &POSITIVE));
    let weakest = bounds.1.and_then(|field| reader.number(field, &POSITIVE));
    let (strongest, weakest) = (strongest?, weakest?);
    if strongest <= weakest {
        let problem = Problem::new("`from` is not above `to`")
            .expected(format!("a number above {weakest}, the value of `to`"))
            .hint("a grid runs from the strongest penalty down");
        reader.report(&from?, problem);
        return None;
    }
    Some(AlphaGrid::Range { from: strongest, to: weakest, count: count? })
}

/// Reads penalties, positive and descending.
fn read_list<'a>(reader: &mut Reader<'a>, field: &Field<'a>) -> Option<AlphaGrid> {
    let items = reader.values(field, "a list of positive numbers")?;
    if items.is_empty() {
        let problem = Problem::new("the list of penalties is empty");
        reader.report(field, problem.expected("at least one positive number"));
    }
    let mut alphas: Vec<f64> = Vec::new();
    let mut descending = true;
    for item in &items {
        let Some(alpha) = reader.number(item, &POSITIVE) else { continue };
        if let Some(before) = alphas.last().filter(|before| descending && **before <= alpha) {
            // One reversal makes the rest of the list look wrong too.
            descending = false;
            let problem = Problem::new(format!("the penalty {alpha} stands after {before}"))
                .expected("a smaller one")
                .hint("a grid runs from the strongest penalty down");
            reader.report(item, problem);
        }
        alphas.push(alpha);
    }
    Some(AlphaGrid::List(alphas))
}
