//! "When": the regimes, what the models did in each, and the planted truth of a simulated market.

use super::figures::{WIDE, line, slug, zero_axis};
use super::subject::{Subject, band_key, bands, title};
use super::view::{Block, Cell, Column, Figure, Row, Section, Table, columns, percent_interval};
use crate::chart::{self, Role, TimeChart, Unit, Words};
use crate::results::{RegimeSummary, StateForecast};
use crate::units::format;

/// The section; `None` for an experiment without regimes.
pub(super) fn section(subject: &Subject<'_>) -> Option<Section> {
    let regimes = &subject.results.regimes;
    if regimes.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    for (position, regime) in regimes.iter().enumerate() {
        blocks.push(Block::Heading { text: regime.title.clone() });
        blocks.push(Block::Text { text: standing(regime) });
        blocks.extend(figure(subject, position, regime).map(Block::Figure));
        blocks.push(Block::Table(states(regime)));
        if !regime.forecast.is_empty() {
            blocks.push(Block::Table(forecasts(subject, regime)));
        }
        if !regime.strategies.is_empty() {
            blocks.push(Block::Table(strategies(regime)));
        }
        blocks.extend(flips(regime));
    }
    Some(Section {
        id: "when",
        title: "When does it work?",
        lead:
            "The same forecasts, split by the state of the market. The benchmark stays the one of \
               all days."
                .to_owned(),
        blocks,
    })
}

/// What kind of label this is, before anything is read from it.
fn standing(regime: &RegimeSummary) -> String {
    match (regime.kind.as_str(), regime.causal) {
        ("planted", _) => "The truth of the simulation: these states are known only because the \
                           market is simulated. Each forecast is filed under the state of the \
                           day it was made for. No trader could have read it; it serves to check \
                           whether the machinery finds what was planted."
            .to_owned(),
        (_, true) => format!(
            "A forecast is filed under the state that was known at the close on which it was \
             made. {} changes of state after the first.",
            format::count(regime.flips.len())
        ),
        (_, false) => "Hindsight: these states were not known on the day they label. Do not read \
                       them as a strategy."
            .to_owned(),
    }
}

/// The pair's rolling correlation behind a detector, or, for the planted truth, the models'
/// squared-error differences; over the regime's own bands.
fn figure(subject: &Subject<'_>, position: usize, regime: &RegimeSummary) -> Option<Figure> {
    if regime.kind == "planted" {
        return planted(subject, regime);
    }
    let pair = subject.results.spec.get("regimes")?.get(position)?.get("pair")?;
    let (a, b) = (pair.get(0)?.as_str()?, pair.get(1)?.as_str()?);
    let table = &subject.series.geometry;
    let values = table
        .column(&format!("correlation.{a}.{b}"))
        .or_else(|| table.column(&format!("correlation.{b}.{a}")))?;
    let title = format!("{a}–{b}, rolling correlation");
    let svg = chart::time_chart(&TimeChart {
        words: Words {
            id: &format!("regime-{}", slug(&regime.name)),
            title: &title,
            description: "The rolling correlation, with the states it gives as background bands.",
        },
        days: &table.days,
        lines: vec![line("", Role::Main, values)],
        bands: &bands(regime),
        axis: zero_axis("Correlation", Unit::Decimal(1)),
        aspect: WIDE,
    });
    let last = regime.segments.last().and_then(|last| {
        let state = regime.states.get(last.state)?;
        Some(format!(" Since {}: {}.", last.from, state.label))
    });
    Some(Figure {
        id: format!("figure-regime-{}", slug(&regime.name)),
        title,
        svg,
        caption: format!(
            "The state changes only when the correlation leaves the dead band on the other side, \
             so it does not flicker around zero.{}",
            last.unwrap_or_default()
        ),
        key: band_key(regime),
        data: Some("geometry.csv"),
    })
}

fn planted(subject: &Subject<'_>, regime: &RegimeSummary) -> Option<Figure> {
    let days = &subject.series.forecasts.days;
    let sums: Vec<_> = subject
        .models
        .iter()
        .map(|model| (model, subject.squared_error_difference(model.name)))
        .filter(|(_, values)| !values.is_empty())
        .collect();
    if sums.is_empty() {
        return None;
    }
    let title = "Squared error saved, over the planted states";
    let svg = chart::time_chart(&TimeChart {
        words: Words {
            id: &format!("regime-{}", slug(&regime.name)),
            title,
            description: "Cumulative squared-error difference of each model, with the planted \
                          states as background bands.",
        },
        days,
        lines: sums.iter().map(|(model, values)| line(&model.title, model.role, values)).collect(),
        bands: &bands(regime),
        axis: zero_axis("Squared error saved", Unit::Decimal(4)),
        aspect: WIDE,
    });
    Some(Figure {
        id: format!("figure-regime-{}", slug(&regime.name)),
        title: title.to_owned(),
        svg,
        caption: "A model that finds the planted signal climbs in the bands where there is one \
                  and treads water elsewhere."
            .to_owned(),
        key: band_key(regime),
        data: Some("forecasts.csv"),
    })
}

