//! One experiment's report: what was asked, what came out, and the sections that answer for it.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::base::diagnostic::Problems;
use crate::base::units::format::{self, size};
use crate::report::site::kit::file::{Experiment, File, Options, card, file, shell};
use crate::report::site::kit::markdown::Text;
use crate::report::site::kit::marker::{Answers, Scope};
use crate::report::site::kit::once;
use crate::report::site::kit::part::{self, Part};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::templates::Templates;
use crate::report::site::kit::view::{Figure, Section, Shell, joined};
use crate::report::site::sections::{key_chart, signal, track_record, trust, when, why};
use crate::report::site::verdict::{
    KeyFigure, Stamped, Verdict, key_figures, next, stamped, verdict, whose,
};
use crate::report::site::{breaks, geometry, share};
use crate::report::words;
use crate::results;

/// What `experiment.html` sees.
#[derive(Debug, Serialize)]
struct Page {
    shell: Shell,
    title: String,
    id: String,
    /// The id of the experiment that it is compared with; empty without one.
    other: String,
    /// Heading of its group on the front page; empty for none.
    group: String,
    /// How many forecasts, and of which years.
    forecasts: String,
    source: Source,
    /// What the certificate found, by check; empty where it did not fail.
    failed: Vec<(&'static str, String)>,
    warnings: Vec<(&'static str, String)>,
    question: String,
    verdict: Verdict,
    stamped: Option<Stamped>,
    figures: Vec<KeyFigure>,
    /// Whose figures they are.
    whose: String,
    key_figure: Option<Figure>,
    hypothesis: String,
    notes: String,
    sections: Vec<Section>,
    parts: Vec<part::Link>,
    /// Whether it carries a sweep, which has a page.
    sweep: bool,
    downloads: Vec<Download>,
}

/// The price source as the header names it.
#[derive(Debug, Serialize)]
struct Source {
    name: String,
    /// Whether it has a page.
    linked: bool,
}

/// A file beside the page.
#[derive(Debug, Serialize)]
struct Download {
    file: String,
    href: String,
    holds: &'static str,
    size: String,
}

/// What the texts of an experiment use beside its own results.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// The ids of all experiments.
    pub ids: &'a BTreeSet<String>,
    /// What the texts ask for.
    pub answers: &'a Answers,
    /// The images beside the texts, as these call them.
    pub images: &'a BTreeSet<String>,
}

/// The page of an experiment and the files beside it, under `<id>/`.
///
/// # Errors
/// A template that asks for what the page does not have.
pub(crate) fn files(
    experiment: &Experiment,
    beside: &Beside<'_>,
    sources: &[&str],
    templates: &Templates,
    options: &Options,
) -> Result<Vec<File>, Problems> {
    let (results, series) = (&experiment.results, &experiment.series);
    let figures = results::to_json(results);
    let mut downloads = vec![Download {
        file: "results.json".to_owned(),
        href: "results.json".to_owned(),
        holds: "every figure of this page",
        size: size(figures.len()),
    }];
    let mut data = vec![file(&format!("{}/results.json", results.id), &figures)];
    for ((name, table), kept) in series.files().into_iter().zip(&results::SERIES_FILES) {
        let path = options.series.path(&kept.path(results));
        let contents = options.series.bytes(&table.to_csv());
        // Beside the page, or of the site.
        let beside = path.strip_prefix(&format!("{}/", results.id));
        let href = beside.map_or_else(|| format!("../{path}"), str::to_owned);
        downloads.push(Download {
            file: options.series.path(name),
            href,
            holds: kept.holds,
            size: size(contents.len()),
        });
        data.push(File { path, contents });
    }
    let compared = results.comparison.as_ref().and_then(|c| templates.nav().title(&c.with));
    let subject = Subject::new(experiment).beside(compared);
    let mut parts: Vec<Part> =
        [geometry::part(&subject), breaks::part(&subject)].into_iter().flatten().collect();
    for part in &mut parts {
        let sections = part.sections.iter_mut().chain(&mut part.shared);
        sections.for_each(|section| once::finish(section, options.series));
        part.shared.iter_mut().for_each(once::from_root);
        once::tell_bands(&subject.band_key(), None, &mut part.sections);
        once::tell_bands(&subject.band_key(), None, &mut part.shared);
    }
    let mut page = page(&subject, beside, sources, options, downloads, &parts);
    let hash = blake3::hash(figures.as_bytes()).to_hex();
    page.shell.running = format!("{} · results {}", results.title, &hash[..12]);
    data.extend(share::of_experiment(&subject, &page.verdict.headline, templates, options));
    let mut files = vec![File {
        path: format!("{}/index.html", results.id),
        contents: once::lines_once(templates.page_of(results, "experiment.html", &page)?),
    }];
    files.extend(part::files(&parts, results, sources, templates, options)?);
    files.extend(data);
    Ok(files)
}

fn page(
    subject: &Subject<'_>,
    beside: &Beside<'_>,
    sources: &[&str],
    options: &Options,
    downloads: Vec<Download>,
    parts: &[Part],
) -> Page {
    let results = subject.results;
    let verdict = verdict(subject);
    let mut key_figure = key_chart::figure(subject).map(|mut figure| {
        once::name(&mut figure.data, options.series);
        figure
    });
    let is_shown = key_figure.as_ref().is_some_and(|figure| figure.id == signal::SQUARED_ERROR);
    let sections = [
        Some(signal::section(subject, is_shown)),
        Some(why::section(subject)),
        when::section(subject),
        Some(track_record::section(subject)),
        Some(trust::section(subject)),
    ];
    let mut sections: Vec<Section> = sections.into_iter().flatten().collect();
    sections.iter_mut().for_each(|section| once::finish(section, options.series));
    once::tell_bands(&subject.band_key(), key_figure.as_mut(), &mut sections);
    let schedule = &results.walk_forward;
    let (first, last) = (schedule.first_forecast.year(), schedule.last_forecast.year());
    let models: Vec<String> = results.models.keys().cloned().collect();
    let scope = Some(Scope { own: &results.id, models: &models, ids: beside.ids });
    let Beside { answers, images, .. } = *beside;
    let text =
        |place, text: &str| Text { top: 3, place, root: "../", scope, answers, images }.html(text);
    Page {
        shell: Shell {
            synthetic: results.data.synthetic,
            card: card(options, &format!("{}/", results.id)),
            ..shell(options, &results.title, &format!("{}/", results.id), &verdict.headline)
        },
        title: results.title.clone(),
        id: results.id.clone(),
        other: results.comparison.as_ref().map_or_else(String::new, |c| c.with.clone()),
        group: results.spec.group.clone(),
        forecasts: format!(
            "{} daily forecasts, {first} to {last}",
            format::count(schedule.forecasts)
        ),
        source: Source {
            name: results.data.source.clone(),
            linked: sources.contains(&results.data.source.as_str()),
        },
        failed: words::certificate(&results.certificate).collect(),
        warnings: results.warnings.iter().map(words::warning).collect(),
        question: results.spec.question.clone(),
        verdict,
        stamped: stamped(subject),
        figures: key_figures(subject),
        whose: joined([whose(subject), next(subject)]).unwrap_or_default(),
        key_figure,
        hypothesis: text("hypothesis", &results.hypothesis),
        notes: text("notes", &results.notes),
        sections,
        parts: part::links(parts),
        sweep: results.spec.sweep.is_some(),
        downloads,
    }
}
