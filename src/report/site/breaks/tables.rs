//! The tables of the break page.

use crate::base::units::format;
use crate::report::site::breaks::changes;
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Cell, Of, Row, Table, columns, range, when};
use crate::report::site::kit::wording::title;
use crate::report::site::verdict::recent;
use crate::results::{Break, BreakSummary, Change, Life, LossSegment};

/// Which statistics were known in real time.
pub(crate) fn known() -> Block {
    let (live, back) = ("the day itself", "afterwards");
    let strips = [
        ("Squared error saved", live, "rises while the model beats the prevailing mean"),
        ("R² of the last 252 forecasts", live, "the same as a rate; so few are noisy"),
        (
            "Fluctuation statistic",
            back,
            "mean gain of a moving window over its standard error; the scale takes all forecasts",
        ),
        (
            "CUSUM of the errors",
            back,
            "cumulated errors: outside, forecasts have become too high or too low on average",
        ),
        (
            "Best segmentation",
            back,
            "stretches of one mean gain that fit best; a best fit, not a test",
        ),
        ("Coefficients", "each refit", "1: the model bets as it did a year before"),
        ("Features", "each refit", "how unlike its training window the market has become"),
        ("Coupling, regimes", live, "read at the close before the forecast’s day"),
    ];
    let rows = strips.map(|(head, when, reads)| {
        let cells = [when, reads].map(|text| Cell { class: "words", ..Cell::new(text) });
        Row { class: String::new(), head: head.to_owned(), cells: cells.into() }
    });
    let columns = columns(&[("Strip", ""), ("Known", ""), ("How to read it", "")]);
    let note = "A line that is known only afterwards could not have been traded on: it explains, \
                it does not warn.";
    let table = Table::new("What was known when", "wording", columns, rows.into());
    Block::Table(table.note(note, "breaks"))
}

/// The market before and after each boundary of two stretches.
pub(crate) fn around(subject: &Subject<'_>, breaks: &[Break]) -> Table {
    let target = &subject.results.data.target;
    let watched = breaks.first().map_or(&[][..], |first| &first.changes);
    let row = |Change { statistic, .. }: &Change| {
        let sides = |broken: &Break| {
            let change = broken.changes.iter().find(|change| change.statistic == *statistic)?;
            let (before, after) = changes::side(change);
            Some(Cell::new(format!("{before} → {after}")))
        };
        let cells = breaks.iter().map(|broken| sides(broken).unwrap_or_else(Cell::missing));
        let head = changes::title(statistic, target);
        let head = title(head.trim_start_matches("the "));
        Row { class: String::new(), head, cells: cells.collect() }
    };
    let days: Vec<String> = breaks.iter().map(|broken| broken.day.to_string()).collect();
    let mut headings = vec![("Statistic", "")];
    headings.extend(days.iter().map(|day| (day.as_str(), "before → after")));
    let note = format!(
        "Means over up to {} trading days before the boundary and from it on. Rolling statistics \
         look back {} days, so a change reaches them late.",
        breaks.iter().map(|broken| broken.days).max().unwrap_or_default(),
        subject.results.geometry.window
    );
    let (columns, rows) = (columns(&headings), watched.iter().map(row).collect());
    Table::new("The market around each boundary", "narrow", columns, rows).note(note, "breaks")
}

/// The break statistics of every model.
pub(crate) fn models(subject: &Subject<'_>) -> Block {
    let summaries = || subject.everyone().map(|model| &model.summary.breaks);
    let tests = || summaries().map(|breaks| breaks.fluctuation.as_ref());
    let bands = tests().map(|test| test.map(|test| test.two_sided_5));
    let band = range(bands, |value| format::decimal(value, 2));
    let bands = summaries().map(|breaks| breaks.cusum.as_ref().map(|test| test.band));
    let cusum = range(bands, |value| format::decimal(value, 3));
    let is_indicative = tests().flatten().any(|test| test.indicative);
    let entries: Vec<_> = subject
        .everyone()
        .map(|model| (model.class(), model.title.clone(), &model.summary.breaks))
        .collect();
    let stretch = recent(subject.results.data.periods_per_year);
    let last = format!("Last {stretch}");
    let columns: [Of<'_, &BreakSummary>; 7] = [
        ("Edge", "at the end", &|breaks| Cell::new(word(breaks))),
        ("Fluctuation", "raw, best to", &|breaks| {
            let test = breaks.fluctuation.as_ref();
            test.map_or_else(Cell::missing, |test| on_day(test.max, &test.max_day))
        }),
        ("Fluctuation", "raw, worst to", &|breaks| {
            let test = breaks.fluctuation.as_ref();
            test.map_or_else(Cell::missing, |test| on_day(test.min, &test.min_day))
        }),
        (&last, "scaled Clark–West p", &|breaks| Cell::p_value(breaks.recent_p)),
        ("CUSUM", "largest", &|breaks| {
            breaks.cusum.as_ref().map_or_else(Cell::missing, |cusum| match cusum.first_crossing {
                Some(day) => on_day(cusum.statistic, &format!("out {day}")),
                None => on_day(cusum.statistic, &"inside"),
            })
        }),
        ("Stretches", "best segmentation", &|breaks| Cell::new(breaks.segments.len().to_string())),
        ("R²", "last stretch", &|breaks| {
            let since = |last: &LossSegment| {
                Cell::with(format::percent(last.oos_r2, 2), format!("since {}", last.from))
            };
            breaks.segments.last().map_or_else(Cell::missing, since)
        }),
    ];
    let note = format!(
        "Bands at the 5 % level: ±{band} of the fluctuation statistic{}, {cusum} of CUSUM.",
        when(is_indicative, " (indicative, as the training window expands)")
    );
    let caption = "Break statistics, by model";
    Block::Table(
        Table::of(caption, "wrapped dense", &entries, "Model", &columns).note(note, "breaks"),
    )
}

fn on_day(value: f64, day: &dyn ToString) -> Cell {
    Cell::with(format::decimal(Some(value), 2), day.to_string())
}

fn word(breaks: &BreakSummary) -> &'static str {
    match breaks.life {
        Some(Life::Alive) => "alive",
        Some(Life::Open) => "open",
        Some(Life::Weakened) => "weakened",
        Some(Life::Gone) => "gone",
        None if breaks.fluctuation.is_some() => "none",
        None => format::NOT_AVAILABLE,
    }
}
