//! "Is there a signal": forecast metrics and where the squared error was won and lost.

use crate::base::units::{Day, format};
use crate::report::chart::{
    self, Band, DotChart, DotSeries, Note, Role, Size, TimeChart, Unit, Words, role_class,
};
use crate::report::site::kit::figures::{WIDE, dots, line_of, wide, words, zero_axis};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Figure, Of, Section, Table, range, when};
use crate::report::site::sections::{calibration, compared};
use crate::report::site::verdict::{evidence, evidence_lead};
use crate::results::{
    AgainstPlainMean, CarryingYear, Estimate, ForecastMetrics, Life, ModelSummary, value,
};

/// The id of the chart of the squared error.
pub(crate) const SQUARED_ERROR: &str = "figure-squared-error";

/// The section; `is_shown`: the chart of the squared error stands above it.
pub(crate) fn section(subject: &Subject<'_>, is_shown: bool) -> Section {
    let figure = if is_shown { strength(subject) } else { squared_error(subject, WIDE) };
    let mut blocks: Vec<Block> = figure.map(Block::Figure).into_iter().collect();
    let mut tables = vec![Block::Table(metrics(subject))];
    tables.extend(both_means(subject).map(Block::Table));
    blocks.push(Block::details("Every figure of the forecasts", tables));
    blocks.extend(calibration::block(subject));
    blocks.extend(compared::block(subject));
    Section {
        id: "signal",
        topic: "Signal",
        title: evidence(subject).0,
        lead: evidence_lead(subject),
        blocks,
    }
}

