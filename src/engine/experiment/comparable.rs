//! Whether two experiments can be compared day by day, known before either is run.

use crate::base::diagnostic::{Problem, Problems};
use crate::base::units::{Day, shared_rows};
use crate::engine::criteria::{Bound, Names, Record, Subject};
use crate::engine::spec::{Places, Spec};
use crate::prices::panel::Panel;
use crate::results::spec::{Model, Sizing};

/// Fewest days that both must forecast: fewer have no interval.
const LEAST_DAYS: usize = 30;

/// Checks that an experiment can be compared with the one that its `compares_with` names, and that
/// this one has the models and rules over which its criteria ask for a gain.
///
/// # Errors
/// Every reason against it, each at its place in the first one's file.
pub fn check_comparison(
    (spec, places, panel): (&Spec, &Places, &Panel),
    (other, other_panel): (&Spec, &Panel),
) -> Result<(), Problems> {
    let mut problems = Problems::new();
    let mut refuse = |problem: Problem| problems.push(problem.at(places.compares_with.clone()));
    let id = &other.id;
    let hint = "differences are taken day by day, between forecasts of one and the same return";
    let [ours, theirs] = [spec, other].map(|spec| (&spec.data.source, &spec.data.target));
    if ours != theirs {
        let told = |(source, target)| format!("{target} of the source `{source}`");
        let problem = Problem::new(format!("`{id}` forecasts {}", told(theirs)));
        refuse(problem.expected(format!("an experiment on {}", told(ours))).hint(hint));
        return Err(problems);
    }
    let theirs = forecast_days(other, other_panel);
    let shared = shared_rows(forecast_days(spec, panel), theirs).len();
    if shared < LEAST_DAYS {
        let problem =
            Problem::new(format!("`{id}` shares {shared} days of forecasts with this one"));
        refuse(problem.expected(format!("at least {LEAST_DAYS}")).hint(hint));
    }
    let names = Names::of(spec);
    for (criterion, place) in spec.criteria.iter().zip(&places.tests) {
        let Ok(test) = names.test(&criterion.test) else { continue };
        let right = match &test.right {
            Bound::Figure(right) => Some(right),
            Bound::Number(_) => None,
        };
        for subject in [Some(&test.left), right].into_iter().flatten() {
            if let Some(missing) = missing(subject, other) {
                let problem = Problem::new(format!("`{id}` has no `{missing}` to gain over"));
                let models: Vec<&str> = other.models.iter().map(|m| m.name.as_str()).collect();
                let rules: Vec<&str> = other.positions.iter().map(Sizing::name).collect();
                let known = format!("models {}; rules {}", models.join(", "), rules.join(", "));
                problems.push(problem.at(place.clone()).expected(known));
            }
        }
    }
    problems.into_result(())
}

/// The days that are forecast; as many rows train before the first.
pub(super) fn forecast_days<'a>(spec: &Spec, panel: &'a Panel) -> &'a [Day] {
    let rows = panel.rows(&spec.data.lags);
    let forecasts = rows.saturating_sub(spec.walk_forward.min_train);
    &panel.days[panel.len() - forecasts..]
}

/// A record over which a gain is asked for and which the other experiment does not have; of `all` and
/// `any` one is enough.
fn missing(subject: &Subject, other: &Spec) -> Option<String> {
    let has = |record: &&Record| {
        let is_model = |model: &Model| Some(&model.name) == record.model.as_ref();
        let is_rule = |rule: &String| other.positions.iter().any(|known| known.name() == rule);
        other.models.iter().any(is_model) && record.rule.as_ref().is_none_or(is_rule)
    };
    let mut asked = subject.records.iter().filter(|record| subject.is_gain && !record.is_system);
    match subject.quantifier {
        None => asked.find(|record| !has(record)).map(Record::name),
        Some(_) if asked.clone().any(|record| has(&record)) => None,
        Some(_) => asked.next().map(Record::name),
    }
}
