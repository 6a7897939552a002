//! A specification curve: its chart, its joint test, and what each choice contributes.

use super::words;
use crate::base::units::format;
use crate::report::chart::{
    self, Axis, BarChart, CurveChart, CurveChoice, CurveMark, MOST_DRAWN, Role, Unit,
};
use crate::report::site::kit::figures::{WIDE, zero_axis};
use crate::report::site::kit::view::{Block, Cell, Figure, Of, Section, Swatch, Table};
use crate::report::site::kit::{figures, wording};
use crate::results::{
    Chance, ChoiceSummary, LevelSummary, SpecificationCurve, Standing, SweepResults,
};

/// Specifications of the headline experiment that a chart names.
const MOST_MARKS: usize = 4;

/// What a curve is of.
pub(super) struct Kind {
    id: &'static str,
    title: &'static str,
    in_words: &'static str,
    figure: [&'static str; 2],
    axis: &'static str,
    unit: Unit,
    of: fn(&SweepResults) -> &SpecificationCurve,
}

pub(super) const R2: Kind = Kind {
    id: "r2",
    title: "Out-of-sample R²",
    in_words: "out-of-sample R²",
    figure: ["Specification curve of R²", "Share of the choices: R²"],
    axis: "Out-of-sample R²",
    unit: Unit::Percent(1),
    of: |results| &results.oos_r2,
};

pub(super) const SHARPE: Kind = Kind {
    id: "sharpe",
    title: "Sharpe ratio",
    in_words: "Sharpe ratio",
    figure: ["Specification curve of the Sharpe ratio", "Share of the choices: Sharpe ratio"],
    axis: "Sharpe ratio, annualised",
    unit: Unit::Decimal(1),
    of: |results| &results.sharpe,
};

impl Kind {
    /// An estimate as text.
    fn text(&self, value: Option<f64>) -> String {
        match self.unit {
            Unit::Percent(_) => format::percent(value, 2),
            _ => format::decimal(value, 2),
        }
    }
}

/// The section of a curve.
pub(super) fn section(results: &SweepResults, kind: &Kind) -> Section {
    let curve = (kind.of)(results);
    let mut blocks = Vec::new();
    if !curve.specifications.is_empty() {
        blocks.push(Block::Figure(figure(results, curve, kind)));
    }
    let standing = words::standing(curve);
    if !standing.is_empty() {
        blocks.push(Block::text(standing));
    }
    blocks.push(Block::heading("Could it be chance?"));
    match &curve.joint {
        Some(joint) => {
            blocks.push(Block::text(words::joint(joint, curve.specifications.len())));
            let rows = [
                ("Median", joint.median),
                ("Share significant", joint.share_significant),
                ("Average z", joint.mean_z),
            ];
            blocks.push(Block::Table(joint_table(&rows, kind)));
        }
        None => blocks.push(Block::text(
            "Not tried: the sweep asks for no shifts, has no plain linear model, or has fewer than \
             756 rows.",
        )),
    }
    if !curve.choices.is_empty() {
        blocks.push(Block::heading("What the choices do"));
        blocks.extend(choices(curve, kind));
    }
    Section {
        id: kind.id,
        topic: kind.title,
        title: curve.share_positive.map_or_else(
            || kind.title.to_owned(),
            |share| {
                format!(
                    "{} of {} specifications are above zero",
                    format::percent(Some(share), 0),
                    format::count(curve.specifications.len())
                )
            },
        ),
        lead: lead(curve, kind),
        blocks,
    }
}

fn lead(curve: &SpecificationCurve, kind: &Kind) -> String {
    let Some(median) = curve.median else {
        return "No specification gave an estimate.".to_owned();
    };
    let above = curve.share_above_reference.map_or_else(String::new, |share| {
        format!(" {} above holding the target over the same days,", format::percent(Some(share), 0))
    });
    let without = match curve.without_estimate {
        0 => String::new(),
        count => format!(" {} gave no estimate.", format::count(count)),
    };
    format!(
        "{}: median {}, {} above zero,{above} {} significantly above zero by themselves.{without}",
        format::counted(curve.specifications.len(), "specification", "specifications"),
        kind.text(Some(median)),
        format::percent(curve.share_positive, 0),
        format::percent(curve.share_significant, 0),
    )
}

/// The curve of R2 alone, without what it was made with; `None` where nothing could be estimated.
pub(super) fn alone(results: &SweepResults) -> Option<Figure> {
    let curve = &results.oos_r2;
    let bare = SpecificationCurve { choices: Vec::new(), ..curve.clone() };
    (!curve.specifications.is_empty()).then(|| Figure {
        title: format!(
            "{} specifications in ascending order: {} above zero",
            format::count(curve.specifications.len()),
            format::percent(curve.share_positive, 0)
        ),
        caption: "Each dot is the R² of one specification, its thin line the 90 % interval."
            .to_owned(),
        ..figure(results, &bare, &R2)
    })
}

fn figure(results: &SweepResults, curve: &SpecificationCurve, kind: &Kind) -> Figure {
    let values: Vec<f64> = curve.specifications.iter().map(|found| found.estimate).collect();
    let names: Vec<String> = curve.headline.iter().map(name).collect();
    let keys: Vec<String> = curve.choices.iter().map(|choice| words::key(&choice.key)).collect();
    let levels: Vec<Vec<String>> = curve
        .choices
        .iter()
        .map(|choice| choice.levels.iter().map(|l| words::level(&choice.key, &l.level)).collect())
        .collect();
    let choices = (0..keys.len()).map(|at| CurveChoice {
        label: &keys[at],
        levels: levels[at].iter().map(String::as_str).collect(),
        of: curve.specifications.iter().map(|found| found.levels[at]).collect(),
    });
    let median = format!("median {}", kind.text(curve.median));
    let held = format!("holding the target {}", kind.text(curve.reference));
    let references = [(curve.median, median.as_str()), (curve.reference, held.as_str())];
    let reference = |(value, label): (Option<f64>, &'_ str)| Some((value?, label.to_owned()));
    let references: Vec<(f64, String)> = references.into_iter().filter_map(reference).collect();
    let count = values.len() as f64;
    let mark = |(standing, label): (&Standing, &'_ String)| {
        let along = match standing.position {
            Some(position) => position as f64 + 0.5,
            None => standing.share_below * count,
        };
        (along, standing.estimate, label.clone())
    };
    let marks: Vec<(f64, f64, String)> =
        curve.headline.iter().zip(&names).take(MOST_MARKS).map(mark).collect();
    let joint = curve.joint.as_ref();
    let chart = CurveChart {
        words: figures::words(
            kind.id,
            kind.figure[0],
            "The estimates of all specifications in ascending order with their intervals; beneath, \
             the choices that each was made with.",
        ),
        values: &values,
        intervals: curve.specifications.iter().map(|s| s.interval.map(Into::into)).collect(),
        significant: curve.specifications.iter().map(|found| found.is_significant).collect(),
        band: joint.map_or_else(Vec::new, |j| j.band.iter().map(|i| (*i).into()).collect()),
        references: references.iter().map(|(value, label)| (*value, label.as_str())).collect(),
        marks: marks
            .iter()
            .map(|(along, value, label)| CurveMark {
                along: *along,
                value: *value,
                role: Role::Lasso,
                label,
            })
            .collect(),
        choices: choices.collect(),
        axis: Axis {
            label: kind.axis,
            unit: kind.unit,
            log: false,
            range: None,
            baseline: Some(0.0),
        },
    };
    let svg = chart::curve_chart(&chart);
    Figure::new(&chart.words, svg, caption(results, curve, kind), key(curve), "sweep.csv")
}

fn name(standing: &Standing) -> String {
    let rule = standing.rule.as_deref();
    let rule = rule.map_or_else(String::new, |rule| format!(", {}", wording::sizing(rule)));
    format!("headline: {}{}", wording::title(&standing.model), rule.to_lowercase())
}

fn key(curve: &SpecificationCurve) -> Vec<Swatch> {
    let swatch =
        |class: &str, label: &str| Swatch { class: class.to_owned(), label: label.to_owned() };
    let mut key = vec![
        swatch("ink", "significant by itself at 5 %"),
        swatch("axis", "not significant"),
        swatch("lasso", "headline experiment"),
    ];
    if curve.joint.is_some() {
        key.push(swatch("faint", "nine of ten curves with shifted features"));
    }
    key
}

fn caption(results: &SweepResults, curve: &SpecificationCurve, kind: &Kind) -> String {
    let level = format::percent(Some(results.interval_level), 0);
    let drawn = curve.specifications.len();
    let thinned = if drawn > MOST_DRAWN {
        let step = drawn.div_ceil(MOST_DRAWN);
        format!(" Of {} dots every {} is drawn.", format::count(drawn), ordinal(step))
    } else {
        String::new()
    };
    // What is said of the first curve holds for the second.
    if kind.id != R2.id {
        return format!("Read as the curve above.{thinned}");
    }
    format!(
        "A dot is a specification, its thin line the {level} interval. Beneath, a row that is strong \
         at one end is a choice that matters.{thinned}"
    )
}

fn ordinal(number: usize) -> String {
    match number {
        2 => "second".to_owned(),
        3 => "third".to_owned(),
        _ => format!("{number}th"),
    }
}

fn joint_table(rows: &[(&str, Chance); 3], kind: &Kind) -> Table {
    let text = |name: &str, value: f64| match name {
        "Median" => kind.text(Some(value)),
        "Share significant" => format::percent(Some(value), 0),
        _ => format::decimal(Some(value), 2),
    };
    let entries: Vec<(String, String, (&str, Chance))> = rows
        .iter()
        .map(|(name, chance)| (String::new(), (*name).to_owned(), (*name, *chance)))
        .collect();
    let described: [Of<'_, (&str, Chance)>; 3] = [
        ("Observed", "", &|(name, chance)| Cell::new(text(name, chance.observed))),
        ("With shifted features", "median", &|(name, chance)| {
            Cell::new(text(name, chance.expected))
        }),
        ("p", "one-sided", &|(_, chance)| Cell::p_value(Some(chance.p))),
    ];
    Table::of("The curve against curves with shifted features", "", &entries, "Figure", &described)
        .note(
            format!(
                "p: the share of the curves of the {} with shifted features that reach the observed \
                 figure, this one counted with them.",
                kind.in_words
            ),
            "sweeps",
        )
}

fn choices(curve: &SpecificationCurve, kind: &Kind) -> Vec<Block> {
    let mut ranked: Vec<&ChoiceSummary> = curve.choices.iter().collect();
    let share = |choice: &ChoiceSummary| choice.share.unwrap_or(0.0);
    ranked.sort_by(|a, b| share(b).total_cmp(&share(a)));
    let most = ranked.first().map(|choice| (words::key(&choice.key), choice.share));
    let text = match most {
        Some((key, Some(share))) => format!(
            "The choices, each by itself, explain {} of how the estimates differ, the most by {key} \
             ({}); the rest is what choices do together.",
            format::percent(curve.explained, 0),
            format::percent(Some(share), 0),
        ),
        _ => "The estimates do not differ.".to_owned(),
    };
    let names: Vec<String> = ranked.iter().map(|choice| words::key(&choice.key)).collect();
    let shares: Vec<f64> = ranked.iter().map(|choice| share(choice)).collect();
    let id = format!("{}-choices", kind.id);
    let chart = BarChart {
        words: figures::words(
            &id,
            kind.figure[1],
            "The share of the variance of the estimates that each choice explains.",
        ),
        labels: names.iter().map(String::as_str).collect(),
        values: &shares,
        role: Role::Main,
        axis: Axis { range: None, ..zero_axis("Share of the variance", Unit::Percent(0)) },
        size: WIDE,
    };
    let svg = chart::bar_chart(&chart);
    let caption = match kind.id == R2.id {
        true => {
            "What a choice explains of the variance of the estimates, averaged over the orders in \
             which the choices can enter."
        }
        false => "Read as the shares above.",
    };
    let figure = Figure::new(&chart.words, svg, caption, Vec::new(), "sweep.json");
    vec![
        Block::text(text),
        Block::Figure(figure),
        Block::Table(choice_table(&ranked, kind)),
        Block::details("What each value does", vec![Block::Table(level_table(&ranked, kind))]),
    ]
}

fn choice_table(ranked: &[&ChoiceSummary], kind: &Kind) -> Table {
    let entries: Vec<(String, String, &ChoiceSummary)> =
        ranked.iter().map(|choice| (String::new(), words::key(&choice.key), *choice)).collect();
    let described: [Of<'_, &ChoiceSummary>; 4] = [
        ("Levels", "", &|choice| Cell::count(choice.levels.len())),
        ("Share of the variance", "over all orders", &|choice| Cell::percent(choice.share, 1)),
        ("Sum of squares", "Type II", &|choice| {
            Cell::new(format::significant(choice.sum_of_squares))
        }),
        ("Degrees of freedom", "", &|choice| Cell::count(choice.degrees_of_freedom)),
    ];
    Table::of("Analysis of variance over the choices", "", &entries, "Choice", &described).note(
        format!("No choice is tested for its {}: specifications are no sample.", kind.in_words),
        "sweeps",
    )
}

fn level_table(ranked: &[&ChoiceSummary], kind: &Kind) -> Table {
    let mut entries: Vec<(String, String, &LevelSummary)> = Vec::new();
    for choice in ranked {
        for level in &choice.levels {
            let name = words::level(&choice.key, &level.level);
            entries.push((String::new(), format!("{}: {name}", words::key(&choice.key)), level));
        }
    }
    let described: [Of<'_, &LevelSummary>; 3] = [
        ("Specifications", "", &|level| Cell::count(level.specifications)),
        ("Median", "of the estimates", &|level| Cell::new(kind.text(Some(level.median)))),
        ("Significant", "by themselves", &|level| Cell::percent(level.share_significant, 0)),
    ];
    Table::of("The specifications with each value", "", &entries, "Value", &described)
        .note("Counted over the whole curve.", "sweeps")
}
