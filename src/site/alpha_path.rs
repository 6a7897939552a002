//! The alpha path: from the intercept alone to the full model, looking back at the whole grid.

use super::figures::{SMALL, line, zero_axis};
use super::subject::{Model, Subject};
use super::view::{Block, Gallery, Panel};
use crate::chart::{self, Axis, PathChart, Unit, Words};
use crate::results::AlphaSummary;
use crate::units::format;

/// The path charts, if some model has a grid of more than one alpha.
pub(super) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let models: Vec<&Model<'_>> =
        subject.models.iter().filter(|model| model.summary.by_alpha.len() > 1).collect();
    if models.is_empty() {
        return Vec::new();
    }
    let panels = vec![
        Panel {
            title: "Out-of-sample R²".to_owned(),
            svg: path(
                &models,
                Words {
                    id: "path-r2",
                    title: "Out-of-sample R² along the penalty",
                    description: "Out-of-sample R² had each penalty been used throughout, one \
                                  line a model, the penalty falling from left to right.",
                },
                zero_axis("R²", Unit::Percent(1)),
                |alpha| alpha.oos_r2.unwrap_or(f64::NAN),
            ),
        },
        Panel {
            title: "Non-zero coefficients".to_owned(),
            svg: path(
                &models,
                Words {
                    id: "path-nonzero",
                    title: "Non-zero coefficients along the penalty",
                    description: "Mean number of non-zero coefficients over the refits, one line \
                                  a model, the penalty falling from left to right.",
                },
                zero_axis("Mean over refits", Unit::Decimal(0)),
                |alpha| alpha.nonzero_mean,
            ),
        },
    ];
    vec![
        Block::Heading { text: "From no model to the full model".to_owned() },
        Block::Gallery(Gallery {
            id: "figure-path".to_owned(),
            title: "The phase transition along the penalty".to_owned(),
            panels,
            caption: format!(
                "Strongest penalty on the left: all coefficients are zero, or nearly so. The mark \
                 is the penalty in use at the end. {} Hindsight: each point supposes that one \
                 penalty had been used throughout, which nobody could have known to choose.{}",
                best(&models),
                if subject.aware.is_empty() {
                    ""
                } else {
                    " The plain models; a gated system has its twin’s path."
                }
            ),
            key: subject.model_key(),
            data: Some("results.json"),
        }),
    ]
}

fn path(
    models: &[&Model<'_>],
    words: Words<'_>,
    axis: Axis<'_>,
    value: impl Fn(&AlphaSummary) -> f64,
) -> String {
    let alphas: Vec<Vec<f64>> = models
        .iter()
        .map(|model| model.summary.by_alpha.iter().map(|entry| entry.alpha).collect())
        .collect();
    let values: Vec<Vec<f64>> =
        models.iter().map(|model| model.summary.by_alpha.iter().map(&value).collect()).collect();
    let marks = models
        .iter()
        .enumerate()
        .filter_map(|(number, model)| {
            let last = model.summary.selected_alpha_last;
            Some((number, alphas[number].iter().position(|alpha| *alpha == last)?))
        })
        .collect();
    chart::path_chart(&PathChart {
        words,
        x_label: "Penalty α, falling",
        positions: alphas.iter().map(Vec::as_slice).collect(),
        lines: models
            .iter()
            .zip(&values)
            .map(|(model, values)| line(&model.title, model.role, values))
            .collect(),
        marks,
        axis,
        aspect: SMALL,
    })
}

/// What the best penalty would have given, against what was used.
fn best(models: &[&Model<'_>]) -> String {
    let sentences: Vec<String> = models
        .iter()
        .filter_map(|model| {
            let best = model
                .summary
                .by_alpha
                .iter()
                .filter_map(|entry| entry.oos_r2)
                .max_by(f64::total_cmp)?;
            Some(format!(
                "{}: {} at best, {} as selected",
                model.title,
                format::percent(Some(best), 2),
                format::percent(model.summary.forecast.oos_r2, 2)
            ))
        })
        .collect();
    if sentences.is_empty() { String::new() } else { format!("{}.", sentences.join("; ")) }
}
