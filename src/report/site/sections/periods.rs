//! The record by five years, by calendar year and by volatility tercile: charts and tables.

use crate::base::units::format;
use crate::report::chart::{self, DotChart, Unit};
use crate::report::site::kit::figures::{WIDE, dots, words, zero_axis};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Figure, Row, Table, columns, range, sharpes};
use crate::report::site::kit::wording::{self, title};
use crate::report::site::sections::by_state::{self, MOST_MODELS, Parts};
use crate::results::{
    ForecastMetrics, PartMetrics, PartitionKind, PartitionSummary, interval, names, value,
};

/// Everything the section says of periods and of volatility; empty for an experiment without them.
///
/// `is_shown`: the chart by five years stands above.
pub(crate) fn blocks(subject: &Subject<'_>, is_shown: bool) -> Vec<Block> {
    let split =
        |kind: PartitionKind| subject.results.periods.iter().find(|split| split.kind == kind);
    let mut blocks = Vec::new();
    if let Some(split) = split(PartitionKind::FiveYears) {
        let chart = (!is_shown).then(|| Block::Figure(figure(subject, split, FIVE_YEARS)));
        let mut inner: Vec<Block> = chart.into_iter().collect();
        inner.extend(tables(subject, &Parts::of_partition("period", split)));
        blocks.push(Block::details("By five years", inner));
    }
    if let Some(split) = split(PartitionKind::Year) {
        let tables = [year_forecasts(subject, split), year_records(subject, split)];
        let tables = tables.into_iter().flatten().map(Block::Table).collect();
        let summary = format!("By calendar year, all {}", split.parts.len());
        blocks.push(Block::details(summary, tables));
    }
    if let Some(split) = split(PartitionKind::VolatilityTercile) {
        let mut inner = vec![Block::Figure(figure(subject, split, TERCILES))];
        inner.push(Block::text(volatility(subject)));
        inner.extend(tables(subject, &Parts::of_partition("tercile", split)));
        blocks.push(Block::details("By volatility", inner));
    }
    blocks
}

/// R2 by five years.
pub(crate) fn five_years(subject: &Subject<'_>) -> Option<Figure> {
    let split =
        subject.results.periods.iter().find(|split| split.kind == PartitionKind::FiveYears)?;
    Some(figure(subject, split, FIVE_YEARS))
}

fn tables(subject: &Subject<'_>, parts: &Parts<'_>) -> Vec<Block> {
    let tables = [by_state::forecasts(subject, parts), by_state::strategies(subject, parts)];
    tables.map(Block::Table).into()
}

/// What is said before the terciles.
fn volatility(subject: &Subject<'_>) -> String {
    format!(
        "A forecast is filed by the volatility of {} over the 21 days up to the close on which it \
         was made: in the lowest, middle or highest third of all such volatilities up to then.",
        subject.results.data.target
    )
}

/// Id, title and description of a chart of R2 by part, and its caption.
type Captions = ([&'static str; 3], &'static str);

const FIVE_YEARS: Captions = (
    [
        "r2-five-years",
        "Out-of-sample R², by five years",
        "Out-of-sample R² of each model in each block of five calendar years, with its 90 % \
         interval.",
    ],
    "A dot is the R² of one model over the period, the line its 90 % interval. A signal that lasts \
     stays above zero; luck of one period need not come back.",
);

const TERCILES: Captions = (
    [
        "r2-volatility-tercile",
        "Out-of-sample R², by volatility at the decision",
        "Out-of-sample R² of each model on days decided in low, middle and high volatility, with \
         its 90 % interval.",
    ],
    "Errors are largest where volatility is, so that a day in the highest third weighs most in \
     the R² of all days.",
);

fn figure(
    subject: &Subject<'_>,
    split: &PartitionSummary,
    ([id, title, shown], caption): Captions,
) -> Figure {
    let of_model = |model: &Model<'_>| {
        let parts = split.forecast.get(model.name)?.iter();
        Some(dots(model.role, parts.map(|part| part.oos_r2)))
    };
    let models = subject.few(MOST_MODELS);
    let chart = DotChart {
        words: words(id, title, shown),
        slots: split.parts.iter().map(|part| part.label.as_str()).collect(),
        series: models.iter().copied().filter_map(of_model).collect(),
        axis: zero_axis("R² against the prevailing mean", Unit::Percent(1)),
        size: WIDE,
    };
    let key = models.into_iter().map(Model::swatch).collect();
    Figure::new(&chart.words, chart::dot_chart(&chart), caption, key, "")
}

