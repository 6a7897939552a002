//! Rolling correlations: every feature with the target, every feature with every other.

use crate::base::units::{Day, format};
use crate::report::chart::{self, Axis, Role, Unit};
use crate::report::site::geometry::matrix::{MOST_TICKERS, left_out_of};
use crate::report::site::kit::figures::{
    at, common_range, line, slug, small, thinned, words, zero_axis,
};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Cell, Gallery, Of, Panel, Section, Table};
use crate::results::{GeometrySummary, PairSummary};

/// Positions drawn on a small multiple; the files have all.
const PANEL_POSITIONS: usize = 130;

/// Pairs drawn; `correlations.csv` has all of them.
const MOST_PAIRS: usize = 66;

/// Pairs drawn in sight, and pairs of the table; the rest opens on demand.
const FIRST_PAIRS: usize = 12;

pub(crate) fn section(subject: &Subject<'_>) -> Option<Section> {
    let mut blocks: Vec<Block> = with_target(subject).map(Block::Gallery).into_iter().collect();
    blocks.extend(between_features(subject));
    let days = subject.results.geometry.window;
    (!blocks.is_empty()).then(|| Section {
        id: "pairs",
        topic: "Who moves with whom",
        title: finding(subject),
        lead: format!("Correlations over the last {days} days, pair by pair."),
        blocks,
    })
}

/// The shared axis of correlations: from the lowest value, or zero, to 1.
fn axis(low: f64) -> Axis<'static> {
    Axis { range: Some((low.min(0.0), 1.0)), ..zero_axis("", Unit::Decimal(1)) }
}

fn with_target(subject: &Subject<'_>) -> Option<Gallery> {
    let table = &subject.series.geometry;
    let data = &subject.results.data;
    let kept = thinned(table.days.len(), PANEL_POSITIONS);
    let days: Vec<Day> = at(&table.days, &kept);
    let series = data.features.iter().filter_map(|feature| {
        let values = subject.series.correlation(feature, &data.target)?;
        Some((feature.as_str(), at(values, &kept)))
    });
    let series: Vec<(&str, Vec<f64>)> = series.take(MOST_TICKERS).collect();
    let (low, _) = common_range(series.iter().map(|(_, values)| &values[..]))?;
    let panel = |(feature, values): &(&str, Vec<f64>)| {
        let title = format!("Correlation of {feature} with {}", data.target);
        let id = format!("with-target-{}", slug(feature));
        let words = words(&id, &title, "Rolling correlation of daily returns.");
        let lines = vec![line("", Role::Main, values)];
        let svg = chart::time_chart(&small(subject, words, &days, lines, axis(low)));
        Panel { title: (*feature).to_owned(), svg }
    };
    let left_out = left_out_of(series.len(), data.features.len());
    Some(Gallery {
        id: "figure-with-target",
        title: format!("Each feature’s correlation with {}", data.target),
        panels: series.iter().map(panel).collect(),
        caption: format!("All panels share one scale.{left_out}"),
        key: subject.small_band_key(),
        data: subject.shared(|files| &files.geometry),
    })
}

/// The pairs of features, those that change most first: some in sight, others on demand.
fn between_features(subject: &Subject<'_>) -> Vec<Block> {
    let mut pairs: Vec<&PairSummary> = subject.results.geometry.pairs.iter().collect();
    if pairs.is_empty() {
        return Vec::new();
    }
    // Equal deviations keep the order of the features.
    pairs.sort_by(|a, b| b.deviation.total_cmp(&a.deviation));
    let low = pairs.iter().map(|pair| pair.min).fold(0.0, f64::min);
    let shown = &pairs[..pairs.len().min(MOST_PAIRS)];
    let (first, rest) = shown.split_at(shown.len().min(FIRST_PAIRS));
    let mut blocks = Vec::new();
    let gallery = |id, title, pairs, caption| Gallery {
        id,
        title,
        panels: panels(subject, pairs, low),
        caption,
        key: subject.small_band_key(),
        data: subject.shared(|files| &files.correlations),
    };
    let title = match first.len() {
        _ if rest.is_empty() => "All pairs of features, those that change most first".to_owned(),
        some => format!("The {some} pairs of features that change most"),
    };
    let caption = format!(
        "The most variable first, on one scale; a stroke marks a flip of the sign. {}",
        in_words(&pairs)
    );
    let in_sight = gallery("figure-pairs", title, first, caption);
    if !in_sight.panels.is_empty() {
        blocks.push(Block::Gallery(in_sight));
    }
    if !rest.is_empty() {
        let title = "Pairs of features, continued".to_owned();
        let others = gallery("figure-other-pairs", title, rest, left_out(subject, pairs.len()));
        let summary = format!("The other {} pairs", rest.len());
        blocks.push(Block::details(summary, vec![Block::Gallery(others)]));
    }
    blocks.push(Block::Table(table(first, pairs.len())));
    blocks
}

