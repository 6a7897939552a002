//! Where a signal sits: in which state of the market, in which direction of the features.

use crate::base::units::format;
use crate::report::site::kit::palette::background;
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{joined, range};
use crate::results::{ForecastMetrics, RegimeSummary, value};

/// Where it sits, by the first detector and by direction; `None` with neither.
pub(crate) fn place(subject: &Subject<'_>) -> Option<String> {
    let detected = background(subject.results).filter(|regime| regime.causal);
    joined([detected.and_then(|detected| regime(subject, detected)), direction(subject)])
}

/// In which states of a regime there is evidence; `None` without figures by state.
fn regime(subject: &Subject<'_>, regime: &RegimeSummary) -> Option<String> {
    let in_state = |state: usize| -> Vec<&ForecastMetrics> {
        let models = subject.models.iter();
        models.filter_map(|model| regime.forecast.get(model.name)?.get(state)).collect()
    };
    let describe = |state: &usize| {
        let figures = in_state(*state);
        format!(
            "“{}” (R² {}, scaled p {})",
            regime.states[*state].label,
            range(figures.iter().map(|f| value(f.oos_r2)), |v| format::percent(v, 2)),
            range(figures.iter().map(|f| f.scaled_p()), format::p_value)
        )
    };
    let states = (0..regime.states.len()).filter(|state| !in_state(*state).is_empty());
    let (positive, rest): (Vec<usize>, Vec<usize>) = states.partition(|state| {
        let figures = in_state(*state);
        2 * figures.iter().filter(|f| f.evidence).count() > figures.len()
    });
    let words = |states: &[usize]| format::list(&states.iter().map(describe).collect::<Vec<_>>());
    let with = match (positive.is_empty(), rest.is_empty()) {
        (true, true) => return None,
        (true, false) => format!("no state: {}", words(&rest)),
        (false, true) => format!("every state: {}", words(&positive)),
        (false, false) => format!("{} and none in {}", words(&positive), words(&rest)),
    };
    let contrast = match &regime.contrast {
        Some(contrast) if contrast.rejects => format!(
            "What the features tell differs between the states beyond luck (p {}).",
            format::p_value(Some(contrast.p_value))
        ),
        Some(contrast) => format!(
            "That what the features tell differs between the states cannot be said (p {}).",
            format::p_value(Some(contrast.p_value))
        ),
        None => "The states have too few days to be compared.".to_owned(),
    };
    Some(format!("By regime there is evidence in {with}. {contrast}"))
}

/// The eigen-direction that brings most of the R2 of the model that speaks for the experiment;
/// `None` without evidence or where its forecasts do not divide.
fn direction(subject: &Subject<'_>) -> Option<String> {
    let lead = subject.lead().filter(|lead| lead.has_evidence())?;
    let total = value(lead.summary.forecast.oos_r2)?;
    let parts = &lead.summary.r2_by_direction;
    let (position, most) = parts.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    if parts.len() < 2 {
        return None;
    }
    let rest = total - most;
    let percent = |value: f64| format::percent(Some(value), 2);
    let rest = match rest {
        rest if rest < 0.0 => format!("takes {} away", percent(-rest)),
        rest => format!("adds {}", percent(rest)),
    };
    Some(format!(
        "Of {}’s R² of {}, {} comes along the {} eigenvector of the features; all else {rest}.",
        lead.in_words(),
        percent(total),
        percent(*most),
        ordinal(position + 1),
    ))
}

/// "first", "second", "11th".
fn ordinal(position: usize) -> String {
    const WORDS: [&str; 9] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];
    if let Some(word) = WORDS.get(position - 1) {
        return (*word).to_owned();
    }
    let ending = match (position % 10, position % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{position}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_read_as_words() {
        let words: Vec<String> = [1, 9, 10, 11, 21, 22, 113].map(ordinal).to_vec();
        assert_eq!(words, ["first", "ninth", "10th", "11th", "21st", "22nd", "113th"]);
    }
}
