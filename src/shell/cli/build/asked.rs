//! What texts ask of experiments: looked up in the results once, and not at all where the last build
//! knows the answer.

use std::collections::BTreeSet;
use std::ops::Range;

use super::make::{Maker, Settling};
use super::record::{Known, Page};
use crate::base::diagnostic::{Problem, Problems};
use crate::engine::repository::judge;
use crate::report::site::{self, Answer, Answers, Asked, Wanted};
use crate::results::Results;
use crate::shell::cli::authored::Written;
use crate::shell::store;

impl Maker<'_> {
    /// Answers to what a text asks, each at its place.
    ///
    /// # Errors
    /// What has no answer, at its place; results that cannot be read.
    pub(super) fn answers_to(
        &self,
        written: &Written<'_>,
        asked: &[(Asked, Range<usize>)],
        own: Option<&Results>,
        settled: &Settling,
    ) -> Result<Answers, store::Error> {
        let (mut answers, mut problems) = (Answers::new(), Problems::new());
        // Of its own results, which are at hand.
        let is_own =
            |asked: &Asked| own.is_some_and(|own| own.id == asked.of) && !is_drawing(asked);
        let wanted: Vec<&Wanted> =
            asked.iter().filter(|(asked, _)| is_own(asked)).map(|(asked, _)| &asked.what).collect();
        let own = own.filter(|_| !wanted.is_empty());
        let mut of_own = own.map(|own| site::values(own, &wanted)).unwrap_or_default().into_iter();
        let mut answered = Vec::new();
        // Of what a build with --only leaves out there is no answer: the words stay as they are.
        let is_there = |asked: &Asked| self.plan.by_id.contains_key(asked.of.as_str());
        for (asked, at) in asked.iter().filter(|(asked, _)| is_there(asked)) {
            let answer = match is_own(asked) {
                true => of_own.next(),
                false => Some(self.answer(asked, settled)?),
            };
            answered.extend(answer.map(|answer| (asked.clone(), at.clone(), answer)));
        }
        for (asked, at, answer) in answered {
            match answer {
                Ok(answer) => {
                    answers.insert(asked, answer);
                }
                Err(problem) => problems.push(written.placed(site::Mistake { at, problem })),
            }
        }
        problems.into_result(())?;
        Ok(answers)
    }

    /// What a page was made with of others, as far as the last build knows it, or looked up anew.
    pub(super) fn known(
        &self,
        asked: BTreeSet<Asked>,
        last: Option<&Page>,
        settled: &Settling,
    ) -> Result<Vec<Known>, store::Error> {
        let mut known = Vec::new();
        for asked in asked {
            let Some(from) = self.depends(&asked.of, settled) else { continue };
            let mut last = last.into_iter().flat_map(|page| &page.asked);
            let same = last.find(|last| last.asked == asked && last.from == from);
            let hash = match same {
                Some(same) => same.hash.clone(),
                None => match self.answer(&asked, settled)? {
                    Ok(answer) => {
                        let text = serde_json::to_vec(&answer).unwrap_or_default();
                        blake3::hash(&text).to_hex().to_string()
                    }
                    // Told when the page is made.
                    Err(_) => String::new(),
                },
            };
            known.push(Known { asked, from, hash });
        }
        Ok(known)
    }

    /// Hash of all that the answers of an experiment depend on.
    fn depends(&self, id: &str, settled: &Settling) -> Option<String> {
        let at = *self.plan.by_id.get(id)?;
        Some(self.made_of_results(at, settled))
    }

    fn answer(
        &self,
        asked: &Asked,
        settled: &Settling,
    ) -> Result<Result<Answer, Problem>, store::Error> {
        if let Some(known) = self.memory.get(asked) {
            return Ok(known);
        }
        let Some(at) = self.plan.by_id.get(asked.of.as_str()) else {
            let problem = Problem::new(format!("the site has no results of `{}`", asked.of));
            return Ok(Err(problem.hint("build without --only")));
        };
        let item = &self.plan.items[*at];
        let held = self.other(item)?;
        let (mut results, series) = (held.0.clone(), held.1.clone());
        drop(held);
        let other = self.plan.other(item).map(|other| self.other(other)).transpose()?;
        let other = other.as_ref().map(|other| (&other.0, &other.1));
        judge(&mut results, &series, other).map_err(Problems::from)?;
        self.settle(*at, settled, &mut results)?;
        let answer = match &asked.what {
            Wanted::Drawing(name) => {
                self.site.drawing(site::Experiment { results, series, sweep: None }, name)?
            }
            wanted => site::values(&results, &[wanted])
                .pop()
                .unwrap_or_else(|| Err(Problem::new(format!("`{}` has no answer", asked.of)))),
        };
        self.memory.put(asked, answer.clone());
        Ok(answer)
    }
}

/// Whether a drawing is asked for.
pub(super) fn is_drawing(asked: &Asked) -> bool {
    matches!(asked.what, Wanted::Drawing(_))
}
