//! The models in the eigen-directions of what they were trained on: which they bet on, and which
//! of them paid.

use crate::base::units::{Day, format};
use crate::report::chart::{
    self, Along, Axis, BarChart, Line, PathChart, Role, TimeChart, Unit, role_class,
};
use crate::report::site::geometry::words;
use crate::report::site::kit::figures::{
    SMALL, at, common_range, line, slug, thinned, words, zero_axis,
};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Gallery, Panel, Row, Swatch, Table, columns};
use crate::report::site::kit::view::{range, when};
use crate::results::{AlphaSummary, value};

/// Directions drawn and listed; the others are added up.
const MOST_DIRECTIONS: usize = 12;

/// Refits drawn on a small multiple.
const PANEL_POSITIONS: usize = 300;

/// Colours of the first three directions.
pub(super) const ROLES: [Role; 3] = [Role::Main, Role::Category(10), Role::Category(5)];

pub(crate) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = cosines(subject).map(Block::Gallery).into_iter().collect();
    blocks.extend(contributions(subject).map(Block::Gallery));
    blocks.extend(table(subject).map(Block::Table));
    blocks.extend(along_alpha(subject).map(Block::Gallery));
    blocks
}

/// Cosine of each model's coefficients with the two leading directions, through time.
fn cosines(subject: &Subject<'_>) -> Option<Gallery> {
    let table = &subject.series.coefficients;
    let kept = thinned(table.days.len(), PANEL_POSITIONS);
    let days: Vec<Day> = at(&table.days, &kept);
    let panel = |rank: usize| {
        let lines = subject.models.iter().filter_map(|model| {
            let values = subject.series.mode_cosines(model.name)[rank]?;
            Some((model.role, at(values, &kept)))
        });
        let lines: Vec<(Role, Vec<f64>)> = lines.collect();
        common_range(lines.iter().map(|(_, values)| &values[..]))?;
        let title = format!("With {}", words::direction(subject, rank));
        let id = format!("cosine-{rank}");
        let words = words(
            &id,
            &title,
            "Cosine between the coefficient vector and the eigenvector of the training window, one \
             line a model.",
        );
        let axis = Axis { range: Some((-1.0, 1.0)), ..zero_axis("", Unit::Decimal(1)) };
        let drawn = lines
            .iter()
            .map(|(role, values)| Line { step: true, ..line("", *role, values) })
            .collect();
        let svg = chart::time_chart(&TimeChart {
            bands: &subject.bands,
            size: SMALL,
            ..TimeChart::new(words, &days, drawn, axis)
        });
        Some(Panel { title, svg })
    };
    let panels: Vec<Panel> = [0, 1].into_iter().filter_map(panel).collect();
    if panels.is_empty() {
        return None;
    }
    let mut key = subject.fitted_key();
    key.extend(subject.band_key());
    let caption = "Cosine with the eigenvectors of the training window at each refit: at 1 or −1 a \
                   model bets on that direction alone, at 0 it ignores it. Gaps: no coefficient.";
    Some(Gallery {
        id: "figure-cosines",
        title: "How far each model points along the leading directions".to_owned(),
        panels,
        caption: caption.to_owned(),
        key,
        data: "coefficients.csv".to_owned(),
    })
}

/// The plain models whose R2 is known by direction.
fn split<'s, 'a>(subject: &'s Subject<'a>) -> Vec<&'s Model<'a>> {
    subject.models.iter().filter(|model| !model.summary.r2_by_direction.is_empty()).collect()
}

