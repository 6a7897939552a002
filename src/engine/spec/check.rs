//! What several keys of a spec together can make wrong.
//!
//! Each check sees the parts that are sound by themselves, so that one mistake is told once.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::id::device_problem;
use crate::base::diagnostic::Problem;
use crate::base::name::is_reserved;
use crate::base::units::Day;
use crate::base::yaml::{Yaml, one_of};
use crate::engine::criteria::{self, Mistake, Names};
use crate::engine::inference::FIRST_VARIANCE;
use crate::results::names;
use crate::results::spec::{
    AlphaGrid, ComponentGrid, Criterion, Data, Detector, Kind, Model, Schedule, Selection, Sizing,
    default_models, default_positions, detector_names, word,
};

pub(super) fn check(yaml: &mut Yaml<'_>) {
    for key in ["title", "question", "group"] {
        check_line(yaml, key, key);
    }
    check_data(yaml);
    check_schedule(yaml);
    check_models(yaml);
    check_positions(yaml);
    check_regimes(yaml);
    check_criteria(yaml);
}

/// Whether a text at a path has one line, as it is shown.
fn check_line(yaml: &mut Yaml<'_>, path: &str, what: &str) {
    if yaml.get::<String>(path).is_some_and(|text| text.trim().contains('\n')) {
        let problem = Problem::new(format!("the {what} spans lines"));
        yaml.report(path, problem.expected("one line of plain text"));
    }
}

fn check_data(yaml: &mut Yaml<'_>) {
    if let (Some(first), Some(last)) = (yaml.get::<Day>("data.start"), yaml.get::<Day>("data.end"))
        && last < first
    {
        let problem = Problem::new(format!("`data.end` is {last}, before `data.start`"))
            .expected(format!("{first} or later"));
        yaml.report("data.end", problem);
    }
    if let Some(source) = yaml.get::<String>("data.source").filter(|source| is_reserved(source)) {
        yaml.report("data.source", device_problem(&source));
    }
    let lags: Vec<(String, usize)> = yaml.items("data.lags");
    if let Some((before, path, lag)) = first_pair(&lags, |before, lag| lag < before) {
        let problem = Problem::new(format!("the lag {lag} stands after {before}"));
        yaml.report(path, problem.expected("ascending lags"));
    }
    let columns = yaml.paths("data.features").len().saturating_mul(lags.len());
    if columns > MOST_COLUMNS {
        let problem = Problem::new(format!("features times lags make {columns} columns"));
        yaml.report("data.lags", problem.expected(format!("at most {MOST_COLUMNS}")));
    }
}

/// Columns of a design: a fit keeps a square of so many numbers.
const MOST_COLUMNS: usize = 2000;

/// The first neighbours in a list that are not in order, with the path of the second. One reversal
/// makes the rest of the list look wrong too.
fn first_pair<T: Copy>(
    items: &[(String, T)],
    wrong: impl Fn(T, T) -> bool,
) -> Option<(T, &str, T)> {
    let mut pairs = items.windows(2).map(|pair| (pair[0].1, pair[1].0.as_str(), pair[1].1));
    pairs.find(|(before, _, value)| wrong(*before, *value))
}

fn check_schedule(yaml: &mut Yaml<'_>) {
    let Some(schedule) = yaml.get::<Schedule>("walk_forward") else { return };
    let training = schedule.training(schedule.min_train);
    let train = training.len();
    if train < 2 {
        let problem =
            Problem::new(format!("a purge of {} leaves no training rows", schedule.purge))
                .expected(format!("less than {}, `min_train` less 1", schedule.min_train - 1));
        yaml.report("walk_forward.purge", problem);
    } else if let Some(Selection::Holdout { rows }) = yaml.get("selection")
        && rows >= train
    {
        let problem = Problem::new(format!(
            "a holdout of {rows} rows leaves none of the first {train} to fit on"
        ));
        yaml.report("selection.rows", problem.expected(format!("less than {train}")));
    } else {
        check_weighted(yaml, &schedule, training.end.saturating_sub(FIRST_VARIANCE).min(train));
    }
}

