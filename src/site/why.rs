//! "Why": coefficients through time, the three models' common direction, the alpha path.

use super::figures::{SMALL, WIDE, line, slug, zero_axis};
use super::subject::{Subject, at, thinned};
use super::view::{Block, Cell, Figure, Gallery, Panel, Row, Section, Table, columns, range};
use super::{alpha_path, geometry};
use crate::chart::{self, Axis, Line, Role, TimeChart, Unit, Words};
use crate::units::{Day, format};

/// Small multiples of one gallery.
const MOST_PANELS: usize = 12;
/// Positions drawn on a small multiple; the file behind it has all of them.
const PANEL_POSITIONS: usize = 120;

/// The section.
pub(super) fn section(subject: &Subject<'_>) -> Section {
    let mut blocks = Vec::new();
    blocks.extend(coefficients(subject).map(Block::Gallery));
    if !subject.results.agreement.is_empty() {
        blocks.push(Block::Heading { text: "Do the models agree?".to_owned() });
        blocks.extend(cosines(subject).map(Block::Figure));
        blocks.push(Block::Table(agreement(subject)));
    }
    blocks.extend(alpha_path::blocks(subject));
    blocks.extend(geometry::blocks(subject));
    Section {
        id: "why",
        title: "Why would there be one?",
        lead: format!(
            "What the models lean on, whether they lean the same way, and the market beneath. {} \
             refits, one every {}.",
            format::count(subject.results.walk_forward.refits),
            match subject.results.walk_forward.refit_every {
                1 => "trading day".to_owned(),
                rows => format!("{rows} trading days"),
            }
        ),
        blocks,
    }
}

/// The columns of the coefficients, those with the largest mean absolute coefficient first when
/// there are too many to show.
fn shown_columns(subject: &Subject<'_>) -> (Vec<String>, usize) {
    let Some(first) = subject.models.first() else { return (Vec::new(), 0) };
    let table = &subject.series.coefficients;
    let prefix = format!("{}.", first.name);
    let mut names: Vec<(usize, String, f64)> = table
        .columns
        .keys()
        .filter_map(|key| key.strip_prefix(&prefix))
        .filter(|column| *column != "nonzero")
        .enumerate()
        .map(|(position, column)| {
            let weight: f64 = subject
                .models
                .iter()
                .filter_map(|model| table.column(&format!("{}.{column}", model.name)))
                .flatten()
                .filter(|value| value.is_finite())
                .map(|value| value.abs())
                .sum();
            (position, column.to_owned(), weight)
        })
        .collect();
    let all = names.len();
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
    let lines: Vec<Vec<(usize, Vec<f64>)>> = shown
        .iter()
        .map(|column| {
            let values = subject.models.iter().enumerate().filter_map(|(number, model)| {
                let values = table.column(&format!("{}.{column}", model.name))?;
                // Per day and in basis points: what one standard deviation of the feature adds.
                Some((number, at(values, &kept).iter().map(|value| value * 1e4).collect()))
            });
            values.collect()
        })
        .collect();
    let all_values = lines.iter().flatten().map(|(_, values): &(usize, Vec<f64>)| &values[..]);
    let range = super::figures::common_range(all_values)?;
    let panels = shown
        .iter()
        .zip(&lines)
        .map(|(column, lines)| Panel {
            title: column.clone(),
            svg: chart::time_chart(&TimeChart {
                words: Words {
                    id: &format!("coefficient-{}", slug(column)),
                    title: &format!("Coefficient of {column}"),
                    description: "The standardised coefficient at each refit, one line a model.",
                },
                days: &days,
                lines: lines
                    .iter()
                    .map(|(number, values)| Line {
                        step: true,
                        ..line("", subject.models[*number].role, values)
                    })
                    .collect(),
                bands: &[],
                axis: Axis { range: Some(range), ..zero_axis("", Unit::Decimal(0)) },
                aspect: SMALL,
            }),
        })
        .collect();
    let thinning = if kept.len() < table.days.len() {
        format!(" Drawn at {} of {} refits.", kept.len(), table.days.len())
    } else {
        String::new()
    };
    let left_out = if all > shown.len() {
        format!(" The {} of {all} features with the largest coefficients.", shown.len())
    } else {
        String::new()
    };
    let systems = if subject.aware.is_empty() {
        ""
    } else {
        " The plain models; a gated system has its twin’s coefficients, the others have some for \
         each state."
    };
    Some(Gallery {
        id: "figure-coefficients".to_owned(),
        title: "Coefficients through time".to_owned(),
        panels,
        caption: format!(
            "Basis points that the forecast moves when the feature's return rises by one standard \
             deviation, all panels on one scale. A feature that matters keeps its sign; one that \
             changes sign with each crisis does not.{thinning}{left_out}{systems}"
        ),
        key: subject.model_key(),
        data: Some("coefficients.csv"),
    })
}

