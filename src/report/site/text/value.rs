//! A figure of an experiment by its name: as `results.json` calls it, in the words that criteria use.
//!
//! ```text
//! ridge.oos_r2                     models.ridge.forecast.oos_r2
//! ridge.scaled.oos_r2              models.ridge.forecast.scaled.oos_r2
//! ridge.binary.sharpe              models.ridge.strategies.binary.sharpe
//! ridge.regime[apart].oos_r2       regimes[..].forecast.ridge[..].oos_r2
//! system.gain.oos_r2               models.system.system.r2_gain, or comparison.models.system.r2_gain
//! buy_and_hold.sharpe              benchmarks.buy_and_hold.sharpe
//! geometry.mean_correlation        as it stands
//! ```

use serde_json::Value;

use crate::base::diagnostic::Problem;
use crate::base::units::format;
use crate::report::unit::Unit;
use crate::results::names::{BUY_AND_HOLD, track};
use crate::results::spec::{Detector, Spec, detector_names};
use crate::results::{Interval, Results};

/// The figures of an experiment, to be looked up.
pub(super) struct Figures {
    tree: Value,
    /// By detector: its name and the words of its states.
    detectors: Vec<(String, Vec<String>)>,
    /// Whether there are no results yet: what has none is then not known to be missing.
    is_bare: bool,
}

/// A step of a name: a word, and what stands in brackets behind it.
type Step<'n> = (&'n str, Option<&'n str>);

type Found<T> = Result<T, Problem>;

impl Figures {
    pub(super) fn of(results: &Results) -> Self {
        let detectors = detector_names(&results.spec.regimes);
        let states = results.spec.regimes.iter().map(Detector::state_words);
        Self {
            // Results always serialise.
            tree: serde_json::to_value(results).unwrap_or_default(),
            detectors: detectors.into_iter().zip(states).collect(),
            is_bare: false,
        }
    }

    /// What is known of an experiment before it has run: its models and rules, with the figures that
    /// such have.
    pub(super) fn before(spec: &Spec) -> Self {
        use crate::results::{ForecastMetrics, StrategyMetrics};
        let bare = |value: Result<Value, serde_json::Error>| value.unwrap_or_default();
        let strategy = bare(serde_json::to_value(StrategyMetrics::default()));
        let rules: serde_json::Map<String, Value> = spec
            .positions
            .iter()
            .map(|rule| (rule.clone().filled().name().to_owned(), strategy.clone()))
            .collect();
        let forecast = bare(serde_json::to_value(ForecastMetrics::default()));
        let model = serde_json::json!({"forecast": forecast, "strategies": rules});
        let models: serde_json::Map<String, Value> =
            spec.models.iter().map(|each| (each.clone().filled().name, model.clone())).collect();
        let detectors = detector_names(&spec.regimes);
        let states = spec.regimes.iter().map(Detector::state_words);
        Self {
            tree: serde_json::json!({"models": models, "benchmarks": {BUY_AND_HOLD: strategy}}),
            detectors: detectors.into_iter().zip(states).collect(),
            is_bare: true,
        }
    }

    /// A figure as the pages write it, with its unit.
    ///
    /// # Errors
    /// A name of nothing, or of no single figure.
    pub(super) fn value(&self, name: &str) -> Found<String> {
        let (parent, key) = self.find(name)?;
        match parent.get(&key) {
            Some(Value::Number(number)) if number.is_u64() || number.is_i64() => {
                let count = number.as_u64().and_then(|count| usize::try_from(count).ok());
                Ok(count.map_or_else(|| number.to_string(), format::count))
            }
            Some(Value::Number(number)) => Ok(Unit::of(&key).show(number.as_f64(), 0)),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(Value::Null) => Ok(format::NOT_AVAILABLE.to_owned()),
            None if self.is_bare => Ok(String::new()),
            _ => Err(self.unknown(name, "is no single figure")),
        }
    }

