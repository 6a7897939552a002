//! Since when an edge can be told from luck, and whether it lives: read off the fluctuation
//! statistic, the CUSUM and the best segmentation by fixed rules (methods page, "Breaks").

use crate::base::units::{Day, TRADING_DAYS_PER_YEAR, format};
use crate::report::site::kit::subject::{Model, Subject};
use crate::results::{BreakSummary, Fluctuation, LossSegment};

/// What became of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    /// The last window of forecasts is better than the benchmark beyond luck, and nothing broke.
    Alive,
    /// Nothing shows a break, but the last window alone cannot be told from luck.
    Open,
    /// The last segment gains nothing where an earlier one did, or the last window is worse than
    /// the benchmark beyond luck.
    Broken,
    /// There never was an edge beyond luck.
    Never,
    /// Too few forecasts, or no variation: nothing can be said.
    Unknown,
}

/// How a model stands at the end of its forecasts.
pub(crate) struct Standing<'a> {
    /// The model.
    pub model: &'a Model<'a>,
    /// Its break statistics.
    pub breaks: &'a BreakSummary,
    /// First day with the fluctuation statistic above its band.
    pub since: Option<Day>,
    /// The statistic of the last window.
    pub last: Option<f64>,
    /// What became of its edge.
    pub life: Life,
    /// Number of forecasts.
    forecasts: usize,
}

impl<'a> Standing<'a> {
    /// Judges a model.
    pub(crate) fn of(subject: &Subject<'_>, model: &'a Model<'a>) -> Self {
        let breaks = &model.summary.breaks;
        let path = fluctuation_path(subject, model.name);
        let last = path.iter().rev().map(|(_, value)| *value).find(|value| value.is_finite());
        let since = breaks.fluctuation.as_ref().and_then(|test| {
            let above = path.iter().find(|(_, value)| *value > test.two_sided_5);
            let peak = (test.max > test.two_sided_5).then_some(test.max_day);
            // The file holds every fifth forecast and may step over a short peak.
            above.map(|(day, _)| *day).or(peak)
        });
        let life = breaks.fluctuation.as_ref().map_or(Life::Unknown, |test| {
            let had_edge = model.has_evidence() || since.is_some();
            let is_above = last.is_some_and(|last| last > test.two_sided_5);
            let has_drifted = breaks.cusum.as_ref().is_some_and(|c| c.first_crossing.is_some());
            let is_lost = lost(&breaks.segments).is_some();
            match had_edge {
                false => Life::Never,
                true if is_lost || is_worse(test, last) => Life::Broken,
                true if is_above && !has_drifted => Life::Alive,
                true => Life::Open,
            }
        });
        let forecasts = subject.results.walk_forward.forecasts;
        Self { model, breaks, since, last, life, forecasts }
    }

    /// Whether it beat the benchmark beyond luck, over all forecasts or for a stretch of them.
    pub(crate) fn had_edge(&self) -> bool {
        !matches!(self.life, Life::Never | Life::Unknown)
    }

