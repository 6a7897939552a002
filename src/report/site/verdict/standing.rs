//! Since when an edge can be told from luck, and whether it lives, in words.

use crate::base::units::format;
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::when;
use crate::results::{Answer, BreakSummary, Evidence, Fall, Life};

/// Whether the edge lasts, or else whether it differs between the states of the market, in a few
/// words.
pub(crate) fn lasting(subject: &Subject<'_>) -> String {
    let decided = &subject.results.verdict;
    let stretch = recent(subject.results.data.periods_per_year);
    match (decided.life, &decided.fell, decided.regimes_differ) {
        (Some(Life::Gone), Some(fall), _) => format!("Gone: the relation fell {}", when_of(fall)),
        (Some(Life::Weakened), Some(fall), _) => {
            format!("Weaker: the relation fell {}", when_of(fall))
        }
        (_, _, Some(Answer::Yes)) => "The relation differs between states of the market".to_owned(),
        (Some(Life::Alive), ..) => format!("Still there in the last {stretch}"),
        (Some(Life::Open), ..) => "Whether it is still there is open".to_owned(),
        (_, _, Some(_)) => "No difference between states of the market can be told".to_owned(),
        _ => "The same forecasts, period by period".to_owned(),
    }
}

/// How a model stands at the end of its forecasts.
pub(crate) struct Standing<'a> {
    /// The model.
    pub model: &'a Model<'a>,
    /// Its break statistics, and what was concluded from them.
    pub breaks: &'a BreakSummary,
    /// When the relation fell, where that is claimed.
    falls: &'a [Fall],
    /// Whether there is evidence of anything that could have been lost.
    is_shown: bool,
    /// Number of forecasts.
    forecasts: usize,
    /// How many of them a year has.
    periods_per_year: u16,
}

impl<'a> Standing<'a> {
    /// Of a model.
    pub(crate) fn of(subject: &'a Subject<'a>, model: &'a Model<'a>) -> Self {
        let forecasts = subject.results.walk_forward.forecasts;
        let falls = &subject.results.verdict.falls;
        let is_shown = subject.results.verdict.evidence != Evidence::None;
        let periods_per_year = subject.results.data.periods_per_year;
        Self { model, breaks: &model.summary.breaks, falls, is_shown, forecasts, periods_per_year }
    }

    /// Since when, in a sentence.
    pub(crate) fn since_when(&self) -> Option<String> {
        let test = self.breaks.scaled_fluctuation.as_ref()?;
        let (who, stretch) = (self.model.in_words(), in_years(test.window, self.periods_per_year));
        let indicative = when(test.indicative, "; indicative, as the training window expands");
        let band = format::decimal(Some(test.two_sided_5), 2);
        if let Some(day) = self.breaks.since {
            return Some(format!(
                "The {stretch} up to {day} are the first that luck alone does not explain ({who}, \
                 scaled fluctuation statistic above {band}{indicative})."
            ));
        }
        let together = format!(
            ": only all {} together are evidence",
            in_years(self.forecasts, self.periods_per_year)
        );
        Some(format!(
            "No stretch of {stretch} was better than the mean by more than luck ({who}, largest \
             scaled fluctuation statistic {}, {band} needed{indicative}){}.",
            format::decimal(Some(test.max), 2),
            when(self.model.has_evidence(), &together)
        ))
    }

    /// When it was worse than the benchmark by more than luck, if ever.
    pub(crate) fn worst(&self) -> Option<String> {
        let test = self.breaks.scaled_fluctuation.as_ref().filter(|f| f.min < -f.two_sided_5)?;
        Some(format!(
            "The {} up to {} were worse than the mean by more than luck ({}).",
            in_years(test.window, self.periods_per_year),
            test.min_day,
            format::decimal(Some(test.min), 2)
        ))
    }

    /// What the best segmentation says, for an edge that there was.
    pub(crate) fn segmentation(&self) -> Option<String> {
        self.breaks.life?;
        match self.breaks.segments.as_slice() {
            [] => None,
            [_] => Some("One stretch from first to last describes the gains best.".to_owned()),
            [.., before, last] => Some(format!(
                "{} stretches fit the gains best; in the present one, since {}, R² is {} after {}.",
                format::upper_first(&format::number(self.breaks.segments.len())),
                last.from,
                format::percent(last.oos_r2, 2),
                format::percent(before.oos_r2, 2),
            )),
        }
    }

    /// What became of the edge, in few words; `None` where there was none to lose.
    pub(crate) fn in_short(&self) -> Option<String> {
        self.became().map(|(short, _)| short)
    }

