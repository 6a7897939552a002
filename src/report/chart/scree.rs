//! Ordered eigenvalues against chance.

use plotters::style::text_anchor::{HPos, VPos};

use super::backend::{Canvas, Drawn, SCALE, certain, pixels};
use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::scale::{self, Scale};
use super::{Axis, Role, ScreeChart, Unit, labels, text};

/// Share of a value's slot that its range under chance fills.
const RANGE_SHARE: f64 = 0.7;

/// Slots beyond which not every one has a number.
const NUMBERED: usize = 24;

/// Draws ordered values as points on a logarithmic axis as one `<svg>` element: the range of each
/// under chance as a block behind it, references across, values beside the points that stand out.
///
/// A value that is not positive is left out.
pub(crate) fn scree_chart(chart: &ScreeChart) -> String {
    let axis = Axis {
        label: chart.label,
        unit: Unit::Decimal(1),
        log: true,
        range: None,
        baseline: Some(1.0),
    };
    let size = Size::of(chart.aspect);
    let values = chart
        .values
        .iter()
        .chain(chart.chance.iter().flatten())
        .chain(chart.references.iter().map(|(value, _)| value))
        .copied();
    let drawable = chart.values.iter().any(|&value| scale::is_shown(value, true));
    let Some(scale) = Scale::fit(&axis, values, 5).filter(|_| drawable) else {
        return frame::no_data(&chart.words, size, "scree");
    };
    // Room for the value over the first point.
    let scale = scale.widened(0.02, (size.line() + 8.0) / size.height);
    let widest =
        chart.references.iter().map(|(_, label)| text::width(label, size.font)).fold(0.0, f64::max);
    let margins = Margins {
        left: frame::tick_room(size, &scale),
        top: frame::top_room(size, chart.label),
        right: if widest > 0.0 { (widest + 8.0).min(size.width * 0.34) } else { 14.0 },
        bottom: size.line() + 8.0,
    };
    let mut canvas = Canvas::new(size.width, size.height, Vec::new());
    let span = (0.0, chart.values.len() as f64);
    let frame = certain(Frame::new(&mut canvas, size, margins, span, &scale));
    certain(draw(&frame, chart, &scale));
    drop(frame);
    canvas.document(&chart.words, &format!("{} scree", size.class), &[])
}

fn draw(frame: &Frame, chart: &ScreeChart, scale: &Scale) -> Drawn<()> {
    frame.vertical_axis(scale, chart.label)?;
    let numbers: Vec<String> = (1..=chart.values.len()).map(|number| number.to_string()).collect();
    let every = chart.values.len().div_ceil(NUMBERED).max(1);
    let ticks: Vec<(f64, &str)> = numbers
        .iter()
        .enumerate()
        .step_by(every)
        .map(|(at, number)| (at as f64 + 0.5, number.as_str()))
        .collect();
    frame.horizontal_axis(&ticks)?;
    for (at, [low, high]) in chart.chance.iter().enumerate().take(chart.values.len()) {
        let (Some(low), Some(high)) = (scale.place(*low), scale.place(*high)) else { continue };
        let half = RANGE_SHARE / 2.0;
        let from = frame.pixel(at as f64 + 0.5 - half, high);
        let to = frame.pixel(at as f64 + 0.5 + half, low);
        frame.rectangle(Paint::Bar(Role::Faint), from, (to.0, to.1.max(from.1 + pixels(1.5))))?;
    }
    references(frame, chart, scale)?;
    let points = || {
        let placed = chart.values.iter().map(|&value| scale.place(value));
        placed
            .enumerate()
            .filter_map(|(at, place)| place.map(|place| (at, frame.pixel(at as f64 + 0.5, place))))
    };
    for (at, centre) in points() {
        let role = if at < chart.outstanding { Role::Main } else { Role::Benchmark };
        frame.circle(Paint::Mark(role), centre, 4.5)?;
    }
    for (at, (x, y)) in points().filter(|(at, _)| *at < chart.outstanding) {
        let value = scale::reading(chart.values[at], Unit::Decimal(2));
        let above = (x, y - pixels(8.0));
        frame.write(Paint::Value, &value, above, (HPos::Center, VPos::Bottom))?;
    }
    Ok(())
}

/// Lines across, their labels at the right of the plot.
fn references(frame: &Frame, chart: &ScreeChart, scale: &Scale) -> Drawn<()> {
    let [left, top, right, bottom] = frame.edges();
    let placed: Vec<(i32, &str)> = chart
        .references
        .iter()
        .filter_map(|&(value, label)| Some((frame.pixel(0.0, scale.inside(value)?).1, label)))
        .collect();
    for &(y, _) in &placed {
        frame.stroke(Paint::Reference, [(left, y), (right, y)])?;
    }
    let wanted: Vec<f64> = placed.iter().map(|&(y, _)| f64::from(y)).collect();
    let gap = frame.size().line() * SCALE;
    let spread = labels::spread(&wanted, gap, (f64::from(top), f64::from(bottom)));
    for ((_, label), y) in placed.iter().zip(spread) {
        let at = (right + pixels(5.0), y.round() as i32);
        frame.write(Paint::ReferenceLabel, label, at, (HPos::Left, VPos::Center))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::Words;
    use crate::report::chart::well_formed::assert_well_formed;

    fn chart(values: &[f64]) -> ScreeChart<'_> {
        ScreeChart {
            words: Words { id: "s", title: "T", description: "D" },
            values,
            chance: vec![[0.9, 1.1]; values.len()],
            outstanding: 2,
            label: "Eigenvalue",
            references: vec![(1.1, "upper"), (0.9, "lower")],
            aspect: 2.4,
        }
    }

    #[test]
    fn only_values_that_stand_out_are_written() {
        let svg = scree_chart(&chart(&[5.0, 1.5, 0.8, 0.2, 0.0]));
        assert_well_formed(&svg);
        assert_eq!(svg.matches("<circle").count(), 4, "a value of zero has no logarithm");
        assert_eq!(svg.matches("class=\"mark ink\"").count(), 2);
        assert!(svg.contains(">5.00<") && svg.contains(">1.50<") && !svg.contains(">0.80<"));
        assert_eq!(svg.matches("class=\"bar faint\"").count(), 5);
    }

    #[test]
    fn nothing_to_draw_is_said() {
        assert!(scree_chart(&chart(&[])).contains("no data"));
        assert!(scree_chart(&chart(&[f64::NAN, -1.0])).contains("no data"));
    }
}
