//! The path along a grid: from the intercept alone, or one component, to the full model, looking
//! back at all of it.

use crate::base::units::format;
use crate::report::chart::{self, Along, Line, PathChart, Surface, Unit, Words};
use crate::report::site::kit::figures::{SMALL, WIDE, line, slug, words, zero_axis};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Figure, Gallery, Panel, Section, range, when};
use crate::results::{AlphaSummary, value};

/// Coefficients per day to basis points.
const BASIS_POINTS: f64 = 1e4;

/// The path charts, if some model has a grid of more than one position, and the gain map of the
/// model that speaks for the experiment; [`section`] has the others'.
pub(crate) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let (models, by_components) = (with_grid(subject), with_components(subject));
    if models.is_empty() && by_components.is_empty() {
        return Vec::new();
    }
    let mut blocks = Vec::new();
    if !models.is_empty() {
        blocks.push(Block::Gallery(transition(&models)));
    }
    if !by_components.is_empty() {
        blocks.push(Block::Gallery(components(&by_components)));
    }
    let lead = subject.lead().filter(|lead| models.iter().any(|model| model.name == lead.name));
    blocks.extend(lead.and_then(|model| gain_map(subject, model, true)).map(Block::Figure));
    blocks
}

/// What the report has no room for: the size of the fits along the penalties, and the gain maps of
/// the other models. `None` without a grid.
pub(crate) fn section(subject: &Subject<'_>) -> Option<Section> {
    let lead = subject.lead()?;
    let models = with_grid(subject);
    let mut blocks = Vec::new();
    if !models.is_empty() {
        blocks.push(Block::Gallery(fits(&models)));
    }
    let others = subject.everyone().filter(|model| model.name != lead.name);
    let maps = others.enumerate();
    let maps = maps.filter_map(|(number, model)| gain_map(subject, model, number == 0));
    blocks.extend(maps.map(Block::Figure));
    (!blocks.is_empty()).then(|| Section {
        id: "penalties",
        topic: "Along the penalties",
        title: "The path through the penalties".to_owned(),
        lead: format!(
            "How large the fits become as the penalty falls, and when each penalty gained; the \
             report has R² along the penalty and the map of {}.",
            lead.in_words()
        ),
        blocks,
    })
}

/// The plain models with more than one penalty.
fn with_grid<'s, 'a>(subject: &'s Subject<'a>) -> Vec<&'s Model<'a>> {
    let several = |model: &&Model<'_>| {
        let known = model.summary.by_alpha.iter().filter(|entry| entry.alpha.is_some());
        known.count() > 1
    };
    subject.models.iter().filter(several).collect()
}

/// The plain models with more than one number of components.
fn with_components<'s, 'a>(subject: &'s Subject<'a>) -> Vec<&'s Model<'a>> {
    subject.models.iter().filter(|model| model.summary.components.len() > 1).collect()
}

