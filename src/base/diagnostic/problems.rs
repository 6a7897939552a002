//! All problems of a run, and how they are shown: the same one once with its places, and not more
//! than a reader can use.

use std::collections::BTreeMap;
use std::fmt;

use super::place::Place;
use super::problem::Problem;
use crate::base::units::format::count;

/// Problems of one file that are kept, so that none crowds out those of others; the rest are counted.
const MOST_OF_FILE: usize = 1_000;
/// Problems of all files that are kept.
const MOST_KEPT: usize = 10_000;
/// Different problems that are shown.
const MOST_SHOWN: usize = 100;
/// Places of a problem that are shown beside the first.
const MOST_PLACES: usize = 5;

/// One or more problems; the error type of every check.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    kept: Vec<Problem>,
    /// How many of them are of each file; those without a place are together.
    of_file: BTreeMap<String, usize>,
    /// Further places of a kept problem that are only counted; every kept one has an entry.
    places: BTreeMap<Text, usize>,
    /// Different ones that are only counted.
    beside: usize,
    /// Those that a kept one stands for: "380 more values are not days".
    summed: usize,
}

/// What makes two problems the same: message, expectation and hint.
type Text = (String, Option<String>, Option<String>);

fn text(problem: &Problem) -> Text {
    (problem.message.clone(), problem.expected.clone(), problem.hint.clone())
}

fn file(problem: &Problem) -> &str {
    problem.place.as_ref().map_or("", |place| &place.file)
}

impl Problems {
    /// No problem yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one; beyond the first thousand of a file it is only counted.
    pub fn push(&mut self, problem: Problem) {
        let text = text(&problem);
        let of_file = self.of_file.get(file(&problem)).copied().unwrap_or(0);
        if of_file < MOST_OF_FILE && self.kept.len() < MOST_KEPT {
            self.of_file.insert(file(&problem).to_owned(), of_file + 1);
            self.places.entry(text).or_insert(0);
            self.kept.push(problem);
        } else if let Some(places) = self.places.get_mut(&text) {
            *places += 1;
        } else {
            self.beside += 1;
        }
    }

    /// Adds one that stands for `count` that were never made.
    pub(crate) fn push_sum(&mut self, problem: Problem, count: usize) {
        self.push(problem);
        self.summed += count.saturating_sub(1);
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, other: Problems) {
        other.kept.into_iter().for_each(|problem| self.push(problem));
        for (text, count) in other.places.into_iter().filter(|(_, count)| *count > 0) {
            match self.places.get_mut(&text) {
                Some(places) => *places += count,
                None => self.beside += 1,
            }
        }
        self.beside += other.beside;
        self.summed += other.summed;
    }

    /// The problems in the order found, without those that are only counted.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.kept.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.kept.len() + self.places.values().sum::<usize>() + self.beside + self.summed
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
    pub(crate) fn placed(self, place: Option<&Place>) -> Self {
        let mut placed = Self { kept: Vec::new(), of_file: BTreeMap::new(), ..self };
        for problem in self.kept {
            let place = problem.place.clone().or_else(|| place.cloned());
            placed.push(Problem { place, ..problem });
        }
        placed
    }

    /// How many there are, in words: "3 problems", "2 problems at 200 places".
    pub(crate) fn counted(&self) -> String {
        let all = self.len();
        let different = self.different().len() + self.beside;
        let problems = if different == 1 { "problem" } else { "problems" };
        let places =
            if different < all { format!(" at {} places", count(all)) } else { String::new() };
        format!("{} {problems}{places}", count(different))
    }

    /// The first in each file before the second in any, so that none hides another's: the positions
    /// of those that are shown, in order.
    fn shown(different: &[(&Problem, Vec<&Place>)]) -> Vec<usize> {
        let mut of_file: BTreeMap<&str, usize> = BTreeMap::new();
        let ranked = different.iter().enumerate().map(|(position, (problem, _))| {
            let rank = of_file.entry(file(problem)).or_insert(0);
            *rank += 1;
            (*rank, position)
        });
        let mut ranked: Vec<(usize, usize)> = ranked.collect();
        ranked.sort_unstable();
        let mut shown: Vec<usize> = ranked.iter().take(MOST_SHOWN).map(|(_, at)| *at).collect();
        shown.sort_unstable();
        shown
    }

    /// The problems that differ in more than their place, each with all of its places that are kept.
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
        let mut problems = Self::new();
        problems.push(problem);
        problems
    }
}

impl fmt::Display for Problems {
    /// One after the other; as `{:#}` they are warnings.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let different = self.different();
        let shown = Self::shown(&different);
        for (position, (problem, places)) in shown.iter().map(|at| &different[*at]).enumerate() {
            if position > 0 {
                f.write_str("\n\n")?;
            }
            if f.alternate() { write!(f, "{problem:#}") } else { write!(f, "{problem}") }?;
            let others = places.get(1..).unwrap_or(&[]);
            let listed: Vec<String> =
                others.iter().take(MOST_PLACES).map(ToString::to_string).collect();
            if !listed.is_empty() {
                write!(f, "\n{} = also at {}", problem.pad(), listed.join(", "))?;
            }
            let counted = self.places.get(&text(problem)).copied().unwrap_or(0);
            match others.len() - listed.len() + counted {
                0 => {}
                more => write!(f, " and {} more places", count(more))?,
            }
        }
        match different.len() - shown.len() + self.beside {
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
        let counted = "20\u{202f}001 problems at 20\u{202f}200 places";
        assert_eq!((problems.len(), &*problems.counted()), (20_200, counted));
        assert!(problems.iter().count() < MOST_KEPT);
    }

    #[test]
    fn no_file_hides_the_problems_of_another() {
        let at = |file: &str, line| Place::line(file, line, "k: 1").span(1, 1);
        let mut problems = Problems::new();
        (1..=120).for_each(|line| {
            problems.push(Problem::new(format!("unknown key `k{line}`")).at(at("a.yaml", line)));
        });
        problems.push(Problem::new("unknown key `titel`").at(at("zz.yaml", 1)));
        let told = problems.to_string();
        assert!(told.contains("zz.yaml:1:1") && told.contains("a.yaml:99:1"), "{told}");
        assert!(told.ends_with("and 21 more problems that are not shown"), "{told}");
        assert_eq!(problems.counted(), "121 problems");
    }

    #[test]
    fn what_is_told_once_uses_no_room_of_others() {
        let at = |file: &str, line| Place::line(file, line, "k: 1").span(1, 1);
        let mut problems = Problems::new();
        let mut of_file = Problems::new();
        (1..=12_000).for_each(|line| of_file.push(Problem::new("twice").at(at("a.yaml", line))));
        problems.extend(of_file);
        problems.push(Problem::new("unknown key `titel`").at(at("zz.yaml", 1)));
        assert_eq!(problems.counted(), "2 problems at 12\u{202f}001 places");
        let told = problems.to_string();
        assert!(told.contains("and 11\u{202f}994 more places"), "{told}");
        assert!(told.contains("zz.yaml:1:1") && !told.contains("not shown"), "{told}");
        // One that stands for many is at as many places.
        problems.push_sum(Problem::new("380 more").at(Place::file("p.csv")), 380);
        assert_eq!(problems.counted(), "3 problems at 12\u{202f}381 places");
    }
}
