//! The record by five years, by calendar year and by volatility tercile: charts and tables.

use crate::base::units::format;
use crate::report::chart::{self, DotChart, DotSeries, Unit, Words};
use crate::report::site::kit::figures::{WIDE, zero_axis};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Column, Figure, Row, Table, columns};
use crate::report::site::kit::wording::{self, title};
use crate::report::site::sections::by_state::{self, Parts};
use crate::results::{
    ForecastMetrics, PartMetrics, PartitionKind, PartitionSummary, interval, names, value,
};

/// Everything the section says of periods and of volatility; empty for an experiment without them.
pub(crate) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let split =
        |kind: PartitionKind| subject.results.periods.iter().find(|split| split.kind == kind);
    let mut blocks = Vec::new();
    let (years, five_years) = (split(PartitionKind::Year), split(PartitionKind::FiveYears));
    if years.is_some() || five_years.is_some() {
        blocks.push(Block::Heading { text: "By calendar".to_owned() });
        blocks.push(Block::Text { text: CALENDAR.to_owned() });
    }
    if let Some(split) = five_years {
        let parts = Parts::of_partition("period", split);
        blocks.push(Block::Figure(figure(subject, split, &FIVE_YEARS)));
        blocks.push(Block::Details {
            summary: "Forecasts and track records, by five years".to_owned(),
            blocks: tables(subject, &parts).map(Block::Table).into(),
        });
    }
    if let Some(split) = years {
        let tables = [year_forecasts(subject, split), year_records(subject, split)];
        blocks.push(Block::Details {
            summary: format!("All {} calendar years", split.parts.len()),
            blocks: tables.into_iter().flatten().map(Block::Table).collect(),
        });
    }
    if let Some(split) = split(PartitionKind::VolatilityTercile) {
        let parts = Parts::of_partition("tercile", split);
        blocks.push(Block::Heading { text: "By volatility".to_owned() });
        blocks.push(Block::Text { text: volatility(subject) });
        blocks.push(Block::Figure(figure(subject, split, &TERCILES)));
        blocks.push(Block::Details {
            summary: "Forecasts and track records, by volatility".to_owned(),
            blocks: tables(subject, &parts).map(Block::Table).into(),
        });
    }
    blocks
}

fn tables(subject: &Subject<'_>, parts: &Parts<'_>) -> [Table; 2] {
    [by_state::forecasts(subject, parts), by_state::strategies(subject, parts)]
}

/// What is said before the periods.
const CALENDAR: &str = "Forecasts are judged by blocks of five years: the R² of a single year has \
                        an interval of several percent. Track records are read by calendar year. \
                        The first and the last period hold the days that there are.";

/// What is said before the terciles.
fn volatility(subject: &Subject<'_>) -> String {
    format!(
        "A forecast is filed by the volatility of {} over the 21 days up to the close on which it \
         was made: in the lowest, middle or highest third of all such volatilities up to that \
         close. The cuts move with the past, so the thirds hold different numbers of days. Thirds \
         of all days, known only in hindsight, are used nowhere but in the repaint of a volatility \
         detector.",
        subject.results.data.target
    )
}

/// The words of a chart of R2 by part.
struct Captions {
    id: &'static str,
    title: &'static str,
    description: &'static str,
    caption: &'static str,
}

const FIVE_YEARS: Captions = Captions {
    id: "five-years",
    title: "Out-of-sample R², by five years",
    description: "Out-of-sample R² of each model in each block of five calendar years, with its \
                  90 % interval.",
    caption: "A dot is the R² of one model over the period, the line its 90 % interval. A signal \
              that lasts stays above zero; one that was found in one period does not come back.",
};

const TERCILES: Captions = Captions {
    id: "volatility-tercile",
    title: "Out-of-sample R², by volatility at the decision",
    description: "Out-of-sample R² of each model on days decided in low, middle and high \
                  volatility, with its 90 % interval.",
    caption: "Errors are largest where volatility is, so that the highest third weighs most in \
              the R² of all days.",
};