/// R2 of each model raw, in units of the risk of the day, and without the days that matter most.
fn strength(subject: &Subject<'_>) -> Option<Figure> {
    type Measure = (&'static str, fn(&ForecastMetrics) -> Option<Estimate>);
    const MEASURES: [Measure; 3] = [
        ("as it is", |forecast| forecast.oos_r2),
        ("in units of risk", |forecast| forecast.scaled.as_ref()?.oos_r2),
        ("without 20 days", |forecast| {
            Some(Estimate { value: forecast.oos_r2_without_20?, interval: None })
        }),
    ];
    let of_model =
        |model: &Model<'_>| dots(model.role, MEASURES.map(|(_, of)| of(&model.summary.forecast)));
    let series: Vec<DotSeries> = subject.models.iter().map(of_model).collect();
    if series.iter().flat_map(|series| &series.values).all(|value| value.is_nan()) {
        return None;
    }
    let seen = format!(
        "R² of the models: {}; in units of risk {}; without 20 days {}.",
        spread(subject, MEASURES[0].1),
        spread(subject, MEASURES[1].1),
        spread(subject, MEASURES[2].1)
    );
    let chart = DotChart {
        words: words("strength", "R² against the mean of past returns, three ways", &seen),
        slots: MEASURES.map(|(label, _)| label).to_vec(),
        series,
        axis: zero_axis("Out-of-sample R²", Unit::Percent(1)),
        size: WIDE,
    };
    let caption = "A signal stays above zero all three ways: as it is, with each day in units of its \
                   risk, and without the 20 days that matter most. Lines are 90 % intervals.";
    Some(Figure::new(
        &chart.words,
        chart::dot_chart(&chart),
        caption,
        subject.model_key(),
        "forecasts.csv",
    ))
}

/// A figure of all plain models, from least to most.
fn spread(subject: &Subject<'_>, of: fn(&ForecastMetrics) -> Option<Estimate>) -> String {
    let values = subject.models.iter().map(|model| value(of(&model.summary.forecast)));
    range(values, |v| format::percent(v, 2))
}

fn metrics(subject: &Subject<'_>) -> Table {
    let entries: Vec<_> =
        subject.everyone().map(|m| (m.class(), m.title.clone(), m.summary)).collect();
    let has_components = subject.everyone().any(|m| !m.summary.components.is_empty());
    let restriction = if has_components { "α or components" } else { "Penalty α" };
    let columns: [Of<'_, &ModelSummary>; 7] = [
        ("R²", "90 % interval", &|m| Cell::percents(m.forecast.oos_r2, 2)),
        ("Scaled R²", "90 % interval", &|m| {
            Cell::percents(m.forecast.scaled.as_ref().and_then(|scaled| scaled.oos_r2), 2)
        }),
        ("Clark–West p", "scaled", &|m| {
            let raw = format!("raw {}", format::p_value(m.forecast.clark_west_p));
            Cell::with(format::p_value(m.forecast.scaled_p()), raw)
        }),
        ("R²", "without 20 days", &|m| {
            Cell::with(
                format::percent(m.forecast.oos_r2_without_20, 2),
                format!("against zero {}", format::percent(m.forecast.oos_r2_zero, 2)),
            )
        }),
        ("Hit rate", "right signs", &|m| {
            Cell::with(
                format::percent(m.forecast.hit_rate, 1),
                format!("p {}", format::p_value(m.forecast.pesaran_timmermann_p)),
            )
        }),
        ("RMSE", "per day", &|m| {
            let mae = format!("MAE {}", format::percent(m.forecast.mae, 3));
            Cell::with(format::percent(m.forecast.rmse, 3), mae)
        }),
        (restriction, "in use at the end", &|m| Cell::new(in_use(m))),
    ];
    let weighted = ", of weighted models the weighted one";
    let weighted = when(!subject.weighted().is_empty(), weighted);
    let note = format!(
        "R² is against the prevailing mean{weighted}. Scaled: each day’s loss over its ex-ante \
         variance. Family-wise p of the plain models: {}.{}{}",
        format::p_value(subject.results.verdict.evidence_p),
        undefined(subject),
        made_elsewhere(subject),
    );
    Table::of("Out-of-sample forecasts, by model", "wrapped dense", &entries, "Model", &columns)
        .note(note, "forecast-metrics")
}

/// The penalty or the number of components in use at the end; a dash where there is no choice.
fn in_use(model: &ModelSummary) -> String {
    match (model.selected_alpha_last, model.selected_components_last) {
        (Some(alpha), _) => format::significant(Some(alpha)),
        (None, Some(components)) => format::counted(components, "component", "components"),
        (None, None) => "–".to_owned(),
    }
}

/// Which forecasts were read from a file, and what that means.
fn made_elsewhere(subject: &Subject<'_>) -> String {
    let told = subject.everyone().filter_map(|model| {
        let external = model.summary.external.as_ref()?;
        Some(format!(" {}: fitted elsewhere, read from {}.", model.title, external.file))
    });
    told.collect()
}

/// Weighted models against either prevailing mean, and one mean against the other; `None` without
/// such models.
fn both_means(subject: &Subject<'_>) -> Option<Table> {
    type Entry<'a> = (Option<&'a ForecastMetrics>, AgainstPlainMean);
    let mean = subject.results.weighted_mean?;
    let models = subject.weighted().into_iter().filter_map(|model| {
        let entry = (Some(&model.summary.forecast), model.summary.against_plain_mean?);
        Some((model.class(), model.title.clone(), entry))
    });
    let class = role_class(Role::Benchmark);
    let entries: Vec<(String, String, Entry<'_>)> =
        models.chain([(class, "Weighted mean".to_owned(), (None, mean))]).collect();
    let percents = |estimate| Cell::percents(estimate, 2);
    let against_own = |(forecast, _): &Entry<'_>, of: &dyn Fn(&ForecastMetrics) -> Cell| {
        forecast.map_or_else(|| Cell::new(String::new()), of)
    };
    let columns: [Of<'_, Entry<'_>>; 4] = [
        ("R²", "against the weighted mean", &|e| against_own(e, &|f| percents(f.oos_r2))),
        ("R²", "against the plain mean", &|(_, plain)| percents(plain.oos_r2)),
        ("Scaled R²", "against the weighted mean", &|e| {
            against_own(e, &|f| percents(f.scaled.as_ref().and_then(|scaled| scaled.oos_r2)))
        }),
        ("Scaled R²", "against the plain mean", &|(_, plain)| percents(plain.scaled_oos_r2)),
    ];
    let note = "Weighted models and their mean count a day by its inverse ex-ante variance. \
                Evidence is judged against the weighted mean; R² against the plain mean compares \
                them with plain models.";
    let table =
        Table::of("Weighted models against both means", "wrapped", &entries, "Model", &columns);
    Some(table.note(note, "weighting"))
}

/// Why a figure is not there, where one is not.
fn undefined(subject: &Subject<'_>) -> &'static str {
    let missing = |model: &Model<'_>| {
        let forecast = &model.summary.forecast;
        forecast.oos_r2.is_none() || forecast.clark_west.is_none()
    };
    let reason = " n/a: the forecasts equal the benchmark, or it has no error.";
    when(subject.everyone().any(missing), reason)
}

