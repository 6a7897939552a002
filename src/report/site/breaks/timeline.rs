//! Everything that comes and goes, strip under strip over one time axis.

use crate::base::units::{Day, math};
use crate::report::chart::{
    self, Axis, Corridor, Line, Role, Stack, Strip, StripLine, Unit, Words,
};
use crate::report::site::breaks::standing::in_years;
use crate::report::site::kit::figures::{at, thinned, zero_axis};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Figure, Swatch};
use crate::results::{Series, Table, names};

/// Models drawn, the one that matters included.
const MOST_MODELS: usize = 4;
/// Positions of a daily series; the files have all.
const POSITIONS: usize = 1_200;
/// Height of a plot in units.
const HEIGHT: f64 = 84.0;

/// A strip with its values.
struct Panel {
    id: &'static str,
    label: String,
    description: String,
    axis: Axis<'static>,
    lines: Vec<Values>,
    corridor: Option<Limits>,
}

/// A line with its values.
struct Values {
    label: String,
    role: Role,
    light: bool,
    days: Vec<Day>,
    values: Vec<f64>,
}

/// The limits of chance with their values, symmetric about zero.
struct Limits {
    days: Vec<Day>,
    lower: Vec<f64>,
    upper: Vec<f64>,
}

/// The strips; `None` without forecasts.
pub(crate) fn figure(subject: &Subject<'_>, lead: &Model<'_>) -> Option<Figure> {
    let days = &subject.series.forecasts.days;
    let span = (*days.first()?, *days.last()?);
    let panels = panels(subject, lead, span);
    if panels.is_empty() {
        return None;
    }
    let breaks = &lead.summary.breaks.breaks;
    let stack = Stack {
        span,
        bands: &subject.bands,
        rules: breaks.iter().map(|broken| (broken.day, broken.day.to_string())).collect(),
        strips: panels.iter().map(Panel::strip).collect(),
    };
    let svg: String = chart::strips(&stack)
        .into_iter()
        .map(|svg| format!("<div class=\"strip\">{svg}</div>"))
        .collect();
    let mut key: Vec<Swatch> = shown(subject, lead).into_iter().map(Model::swatch).collect();
    key.reverse();
    key.extend(subject.band_key());
    Some(Figure {
        id: "figure-timeline".to_owned(),
        title: "What came and went".to_owned(),
        svg,
        caption: caption(subject, lead, &panels),
        key,
        data: Some("breaks.csv".to_owned()),
    })
}

fn caption(subject: &Subject<'_>, lead: &Model<'_>, panels: &[Panel]) -> String {
    let others = shown(subject, lead).len() > 1;
    let rules = match lead.summary.breaks.breaks.len() {
        0 => "No vertical rules: the best segmentation has one stretch.".to_owned(),
        1 => format!(
            "The vertical rule is the day on which the best segmentation of {}’s gain breaks.",
            lead.in_words()
        ),
        _ => format!(
            "The vertical rules are the days on which the best segmentation of {}’s gain breaks.",
            lead.in_words()
        ),
    };
    let has_corridor = panels.iter().any(|panel| panel.corridor.is_some());
    format!(
        "Read down a column: did the gain change, and what else changed with it? {rules}{}{}",
        if others { " Strong line: that model; light lines: the others." } else { "" },
        if has_corridor {
            " Between the broken lines a statistic cannot be told from luck, at the 5 % level."
        } else {
            ""
        }
    )
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
    let mut panels = vec![gain(subject, lead)];
    let window = lead.summary.breaks.fluctuation.as_ref().map(|test| test.window);
    panels.push(Panel {
        axis: zero_axis("", Unit::Percent(1)),
        ..statistic(
            subject,
            lead,
            ("strip-rolling-r2", Series::rolling_r2),
            "R² of the last 252 forecasts".to_owned(),
        )
    });
    panels.push(Panel {
        corridor: fluctuation_band(subject, lead),
        ..statistic(
            subject,
            lead,
            ("strip-fluctuation", Series::fluctuation),
            match window {
                Some(window) => format!("Fluctuation statistic of the last {}", in_years(window)),
                None => "Fluctuation statistic".to_owned(),
            },
        )
    });
    panels.push(Panel {
        corridor: cusum_band(subject, lead),
        ..statistic(
            subject,
            lead,
            ("strip-cusum", Series::cusum),
            "CUSUM of the forecast errors".to_owned(),
        )
    });
    panels.push(segments(subject, lead));
    panels.push(coefficient_drift(subject, lead));
    panels.extend(market(subject, span));
    panels.retain(|panel| {
        let mut values = panel.lines.iter().flat_map(|line| &line.values);
        values.any(|value| value.is_finite())
    });
    panels
}

