//! Lines that cannot be told apart, which are drawn once and named as one.

use super::Line;
use super::scale::{Scale, is_shown};
use crate::base::units::format;

/// Lines nowhere further apart than this, in pixels, are one to the eye.
const APART: f64 = 1.0;

/// A line that is drawn, with its label: that of all lines that look like it.
#[derive(Debug)]
pub(super) struct Shown {
    /// Its number in the chart.
    pub number: usize,
    pub label: String,
    /// Whether it lies on an earlier one, which has to show through it.
    pub is_over: bool,
}

/// The lines that are drawn, in order, in a plot of some height in pixels.
pub(super) fn shown(lines: &[Line], scale: &Scale, height: f64) -> Vec<Shown> {
    shown_along(lines, |_, _| true, scale, height)
}

/// The same for lines over positions of their own; `along` says which two have the same.
pub(super) fn shown_along(
    lines: &[Line],
    along: impl Fn(usize, usize) -> bool,
    scale: &Scale,
    height: f64,
) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let label = line.label.to_owned();
        let like = shown.iter_mut().find(|earlier| {
            if earlier.is_over {
                return false;
            }
            if !along(earlier.number, number) {
                return false;
            }
            let earlier = &lines[earlier.number];
            // A label is not given to context that has none.
            earlier.label.is_empty() == label.is_empty()
                && (earlier.fill, earlier.step) == (line.fill, line.step)
                && coincide(earlier, line, scale, height)
        });
        match like {
            Some(earlier) if !label.is_empty() => {
                earlier.label += &format!(" = {}", within(&label));
            }
            // Without names both are drawn, and both colours seen.
            Some(_) => shown.push(Shown { number, label, is_over: true }),
            None => shown.push(Shown { number, label, is_over: false }),
        }
    }
    shown
}

fn coincide(a: &Line, b: &Line, scale: &Scale, height: f64) -> bool {
    if a.values.len() != b.values.len() || a.values.is_empty() {
        return false;
    }
    let pixel = height / (scale.high - scale.low);
    let place = |value: f64| {
        is_shown(value, scale.log).then(|| scale.place(value)).flatten().map(|at| at * pixel)
    };
    let mut any = false;
    let near = a.values.iter().zip(b.values).all(|(&a, &b)| match (place(a), place(b)) {
        (Some(a), Some(b)) => {
            any = true;
            (a - b).abs() < APART
        }
        (None, None) => true,
        _ => false,
    });
    any && near
}

/// A label within a name: small at its beginning, unless it is an abbreviation.
fn within(label: &str) -> String {
    let is_word = label.chars().nth(1).is_some_and(char::is_lowercase);
    if is_word { format::lower_first(label) } else { label.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::{Axis, Role, Unit};

    #[test]
    fn lines_below_a_pixel_apart_are_one() {
        let (a, b, c) = ([0.0, 1.0, f64::NAN], [0.001, 1.0, f64::NAN], [0.0, 0.5, f64::NAN]);
        let line = |label, values| Line::new(label, Role::Main, values);
        let unit = Unit::Decimal(1);
        let axis = Axis { label: "", unit, log: false, range: None, baseline: None };
        let scale = Scale::fit(&axis, a.iter().copied(), 4).unwrap_or_default();
        let labels = |lines: &[Line]| -> Vec<String> {
            shown(lines, &scale, 100.0).into_iter().map(|line| line.label).collect()
        };
        let three = [line("Lasso", &a), line("Elastic net", &b), line("Ridge", &c)];
        assert_eq!(labels(&three), ["Lasso = elastic net", "Ridge"]);
        assert_eq!(labels(&[line("SPY", &a), line("XLE", &b)]), ["SPY = XLE"]);
        let unnamed = shown(&[line("", &a), line("", &b), line("", &c)], &scale, 100.0);
        assert_eq!(
            unnamed.iter().map(|each| each.is_over).collect::<Vec<_>>(),
            [false, true, false]
        );
        assert_eq!(labels(&[line("", &a), line("SPY", &b)]), ["", "SPY"]);
        assert_eq!(labels(&[line("A", &[f64::NAN; 3]), line("B", &[f64::NAN; 3])]), ["A", "B"]);
    }
}