/// Years in rows, plain models in columns: the figures of the forecasts. `None` without models.
fn year_forecasts(subject: &Subject<'_>, split: &PartitionSummary) -> Option<Table> {
    let models = subject.models.iter();
    let by_model: Vec<(&Model<'_>, &Vec<ForecastMetrics>)> =
        models.filter_map(|model| Some((model, split.forecast.get(model.name)?))).collect();
    if by_model.is_empty() {
        return None;
    }
    let mut headings = vec![("Year", ""), ("Forecasts", "days")];
    for (model, _) in &by_model {
        headings.extend([
            ("R²", &*model.short),
            ("p", "Clark–West, raw"),
            ("Hit rate", "right signs"),
        ]);
    }
    let cells = |year: usize| {
        let days = Cell::count(split.parts[year].rows);
        let figures = by_model.iter().filter_map(move |(_, years)| years.get(year));
        let cells = figures.flat_map(|year| {
            let r2 = Cell::percent(value(year.oos_r2), 2);
            [r2, Cell::p_value(year.clark_west_p), Cell::percent(year.hit_rate, 1)]
        });
        std::iter::once(days).chain(cells).collect()
    };
    let note = format!(
        "{} tests on at most a year of days each: far too few to tell a daily signal from luck. Read the \
         signs, not the sizes.",
        format::count(split.parts.len() * by_model.len())
    );
    let (columns, rows) = (columns(&headings), year_rows(split, cells));
    let table = Table::new("Forecasts, by calendar year", "", columns, rows);
    Some(table.sortable().note(note, "forecast-metrics"))
}

/// Years in rows, plain models under the headline rule and buy and hold in columns: the track
/// records. `None` without any.
fn year_records(subject: &Subject<'_>, split: &PartitionSummary) -> Option<Table> {
    let rule = subject.headline_rule()?;
    let of_models = subject.models.iter().filter_map(|model| {
        let years = split.strategies.get(&names::track(model.name, rule))?;
        Some((model.short.clone(), years))
    });
    let of_target =
        split.strategies.get(names::BUY_AND_HOLD).map(|years| (title(names::BUY_AND_HOLD), years));
    let records: Vec<(String, &Vec<PartMetrics>)> = of_models.chain(of_target).collect();
    if records.is_empty() {
        return None;
    }
    let mut headings = vec![("Year", "")];
    for (name, _) in &records {
        headings.extend([("Return", &**name), ("Sharpe", "log / simple, days held")]);
        headings.push(("Drawdown", "within the year"));
    }
    let fewest = subject.results.data.fewest_held();
    // The Sharpe ratio of a year that has days enough to be told by the year.
    let annual_sharpe = |year: &PartMetrics| year.sharpe.filter(|_| year.held >= fewest);
    let year_sharpe = |year: &PartMetrics| {
        let simple = year.sharpe_arithmetic.filter(|_| year.held >= fewest);
        Cell::with(sharpes(annual_sharpe(year), simple), format::count(year.held))
    };
    let cells = |year: usize| {
        let figures = records.iter().filter_map(|(_, years)| years.get(year));
        let cells = figures.flat_map(|year| {
            let total = Cell::percent(year.total_return, 1);
            [total, year_sharpe(year), Cell::percent(year.max_drawdown, 1)]
        });
        cells.collect()
    };
    let caption = format!("Track records, by calendar year, {} sizing", wording::sizing(rule));
    let shown = records.iter().flat_map(|(_, years)| years.iter());
    let reach = shown.filter_map(|year| interval(annual_sharpe(year)));
    let reach = reach.map(|interval| Some((interval.high - interval.low) / 2.0));
    let reach = range(reach, |reach| format::decimal(reach, 1));
    let mut note = format!(
        "After costs. Under each Sharpe ratio the days with a position; n/a below {fewest} of them."
    );
    if reach != format::NOT_AVAILABLE {
        note += &format!(" The 90 % intervals of these ratios reach {reach} to either side.");
    }
    let table = Table::new(caption, "", columns(&headings), year_rows(split, cells));
    Some(table.sortable().note(note, "strategy-metrics"))
}

fn year_rows(split: &PartitionSummary, cells: impl Fn(usize) -> Vec<Cell>) -> Vec<Row> {
    let rows = split.parts.iter().enumerate();
    rows.map(|(year, part)| Row {
        class: String::new(),
        head: part.label.clone(),
        cells: cells(year),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;
    use crate::results::{Estimate, Interval};

    #[test]
    fn a_year_of_few_days_has_no_sharpe_ratio_and_the_note_is_true_of_those_that_are_shown() {
        let mut experiment = stored::plain();
        let fewest = experiment.results.data.fewest_held();
        let years = experiment.results.periods.iter_mut().find(|s| s.kind == PartitionKind::Year);
        let years = years.unwrap();
        let sharpe = |sharpe, reach: f64| {
            let interval = Interval { low: sharpe - reach, high: sharpe + reach };
            Some(Estimate { value: sharpe, interval: Some(interval) })
        };
        for record in years.strategies.values_mut() {
            let figures = [(16, 4.77, 6.6), (fewest - 1, 1.11, 9.0), (fewest, 2.22, 1.7)];
            record.truncate(figures.len());
            for (part, (held, value, reach)) in record.iter_mut().zip(figures) {
                (part.held, part.sharpe) = (held, sharpe(value, reach));
                part.sharpe_arithmetic = Some(2.30);
            }
        }
        let split = years.clone();
        let table = year_records(&Subject::new(&experiment), &split).unwrap();
        let cells = |row: usize| -> Vec<(&str, &str)> {
            let cells = table.rows[row].cells.iter().skip(1).step_by(3);
            cells.map(|cell| (&*cell.text, &*cell.minor)).collect()
        };
        let records = table.rows[0].cells.len() / 3;
        let few = (fewest - 1).to_string();
        let year = fewest.to_string();
        for (row, cell) in
            [("n/a", "16"), ("n/a", &*few), ("2.22 / 2.30", &*year)].iter().enumerate()
        {
            assert_eq!(cells(row), vec![*cell; records], "row {row}");
        }
        assert!(table.note.contains("reach 1.7 to either side"), "{}", table.note);
    }

    #[test]
    fn every_model_has_a_dot_in_every_period() {
        let mut experiment = stored::plain();
        let split = experiment.results.periods[1].clone();
        let subject = Subject::new(&experiment);
        let svg = figure(&subject, &split, FIVE_YEARS).svg;
        assert_eq!(svg.matches("<circle").count(), split.parts.len() * subject.models.len());
        let systems = stored::systems();
        let split = &systems.results.periods[1];
        let subject = Subject::new(&systems);
        let drawn = figure(&subject, split, FIVE_YEARS);
        let models = subject.models.len() + subject.aware.len();
        assert!(subject.aware.len() > 1 && drawn.key.len() == models.min(MOST_MODELS));
        for system in subject.aware.iter().take(MOST_MODELS - 1) {
            let mark = format!("class=\"mark {}\"", system.class());
            assert_eq!(drawn.svg.matches(&mark).count(), split.parts.len(), "{}", system.name);
        }
        experiment.results.periods.clear();
        assert!(blocks(&Subject::new(&experiment), false).is_empty());
    }
}