/// What changes along the number of components.
fn components(models: &[&Model<'_>]) -> Gallery {
    let r2 = words(
        "components-r2",
        "R² along the number of components",
        "Out-of-sample R² had each number of components been used throughout, and in-sample R² at \
         the last refit, one pair of lines a model, more components from left to right.",
    );
    let in_sample: Value<'_> = &|entry| entry.in_sample_r2_last;
    let along = Along::Counts;
    let r2 = path(models, along, r2, Unit::Percent(1), &|entry| entry.oos_r2, Some(in_sample));
    let norm = words(
        "components-norm",
        "Norm of the coefficients along the number of components",
        "Euclidean norm of the standardised coefficients at the last refit, one line a model.",
    );
    let size: Value<'_> = &|entry| Some(entry.norm_last * BASIS_POINTS);
    let norm = path(models, along, norm, Unit::Decimal(0), size, None);
    let panels = [
        ("R² out of sample, and in sample (dashed)", r2),
        ("Norm of the coefficients, basis points", norm),
    ];
    let caption = format!(
        "The fewest components are on the left; the mark is the number in use.{}",
        best(models)
    );
    let title = "The models on components, by their number";
    gallery(models, "figure-components", title, panels, caption)
}

/// What changes along the grid of penalties.
fn transition(models: &[&Model<'_>]) -> Gallery {
    let r2 = words(
        "path-r2",
        "R² along the penalty",
        "Out-of-sample R² had each penalty been used throughout, and in-sample R² at the last \
         refit, one pair of lines a model, the penalty falling from left to right.",
    );
    let r2 = path(
        models,
        Along::Penalties,
        r2,
        Unit::Percent(1),
        &|alpha| alpha.oos_r2,
        Some(&|alpha| alpha.in_sample_r2_last),
    );
    let nonzero = words(
        "path-nonzero",
        "Non-zero coefficients along the penalty",
        "Mean number of non-zero coefficients over the refits, one line a model.",
    );
    let nonzero = path(
        models,
        Along::Penalties,
        nonzero,
        Unit::Decimal(0),
        &|alpha| Some(alpha.nonzero_mean),
        None,
    );
    let panels = [
        ("R² out of sample, and in sample (dashed)", r2),
        ("Non-zero coefficients, mean over refits", nonzero),
    ];
    let caption = format!(
        "The strongest penalty is on the left; the mark is the penalty in use.{}",
        best(models)
    );
    gallery(models, "figure-path", "The phase transition along the penalty", panels, caption)
}

/// How large the fits are along the grid of penalties.
fn fits(models: &[&Model<'_>]) -> Gallery {
    let degrees = words(
        "path-degrees",
        "Effective degrees of freedom along the penalty",
        "Effective degrees of freedom at the last refit, one line a model.",
    );
    let unit = Unit::Decimal(0);
    let degrees =
        path(models, Along::Penalties, degrees, unit, &|alpha| alpha.effective_degrees_last, None);
    let norm = words(
        "path-norm",
        "Norm of the coefficients along the penalty",
        "Euclidean norm of the standardised coefficients at the last refit, one line a model.",
    );
    let norm = path(
        models,
        Along::Penalties,
        norm,
        unit,
        &|alpha| Some(alpha.norm_last * BASIS_POINTS),
        None,
    );
    let panels = [
        ("Effective degrees of freedom", degrees),
        ("Norm of the coefficients, basis points", norm),
    ];
    let caption = "At the last refit; the strongest penalty is on the left, and the mark is the \
                   penalty in use.";
    let title = "The size of the fits along the penalty";
    gallery(models, "figure-fits", title, panels, caption.to_owned())
}

fn gallery(
    models: &[&Model<'_>],
    id: &'static str,
    title: &str,
    panels: [(&str, String); 2],
    caption: String,
) -> Gallery {
    Gallery {
        id,
        title: title.to_owned(),
        panels: panels.map(|(title, svg)| Panel { title: title.to_owned(), svg }).into(),
        caption,
        key: models.iter().map(|model| model.swatch()).collect(),
        data: "results.json".to_owned(),
    }
}

/// Cumulative gain by day and penalty, with the penalty in use; the first map of a page says how it
/// is read. `None` without a grid.
fn gain_map(subject: &Subject<'_>, model: &Model<'_>, is_first: bool) -> Option<Figure> {
    let map = &model.summary.gain_map;
    let forecasts = &subject.series.forecasts;
    let used = subject.series.alpha(model.name)?;
    if map.alphas.len() < 2 || map.days.is_empty() {
        return None;
    }
    let id = format!("gain-map-{}", slug(model.name));
    let title = format!("{}: which penalty gained, and when", model.title);
    let surface = Surface {
        words: words(
            &id,
            &title,
            "Cumulative gain over the prevailing mean by day and penalty as colour, with the \
             penalty in use as a line.",
        ),
        first: *forecasts.days.first()?,
        days: &map.days,
        levels: &map.alphas,
        values: &map.values,
        path: (&forecasts.days, used),
        path_label: "in use",
        y_label: "Penalty α, weaker upward",
        key_label: "squared percentage points",
        size: WIDE,
    };
    let last = map.values.last()?;
    let gains = map.alphas.iter().zip(last).filter(|(_, gain)| gain.is_finite());
    let (best, gain) = gains.max_by(|a, b| a.1.total_cmp(b.1))?;
    let caption = format!(
        "{}In hindsight α = {} saved most: {} squared percentage points.",
        when(
            is_first,
            "Blue: squared error so far below the prevailing mean’s; red: above it; line: the \
             penalty in use. "
        ),
        format::significant(Some(*best)),
        format::decimal(Some(*gain), 1)
    );
    let svg = chart::surface(&surface);
    Some(Figure::new(&surface.words, svg, caption, Vec::new(), "results.json"))
}

/// A value at every position of a grid, where it is defined.
type Value<'a> = &'a dyn Fn(&AlphaSummary) -> Option<f64>;

fn path(
    models: &[&Model<'_>],
    along_what: Along,
    words: Words<'_>,
    unit: Unit,
    value: Value<'_>,
    broken: Option<Value<'_>>,
) -> String {
    let along = |value: Value<'_>| -> Vec<Vec<f64>> {
        let of = |model: &&Model<'_>| {
            let entries = model.summary.by_alpha.iter();
            entries.map(|entry| value(entry).unwrap_or(f64::NAN)).collect()
        };
        models.iter().map(of).collect()
    };
    let at = |entry: &AlphaSummary| match along_what {
        Along::Penalties => entry.alpha,
        Along::Counts => entry.components.map(|count| count as f64),
    };
    let mut positions = along(&at);
    if along_what == Along::Penalties {
        // Penalties of different models do not compare, shares of the largest do.
        for line in &mut positions {
            let largest = line.iter().copied().fold(f64::NAN, f64::max);
            line.iter_mut().for_each(|penalty| *penalty /= largest);
        }
    }
    let (values, context) = (along(value), broken.map(along).unwrap_or_default());
    let marks = models.iter().enumerate().filter_map(|(number, model)| {
        let (alpha, components) =
            (model.summary.selected_alpha_last, model.summary.selected_components_last);
        let in_use = |entry: &AlphaSummary| (entry.alpha, entry.components) == (alpha, components);
        Some((number, model.summary.by_alpha.iter().position(in_use)?))
    });
    let lines =
        models.iter().zip(&values).map(|(model, values)| line(&model.title, model.role, values));
    let context_lines = models.iter().zip(&context);
    let context_lines =
        context_lines.map(|(model, values)| Line { dashed: true, ..line("", model.role, values) });
    chart::path_chart(&PathChart {
        words,
        along: along_what,
        x_label: match along_what {
            Along::Penalties => "Penalty, share of the largest",
            Along::Counts => "Components",
        },
        positions: positions.iter().chain(&positions[..context.len()]).map(Vec::as_slice).collect(),
        lines: lines.chain(context_lines).collect(),
        marks: marks.collect(),
        axis: zero_axis("", unit),
        size: SMALL,
    })
}

/// What the best position of the grid would have given, against what was used.
fn best(models: &[&Model<'_>]) -> String {
    let along = |model: &&Model<'_>| {
        model.summary.by_alpha.iter().filter_map(|entry| entry.oos_r2).max_by(f64::total_cmp)
    };
    let show = |value| format::percent(value, 2);
    let selected = models.iter().map(|model| value(model.summary.forecast.oos_r2));
    format!(
        " R² {} at best, in hindsight; {} as selected.",
        range(models.iter().map(along), show),
        range(selected, show)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;

    fn ids(blocks: &[Block]) -> Vec<&str> {
        let ids = blocks.iter().map(|block| match block {
            Block::Figure(figure) => Some(figure.id.as_str()),
            Block::Gallery(gallery) => Some(gallery.id),
            _ => None,
        });
        ids.flatten().collect()
    }

    #[test]
    fn the_report_has_the_lead_s_map_and_the_part_the_others() {
        let experiment = stored::plain();
        let subject = Subject::new(&experiment);
        assert_eq!(ids(&blocks(&subject)), ["figure-path", "figure-gain-map-ridge"]);
        let others = ["figure-fits", "figure-gain-map-lasso", "figure-gain-map-elastic-net"];
        assert_eq!(ids(&section(&subject).unwrap().blocks), others);
    }

    #[test]
    fn one_penalty_has_no_path_and_no_map() {
        let mut experiment = stored::plain();
        for model in experiment.results.models.values_mut() {
            model.by_alpha.truncate(1);
            model.gain_map.alphas.truncate(1);
        }
        let subject = Subject::new(&experiment);
        assert!(blocks(&subject).is_empty() && section(&subject).is_none());
    }
}
