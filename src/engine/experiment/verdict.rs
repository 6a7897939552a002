//! What an experiment concludes, by the rules of the methods page ("Verdict").

use indexmap::IndexMap;

use super::computed::Computed;
use super::evidence::Family;
use super::judged::Judged;
use super::life;
use crate::base::units::Day;
use crate::engine::inference::cauchy;
use crate::engine::metrics::{Comparison, LEVEL};
use crate::results::{
    Answer, BestDetector, BestYear, CarryingYear, ComparisonTest, Evidence, ForecastMetrics,
    Interval, ModelSummary, RegimeSummary, StrategyMetrics, Verdict, Warning, interval,
};

/// Share of the gain from which one year is said to carry it.
const CARRIES: f64 = 0.5;

/// Turnover a year below which trading costs decide nothing.
const SELDOM: f64 = 4.0;

/// The sizing rule of headline figures, where the spec has it: fixed in advance, never chosen by its
/// result.
const HEADLINE_RULE: &str = "proportional";

pub(super) fn verdict(
    computed: &Computed<'_>,
    models: &IndexMap<String, ModelSummary>,
    regimes: &[RegimeSummary],
    warnings: &[Warning],
) -> Verdict {
    let plain: Vec<(&Judged<'_>, &ModelSummary)> =
        computed.models.iter().zip(models.values()).filter(|(model, _)| model.is_plain()).collect();
    let found: Vec<(&Judged<'_>, &ModelSummary)> =
        plain.iter().filter(|(_, summary)| summary.forecast.evidence).copied().collect();
    let lead = found.first().or(plain.first());
    let rules = models.values().next().map(|model| &model.strategies);
    let rule = rules.and_then(|rules| {
        rules.get_key_value(HEADLINE_RULE).or(rules.first()).map(|(rule, _)| rule.clone())
    });
    let suspects: Vec<String> = warnings
        .iter()
        .filter_map(|warning| match warning {
            Warning::TooGood { model, .. } => Some(model.clone()),
            _ => None,
        })
        .collect();
    let family = Family::of(plain.iter().map(|(_, summary)| &summary.forecast));
    let forecasts: Vec<&ForecastMetrics> =
        found.iter().map(|(_, summary)| &summary.forecast).collect();
    let life = lead.and_then(|(_, summary)| summary.breaks.life);
    let mut falls = life::claimed(life, computed.pass);
    let fell = falls.first().cloned();
    falls.sort_by_key(|fall| fall.first);
    let detectors = contrasts(regimes);
    let differ_p = cauchy(&detectors.iter().map(|each| each.p_value).collect::<Vec<f64>>());
    let under_rule = rule.as_ref().map_or_else(Vec::new, |rule| {
        plain.iter().filter_map(|(_, summary)| summary.strategies.get(rule)).collect()
    });
    Verdict {
        // Judged from the files.
        stamp: None,
        criteria: Vec::new(),
        evidence: if suspects.is_empty() { family.evidence(&forecasts) } else { Evidence::Suspect },
        evidence_p: family.p,
        evidence_raw_p: family.raw_p,
        family: None,
        models_with_evidence: found.iter().map(|(model, _)| model.name().to_owned()).collect(),
        suspects,
        lead: lead.map(|(model, _)| model.name().to_owned()),
        carried_by: carrying_year(&found),
        life,
        fell,
        falls,
        since: lead.and_then(|(_, summary)| summary.breaks.since),
        pays: pays(&under_rule),
        regime_helps: regime_helps(models.values()),
        regimes_differ: differ_p.map(|p| if p < LEVEL { Answer::Yes } else { Answer::Open }),
        regimes_differ_p: differ_p,
        best_detector: detectors.into_iter().min_by(|a, b| a.p_value.total_cmp(&b.p_value)),
        rule,
    }
}

/// The year that carries the gain of every model with evidence, if it is one and the same.
fn carrying_year(found: &[(&Judged<'_>, &ModelSummary)]) -> Option<CarryingYear> {
    let best: Vec<BestYear> =
        found.iter().map(|(_, summary)| summary.best_year).collect::<Option<_>>()?;
    let year = best.first()?.year;
    let shares: Vec<f64> = best.iter().filter_map(|best| best.share).collect();
    let carries = shares.len() == best.len()
        && best.iter().all(|best| best.year == year)
        && shares.iter().all(|share| *share > CARRIES);
    carries.then_some(CarryingYear { year, shares })
}

/// The calendar year in which a model gained most; `None` when no year gained anything.
pub(super) fn best_year(days: &[Day], gains: &[f64]) -> Option<BestYear> {
    let (mut best, mut total, mut at) = (None, 0.0, 0);
    for year in days.chunk_by(|a, b| a.year() == b.year()) {
        let gain: f64 = gains[at..at + year.len()].iter().sum();
        at += year.len();
        total += gain;
        if gain > best.map_or(0.0, |(_, most)| most) {
            best = Some((year[0].year(), gain));
        }
    }
    let share = |gain: f64| (total > 0.0).then(|| gain / total);
    best.map(|(year, gain)| BestYear { year, share: share(gain) })
}

/// Whether every model earns more than always holding the mean of its weights would, or every one
/// less, by intervals that exclude zero.
fn pays(metrics: &[&StrategyMetrics]) -> Option<Answer> {
    if metrics.iter().all(|metrics| metrics.annual_turnover < SELDOM) {
        return None;
    }
    let all = |is: &dyn Fn(Interval) -> bool| {
        metrics.iter().all(|metrics| interval(metrics.growth_over_mean).is_some_and(is))
    };
    Some(match (all(&|i| i.low > 0.0), all(&|i| i.high < 0.0)) {
        (true, _) => Answer::Yes,
        (_, true) => Answer::No,
        _ => Answer::Open,
    })
}

/// From every system's comparison with its twin.
fn regime_helps<'a>(models: impl Iterator<Item = &'a ModelSummary>) -> Option<Answer> {
    let helps: Vec<Answer> =
        models.filter_map(|model| model.system.as_ref().map(|system| system.helps)).collect();
    let is = |answer: Answer| helps.contains(&answer);
    (!helps.is_empty()).then(|| match (is(Answer::Yes), is(Answer::No)) {
        (true, false) => Answer::Yes,
        (false, true) => Answer::No,
        _ => Answer::Open,
    })
}

/// The detectors known in real time, each with the p-value that the relation is the same in all of
/// its states.
fn contrasts(regimes: &[RegimeSummary]) -> Vec<BestDetector> {
    let known = regimes.iter().filter(|regime| regime.causal);
    known
        .filter_map(|regime| {
            let p_value = regime.contrast.as_ref()?.p_value;
            Some(BestDetector { name: regime.name.clone(), p_value })
        })
        .collect()
}

/// Whether the interval of the gain lies above zero and the test rejects at 5 %.
pub(super) fn is_better(comparison: &Comparison) -> bool {
    let above = interval(Some(comparison.r2_gain)).is_some_and(|interval| interval.low > 0.0);
    above && comparison.p_value < LEVEL
}

/// Whether a system is better than its twin, from their comparison on scaled losses and its rank
/// among systems with shifted labels. One that nests its twin loses what its further coefficients
/// cost where they are zero: its loss is no sign that the regime does not help.
pub(super) fn helps(
    test: ComparisonTest,
    comparison: Option<&Comparison>,
    shifted_p: Option<f64>,
) -> Answer {
    let Some(comparison) = comparison else { return Answer::Open };
    let is_worse = test == ComparisonTest::DieboldMariano
        && interval(Some(comparison.r2_gain)).is_some_and(|interval| interval.high < 0.0);
    match shifted_p {
        Some(p) if is_better(comparison) && p <= LEVEL => Answer::Yes,
        _ if is_worse => Answer::No,
        _ => Answer::Open,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::results::Estimate;

    const DAYS: [Day; 3] = [date(2007, 12, 31), date(2008, 1, 2), date(2009, 1, 2)];

    #[test]
    fn the_best_year_is_that_of_the_largest_gain() {
        let best = |gains| best_year(&DAYS, gains).map(|best| (best.year, best.share));
        assert_eq!(best(&[1.0, 3.0, 1.0]), Some((2008, Some(0.6))));
        assert_eq!(best(&[1.0, 0.0, -2.0]), Some((2007, None)));
        assert_eq!(best(&[-1.0, -2.0, 0.0]), None);
    }

    #[test]
    fn help_is_claimed_only_by_interval_test_and_shifted_labels_together() {
        let by = |test, gain: f64, p_value: f64, shifted_p: Option<f64>| {
            let interval = Some(Interval { low: gain - 0.001, high: gain + 0.001 });
            let r2_gain = Estimate { value: gain, interval };
            helps(test, Some(&Comparison { r2_gain, statistic: 0.0, p_value }), shifted_p)
        };
        let helps = |gain, p_value, p| by(ComparisonTest::DieboldMariano, gain, p_value, p);
        assert_eq!(helps(0.002, 0.01, Some(0.05)), Answer::Yes);
        assert_eq!(helps(0.002, 0.01, Some(0.1)), Answer::Open);
        assert_eq!(helps(0.002, 0.01, None), Answer::Open);
        assert_eq!(helps(0.002, 0.06, Some(0.05)), Answer::Open);
        assert_eq!(helps(0.0005, 0.01, Some(0.05)), Answer::Open);
        assert_eq!(helps(-0.002, 0.99, None), Answer::No);
        let nested = |gain, p_value, p| by(ComparisonTest::ClarkWest, gain, p_value, p);
        assert_eq!(nested(-0.002, 0.99, None), Answer::Open);
        assert_eq!(nested(0.002, 0.01, Some(0.05)), Answer::Yes);
    }
}
