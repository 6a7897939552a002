//! What trading costs make of the track record.

use crate::base::units::format;
use crate::report::chart::{self, Crossing, QuantityBand, QuantityChart, Size, Unit};
use crate::report::site::kit::about::About;
use crate::report::site::kit::figures::{line_of, words, zero_axis};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Figure};
use crate::report::site::kit::wording;
use crate::results::{Interval, interval, value};

/// The chart, which opens on demand; nothing where it is the key chart.
pub(crate) fn block(subject: &Subject<'_>) -> Option<Block> {
    if subject.about == About::Costs {
        return None;
    }
    let figure = figure(subject, Size::Wide)?;
    Some(Block::details("What trading costs make of it", vec![Block::Figure(figure)]))
}

/// The Sharpe ratio of the lead under the headline rule over the cost of a trade; `None` without a
/// track record.
pub(crate) fn figure(subject: &Subject<'_>, size: Size) -> Option<Figure> {
    let lead = subject.lead()?;
    let rule = subject.headline_rule()?;
    let metrics = subject.headline(lead)?;
    let curve = &lead.summary.cost_curve;
    let costs: Vec<f64> = curve.iter().map(|point| point.trade_bps).collect();
    if costs.len() < 2 {
        return None;
    }
    let of = |model: &Model<'_>| -> Vec<f64> {
        let points = model.summary.cost_curve.iter();
        points.map(|point| value(point.sharpe).unwrap_or(f64::NAN)).collect()
    };
    let models: Vec<(&Model<'_>, Vec<f64>)> = subject
        .everyone()
        .filter(|model| {
            model.summary.cost_curve.iter().map(|point| point.trade_bps).eq(costs.iter().copied())
        })
        .map(|model| (model, of(model)))
        .collect();
    let end = |of: fn(Interval) -> f64| -> Vec<f64> {
        let ends = curve.iter().map(|point| interval(point.sharpe).map_or(f64::NAN, of));
        ends.collect()
    };
    let (lower, upper) = (end(|interval| interval.low), end(|interval| interval.high));
    let even = metrics.break_even_cost_over_mean_bps;
    let at = even.and_then(|cost| Some((cost, between(&costs, &models.first()?.1, cost)?)));
    let text = even.map(|cost| format!("break-even {} bp", format::decimal(Some(cost), 1)));
    let crossings = match (&at, &text) {
        (Some((at, value)), Some(text)) => vec![Crossing { at: *at, value: *value, text }],
        _ => Vec::new(),
    };
    let title = match even {
        Some(cost) => format!(
            "It breaks even at {} bp: Sharpe ratio over the cost of a trade",
            format::decimal(Some(cost), 1)
        ),
        None => "Sharpe ratio over the cost of a trade".to_owned(),
    };
    let ends = models.first().map(|(_, values)| {
        let show = |value: Option<&f64>| format::decimal(value.copied(), 2);
        format!(
            "Sharpe ratio of {} {} without costs, {} at {} bp.",
            lead.in_words(),
            show(values.first()),
            show(values.last()),
            format::decimal(costs.last().copied(), 0)
        )
    });
    let ends = ends.unwrap_or_default();
    let chart = QuantityChart {
        words: words("costs", &title, &ends),
        x: &costs,
        x_label: "Cost of a trade, basis points",
        x_unit: Unit::Decimal(0),
        lines: models.iter().map(|(model, values)| line_of(model, &model.short, values)).collect(),
        intervals: vec![QuantityBand { role: lead.role, lower: &lower, upper: &upper }],
        crossings,
        axis: zero_axis("Sharpe ratio", Unit::Decimal(1)),
        size,
    };
    let caption = format!(
        "{} sizing, run again at each cost. The area is the 90 % interval of {}; the mark is where \
         trading earns no more than always holding the mean of its positions.",
        format::upper_first(&wording::sizing(rule)),
        lead.in_words()
    );
    let key = models.iter().map(|(model, _)| model.swatch()).collect();
    Some(Figure::new(&chart.words, chart::quantity_chart(&chart), caption, key, "results.json"))
}

/// The value of a curve at a place between its points.
fn between(xs: &[f64], values: &[f64], at: f64) -> Option<f64> {
    let right = xs.iter().position(|x| *x >= at)?;
    if right == 0 {
        return values.first().copied();
    }
    let (x0, x1, y0, y1) = (xs[right - 1], xs[right], values[right - 1], values[right]);
    Some(y0 + (y1 - y0) * (at - x0) / (x1 - x0))
}