    /// Since when, in a sentence.
    pub(crate) fn since_when(&self) -> Option<String> {
        let test = self.breaks.fluctuation.as_ref()?;
        let (who, stretch) = (self.model.in_words(), in_years(test.window));
        let indicative =
            if test.indicative { "; indicative, as the training window expands" } else { "" };
        let band = format::decimal(Some(test.two_sided_5), 2);
        Some(match self.since {
            Some(day) => format!(
                "The {stretch} up to {day} are the first that luck alone does not explain ({who}, \
                 fluctuation statistic above {band}{indicative})."
            ),
            None => format!(
                "No stretch of {stretch} was better than the mean by more than luck ({who}, \
                 largest fluctuation statistic {}, {band} needed{indicative}){}.",
                format::decimal(Some(test.max), 2),
                if self.model.has_evidence() {
                    format!(": only all {} together are evidence", in_years(self.forecasts))
                } else {
                    String::new()
                }
            ),
        })
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
        let (last, stretch) = (format::decimal(self.last, 2), in_years(test.window));
        let drifted = self.breaks.cusum.as_ref().and_then(|cusum| cusum.first_crossing);
        match self.life {
            Life::Never | Life::Unknown => None,
            Life::Alive => Some(format!(
                "It is alive: the last {stretch} by themselves are beyond luck ({last})."
            )),
            Life::Open => Some(match drifted {
                Some(day) => format!(
                    "Its forecast errors have drifted to one side (the CUSUM left its band on \
                     {day}); whether the edge lives on is open."
                ),
                None if self.since.is_some() => format!(
                    "Nothing shows that it has broken, but whether it lives on is open: at the \
                     end the statistic is inside its band again ({last})."
                ),
                None => format!(
                    "Nothing shows that it has broken; nor could the last {stretch} alone show \
                     that it lives ({last})."
                ),
            }),
            Life::Broken if is_worse(test, self.last) => Some(format!(
                "It is broken: the last {stretch} are worse than the mean by more than luck \
                 ({last})."
            )),
            Life::Broken => lost(&self.breaks.segments).map(|segment| {
                format!(
                    "It looks broken: since {} nothing has been gained (R² {}).",
                    segment.from,
                    format::percent(segment.oos_r2, 2)
                )
            }),
        }
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

/// The fluctuation statistic of a model through time, as the file has it.
fn fluctuation_path(subject: &Subject<'_>, model: &str) -> Vec<(Day, f64)> {
    let values = subject.series.fluctuation(model).unwrap_or_default();
    subject.series.breaks.days.iter().copied().zip(values.iter().copied()).collect()
}

fn is_worse(test: &Fluctuation, last: Option<f64>) -> bool {
    last.is_some_and(|last| last < -test.two_sided_5)
}

/// The last segment, where it gains nothing and an earlier one did.
fn lost(segments: &[LossSegment]) -> Option<&LossSegment> {
    let (last, earlier) = segments.split_last()?;
    (last.mean_gain <= 0.0 && earlier.iter().any(|segment| segment.mean_gain > 0.0)).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;
    use crate::results::Results;

    /// The life and the words of an experiment whose statistic ends at `last`.
    fn judged(last: f64, change: impl Fn(&mut Results)) -> (Life, String) {
        let mut experiment = stored::plain();
        for (name, values) in &mut experiment.series.breaks.columns {
            if let (true, Some(end)) = (name.ends_with("fluctuation"), values.last_mut()) {
                *end = last;
            }
        }
        change(&mut experiment.results);
        let subject = Subject::new(&experiment);
        let standing = Standing::of(&subject, subject.lead().unwrap());
        let words = [standing.since_when(), standing.segmentation(), standing.state()];
        (standing.life, words.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }

    fn each(results: &mut Results, change: impl Fn(&mut BreakSummary)) {
        results.models.values_mut().for_each(|model| change(&mut model.breaks));
    }

    #[test]
    fn an_edge_above_its_band_at_the_end_is_alive_unless_its_errors_have_drifted() {
        let (life, words) = judged(3.4, |_| ());
        assert_eq!(life, Life::Alive);
        assert!(words.contains("It is alive") && words.contains("3.40"), "{words}");
        let (life, words) = judged(3.4, |results| {
            each(results, |breaks| {
                let day = breaks.segments[0].to;
                breaks.cusum.iter_mut().for_each(|cusum| cusum.first_crossing = Some(day));
            });
        });
        assert_eq!(life, Life::Open);
        assert!(words.contains("errors have drifted"), "{words}");
    }

    #[test]
    fn inside_the_band_neither_life_nor_death_is_claimed() {
        let (life, words) = judged(2.0, |_| ());
        assert_eq!(life, Life::Open);
        assert!(words.contains("first that luck alone does not explain"), "{words}");
        assert!(words.contains("inside its band again (2.00)"), "{words}");
    }

    #[test]
    fn a_last_stretch_without_gain_looks_broken() {
        let (life, words) = judged(1.0, |results| each(results, |b| b.segments.reverse()));
        assert_eq!(life, Life::Broken);
        assert!(words.contains("It looks broken: since"), "{words}");
        let (life, words) = judged(-3.2, |_| ());
        assert_eq!(life, Life::Broken);
        assert!(words.contains("worse than the mean by more than luck (−3.20)"), "{words}");
    }

    #[test]
    fn without_an_edge_nothing_can_break() {
        let mut experiment = stored::plain();
        for model in experiment.results.models.values_mut() {
            model.forecast.clark_west_p = Some(0.4);
            model.breaks.fluctuation.iter_mut().for_each(|test| test.max = 0.4);
            model.breaks.segments.reverse();
        }
        experiment.series.breaks.columns.values_mut().for_each(|values| values.fill(0.2));
        let subject = Subject::new(&experiment);
        let standing = Standing::of(&subject, subject.lead().unwrap());
        assert_eq!(standing.life, Life::Never);
        assert_eq!((standing.state(), standing.segmentation()), (None, None));
        assert!(!standing.since_when().unwrap().contains("evidence"));
    }

    #[test]
    fn without_a_test_nothing_is_said() {
        let (life, words) = judged(2.0, |results| each(results, |b| b.fluctuation = None));
        assert_eq!((life, words.as_str()), (Life::Unknown, ""));
    }

    #[test]
    fn windows_read_as_years_or_days() {
        assert_eq!(in_years(1_812), "7.2 years");
        assert_eq!(in_years(6_039), "24 years");
        assert_eq!(in_years(180), "180 trading days");
    }
}
