//! `verdicts.json`: what every experiment concludes, with its headline figures, for gates and
//! notebooks.

use crate::report::site::kit::file::{File, file};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::summary::{Conclusion, Criterion, Summary};
use crate::results::{interval, value};

/// The file, experiments in the order of the site.
pub(crate) fn verdicts(experiments: &[Summary]) -> File {
    let entries: Vec<&Conclusion> = experiments.iter().map(|each| &each.conclusion).collect();
    match serde_json::to_string_pretty(&entries) {
        Ok(text) => file("verdicts.json", &(text + "\n")),
        Err(error) => unreachable!("a verdict always serialises: {error}"),
    }
}

/// What an experiment concludes.
pub(crate) fn conclusion(subject: &Subject<'_>) -> Conclusion {
    let results = subject.results;
    let lead = subject.lead();
    let forecast = lead.map(|lead| &lead.summary.forecast);
    let strategy = lead.and_then(|lead| subject.headline(lead));
    let (r2, sharpe) = (forecast.and_then(|f| f.oos_r2), strategy.and_then(|s| s.sharpe));
    let criteria = results.verdict.criteria.iter();
    Conclusion {
        id: results.id.clone(),
        title: results.title.clone(),
        certificate: results.certificate.outcome,
        stamp: results.verdict.stamp,
        criteria: criteria
            .map(|criterion| Criterion { test: criterion.test.clone(), outcome: criterion.outcome })
            .collect(),
        evidence: results.verdict.evidence,
        evidence_p: results.verdict.evidence_p,
        family: results.verdict.family,
        life: results.verdict.life,
        lead: lead.map(|lead| lead.name.to_owned()),
        oos_r2: value(r2),
        oos_r2_interval: interval(r2),
        clark_west_p: forecast.and_then(|forecast| forecast.clark_west_p),
        scaled_clark_west_p: lead.and_then(Model::scaled_p),
        sharpe: value(sharpe),
        sharpe_interval: interval(sharpe),
        sharpe_arithmetic: strategy.and_then(|strategy| strategy.sharpe_arithmetic),
    }
}
