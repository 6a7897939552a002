//! The break page: did it work, since when, is it gone, and what changed from stretch to stretch.

mod changes;
mod standing;
mod tables;
mod timeline;

use crate::base::units::format;
use crate::report::site::kit::part::{Link, Part};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Fact, Section, joined, percent_interval, when};
use crate::report::site::sections::alpha_path;
use crate::results::{BreakSummary, Evidence, interval};
pub(crate) use standing::Standing;

/// The page; `None` without a model whose forecasts were tested for breaks.
pub(crate) fn part(subject: &Subject<'_>) -> Option<Part> {
    let lead = subject.lead()?;
    if !subject.everyone().any(|model| is_tested(&model.summary.breaks)) {
        return None;
    }
    let standing = Standing::of(subject, lead);
    let models = "The same statistics for each model. They are not independent: all models \
                  forecast the same days from the same features.";
    let sections = [
        Some(answer(subject, &standing)),
        timeline::figure(subject, lead).map(|figure| Section {
            id: "timeline",
            topic: "One time axis", title: "One time axis".to_owned(),
            lead: format!(
                "The gain over the prevailing mean, the tests for breaks, the drift of the models \
                 and of the market beneath, day under day. The strong lines and all bands are {}’s.",
                lead.in_words()
            ),
            blocks: vec![Block::Figure(figure), tables::known()],
        }),
        Some(breaks(subject, &standing)),
        Some(Section {
            id: "models",
            topic: "Every model", title: "Every model".to_owned(),
            lead: models.to_owned(),
            blocks: vec![tables::models(subject)],
        }),
        alpha_path::section(subject),
    ];
    let description = format!(
        "When the edge of {} came and went, whether it is gone, and what changed between the \
         stretches of its gain.",
        subject.results.title
    );
    let lead = "Did it work, since when, is it gone? What is found here looks back over all \
                forecasts, unless it says otherwise.";
    Some(Part {
        link: Link { slug: "breaks", title: "Breaks and drift", continues: "when" },
        description,
        lead: lead.to_owned(),
        sections: sections.into_iter().flatten().collect(),
        shared: Vec::new(),
    })
}

/// Whether anything was looked for in a model's forecasts.
fn is_tested(breaks: &BreakSummary) -> bool {
    breaks.fluctuation.is_some() || breaks.cusum.is_some() || !breaks.segments.is_empty()
}

fn answer(subject: &Subject<'_>, standing: &Standing<'_>) -> Section {
    let forecast = &standing.model.summary.forecast;
    let has_evidence = standing.model.has_evidence();
    let worked = format!(
        "{}: R² {} ({}), scaled Clark–West p {}.",
        match subject.results.verdict.evidence {
            _ if !has_evidence => "There is no evidence that it did",
            Evidence::Suspect => "Too good to be believed",
            Evidence::Weak => "Weakly, as the interval includes zero",
            Evidence::VolatileDays => "Hardly, as few volatile days decide",
            Evidence::Clear | Evidence::None => "Yes, there is evidence",
        },
        standing.model.r2(),
        match percent_interval(interval(forecast.oos_r2), 2) {
            interval if interval.is_empty() => "no interval".to_owned(),
            interval => interval,
        },
        format::p_value(standing.model.scaled_p()),
    );
    let few = "Too few forecasts, or none that differs from the benchmark: there is nothing to \
               test.";
    let since = joined([standing.since_when(), standing.worst()]).unwrap_or_else(|| few.to_owned());
    let nothing = match standing.breaks.fluctuation {
        None => few,
        Some(_) => "There was nothing to lose.",
    };
    let state =
        joined([standing.state(), standing.segmentation()]).unwrap_or_else(|| nothing.to_owned());
    let rows = vec![
        Fact::new("Did it work?", worked),
        Fact::new("Since when?", since),
        Fact::new("Is it gone?", state),
    ];
    let note = "The rules by which these words are chosen are fixed and the same for every \
                experiment.";
    Section {
        id: "answer",
        topic: "In ten seconds", title: "In ten seconds".to_owned(),
        lead: match subject.everyone().count() {
            1 => format!("{}, against the prevailing mean.", standing.model.title),
            _ => format!(
                "{} speaks for the experiment: the first model of the spec{}. The others are \
                 below.",
                standing.model.title,
                when(has_evidence, " for which there is evidence")
            ),
        },
        blocks: vec![Block::Facts { rows }, Block::note(note, "breaks")],
    }
}

