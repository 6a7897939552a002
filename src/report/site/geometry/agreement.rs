//! How far the models point the same way: through time, and where they fit equally well.

use crate::base::units::format;
use crate::report::chart::{self, Axis, HeatMap, Role, Unit, role_class};
use crate::report::site::kit::figures::{line, over_regime, words, zero_axis};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Figure, Of, Table, range};
use crate::results::{Agreement, MatchedCosine};

/// A mean cosine from which two models are said to agree; below zero they contradict.
const ALIKE: f64 = 0.9;

pub(crate) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    if subject.results.agreement.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::heading("Do the models agree?")];
    blocks.extend(sentence(subject).map(Block::text));
    blocks.extend(cosines(subject).map(Block::Figure));
    blocks.extend(matched(subject).map(Block::Figure));
    blocks.push(Block::Table(table(subject)));
    blocks
}

/// "Ridge–lasso 0.80, ...": the mean cosines, and what they say.
pub(crate) fn sentence(subject: &Subject<'_>) -> Option<String> {
    let pairs = &subject.results.agreement;
    let known: Vec<f64> = pairs.iter().filter_map(|pair| pair.cosine_mean).collect();
    let least = known.iter().copied().min_by(f64::total_cmp)?;
    let show = |value| format::decimal(value, 2);
    let figures = range(pairs.iter().map(|pair| pair.cosine_mean), show);
    let forecasts = range(pairs.iter().map(|pair| pair.forecast_correlation), show);
    let verdict = in_a_clause(least);
    let pairs = match known.len() {
        1 => "the mean cosine between their coefficients is",
        _ => "the mean cosines between their coefficients are",
    };
    let forecasts = match known.len() {
        1 => format!("the correlation of their forecasts {forecasts}"),
        _ => format!("the correlations of their forecasts {forecasts}"),
    };
    Some(format!("{verdict}: {pairs} {figures}, {forecasts}."))
}

/// What the least of the mean cosines says; `None` without a pair of models.
pub(super) fn clause(subject: &Subject<'_>) -> Option<&'static str> {
    let known = subject.results.agreement.iter().filter_map(|pair| pair.cosine_mean);
    known.min_by(f64::total_cmp).map(in_a_clause)
}

fn in_a_clause(least: f64) -> &'static str {
    match least {
        least if least >= ALIKE => "The models lean the same way",
        least if least > 0.5 => "The models lean much the same way",
        least if least > 0.0 => "The models lean different ways",
        _ => "Some of the models contradict each other",
    }
}

/// The colour of a pair of models.
fn role(number: usize) -> Role {
    Role::Category((number % 12) as u8)
}

/// The title of a pair of models.
fn pair_title(subject: &Subject<'_>, pair: &Agreement) -> String {
    let [a, b] = [&pair.a, &pair.b].map(|name| subject.model(name));
    let first = a.map_or_else(|| pair.a.clone(), |model| model.short.clone());
    let second = b.map_or_else(|| pair.b.clone(), Model::in_words);
    format!("{first}–{second}")
}

fn cosines(subject: &Subject<'_>) -> Option<Figure> {
    let agreement = subject.results.agreement.iter().enumerate();
    let pairs = agreement.filter_map(|(number, pair)| {
        let values = subject.series.cosine(&pair.a, &pair.b)?;
        Some((pair_title(subject, pair), role(number), values))
    });
    let pairs: Vec<(String, Role, &[f64])> = pairs.collect();
    if pairs.is_empty() {
        return None;
    }
    let words = words(
        "agreement",
        "Angle between the models",
        "Cosine between the coefficient vectors of each pair of models at each refit.",
    );
    let days = &subject.series.coefficients.days;
    let lines = pairs.iter().map(|(label, role, values)| line(label, *role, values)).collect();
    let axis = Axis { baseline: Some(1.0), ..zero_axis("Cosine", Unit::Decimal(1)) };
    let caption = "At 1 two models point the same way and differ in size only. Gaps: refits at \
                   which one of them has no coefficient left.";
    Some(over_regime(subject, words, days, lines, axis, caption, "coefficients.csv"))
}

/// The cosines where both models fit the past equally well, one row a pair.
fn matched(subject: &Subject<'_>) -> Option<Figure> {
    let pairs: Vec<&Agreement> =
        subject.results.agreement.iter().filter(|pair| !pair.matched.is_empty()).collect();
    let levels = pairs.iter().map(|pair| pair.matched.len()).max()?;
    let longest = pairs.iter().find(|pair| pair.matched.len() == levels)?;
    let level = |matched: &MatchedCosine| format::percent(Some(matched.in_sample_r2), 2);
    let columns: Vec<String> = longest.matched.iter().map(level).collect();
    let rows: Vec<String> = pairs.iter().map(|pair| pair_title(subject, pair)).collect();
    let cosines = |pair: &&Agreement| {
        pair.matched.iter().map(|matched| matched.cosine.unwrap_or(f64::NAN)).collect()
    };
    let values = pairs.iter().map(cosines).collect();
    let map = HeatMap {
        words: words(
            "matched",
            "The same comparison along the penalty, where both fit the past equally well",
            "Cosine between the coefficient vectors of each pair of models at equal in-sample R², \
             one row a pair, one column a level of R².",
        ),
        rows: rows.iter().map(String::as_str).collect(),
        columns: columns.iter().map(String::as_str).collect(),
        values,
    };
    let caption = "Columns: the in-sample R² that both models reach at the last refit. Near 1 \
                   the kind of model does not matter: both find the same direction.";
    Some(Figure::new(&map.words, chart::heat_map(&map), caption, Vec::new(), "results.json"))
}

fn table(subject: &Subject<'_>) -> Table {
    let pairs = subject.results.agreement.iter().enumerate();
    let entries: Vec<_> = pairs
        .map(|(number, pair)| (role_class(role(number)), pair_title(subject, pair), pair))
        .collect();
    let columns: [Of<'_, &Agreement>; 3] = [
        ("Cosine", "mean over refits", &|pair| Cell::decimal(pair.cosine_mean, 3)),
        ("Cosine", "last refit", &|pair| Cell::decimal(pair.cosine_last, 3)),
        ("Correlation", "of forecasts", &|pair| Cell::decimal(pair.forecast_correlation, 3)),
    ];
    let note = "Cosines are between standardised coefficient vectors, over the refits at which \
                neither is zero. n/a: there is no such refit, or forecasts were made elsewhere.";
    Table::of("Agreement of the models", "narrow", &entries, "Pair", &columns)
        .note(note, "walk-forward")
}
