//! What a site with a public address offers to others: a picture of each page for link previews,
//! and a feed of its experiments.

mod canvas;
mod card;
mod feed;
mod picture;

use crate::base::units::format;
use crate::report::site::kit::file::{File, Options, base_url};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::summary::Summary;
use crate::report::site::kit::templates::Templates;
use crate::report::site::verdict::stamped;
use card::{Card, Chart, Whisker};

/// The style sheet that has the colours.
const COLOURS: &str = "assets/chart.css";
/// Experiments on the picture of the front page.
const MOST_WHISKERS: usize = 24;

/// The picture of an experiment, `answer` its headline; `None` of a site without a public address.
pub(crate) fn of_experiment(
    subject: &Subject<'_>,
    answer: &str,
    templates: &Templates,
    options: &Options,
) -> Option<File> {
    base_url(options)?;
    let results = subject.results;
    let lines = subject.everyone().map(|model| {
        let dashed = model.summary.system.is_some();
        (model.role, dashed, subject.squared_error_difference(model.name))
    });
    let walk = &results.walk_forward;
    let (first, last) = (walk.first_forecast.year(), walk.last_forecast.year());
    let card = Card {
        kicker: format!("{} · {} · {first} to {last}", options.title, results.data.target),
        title: &results.title,
        stamp: stamped(subject).map(|stamped| stamped.word),
        answer,
        chart: Chart::Lines(lines.collect()),
        caption: "Squared error saved against the mean of past returns".to_owned(),
    };
    let contents = picture::png(&card, templates.text(COLOURS))?;
    Some(File { path: format!("{}/card.png", results.id), contents })
}

/// The picture of the front page, `finding` its headline, and the feed; empty of a site without a
/// public address.
pub(crate) fn of_site(
    experiments: &[Summary],
    finding: &str,
    templates: &Templates,
    options: &Options,
) -> Vec<File> {
    let Some(base) = base_url(options) else { return Vec::new() };
    let whisker = |each: &Summary| {
        let r2 = each.speaker.as_ref()?.oos_r2?;
        let [low, high] = r2.interval.map_or([r2.value; 2], <[f64; 2]>::from);
        Some(Whisker { value: r2.value, low, high, is_control: each.decided.control.is_some() })
    };
    let card = Card {
        kicker: format!("{} experiments", format::count(experiments.len())),
        title: &options.title,
        stamp: None,
        answer: finding,
        chart: Chart::Whiskers(
            experiments.iter().filter_map(whisker).take(MOST_WHISKERS).collect(),
        ),
        caption: "Out-of-sample R², one line an experiment".to_owned(),
    };
    let picture = picture::png(&card, templates.text(COLOURS));
    let picture = picture.map(|contents| File { path: "card.png".to_owned(), contents });
    picture.into_iter().chain([feed::feed(experiments, base, options)]).collect()
}
