//! "Why": coefficients through time, the alpha path, the directions of the market beneath.

use crate::base::units::{Day, format};
use crate::report::chart::{self, Axis, Line, Unit};
use crate::report::site::geometry;
use crate::report::site::kit::figures::{
    at, common_range, line, slug, small, thinned, words, zero_axis,
};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Gallery, Panel, Section, joined, when};
use crate::report::site::sections::alpha_path;
use crate::report::site::verdict::direction;

/// Small multiples of one gallery.
const MOST_PANELS: usize = 12;
/// Positions drawn on a small multiple; the file behind it has all of them.
const PANEL_POSITIONS: usize = 48;

/// The section.
pub(crate) fn section(subject: &Subject<'_>) -> Section {
    let (market, paid) = (geometry::sentences(subject), geometry::paid(subject));
    let lead = joined([direction(subject), Some(market)]).unwrap_or_default();
    let mut blocks: Vec<Block> = coefficients(subject).map(Block::Gallery).into_iter().collect();
    blocks.extend(paid.map(|paid| {
        Block::details("Which directions of the market paid", vec![Block::Gallery(paid)])
    }));
    let path = alpha_path::blocks(subject);
    if !path.is_empty() {
        blocks.push(Block::details("From no model to the full model", path));
    }
    Section { id: "why", topic: "Why", title: finding(subject), lead, blocks }
}

/// What the models lean on, and whether they lean the same way.
fn finding(subject: &Subject<'_>) -> String {
    let (mut names, _) = weighed(subject);
    names.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    let most: Vec<&str> = names.iter().take(2).map(|(_, name, _)| name.as_str()).collect();
    match (geometry::agreement(subject), most.as_slice()) {
        (Some(agreement), []) => agreement.to_owned(),
        (Some(agreement), most) => format!("{agreement}, most of all on {}", format::list(most)),
        (None, []) => "What the forecasts rest on is not known here".to_owned(),
        (None, most) => format!("The forecasts lean most of all on {}", format::list(most)),
    }
}

/// The columns of the coefficients with their position and the sum of their absolute coefficients,
/// and how many there are.
fn weighed(subject: &Subject<'_>) -> (Vec<(usize, String, f64)>, usize) {
    // Forecasts that were made elsewhere have no coefficients.
    let columns = subject.models.iter().map(|model| subject.series.coefficient_columns(model.name));
    let columns = columns.into_iter().find(|columns| !columns.is_empty()).unwrap_or_default();
    let names: Vec<(usize, String, f64)> = columns
        .into_iter()
        .enumerate()
        .map(|(position, column)| {
            let weight: f64 = subject
                .models
                .iter()
                .filter_map(|model| subject.series.coefficient(model.name, column))
                .flatten()
                .filter(|value| value.is_finite())
                .map(|value| value.abs())
                .sum();
            (position, column.to_owned(), weight)
        })
        .collect();
    let all = names.len();
    (names, all)
}

/// The columns of the coefficients, those with the largest coefficients when there are too many to
/// show, and how many there are.
fn shown_columns(subject: &Subject<'_>) -> (Vec<String>, usize) {
    let (mut names, all) = weighed(subject);
    if all > MOST_PANELS {
        names.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
        names.truncate(MOST_PANELS);
        names.sort_by_key(|(position, _, _)| *position);
    }
    (names.into_iter().map(|(_, column, _)| column).collect(), all)
}

fn coefficients(subject: &Subject<'_>) -> Option<Gallery> {
    let table = &subject.series.coefficients;
    let (shown, all) = shown_columns(subject);
    let kept = thinned(table.days.len(), PANEL_POSITIONS);
    let days: Vec<Day> = at(&table.days, &kept);
    let of_column = |column: &String| {
        let values = subject.models.iter().enumerate().filter_map(|(number, model)| {
            let values = subject.series.coefficient(model.name, column)?;
            // Per day and in basis points: what one standard deviation of the feature adds.
            Some((number, at(values, &kept).iter().map(|value| value * 1e4).collect()))
        });
        values.collect()
    };
    let lines: Vec<Vec<(usize, Vec<f64>)>> = shown.iter().map(of_column).collect();
    let all_values = lines.iter().flatten().map(|(_, values): &(usize, Vec<f64>)| &values[..]);
    let range = common_range(all_values)?;
    let panel = |(column, lines): (&String, &Vec<(usize, Vec<f64>)>)| {
        let (id, title) =
            (format!("coefficient-{}", slug(column)), format!("Coefficient of {column}"));
        let shown = "The standardised coefficient at each refit, one line a model.";
        let role = |number: usize| subject.models[number].role;
        let lines = lines
            .iter()
            .map(|(number, values)| Line { step: true, ..line("", role(*number), values) })
            .collect();
        let axis = Axis { range: Some(range), ..zero_axis("", Unit::Decimal(0)) };
        let chart = small(subject, words(&id, &title, shown), &days, lines, axis);
        Panel { title: column.clone(), svg: chart::time_chart(&chart) }
    };
    let mut key = subject.fitted_key();
    key.extend(subject.small_band_key());
    Some(Gallery {
        id: "figure-coefficients",
        title: "What moves the forecast: coefficients through time".to_owned(),
        panels: shown.iter().zip(&lines).map(panel).collect(),
        caption: caption(subject, kept.len(), (shown.len(), all)),
        key,
        data: "coefficients.csv".to_owned(),
    })
}

/// What the coefficients show, and what is left out of `all` features and of the refits.
fn caption(subject: &Subject<'_>, drawn: usize, (shown, all): (usize, usize)) -> String {
    let refits = subject.series.coefficients.days.len();
    let thinning = (drawn < refits).then(|| format!(" Drawn at {drawn} of {refits} refits."));
    let thinning = thinning.unwrap_or_default();
    let left_out = match shown {
        some if some < all => {
            format!(" The {some} of {all} features with the largest coefficients.")
        }
        _ => String::new(),
    };
    let systems = when(!subject.aware.is_empty(), " Plain models only.");
    format!(
        "Basis points that the forecast moves when a feature’s return rises by one standard \
         deviation.{thinning}{left_out}{systems}"
    )
}