fn breaks(subject: &Subject<'_>, standing: &Standing<'_>) -> Section {
    let (model, summary) = (standing.model, standing.breaks);
    let mut blocks = Vec::new();
    for (broken, pair) in summary.breaks.iter().zip(summary.segments.windows(2)) {
        let market = changes::market(subject, broken);
        let text = changes::outcome(model, broken, &pair[0], &pair[1]);
        blocks.push(Block::heading(broken.day.to_string()));
        blocks.push(Block::text(format!("{text} {market}").trim_end()));
    }
    if summary.breaks.is_empty() {
        blocks.push(Block::text(unbroken(standing)));
    } else {
        let table = Block::Table(tables::around(subject, &summary.breaks));
        blocks.push(Block::details("The figures around each boundary", vec![table]));
    }
    let lead = match summary.breaks.len() {
        0 => format!("One stretch describes {}’s gain best.", model.in_words()),
        cuts => format!(
            "{} stretches describe {}’s gain best. That is a description and no test: where \
             volatility moves, gains without any signal fall into stretches too. Coincidence in \
             time is not a cause.",
            format::upper_first(&format::number(cuts + 1)),
            model.in_words()
        ),
    };
    Section { id: "breaks", topic: "Stretches of the gain", title: "Stretches of the gain".to_owned(), lead, blocks }
}

/// That one stretch describes the gain, with figures beside it.
fn unbroken(standing: &Standing<'_>) -> String {
    let mut parts = Vec::new();
    if let [segment] = standing.breaks.segments.as_slice() {
        parts.push(format!(
            "one stretch of {} forecasts, {} to {}, fits the gain better than any division of it \
             under the penalty (R² {})",
            format::count(segment.rows),
            segment.from,
            segment.to,
            format::percent(segment.oos_r2, 2)
        ));
    }
    if let Some(test) = &standing.breaks.fluctuation {
        parts.push(format!(
            "the raw fluctuation statistic runs from {} ({}) to {} ({})",
            format::decimal(Some(test.min), 2),
            test.min_day,
            format::decimal(Some(test.max), 2),
            test.max_day
        ));
    }
    if let Some(test) = &standing.breaks.cusum {
        parts.push(match test.first_crossing {
            None => format!(
                "the CUSUM stays inside its band (at most {} where {} is needed)",
                format::decimal(Some(test.statistic), 2),
                format::decimal(Some(test.band), 2)
            ),
            Some(day) => format!("the CUSUM leaves its band on {day}"),
        });
    }
    if parts.is_empty() {
        return "There are too few forecasts to divide.".to_owned();
    }
    format!("{}.", format::upper_first(&format::list(&parts)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::site::kit::file::Experiment;
    use crate::report::stored;

    fn page(change: impl Fn(&mut Experiment)) -> Option<Part> {
        let mut experiment = stored::plain();
        change(&mut experiment);
        part(&Subject::new(&experiment))
    }

    #[test]
    fn nothing_tested_is_no_page() {
        let none =
            page(|e| e.results.models.values_mut().for_each(|m| m.breaks = Default::default()));
        assert!(none.is_none());
        assert!(page(|e| e.results.models.clear()).is_none());
    }

    /// A model that always forecasts the benchmark has no variance of the loss difference; a short
    /// history has no test at all. Neither may keep the page from what is there.
    #[test]
    fn statistics_that_are_not_defined_leave_their_strip_out() {
        let part = page(|e| {
            e.results.models.truncate(1);
            for model in e.results.models.values_mut() {
                (model.breaks.fluctuation, model.breaks.scaled_fluctuation) = (None, None);
                model.breaks.breaks.clear();
                model.breaks.segments.clear();
            }
            for (name, values) in &mut e.series.breaks.columns {
                if name.ends_with("fluctuation") {
                    values.fill(f64::NAN);
                }
            }
        })
        .unwrap();
        let texts = |section: &str| {
            let found = part.sections.iter().find(|found| found.id == section);
            found.map(|found| serde_json::to_string(found).unwrap()).unwrap_or_default()
        };
        assert!(texts("answer").contains("Too few forecasts"));
        assert!(!texts("timeline").contains("Fluctuation statistic of"));
        assert!(texts("models").contains("n/a"));
    }
}