/// Out-of-sample R2 by direction, one panel a model.
pub(crate) fn contributions(subject: &Subject<'_>) -> Option<Gallery> {
    let models = split(subject);
    let count = models.iter().map(|model| model.summary.r2_by_direction.len()).max()?;
    let shown = count.min(MOST_DIRECTIONS);
    let values: Vec<&[f64]> = models
        .iter()
        .map(|model| {
            let all = &model.summary.r2_by_direction;
            &all[..all.len().min(shown)]
        })
        .collect();
    let (low, high) = common_range(values.iter().copied())?;
    let room = (high - low) * 0.06;
    let range = Some((if low < 0.0 { low - room } else { 0.0 }, high + room));
    let labels: Vec<String> = (1..=shown).map(|rank| rank.to_string()).collect();
    let panel = |(model, values): (&&Model<'_>, &&[f64])| {
        let svg = chart::bar_chart(&BarChart {
            words: words(
                &format!("direction-{}", slug(model.name)),
                &format!("{}: out-of-sample R² by direction", model.title),
                "Contribution of each eigen-direction of the training windows to out-of-sample \
                 R², the largest eigenvalue first.",
            ),
            labels: labels.iter().take(values.len()).map(String::as_str).collect(),
            values,
            role: model.role,
            axis: Axis { range, ..zero_axis("", Unit::Percent(2)) },
            size: SMALL,
        });
        Panel { title: format!("{}: {} in all", model.title, model.r2()), svg }
    };
    let more = if count > shown {
        format!("; the first {shown} of {count} are drawn")
    } else {
        String::new()
    };
    let found = if models.iter().any(|model| model.has_evidence()) {
        in_words(subject, &models)
    } else {
        "No model’s R² is beyond noise, so neither are its parts.".to_owned()
    };
    let lags = when(!words::has_one_lag(subject), " Directions are of all lags together.");
    Some(Gallery {
        id: "figure-directions",
        title: "Where the out-of-sample R² comes from, by direction of the market".to_owned(),
        panels: models.iter().zip(&values).map(panel).collect(),
        caption: format!("In order of eigenvalues{more}. {found}{lags}"),
        key: Vec::new(),
        data: "results.json".to_owned(),
    })
}

/// What the split says: which direction paid, and whether it is the one with the variance.
fn in_words(subject: &Subject<'_>, models: &[&Model<'_>]) -> String {
    let geometry = &subject.results.geometry;
    let best = |model: &&Model<'_>| {
        let values = model.summary.r2_by_direction.iter().enumerate();
        let most = values.max_by(|a, b| a.1.total_cmp(b.1))?;
        (*most.1 > 0.0).then_some(most.0)
    };
    let Some(first) = models.first().and_then(best) else {
        return "No direction contributes anything to the first model.".to_owned();
    };
    if models.iter().any(|model| best(model) != Some(first)) {
        let each = models.iter().filter_map(|model| {
            Some(format!("{} in {}", model.title, words::direction(subject, best(model)?)))
        });
        let each: Vec<String> = each.collect();
        return format!("The largest contributions differ: {}.", format::list(&each));
    }
    let gains = |rank: usize| {
        let all = models.iter().map(|model| model.summary.r2_by_direction.get(rank).copied());
        range(all, |value| format::percent(value, 2))
    };
    // The modes of the whole panel have names; with several lags the directions are of others.
    let one_lag = words::has_one_lag(subject);
    let name = words::described(geometry, first)
        .filter(|_| one_lag && first < geometry.outstanding())
        .map_or_else(String::new, |mode| format!(" ({mode})"));
    let gained = format!(
        "{}{name} contributes most, {}",
        format::upper_first(&words::direction(subject, first)),
        gains(first)
    );
    if first == 0 || !one_lag {
        return format!("{gained}.");
    }
    format!(
        "{gained}; {}, with {} of the variance, {}.",
        words::direction(subject, 0),
        format::percent(words::share(geometry, 0), 0),
        gains(0)
    )
}

