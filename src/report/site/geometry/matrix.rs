//! The correlation matrix over the whole panel, in clustered order with its dendrogram.

use crate::base::units::format;
use crate::report::chart::{self, ClusteredMap, HeatMap, Join};
use crate::report::site::kit::figures::words;
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Figure, Section, when};
use crate::results::GeometrySummary;

/// Tickers drawn in a matrix or in small multiples.
pub(super) const MOST_TICKERS: usize = 24;

/// Correlations marked on a tree whose root is at a correlation above zero.
const MARKED: [(f64, &str); 4] = [(0.8, "0.8"), (0.6, "0.6"), (0.4, "0.4"), (0.2, "0.2")];

/// Correlations marked on a taller one.
const MARKED_FAR: [(f64, &str); 4] = [(0.5, "0.5"), (0.0, "0"), (-0.5, "−0.5"), (-1.0, "−1")];

pub(crate) fn section(subject: &Subject<'_>) -> Option<Section> {
    let figure = figure(subject)?;
    let note = "Average linkage on the distance √((1 − r)/2), over all days of the panel: it \
                looks back, and no model uses it.";
    let has_tree = subject.results.geometry.tickers.len() <= MOST_TICKERS;
    let tree = when(has_tree, "; the tree shows how closely");
    let lead = format!("Features that move alike stand side by side{tree}.");
    let blocks = vec![Block::Figure(figure), Block::note(note, "geometry")];
    Some(Section {
        id: "matrix",
        topic: "What moves together",
        title: finding(subject),
        lead,
        blocks,
    })
}

/// Which two features are most alike, and which one is least like the others.
fn finding(subject: &Subject<'_>) -> String {
    let geometry = &subject.results.geometry;
    let (tickers, r) = (&geometry.tickers, &geometry.correlation);
    let all = 0..tickers.len();
    let pairs = all.clone().flat_map(|i| (0..i).map(move |j| (j, i)));
    let closest = pairs.max_by(|a, b| r[a.0][a.1].total_cmp(&r[b.0][b.1]));
    let apart = all.min_by(|i, j| r[*i].iter().sum::<f64>().total_cmp(&r[*j].iter().sum::<f64>()));
    match (closest, apart) {
        (Some((i, j)), Some(apart)) => format!(
            "{} and {} move most alike ({}), {} least like the others",
            tickers[i],
            tickers[j],
            format::decimal(Some(r[i][j]), 2),
            tickers[apart]
        ),
        _ => "Correlations between the features".to_owned(),
    }
}

fn figure(subject: &Subject<'_>) -> Option<Figure> {
    let geometry = &subject.results.geometry;
    let p = geometry.tickers.len();
    let order = drawn(geometry);
    if order.len() < 2 {
        return None;
    }
    let target = subject.results.data.target.as_str();
    let rows: Vec<&str> = order.iter().map(|&i| geometry.tickers[i].as_str()).collect();
    let columns = rows.iter().copied().chain([target]).collect();
    let row = |&i: &usize| {
        let with_features = order.iter().map(|&j| geometry.correlation[i][j]);
        with_features.chain([geometry.target_correlation[i]]).collect()
    };
    let values = order.iter().map(row).collect();
    let joins = joins(geometry, &order);
    let root = joins.iter().map(|join| join.height).fold(0.0, f64::max);
    let marked = if root > 1.0 { MARKED_FAR } else { MARKED };
    let words = words(
        "correlations",
        "Correlations of daily returns, and how they cluster",
        "Pearson correlations between the features in clustered order, of each with the target in \
         the last column, and the tree of their clustering.",
    );
    let map = ClusteredMap {
        map: HeatMap { words, rows, columns, values },
        joins,
        ticks: marked.iter().map(|(r, label)| (1.0 - r, *label)).collect(),
    };
    let tree = when(
        order.len() == p,
        "Branches that join further right are more alike (marks: correlation). ",
    );
    let caption = format!(
        "{tree}{target} is in the last column. Mean correlation of features: {}. {}{}",
        format::decimal(geometry.mean_correlation, 2),
        nearest(geometry).unwrap_or_default(),
        left_out_of(order.len(), p),
    );
    let svg = chart::clustered_map(&map);
    Some(Figure::new(&map.map.words, svg, caption, Vec::new(), "results.json"))
}

/// That only some features are shown, where it is so.
pub(super) fn left_out_of(shown: usize, all: usize) -> String {
    match shown {
        some if some < all => format!(" {some} of {all} features are shown."),
        _ => String::new(),
    }
}

/// The merges with rows in place of tickers, their heights as one less the correlation, on which
/// the eye can read them; none where not all tickers have a row.
fn joins(geometry: &GeometrySummary, order: &[usize]) -> Vec<Join> {
    let p = geometry.tickers.len();
    if order.len() < p {
        return Vec::new();
    }
    let mut rows = vec![0; p];
    for (row, &ticker) in order.iter().enumerate() {
        rows[ticker] = row;
    }
    let end = |branch: usize| rows.get(branch).copied().unwrap_or(branch);
    let join = |merge: &crate::results::Merge| Join {
        a: end(merge.a),
        b: end(merge.b),
        // The linkage is by the distance `sqrt((1 - r) / 2)`.
        height: 2.0 * merge.height * merge.height,
    };
    geometry.linkage.iter().map(join).collect()
}

/// "XLI and XLY are nearest (0.81), XLE and XLU furthest apart (0.02)."
fn nearest(geometry: &GeometrySummary) -> Option<String> {
    let p = geometry.tickers.len();
    let pairs = || (0..p).flat_map(|i| (i + 1..p).map(move |j| (i, j)));
    let of = |(i, j): (usize, usize)| geometry.correlation[i][j];
    let near = pairs().max_by(|a, b| of(*a).total_cmp(&of(*b)))?;
    let far = pairs().min_by(|a, b| of(*a).total_cmp(&of(*b)))?;
    if near == far {
        return None;
    }
    let words =
        |(i, j): (usize, usize)| format!("{} and {}", geometry.tickers[i], geometry.tickers[j]);
    Some(format!(
        "{} are nearest ({}), {} furthest apart ({}).",
        words(near),
        format::decimal(Some(of(near)), 2),
        words(far),
        format::decimal(Some(of(far)), 2)
    ))
}

/// Positions of the tickers that are drawn in clustered order; as they come where the order is not
/// known.
pub(super) fn drawn(geometry: &GeometrySummary) -> Vec<usize> {
    let mut sorted = geometry.clustered_order.clone();
    sorted.sort_unstable();
    let mut order: Vec<usize> = (0..geometry.tickers.len()).collect();
    if sorted == order {
        order.clone_from(&geometry.clustered_order);
    }
    order.truncate(MOST_TICKERS);
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;
    use crate::results::Merge;

    #[test]
    fn branches_are_numbered_by_the_rows_of_the_map() {
        let mut geometry = stored::plain().results.geometry;
        geometry.tickers.truncate(3);
        geometry.linkage = vec![
            Merge { a: 0, b: 2, height: 0.2, size: 2 },
            Merge { a: 1, b: 3, height: 0.4, size: 3 },
        ];
        let joins = joins(&geometry, &[1, 0, 2]);
        assert_eq!((joins[0].a, joins[0].b), (1, 2));
        assert_eq!((joins[1].a, joins[1].b), (0, 3), "an earlier join keeps its number");
        assert!((joins[1].height - 0.32).abs() < 1e-15, "a correlation of 0.68");
    }
}