fn states(regime: &RegimeSummary) -> Table {
    let is_planted = regime.states.iter().any(|state| state.planted_r2.is_some());
    let mut headings =
        vec![("State", ""), ("Days", ""), ("Share", "of labelled days"), ("Mean stay", "days")];
    if is_planted {
        headings.push(("Planted R²", "share of variance"));
    }
    let rows = regime
        .states
        .iter()
        .enumerate()
        .map(|(number, state)| {
            let mut cells = vec![
                Cell::new(format::count(state.days)),
                Cell::new(format::percent(Some(state.share), 1)),
                Cell::new(format::decimal(state.mean_dwell, 0)),
            ];
            if is_planted {
                cells.push(Cell::new(format::percent(state.planted_r2, 2)));
            }
            Row { class: format!("band s{number}"), head: state.label.clone(), cells }
        })
        .collect();
    Table {
        caption: "The states".to_owned(),
        class: "narrow",
        sortable: false,
        columns: columns(&headings),
        rows,
        note: String::new(),
        methods: "",
    }
}

fn forecasts(subject: &Subject<'_>, regime: &RegimeSummary) -> Table {
    let rows = subject
        .models
        .iter()
        .filter_map(|model| Some((model, regime.forecast.get(model.name)?)))
        .flat_map(|(model, by_state)| {
            regime.states.iter().zip(by_state).map(|(state, figures)| Row {
                class: model.class(),
                head: format!("{}: {}", model.title, state.label),
                cells: forecast_cells(figures),
            })
        })
        .collect();
    Table {
        caption: "Forecasts, by state".to_owned(),
        class: "",
        sortable: true,
        columns: columns(&[
            ("Model and state", ""),
            ("R²", "90 % interval"),
            ("Clark–West", "statistic"),
            ("p", "one-sided"),
            ("Hit rate", "right signs"),
            ("Forecasts", "days"),
        ]),
        rows,
        note: format!(
            "{} separate tests: at the 5 % level one in twenty succeeds without any signal. The \
             difference between states is not itself tested. n/a: no forecast was made in that \
             state.",
            regime.states.len() * subject.models.len()
        ),
        methods: "forecast-metrics",
    }
}

fn forecast_cells(state: &StateForecast) -> Vec<Cell> {
    vec![
        Cell::with(format::percent(state.oos_r2, 2), percent_interval(state.oos_r2_interval, 2)),
        Cell::new(format::decimal(state.clark_west, 2)),
        Cell::new(format::p_value(state.clark_west_p)),
        Cell::new(format::percent(state.hit_rate, 1)),
        Cell::new(format::count(state.rows)),
    ]
}

fn strategies(regime: &RegimeSummary) -> Table {
    let mut heads = columns(&[("Model and rule", "")]);
    for state in &regime.states {
        heads.push(Column { text: "Sharpe".to_owned(), minor: state.label.clone() });
        heads.push(Column { text: "Growth".to_owned(), minor: "log, a year".to_owned() });
    }
    let rows = regime
        .strategies
        .iter()
        .map(|(name, by_state)| {
            let head = match name.split_once('.') {
                Some((model, rule)) => format!("{}, {}", title(model), title(rule).to_lowercase()),
                None => title(name),
            };
            let cells = by_state.iter().flat_map(|state| {
                [
                    Cell::new(format::decimal(state.sharpe, 2)),
                    Cell::new(format::percent(state.annual_log_growth, 1)),
                ]
            });
            Row { class: String::new(), head, cells: cells.collect() }
        })
        .collect();
    Table {
        caption: "Track record, by state".to_owned(),
        class: "",
        sortable: true,
        columns: heads,
        rows,
        note: "After costs, over the days filed under that state, annualised as if the state had \
               lasted all year. n/a: no day in that state, or no variance."
            .to_owned(),
        methods: "strategy-metrics",
    }
}

fn flips(regime: &RegimeSummary) -> Option<Block> {
    if regime.flips.is_empty() {
        return None;
    }
    let days: Vec<String> = regime.flips.iter().map(ToString::to_string).collect();
    Some(Block::Details {
        summary: format!("The {} changes of state", days.len()),
        blocks: vec![Block::Text { text: days.join(", ") }],
    })
}