/// The same in figures, with the intercept, so that the columns add up.
fn table(subject: &Subject<'_>) -> Option<Table> {
    let geometry = &subject.results.geometry;
    let models = split(subject);
    let count = models.iter().map(|model| model.summary.r2_by_direction.len()).max()?;
    let shown = count.min(MOST_DIRECTIONS);
    let one_lag = words::has_one_lag(subject);
    let row = |head: String, share: String, value: &dyn Fn(&Model<'_>) -> Option<f64>| {
        let figures = models.iter().map(|model| Cell::percent(value(model), 3));
        let cells = one_lag.then(|| Cell::new(share)).into_iter().chain(figures).collect();
        Row { class: String::new(), head, cells }
    };
    let mut rows: Vec<Row> = (0..shown)
        .map(|rank| {
            let share = format::percent(words::share(geometry, rank), 1);
            row(format!("Direction {}", rank + 1), share, &|model| {
                model.summary.r2_by_direction.get(rank).copied()
            })
        })
        .collect();
    if count > shown {
        rows.push(row(format!("The other {}", count - shown), String::new(), &|model| {
            Some(model.summary.r2_by_direction.get(shown..)?.iter().sum())
        }));
    }
    rows.push(row("Intercept".to_owned(), String::new(), &|model| model.summary.r2_intercept));
    rows.push(row("All".to_owned(), String::new(), &|model| value(model.summary.forecast.oos_r2)));
    let mut headings = vec![("Direction", "")];
    headings.extend(one_lag.then_some(("Variance", "share, whole panel")));
    headings.extend(models.iter().map(|model| (model.title.as_str(), "of R²")));
    let note = "Contributions add up to R²; that of the intercept is its distance from the \
                benchmark’s mean.";
    let caption = "Out-of-sample R² by direction";
    Some(Table::new(caption, "narrow dense", columns(&headings), rows).note(note, "directions"))
}

/// Shares of the coefficients' squared norm in the leading directions along the penalty.
fn along_alpha(subject: &Subject<'_>) -> Option<Gallery> {
    let panels: Vec<Panel> = subject.models.iter().filter_map(alpha_panel).collect();
    if panels.is_empty() {
        return None;
    }
    let labels = ["first direction", "second", "third", "all others"];
    let swatch =
        |(role, label): (Role, &str)| Swatch { class: role_class(role), label: label.to_owned() };
    let key = ROLES.into_iter().chain([Role::Faint]).zip(labels).map(swatch);
    let caption = "Share of the coefficients’ squared norm in each direction at the last refit. The \
                   strongest penalty is on the left; the mark is the penalty in use.";
    Some(Gallery {
        id: "figure-eigen-shares",
        title: "What the coefficients are made of, along the penalty".to_owned(),
        panels,
        caption: caption.to_owned(),
        key: key.collect(),
        data: "results.json".to_owned(),
    })
}

fn alpha_panel(model: &Model<'_>) -> Option<Panel> {
    let by_alpha = &model.summary.by_alpha;
    let known: Vec<_> = by_alpha.iter().filter(|alpha| !alpha.eigen_shares.is_empty()).collect();
    let alphas: Vec<f64> = known.iter().filter_map(|alpha| alpha.alpha).collect();
    if alphas.len() < 2 {
        return None;
    }
    let directions = known[0].eigen_shares.len();
    let along =
        |share: &dyn Fn(&AlphaSummary) -> f64| known.iter().map(|alpha| share(alpha)).collect();
    let of = |(rank, role): (usize, &Role)| {
        let share = |alpha: &AlphaSummary| alpha.eigen_shares.get(rank).copied();
        (*role, along(&|alpha| share(alpha).unwrap_or(f64::NAN)))
    };
    let mut shares: Vec<(Role, Vec<f64>)> =
        ROLES.iter().enumerate().take(directions).map(of).collect();
    if known[0].coefficients_last.len() > directions {
        let rest = |alpha: &AlphaSummary| (1.0 - alpha.eigen_shares.iter().sum::<f64>()).max(0.0);
        shares.push((Role::Faint, along(&rest)));
    }
    let in_use = alphas.iter().position(|alpha| Some(*alpha) == model.summary.selected_alpha_last);
    let svg = chart::path_chart(&PathChart {
        words: words(
            &format!("eigen-shares-{}", slug(model.name)),
            &format!("{}: shares of the directions along the penalty", model.title),
            "Share of the coefficients’ squared norm in the first three directions and in all \
             others, the penalty falling from left to right.",
        ),
        along: Along::Penalties,
        x_label: "Penalty",
        positions: vec![&alphas; shares.len()],
        lines: shares.iter().map(|(role, values)| line("", *role, values)).collect(),
        marks: (0..shares.len()).filter_map(|line| Some((line, in_use?))).collect(),
        axis: Axis { range: Some((0.0, 1.0)), ..zero_axis("", Unit::Percent(0)) },
        size: SMALL,
    });
    Some(Panel { title: model.title.clone(), svg })
}