    /// The interval of a figure: "0.10 % to 0.72 %".
    ///
    /// # Errors
    /// As [`Self::value`]; a figure without one.
    pub(super) fn interval(&self, name: &str) -> Found<String> {
        let (parent, key) = self.find(name)?;
        let interval = parent.get(format!("{key}_interval"));
        let shown = |end: f64| Unit::of(&key).show(Some(end), 0);
        match interval.map(|interval| serde_json::from_value::<Option<Interval>>(interval.clone()))
        {
            Some(Ok(Some(Interval { low, high }))) => {
                Ok(format!("{} to {}", shown(low), shown(high)))
            }
            Some(Ok(None)) => Ok(format::NOT_AVAILABLE.to_owned()),
            _ if self.is_bare && parent.get(&key).is_none() => Ok(String::new()),
            _ => Err(Problem::new(format!("`{name}` has no interval"))
                .expected("a figure with one, such as oos_r2, sharpe or annual_return")),
        }
    }

    /// The object that holds a figure, and the figure's key in it.
    fn find(&self, name: &str) -> Found<(Value, String)> {
        let steps = steps(name).ok_or_else(|| {
            Problem::new(format!("`{name}` is no name of a figure"))
                .expected("words with points between them, as in `ridge.binary.sharpe`")
        })?;
        let found = match steps.as_slice() {
            [(model, None), rest @ ..] if self.tree["models"].get(model).is_some() => {
                self.of_model(model, rest)?
            }
            [(BUY_AND_HOLD, None), rest @ ..] => {
                below(&self.tree["benchmarks"][BUY_AND_HOLD], rest)
            }
            steps => match (below(&self.tree, steps), steps) {
                (None, [(first, _), _, ..]) if self.is_bare && ROOTS.contains(first) => {
                    Some((Value::Null, name.to_owned()))
                }
                (found, _) => found,
            },
        };
        found.ok_or_else(|| self.unknown(name, "is no figure of the experiment"))
    }