    /// What became of the edge, in a sentence; `None` where there was none to lose.
    pub(crate) fn state(&self) -> Option<String> {
        self.became().map(|(_, long)| long)
    }

    /// What became of the edge, in few words and in a sentence.
    fn became(&self) -> Option<(String, String)> {
        let stretch = recent(self.periods_per_year);
        let p = format::p_value(self.breaks.recent_p);
        let fell = self
            .falls
            .last()
            .map_or_else(String::new, |fall| format!(": the relation fell {}", when_of(fall)));
        let whole = "the relation of the target to the features";
        let recent = match self.breaks.recent_p {
            Some(_) => format!("the last {stretch} of forecasts have a scaled Clark–West p of {p}"),
            None => format!("there are fewer than {stretch} of forecasts to judge it by"),
        };
        let all_falls: Vec<String> = self.falls.iter().map(when_of).collect();
        let all_falls = format::list(&all_falls);
        let fell_at = format!("{whole} fell at some time {all_falls} (95 % confidence)");
        Some(match self.breaks.life? {
            Life::Alive => (
                format!("The last {stretch} still show it (p {p})."),
                format!("It is alive: {recent}, and {whole} did not fall."),
            ),
            Life::Open => (
                format!("Whether the last {stretch} show it is open (p {p})."),
                format!("Whether it lives is open: {whole} did not fall, but {recent}."),
            ),
            Life::Weakened => (
                format!("It is weaker now{fell}."),
                format!("It is weaker than it was: {fell_at}, and something of it is left."),
            ),
            Life::Gone if !self.is_shown => (
                format!("If there ever was one, it is over{fell}."),
                format!("If there ever was one, it is over: {fell_at}."),
            ),
            Life::Gone => (
                format!("It is gone{fell}."),
                format!("It is gone: {fell_at}, and nothing can be seen to be left of it."),
            ),
        })
    }
}

/// When the relation fell.
fn when_of(fall: &Fall) -> String {
    format!("between {} and {}", fall.first, fall.last)
}

/// The last 1,250 forecasts in words, over which an edge is alive or not.
pub(crate) fn recent(periods_per_year: u16) -> &'static str {
    // Five times the periods of a year of trading days.
    if periods_per_year == 252 { "five years" } else { "1,250 trading days" }
}

/// A window of forecasts in words: "7.2 years", "180 trading days"; a year has so many of them.
pub(crate) fn in_years(rows: usize, periods_per_year: u16) -> String {
    let years = rows as f64 / f64::from(periods_per_year);
    if years < 1.5 {
        format!("{rows} trading days")
    } else {
        let places = if years < 10.0 { 1 } else { 0 };
        format!("{} years", format::decimal(Some(years), places))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;

    /// What is said of an experiment that concludes this.
    fn words(evidence: Evidence, life: Option<Life>, recent_p: Option<f64>) -> String {
        let mut experiment = stored::plain();
        let day = |year| jiff::civil::date(year, 3, 1);
        experiment.results.verdict.falls = vec![Fall {
            first: day(2009),
            last: day(2014),
            statistic: 3.0,
            left: Some(0.2),
            gone: true,
        }];
        experiment.results.verdict.evidence = evidence;
        for model in experiment.results.models.values_mut() {
            (model.breaks.life, model.breaks.recent_p) = (life, recent_p);
        }
        let subject = Subject::new(&experiment);
        let standing = Standing::of(&subject, subject.lead().unwrap());
        let words = [standing.since_when(), standing.segmentation(), standing.state()];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_conclusion_has_its_words() {
        for (life, recent_p, part) in [
            (Life::Alive, Some(0.01), "It is alive: the last five years"),
            (Life::Open, Some(0.4), "is open"),
            (Life::Open, None, "fewer than five years"),
            (Life::Weakened, Some(0.2), "weaker than it was"),
            (Life::Gone, Some(0.2), "between 2009-03-01 and 2014-03-01 (95 % confidence)"),
        ] {
            let words = words(Evidence::Clear, Some(life), recent_p);
            assert!(words.contains(part), "{words}");
        }
        let lost = words(Evidence::None, Some(Life::Gone), Some(0.2));
        assert!(lost.contains("If there ever was one, it is over: the relation"), "{lost}");
        let never = words(Evidence::None, None, Some(0.5));
        assert!(!never.contains("gone") && !never.contains("alive"), "{never}");
    }

    #[test]
    fn windows_read_as_years_or_days() {
        assert_eq!(in_years(1_812, 252), "7.2 years");
        assert_eq!(in_years(6_039, 252), "24 years");
        assert_eq!(in_years(180, 252), "180 trading days");
        assert_eq!(in_years(180, 52), "3.5 years");
    }
}
