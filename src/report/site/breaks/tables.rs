//! The tables of the break page.

use crate::base::units::format;
use crate::report::site::breaks::changes;
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Row, Table, columns, range};
use crate::report::site::kit::wording::title;
use crate::results::{Break, BreakSummary, Change, Life};

/// Which statistics were known in real time.
pub(crate) fn known() -> Block {
    let row = |head: &str, when: &str, reads: &str| Row {
        class: String::new(),
        head: head.to_owned(),
        cells: vec![
            Cell { text: when.to_owned(), class: "words", ..Cell::default() },
            Cell { text: reads.to_owned(), class: "words", ..Cell::default() },
        ],
    };
    let (live, back) = ("the day itself", "afterwards");
    let rows = vec![
        row("Squared error saved", live, "rises while the model beats the prevailing mean"),
        row("R² of the last 252 forecasts", live, "the same as a rate; one year is noisy"),
        row(
            "Fluctuation statistic",
            back,
            "mean gain of a moving window over its standard error; the scale takes all forecasts",
        ),
        row(
            "CUSUM of the errors",
            back,
            "cumulated errors: outside, forecasts have become too high or too low on average",
        ),
        row(
            "Best segmentation",
            back,
            "stretches of one mean gain that fit best; a best fit, not a test",
        ),
        row("Coefficients", "each refit", "1: the model bets as it did a year before"),
        row("Features", "each refit", "how unlike its training window the market has become"),
        row("Coupling, regimes", live, "read at the close before the forecast’s day"),
    ];
    Block::Table(Table {
        caption: "What was known when".to_owned(),
        class: "wording",
        sortable: false,
        columns: columns(&[("Strip", ""), ("Known", ""), ("How to read it", "")]),
        rows,
        note: "A line that is known only afterwards could not have been traded on: it explains, \
               it does not warn."
            .to_owned(),
        methods: "breaks",
    })
}

/// The market before and after each break.
pub(crate) fn around(subject: &Subject<'_>, breaks: &[Break]) -> Table {
    let target = &subject.results.data.target;
    let watched = breaks.first().map_or(&[][..], |first| &first.changes);
    let rows = watched
        .iter()
        .map(|Change { statistic, .. }| Row {
            class: String::new(),
            head: title(changes::title(statistic, target).trim_start_matches("the ")),
            cells: breaks
                .iter()
                .map(|broken| {
                    let change =
                        broken.changes.iter().find(|change| change.statistic == *statistic);
                    Cell::new(change.map_or_else(
                        || format::NOT_AVAILABLE.to_owned(),
                        |change| {
                            let (before, after) = changes::side(change);
                            format!("{before} → {after}")
                        },
                    ))
                })
                .collect(),
        })
        .collect();
    let days: Vec<String> = breaks.iter().map(|broken| broken.day.to_string()).collect();
    let mut headings = vec![("Statistic", "")];
    headings.extend(days.iter().map(|day| (day.as_str(), "before → after")));
    Table {
        caption: "The market around each break".to_owned(),
        class: "narrow",
        sortable: false,
        columns: columns(&headings),
        rows,
        note: format!(
            "Means over the {} trading days before the break and from it on, fewer at the ends of \
             the panel; volatility is annual. Rolling statistics look back {} days, so a change \
             reaches them late.",
            breaks.iter().map(|broken| broken.days).max().unwrap_or_default(),
            subject.results.geometry.window
        ),
        methods: "breaks",
    }
}

/// The break statistics of every model.
pub(crate) fn models(subject: &Subject<'_>) -> Block {
    let summaries = || subject.everyone().map(|model| &model.summary.breaks);
    let band = range(
        summaries().map(|breaks| breaks.fluctuation.as_ref().map(|test| test.two_sided_5)),
        |value| format::decimal(value, 2),
    );
    let cusum =
        range(summaries().map(|breaks| breaks.cusum.as_ref().map(|test| test.band)), |value| {
            format::decimal(value, 3)
        });
    let is_indicative =
        summaries().any(|breaks| breaks.fluctuation.as_ref().is_some_and(|f| f.indicative));
    Block::Table(Table {
        caption: "Break statistics, by model".to_owned(),
        class: "wrapped dense",
        sortable: false,
        columns: columns(&[
            ("Model", ""),
            ("Edge", "at the end"),
            ("Fluctuation", "best stretch to"),
            ("Fluctuation", "worst stretch to"),
            ("Fluctuation", "at the end"),
            ("CUSUM", "largest"),
            ("Stretches", "best segmentation"),
            ("R²", "last stretch"),
        ]),
        rows: subject.everyone().map(row).collect(),
        note: format!(
            "Band of the fluctuation statistic at 5 %, two-sided: ±{band}{}. CUSUM: {cusum}. \
             “Alive”: the last window alone is above the band; “open”: nothing shows a break, but \
             it is inside; “broken”: the last window is below the band, or the last stretch gains \
             nothing after one that did; “none”: never an edge beyond luck.",
            if is_indicative {
                ", indicative, since its values are derived for training windows of a fixed length"
            } else {
                ""
            }
        ),
        methods: "breaks",
    })
}

fn row(model: &Model<'_>) -> Row {
    let breaks = &model.summary.breaks;
    let or_missing = |cell: Option<Cell>| cell.unwrap_or_else(|| Cell::new(format::NOT_AVAILABLE));
    let on_day =
        |value, day: &dyn ToString| Cell::with(format::decimal(Some(value), 2), day.to_string());
    let test = breaks.fluctuation.as_ref();
    let cusum = breaks.cusum.as_ref().map(|cusum| {
        let crossing = cusum.first_crossing;
        let crossing = crossing.map_or_else(|| "inside".to_owned(), |day| format!("out {day}"));
        on_day(cusum.statistic, &crossing)
    });
    let last = breaks
        .segments
        .last()
        .map(|last| Cell::with(format::percent(last.oos_r2, 2), format!("since {}", last.from)));
    Row {
        class: model.class(),
        head: model.title.clone(),
        cells: vec![
            Cell::new(word(breaks)),
            or_missing(test.map(|test| on_day(test.max, &test.max_day))),
            or_missing(test.map(|test| on_day(test.min, &test.min_day))),
            Cell::new(format::decimal(breaks.last, 2)),
            or_missing(cusum),
            Cell::new(breaks.segments.len().to_string()),
            or_missing(last),
        ],
    }
}

fn word(breaks: &BreakSummary) -> &'static str {
    match breaks.life {
        Some(Life::Alive) => "alive",
        Some(Life::Open) => "open",
        Some(Life::Gone) => "broken",
        None if breaks.fluctuation.is_some() => "none",
        None => format::NOT_AVAILABLE,
    }
}
