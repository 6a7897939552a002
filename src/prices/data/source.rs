//! What a source says of itself: `source.yaml`, and the planted truth of a synthetic one.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::check_declaration;
use super::declaration::Declaration;
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::Day;
use crate::base::yaml::Yaml;

/// `source.yaml`; every key may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Description {
    /// A name for readers.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// Terms of use.
    pub licence: String,
    /// Where the prices come from.
    pub origin: String,
    /// Whether the prices are simulated.
    pub synthetic: bool,
    /// Readers' words for the regimes of `truth.csv`.
    pub regimes: IndexMap<String, String>,
    /// Findings on the prices that somebody has looked into: they are shown as acknowledged and no
    /// longer fail `check`.
    pub acknowledged: Vec<Acknowledgement>,
    /// Where each of them stands.
    #[serde(skip)]
    pub acknowledged_at: Vec<Place>,
    /// Where the prices can be fetched, if they can.
    #[serde(flatten)]
    pub declaration: Option<Declaration>,
}

/// A finding that is no error, and why.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct Acknowledgement {
    /// The ticker; left out for a finding that is of all tickers.
    #[serde(default)]
    #[schemars(with = "String")]
    pub ticker: Option<String>,
    /// The day of the finding, the first of several.
    pub day: Day,
    /// Why it is no error: what was looked up, and where.
    #[schemars(length(min = 1), extend("x-expected" = "why it is no error"))]
    pub reason: String,
}

impl Acknowledgement {
    /// What it is of, in words: "XLE on 2013-03-06".
    fn finding(&self) -> String {
        let ticker = self.ticker.as_deref().unwrap_or("every ticker");
        format!("{ticker} on {}", self.day)
    }

    /// The problem that there is no such finding (any more).
    pub(crate) fn unanswered(&self, place: &Place) -> Problem {
        Problem::new(format!("nothing was found in {}: there is nothing to acknowledge", self.finding()))
            .at(place.clone())
            .expected("the ticker and the first day of a finding, as `check --all` lists them")
            .hint("a finding of all tickers has no `ticker`; if the prices were put right, delete the entry")
    }
}

impl Description {
    /// Reads `source.yaml`; `file` is its name in messages.
    ///
    /// # Errors
    /// The first place that is not YAML; else all that is wrong, with its places.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        let (mut description, places) = Yaml::read::<Self, _>(file, text, |yaml| {
            check_declaration::check(yaml);
            acknowledgements(yaml)
        })?;
        description.acknowledged_at = places;
        if let Some(declaration) = &mut description.declaration
            && let Some(address) = &mut declaration.base_url
        {
            address.truncate(address.trim_end_matches('/').len());
        }
        Ok(description)
    }
}

/// The places of the acknowledgements; notes those that stand twice.
fn acknowledgements(yaml: &mut Yaml<'_>) -> Vec<Place> {
    let entries = yaml.items::<Acknowledgement>("acknowledged");
    let mut known = BTreeSet::new();
    for (path, entry) in &entries {
        if !known.insert((&entry.ticker, entry.day)) {
            let problem = Problem::new(format!("{} is acknowledged twice", entry.finding()));
            yaml.report(path, problem.hint("one reason is enough: join the two"));
        }
    }
    entries.iter().map(|(path, _)| yaml.place(&format!("{path}.day"))).collect()
}

/// The planted truth of a synthetic source: one row a day.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Truth {
    /// The days.
    pub days: Vec<Day>,
    /// The regime in force over each day.
    pub regime: Vec<String>,
    /// Share of the target's variance that the planted signal explains on that day.
    pub signal_r2: Vec<f64>,
}

