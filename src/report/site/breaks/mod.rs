//! The break page: did it work, since when, is it gone, and what changed from stretch to stretch.

mod changes;
mod tables;
mod timeline;

use crate::base::units::format;
use crate::report::site::kit::part::{Link, Part};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Fact, Section, joined, percent_interval, when};
use crate::report::site::sections::alpha_path;
use crate::report::site::verdict::{Standing, lasting};
use crate::results::{BreakSummary, Evidence, interval};

/// The page; `None` without a model whose forecasts were tested for breaks.
pub(crate) fn part(subject: &Subject<'_>) -> Option<Part> {
    let lead = subject.lead()?;
    if !subject.everyone().any(|model| is_tested(&model.summary.breaks)) {
        return None;
    }
    let standing = Standing::of(subject, lead);
    let sections = [
        Some(answer(subject, &standing)),
        Some(breaks(subject, &standing)),
        alpha_path::section(subject),
    ];
    Some(Part {
        link: Link { slug: "breaks", title: "Breaks and drift", continues: "when" },
        description: format!("{}: {}.", subject.results.title, lasting(subject)),
        lead: "What is found here looks back over all forecasts, unless it says otherwise."
            .to_owned(),
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
    let mut blocks = vec![Block::Facts { rows }];
    blocks.extend(timeline::figure(subject, standing.model).map(Block::Figure));
    blocks.push(Block::details("What was known when, and how to read it", vec![tables::known()]));
    blocks
        .push(Block::details("The same statistics for every model", vec![tables::models(subject)]));
    Section {
        id: "answer",
        topic: "What came and went",
        title: lasting(subject),
        lead: match subject.everyone().count() {
            1 => format!("{}, against the mean of past returns.", standing.model.title),
            _ => format!(
                "The sentences are about {}, the first model of the spec{}.",
                standing.model.in_words(),
                when(has_evidence, " for which there is evidence")
            ),
        },
        blocks,
    }
}

fn breaks(subject: &Subject<'_>, standing: &Standing<'_>) -> Section {
    let (model, summary) = (standing.model, standing.breaks);
    let mut blocks = Vec::new();
    for (broken, pair) in summary.breaks.iter().zip(summary.segments.windows(2)) {
        let market = changes::market(subject, broken);
        let text = changes::outcome(model, broken, &pair[0], &pair[1]);
        let text = format!("{text} {market}");
        blocks.push(Block::details(broken.day.to_string(), vec![Block::text(text.trim_end())]));
    }
    if summary.breaks.is_empty() {
        blocks.push(Block::text(unbroken(standing)));
    } else {
        let table = Block::Table(tables::around(subject, &summary.breaks));
        blocks.push(Block::details("The market around each boundary", vec![table]));
    }
    let (title, lead) = match summary.breaks.len() {
        0 => (format!("One stretch describes {}’s gain best", model.in_words()), String::new()),
        cuts => (
            format!(
                "{} stretches describe {}’s gain best",
                format::upper_first(&format::number(cuts + 1)),
                model.in_words()
            ),
            "A description and no test: where volatility moves, gains without any signal fall into \
             stretches too."
                .to_owned(),
        ),
    };
    Section { id: "breaks", topic: "Stretches of the gain", title, lead, blocks }
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
        let text = serde_json::to_string(&part.sections[0]).unwrap();
        assert!(text.contains("Too few forecasts"));
        assert!(!text.contains("Fluctuation statistic of"));
        assert!(text.contains("n/a"));
    }
}
