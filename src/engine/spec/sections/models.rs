//! `models`: what to fit, and over which penalties.

use super::super::defaults;
use super::super::reader::{Field, Numbers, Reader};
use super::names::Names;
use crate::base::diagnostic::Problem;
use crate::engine::model::{AlphaGrid, Kind, RegimeAware, Settings, System};

/// A penalty.
pub(crate) const POSITIVE: Numbers =
    Numbers { expected: "a positive finite number", hint: None, holds: |number| number > 0.0 };

/// A mixture that is neither ridge nor lasso.
const MIXTURE: Numbers = Numbers {
    expected: "a number between 0 and 1, both excluded",
    hint: None,
    holds: |ratio| ratio > 0.0 && ratio < 1.0,
};

/// A weight of rows.
const WEIGHT: Numbers = Numbers {
    expected: "a number from 0 to 1",
    hint: None,
    holds: |weight| (0.0..=1.0).contains(&weight),
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
    let models: Vec<(&Field<'a>, Settings)> = items
        .iter()
        .filter_map(|item| Some((item, read_model(reader, item, &mut names)?)))
        .collect();
    for (item, model) in models.iter().filter(|(_, model)| model.regime_aware.is_some()) {
        let is_twin = |other: &Settings| other.regime_aware.is_none() && other.same_fits(model);
        if !models.iter().any(|(_, other)| is_twin(other)) {
            let problem = Problem::new(format!("`{}` has no plain twin", model.name))
                .expected("a model of the same kind and penalties without `regime`")
                .hint("a regime-aware system is judged against the same model without one");
            reader.report(item, problem);
        }
    }
    models.into_iter().map(|(_, model)| model).collect()
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
    let regime = map.get("regime");
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
    let regime_aware = match regime {
        None => None,
        Some(field) => Some(read_regime(reader, &field)?),
    };
    let default = match &regime_aware {
        None => kind.name().to_owned(),
        Some(aware) => format!("{}_{}", kind.name(), aware.system.name()),
    };
    let name = names.take(reader, item, given.as_ref(), &default);
    Some(Settings { name, kind, l1_ratio: l1_ratio?, alphas: alphas?, regime_aware })
}

/// Reads what a model makes of a regime.
fn read_regime<'a>(reader: &mut Reader<'a>, field: &Field<'a>) -> Option<RegimeAware> {
    let mut map = reader.mapping(field, "a mapping as in {system: gated}")?;
    let (system, detector) = (map.require("system"), map.get("detector"));
    let pooling = map.get("pooling");
    reader.close(map, " of a regime-aware model");
    let regime = match detector {
        None => None,
        Some(field) => Some(reader.text(&field, "the name of one of the `regimes`")?),
    };
    let word = reader.word(&system?, "system", &["gated", "per_regime", "interacted"])?;
    let system = match word {
        "gated" => System::Gated,
        "interacted" => System::Interacted,
        _ => {
            let pooling = match &pooling {
                None => defaults::POOLING,
                Some(field) => reader.number(field, &WEIGHT)?,
            };
            return Some(RegimeAware { system: System::PerRegime { pooling }, regime });
        }
    };
    if let Some(field) = pooling {
        let problem = Problem::new(format!("a {word} system takes no `pooling`"))
            .expected("the key left out")
            .hint("it is the weight of other states' rows under `system: per_regime`");
        reader.report(&field, problem);
        return None;
    }
    Some(RegimeAware { system, regime })
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
