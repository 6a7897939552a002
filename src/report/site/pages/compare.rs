//! The page that sets experiments beside one another: a table of all that are compared with another
//! one, and for readers with a script any of them, figures side by side and curves on one axis.
//!
//! `<id>/compare.js` holds what the script draws of an experiment, so that it loads no more than the
//! experiments that are picked.

use serde::Serialize;

use crate::base::diagnostic::Problems;
use crate::base::units::math::ln;
use crate::base::units::{Frequency, format};
use crate::report::site::kit::curve::{Curve, spaced, weekly};
use crate::report::site::kit::figures::at;
use crate::report::site::kit::file::{File, Options, file, shell};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::summary::{Compared, Figure, Summary};
use crate::report::site::kit::templates::Templates;
use crate::report::site::kit::view::{Cell, Shell, percent_interval};
use crate::report::site::kit::{period, wording};
use crate::report::site::verdict::{stamp_word, verdict};
use crate::results::{Estimate, interval, value};

/// The page, from the root of the site.
const FOLDER: &str = "compare/";

/// Pairs that the table has room for.
const MOST_PAIRS: usize = 200;

/// What `compare.html` sees.
#[derive(Debug, Serialize)]
struct Page<'a> {
    shell: Shell,
    experiments: Vec<Named<'a>>,
    pairs: Vec<Pair<'a>>,
}

/// An experiment to pick.
#[derive(Debug, Serialize)]
struct Named<'a> {
    id: &'a str,
    title: &'a str,
}

impl<'a> Named<'a> {
    fn of(summary: &'a Summary) -> Self {
        Self { id: &summary.id, title: &summary.title }
    }
}

/// An experiment and the one that it is compared with.
#[derive(Debug, Serialize)]
struct Pair<'a> {
    one: Named<'a>,
    other: Named<'a>,
    compared: &'a Compared,
}

/// The page.
///
/// # Errors
/// A template that asks for what the page does not have.
pub(crate) fn files(
    experiments: &[Summary],
    templates: &Templates,
    options: &Options,
) -> Result<Vec<File>, Problems> {
    let found = |id: &str| experiments.iter().find(|each| each.id == id);
    let pairs = experiments.iter().filter_map(|each| {
        let compared = each.compared.as_ref()?;
        Some(Pair { one: Named::of(each), other: Named::of(found(&compared.with)?), compared })
    });
    let description = "Experiments side by side: what each differs in, and what that was worth.";
    let page = Page {
        shell: Shell {
            synthetic: experiments.iter().any(|each| each.synthetic),
            ..shell(options, "Compare", FOLDER, description)
        },
        experiments: experiments.iter().map(Named::of).collect(),
        pairs: pairs.take(MOST_PAIRS).collect(),
    };
    let contents = templates.page("compare.html", &page)?;
    Ok(vec![File { path: format!("{FOLDER}index.html"), contents }])
}

/// How an experiment differs from the one that it is compared with: its lead, or else the first model
/// that both have.
pub(crate) fn compared(subject: &Subject<'_>) -> Option<Compared> {
    let comparison = subject.results.comparison.as_ref()?;
    let of = |model: &Model<'_>| comparison.models.get(model.name);
    let lead = subject.lead().filter(|lead| of(lead).is_some());
    let model = lead.or_else(|| subject.everyone().find(|model| of(model).is_some()))?;
    let found = of(model)?;
    let sharpe = subject.headline_rule().and_then(|rule| found.strategies.get(rule));
    let gain = sharpe.and_then(|sharpe| sharpe.sharpe_gain);
    Some(Compared {
        with: comparison.with.clone(),
        model: model.title.clone(),
        days: format!("{} to {}", comparison.first_day, comparison.last_day),
        r2: Figure {
            text: format::percent_difference(value(found.r2_gain), 2),
            minor: percent_interval(interval(found.r2_gain), 2),
            sort: sorted(found.r2_gain),
        },
        r2_p: format::p_value(found.r2_gain_p),
        sharpe: Figure {
            text: format::difference(value(gain), 2),
            minor: Cell::decimals(gain, [2, 2]).minor,
            sort: sorted(gain),
        },
        sharpe_p: format::p_value(sharpe.and_then(|sharpe| sharpe.sharpe_gain_p)),
    })
}

fn sorted(estimate: Option<Estimate>) -> String {
    value(estimate).map_or_else(String::new, |value| format!("{value:e}"))
}

