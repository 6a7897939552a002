//! The labels of lines at their ends, right of the plot.

use super::backend::{SCALE, units};
use super::frame::{Anchor, Frame, MIDDLE};
use super::gutters::{LEADING, LETTER};
use super::paint::{Paint, role_class};
use super::{Role, labels};

/// Pixels between the plot and the labels.
pub(super) const GAP: f64 = 11.0;

/// A direct label: its lines of text, whose it is, and where its line ends.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub lines: Vec<String>,
    pub role: Role,
    pub at: (i32, i32),
}

impl Frame {
    /// Direct labels right of the plot, spread vertically.
    pub(super) fn end_labels(&self, ends: &[End]) {
        let (right, bottom) = self.edges;
        let wanted: Vec<f64> = ends.iter().map(|end| f64::from(end.at.1) / SCALE).collect();
        let heights: Vec<f64> = ends.iter().map(|end| LEADING * end.lines.len() as f64).collect();
        // A little may stand above and below the plot.
        let bounds = (-LETTER, f64::from(bottom) / SCALE + LETTER * 0.7);
        let placed = labels::spread(&wanted, &heights, bounds);
        let placed = || ends.iter().zip(placed.iter().map(|at| units(*at)));
        // From the end to the edge in the plot, from there to a label that had to move beside it.
        for (end, _) in placed().filter(|(end, _)| right - end.at.0 > self.across_units(8.0)) {
            let from = (end.at.0 + self.across_units(2.0), end.at.1);
            self.stroke(Paint::Leader(end.role), [from, (right, end.at.1)]);
        }
        let leaders: Vec<String> = placed()
            .filter(|(end, at)| (at - end.at.1).abs() > units(3.0))
            .map(|(end, at)| {
                let class = role_class(end.role);
                let (from, to) = (end.at.1, at - end.at.1);
                format!("<path class=\"lead {class}\" d=\"M2 {from}l7 {to}\"/>")
            })
            .collect();
        if !leaders.is_empty() {
            let leaders = leaders.concat();
            self.over(&format!(
                "<svg class=\"leads\" x=\"100%\" width=\"10\" height=\"100%\" \
                 viewBox=\"0 0 10 {bottom}\" preserveAspectRatio=\"none\">{leaders}</svg>"
            ));
        }
        for (end, at) in placed() {
            let class = format!("end {}", role_class(end.role));
            let first = MIDDLE - 1.2 * (end.lines.len() as f64 - 1.0) / 2.0;
            for (number, line) in end.lines.iter().enumerate() {
                let drop = first + 1.2 * number as f64;
                self.write(&class, line, (right, at), (GAP, drop), Anchor::Start);
            }
        }
    }
}
