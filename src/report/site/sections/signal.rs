//! "Is there a signal": forecast metrics and where the squared error was won and lost.

use crate::base::units::format;
use crate::report::chart::{Band, TimeChart, Unit, Words};
use crate::report::site::kit::figures::{WIDE, line, wide, zero_axis};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{
    Block, Cell, Figure, Row, Section, Table, columns, percent_interval,
};
use crate::results::{BestYear, interval, value};

/// The section.
pub(crate) fn section(subject: &Subject<'_>) -> Section {
    let mut blocks = vec![Block::Table(metrics(subject))];
    blocks.extend(squared_error(subject).map(Block::Figure));
    Section {
        id: "signal",
        title: "Is there a signal?",
        lead: format!(
            "{} daily forecasts of {}, each from returns known the day before, against the mean \
             of all earlier returns.",
            format::count(subject.results.walk_forward.forecasts),
            subject.results.data.target,
        ),
        blocks,
    }
}

fn metrics(subject: &Subject<'_>) -> Table {
    let rows = subject
        .everyone()
        .map(|model| {
            let forecast = &model.summary.forecast;
            Row {
                class: model.class(),
                head: model.title.clone(),
                cells: vec![
                    Cell::with(
                        format::percent(value(forecast.oos_r2), 2),
                        percent_interval(interval(forecast.oos_r2), 2),
                    ),
                    Cell::new(format::percent(forecast.oos_r2_zero, 2)),
                    Cell::new(format::decimal(forecast.clark_west, 2)),
                    Cell::new(format::p_value(forecast.clark_west_p)),
                    Cell::new(format::percent(forecast.hit_rate, 1)),
                    Cell::new(format::percent(forecast.rmse, 3)),
                    Cell::new(format::percent(forecast.mae, 3)),
                    Cell::new(format::significant(Some(model.summary.selected_alpha_last))),
                ],
            }
        })
        .collect();
    Table {
        caption: "Out-of-sample forecasts, by model".to_owned(),
        class: "wrapped",
        sortable: false,
        columns: columns(&[
            ("Model", ""),
            ("R²", "90 % interval"),
            ("R²", "against zero"),
            ("Clark–West", "statistic"),
            ("p", "one-sided"),
            ("Hit rate", "right signs"),
            ("RMSE", "per day"),
            ("MAE", "per day"),
            ("Penalty α", "in use at the end"),
        ]),
        rows,
        note: format!(
            "R² compares squared errors with those of the prevailing mean; a daily value above \
             1 % would be suspicious. Clark–West is the test for a benchmark that is nested in \
             the model. The p-values are not adjusted for there being {}.{}",
            match subject.everyone().count() {
                1 => "one model".to_owned(),
                many => format!("{many} models"),
            },
            undefined(subject),
        ),
        methods: "forecast-metrics",
    }
}

/// Why a figure is not there, where one is not.
fn undefined(subject: &Subject<'_>) -> &'static str {
    let missing = |model: &Model<'_>| {
        let forecast = &model.summary.forecast;
        forecast.oos_r2.is_none() || forecast.clark_west.is_none()
    };
    if subject.everyone().any(missing) {
        " n/a: the forecasts equal the benchmark on every day, or it has no error to compare with."
    } else {
        ""
    }
}

/// The squared error that each plain model saved, day by day; those without forecasts left out.
pub(crate) fn saved<'s, 'a>(subject: &'s Subject<'a>) -> Vec<(&'s Model<'a>, Vec<f64>)> {
    let sums = subject.models.iter();
    let sums = sums.map(|model| (model, subject.squared_error_difference(model.name)));
    sums.filter(|(_, values)| !values.is_empty()).collect()
}

/// What was saved, over the states of a regime.
pub(crate) fn saved_chart<'c>(
    subject: &'c Subject<'_>,
    sums: &'c [(&Model<'_>, Vec<f64>)],
    words: Words<'c>,
    bands: &'c [Band],
) -> TimeChart<'c> {
    TimeChart {
        words,
        days: &subject.series.forecasts.days,
        lines: sums.iter().map(|(model, values)| line(&model.title, model.role, values)).collect(),
        bands,
        axis: zero_axis("Squared error saved, in squared returns", Unit::Decimal(4)),
        aspect: WIDE,
    }
}

fn squared_error(subject: &Subject<'_>) -> Option<Figure> {
    let sums = saved(subject);
    if sums.is_empty() {
        return None;
    }
    let words = Words {
        id: "squared-error",
        title: "Cumulative squared-error difference",
        description: "Running sum, over the forecast days, of the benchmark's squared error less \
                      the model's, one line a model.",
    };
    let caption = format!(
        "Rising: the model forecast better than the prevailing mean; falling: worse. A signal \
         climbs steadily, luck climbs in a few jumps.{}",
        sums.first().map_or_else(String::new, |(model, _)| largest_year(model))
    );
    let chart = saved_chart(subject, &sums, words, &subject.bands);
    Some(wide(&chart, caption, subject.band_key(), "forecasts.csv"))
}

/// In which calendar year the first model gained most, and how that compares with the whole.
fn largest_year(model: &Model<'_>) -> String {
    match model.summary.best_year {
        Some(BestYear { year, share: Some(share) }) => format!(
            " {}’s best year is {year}, with {} of what it gained in all.",
            model.title,
            format::percent(Some(share), 0),
        ),
        Some(BestYear { year, share: None }) => {
            format!(" {} does not end above zero; its best year is {year}.", model.title)
        }
        None => String::new(),
    }
}
