//! What an experiment concludes, by the rules of the methods page ("Verdict").

use indexmap::IndexMap;

use super::computed::Computed;
use super::judged::Judged;
use crate::base::units::Day;
use crate::engine::metrics::{Comparison, LEVEL};
use crate::results::{
    Answer, BestDetector, BestYear, BreakSummary, CarryingYear, Evidence, ForecastMetrics, Life,
    ModelSummary, RegimeSummary, StrategyMetrics, Verdict, Warning, interval,
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
    let forecasts: Vec<&ForecastMetrics> =
        found.iter().map(|(_, summary)| &summary.forecast).collect();
    let under_rule = rule.as_ref().map_or_else(Vec::new, |rule| {
        plain.iter().filter_map(|(_, summary)| summary.strategies.get(rule)).collect()
    });
    Verdict {
        evidence: if suspects.is_empty() { evidence(&forecasts) } else { Evidence::Suspect },
        models_with_evidence: found.iter().map(|(model, _)| model.name().to_owned()).collect(),
        suspects,
        lead: lead.map(|(model, _)| model.name().to_owned()),
        carried_by: carrying_year(&found),
        life: lead.and_then(|(_, summary)| summary.breaks.life),
        since: lead.and_then(|(_, summary)| summary.breaks.since),
        pays: pays(&under_rule, computed.spec.costs.trade_bps),
        regime_helps: regime_helps(models.values()),
        best_detector: plain.first().and_then(|(model, _)| best_detector(regimes, model.name())),
        rule,
    }
}

