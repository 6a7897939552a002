//! Sentences about a sweep.

use crate::base::units::format;
use crate::report::site::kit::wording;
use crate::results::{JointTest, SpecificationCurve, Standing, SweepResults};

/// A key of the spec as a reader's word: `refit every` of `walk_forward.refit_every`.
pub(super) fn key(key: &str) -> String {
    let rest = key.split_once('.').map_or(key, |(_, rest)| rest);
    let mut text = String::new();
    let mut is_inside = false;
    for c in rest.chars() {
        match c {
            '[' => is_inside = true,
            ']' => is_inside = false,
            _ if is_inside => {}
            '.' | '_' => text.push(' '),
            _ => text.push(c),
        }
    }
    text
}

/// A level as a reader's word: a model or a rule by its title.
pub(super) fn level(of: &str, level: &str) -> String {
    match of {
        "model" | "rule" => wording::title(level),
        _ => level.to_owned(),
    }
}

/// What the page says first.
pub(super) fn lead(results: &SweepResults) -> String {
    let members = format::counted(results.members.len(), "experiment", "experiments");
    let said = |curve: &SpecificationCurve, what: &str| match (&curve.joint, curve.median) {
        (_, None) => format!("No {what} could be estimated."),
        (None, _) => format!("Whether chance makes such a curve of the {what} was not tried."),
        (Some(joint), _) => {
            let finding = if joint.rejects { "is above" } else { "is no more than" };
            format!(
                "The curve of the {what} {finding} what the same features make when shifted in \
                 time ({}).",
                p_value(joint.p)
            )
        }
    };
    format!(
        "{members} from one file. {} {}",
        said(&results.oos_r2, "out-of-sample R²"),
        said(&results.sharpe, "Sharpe ratio"),
    )
}

/// "p = 0.012", "p < 0.001".
pub(super) fn p_value(p: f64) -> String {
    let text = format::p_value(Some(p));
    let equals = if text.starts_with('<') { "" } else { "=\u{a0}" };
    format!("p\u{a0}{equals}{text}")
}

/// The joint test in one sentence.
pub(super) fn joint(joint: &JointTest, all: usize) -> String {
    let finding = if joint.rejects {
        "The whole curve is above chance"
    } else {
        "The whole curve is within chance"
    };
    let tried = if joint.specifications == all {
        "all specifications".to_owned()
    } else {
        let tried = format::count(joint.specifications);
        format!("{tried} of the {} specifications", format::count(all))
    };
    format!(
        "{finding}: {} over the three figures below, against {} with {tried} run again on features \
         shifted in time.",
        p_value(joint.p),
        format::counted(joint.shifts, "curve", "curves"),
    )
}

/// Where the headline experiment stands, in a sentence; empty without one.
pub(super) fn standing(curve: &SpecificationCurve) -> String {
    let said = |standing: &Standing| {
        let rule = standing.rule.as_deref();
        let rule = rule.map_or_else(String::new, |rule| format!(" ({})", wording::sizing(rule)));
        let model = wording::title(&standing.model);
        let share = format::percent(Some(standing.share_below), 0);
        format!("{model}{rule} above {share}")
    };
    let all: Vec<String> = curve.headline.iter().map(said).collect();
    if all.is_empty() {
        return String::new();
    }
    format!("The headline experiment among all specifications: {}.", format::list(&all))
}