impl Truth {
    /// Reads `truth.csv` (`date,regime,signal_r2`); `file` is its name in messages.
    ///
    /// # Errors
    /// The first line that does not fit.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        const HEADER: &str = "date,regime,signal_r2";
        let mut truth = Self::default();
        for (position, line) in text.lines().enumerate() {
            let row = line.split_once(',').and_then(|(day, rest)| {
                let (regime, signal_r2) = rest.split_once(',')?;
                Some((day.parse().ok()?, regime, signal_r2.parse().ok()?))
            });
            match row {
                None if position == 0 && line == HEADER => {}
                Some((day, regime, signal_r2)) if position > 0 => {
                    truth.days.push(day);
                    truth.regime.push(regime.to_owned());
                    truth.signal_r2.push(signal_r2);
                }
                _ => {
                    let place = Place::line(file, position + 1, line);
                    return Err(Problem::new("not a line of a planted truth")
                        .at(place.span(1, line.chars().count().max(1)))
                        .expected(HEADER)
                        .into());
                }
            }
        }
        Ok(truth)
    }

    /// The truth by panel day: regime names, `None` where it has no such day, and signal strength.
    pub fn on(&self, days: &[Day]) -> (Vec<Option<&str>>, Vec<f64>) {
        days.iter()
            .map(|day| match self.days.binary_search(day) {
                Ok(row) => (Some(self.regime[row].as_str()), self.signal_r2[row]),
                Err(_) => (None, 0.0),
            })
            .unzip()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_with_an_unknown_key_is_refused_with_its_place() {
        let problems = Description::parse("source.yaml", "title: x\nlicense: CC0\n").unwrap_err();
        let problem = problems.iter().next().unwrap();
        assert_eq!(problem.place.as_ref().unwrap().position().unwrap().0, 2);
        assert!(problem.message.contains("license"), "{}", problem.message);
        let good = Description::parse("source.yaml", "title: x\nsynthetic: true\n").unwrap();
        assert!(good.synthetic);
    }

    #[test]
    fn an_acknowledgement_has_a_day_and_a_reason() {
        let text = "acknowledged:\n- {ticker: XLE, day: 2013-03-06, reason: looked up}\n";
        let good = Description::parse("s", &format!("{text}- {{day: 2014-01-02, reason: x}}\n"));
        let good = good.unwrap();
        let tickers: Vec<_> = good.acknowledged.iter().map(|a| a.ticker.as_deref()).collect();
        assert_eq!(tickers, [Some("XLE"), None]);
        let line = |place: &Place| place.line.as_ref().unwrap().number;
        assert_eq!(good.acknowledged_at.iter().map(line).collect::<Vec<_>>(), [2, 3]);
        for (entry, told) in [
            ("{ticker: XLE, day: 2013-03-07, reason: ' '}", "`acknowledged[1].reason` is an empty"),
            ("{ticker: XLE, day: 2013-03-07}", "missing key `acknowledged[1].reason`"),
            ("{ticker: XLE, reason: x}", "missing key `acknowledged[1].day`"),
            ("{ticker: XLE, day: 7.3.2013, reason: x}", "`acknowledged[1].day` is the text"),
            (
                "{ticker: XLE, day: 2013-03-06, reason: x}",
                "XLE on 2013-03-06 is acknowledged twice",
            ),
            ("{tiker: XLE, day: 2013-03-07, reason: x}", "unknown key `tiker`"),
        ] {
            let problems = Description::parse("s", &format!("{text}- {entry}\n")).unwrap_err();
            let message = &problems.iter().next().unwrap().message;
            assert!(problems.len() == 1 && message.starts_with(told), "{problems}");
        }
    }

    #[test]
    fn a_truth_is_found_by_day() {
        let truth =
            Truth::parse("t", "date,regime,signal_r2\n2020-01-02,calm,0\n2020-01-03,led,0.03\n")
                .unwrap();
        let days = [jiff::civil::date(2020, 1, 1), jiff::civil::date(2020, 1, 3)];
        assert_eq!(truth.on(&days), (vec![None, Some("led")], vec![0.0, 0.03]));
        assert!(Truth::parse("t", "date,regime,signal_r2\nx,y,z\n").is_err());
    }
}
