//! `verdicts.json`: what every experiment concludes, with its headline figures, for gates and
//! notebooks.

use serde::Serialize;

use crate::report::site::kit::file::{Experiment, File, file};
use crate::report::site::kit::subject::{Model, Subject};
use crate::results::{
    CheckOutcome, Evidence, FamilyClaim, Interval, Life, Outcome, Stamp, interval, value,
};

/// One experiment's conclusion.
#[derive(Debug, Serialize)]
struct Entry<'a> {
    id: &'a str,
    title: &'a str,
    /// Of its out-of-sample certificate.
    certificate: CheckOutcome,
    /// By the criteria that the author stated; `null` without any.
    stamp: Option<Stamp>,
    criteria: Vec<Criterion<'a>>,
    evidence: Evidence,
    /// Family-wise over the plain models.
    evidence_p: Option<f64>,
    /// What is left of it as one of all experiments.
    family: Option<FamilyClaim>,
    life: Option<Life>,
    /// The model that speaks for the experiment, and its figures.
    lead: Option<&'a str>,
    oos_r2: Option<f64>,
    oos_r2_interval: Option<Interval>,
    clark_west_p: Option<f64>,
    scaled_clark_west_p: Option<f64>,
    /// Under the headline rule.
    sharpe: Option<f64>,
    sharpe_interval: Option<Interval>,
    sharpe_arithmetic: Option<f64>,
}

/// What became of a criterion.
#[derive(Debug, Serialize)]
struct Criterion<'a> {
    test: &'a str,
    outcome: Outcome,
}

/// The file, experiments in the order of the site.
pub(crate) fn verdicts(experiments: &[Experiment]) -> File {
    let entries: Vec<Entry<'_>> = experiments.iter().map(|each| entry(each)).collect();
    match serde_json::to_string_pretty(&entries) {
        Ok(text) => file("verdicts.json", &(text + "\n")),
        Err(error) => unreachable!("a verdict always serialises: {error}"),
    }
}

fn entry(experiment: &Experiment) -> Entry<'_> {
    let (results, subject) = (&experiment.results, Subject::new(experiment));
    let lead = subject.lead();
    let forecast = lead.map(|lead| &lead.summary.forecast);
    let strategy = lead.and_then(|lead| subject.headline(lead));
    let (r2, sharpe) = (forecast.and_then(|f| f.oos_r2), strategy.and_then(|s| s.sharpe));
    Entry {
        id: &results.id,
        title: &results.title,
        certificate: results.certificate.outcome,
        stamp: results.verdict.stamp,
        criteria: (results.verdict.criteria.iter())
            .map(|criterion| Criterion { test: &criterion.test, outcome: criterion.outcome })
            .collect(),
        evidence: results.verdict.evidence,
        evidence_p: results.verdict.evidence_p,
        family: results.verdict.family,
        life: results.verdict.life,
        lead: lead.map(|lead| lead.name),
        oos_r2: value(r2),
        oos_r2_interval: interval(r2),
        clark_west_p: forecast.and_then(|forecast| forecast.clark_west_p),
        scaled_clark_west_p: lead.and_then(Model::scaled_p),
        sharpe: value(sharpe),
        sharpe_interval: interval(sharpe),
        sharpe_arithmetic: strategy.and_then(|strategy| strategy.sharpe_arithmetic),
    }
}
