//! Everything that comes and goes, strip under strip over one time axis.

use crate::base::units::{Day, math};
use crate::report::chart::{Axis, Corridor, Role, Stack, Strip, StripLine, Unit};
use crate::report::site::kit::figures::{self, at, thinned, words, zero_axis};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Figure, Swatch, when};
use crate::report::site::verdict::in_years;
use crate::results::{Series, Table, names};

/// Models drawn, the one that matters included.
const MOST_MODELS: usize = 4;
/// Positions of a daily series; the files have all.
const POSITIONS: usize = 350;
/// Height of a plot in units.
const HEIGHT: f64 = 84.0;

/// A strip with its values.
struct Panel {
    id: &'static str,
    label: String,
    description: String,
    axis: Axis<'static>,
    lines: Vec<Values>,
    /// The limits of chance on two days, as far above zero as below.
    corridor: Option<[(Day, f64); 2]>,
}

/// A line with its values.
struct Values {
    label: String,
    role: Role,
    light: bool,
    days: Vec<Day>,
    values: Vec<f64>,
}

/// The strips; `None` without forecasts.
pub(crate) fn figure(subject: &Subject<'_>, lead: &Model<'_>) -> Option<Figure> {
    let days = &subject.series.forecasts.days;
    let span = (*days.first()?, *days.last()?);
    let panels = panels(subject, lead, span);
    if panels.is_empty() {
        return None;
    }
    let limits: Vec<_> = panels.iter().map(|panel| panel.corridor.map(Limits::of)).collect();
    let breaks = &lead.summary.breaks.breaks;
    let stack = Stack {
        span,
        bands: &subject.bands,
        rules: breaks.iter().map(|broken| (broken.day, broken.day.to_string())).collect(),
        strips: panels.iter().zip(&limits).map(|(panel, limits)| strip(panel, limits)).collect(),
    };
    let mut key: Vec<Swatch> = shown(subject, lead).into_iter().map(Model::swatch).collect();
    key.reverse();
    key.extend(subject.band_key());
    let words = words("timeline", "What came and went", "");
    Some(Figure::new(
        &words,
        figures::stacked(&stack),
        caption(subject, lead, &panels),
        key,
        "breaks.csv",
    ))
}

fn caption(subject: &Subject<'_>, lead: &Model<'_>, panels: &[Panel]) -> String {
    let who = lead.in_words();
    let rules = match lead.summary.breaks.breaks.len() {
        0 => "No vertical rules: the best segmentation has one stretch.".to_owned(),
        1 => format!("Vertical rule: where the gain of {who} changed, by the best segmentation."),
        _ => format!("Vertical rules: where the gain of {who} changed, by the best segmentation."),
    };
    let others = if shown(subject, lead).len() > 1 {
        format!(" Strong line: {who}.")
    } else {
        String::new()
    };
    let luck = when(
        panels.iter().any(|panel| panel.corridor.is_some()),
        " Between the dashed lines a statistic is within chance, at the 5 % level.",
    );
    format!("{rules}{others}{luck}")
}

/// The models drawn, the one that matters last.
fn shown<'s, 'a>(subject: &'s Subject<'a>, lead: &'s Model<'a>) -> Vec<&'s Model<'a>> {
    let others = subject.everyone().filter(|model| model.name != lead.name);
    let mut models: Vec<&Model<'a>> = others.take(MOST_MODELS - 1).collect();
    models.reverse();
    models.push(lead);
    models
}

