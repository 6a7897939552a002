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
    let (alike, rows): (Vec<&Convention>, Vec<&Convention>) =
        conventions.differ.iter().partition(|row| reads_alike(row));
    let entry =
        |row: &&Convention| (String::new(), format::upper_first(name(row.figure)), (*row).clone());
    let entries: Vec<(String, String, Convention)> = rows.iter().map(entry).collect();
    let same = named("The same everywhere", conventions.agree.iter());
    let alike = named("Equal to the digits shown", alike.iter().map(|row| &row.figure));
    let note = format!(
        "{}, {} sizing, by each package’s defaults; a dash: no such figure.{same}{alike}",
        model.title,
        wording::sizing(rule)
    );
    let caption = "The same track record in other packages";
    let periods = subject.results.data.periods_per_year;
    let why = |row: &Convention| {
        let causes: Vec<String> = row.causes.iter().map(|cause| why(*cause, periods)).collect();
        Cell { class: "words", ..Cell::new(causes.join(" ")) }
    };
    let columns: [Of<'_, Convention>; 6] = [
        ("Here", "", &|row| shown(row.figure, Some(row.ours))),
        ("QuantStats", "", &|row| shown(row.figure, row.quantstats)),
        ("empyrical", "", &|row| shown(row.figure, row.empyrical)),
        ("pyfolio", "", &|row| shown(row.figure, row.pyfolio)),
        ("ffn", "", &|row| shown(row.figure, row.ffn)),
        ("Why", "", &why),
    ];
    let table = Table::of(caption, "dense", &entries, "Figure", &columns);
    Some(Block::details(caption, vec![Block::Table(table.note(note, "conventions"))]))
}

/// Whether all that is shown of a figure is one number.
fn reads_alike(row: &Convention) -> bool {
    let text = |value| shown(row.figure, value).text;
    let theirs = [row.quantstats, row.empyrical, row.pyfolio, row.ffn];
    theirs.into_iter().flatten().all(|theirs| text(Some(theirs)) == text(Some(row.ours)))
}

/// " The same everywhere: beta and drawdown."; empty of none.
fn named<'a>(what: &str, figures: impl Iterator<Item = &'a TrackFigure>) -> String {
    match figures.map(|figure| name(*figure)).collect::<Vec<&str>>().as_slice() {
        [] => String::new(),
        names => format!(" {what}: {}.", format::list(names)),
    }
}

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

/// `periods` are those of a year.
fn why(cause: Cause, periods: u16) -> String {
    match cause {
        Cause::SimpleReturns => "They take simple returns, we log growth.".to_owned(),
        Cause::CalendarYears => format!(
            "ffn counts years of 365.25 calendar days, the others and we {periods} trading days."
        ),
        Cause::NoCash => "They subtract no cash return unless they are given one.".to_owned(),
        Cause::Bias => "pyfolio does not correct for bias.".to_owned(),
        Cause::CompoundedAlpha => format!(
            "empyrical and pyfolio compound the daily alpha, QuantStats and we multiply it by \
             {periods}."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_equal_numbers_is_no_row() {
        let row = |pyfolio, ffn| Convention {
            figure: TrackFigure::AnnualVolatility,
            ours: 0.134_717,
            quantstats: Some(0.134_719),
            empyrical: None,
            pyfolio,
            ffn,
            causes: vec![Cause::SimpleReturns],
        };
        assert!(reads_alike(&row(Some(0.134_72), None)));
        assert!(!reads_alike(&row(None, Some(0.134_9))));
        let figures = [TrackFigure::Beta, TrackFigure::MaxDrawdown];
        assert_eq!(named("The same", figures.iter()), " The same: beta and drawdown.");
        assert_eq!(named("The same", [].iter()), "");
    }
}