fn figure(subject: &Subject<'_>, split: &PartitionSummary, words: &Captions) -> Figure {
    let id = words.id;
    let series = subject
        .models
        .iter()
        .filter_map(|model| {
            let forecast = split.forecast.get(model.name)?;
            Some(DotSeries {
                role: model.role,
                values: forecast
                    .iter()
                    .map(|part| value(part.oos_r2).unwrap_or(f64::NAN))
                    .collect(),
                intervals: forecast
                    .iter()
                    .map(|part| interval(part.oos_r2).map(<[f64; 2]>::from))
                    .collect(),
            })
        })
        .collect();
    let svg = chart::dot_chart(&DotChart {
        words: Words {
            id: &format!("r2-{id}"),
            title: words.title,
            description: words.description,
        },
        slots: split.parts.iter().map(|part| part.label.as_str()).collect(),
        series,
        axis: zero_axis("R² against the prevailing mean", Unit::Percent(1)),
        aspect: WIDE,
    });
    Figure {
        id: format!("figure-r2-{id}"),
        title: words.title.to_owned(),
        svg,
        caption: words.caption.to_owned(),
        key: subject.model_key(),
        data: None,
    }
}

/// Years in rows, plain models in columns: the figures of the forecasts. `None` without models.
fn year_forecasts(subject: &Subject<'_>, split: &PartitionSummary) -> Option<Table> {
    let by_model: Vec<(&Model<'_>, &Vec<ForecastMetrics>)> = subject
        .models
        .iter()
        .filter_map(|model| Some((model, split.forecast.get(model.name)?)))
        .collect();
    if by_model.is_empty() {
        return None;
    }
    let mut heads = columns(&[("Year", ""), ("Forecasts", "days")]);
    for (model, _) in &by_model {
        heads.push(column("R²", &model.short));
        heads.push(column("p", "Clark–West"));
        heads.push(column("Hit rate", "right signs"));
    }
    let cells = |year: usize| {
        let days = Cell::new(format::count(split.parts[year].rows));
        let figures = by_model.iter().filter_map(move |(_, years)| years.get(year));
        let cells = figures.flat_map(|year| {
            [
                Cell::new(format::percent(value(year.oos_r2), 2)),
                Cell::new(format::p_value(year.clark_west_p)),
                Cell::new(format::percent(year.hit_rate, 1)),
            ]
        });
        std::iter::once(days).chain(cells).collect()
    };
    Some(Table {
        caption: "Forecasts, by calendar year".to_owned(),
        class: "",
        sortable: true,
        columns: heads,
        rows: year_rows(split, cells),
        note: format!(
            "{} tests on about 250 days each: far too few to tell a daily signal from luck. Read \
             the signs, not the sizes.",
            format::count(split.parts.len() * by_model.len())
        ),
        methods: "forecast-metrics",
    })
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
        split.strategies.get("buy_and_hold").map(|years| (title("buy_and_hold"), years));
    let records: Vec<(String, &Vec<PartMetrics>)> = of_models.chain(of_target).collect();
    if records.is_empty() {
        return None;
    }
    let mut heads = columns(&[("Year", "")]);
    for (name, _) in &records {
        heads.push(column("Return", name));
        heads.push(column("Sharpe", "a year"));
        heads.push(column("Drawdown", "within the year"));
    }
    let cells = |year: usize| {
        let figures = records.iter().filter_map(|(_, years)| years.get(year));
        let cells = figures.flat_map(|year| {
            [
                Cell::new(format::percent(year.total_return, 1)),
                Cell::new(format::decimal(value(year.sharpe), 2)),
                Cell::new(format::percent(year.max_drawdown, 1)),
            ]
        });
        cells.collect()
    };
    Some(Table {
        caption: format!("Track records, by calendar year, {} sizing", wording::sizing(rule)),
        class: "",
        sortable: true,
        columns: heads,
        rows: year_rows(split, cells),
        note:
            "After costs. The 90 % interval of the Sharpe ratio of one year reaches about 1.6 to \
               either side."
                .to_owned(),
        methods: "strategy-metrics",
    })
}

fn column(text: &str, minor: &str) -> Column {
    Column { text: text.to_owned(), minor: minor.to_owned() }
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

    #[test]
    fn every_model_has_a_dot_in_every_period() {
        let mut experiment = stored::plain();
        let split = experiment.results.periods[1].clone();
        let subject = Subject::new(&experiment);
        let svg = figure(&subject, &split, &FIVE_YEARS).svg;
        assert_eq!(svg.matches("<circle").count(), split.parts.len() * subject.models.len());
        experiment.results.periods.clear();
        assert!(blocks(&Subject::new(&experiment)).is_empty());
    }
}