/// Whether the first fit of a weighted model has rows with a weight: of its training rows those are
/// the last `known`.
fn check_weighted(yaml: &mut Yaml<'_>, schedule: &Schedule, known: usize) {
    let needed = match yaml.get("selection") {
        Some(Selection::Holdout { rows }) => (rows + 1).max(2),
        _ => 2,
    };
    let models = yaml.items::<Model>("models").into_iter();
    for (path, _) in models.filter(|(_, model)| model.is_weighted() && known < needed) {
        let problem = Problem::new("too few rows with a weight in the first fit")
            .expected(format!("a `min_train` of {} or more", schedule.min_train + needed - known))
            .hint(format!(
                "what could be known of a day's variance is known from row {FIRST_VARIANCE} on"
            ));
        yaml.report(&format!("{path}.weighting"), problem);
    }
}

fn check_models(yaml: &mut Yaml<'_>) {
    let models: Vec<(String, Model)> = yaml.items("models");
    for (path, model) in &models {
        let kind = model.kind;
        for (key, is_given, applies, hint) in [
            (
                "l1_ratio",
                model.l1_ratio.is_some(),
                kind == Kind::ElasticNet,
                "the ratio is that of an elastic net: `kind: elastic_net`",
            ),
            (
                "alphas",
                model.alphas.is_some(),
                kind.is_penalised(),
                "penalties are those of `ridge`, `lasso` and `elastic_net`",
            ),
            (
                "components",
                model.components.is_some(),
                kind.has_components(),
                "components are those of `pcr` and `pls`",
            ),
            (
                "file",
                model.file.is_some(),
                kind == Kind::External,
                "a file of forecasts is that of `kind: external`",
            ),
            (
                "regime",
                model.regime_aware.is_some(),
                kind != Kind::External,
                "forecasts that were made elsewhere are judged as they are, by regime too",
            ),
        ] {
            if is_given && !applies {
                let kind = word(kind);
                let article = if kind.starts_with(['e', 'o']) { "an" } else { "a" };
                let problem = Problem::new(format!("{article} {kind} model takes no `{key}`"));
                let problem = problem.expected("the key left out").hint(hint);
                yaml.report(&format!("{path}.{key}"), problem);
            }
        }
        if kind == Kind::External && model.file.is_none() {
            let problem = Problem::new("an external model names no file of forecasts");
            let problem = problem.expected("`file: my_net.csv`, its columns `date,forecast`");
            yaml.report(path, problem);
        }
        let hint = "a grid runs from the strongest penalty down";
        if let Some(AlphaGrid::Range { from, to, .. }) = &model.alphas
            && from <= to
        {
            let problem = Problem::new("`from` is not above `to`")
                .expected(format!("a number above {to}, the value of `to`"));
            yaml.report(&format!("{path}.alphas.from"), problem.hint(hint));
        }
    }
    for path in yaml.paths("models") {
        let alphas: Vec<(String, f64)> = yaml.items(&format!("{path}.alphas.list"));
        if let Some((before, path, alpha)) = first_pair(&alphas, |before, alpha| alpha >= before) {
            let problem = Problem::new(format!("the penalty {alpha} stands after {before}"))
                .expected("a smaller one")
                .hint("a grid runs from the strongest penalty down");
            yaml.report(path, problem);
        }
    }
    check_components(yaml, &models);
    let names = models.iter().map(|(path, model)| (path.as_str(), model.clone().filled().name));
    check_names(yaml, &names.collect::<Vec<_>>());
    // A model that is not sound may be the twin that is looked for.
    let Some(models) = yaml.get::<Vec<Model>>("models") else { return };
    for (position, model) in models.iter().enumerate() {
        let has_twin = models.iter().any(|other| other.is_twin_of(model));
        if !has_twin && !model.is_plain() && !model.is_external() {
            let name = model.clone().filled().name;
            let problem = Problem::new(format!("`{name}` has no plain twin"))
                .expected("a model of the same kind, grid and weighting without `regime`")
                .hint("a regime-aware system is judged against the same model without one");
            yaml.report(&format!("models[{position}]"), problem);
        }
    }
}

