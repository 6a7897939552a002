//! The headline figures under the verdict.

use serde::Serialize;

use crate::report::chart::{Role, role_class};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Cell, SHARPES};
use crate::report::site::kit::wording;
use crate::results::StrategyMetrics;

/// A headline figure, one line a model.
#[derive(Debug, Serialize)]
pub(crate) struct Headline {
    /// What is measured.
    pub title: String,
    /// How, in small letters.
    pub minor: String,
    pub lines: Vec<HeadlineLine>,
}

/// One model's line of a headline figure.
#[derive(Debug, Serialize)]
pub(crate) struct HeadlineLine {
    /// Class of the model's colour.
    pub class: String,
    pub label: String,
    pub value: String,
    /// Its interval; may be empty.
    pub minor: String,
}

/// The headline figures: one tile a measure, one line a model.
pub(crate) fn headlines(subject: &Subject<'_>) -> Vec<Headline> {
    let line = |class, label, Cell { text: value, minor, .. }: Cell| HeadlineLine {
        class,
        label,
        value,
        minor,
    };
    let tile = |title: &str, minor: &str, show: &dyn Fn(&Model<'_>) -> Cell| Headline {
        title: title.to_owned(),
        minor: minor.to_owned(),
        lines: subject
            .everyone()
            .map(|model| line(model.class(), model.short.clone(), show(model)))
            .collect(),
    };
    let against = if subject.weighted().is_empty() {
        "against the prevailing mean"
    } else {
        "against the prevailing mean; weighted models: the weighted mean"
    };
    let mut tiles = vec![
        tile("Out-of-sample R²", against, &|model| {
            Cell::percents(model.summary.forecast.oos_r2, 2)
        }),
        tile("Clark–West p", "one-sided, scaled by risk", &|model| {
            Cell::p_value(model.scaled_p())
        }),
        tile("Hit rate", "right signs", &|model| Cell::percent(model.summary.forecast.hit_rate, 1)),
    ];
    if let Some(rule) = subject.headline_rule() {
        let minor = format!("{SHARPES}, {} sizing", wording::sizing(rule));
        let sharpe = |metrics: Option<&StrategyMetrics>| {
            let simple = metrics.and_then(|metrics| metrics.sharpe_arithmetic);
            Cell::sharpes(metrics.and_then(|metrics| metrics.sharpe), simple, 2)
        };
        let mut tile = tile("Sharpe ratio", &minor, &|model| sharpe(subject.headline(model)));
        if let Some(hold) = subject.buy_and_hold() {
            let (class, label) = (role_class(Role::Benchmark), "Buy and hold".to_owned());
            tile.lines.push(line(class, label, sharpe(Some(hold))));
        }
        tiles.push(tile);
    }
    tiles
}
