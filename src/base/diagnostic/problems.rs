//! All problems of a run, and how they are shown: the same one once with its places, and not more
//! than a reader can use.

use std::collections::BTreeMap;
use std::fmt;

use super::place::Place;
use super::problem::Problem;
use crate::base::units::format::count;

/// Problems that are kept; the rest are counted.
const MOST_KEPT: usize = 10_000;
/// Different problems that are shown.
const MOST_SHOWN: usize = 100;
/// Places of a problem that are shown beside the first.
const MOST_PLACES: usize = 5;

/// One or more problems; the error type of every check.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    kept: Vec<Problem>,
    /// How many there are beside those.
    beside: usize,
}

impl Problems {
    /// No problem yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one; beyond the first ten thousand it is only counted.
    pub fn push(&mut self, problem: Problem) {
        self.push_with(|| problem);
    }

    /// Adds one that is made only if it is kept.
    pub(crate) fn push_with(&mut self, problem: impl FnOnce() -> Problem) {
        if self.kept.len() < MOST_KEPT { self.kept.push(problem()) } else { self.beside += 1 }
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, other: Problems) {
        self.beside += other.beside;
        other.kept.into_iter().for_each(|problem| self.push(problem));
    }

    /// The problems in the order found, without those that are only counted.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.kept.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.kept.len() + self.beside
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `Ok(value)` when there is no problem, the problems otherwise.
    ///
    /// # Errors
    /// The collected problems.
    pub fn into_result<T>(self, value: T) -> Result<T, Problems> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }

    /// Forgets all but the first few, none of which was only counted.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.beside = self.beside.min(length.saturating_sub(self.kept.len()));
        self.kept.truncate(length);
    }

    /// Puts them in the order of their places, those of the file as a whole first.
    pub(crate) fn sort_by_place(&mut self) {
        let position = |problem: &Problem| {
            let (line, column, _) = problem.place.as_ref().and_then(Place::position)?;
            Some((line, column))
        };
        self.kept.sort_by_key(position);
    }

    /// Says where those are that have no place yet.
    #[must_use]
    pub(crate) fn placed(mut self, place: Option<&Place>) -> Self {
        for problem in self.kept.iter_mut().filter(|problem| problem.place.is_none()) {
            problem.place = place.cloned();
        }
        self
    }

    /// How many there are, in words: "3 problems", "2 problems at 200 places".
    pub(crate) fn counted(&self) -> String {
        // Of those that were only counted nobody knows which are the same.
        let all = self.len();
        let different = if self.beside > 0 { all } else { self.different().len() };
        let problems = if different == 1 { "problem" } else { "problems" };
        let places =
            if different < all { format!(" at {} places", count(all)) } else { String::new() };
        format!("{} {problems}{places}", count(different))
    }

    /// The problems that differ in more than their place, each with all of its places.
    fn different(&self) -> Vec<(&Problem, Vec<&Place>)> {
        let mut known = BTreeMap::new();
        let mut different: Vec<(&Problem, Vec<&Place>)> = Vec::new();
        for problem in &self.kept {
            let Problem { place, message, expected, hint } = problem;
            let Some(place) = place else {
                different.push((problem, Vec::new()));
                continue;
            };
            let at = *known.entry((message, expected, hint)).or_insert(different.len());
            match different.get_mut(at) {
                Some((_, places)) => places.push(place),
                None => different.push((problem, vec![place])),
            }
        }
        different
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self { kept: vec![problem], beside: 0 }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let different = self.different();
        for (position, (problem, places)) in different.iter().take(MOST_SHOWN).enumerate() {
            if position > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{problem}")?;
            let others = places.get(1..).unwrap_or(&[]);
            if !others.is_empty() {
                let shown: Vec<String> =
                    others.iter().take(MOST_PLACES).map(ToString::to_string).collect();
                write!(f, "\n{} = also at {}", problem.pad(), shown.join(", "))?;
            }
            if others.len() > MOST_PLACES {
                write!(f, " and {} more places", count(others.len() - MOST_PLACES))?;
            }
        }
        match different.len().saturating_sub(MOST_SHOWN) + self.beside {
            0 => Ok(()),
            more => write!(f, "\n\nand {} more problems that are not shown", count(more)),
        }
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_problem_is_told_once_with_its_places_and_many_are_counted() {
        let slip =
            |file| Problem::new("no").at(Place::line(format!("{file}.yaml"), 3, "a: b").span(1, 1));
        let mut problems = Problems::new();
        (0..200).for_each(|file| problems.push(slip(file)));
        assert_eq!(problems.counted(), "1 problem at 200 places");
        let told = "error: no\n  --> 0.yaml:3:1\n  |\n3 | a: b\n  | ^\n  = also at 1.yaml:3:1, \
                    2.yaml:3:1, 3.yaml:3:1, 4.yaml:3:1, 5.yaml:3:1 and 194 more places";
        assert_eq!(problems.to_string(), told);
        (0..20_000).for_each(|number| problems.push(Problem::new(format!("no {number}"))));
        let text = problems.to_string();
        assert!(
            text.ends_with("and 19\u{202f}901 more problems that are not shown"),
            "{}",
            &text[text.len() - 80..]
        );
        assert_eq!((problems.len(), &*problems.counted()), (20_200, "20\u{202f}200 problems"));
        assert_eq!(problems.iter().count(), MOST_KEPT);
    }
}
