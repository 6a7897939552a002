//! The daily record behind a change, for its charts: of each experiment the one that moved most.

use super::difference::{ExperimentDiff, Heading};
use super::figures::{Subject, largest};
use crate::base::statistics::long_run_variance;
use crate::base::units::{Day, math, shared_rows};
use crate::results::{Results, Series};

/// Deviations to either side of a band of 90 %.
const DEVIATIONS: f64 = 1.644_853_626_951_472_6;

/// One record in both versions, on the days that both have.
#[derive(Debug, Clone)]
pub(crate) struct Pictured {
    pub id: String,
    pub title: String,
    pub model: String,
    /// The sizing rule; `None` of a model without positions.
    pub rule: Option<String>,
    pub days: Vec<Day>,
    /// Squared error saved against the prevailing mean, as a share of all of the mean's in the same
    /// version, so that it ends at R2.
    pub saved: Overlay,
    /// Daily growth factors; the difference is that of their logarithms, summed.
    pub growth: Option<Overlay>,
    /// Share of equity held.
    pub position: Option<Overlay>,
    /// The coefficients at the refits that both have.
    pub coefficients: Coefficients,
}

/// A daily quantity in both versions.
#[derive(Debug, Clone)]
pub(crate) struct Overlay {
    pub base: Vec<f64>,
    pub head: Vec<f64>,
    /// Head less base.
    pub difference: Vec<f64>,
    /// What chance alone would keep the difference within, day by day; empty of what is no sum over
    /// days.
    pub band: Vec<f64>,
}

/// Coefficients in both versions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Coefficients {
    pub days: Vec<Day>,
    /// Euclidean length of the difference of the two vectors, as a share of that of the base's;
    /// missing where the base has none but zeros.
    pub distance: Vec<f64>,
    /// By column, at the last refit that both have: base and head.
    pub last: Vec<(String, [f64; 2])>,
}

impl Pictured {
    /// The record of an experiment that moved most; `None` where both versions share no day.
    pub(crate) fn of(
        changed: &ExperimentDiff,
        head: &Results,
        [old, new]: [Series; 2],
    ) -> Option<Self> {
        let (model, rule) = most_moved(changed, head)?;
        let rows = shared_rows(&old.forecasts.days, &new.forecasts.days);
        let days: Vec<Day> = rows.iter().map(|[row, _]| old.forecasts.days[*row]).collect();
        let is_weighted = head.models.get(&model).is_some_and(|model| model.weighting.is_some());
        let benchmark = if is_weighted { Series::weighted_benchmark } else { Series::benchmark };
        let saved = [(&old, 0), (&new, 1)].map(|(series, side)| {
            let columns = (series.actual()?, benchmark(series)?, series.forecast(&model)?);
            Some(saved(columns, &rows, side))
        });
        let [Some((base, base_gains)), Some((head_saved, head_gains))] = saved else { return None };
        if days.is_empty() {
            return None;
        }
        let pick = |values: Option<&[f64]>, side: usize| -> Option<Vec<f64>> {
            let values = values?;
            rows.iter().map(|rows| values.get(rows[side]).copied()).collect()
        };
        let rule_of = rule.as_deref();
        let growth = rule_of.and_then(|rule| {
            let old = pick(old.growth(&model, rule), 0)?;
            Some([old, pick(new.growth(&model, rule), 1)?])
        });
        let weights = rule_of.and_then(|rule| {
            let old = pick(old.weight(&model, rule), 0)?;
            Some([old, pick(new.weight(&model, rule), 1)?])
        });
        let Heading { id, title } = changed.heading.clone();
        Some(Self {
            id,
            title,
            saved: Overlay::of_sums([base, head_saved], &less(&head_gains, &base_gains)),
            growth: growth.map(|growth| {
                let logs = growth.each_ref().map(|factors| factors.iter().map(|f| math::ln(*f)));
                let [old, new] = logs.map(Iterator::collect::<Vec<f64>>);
                Overlay::of_sums(growth, &less(&new, &old))
            }),
            position: weights.map(|[base, head]| Overlay {
                difference: less(&head, &base),
                base,
                head,
                band: Vec::new(),
            }),
            coefficients: Coefficients::of(&model, &old, &new),
            model,
            rule,
            days,
        })
    }
}

/// Model and rule of the figure that moved most against its threshold, or else those that speak for
/// the experiment.
fn most_moved(changed: &ExperimentDiff, head: &Results) -> Option<(String, Option<String>)> {
    let verdict = &head.verdict;
    let headline_rule = |model: &str| {
        let rule = verdict.rule.as_ref()?;
        head.models.get(model)?.strategies.contains_key(rule).then(|| rule.clone())
    };
    match largest(changed.headline()).map(|figure| &figure.subject) {
        Some(Subject::Strategy { model, rule }) => Some((model.clone(), Some(rule.clone()))),
        Some(Subject::Model(model)) => Some((model.clone(), headline_rule(model))),
        _ => {
            let lead = verdict.lead.clone().or_else(|| head.models.keys().next().cloned())?;
            let rule = headline_rule(&lead);
            Some((lead, rule))
        }
    }
}

