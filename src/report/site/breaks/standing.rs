//! Since when an edge can be told from luck, and whether it lives, in words.

use crate::base::units::{TRADING_DAYS_PER_YEAR, format};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::when;
use crate::results::{BreakSummary, Life};

/// How a model stands at the end of its forecasts.
pub(crate) struct Standing<'a> {
    /// The model.
    pub model: &'a Model<'a>,
    /// Its break statistics, and what was concluded from them.
    pub breaks: &'a BreakSummary,
    /// Number of forecasts.
    forecasts: usize,
}

impl<'a> Standing<'a> {
    /// Of a model.
    pub(crate) fn of(subject: &Subject<'_>, model: &'a Model<'a>) -> Self {
        let forecasts = subject.results.walk_forward.forecasts;
        Self { model, breaks: &model.summary.breaks, forecasts }
    }

    /// Whether it beat the benchmark beyond luck, over all forecasts or for a stretch of them.
    pub(crate) fn had_edge(&self) -> bool {
        self.breaks.life.is_some()
    }

    /// Since when, in a sentence.
    pub(crate) fn since_when(&self) -> Option<String> {
        let test = self.breaks.fluctuation.as_ref()?;
        let (who, stretch) = (self.model.in_words(), in_years(test.window));
        let indicative = when(test.indicative, "; indicative, as the training window expands");
        let band = format::decimal(Some(test.two_sided_5), 2);
        if let Some(day) = self.breaks.since {
            return Some(format!(
                "The {stretch} up to {day} are the first that luck alone does not explain ({who}, \
                 fluctuation statistic above {band}{indicative})."
            ));
        }
        let together = format!(": only all {} together are evidence", in_years(self.forecasts));
        Some(format!(
            "No stretch of {stretch} was better than the mean by more than luck ({who}, largest \
             fluctuation statistic {}, {band} needed{indicative}){}.",
            format::decimal(Some(test.max), 2),
            when(self.model.has_evidence(), &together)
        ))
    }

    /// When it was worse than the benchmark by more than luck, if ever.
    pub(crate) fn worst(&self) -> Option<String> {
        let test = self.breaks.fluctuation.as_ref().filter(|f| f.min < -f.two_sided_5)?;
        Some(format!(
            "The {} up to {} were worse than the mean by more than luck ({}).",
            in_years(test.window),
            test.min_day,
            format::decimal(Some(test.min), 2)
        ))
    }

    /// What the best segmentation says, for an edge that there was.
    pub(crate) fn segmentation(&self) -> Option<String> {
        if !self.had_edge() {
            return None;
        }
        match self.breaks.segments.as_slice() {
            [] => None,
            [_] => Some("No break is found: one stretch from first to last fits best.".to_owned()),
            [.., before, last] => Some(format!(
                "The best segmentation has {} stretches; in the present one, since {}, R² is {} \
                 after {}.",
                format::number(self.breaks.segments.len()),
                last.from,
                format::percent(last.oos_r2, 2),
                format::percent(before.oos_r2, 2),
            )),
        }
    }

    /// Broken or alive, in a sentence; `None` where there was nothing to break.
    pub(crate) fn state(&self) -> Option<String> {
        let test = self.breaks.fluctuation.as_ref()?;
        let (last, stretch) = (format::decimal(self.breaks.last, 2), in_years(test.window));
        let drifted = self.breaks.cusum.as_ref().and_then(|cusum| cusum.first_crossing);
        Some(match self.breaks.life? {
            Life::Alive => {
                format!("It is alive: the last {stretch} by themselves are beyond luck ({last}).")
            }
            Life::Open => match drifted {
                Some(day) => format!(
                    "Its forecast errors have drifted to one side (the CUSUM left its band on \
                     {day}); whether the edge lives on is open."
                ),
                None if self.breaks.since.is_some() => format!(
                    "Nothing shows that it has broken, but whether it lives on is open: at the \
                     end the statistic is inside its band again ({last})."
                ),
                None => format!(
                    "Nothing shows that it has broken; nor could the last {stretch} alone show \
                     that it lives ({last})."
                ),
            },
            Life::Gone if self.breaks.last.is_some_and(|last| last < -test.two_sided_5) => format!(
                "It is broken: the last {stretch} are worse than the mean by more than luck \
                 ({last})."
            ),
            Life::Gone => {
                let segment = &self.breaks.segments[self.breaks.lost?];
                let (from, r2) = (segment.from, format::percent(segment.oos_r2, 2));
                format!("It looks broken: since {from} nothing has been gained (R² {r2}).")
            }
        })
    }
}

/// A window of forecasts in words: "7.2 years", "180 trading days".
pub(crate) fn in_years(rows: usize) -> String {
    let years = rows as f64 / TRADING_DAYS_PER_YEAR;
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
    fn words(change: impl Fn(&mut BreakSummary)) -> String {
        let mut experiment = stored::plain();
        experiment.results.models.values_mut().for_each(|model| change(&mut model.breaks));
        let subject = Subject::new(&experiment);
        let standing = Standing::of(&subject, subject.lead().unwrap());
        let words = [standing.since_when(), standing.segmentation(), standing.state()];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_conclusion_has_its_words() {
        let concluded = |life, last, lost| {
            words(|breaks| {
                (breaks.life, breaks.last, breaks.lost) = (life, Some(last), lost);
                breaks.cusum.iter_mut().for_each(|cusum| cusum.first_crossing = None);
            })
        };
        for (life, last, lost, part) in [
            (Life::Alive, 3.4, None, "It is alive"),
            (Life::Alive, 3.4, None, "3.40"),
            (Life::Open, 2.0, None, "inside its band again (2.00)"),
            (Life::Gone, 1.0, Some(0), "It looks broken: since"),
            (Life::Gone, -3.2, None, "worse than the mean by more than luck (−3.20)"),
        ] {
            let words = concluded(Some(life), last, lost);
            assert!(words.contains(part), "{words}");
        }
        let never = concluded(None, 0.2, None);
        assert!(!never.contains("broken") && !never.contains("segmentation"), "{never}");
        assert_eq!(words(|breaks| (breaks.life, breaks.fluctuation) = (None, None)), "");
    }

    #[test]
    fn windows_read_as_years_or_days() {
        assert_eq!(in_years(1_812), "7.2 years");
        assert_eq!(in_years(6_039), "24 years");
        assert_eq!(in_years(180), "180 trading days");
    }
}
