//! The market beneath: correlations, eigenvalues, coupling, sectors against the target.

use super::figures::{SMALL, WIDE, common_range, line, slug, zero_axis};
use super::subject::{Subject, at, thinned};
use super::view::{Block, Fact, Figure, Gallery, Panel};
use crate::chart::{self, Axis, BarChart, HeatMap, Role, TimeChart, Unit, Words};
use crate::units::{Day, format};

/// Eigenvalues drawn; `results.json` has all of them.
const MOST_EIGENVALUES: usize = 24;
/// Tickers drawn in the heat map and the small multiples.
const MOST_TICKERS: usize = 24;
/// Positions drawn on a small multiple.
const PANEL_POSITIONS: usize = 160;

/// The blocks, under a heading of their own.
pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Heading { text: "The market beneath".to_owned() }];
    blocks.extend(correlations(subject).map(Block::Figure));
    blocks.extend(eigenvalues(subject).map(Block::Figure));
    blocks.push(facts(subject));
    blocks.extend(coupling(subject).map(Block::Figure));
    blocks.extend(target_correlations(subject).map(Block::Gallery));
    blocks
}

fn correlations(subject: &Subject<'_>) -> Option<Figure> {
    let geometry = &subject.results.geometry;
    let order: Vec<usize> = geometry.clustered_order.iter().copied().take(MOST_TICKERS).collect();
    if order.len() < 2 {
        return None;
    }
    let target = subject.results.data.target.as_str();
    let mut columns: Vec<&str> = order.iter().map(|&i| geometry.tickers[i].as_str()).collect();
    let rows = columns.clone();
    columns.push(target);
    let values: Vec<Vec<f64>> = order
        .iter()
        .map(|&i| {
            let with_features = order.iter().map(|&j| geometry.correlation[i][j]);
            with_features.chain([geometry.target_correlation[i]]).collect()
        })
        .collect();
    let title = "Correlations of daily returns";
    let svg = chart::heat_map(&HeatMap {
        words: Words {
            id: "correlations",
            title,
            description: "Pearson correlations between the features, neighbours in clustered \
                          order, and of each with the target in the last column.",
        },
        rows,
        columns,
        values,
        places: 2,
    });
    let left_out = if geometry.tickers.len() > order.len() {
        format!(" {} of {} features are shown.", order.len(), geometry.tickers.len())
    } else {
        String::new()
    };
    Some(Figure {
        id: "figure-correlations".to_owned(),
        title: title.to_owned(),
        svg,
        caption: format!(
            "Over the whole panel, features ordered by average-linkage clustering so that like \
             stands beside like; {target} in the last column. Mean correlation between features: \
             {}.{left_out}",
            format::decimal(geometry.mean_correlation, 2)
        ),
        key: Vec::new(),
        data: Some("results.json"),
    })
}

/// The Marchenko-Pastur edges `(1 -+ sqrt(p/T))^2` for the panel's shape.
fn noise_edges(subject: &Subject<'_>) -> Option<(f64, f64)> {
    let data = &subject.results.data;
    // One return more than supervised rows at lag 1 (methods, section 7).
    let returns = data.rows + data.lags.iter().copied().max()?;
    let ratio = (data.features.len() as f64 / returns as f64).sqrt();
    Some(((1.0 - ratio) * (1.0 - ratio), (1.0 + ratio) * (1.0 + ratio)))
}

fn eigenvalues(subject: &Subject<'_>) -> Option<Figure> {
    let geometry = &subject.results.geometry;
    let shown = geometry.eigenvalues.len().min(MOST_EIGENVALUES);
    let (low, high) = noise_edges(subject).filter(|_| shown > 1)?;
    let labels: Vec<String> = (1..=shown).map(|number| number.to_string()).collect();
    let title = "Eigenvalues of the correlation matrix";
    let svg = chart::bar_chart(&BarChart {
        words: Words {
            id: "eigenvalues",
            title,
            description: "Eigenvalues, largest first, with the band in which those of \
                          uncorrelated returns would lie.",
        },
        labels: labels.iter().map(String::as_str).collect(),
        values: &geometry.eigenvalues[..shown],
        intervals: vec![None; shown],
        roles: vec![Role::Main; shown],
        axis: zero_axis("Eigenvalue", Unit::Decimal(1)),
        references: vec![(high, "noise, upper edge"), (low, "noise, lower edge")],
        aspect: WIDE,
    });
    let above = geometry.eigenvalues.iter().filter(|value| **value > high).count();
    let first = geometry.eigenvalues[0] / geometry.eigenvalues.len() as f64;
    let one_sided = geometry
        .eigenvectors
        .first()
        .is_some_and(|loadings| loadings.iter().all(|loading| *loading > 0.0));
    Some(Figure {
        id: "figure-eigenvalues".to_owned(),
        title: title.to_owned(),
        svg,
        caption: format!(
            "The first carries {} of all variance{}. {} of {} lie above the Marchenko–Pastur \
             edge, where the eigenvalues of uncorrelated returns would end.",
            format::percent(Some(first), 0),
            if one_sided { ", all features loading with one sign: the market mode" } else { "" },
            above,
            geometry.eigenvalues.len()
        ),
        key: Vec::new(),
        data: Some("results.json"),
    })
}