/// The running sum of the squared error saved.
fn gain(subject: &Subject<'_>, lead: &Model<'_>) -> Panel {
    let days = &subject.series.forecasts.days;
    let kept = thinned(days.len(), POSITIONS);
    let lines = shown(subject, lead)
        .into_iter()
        .map(|model| Values {
            label: model.short.clone(),
            days: at(days, &kept),
            values: at(&subject.squared_error_difference(model.name), &kept),
            ..Values::of(model, lead)
        })
        .collect();
    Panel {
        id: "strip-gain",
        label: "Squared error saved, cumulative, in squared returns".to_owned(),
        description: "Running sum of the benchmark's squared error less the model's.".to_owned(),
        axis: zero_axis("", Unit::Decimal(4)),
        lines,
        corridor: None,
    }
}

/// A column of `breaks.csv` by model.
type Column = for<'s> fn(&'s Series, &str) -> Option<&'s [f64]>;

/// A statistic of `breaks.csv`, one line a model.
fn statistic(
    subject: &Subject<'_>,
    lead: &Model<'_>,
    (id, values): (&'static str, Column),
    label: String,
) -> Panel {
    let days = &subject.series.breaks.days;
    let lines = shown(subject, lead)
        .into_iter()
        .filter_map(|model| {
            let values = values(subject.series, model.name)?.to_vec();
            Some(Values { days: days.clone(), values, ..Values::of(model, lead) })
        })
        .collect();
    Panel {
        id,
        description: format!("{label}, one line a model."),
        label,
        axis: zero_axis("", Unit::Decimal(1)),
        lines,
        corridor: None,
    }
}

/// The band of the fluctuation statistic, from the first full window on.
fn fluctuation_band(subject: &Subject<'_>, lead: &Model<'_>) -> Option<Limits> {
    let test = lead.summary.breaks.fluctuation.as_ref()?;
    let days = &subject.series.forecasts.days;
    let ends = [*days.get(test.window.checked_sub(1)?)?, *days.last()?];
    Some(Limits::about_zero(ends, [test.two_sided_5; 2]))
}

/// The band of the CUSUM, which widens with the share of the forecasts that are in.
fn cusum_band(subject: &Subject<'_>, lead: &Model<'_>) -> Option<Limits> {
    let test = lead.summary.breaks.cusum.as_ref()?;
    let days = &subject.series.forecasts.days;
    let widened = |share: f64| test.band * (1.0 + 2.0 * share);
    let ends = [*days.first()?, *days.last()?];
    Some(Limits::about_zero(ends, [widened(0.0), widened(1.0)]))
}

/// R2 of each stretch of the best segmentation.
fn segments(subject: &Subject<'_>, lead: &Model<'_>) -> Panel {
    let lines = shown(subject, lead)
        .into_iter()
        .map(|model| {
            let segments = &model.summary.breaks.segments;
            let value = |r2: Option<f64>| r2.unwrap_or(f64::NAN);
            Values {
                days: segments.iter().flat_map(|segment| [segment.from, segment.to]).collect(),
                values: segments.iter().flat_map(|s| [value(s.oos_r2); 2]).collect(),
                ..Values::of(model, lead)
            }
        })
        .collect();
    Panel {
        id: "strip-segments",
        label: "Best segmentation: R² of each stretch".to_owned(),
        description: "Out-of-sample R2 over each stretch of the best segmentation.".to_owned(),
        axis: zero_axis("", Unit::Percent(1)),
        lines,
        corridor: None,
    }
}

fn coefficient_drift(subject: &Subject<'_>, lead: &Model<'_>) -> Panel {
    let days = &subject.series.coefficients.days;
    let lines = shown(subject, lead)
        .into_iter()
        .filter_map(|model| {
            let values = subject.series.drift(model.name)?.to_vec();
            Some(Values { days: days.clone(), values, ..Values::of(model, lead) })
        })
        .collect();
    Panel {
        id: "strip-coefficient-drift",
        label: "Coefficients: cosine with those of a year before".to_owned(),
        description: "Cosine of each refit's coefficients with those of a year before; 1 is no \
                      drift."
            .to_owned(),
        axis: Axis { baseline: Some(1.0), ..zero_axis("", Unit::Decimal(1)) },
        lines,
        corridor: None,
    }
}

/// The features and their coupling.
fn market(subject: &Subject<'_>, span: (Day, Day)) -> Vec<Panel> {
    let panel = |id, label: &str, description: &str, axis, values: Values| Panel {
        id,
        label: label.to_owned(),
        description: description.to_owned(),
        axis,
        lines: vec![values],
        corridor: None,
    };
    let series = |table: &Table, column: &str| -> Option<Values> {
        let from = table.days.partition_point(|day| *day < span.0);
        let values = table.column(column)?;
        let kept: Vec<usize> =
            thinned(table.days.len() - from, POSITIONS).iter().map(|p| p + from).collect();
        Some(Values {
            label: String::new(),
            role: Role::Main,
            light: false,
            days: at(&table.days, &kept),
            values: at(values, &kept),
        })
    };
    let (coefficients, geometry) = (&subject.series.coefficients, &subject.series.geometry);
    let mut panels = Vec::new();
    if let Some(values) = series(coefficients, names::MEAN_DRIFT) {
        panels.push(panel(
            "strip-mean-drift",
            "Features: last quarter’s means against the training window’s, in standard errors",
            "Root mean square distance of the features' recent means from the training means.",
            zero_axis("", Unit::Decimal(1)),
            values,
        ));
    }
    if let Some(mut values) = series(coefficients, names::VOLATILITY_DRIFT) {
        values.values.iter_mut().for_each(|value| *value = math::exp(*value));
        panels.push(panel(
            "strip-volatility-drift",
            "Features: last quarter’s volatility over the training window’s",
            "Geometric mean over the features of recent over training volatility.",
            Axis { log: true, baseline: Some(1.0), ..zero_axis("", Unit::Multiple) },
            values,
        ));
    }
    if let Some(values) = series(geometry, names::COUPLING) {
        panels.push(panel(
            "strip-coupling",
            &format!(
                "Coupling: mean correlation of the features, last {} days",
                subject.results.geometry.window
            ),
            "Rolling mean correlation between the features.",
            zero_axis("", Unit::Decimal(1)),
            values,
        ));
    }
    panels
}

impl Limits {
    fn about_zero(days: [Day; 2], upper: [f64; 2]) -> Self {
        Self {
            days: days.to_vec(),
            lower: upper.map(|value| -value).to_vec(),
            upper: upper.to_vec(),
        }
    }
}

impl Values {
    /// A line of a model without values yet: strong for the one that matters.
    fn of(model: &Model<'_>, lead: &Model<'_>) -> Self {
        Self {
            label: String::new(),
            role: model.role,
            light: model.name != lead.name,
            days: Vec::new(),
            values: Vec::new(),
        }
    }
}

impl Panel {
    fn strip(&self) -> Strip<'_> {
        Strip {
            words: Words { id: self.id, title: &self.label, description: &self.description },
            lines: self
                .lines
                .iter()
                .map(|values| StripLine {
                    days: &values.days,
                    line: Line {
                        label: &values.label,
                        role: values.role,
                        values: &values.values,
                        fill: false,
                        dashed: false,
                        step: false,
                    },
                    light: values.light,
                })
                .collect(),
            corridor: self.corridor.as_ref().map(|limits| Corridor {
                days: &limits.days,
                lower: &limits.lower,
                upper: &limits.upper,
                label: "5 % band",
            }),
            axis: Axis { label: &self.label, ..self.axis.clone() },
            height: HEIGHT,
        }
    }
}