fn panels(subject: &Subject<'_>, lead: &Model<'_>, span: (Day, Day)) -> Vec<Panel> {
    let breaks = &subject.series.breaks.days;
    let refits = &subject.series.coefficients.days;
    // One line a model, where its values are known.
    let by_model = |days: &[Day], values: &dyn Fn(&str) -> Option<Vec<f64>>| -> Vec<Values> {
        let of = |model| Some(line(model, lead, days.to_vec(), values(model.name)?));
        shown(subject, lead).into_iter().filter_map(of).collect()
    };
    // A statistic of `breaks.csv`.
    let statistic = |id, column: Column, label: String| {
        let lines = by_model(breaks, &|model| Some(column(subject.series, model)?.to_vec()));
        let description = format!("{label}, one line a model.");
        panel(id, label, &description, zero_axis("", Unit::Decimal(1)), lines)
    };
    let days = &subject.series.forecasts.days;
    let kept = thinned(days.len(), POSITIONS);
    let mut gain = by_model(&at(days, &kept), &|model| {
        Some(at(&subject.squared_error_difference(model), &kept))
    });
    for (line, model) in gain.iter_mut().zip(shown(subject, lead)) {
        line.label.clone_from(&model.short);
    }
    let window = lead.summary.breaks.fluctuation.as_ref().map(|test| test.window);
    let fluctuation = match window {
        Some(window) => {
            let window = in_years(window, subject.results.data.periods_per_year);
            format!("Fluctuation statistic of the last {window}")
        }
        None => "Fluctuation statistic".to_owned(),
    };
    let drift = by_model(refits, &|model| Some(subject.series.drift(model)?.to_vec()));
    let rolling = "R² of the last 252 forecasts".to_owned();
    let cusum = "CUSUM of the forecast errors".to_owned();
    let mut panels = vec![
        panel(
            "strip-gain",
            "Squared error saved, share of the whole".to_owned(),
            "Running sum of the benchmark's squared error less the model's.",
            zero_axis("", Unit::Percent(2)),
            gain,
        ),
        Panel {
            axis: zero_axis("", Unit::Percent(1)),
            ..statistic("strip-rolling-r2", Series::rolling_r2, rolling)
        },
        Panel {
            corridor: fluctuation_band(subject, lead),
            ..statistic("strip-fluctuation", Series::fluctuation, fluctuation)
        },
        Panel {
            corridor: cusum_band(subject, lead),
            ..statistic("strip-cusum", Series::cusum, cusum)
        },
        panel(
            "strip-segments",
            "Best segmentation: R² of each stretch".to_owned(),
            "Out-of-sample R2 over each stretch of the best segmentation.",
            zero_axis("", Unit::Percent(1)),
            shown(subject, lead).into_iter().map(|model| segments(model, lead)).collect(),
        ),
        panel(
            "strip-coefficient-drift",
            "Coefficients: cosine with those of a year before".to_owned(),
            "Cosine of each refit's coefficients with those of a year before; 1 is no drift.",
            Axis { baseline: Some(1.0), ..zero_axis("", Unit::Decimal(1)) },
            drift,
        ),
    ];
    panels.extend(market(subject, span));
    panels.retain(|panel| {
        let mut values = panel.lines.iter().flat_map(|line| &line.values);
        values.any(|value| value.is_finite())
    });
    panels
}

/// A column of `breaks.csv` by model.
type Column = for<'s> fn(&'s Series, &str) -> Option<&'s [f64]>;

fn panel(
    id: &'static str,
    label: String,
    description: &str,
    axis: Axis<'static>,
    lines: Vec<Values>,
) -> Panel {
    Panel { id, label, description: description.to_owned(), axis, lines, corridor: None }
}

/// A line of a model without a label: strong for the one that matters.
fn line(model: &Model<'_>, lead: &Model<'_>, days: Vec<Day>, values: Vec<f64>) -> Values {
    let (label, light) = (String::new(), model.name != lead.name);
    Values { label, role: model.role, light, days, values }
}

/// The band of the fluctuation statistic, from the first full window on.
fn fluctuation_band(subject: &Subject<'_>, lead: &Model<'_>) -> Option<[(Day, f64); 2]> {
    let test = lead.summary.breaks.fluctuation.as_ref()?;
    let days = &subject.series.forecasts.days;
    let first = *days.get(test.window.checked_sub(1)?)?;
    Some([(first, test.two_sided_5), (*days.last()?, test.two_sided_5)])
}