/// What the script shows of an experiment.
#[derive(Debug, Serialize)]
struct Shown {
    title: String,
    /// Name, figure and its interval.
    figures: Vec<(&'static str, String, String)>,
    /// The days of the curves: see [`spaced`].
    days: Vec<i64>,
    /// Cumulative squared error saved.
    saved: Option<Curve>,
    /// Logarithm of growth from 1, of the model and of holding the target.
    growth: Option<Curve>,
    hold: Option<Curve>,
}

/// `compare.js` of an experiment.
pub(crate) fn data(subject: &Subject<'_>) -> File {
    let results = subject.results;
    let model = subject.shown();
    let days = &subject.series.forecasts.days;
    let kept = match results.data.frequency {
        Frequency::Daily => weekly(days),
        _ => (0..days.len()).collect(),
    };
    let curve = |values: Vec<f64>| {
        let is_whole = values.len() == days.len();
        is_whole.then(|| at(&values, &kept)).and_then(|values| Curve::of(&values))
    };
    let grown = |factors: Option<&[f64]>| {
        let mut sum = 0.0;
        let logs = factors.unwrap_or_default().iter().map(|factor| {
            sum += ln(*factor);
            sum
        });
        logs.collect::<Vec<f64>>()
    };
    let growth = |model: &Model<'_>| {
        subject.headline_rule().and_then(|rule| subject.series.growth(model.name, rule))
    };
    let shown = Shown {
        title: results.title.clone(),
        figures: figures(subject, model),
        days: spaced(at(days, &kept)),
        saved: model.and_then(|model| curve(subject.squared_error_difference(model.name))),
        growth: curve(grown(model.and_then(growth))),
        hold: curve(grown(subject.series.buy_and_hold_growth())),
    };
    let text = match serde_json::to_string(&shown) {
        Ok(text) => text,
        Err(error) => unreachable!("numbers and texts always serialise: {error}"),
    };
    let id = serde_json::Value::from(results.id.as_str());
    file(
        &format!("{}/compare.js", results.id),
        &format!("(window.dfaCompare??={{}})[{id}]={text};\n"),
    )
}

fn figures(
    subject: &Subject<'_>,
    model: Option<&Model<'_>>,
) -> Vec<(&'static str, String, String)> {
    let (results, walk) = (subject.results, &subject.results.walk_forward);
    let stamp = results.verdict.stamp.map(|stamp| stamp_word(stamp).0.to_owned());
    let forecast = model.map(|model| &model.summary.forecast);
    let record = model.and_then(|model| subject.headline(model));
    let held = subject.buy_and_hold();
    let plain = |name, text: String| (name, text, String::new());
    let r2 = forecast.and_then(|forecast| forecast.oos_r2);
    let sharpe = record.and_then(|record| record.sharpe);
    let growth = record.and_then(|record| record.annual_return);
    let decimals = |estimate| Cell::decimals(estimate, [2, 2]);
    let percent = |value| format::percent(value, 1);
    vec![
        plain("Stamp", stamp.unwrap_or_else(|| "none".to_owned())),
        plain("Finding", period::text(results.data.frequency, &verdict(subject).headline)),
        plain("Prices", format!("{}, {}", results.data.source, results.data.target)),
        plain("Forecasts", format!("{} to {}", walk.first_forecast, walk.last_forecast)),
        plain("Model", model.map_or_else(String::new, |model| model.title.clone())),
        plain(
            "Positions",
            subject
                .headline_rule()
                .map_or_else(String::new, |rule| format::upper_first(&wording::sizing(rule))),
        ),
        ("R²", format::percent(value(r2), 2), percent_interval(interval(r2), 2)),
        plain("Clark–West p", format::p_value(model.and_then(Model::scaled_p))),
        plain("Hit rate", percent(forecast.and_then(|forecast| forecast.hit_rate))),
        ("Sharpe", decimals(sharpe).text, decimals(sharpe).minor),
        plain("Sharpe of buy and hold", decimals(held.and_then(|held| held.sharpe)).text),
        ("Return a year", percent(value(growth)), percent_interval(interval(growth), 1)),
        plain("Volatility a year", percent(record.and_then(|record| record.annual_volatility))),
        plain("Largest drawdown", percent(record.map(|record| record.max_drawdown))),
        plain("Turnover a year", format::decimal(record.map(|record| record.annual_turnover), 0)),
    ]
}
