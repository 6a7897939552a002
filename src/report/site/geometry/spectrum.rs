//! The eigenvalues over the whole panel against chance, and the directions that stand out.

use crate::base::units::format;
use crate::report::chart::{self, HeatMap, ScreeChart};
use crate::report::site::geometry::matrix::drawn;
use crate::report::site::geometry::words;
use crate::report::site::kit::figures::{WIDE, words};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Fact, Figure, Section};

/// Eigenvalues drawn; `results.json` has all of them.
const MOST_EIGENVALUES: usize = 48;

/// Directions whose loadings are shown, beyond those that stand out.
const LEAST_DIRECTIONS: usize = 3;

/// Directions that the caption names.
const NAMED: usize = 2;

/// Directions whose loadings are shown at most.
const MOST_DIRECTIONS: usize = 6;

pub(crate) fn section(subject: &Subject<'_>) -> Option<Section> {
    let geometry = &subject.results.geometry;
    if geometry.eigenvalues.len() < 2 {
        return None;
    }
    let mut blocks = vec![Block::Figure(eigenvalues(subject))];
    blocks.extend(loadings(subject).map(Block::Figure));
    blocks.push(Block::Facts { rows: facts(subject) });
    blocks.push(Block::note(
        "Edges: Marchenko and Pastur (1967); as a null for correlations of returns: Laloux, \
         Cizeau, Bouchaud and Potters (1999). Effective rank: Roy and Vetterli (2007). Absorption \
         ratio: Kritzman, Li, Page and Rigobon (2011).",
        "spectrum",
    ));
    let lead = format!(
        "The eigenvalues of the correlation matrix of {} features over {} days. They sum to the \
         number of features, so one that exceeds 1 stands for more than a feature of its own.",
        geometry.eigenvalues.len(),
        format::count(geometry.spectrum.marchenko_pastur.returns)
    );
    Some(Section {
        id: "spectrum",
        topic: "How many forces",
        title: finding(subject),
        lead,
        blocks,
    })
}

/// What the first mode carries, and how many stand above chance.
fn finding(subject: &Subject<'_>) -> String {
    let geometry = &subject.results.geometry;
    format!(
        "The first mode carries {} of the variance; {} of {} stand above chance",
        format::percent(super::words::share(geometry, 0), 0),
        format::number(geometry.outstanding()),
        geometry.eigenvalues.len()
    )
}

fn eigenvalues(subject: &Subject<'_>) -> Figure {
    let geometry = &subject.results.geometry;
    let spectrum = &geometry.spectrum;
    let all = geometry.eigenvalues.len();
    let shown = all.min(MOST_EIGENVALUES);
    let chance: Vec<[f64; 2]> = spectrum.shift_band.as_ref().map_or_else(Vec::new, |band| {
        band.lower.iter().zip(&band.upper).map(|(low, high)| [*low, *high]).take(shown).collect()
    });
    let edges = spectrum.marchenko_pastur;
    let chart = ScreeChart {
        words: words(
            "eigenvalues",
            "Eigenvalues, largest first, against chance",
            "Eigenvalues on a logarithmic axis, with the Marchenko–Pastur edges and the range of \
             each for series whose days no longer match.",
        ),
        values: &geometry.eigenvalues[..shown],
        chance,
        chance_label: "90 % of chance",
        outstanding: geometry.outstanding().min(shown),
        label: "Eigenvalue, logarithmic",
        references: vec![(edges.upper, "upper edge"), (edges.lower, "lower edge")],
        size: WIDE,
    };
    let shifted = spectrum.shift_band.as_ref().map_or_else(String::new, |band| {
        format!(
            " Grey: where 90 % fall in {} panels of series shifted by random days.",
            band.replicates
        )
    });
    let left_out =
        if all > shown { format!(" The first {shown} of {all} are drawn.") } else { String::new() };
    let caption = format!(
        "{} Dashed: the Marchenko–Pastur edges of independent series, {} and {}.{shifted}{left_out}",
        match geometry.outstanding() {
            0 => "No eigenvalue stands out.".to_owned(),
            1 => "One eigenvalue stands out.".to_owned(),
            more => format!(
                "{} eigenvalues stand out (strong).",
                format::upper_first(&format::number(more))
            ),
        },
        format::decimal(Some(edges.lower), 2),
        format::decimal(Some(edges.upper), 2),
    );
    Figure::new(&chart.words, chart::scree_chart(&chart), caption, Vec::new(), "results.json")
}

/// The loadings of the leading directions.
fn loadings(subject: &Subject<'_>) -> Option<Figure> {
    let geometry = &subject.results.geometry;
    let outstanding = geometry.outstanding();
    let directions =
        outstanding.clamp(LEAST_DIRECTIONS, MOST_DIRECTIONS).min(geometry.eigenvectors.len());
    let order = drawn(geometry);
    if directions == 0 || order.len() < 2 {
        return None;
    }
    let row = |rank| format!("{} ({})", rank + 1, format::percent(words::share(geometry, rank), 0));
    let rows: Vec<String> = (0..directions).map(row).collect();
    let loadings = |loadings: &Vec<f64>| order.iter().map(|&i| loadings[i]).collect();
    let map = HeatMap {
        words: words(
            "loadings",
            "What the leading directions are made of",
            "Loadings of the features on the leading eigenvectors, one row a direction.",
        ),
        rows: rows.iter().map(String::as_str).collect(),
        columns: order.iter().map(|&i| geometry.tickers[i].as_str()).collect(),
        values: geometry.eigenvectors[..directions].iter().map(loadings).collect(),
    };
    let name = |rank| Some(format!(" {}: {}.", rank + 1, words::described(geometry, rank)?));
    let named: String = (0..outstanding.min(directions).min(NAMED)).filter_map(name).collect();
    let caption = format!(
        "Rows: directions, with their share of the variance{}.{named}{}",
        match geometry.tickers.len() {
            all if order.len() < all => format!("; {} of {all} features", order.len()),
            _ => String::new(),
        },
        match outstanding {
            _ if directions <= outstanding => String::new(),
            0 => " Any of them may be chance.".to_owned(),
            1 => " Directions after the first may be chance.".to_owned(),
            some => format!(" Directions after the first {} may be chance.", format::number(some)),
        },
    );
    Some(Figure::new(&map.words, chart::heat_map(&map), caption, Vec::new(), "results.json"))
}

fn facts(subject: &Subject<'_>) -> Vec<Fact> {
    let geometry = &subject.results.geometry;
    let p = geometry.eigenvalues.len();
    let participation = format::decimal(Some(geometry.participation_ratio), 2);
    let rank = format::decimal(Some(geometry.effective_rank), 2);
    let absorbed = format::percent(Some(geometry.absorption_ratio), 1);
    let top = match p.div_ceil(5) {
        1 => "direction".to_owned(),
        top => format!("{top} directions"),
    };
    vec![
        Fact::new("Participation ratio", format!("{participation} of {p} dimensions")),
        Fact::new("Effective rank", format!("{rank} of {p}")),
        Fact::new("Absorption ratio", format!("{absorbed} of the variance in the first {top}")),
    ]
}