/// From the figures of the models with evidence.
fn evidence(found: &[&ForecastMetrics]) -> Evidence {
    let includes_zero =
        |forecast: &&&ForecastMetrics| interval(forecast.oos_r2).is_some_and(|i| i.low <= 0.0);
    match found.len() {
        0 => Evidence::None,
        all if found.iter().filter(includes_zero).count() == all => Evidence::Weak,
        _ => Evidence::Clear,
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

/// Whether every model, none or some break even above the cost that is assumed.
fn pays(metrics: &[&StrategyMetrics], trade_bps: f64) -> Option<Answer> {
    if metrics.iter().all(|metrics| metrics.annual_turnover < SELDOM) {
        return None;
    }
    let above =
        |metrics: &&&StrategyMetrics| metrics.break_even_cost_bps.is_some_and(|c| c > trade_bps);
    Some(match metrics.iter().filter(above).count() {
        0 => Answer::No,
        all if all == metrics.len() => Answer::Yes,
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

fn best_detector(regimes: &[RegimeSummary], model: &str) -> Option<BestDetector> {
    let known = regimes.iter().filter(|regime| regime.causal);
    known
        .filter_map(|regime| {
            let separation = regime.separation.get(model).copied().flatten()?.r2;
            Some(BestDetector { name: regime.name.clone(), separation })
        })
        .max_by(|a, b| a.separation.total_cmp(&b.separation))
}

/// Fills in what became of a model's edge, from its break statistics and the exact path of its
/// fluctuation statistic by forecast day.
pub(super) fn with_life(
    mut breaks: BreakSummary,
    evidence: bool,
    days: &[Day],
    path: Option<&[f64]>,
) -> BreakSummary {
    let (Some(path), Some(test)) = (path, &breaks.fluctuation) else { return breaks };
    let last = path.last().copied();
    let first_above = path.iter().position(|value| *value > test.two_sided_5);
    let since = first_above.map(|forecast| days[forecast]);
    let lost = breaks.segments.split_last().and_then(|(last, earlier)| {
        let was_gained = earlier.iter().any(|segment| segment.mean_gain > 0.0);
        (last.mean_gain <= 0.0 && was_gained).then_some(earlier.len())
    });
    let is_worse = last.is_some_and(|last| last < -test.two_sided_5);
    let is_above = last.is_some_and(|last| last > test.two_sided_5);
    let has_drifted = breaks.cusum.as_ref().is_some_and(|cusum| cusum.first_crossing.is_some());
    let life = (evidence || since.is_some()).then(|| {
        if lost.is_some() || is_worse {
            Life::Gone
        } else if is_above && !has_drifted {
            Life::Alive
        } else {
            Life::Open
        }
    });
    (breaks.life, breaks.since, breaks.last, breaks.lost) = (life, since, last, lost);
    breaks
}

pub(super) fn helps(comparison: Option<&Comparison>) -> Answer {
    match comparison.map(|comparison| (interval(Some(comparison.r2_gain)), comparison.p_value)) {
        Some((Some(interval), p)) if interval.low > 0.0 && p < LEVEL => Answer::Yes,
        Some((Some(interval), _)) if interval.high < 0.0 => Answer::No,
        _ => Answer::Open,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::results::{Cusum, Estimate, Fluctuation, Interval, LossSegment};

    const DAYS: [Day; 3] = [date(2007, 12, 31), date(2008, 1, 2), date(2009, 1, 2)];

    fn breaks(gains: &[f64]) -> BreakSummary {
        let segment = |gain: &f64| LossSegment { mean_gain: *gain, ..LossSegment::default() };
        let fluctuation = Fluctuation { two_sided_5: 3.0, ..Fluctuation::default() };
        BreakSummary {
            fluctuation: Some(fluctuation),
            segments: gains.iter().map(segment).collect(),
            ..BreakSummary::default()
        }
    }

    fn life(gains: &[f64], evidence: bool, path: [f64; 3]) -> (Option<Life>, Option<Day>) {
        let found = with_life(breaks(gains), evidence, &DAYS, Some(&path));
        (found.life, found.since)
    }

    #[test]
    fn an_edge_above_its_band_at_the_end_is_alive_unless_its_errors_have_drifted() {
        assert_eq!(life(&[1.0], true, [0.0, 3.1, 3.4]), (Some(Life::Alive), Some(DAYS[1])));
        let mut drifted = breaks(&[1.0]);
        drifted.cusum = Some(Cusum { first_crossing: Some(DAYS[0]), ..Cusum::default() });
        let drifted = with_life(drifted, true, &DAYS, Some(&[0.0, 0.0, 3.4]));
        assert_eq!(drifted.life, Some(Life::Open));
    }

    #[test]
    fn an_edge_is_gone_with_its_last_segment_or_below_the_band() {
        assert_eq!(life(&[1.0, -0.1], true, [0.0, 3.1, 3.4]).0, Some(Life::Gone));
        assert_eq!(life(&[1.0, 0.1], true, [0.0, 3.1, -3.4]).0, Some(Life::Gone));
        assert_eq!(life(&[-1.0, -0.1], true, [0.0, 0.1, 0.4]), (Some(Life::Open), None));
    }

    #[test]
    fn without_an_edge_nothing_lives_or_dies() {
        assert_eq!(life(&[1.0, -0.1], false, [0.0, 0.1, -3.4]), (None, None));
        let untested = BreakSummary { fluctuation: None, ..breaks(&[1.0]) };
        assert_eq!(with_life(untested, true, &DAYS, None).life, None);
    }

    #[test]
    fn the_best_year_is_that_of_the_largest_gain() {
        let best = |gains| best_year(&DAYS, gains).map(|best| (best.year, best.share));
        assert_eq!(best(&[1.0, 3.0, 1.0]), Some((2008, Some(0.6))));
        assert_eq!(best(&[1.0, 0.0, -2.0]), Some((2007, None)));
        assert_eq!(best(&[-1.0, -2.0, 0.0]), None);
    }

    #[test]
    fn help_is_claimed_only_by_interval_and_test_together() {
        let helps = |gain: f64, p_value: f64| {
            let interval = Some(Interval { low: gain - 0.001, high: gain + 0.001 });
            let r2_gain = Estimate { value: gain, interval };
            helps(Some(&Comparison { r2_gain, statistic: 0.0, p_value }))
        };
        assert_eq!(helps(0.002, 0.01), Answer::Yes);
        assert_eq!((helps(0.002, 0.06), helps(0.0005, 0.01)), (Answer::Open, Answer::Open));
        assert_eq!(helps(-0.002, 0.99), Answer::No);
    }

    #[test]
    fn evidence_whose_intervals_all_include_zero_is_weak() {
        let forecast = |low: f64| ForecastMetrics {
            oos_r2: Some(Estimate { value: 0.004, interval: Some(Interval { low, high: 0.01 }) }),
            evidence: true,
            ..ForecastMetrics::default()
        };
        let (weak, clear) = (forecast(-0.001), forecast(0.001));
        assert_eq!(evidence(&[]), Evidence::None);
        assert_eq!(evidence(&[&weak, &weak]), Evidence::Weak);
        assert_eq!(evidence(&[&weak, &clear]), Evidence::Clear);
    }
}
