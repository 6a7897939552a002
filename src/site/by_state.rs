//! What the states of a regime are and what the models did in each: the tables.

use super::subject::{Model, Subject, title};
use super::view::{Cell, Column, Row, Table, columns, percent_interval};
use crate::results::{RegimeSummary, StateForecast};
use crate::units::format;

pub(super) fn states(regime: &RegimeSummary) -> Table {
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

pub(super) fn forecasts(subject: &Subject<'_>, regime: &RegimeSummary) -> Table {
    let rows = subject
        .everyone()
        .filter_map(|model| Some((model, regime.forecast.get(model.name)?)))
        .flat_map(|(model, by_state)| {
            regime.states.iter().zip(by_state).map(|(state, figures)| Row {
                class: model.class(),
                head: format!("{}: {}", model.short, state.label),
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
            regime.states.len() * subject.everyone().count()
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

pub(super) fn strategies(subject: &Subject<'_>, regime: &RegimeSummary) -> Table {
    let mut heads = columns(&[("Model and rule", "")]);
    for state in &regime.states {
        heads.push(Column { text: "Sharpe".to_owned(), minor: state.label.clone() });
        heads.push(Column { text: "Growth".to_owned(), minor: "log, a year".to_owned() });
    }
    let rows = regime
        .strategies
        .iter()
        .map(|(name, by_state)| {
            let (class, head) = match name.split_once('.') {
                Some((name, rule)) => {
                    let model = subject.model(name);
                    let who = model.map_or_else(|| title(name), |model| model.short.clone());
                    let class = model.map(Model::class).unwrap_or_default();
                    (class, format!("{who}, {}", title(rule).to_lowercase()))
                }
                None => ("bench".to_owned(), title(name)),
            };
            let cells = by_state.iter().flat_map(|state| {
                [
                    Cell::new(format::decimal(state.sharpe, 2)),
                    Cell::new(format::percent(state.annual_log_growth, 1)),
                ]
            });
            Row { class, head, cells: cells.collect() }
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
