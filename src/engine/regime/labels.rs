//! A regime through time: one state a day, and what may be said of the sequence.

use crate::base::units::Day;
#[cfg(test)]
use crate::engine::leak;
use crate::prices::panel::DayIndex;
use crate::results::{FitRecord, RegimeKind, Segment, StateSummary};

/// One detector's states by panel day.
#[derive(Debug, Clone, PartialEq)]
pub struct Labels {
    /// What told the states apart.
    pub kind: RegimeKind,
    /// Unique within the experiment.
    pub name: String,
    /// What a reader sees.
    pub title: String,
    /// What a reader sees of each state.
    pub states: Vec<String>,
    /// Strength of the planted signal by state, on a planted truth.
    pub planted_r2: Vec<Option<f64>>,
    /// The state at the close of each panel day; `None` until it is known.
    pub by_day: Vec<Option<usize>>,
    /// What the same detector says of each day once it knows all days: never to be traded on, only
    /// to be compared with. Empty for a planted truth.
    pub hindsight: Vec<Option<usize>>,
    /// Whether the state of a day is known at that day's close. A planted truth is not: it labels
    /// the day itself, and serves to check detectors, never to trade.
    pub causal: bool,
    /// How the fits of the walk-forward ended; `None` for a detector that fits nothing that may
    /// fail.
    pub fits: Option<FitRecord>,
}

impl Labels {
    /// Of a detector, known at each day's close; without a name, which belongs to an experiment.
    pub(super) fn detected(
        kind: RegimeKind,
        title: String,
        states: Vec<String>,
        by_day: Vec<Option<usize>>,
        hindsight: Vec<Option<usize>>,
    ) -> Self {
        let (name, planted_r2, causal, fits) = (String::new(), Vec::new(), true, None);
        Self { kind, name, title, states, planted_r2, by_day, hindsight, causal, fits }
    }

    /// The state that a row is judged in, from the day at whose close it is decided: the label at
    /// that close, or, of a planted truth, the label of the day after, over which it is earned.
    pub fn at_decision(&self, decided: DayIndex) -> Option<usize> {
        let day = if self.causal { decided.0 } else { decided.0 + 1 };
        #[cfg(test)]
        let day = day + usize::from(leak::is_planted(leak::Leak::State));
        self.by_day.get(day).copied().flatten()
    }

    /// Runs of one state, in order; days before the first known state are in none.
    pub fn segments(&self, days: &[Day]) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        for (day, state) in days.iter().zip(&self.by_day) {
            let Some(state) = *state else { continue };
            match segments.last_mut() {
                Some(last) if last.state == state => last.to = *day,
                _ => segments.push(Segment { state, from: *day, to: *day }),
            }
        }
        segments
    }

    /// Days on which the state changed, after the first state was known.
    pub fn flips(&self, days: &[Day]) -> Vec<Day> {
        self.segments(days).iter().skip(1).map(|segment| segment.from).collect()
    }

    /// Days from state to state: `[from][to]` counts the days in `to` that follow a day in `from`,
    /// days without a change among them.
    pub fn transitions(&self) -> Vec<Vec<usize>> {
        let mut counts = vec![vec![0; self.states.len()]; self.states.len()];
        for pair in self.by_day.windows(2) {
            if let [Some(from), Some(to)] = *pair {
                counts[from][to] += 1;
            }
        }
        counts
    }

    /// Days, share and dwell of each state.
    pub fn summaries(&self) -> Vec<StateSummary> {
        let known = self.by_day.iter().flatten().count();
        let mut stays: Vec<Vec<usize>> = vec![Vec::new(); self.states.len()];
        for stay in self.by_day.chunk_by(|a, b| a == b) {
            if let Some(state) = stay[0] {
                stays[state].push(stay.len());
            }
        }
        self.states
            .iter()
            .zip(&mut stays)
            .enumerate()
            .map(|(state, (label, stays))| {
                let days: usize = stays.iter().sum();
                stays.sort_unstable();
                StateSummary {
                    label: label.clone(),
                    days,
                    share: if known > 0 { days as f64 / known as f64 } else { 0.0 },
                    mean_dwell: (!stays.is_empty()).then(|| days as f64 / stays.len() as f64),
                    median_dwell: median(stays),
                    longest_dwell: stays.last().copied().unwrap_or(0),
                    planted_r2: self.planted_r2.get(state).copied().flatten(),
                }
            })
            .collect()
    }
}

/// The middle of ascending lengths, the mean of both middles where there are two.
fn median(ascending: &[usize]) -> Option<f64> {
    let upper = *ascending.get(ascending.len() / 2)?;
    let lower = ascending[(ascending.len() - 1) / 2];
    Some((lower + upper) as f64 / 2.0)
}

/// The known truth of a synthetic source as labels.
///
/// `names` are the states by panel day, `None` where the truth has no such day; `describe` gives
/// the reader's words for a state's name. States are numbered in order of appearance.
pub fn planted(
    names: &[Option<&str>],
    signal_r2: &[f64],
    describe: impl Fn(&str) -> String,
) -> Labels {
    let mut states: Vec<&str> = Vec::new();
    let mut planted_r2: Vec<Option<f64>> = Vec::new();
    let mut by_day = Vec::with_capacity(names.len());
    for (name, r2) in names.iter().zip(signal_r2) {
        by_day.push(name.map(|name| {
            let state = states.iter().position(|state| *state == name).unwrap_or_else(|| {
                states.push(name);
                planted_r2.push(Some(0.0));
                states.len() - 1
            });
            let strongest = planted_r2[state].unwrap_or(0.0).max(*r2);
            planted_r2[state] = Some(strongest);
            state
        }));
    }
    let title = "Planted regime (known because the market is simulated)".to_owned();
    let states = states.into_iter().map(describe).collect();
    Labels {
        name: "planted".to_owned(),
        planted_r2,
        causal: false,
        ..Labels::detected(RegimeKind::Planted, title, states, by_day, Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    #[test]
    fn a_sequence_is_told_in_runs() {
        let names = [None, Some("calm"), Some("calm"), Some("rates"), Some("calm")];
        let labels = planted(&names, &[0.0, 0.0, 0.0, 0.03, 0.0], str::to_owned);
        let days: Vec<Day> = (0..5).map(|t| jiff::civil::date(2020, 1, 1) + t.days()).collect();
        assert_eq!(labels.flips(&days), [days[3], days[4]]);
        assert_eq!(labels.segments(&days)[0], Segment { state: 0, from: days[1], to: days[2] });
        let summaries = labels.summaries();
        assert_eq!(summaries[0].days, 3);
        assert_eq!(summaries[0].mean_dwell, Some(1.5));
        assert_eq!((summaries[0].median_dwell, summaries[0].longest_dwell), (Some(1.5), 2));
        assert_eq!(labels.transitions(), [[1, 1], [1, 0]]);
        assert_eq!(summaries[1].planted_r2, Some(0.03));
        assert!((summaries[0].share - 0.75).abs() < 1e-15);
        let decided = labels.at_decision(DayIndex(2));
        assert_eq!(decided, Some(1), "the truth labels the day that is earned");
    }
}