    fn of_model(&self, model: &str, steps: &[Step<'_>]) -> Found<Option<(Value, String)>> {
        let tree = &self.tree["models"][model];
        let strategies = &tree["strategies"];
        let (mut rule, mut is_gain, mut state) = (None, false, None);
        let mut rest = steps;
        while let [(word, index), after @ ..] = rest {
            match (*word, index) {
                ("regime", Some(index)) => state = Some(self.state(index)?),
                ("gain", None) if !after.is_empty() => is_gain = true,
                (word, None) if strategies.get(word).is_some() && !after.is_empty() => {
                    rule = Some(word);
                }
                _ => break,
            }
            rest = after;
        }
        if let (Some((detector, state)), false) = (state, is_gain) {
            return Ok(self.in_state(model, rule, (detector, state), rest));
        }
        if is_gain {
            return Ok(self.gain(model, rule, rest));
        }
        if let Some(rule) = rule {
            return Ok(below(&strategies[rule], rest));
        }
        let plain = [&tree["forecast"], tree, &tree["system"]];
        if let Some(found) = plain.into_iter().find_map(|node| below(node, rest)) {
            return Ok(Some(found));
        }
        let rules: Vec<&String> =
            strategies.as_object().into_iter().flat_map(serde_json::Map::keys).collect();
        match rules.as_slice() {
            [only] => Ok(below(&strategies[only.as_str()], rest)),
            [first, ..] if below(&strategies[first.as_str()], rest).is_some() => {
                let figure: Vec<&str> = rest.iter().map(|(word, _)| *word).collect();
                let figure = figure.join(".");
                let names: Vec<String> =
                    rules.iter().map(|rule| format!("{model}.{rule}.{figure}")).collect();
                Err(Problem::new(format!("`{figure}` of no sizing rule"))
                    .expected(format!("one of {}", names.join(", "))))
            }
            // Unknown before it has run.
            _ if self.is_bare
                && matches!(rest, [("scaled" | "system" | "breaks", None), _, ..]) =>
            {
                Ok(Some((Value::Null, model.to_owned())))
            }
            _ => Ok(None),
        }
    }

    /// The detector and the state that brackets name: `apart`, `sign_flip.XLE.XLU.apart`.
    fn state(&self, index: &str) -> Found<(usize, usize)> {
        let (of, state) = match index.rsplit_once('.') {
            Some((of, state)) => (Some(of), state),
            None => (None, index),
        };
        let found: Vec<(usize, usize)> = self
            .detectors
            .iter()
            .enumerate()
            .filter(|(_, (name, _))| of.is_none_or(|of| name == of))
            .filter_map(|(at, (_, states))| Some((at, states.iter().position(|s| s == state)?)))
            .collect();
        let all = self
            .detectors
            .iter()
            .flat_map(|(name, states)| states.iter().map(move |state| format!("{name}.{state}")));
        let all: Vec<String> = all.collect();
        match found.as_slice() {
            [one] => Ok(*one),
            several => {
                let what = if several.is_empty() { "no detector has" } else { "several have" };
                let problem = Problem::new(format!("{what} a state `{index}`"));
                let problem = match all.is_empty() {
                    true => problem.expected("an experiment with a detector"),
                    false => problem.expected(format!("one of {}", all.join(", "))),
                };
                Err(problem.near(index, all.iter().map(String::as_str)))
            }
        }
    }

    fn in_state(
        &self,
        model: &str,
        rule: Option<&str>,
        (detector, state): (usize, usize),
        rest: &[Step<'_>],
    ) -> Option<(Value, String)> {
        if self.is_bare {
            return Some((Value::Null, model.to_owned()));
        }
        let regime = &self.tree["regimes"][detector];
        let parts = match rule {
            Some(rule) => &regime["strategies"][track(model, rule)],
            None => &regime["forecast"][model],
        };
        below(&parts[state], rest)
    }

    /// What a system gains over its twin, another model over that of `compares_with`.
    fn gain(&self, model: &str, rule: Option<&str>, rest: &[Step<'_>]) -> Option<(Value, String)> {
        if self.is_bare {
            return Some((Value::Null, model.to_owned()));
        }
        let compared = &self.tree["comparison"]["models"][model];
        let key = match rest {
            [("oos_r2", None)] => "r2_gain",
            [("scaled", None), ("oos_r2", None)] => "scaled_r2_gain",
            [("sharpe", None)] => "sharpe_gain",
            _ => return None,
        };
        let node = match (rule, &self.tree["models"][model]["system"]) {
            (Some(rule), _) => &compared["strategies"][rule],
            (None, Value::Null) => compared,
            (None, system) => system,
        };
        node.get(key)?;
        Some((node.clone(), key.to_owned()))
    }

    fn unknown(&self, name: &str, why: &str) -> Problem {
        let names = self.names();
        Problem::new(format!("`{name}` {why}"))
            .expected("a name of results.json, as in `ridge.oos_r2` or `ridge.binary.sharpe`")
            .near(name, names.iter().map(String::as_str))
    }

    /// Every name of a single figure, for hints.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (model, tree) in self.tree["models"].as_object().into_iter().flatten() {
            leaves(model, &tree["forecast"], &mut names);
            leaves(model, &tree["system"], &mut names);
            for (rule, metrics) in tree["strategies"].as_object().into_iter().flatten() {
                leaves(&track(model, rule), metrics, &mut names);
            }
        }
        for (key, tree) in self.tree.as_object().into_iter().flatten() {
            match key.as_str() {
                "models" | "spec" => {}
                "benchmarks" => leaves("", tree, &mut names),
                key => leaves(key, tree, &mut names),
            }
        }
        // A part that there is none of leaves its own name.
        names.retain(|name| !self.tree["models"].as_object().is_some_and(|m| m.contains_key(name)));
        names
    }
}

/// The parts of `results.json` in which a figure may be looked up before there are any.
const ROOTS: [&str; 9] = [
    "data",
    "walk_forward",
    "verdict",
    "certificate",
    "geometry",
    "weighted_mean",
    "comparison",
    "search",
    "trials",
];

/// The words of a name; `None` of what is no name.
fn steps(name: &str) -> Option<Vec<Step<'_>>> {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let mut steps = Vec::new();
    let mut rest = name;
    loop {
        let end = rest.find(|c| !is_sign(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let (index, after) = match after.strip_prefix('[') {
            Some(inside) => {
                let (index, after) = inside.split_once(']')?;
                (Some(index), after)
            }
            None => (None, after),
        };
        if word.is_empty() {
            return None;
        }
        steps.push((word, index));
        match after.strip_prefix('.') {
            Some(after) => rest = after,
            None => return after.is_empty().then_some(steps),
        }
    }
}

/// The object below a node that has the last of the steps as a key.
fn below(node: &Value, steps: &[Step<'_>]) -> Option<(Value, String)> {
    let [above @ .., (last, None)] = steps else { return None };
    let mut node = node;
    for (word, index) in above {
        node = node.get(word).filter(|_| index.is_none())?;
    }
    node.get(last)?;
    Some((node.clone(), (*last).to_owned()))
}

fn leaves(name: &str, tree: &Value, names: &mut Vec<String>) {
    match tree {
        Value::Object(fields) => {
            for (key, value) in fields.iter().filter(|(key, _)| !key.ends_with("_interval")) {
                let below = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                leaves(&below, value, names);
            }
        }
        Value::Array(_) => {}
        _ => names.push(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;

    #[test]
    fn figures_are_found_by_the_names_of_results_and_of_criteria() {
        let results = stored::plain().results;
        let figures = Figures::of(&results);
        let ridge = &results.models["ridge"];
        let r2 = ridge.forecast.oos_r2.unwrap();
        let shown = figures.value("ridge.oos_r2").unwrap();
        assert_eq!(shown, format::percent(Some(r2.value), 2));
        assert_eq!(figures.value("models.ridge.forecast.oos_r2").unwrap(), shown);
        let Interval { low, high } = r2.interval.unwrap();
        let ends = [low, high].map(|end| format::percent(Some(end), 2));
        assert_eq!(figures.interval("ridge.oos_r2").unwrap(), ends.join(" to "));
        let scaled = ridge.forecast.scaled.as_ref().unwrap().oos_r2.unwrap().value;
        assert_eq!(figures.value("ridge.scaled.oos_r2").unwrap(), format::percent(Some(scaled), 2));
        let sharpe = ridge.strategies["binary"].sharpe.unwrap().value;
        assert_eq!(figures.value("ridge.binary.sharpe").unwrap(), format::decimal(Some(sharpe), 2));
        let hold = results.benchmarks[BUY_AND_HOLD].sharpe.unwrap().value;
        assert_eq!(figures.value("buy_and_hold.sharpe").unwrap(), format::decimal(Some(hold), 2));
        assert_eq!(
            figures.value("walk_forward.forecasts").unwrap(),
            format::count(results.walk_forward.forecasts)
        );
        assert_eq!(figures.value("data.first_day").unwrap(), results.data.first_day.to_string());
        let (name, states) = &figures.detectors[0];
        let inside = figures.value(&format!("ridge.regime[{name}.{}].oos_r2", states[0])).unwrap();
        let of_state = &results.regimes[0].forecast["ridge"][0];
        let of_state = of_state.oos_r2.map(|estimate| estimate.value);
        assert_eq!(inside, format::percent(of_state, 2));
    }

    #[test]
    fn what_has_no_figure_is_told_with_what_has() {
        let results = stored::plain().results;
        let figures = Figures::of(&results);
        let told: Vec<String> = [
            "ridge.oos_r",
            "rigde.oos_r2",
            "ridge.sharpe",
            "ridge.binray.sharpe",
            "ridge",
            "models.ridge",
            "ridge..oos_r2",
            "ridge.regime[nowhere].oos_r2",
            "geometry.mean_corelation",
        ]
        .into_iter()
        .map(|name| figures.value(name).unwrap_err().to_string())
        .chain([figures.interval("ridge.hit_rate").unwrap_err().to_string()])
        .collect();
        insta::assert_snapshot!(told.join("\n\n"));
    }

    #[test]
    fn before_a_run_models_and_rules_are_known() {
        let spec = stored::plain().results.spec;
        let figures = Figures::before(&spec);
        for known in [
            "ridge.oos_r2",
            "ridge.scaled.oos_r2",
            "ridge.binary.sharpe",
            "buy_and_hold.sharpe",
            "geometry.mean_correlation",
        ] {
            assert!(figures.value(known).is_ok(), "{known}: {:?}", figures.value(known));
        }
        for unknown in ["rigde.oos_r2", "ridge.oos_r", "ridge.binray.sharpe", "geometri.x"] {
            assert!(figures.value(unknown).is_err(), "{unknown}");
        }
        assert!(figures.interval("ridge.oos_r2").is_ok());
    }
}
