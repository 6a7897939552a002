//! A price source's page: whether it can be trusted, what it covers, where it comes from, who uses
//! it.

use indexmap::IndexMap;
use serde::Serialize;

use crate::base::units::{Day, Frequency, format};
use crate::report::site::kit::file::{File, Options, file, shell};
use crate::report::site::kit::markdown;
use crate::report::site::kit::summary::Summary;
use crate::report::site::kit::view::Shell;
use crate::report::site::sections::coverage::{self, Coverage};
use crate::report::site::sections::growth::{self, Growth};
use crate::report::site::sections::quality::{self, Quality};
use crate::results::{SourceSummary, TickerSummary};

/// Experiments that are named; the front page has all.
const MOST_USERS: usize = 100;

/// What `source.html` sees.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    shell: Shell,
    title: String,
    name: String,
    description: String,
    licence: String,
    /// HTML.
    origin: String,
    first_day: String,
    last_day: String,
    days: String,
    /// "Daily prices".
    prices: String,
    /// "trading days".
    periods: &'static str,
    file_hash: String,
    /// `None` where no month is known.
    growth: Option<Growth>,
    quality: Quality,
    coverage: Coverage,
    /// What the chart of it shows.
    covered: String,
    tickers: Vec<Ticker>,
    experiments: Vec<User>,
    /// How many more there are; empty for none.
    more: String,
}

/// One ticker's coverage.
#[derive(Debug, Serialize)]
struct Ticker {
    ticker: String,
    first_day: String,
    last_day: String,
    prices: String,
    gaps: String,
}

/// An experiment that uses the source.
#[derive(Debug, Serialize)]
struct User {
    id: String,
    title: String,
}

/// The page of a source.
pub(crate) fn page(source: &SourceSummary, experiments: &[Summary], options: &Options) -> Page {
    let users = || experiments.iter().filter(|experiment| experiment.source == source.name);
    let path = format!("data/{}/", source.name);
    let periods = match source.frequency {
        None => "days",
        Some(Frequency::Daily) => "trading days",
        Some(Frequency::Weekly) => "weeks",
        Some(Frequency::Monthly) => "months",
    };
    let often = source.frequency.map_or("", Frequency::adjective);
    let prices = format::upper_first(format!("{often} prices").trim_start());
    let description = format!("{prices}, {} to {}.", source.first_day, source.last_day);
    Page {
        shell: Shell {
            synthetic: source.synthetic,
            ..shell(options, &source.title, &path, &description)
        },
        title: source.title.clone(),
        name: source.name.clone(),
        description: markdown::to_html(&source.description, 3, "description"),
        licence: source.licence.clone(),
        origin: markdown::to_html(&source.origin, 3, "origin"),
        first_day: source.first_day.to_string(),
        last_day: source.last_day.to_string(),
        days: format::count(source.days),
        prices,
        periods,
        file_hash: source.file_hash.clone(),
        growth: growth::view(source, target(users().map(|user| user.target.as_str()))),
        quality: quality::view(source),
        coverage: coverage::view(&source.quality),
        covered: covered(source),
        tickers: source.tickers.iter().map(ticker).collect(),
        experiments: users()
            .take(MOST_USERS)
            .map(|experiment| User { id: experiment.id.clone(), title: experiment.title.clone() })
            .collect(),
        more: match users().count().saturating_sub(MOST_USERS) {
            0 => String::new(),
            more => format::count(more),
        },
    }
}

/// The ticker that most of some experiments forecast; of two the one that comes first.
fn target<'t>(targets: impl Iterator<Item = &'t str>) -> Option<&'t str> {
    let mut counts: IndexMap<&str, usize> = IndexMap::new();
    targets.for_each(|target| *counts.entry(target).or_default() += 1);
    let most = counts.values().copied().max()?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(target, _)| target)
}

/// Whether there is a price on every day, without the stop at its end.
fn covered(source: &SourceSummary) -> String {
    let all = source.tickers.len();
    let with_gaps = source.tickers.iter().filter(|ticker| ticker.gaps > 0).count();
    let missing = source.quality.calendar.missing;
    match (with_gaps, missing) {
        (0, 0) if all == 1 => "A price on every trading day".to_owned(),
        (0, 0) => format!("All {} tickers have a price on every trading day", format::number(all)),
        (0, missing) => {
            let are = if missing == 1 { "is" } else { "are" };
            format!("{} {are} missing", format::counted(missing, "trading day", "trading days"))
        }
        (some, _) => {
            let have = if some == 1 { "has" } else { "have" };
            let some = format::upper_first(&format::number(some));
            format!("{some} of {} tickers {have} gaps", format::number(all))
        }
    }
}

/// What is known of a source, so that its page can be made where its prices are not.
pub(crate) fn summary(source: &SourceSummary) -> File {
    let path = format!("data/{}/source.json", source.name);
    match serde_json::to_string(source) {
        Ok(text) => file(&path, &(text + "\n")),
        Err(error) => unreachable!("a summary always serialises: {error}"),
    }
}

fn ticker(ticker: &TickerSummary) -> Ticker {
    let day = |day: Option<Day>| {
        day.map_or_else(|| format::NOT_AVAILABLE.to_owned(), |day| day.to_string())
    };
    Ticker {
        ticker: ticker.ticker.clone(),
        first_day: day(ticker.first_day),
        last_day: day(ticker.last_day),
        prices: format::count(ticker.prices),
        gaps: format::count(ticker.gaps),
    }
}