fn left_out(subject: &Subject<'_>, pairs: usize) -> String {
    let all = match subject.results.geometry.tickers.len() {
        many if many > GeometrySummary::SHOWN => {
            format!(" Pairs are followed between the first {} features.", GeometrySummary::SHOWN)
        }
        _ => String::new(),
    };
    match pairs {
        many if many > MOST_PAIRS => format!(
            "The {MOST_PAIRS} of {many} pairs that change most are drawn; the file has every \
             one.{all}"
        ),
        _ => format!("In the same order and on the same scale.{all}"),
    }
}

fn panels(subject: &Subject<'_>, pairs: &[&PairSummary], low: f64) -> Vec<Panel> {
    let table = &subject.series.correlations;
    let kept = thinned(table.days.len(), PANEL_POSITIONS);
    let days: Vec<Day> = at(&table.days, &kept);
    pairs
        .iter()
        .filter_map(|pair| {
            let values = at(subject.series.pair(&pair.a, &pair.b)?, &kept);
            let name = format!("{}–{}", pair.a, pair.b);
            let (id, title) = (
                format!("pair-{}-{}", slug(&pair.a), slug(&pair.b)),
                format!("Correlation of {name}"),
            );
            let shown =
                format!("Rolling correlation of daily returns; {}.", flips(pair.flips.len()));
            let lines = vec![line("", Role::Main, &values)];
            let chart = small(subject, words(&id, &title, &shown), &days, lines, axis(low));
            Some(Panel { title: name, svg: chart::marked_time_chart(&chart, &pair.flips) })
        })
        .collect()
}

/// Which pair changes most, and how many flip.
fn finding(subject: &Subject<'_>) -> String {
    let pairs = &subject.results.geometry.pairs;
    let most = pairs.iter().max_by(|a, b| a.deviation.total_cmp(&b.deviation));
    let flipping = pairs.iter().filter(|pair| !pair.flips.is_empty()).count();
    most.map_or_else(
        || "Correlations pair by pair".to_owned(),
        |most| {
            format!(
                "{}–{} changes most; {flipping} of {} pairs flip their sign",
                most.a,
                most.b,
                pairs.len()
            )
        },
    )
}

fn flips(count: usize) -> String {
    match count {
        0 => "its sign never flips".to_owned(),
        1 => "its sign flips once".to_owned(),
        more => format!("its sign flips {more} times"),
    }
}

/// "XLE–XLU changes most: −0.75 to 0.83 ...; 12 of 36 pairs flip their sign."
fn in_words(pairs: &[&PairSummary]) -> String {
    let Some(most) = pairs.first() else { return String::new() };
    let flipping = pairs.iter().filter(|pair| !pair.flips.is_empty()).count();
    let course = format!(
        "from {} to {}; {}.",
        format::decimal(Some(most.min), 2),
        format::decimal(Some(most.max), 2),
        flips(most.flips.len())
    );
    if pairs.len() == 1 {
        return format!("{}–{} goes {course}", most.a, most.b);
    }
    format!(
        "{}–{} changes most, {course} {flipping} of {} pairs ever flip.",
        most.a,
        most.b,
        pairs.len()
    )
}

fn table(pairs: &[&PairSummary], all: usize) -> Table {
    let entries: Vec<_> =
        pairs.iter().map(|pair| (String::new(), format!("{}–{}", pair.a, pair.b), *pair)).collect();
    let columns: [Of<'_, &PairSummary>; 6] = [
        ("Deviation", "of the correlation", &|pair| Cell::decimal(pair.deviation, 2)),
        ("Mean", "", &|pair| Cell::decimal(pair.mean, 2)),
        ("Lowest", "", &|pair| Cell::decimal(pair.min, 2)),
        ("Highest", "", &|pair| Cell::decimal(pair.max, 2)),
        ("Now", "on the last day", &|pair| Cell::decimal(pair.last, 2)),
        ("Flips", "of the sign", &|pair| {
            let last = pair.flips.last().map_or_else(String::new, |day| format!("last {day}"));
            Cell::with(pair.flips.len().to_string(), last)
        }),
    ];
    let caption = match pairs.len() {
        some if some < all => format!("The {some} pairs that change most, of {all}"),
        _ => "All pairs".to_owned(),
    };
    let note = "Over all days with a full window. Windows overlap, so neighbouring values are not \
                independent; of many pairs the widest swing is wide by chance alone.";
    Table::of(caption, "dense", &entries, "Pair", &columns).sortable().note(note, "geometry")
}