fn facts(subject: &Subject<'_>) -> Block {
    let geometry = &subject.results.geometry;
    let mut rows = vec![
        Fact {
            term: "Participation ratio",
            value: format!(
                "{} of {} dimensions",
                format::decimal(Some(geometry.participation_ratio), 2),
                geometry.tickers.len()
            ),
        },
        Fact { term: "Effective rank", value: format::decimal(Some(geometry.effective_rank), 2) },
        Fact {
            term: "Absorption ratio",
            value: format::percent(Some(geometry.absorption_ratio), 1),
        },
    ];
    if let Some(coupling) = &geometry.coupling {
        rows.push(Fact {
            term: "Coupling, rolling",
            value: format!(
                "{} on the last day; mean {}, {} to {}",
                format::decimal(Some(coupling.last), 2),
                format::decimal(Some(coupling.mean), 2),
                format::decimal(Some(coupling.min), 2),
                format::decimal(Some(coupling.max), 2)
            ),
        });
    }
    Block::Facts { rows }
}

fn coupling(subject: &Subject<'_>) -> Option<Figure> {
    let table = &subject.series.geometry;
    let values = table.column("coupling")?;
    let window = subject.results.geometry.window;
    let title = "Market coupling";
    let svg = chart::time_chart(&TimeChart {
        words: Words {
            id: "coupling",
            title,
            description: "Rolling mean correlation between the features.",
        },
        days: &table.days,
        lines: vec![line("", Role::Main, values)],
        bands: &subject.bands,
        axis: zero_axis("Mean correlation", Unit::Decimal(1)),
        aspect: WIDE,
    });
    Some(Figure {
        id: "figure-coupling".to_owned(),
        title: title.to_owned(),
        svg,
        caption: format!(
            "Mean correlation between the features over the last {window} days. Near 1 the \
             sectors move as one and there is little for a model to tell apart; low values leave \
             room for differences."
        ),
        key: subject.band_key(),
        data: Some("geometry.csv"),
    })
}

fn target_correlations(subject: &Subject<'_>) -> Option<Gallery> {
    let table = &subject.series.geometry;
    let data = &subject.results.data;
    let kept = thinned(table.days.len(), PANEL_POSITIONS);
    let days: Vec<Day> = at(&table.days, &kept);
    let series: Vec<(&str, Vec<f64>)> = data
        .features
        .iter()
        .filter_map(|feature| {
            let values = table.column(&format!("correlation.{feature}.{}", data.target))?;
            Some((feature.as_str(), at(values, &kept)))
        })
        .take(MOST_TICKERS)
        .collect();
    let (low, _) = common_range(series.iter().map(|(_, values)| &values[..]))?;
    let panels = series
        .iter()
        .map(|(feature, values)| Panel {
            title: (*feature).to_owned(),
            svg: chart::time_chart(&TimeChart {
                words: Words {
                    id: &format!("with-target-{}", slug(feature)),
                    title: &format!("Correlation of {feature} with {}", data.target),
                    description: "Rolling correlation of daily returns.",
                },
                days: &days,
                lines: vec![line("", Role::Main, values)],
                bands: &[],
                axis: Axis { range: Some((low.min(0.0), 1.0)), ..zero_axis("", Unit::Decimal(1)) },
                aspect: SMALL,
            }),
        })
        .collect();
    Some(Gallery {
        id: "figure-with-target".to_owned(),
        title: format!("Each feature's correlation with {}", data.target),
        panels,
        caption: format!(
            "Rolling, over {} days, all panels on one scale: who is the market, and who left it \
             when.",
            subject.results.geometry.window
        ),
        key: Vec::new(),
        data: Some("geometry.csv"),
    })
}
