//! The criteria of a spec as they are understood, in a line each.

use super::names::{Bound, Names, Quantifier, Record, Subject, Test};
use crate::base::units::format;
use crate::results::spec::Spec;

/// Records that a line names; more are counted.
const MOST_NAMED: usize = 4;

/// A line for each criterion: its test, and the records whose figures it takes.
#[must_use]
pub fn described(spec: &Spec) -> Vec<String> {
    let names = Names::of(spec);
    let line = |test: &str| match names.test(test) {
        Ok(read) => format!("{test}: {}", records(&read, &names, spec)),
        // A checked spec has none.
        Err(_) => test.to_owned(),
    };
    spec.criteria.iter().map(|criterion| line(&criterion.test)).collect()
}

fn records(Test { left, right, .. }: &Test, names: &Names, spec: &Spec) -> String {
    let left_records = of(left, names, spec);
    match right {
        Bound::Number(_) => left_records,
        Bound::Figure(right) => format!("{left_records} against {}", of(right, names, spec)),
    }
}

fn of(subject: &Subject, all: &Names, spec: &Spec) -> String {
    let names: Vec<String> = subject.records.iter().map(Record::name).collect();
    let which = match subject.quantifier {
        None => "",
        Some(Quantifier::All) => "each of ",
        Some(Quantifier::Any) => "one of ",
    };
    let most = if names.len() > MOST_NAMED { MOST_NAMED - 1 } else { MOST_NAMED };
    let named = format::some_of(&names, most);
    let is_over_twin = subject.records.iter().all(|record| record.is_system);
    let over = match (subject.is_gain, &spec.compares_with) {
        (true, _) if is_over_twin => ", over the plain twin".to_owned(),
        (true, Some(other)) => format!(", over {other}"),
        _ => String::new(),
    };
    let inside = subject
        .state
        .map_or_else(String::new, |state| format!(" in the state {}", all.state_in_words(state)));
    format!("{which}{named}{inside}{over}")
}
