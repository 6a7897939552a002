//! The headline track record as other packages measure it, and why.

use crate::base::units::format;
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Cell, Of, Table};
use crate::report::site::kit::wording;
use crate::results::{Cause, Convention, TrackFigure};

/// The table, and in one line what is the same everywhere; nothing without a headline.
pub(super) fn block(subject: &Subject<'_>) -> Option<Block> {
    let conventions = subject.results.conventions.as_ref()?;
    let (model, rule) = (subject.lead()?, subject.headline_rule()?);
    let entries: Vec<(String, String, Convention)> = conventions
        .differ
        .iter()
        .map(|row| (String::new(), format::upper_first(name(row.figure)), row.clone()))
        .collect();
    let same: Vec<&str> = conventions.agree.iter().map(|figure| name(*figure)).collect();
    let same = match same.as_slice() {
        [] => String::new(),
        same => format!(" The same everywhere: {}.", format::list(same)),
    };
    let note = format!(
        "{}, {} sizing: each package with every argument at its default, on the daily simple \
         returns behind strategies.csv. A dash: the package has no such figure.{same}",
        model.title,
        wording::sizing(rule)
    );
    let caption = "The same track record in other packages";
    let table = Table::of(caption, "dense", &entries, "Figure", &COLUMNS);
    Some(Block::details(caption, vec![Block::Table(table.note(note, "conventions"))]))
}

const COLUMNS: [Of<'_, Convention>; 6] = [
    ("Here", "", &|row| shown(row.figure, Some(row.ours))),
    ("QuantStats", "", &|row| shown(row.figure, row.quantstats)),
    ("empyrical", "", &|row| shown(row.figure, row.empyrical)),
    ("pyfolio", "", &|row| shown(row.figure, row.pyfolio)),
    ("ffn", "", &|row| shown(row.figure, row.ffn)),
    ("Why", "", &|row| {
        let causes: Vec<&str> = row.causes.iter().map(|cause| why(*cause)).collect();
        Cell { class: "words", ..Cell::new(causes.join(" ")) }
    }),
];

fn shown(figure: TrackFigure, value: Option<f64>) -> Cell {
    match figure {
        _ if value.is_none() => Cell::new("–"),
        TrackFigure::TotalReturn
        | TrackFigure::AnnualReturn
        | TrackFigure::AnnualVolatility
        | TrackFigure::Alpha
        | TrackFigure::MaxDrawdown => Cell::percent(value, 2),
        _ => Cell::decimal(value, 3),
    }
}

/// As the table of track records calls it, within a sentence.
fn name(figure: TrackFigure) -> &'static str {
    match figure {
        TrackFigure::TotalReturn => "total return",
        TrackFigure::AnnualReturn => "return a year",
        TrackFigure::AnnualVolatility => "volatility",
        TrackFigure::Sharpe => "Sharpe",
        TrackFigure::SharpeArithmetic => "Sharpe of simple returns",
        TrackFigure::Alpha => "alpha",
        TrackFigure::Beta => "beta",
        TrackFigure::MaxDrawdown => "drawdown",
        TrackFigure::Calmar => "Calmar",
        TrackFigure::Skewness => "skewness",
        TrackFigure::ExcessKurtosis => "excess kurtosis",
    }
}

fn why(cause: Cause) -> &'static str {
    match cause {
        Cause::SimpleReturns => "They take simple returns, we log growth.",
        Cause::CalendarYears => {
            "ffn counts years of 365.25 calendar days, the others and we 252 trading days."
        }
        Cause::NoCash => "They subtract no cash return unless they are given one.",
        Cause::Bias => "pyfolio does not correct for bias.",
        Cause::CompoundedAlpha => {
            "empyrical and pyfolio compound the daily alpha, QuantStats and we multiply it by 252."
        }
    }
}
