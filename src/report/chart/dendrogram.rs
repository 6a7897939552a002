//! A heat map with the tree of its rows.

use super::ClusteredMap;
use super::backend::units;
use super::frame::{Anchor, Frame, Plot};
use super::gutters::{Gutters, LETTER};
use super::heat::{Grid, heat_map, is_drawable};
use super::paint::Paint;

/// Letters that the tree takes with the gap to the labels, and its width in pixels.
const LETTERS: u8 = 9;
const WIDTH: f64 = 100.0;

/// Draws a matrix of values in `[-1, 1]` with the dendrogram of its rows as one `<svg>` element:
/// the leaves stand beside the rows' labels, the root at the left edge. A phone has no room for the
/// tree.
///
/// Without joins it is the heat map alone. A join of branches that do not exist is left out.
pub(crate) fn clustered_map(chart: &ClusteredMap) -> String {
    if chart.joins.is_empty() || !is_drawable(&chart.map) {
        return heat_map(&chart.map);
    }
    let grid = Grid::of(&chart.map, LETTERS);
    let frame = &grid.frame;
    let rows = Plot::rows(frame.plot.height, Gutters::default());
    let plot = Plot { width: WIDTH, across: units(WIDTH), ..rows };
    let beside = Frame::plain(plot, Gutters::default());
    let left = f64::from(frame.gutters.left) * LETTER;
    let tallest = chart.joins.iter().map(|join| join.height).fold(0.0, f64::max);
    // A tree of distances that are all zero is a comb.
    let unit = if tallest > 0.0 { (WIDTH - 2.0) / tallest } else { 0.0 };
    let across = |height: f64| WIDTH - height.max(0.0) * unit;
    let bottom = grid.row(chart.map.rows.len() - 1);
    for &(height, label) in chart.ticks.iter().filter(|(height, _)| *height <= tallest) {
        let x = units(across(height));
        beside.stroke(Paint::Group("grid"), [(x, 0), (x, bottom)]);
        frame.write("x broad", label, (0, 0), (across(height) - left, -0.6), Anchor::Start);
    }
    // Where each branch ends: its column and the middle of its rows.
    let leaves = 0..chart.map.rows.len();
    let mut ends: Vec<(i32, i32)> = leaves.map(|row| (units(WIDTH), grid.row(row))).collect();
    for join in &chart.joins {
        let (Some(&a), Some(&b)) = (ends.get(join.a), ends.get(join.b)) else { continue };
        let x = units(across(join.height));
        beside.stroke(Paint::Group("branch"), [a, (x, a.1), (x, b.1), b]);
        ends.push((x, (a.1 + b.1) / 2));
    }
    frame.over(&beside.fragment("tree broad", -left));
    grid.document(&chart.map)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::report::chart::well_formed::assert_well_formed;
    use crate::report::chart::{HeatMap, Join, Words};

    fn chart(joins: Vec<Join>) -> ClusteredMap<'static> {
        ClusteredMap {
            map: HeatMap {
                words: Words { id: "m", title: "T", description: "D" },
                rows: vec!["a", "b", "c"],
                columns: vec!["a", "b", "c"],
                values: vec![vec![1.0, 0.8, 0.1], vec![0.8, 1.0, 0.2], vec![0.1, 0.2, 1.0]],
            },
            joins,
            ticks: vec![(0.5, "0.5"), (9.0, "too far")],
        }
    }

    #[test]
    fn each_join_is_a_bracket_between_its_branches() {
        let joins = vec![Join { a: 0, b: 1, height: 0.3 }, Join { a: 2, b: 3, height: 0.6 }];
        let svg = clustered_map(&chart(joins));
        assert_well_formed(&svg);
        let tree = svg.split("<path class=\"branch\"").nth(1).and_then(|s| s.split("/>").next());
        assert_eq!(tree.unwrap().matches('M').count(), 2, "{tree:?}");
        assert!(svg.contains(">0.5<") && !svg.contains("too far"));
        let cells = svg.split("<path class=\"cell ").skip(1).filter_map(|s| s.split("/>").next());
        assert_eq!(cells.map(|path| path.matches('M').count()).sum::<usize>(), 9);
    }

    #[test]
    fn a_tree_that_does_not_fit_its_rows_breaks_nothing() {
        assert!(!clustered_map(&chart(Vec::new())).contains("tree"));
        let strange = Join { a: 0, b: 99, height: f64::NAN };
        let equal = Join { a: 0, b: 1, height: 0.0 };
        assert_well_formed(&clustered_map(&chart(vec![strange, equal])));
    }
}