/// The title of a pair of models, and its key in the columns.
fn pair_title(subject: &Subject<'_>, a: &str, b: &str) -> String {
    let title = |name: &str| {
        subject.model(name).map_or_else(|| name.to_owned(), |model| model.short.clone())
    };
    format!("{}–{}", title(a), title(b).to_lowercase())
}

fn cosines(subject: &Subject<'_>) -> Option<Figure> {
    let table = &subject.series.coefficients;
    let pairs: Vec<(String, Role, &[f64])> = subject
        .results
        .agreement
        .iter()
        .enumerate()
        .filter_map(|(number, pair)| {
            let values = table.column(&format!("cosine.{}.{}", pair.a, pair.b))?;
            let role = Role::Category((number % 12) as u8);
            Some((pair_title(subject, &pair.a, &pair.b), role, values))
        })
        .collect();
    if pairs.is_empty() {
        return None;
    }
    let title = "Angle between the models";
    let svg = chart::time_chart(&TimeChart {
        words: Words {
            id: "agreement",
            title,
            description: "Cosine between the coefficient vectors of each pair of models at each \
                          refit.",
        },
        days: &table.days,
        lines: pairs.iter().map(|(label, role, values)| line(label, *role, values)).collect(),
        bands: &subject.bands,
        axis: Axis {
            label: "Cosine",
            unit: Unit::Decimal(1),
            log: false,
            range: None,
            baseline: Some(1.0),
        },
        aspect: WIDE,
    });
    let means = range(subject.results.agreement.iter().map(|pair| pair.cosine_mean), |value| {
        format::decimal(value, 2)
    });
    Some(Figure {
        id: "figure-agreement".to_owned(),
        title: title.to_owned(),
        svg,
        caption: format!(
            "At 1 two models point the same way and differ in size only. Mean cosine of the \
             pairs: {means}. Gaps: refits at which one of the two has no coefficient left."
        ),
        key: subject.band_key(),
        data: Some("coefficients.csv"),
    })
}

fn agreement(subject: &Subject<'_>) -> Table {
    let rows = subject
        .results
        .agreement
        .iter()
        .enumerate()
        .map(|(number, pair)| Row {
            class: format!("c{}", number % 12),
            head: pair_title(subject, &pair.a, &pair.b),
            cells: vec![
                Cell::new(format::decimal(pair.cosine_mean, 3)),
                Cell::new(format::decimal(pair.cosine_last, 3)),
                Cell::new(format::decimal(pair.forecast_correlation, 3)),
            ],
        })
        .collect();
    Table {
        caption: "Agreement of the models".to_owned(),
        class: "narrow",
        sortable: false,
        columns: columns(&[
            ("Pair", ""),
            ("Cosine", "mean over refits"),
            ("Cosine", "last refit"),
            ("Correlation", "of forecasts"),
        ]),
        rows,
        note: "Cosines are between standardised coefficient vectors, over the refits at which \
               neither is zero. n/a: there is no such refit."
            .to_owned(),
        methods: "walk-forward",
    }
}
