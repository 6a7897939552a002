//! What a source says of itself: `source.yaml`, and the planted truth of a synthetic one.

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
    /// Where the prices can be fetched, if they can.
    #[serde(flatten)]
    pub declaration: Option<Declaration>,
}

impl Description {
    /// Reads `source.yaml`; `file` is its name in messages.
    ///
    /// # Errors
    /// The first place that is not YAML; else all that is wrong, with its places.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        let (mut description, ()) = Yaml::read::<Self, _>(file, text, check_declaration::check)?;
        if let Some(declaration) = &mut description.declaration
            && let Some(address) = &mut declaration.base_url
        {
            address.truncate(address.trim_end_matches('/').len());
        }
        Ok(description)
    }
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
    fn a_truth_is_found_by_day() {
        let truth =
            Truth::parse("t", "date,regime,signal_r2\n2020-01-02,calm,0\n2020-01-03,led,0.03\n")
                .unwrap();
        let days = [jiff::civil::date(2020, 1, 1), jiff::civil::date(2020, 1, 3)];
        assert_eq!(truth.on(&days), (vec![None, Some("led")], vec![0.0, 0.03]));
        assert!(Truth::parse("t", "date,regime,signal_r2\nx,y,z\n").is_err());
    }
}
