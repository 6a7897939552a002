//! The headline figures under the verdict.

use serde::Serialize;

use crate::base::units::format;
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{decimal_interval, percent_interval};
use crate::report::site::kit::wording;
use crate::results::{interval, value};

/// A headline figure, one line a model.
#[derive(Debug, Serialize)]
pub(crate) struct Headline {
    /// What is measured.
    pub title: String,
    /// How, in small letters.
    pub minor: String,
    /// One line a model.
    pub lines: Vec<HeadlineLine>,
}

/// One model's line of a headline figure.
#[derive(Debug, Serialize)]
pub(crate) struct HeadlineLine {
    /// Class of the model's colour.
    pub class: String,
    /// The model's title.
    pub label: String,
    /// The figure.
    pub value: String,
    /// Its interval; may be empty.
    pub minor: String,
}

/// The headline figures: one tile a measure, one line a model.
pub(crate) fn headlines(subject: &Subject<'_>) -> Vec<Headline> {
    let tile = |title: &str, minor: &str, show: &dyn Fn(&Model<'_>) -> (String, String)| Headline {
        title: title.to_owned(),
        minor: minor.to_owned(),
        lines: subject
            .everyone()
            .map(|model| {
                let (value, minor) = show(model);
                HeadlineLine { class: model.class(), label: model.short.clone(), value, minor }
            })
            .collect(),
    };
    let mut tiles = vec![
        tile("Out-of-sample R²", "against the prevailing mean", &|model| {
            let forecast = &model.summary.forecast;
            (
                format::percent(value(forecast.oos_r2), 2),
                percent_interval(interval(forecast.oos_r2), 2),
            )
        }),
        tile("Clark–West p", "one-sided", &|model| {
            (format::p_value(model.summary.forecast.clark_west_p), String::new())
        }),
        tile("Hit rate", "right signs", &|model| {
            (format::percent(model.summary.forecast.hit_rate, 1), String::new())
        }),
    ];
    if let Some(rule) = subject.headline_rule() {
        let minor = format!("{} sizing", wording::sizing(rule));
        let mut sharpe = tile("Sharpe ratio", &minor, &|model| {
            let metrics = subject.headline(model);
            (
                format::decimal(metrics.and_then(|m| value(m.sharpe)), 2),
                decimal_interval(metrics.and_then(|m| interval(m.sharpe)), 2),
            )
        });
        sharpe.lines.extend(subject.buy_and_hold().map(|hold| HeadlineLine {
            class: "bench".to_owned(),
            label: "Buy and hold".to_owned(),
            value: format::decimal(value(hold.sharpe), 2),
            minor: decimal_interval(interval(hold.sharpe), 2),
        }));
        tiles.push(sharpe);
    }
    tiles
}