/// The squared error that each model saved, day by day; those without forecasts left out.
pub(crate) fn saved<'s, 'a>(subject: &'s Subject<'a>) -> Vec<(&'s Model<'a>, Vec<f64>)> {
    let sums = subject.everyone();
    let sums = sums.map(|model| (model, subject.squared_error_difference(model.name)));
    sums.filter(|(_, values)| !values.is_empty()).collect()
}

/// What was saved, over the states of a regime.
pub(crate) fn saved_chart<'c>(
    subject: &'c Subject<'_>,
    sums: &'c [(&Model<'_>, Vec<f64>)],
    words: Words<'c>,
    bands: &'c [Band],
) -> TimeChart<'c> {
    let days = &subject.series.forecasts.days;
    let lines = sums.iter().map(|(model, values)| line_of(model, &model.short, values)).collect();
    let axis = zero_axis("Squared error saved, share of the whole", Unit::Percent(2));
    TimeChart { bands, ..TimeChart::new(words, days, lines, axis) }
}

/// The squared error that the models saved against the prevailing mean, day by day.
pub(crate) fn squared_error(subject: &Subject<'_>, size: Size) -> Option<Figure> {
    let sums = saved(subject);
    if sums.is_empty() {
        return None;
    }
    let seen = ends(&sums);
    let title = title(subject);
    let words = words("squared-error", &title, &seen);
    let caption = "Rising: better than the mean of past returns; falling: worse. The last value is R². A \
                   signal climbs steadily, luck in a few jumps.";
    let notes = notes(subject, &sums);
    let chart = saved_chart(subject, &sums, words, &subject.bands);
    let chart = TimeChart { size, notes, ..chart };
    Some(wide(&chart, caption, subject.band_key(), "forecasts.csv"))
}

/// What the chart shows: one year that carries the gain, or the fall of the relation, where the
/// verdict says so.
fn title(subject: &Subject<'_>) -> String {
    let decided = &subject.results.verdict;
    if let Some(carrying) = &decided.carried_by {
        return format!(
            "One year, {}, brought {} of the squared error saved",
            carrying.year,
            shares(carrying)
        );
    }
    match (decided.life, &decided.fell) {
        (Some(Life::Gone), Some(fall)) => format!(
            "Squared error saved: the relation fell between {} and {}",
            fall.first, fall.last
        ),
        _ => "Squared error saved against the mean of past returns".to_owned(),
    }
}

fn shares(carrying: &CarryingYear) -> String {
    range(carrying.shares.iter().map(|share| Some(*share)), |share| format::percent(share, 0))
}

/// What the verdict says of days, at the line of the model that speaks.
fn notes(subject: &Subject<'_>, sums: &[(&Model<'_>, Vec<f64>)]) -> Vec<Note> {
    let decided = &subject.results.verdict;
    let days = &subject.series.forecasts.days;
    let lead = subject.lead().map(|lead| lead.name);
    let Some((_, values)) = sums.iter().find(|(model, _)| Some(model.name) == lead) else {
        return Vec::new();
    };
    let at = |day: Day, text: String| {
        let position = days.partition_point(|known| *known < day);
        let day = *days.get(position)?;
        Some(Note { day, value: *values.get(position)?, text })
    };
    // In the middle of the year that carries it.
    let carried = decided.carried_by.as_ref().and_then(|carrying| {
        let day = Day::new(carrying.year, 7, 1).ok()?;
        at(day, format!("{}: {} of the gain", carrying.year, shares(carrying)))
    });
    let since = decided.since.and_then(|day| at(day, "From here on more than luck".to_owned()));
    let fell = decided.fell.as_ref().filter(|_| decided.life == Some(Life::Gone));
    let fell = fell.and_then(|fall| at(fall.last, "Nothing to be seen since".to_owned()));
    [carried, since, fell].into_iter().flatten().collect()
}

/// Where the lines end.
fn ends(sums: &[(&Model<'_>, Vec<f64>)]) -> String {
    let end = |(model, values): &(&Model<'_>, Vec<f64>)| {
        Some(format!("{} {}", model.title, format::percent(Some(*values.last()?), 2)))
    };
    let ends: Vec<String> = sums.iter().filter_map(end).collect();
    format!("Squared error saved by the last day: {}.", format::list(&ends))
}