/// Whether the numbers of components are in order, within the columns, and one where nothing
/// chooses among them.
fn check_components(yaml: &mut Yaml<'_>, models: &[(String, Model)]) {
    let is_fixed = matches!(yaml.get("selection"), Some(Selection::Fixed { .. }));
    let lags: Vec<(String, usize)> = yaml.items("data.lags");
    let columns = yaml.paths("data.features").len().saturating_mul(lags.len());
    for (path, model) in models.iter().filter(|(_, model)| model.kind.has_components()) {
        let list = format!("{path}.components.list");
        let counts: Vec<(String, usize)> = yaml.items(&list);
        if let Some((before, path, count)) = first_pair(&counts, |before, count| count <= before) {
            let problem = Problem::new(format!("{count} components stand after {before}"))
                .expected("a larger number")
                .hint("a grid runs from the fewest components up");
            yaml.report(path, problem);
        } else if let Some((path, count)) = counts.iter().find(|(_, count)| *count > columns)
            && columns > 0
        {
            let problem = Problem::new(format!("{count} components of {columns} columns"))
                .expected(format!("at most {columns}, the features times the lags"));
            yaml.report(path, problem);
        }
        if is_fixed
            && counts.len() != 1
            && model.component_grid() != (ComponentGrid::Max { max: 1 })
        {
            let name = model.clone().filled().name;
            let message = format!("under `method: fixed` nothing chooses components for `{name}`");
            let problem = Problem::new(message)
                .expected("one number of components, as in `components: {list: [3]}`")
                .hint("or choose by `method: prequential` or `method: holdout`");
            yaml.report(path, problem);
        }
    }
}

fn check_positions(yaml: &mut Yaml<'_>) {
    let rules: Vec<(String, Sizing)> = yaml.items("positions");
    for (path, rule) in &rules {
        let Sizing::Quartile { steps, .. } = rule else { continue };
        if let Some(at) = (1..steps.len()).find(|at| steps[*at] < steps[at - 1]) {
            let (step, before) = (steps[at], steps[at - 1]);
            let problem = Problem::new(format!("the step {step} stands after {before}"))
                .expected(format!("{before} or more"))
                .hint("a higher quartile of the forecast holds no smaller position");
            yaml.report(&format!("{path}.steps[{at}]"), problem);
        }
    }
    let names =
        rules.iter().map(|(path, rule)| (path.as_str(), rule.clone().filled().name().to_owned()));
    check_names(yaml, &names.collect::<Vec<_>>());
}

/// Columns of the series files that are no model's.
const RESERVED: [&str; 5] =
    ["date", names::ACTUAL, names::BENCHMARK, names::WEIGHTED_BENCHMARK, names::BUY_AND_HOLD];

/// Names of models and of positions become columns of the series files: each is free, and given
/// once.
fn check_names(yaml: &mut Yaml<'_>, names: &[(&str, String)]) {
    for (position, (path, name)) in names.iter().enumerate() {
        let given = format!("{path}.name");
        let given = yaml.has(&given).then_some(given);
        let problem = if RESERVED.contains(&name.as_str()) {
            Problem::new(format!("the name `{name}` is taken"))
                .hint("the series files have a column of that name")
        } else if names.iter().take(position).any(|(_, earlier)| earlier == name) {
            let hint = if given.is_some() { "choose another `name`" } else { "give one a `name`" };
            Problem::new(format!("two entries named `{name}`")).hint(hint)
        } else {
            continue;
        };
        yaml.report(given.as_deref().unwrap_or(path), problem);
    }
}

fn check_regimes(yaml: &mut Yaml<'_>) {
    let detectors: Vec<(String, Detector)> = yaml.items("regimes");
    for (position, (path, detector)) in detectors.iter().enumerate() {
        if detectors.iter().take(position).any(|(_, earlier)| earlier == detector) {
            let problem = Problem::new("the same detector twice").expected("each one once");
            yaml.report(path, problem);
        }
        if let Some((low, high)) = detector.quantiles()
            && low > high
        {
            let problem = Problem::new(format!("`low` {low} above `high` {high}"))
                .expected("`low` at most `high`");
            let key = if yaml.has(&format!("{path}.high")) { "high" } else { "low" };
            yaml.report(&format!("{path}.{key}"), problem);
        }
    }
    // What is wrong with the data is told there.
    let Some(data) = yaml.get::<Data>("data") else { return };
    for path in yaml.paths("regimes") {
        check_tickers(yaml, &path, &data);
    }
    check_systems(yaml, &data);
}