/// The band of the CUSUM, which widens with the share of the forecasts that are in.
fn cusum_band(subject: &Subject<'_>, lead: &Model<'_>) -> Option<[(Day, f64); 2]> {
    let test = lead.summary.breaks.cusum.as_ref()?;
    let days = &subject.series.forecasts.days;
    Some([(*days.first()?, test.band), (*days.last()?, test.band * 3.0)])
}

/// R2 of each stretch of the best segmentation.
fn segments(model: &Model<'_>, lead: &Model<'_>) -> Values {
    let segments = &model.summary.breaks.segments;
    let days = segments.iter().flat_map(|segment| [segment.from, segment.to]).collect();
    let values = segments.iter().flat_map(|segment| [segment.oos_r2.unwrap_or(f64::NAN); 2]);
    line(model, lead, days, values.collect())
}

/// The features and their coupling.
fn market(subject: &Subject<'_>, span: (Day, Day)) -> Vec<Panel> {
    let series = |table: &Table, column: &str| -> Option<Values> {
        let from = table.days.partition_point(|day| *day < span.0);
        let values = table.column(column)?;
        let kept: Vec<usize> =
            thinned(table.days.len() - from, POSITIONS).iter().map(|p| p + from).collect();
        let (days, values) = (at(&table.days, &kept), at(values, &kept));
        Some(Values { label: String::new(), role: Role::Main, light: false, days, values })
    };
    let (coefficients, geometry) = (&subject.series.coefficients, &subject.series.geometry);
    let means = series(coefficients, names::MEAN_DRIFT).map(|values| {
        panel(
            "strip-mean-drift",
            "Features: last quarter’s means against the training window’s, in standard errors"
                .to_owned(),
            "Root mean square distance of the features' recent means from the training means.",
            zero_axis("", Unit::Decimal(1)),
            vec![values],
        )
    });
    let volatility = series(coefficients, names::VOLATILITY_DRIFT).map(|mut values| {
        values.values.iter_mut().for_each(|value| *value = math::exp(*value));
        panel(
            "strip-volatility-drift",
            "Features: last quarter’s volatility over the training window’s".to_owned(),
            "Geometric mean over the features of recent over training volatility.",
            Axis { log: true, baseline: Some(1.0), ..zero_axis("", Unit::Multiple) },
            vec![values],
        )
    });
    let coupling = series(geometry, names::COUPLING).map(|values| {
        let days = subject.results.geometry.window;
        panel(
            "strip-coupling",
            format!("Coupling: mean correlation of the features, last {days} days"),
            "Rolling mean correlation between the features.",
            zero_axis("", Unit::Decimal(1)),
            vec![values],
        )
    });
    [means, volatility, coupling].into_iter().flatten().collect()
}

/// The limits of chance as a chart takes them.
struct Limits {
    days: [Day; 2],
    lower: [f64; 2],
    upper: [f64; 2],
}

impl Limits {
    fn of(corridor: [(Day, f64); 2]) -> Self {
        let upper = corridor.map(|(_, value)| value);
        Self { days: corridor.map(|(day, _)| day), lower: upper.map(|value| -value), upper }
    }
}

fn strip<'a>(panel: &'a Panel, limits: &'a Option<Limits>) -> Strip<'a> {
    let line = |values: &'a Values| StripLine {
        days: &values.days,
        line: figures::line(&values.label, values.role, &values.values),
        light: values.light,
    };
    Strip {
        words: words(panel.id, &panel.label, &panel.description),
        lines: panel.lines.iter().map(line).collect(),
        corridor: limits.as_ref().map(|limits| Corridor {
            days: &limits.days,
            lower: &limits.lower,
            upper: &limits.upper,
            label: "5 % band",
        }),
        axis: Axis { label: &panel.label, ..panel.axis.clone() },
        height: HEIGHT,
    }
}
