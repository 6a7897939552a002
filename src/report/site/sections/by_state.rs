//! What the states of a regime are, and what the models did in each of them or in other parts of
//! the forecast days: the tables.

use indexmap::IndexMap;

use crate::base::units::format;
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{
    Cell, Column, Row, Table, columns, decimal_interval, percent_interval,
};
use crate::report::site::kit::wording::{self, title};
use crate::results::{
    ForecastMetrics, PartMetrics, PartitionSummary, RegimeSummary, interval, value,
};

/// The forecast days in parts, and what the models did in each.
pub(crate) struct Parts<'a> {
    /// What a part is: "state".
    pub noun: &'static str,
    /// One label a part.
    pub labels: Vec<&'a str>,
    /// By model, by part.
    pub forecast: &'a IndexMap<String, Vec<ForecastMetrics>>,
    /// By `model.rule`, by part.
    pub strategies: &'a IndexMap<String, Vec<PartMetrics>>,
}

impl<'a> Parts<'a> {
    /// The states of a regime.
    pub(crate) fn of_regime(regime: &'a RegimeSummary) -> Self {
        Self {
            noun: "state",
            labels: regime.states.iter().map(|state| state.label.as_str()).collect(),
            forecast: &regime.forecast,
            strategies: &regime.strategies,
        }
    }

    /// The parts of another split.
    pub(crate) fn of_partition(noun: &'static str, partition: &'a PartitionSummary) -> Self {
        Self {
            noun,
            labels: partition.parts.iter().map(|part| part.label.as_str()).collect(),
            forecast: &partition.forecast,
            strategies: &partition.strategies,
        }
    }
}

pub(crate) fn states(regime: &RegimeSummary) -> Table {
    let is_planted = regime.states.iter().any(|state| state.planted_r2.is_some());
    let mut headings = vec![
        ("State", ""),
        ("Days", ""),
        ("Share", "of labelled days"),
        ("Mean stay", "days"),
        ("Median", "days"),
        ("Longest", "days"),
    ];
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
                Cell::new(format::decimal(state.median_dwell, 0)),
                Cell::new(format::count(state.longest_dwell)),
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
        note: "A stay is a run of days in one state; the first and the last count as far as they \
               are seen."
            .to_owned(),
        methods: "detectors",
    }
}

pub(crate) fn forecasts(subject: &Subject<'_>, parts: &Parts<'_>) -> Table {
    let noun = parts.noun;
    let rows = subject
        .everyone()
        .filter_map(|model| Some((model, parts.forecast.get(model.name)?)))
        .flat_map(|(model, by_part)| {
            parts.labels.iter().zip(by_part).map(|(label, figures)| Row {
                class: model.class(),
                head: format!("{}: {label}", model.short),
                cells: forecast_cells(figures),
            })
        })
        .collect();
    Table {
        caption: format!("Forecasts, by {noun}"),
        class: "wrapped",
        sortable: true,
        columns: columns(&[
            (&format!("Model and {noun}"), ""),
            ("R²", "90 % interval"),
            ("Clark–West", "statistic"),
            ("p", "one-sided"),
            ("Hit rate", "right signs"),
            ("RMSE", "mean absolute error"),
            ("Forecasts", "days"),
        ]),
        rows,
        note: format!(
            "{} separate tests: at the 5 % level one in twenty succeeds without any signal. The \
             difference between {noun}s is not itself tested. n/a: no forecast was made in that \
             {noun}.",
            parts.labels.len() * subject.everyone().count()
        ),
        methods: "forecast-metrics",
    }
}

fn forecast_cells(state: &ForecastMetrics) -> Vec<Cell> {
    vec![
        Cell::with(
            format::percent(value(state.oos_r2), 2),
            percent_interval(interval(state.oos_r2), 2),
        ),
        Cell::new(format::decimal(state.clark_west, 2)),
        Cell::new(format::p_value(state.clark_west_p)),
        Cell::new(format::percent(state.hit_rate, 1)),
        Cell::with(format::percent(state.rmse, 2), format::percent(state.mae, 2)),
        Cell::new(format::count(state.rows)),
    ]
}

pub(crate) fn strategies(subject: &Subject<'_>, parts: &Parts<'_>) -> Table {
    let noun = parts.noun;
    let mut heads = columns(&[("Model and rule", "")]);
    for label in &parts.labels {
        heads.push(Column { text: "Sharpe".to_owned(), minor: (*label).to_owned() });
        heads.push(Column { text: "Growth".to_owned(), minor: "log, a year".to_owned() });
    }
    let rows = parts
        .strategies
        .iter()
        .map(|(name, by_part)| {
            let (class, head) = match name.split_once('.') {
                Some((name, rule)) => {
                    let model = subject.model(name);
                    let who = model.map_or_else(|| title(name), |model| model.short.clone());
                    let class = model.map(Model::class).unwrap_or_default();
                    (class, format!("{who}, {}", wording::sizing(rule)))
                }
                None => ("bench".to_owned(), title(name)),
            };
            let cells = by_part.iter().flat_map(|part| {
                [
                    Cell::with(
                        format::decimal(value(part.sharpe), 2),
                        decimal_interval(interval(part.sharpe), 1),
                    ),
                    Cell::with(
                        format::percent(part.annual_log_growth, 1),
                        format::percent(part.annual_volatility, 1),
                    ),
                ]
            });
            Row { class, head, cells: cells.collect() }
        })
        .collect();
    Table {
        caption: format!("Track record, by {noun}"),
        class: "wrapped",
        sortable: true,
        columns: heads,
        rows,
        note: format!(
            "After costs, over the days filed under that {noun}, annualised as if the {noun} had \
             lasted all year. Under a Sharpe ratio its 90 % interval, under growth the volatility. \
             n/a: no day in that {noun}, or no variance."
        ),
        methods: "strategy-metrics",
    }
}