/// Whether the data has what a detector looks at.
fn check_tickers(yaml: &mut Yaml<'_>, path: &str, data: &Data) {
    let features = data.features.len();
    let kind = yaml.get::<String>(&format!("{path}.kind"));
    if features < 2 && matches!(kind.as_deref(), Some("coupling" | "eigen")) {
        let problem = Problem::new("correlations between the features of one feature");
        yaml.report(path, problem.expected("at least two features for this detector"));
    }
    if let Some(Detector::Eigen(eigen)) = yaml.get(path)
        && features > 1
        && eigen.factors >= features
    {
        // All eigenvectors together span everything and never turn.
        let problem = Problem::new(format!("`{path}.factors` is {}", eigen.factors))
            .expected(format!("a whole number, at least 1 and at most {}", features - 1));
        yaml.report(&format!("{path}.factors"), problem);
    }
    let tickers = data.tickers();
    for (path, ticker) in yaml.items::<String>(&format!("{path}.pair")) {
        if !tickers.contains(&ticker.as_str()) {
            let problem = Problem::new(format!("`{ticker}` is neither a feature nor the target"))
                .expected(one_of(&tickers))
                .near(&ticker, tickers.iter().copied());
            yaml.report(&path, problem);
        }
    }
}

/// The value of a key where it is sound; its default where it is left out.
fn given_or<T>(yaml: &Yaml<'_>, path: &str, default: impl FnOnce() -> T) -> Option<T>
where
    T: JsonSchema + DeserializeOwned + 'static,
{
    if yaml.has(path) { yaml.get(path) } else { Some(default()) }
}

/// Whether the tests of the criteria can be read, and name what the spec has. Where models, rules or
/// detectors are not sound only their form is looked at.
fn check_criteria(yaml: &mut Yaml<'_>) {
    let features = yaml.get::<Data>("data").map(|data| data.features);
    let names =
        given_or(yaml, "models", default_models)
            .zip(given_or(yaml, "positions", default_positions))
            .zip(features.and_then(|features| {
                given_or(yaml, "regimes", || Detector::of_features(&features))
            }))
            .map(|((models, rules), detectors)| {
                Names::new(&models, &rules, &detectors, yaml.has("compares_with"))
            });
    for (path, Criterion { test, .. }) in yaml.items::<Criterion>("criteria") {
        check_line(yaml, &format!("{path}.claim"), "claim");
        let mistakes = match &names {
            Some(names) => names.test(&test).err().unwrap_or_default(),
            None => criteria::form(&test).err().into_iter().collect(),
        };
        let path = format!("{path}.test");
        for Mistake { at, message, expected, hint } in mistakes {
            let problem = Problem::new(message).expected(expected);
            let problem = if hint.is_empty() { problem } else { problem.hint(hint) };
            yaml.report_at(&yaml.place_within(&path, at), problem);
        }
    }
}

/// Whether the detector that a system follows is one of the spec's.
fn check_systems(yaml: &mut Yaml<'_>, data: &Data) {
    let detectors = given_or(yaml, "regimes", || Detector::of_features(&data.features));
    let Some(detectors) = detectors else { return };
    let names = detector_names(&detectors);
    for path in yaml.paths("models") {
        let model: Option<Model> = yaml.get(&path);
        let Some(system) = model.and_then(|model| model.regime_aware) else { continue };
        match system.detector() {
            None if names.is_empty() => {
                let problem = Problem::new("a regime-aware model without a regime to follow");
                let hint = "add a detector under `regimes`";
                yaml.report(&format!("{path}.regime"), problem.hint(hint));
            }
            Some(name) if !names.iter().any(|known| known == name) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let problem = Problem::new(format!("the spec has no detector `{name}`"))
                    .expected(one_of(&names))
                    .near(name, names.iter().copied());
                yaml.report(&format!("{path}.regime.detector"), problem);
            }
            _ => {}
        }
    }
}