/// Squared error saved so far on some days, as a share of all of the benchmark's, and day by day.
fn saved(
    (actual, benchmark, forecast): (&[f64], &[f64], &[f64]),
    rows: &[[usize; 2]],
    side: usize,
) -> (Vec<f64>, Vec<f64>) {
    let square = |a: f64, b: f64| (a - b) * (a - b);
    let rows = || rows.iter().map(|rows| rows[side]);
    let all: f64 = rows().map(|row| square(actual[row], benchmark[row])).sum();
    let gain = |row: usize| {
        (square(actual[row], benchmark[row]) - square(actual[row], forecast[row])) / all
    };
    let gains: Vec<f64> = rows().map(gain).collect();
    (sums(&gains), gains)
}

impl Overlay {
    /// Whether the two sides differ anywhere.
    pub(crate) fn is_apart(&self) -> bool {
        self.difference.iter().any(|value| *value != 0.0)
    }

    /// Of quantities that add up day by day; `differences` are those of a day.
    fn of_sums([base, head]: [Vec<f64>; 2], differences: &[f64]) -> Self {
        let deviation = long_run_variance(differences).sqrt();
        let band =
            (1..=differences.len()).map(|days| DEVIATIONS * deviation * (days as f64).sqrt());
        Self { base, head, difference: sums(differences), band: band.collect() }
    }
}

fn sums(values: &[f64]) -> Vec<f64> {
    let sum = values.iter().scan(0.0, |sum, value| {
        *sum += value;
        Some(*sum)
    });
    sum.collect()
}

fn less(head: &[f64], base: &[f64]) -> Vec<f64> {
    head.iter().zip(base).map(|(head, base)| head - base).collect()
}

impl Coefficients {
    fn of(model: &str, old: &Series, new: &Series) -> Self {
        let names: Vec<&str> = new
            .coefficient_columns(model)
            .into_iter()
            .filter(|name| old.coefficient(model, name).is_some())
            .collect();
        let columns: Vec<[&[f64]; 2]> = names
            .iter()
            .filter_map(|name| Some([old.coefficient(model, name)?, new.coefficient(model, name)?]))
            .collect();
        let rows = shared_rows(&old.coefficients.days, &new.coefficients.days);
        let distance = rows.iter().map(|[a, b]| {
            let sum = |of: &dyn Fn(&[&[f64]; 2]) -> f64| -> f64 { columns.iter().map(of).sum() };
            let apart = sum(&|[old, new]| (new[*b] - old[*a]) * (new[*b] - old[*a]));
            let whole = sum(&|[old, _]| old[*a] * old[*a]);
            if whole > 0.0 { (apart / whole).sqrt() } else { f64::NAN }
        });
        let last = rows.last().map(|[a, b]| {
            let pair = |[old, new]: &[&[f64]; 2]| [old[*a], new[*b]];
            names.iter().map(|name| (*name).to_owned()).zip(columns.iter().map(pair)).collect()
        });
        Self {
            days: rows.iter().map(|[row, _]| old.coefficients.days[*row]).collect(),
            distance: distance.collect(),
            last: last.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;

    #[test]
    fn a_record_beside_itself_differs_nowhere_and_beside_another_ends_where_its_figures_do() {
        let plain = stored::plain();
        let changed = stored::experiment_diff("plain", Vec::new());
        let both = [plain.series.clone(), plain.series.clone()];
        let same = Pictured::of(&changed, &plain.results, both).unwrap();
        let is_zero = |overlay: &Overlay| overlay.difference.iter().all(|value| *value == 0.0);
        assert!(is_zero(&same.saved) && same.growth.as_ref().is_some_and(is_zero));
        assert!(same.coefficients.distance.iter().all(|value| *value == 0.0 || value.is_nan()));
        let r2 = plain.results.models[&same.model].forecast.oos_r2.unwrap().value;
        assert!((same.saved.head.last().unwrap() - r2).abs() < 1e-6);
        // Dearer by a ten-thousandth a day: the difference is the sum of the logarithms.
        let mut dearer = plain.series.clone();
        let (model, rule) = (same.model.clone(), same.rule.clone().unwrap());
        let column = crate::results::names::growth(&model, &rule);
        dearer.strategies.columns[&column].iter_mut().for_each(|growth| *growth *= 0.9999);
        let other = Pictured::of(&changed, &plain.results, [plain.series, dearer]).unwrap();
        let growth = other.growth.unwrap();
        let days = growth.difference.len();
        let expected = math::ln(0.9999) * days as f64;
        assert!((growth.difference.last().unwrap() - expected).abs() < 1e-9);
        // The same every day: chance has no part in it.
        assert!(growth.band.len() == days && growth.band.iter().all(|limit| *limit < 1e-12));
    }
}
