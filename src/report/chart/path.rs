//! Lines over a penalty, from the strongest to the weakest.

use plotters::style::text_anchor::{HPos, VPos};

use super::backend::{Canvas, Drawn, certain, pixels};
use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::path_data::tenths_text;
use super::scale::{Scale, is_shown};
use super::{PathChart, decimate, line};
use crate::base::units::{format, math};

/// A labelled horizontal position.
pub(super) type Tick = (f64, String);

/// Draws lines over a logarithmic axis that falls from left to right as one `<svg>` element.
///
/// Positions that are not positive have no place and interrupt a line.
pub(crate) fn path_chart(chart: &PathChart) -> String {
    let size = Size::of(chart.aspect);
    let top = frame::top_room(size, chart.axis.label);
    let x_label_room = if chart.x_label.is_empty() { 0.0 } else { size.line() + 6.0 };
    let bottom = size.line() + 8.0 + x_label_room;
    let values = chart.lines.iter().flat_map(|line| line.values.iter().copied());
    let target = Size::y_ticks(size.height - top - bottom);
    let xs: Vec<Vec<f64>> = chart.positions.iter().map(|line| falling(line)).collect();
    let (Some(scale), Some(span)) = (Scale::fit(&chart.axis, values, target), span(&xs)) else {
        return frame::no_data(&chart.words, size, "path");
    };
    let mut labels: Vec<String> = chart.lines.iter().map(|line| line.label.to_owned()).collect();
    let right = frame::label_room(size, &mut labels);
    let margins = Margins { left: frame::tick_room(size, &scale), top, right, bottom };
    let slots = ((size.width - margins.left - right) / (size.font * 4.0)) as usize;

    let names = chart.lines.iter().map(|line| line.label).collect();
    let mut canvas = Canvas::new(size.width, size.height, names);
    let frame = certain(Frame::new(&mut canvas, size, margins, span, &scale));
    let edges = frame.edges();
    certain(draw(frame, chart, &xs, &scale, &ticks(span, slots.max(2)), labels));
    let plot = edges.map(tenths_text).join(" ");
    canvas.document(&chart.words, &format!("{} path", size.class), &[("data-plot", plot)])
}

/// Horizontal coordinates: minus the common logarithm, so that they rise to the right.
fn falling(positions: &[f64]) -> Vec<f64> {
    let at = |&x: &f64| if is_shown(x, true) { -math::log10(x) } else { f64::NAN };
    positions.iter().map(at).collect()
}

fn span(xs: &[Vec<f64>]) -> Option<(f64, f64)> {
    let finite = || xs.iter().flatten().copied().filter(|x| x.is_finite());
    let (low, high) =
        (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    match (low <= high, high - low > 1e-6) {
        (false, _) => None,
        (true, true) => Some((low, high)),
        (true, false) => Some((low - 0.5, high + 0.5)),
    }
}

/// Powers of ten; a few plain numbers where the span has less than two of them.
pub(super) fn ticks((first, last): (f64, f64), slots: usize) -> Vec<Tick> {
    let (first_power, last_power) =
        (libm::ceil(first - 1e-9) as i32, libm::floor(last + 1e-9) as i32);
    if last_power > first_power {
        let stride = ((last_power - first_power) as usize / slots + 1) as i32;
        return (first_power..=last_power)
            .filter(|power| power.rem_euclid(stride) == 0)
            .map(|power| (f64::from(power), power_of_ten(-power)))
            .collect();
    }
    let count = slots.min(3);
    (0..count)
        .map(|k| first + (last - first) * k as f64 / (count - 1).max(1) as f64)
        .map(|at| (at, format::significant(Some(math::pow(10.0, -at)))))
        .collect()
}

/// "10⁻³".
fn power_of_ten(exponent: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = exponent
        .to_string()
        .chars()
        .map(|c| match c.to_digit(10) {
            Some(digit) => DIGITS[digit as usize],
            None => '⁻',
        })
        .collect::<String>();
    format!("10{raised}")
}

fn draw(
    mut frame: Frame,
    chart: &PathChart,
    xs: &[Vec<f64>],
    scale: &Scale,
    ticks: &[Tick],
    labels: Vec<String>,
) -> Drawn<()> {
    frame.vertical_axis(scale, chart.axis.label)?;
    let columns: Vec<(f64, &str)> = ticks.iter().map(|(at, label)| (*at, label.as_str())).collect();
    frame.horizontal_axis(&columns)?;
    let [_, _, right, bottom] = frame.edges();
    let under = (right, bottom + pixels(frame.size().line() + 12.0));
    frame.write(Paint::Label, chart.x_label, under, (HPos::Right, VPos::Top))?;

    let budget = decimate::budget(line::paths(&chart.lines));
    let empty: &[f64] = &[];
    let drawn: Vec<_> = chart
        .lines
        .iter()
        .enumerate()
        .map(|(at, each)| {
            line::points(each, xs.get(at).map_or(empty, Vec::as_slice), scale, budget)
        })
        .collect();
    for (each, runs) in chart.lines.iter().zip(&drawn).filter(|(each, _)| each.fill) {
        line::area(&mut frame, each, runs, scale, chart.axis.baseline)?;
    }
    frame.baseline(scale, chart.axis.baseline)?;
    for (series, (each, runs)) in chart.lines.iter().zip(&drawn).enumerate() {
        line::stroke(&mut frame, each, runs, series)?;
    }
    for &(number, at) in &chart.marks {
        let Some(each) = chart.lines.get(number) else { continue };
        let x = xs.get(number).and_then(|xs| xs.get(at)).copied().filter(|x| x.is_finite());
        let y = each.values.get(at).and_then(|&value| scale.place(value));
        if let (Some(x), Some(y)) = (x, y) {
            frame.circle(Paint::Mark(each.role), frame.pixel(x, y), 4.0)?;
        }
    }
    let ends = line::ends(&frame, &chart.lines, labels, &drawn);
    frame.end_labels(&ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(first: f64, last: f64) -> Vec<String> {
        ticks((first, last), 8).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn penalties_fall_in_powers_of_ten() {
        assert_eq!(labels(-1.0, 3.0), ["10¹", "10⁰", "10⁻¹", "10⁻²", "10⁻³"]);
        assert_eq!(falling(&[100.0, 0.1]), [-2.0, 1.0]);
        assert!(falling(&[0.0, -1.0, f64::NAN]).iter().all(|x| x.is_nan()));
    }

    #[test]
    fn a_narrow_span_is_labelled_in_plain_numbers() {
        assert_eq!(labels(0.1, 0.9), ["0.794", "0.316", "0.126"]);
    }
}
