//! Whether strong forecasts are followed by strong returns: the forecasts in ten parts by size.

use crate::base::units::format;
use crate::report::chart::{self, DotChart, Unit};
use crate::report::site::kit::figures::{WIDE, dots, words, zero_axis};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Figure, Of, Table};
use crate::results::{CalibrationBin, value};

/// Chart and table of the model that speaks, which open on demand; `None` without forecasts enough.
pub(crate) fn block(subject: &Subject<'_>) -> Option<Block> {
    let lead = subject.lead()?;
    let bins = &lead.summary.calibration;
    if bins.len() < 2 {
        return None;
    }
    let blocks = vec![Block::Figure(figure(lead, bins)), Block::Table(table(lead, bins))];
    Some(Block::details("Are strong forecasts right? Returns by the size of the forecast", blocks))
}

fn figure(model: &Model<'_>, bins: &[CalibrationBin]) -> Figure {
    let labels: Vec<String> = bins.iter().map(|bin| bin.decile.to_string()).collect();
    let show = |value: Option<f64>| format::percent(value, 3);
    let ends = [bins.first(), bins.last()].map(|bin| bin.and_then(|bin| value(bin.outcome)));
    let seen = format!(
        "After the lowest forecasts of {} the mean return was {} against the mean of past returns, \
         after the highest {}.",
        model.in_words(),
        show(ends[0]),
        show(ends[1])
    );
    let chart = DotChart {
        words: words("calibration", "Mean return after forecasts of each size", &seen),
        slots: labels.iter().map(String::as_str).collect(),
        series: vec![dots(model.role, bins.iter().map(|bin| bin.outcome))],
        axis: zero_axis("Return less the mean", Unit::Percent(1)),
        size: WIDE,
    };
    let caption = "From the lowest tenth of the forecasts to the highest. Forecasts that are right \
                   rise from left to right.";
    Figure::new(
        &chart.words,
        chart::dot_chart(&chart),
        caption,
        vec![model.swatch()],
        "forecasts.csv",
    )
}

fn table(model: &Model<'_>, bins: &[CalibrationBin]) -> Table {
    let entries: Vec<(String, String, &CalibrationBin)> =
        bins.iter().map(|bin| (String::new(), bin.decile.to_string(), bin)).collect();
    let columns: [Of<'_, &CalibrationBin>; 4] = [
        ("Forecasts", "", &|bin| Cell::count(bin.rows)),
        ("Forecast", "less the mean", &|bin| Cell::percent(bin.forecast, 3)),
        ("Return", "less the mean, 90 % interval", &|bin| Cell::percents(bin.outcome, 3)),
        ("R²", "share of the whole", &|bin| Cell::percent(bin.r2, 2)),
    ];
    let caption = format!("Forecasts of {} in ten parts by size", model.in_words());
    let note = "The parts of R² add up to that of all forecasts.";
    Table::of(caption, "narrow", &entries, "Tenth", &columns).note(note, "calibration-of-forecasts")
}
