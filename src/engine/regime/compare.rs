//! One sequence of states against another: real time against hindsight, a detector against the
//! planted truth.

use super::Labels;
use crate::base::units::math;
use crate::engine::inference::{chance, later};
use crate::prices::panel::DayIndex;
use crate::results::{Detection, Repaint};

/// How `observed` follows the changes of `truth`, whose states have the same meaning: the number of
/// changes, that of those it comes to before the next one, and the days until then on average, 0
/// where it is there already.
fn following<S: Copy + PartialEq>(
    truth: &[Option<S>],
    observed: &[Option<S>],
) -> (usize, usize, Option<f64>) {
    let (mut changes, mut delays) = (0, Vec::new());
    for day in 1..truth.len() {
        if truth[day].is_none() || truth[day - 1].is_none() || truth[day] == truth[day - 1] {
            continue;
        }
        changes += 1;
        let stay = truth[day..].iter().take_while(|state| **state == truth[day]).count();
        let seen = observed[day..day + stay].iter().position(|state| *state == truth[day]);
        delays.extend(seen.map(|delay| delay as f64));
    }
    (changes, delays.len(), math::mean(&delays))
}

/// Real-time labels against the hindsight labels of the same detector, with the target's log
/// returns (`T - 1`), so many a year; `seed` decides the shifts by which the price of a leak is
/// judged. `None` for a planted truth, which has no hindsight.
pub fn repaint(
    labels: &Labels,
    log_returns: &[f64],
    periods_per_year: u16,
    seed: u64,
) -> Option<Repaint> {
    if labels.hindsight.is_empty() {
        return None;
    }
    let days: Vec<usize> = (0..labels.by_day.len())
        .filter(|&day| labels.by_day[day].is_some() && labels.hindsight[day].is_some())
        .collect();
    let differing = days.iter().filter(|&&day| labels.by_day[day] != labels.hindsight[day]).count();
    let common = |of: &[Option<usize>]| -> Vec<Option<usize>> {
        (0..of.len()).map(|day| of[day].filter(|_| labels.by_day[day].is_some())).collect()
    };
    let (changes, detected, mean_delay) = following(&common(&labels.hindsight), &labels.by_day);
    // The last day's label earns nothing yet.
    let row = |&day: &usize| {
        let (hindsight, real_time) = (labels.hindsight[day]?, labels.by_day[day]?);
        Some(Leak { hindsight, real_time, earned: *log_returns.get(day)? })
    };
    let rows: Vec<Leak> = days.iter().filter_map(row).collect();
    let count = labels.states.len();
    let leak = priced(&rows, 0, count);
    let year = f64::from(periods_per_year);
    let chance = leak.and_then(|leak| {
        chance(seed, rows.len(), leak.price(), |by| priced(&rows, by, count).map(|l| l.price()))
    });
    Some(Repaint {
        days: days.len(),
        differing_share: (!days.is_empty()).then(|| differing as f64 / days.len() as f64),
        changes,
        detected,
        mean_delay,
        held_state: leak.map(|leak| leak.state),
        hindsight_growth: leak.map(|leak| leak.hindsight * year),
        real_time_growth: leak.map(|leak| leak.real_time * year),
        price_of_leak: leak.map(|leak| leak.price() * year),
        price_shifted: chance.map(|chance| chance.mean * year),
        price_shifted_p: chance.map(|chance| chance.p_value),
    })
}

/// A day with both labels, and what the target earned after it.
struct Leak {
    hindsight: usize,
    real_time: usize,
    earned: f64,
}

/// What holding the target in one state earns a row by either sequence of labels.
#[derive(Clone, Copy)]
struct Price {
    state: usize,
    hindsight: f64,
    real_time: f64,
}

impl Price {
    fn price(&self) -> f64 {
        self.hindsight - self.real_time
    }
}

/// Mean log growth of a row over the second half, holding the target on the days after a day in one
/// state and cash without interest on the others: by either sequence, both shifted to so many days
/// later. The state is the one with the highest mean return over the first half by hindsight labels,
/// and the same for both.
fn priced(rows: &[Leak], shift: usize, count: usize) -> Option<Price> {
    let half = rows.len() / 2;
    let shifted = || later(rows, shift).zip(rows);
    let mut sums = vec![(0.0, 0_usize); count];
    for (labels, row) in shifted().take(half) {
        let (sum, days) = &mut sums[labels.hindsight];
        *sum += row.earned;
        *days += 1;
    }
    let mean = |(sum, days): &(f64, usize)| sum / *days as f64;
    let visited = sums.iter().enumerate().filter(|(_, (_, days))| *days > 0);
    let (state, _) = visited.max_by(|a, b| mean(a.1).total_cmp(&mean(b.1)))?;
    let (mut hindsight, mut real_time) = (0.0, 0.0);
    for (labels, row) in shifted().skip(half) {
        hindsight += if labels.hindsight == state { row.earned } else { 0.0 };
        real_time += if labels.real_time == state { row.earned } else { 0.0 };
    }
    let days = (rows.len() - half) as f64;
    Some(Price { state, hindsight: hindsight / days, real_time: real_time / days })
}

/// How well a detector's states tell the days with a planted signal from those without.
///
/// A day is judged by the state at the close before it. Which states mean "signal" is chosen for
/// the best balanced accuracy on the first half of the days that both know; all figures are of the
/// second half. `None` without a planted signal, and for a planted truth itself.
pub fn detection(labels: &Labels, truth: &Labels) -> Option<Detection> {
    if !labels.causal || truth.planted_r2.is_empty() {
        return None;
    }
    let signal = |day: usize| -> Option<bool> {
        let state = truth.by_day[day]?;
        Some(truth.planted_r2[state].is_some_and(|r2| r2 > 0.0))
    };
    let judged: Vec<(bool, usize)> = (1..truth.by_day.len())
        .filter_map(|day| Some((signal(day)?, labels.at_decision(DayIndex(day - 1))?)))
        .collect();
    let (first, second) = judged.split_at(judged.len() / 2);
    let signal_states = signal_states(first, labels.states.len())?;
    let said = |state: usize| signal_states.contains(&state);
    let rate = |wanted: bool| -> Option<f64> {
        let days = second.iter().filter(|(signal, _)| *signal == wanted);
        let right = days.clone().filter(|(_, state)| said(*state) == wanted).count();
        let days = days.count();
        (days > 0).then(|| right as f64 / days as f64)
    };
    let (sensitivity, specificity) = (rate(true), rate(false));
    let truth: Vec<Option<bool>> = second.iter().map(|(signal, _)| Some(*signal)).collect();
    let observed: Vec<Option<bool>> = second.iter().map(|(_, state)| Some(said(*state))).collect();
    let (changes, detected, mean_delay) = following(&truth, &observed);
    Some(Detection {
        signal_states,
        days: second.len(),
        signal_days: second.iter().filter(|(signal, _)| *signal).count(),
        sensitivity,
        specificity,
        balanced_accuracy: sensitivity.zip(specificity).map(|(a, b)| f64::midpoint(a, b)),
        changes,
        detected,
        mean_delay,
    })
}

/// The states that a larger share of the signal days than of the other days falls in: no other
/// choice has a better balanced accuracy on these days. `None` where one of both is missing.
fn signal_states(judged: &[(bool, usize)], states: usize) -> Option<Vec<usize>> {
    let mut counts = vec![[0_usize; 2]; states];
    for (signal, state) in judged {
        counts[*state][usize::from(*signal)] += 1;
    }
    let total = |signal: usize| counts.iter().map(|count| count[signal]).sum::<usize>();
    let (without, with) = (total(0), total(1));
    if without == 0 || with == 0 {
        return None;
    }
    // Shares compared as whole numbers.
    let signals = |state: &usize| counts[*state][1] * without > counts[*state][0] * with;
    Some((0..states).filter(signals).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::RegimeKind;

    fn labels(by_day: &[usize], hindsight: &[usize]) -> Labels {
        let some = |states: &[usize]| states.iter().map(|s| Some(*s)).collect();
        let states = vec!["low".to_owned(), "high".to_owned()];
        Labels::detected(RegimeKind::Coupling, String::new(), states, some(by_day), some(hindsight))
    }

    #[test]
    fn a_label_that_comes_late_is_repainted() {
        let labels = labels(&[0, 0, 0, 1, 1, 1, 1, 0], &[0, 1, 1, 1, 1, 0, 0, 0]);
        let returns = [0.01, 0.02, 0.02, 0.02, -0.01, -0.03, -0.03];
        let repaint = repaint(&labels, &returns, 252, 1).unwrap();
        assert_eq!(repaint.differing_share, Some(0.5));
        assert_eq!((repaint.changes, repaint.detected), (2, 2));
        assert_eq!(repaint.mean_delay, Some(2.0));
        // State 1 has the higher mean on the first three days; then four are left.
        assert_eq!(repaint.held_state, Some(1));
        let year = |sum: f64| sum / 4.0 * 252.0;
        assert!((repaint.hindsight_growth.unwrap() - year(0.01)).abs() < 1e-12);
        assert!((repaint.real_time_growth.unwrap() - year(-0.05)).abs() < 1e-12);
        assert_eq!(repaint.price_shifted, None, "too few days to shift");
    }

    #[test]
    fn labels_that_know_the_future_have_a_price_beyond_chance() {
        // A state that comes now and then and earns; in real time it is seen ten days late.
        let state = |day: usize| usize::from((day / 50 * 7_919 + 3) % 101 % 3 == 1);
        let hindsight: Vec<usize> = (0..3_001).map(state).collect();
        let by_day: Vec<usize> =
            (0..3_001_usize).map(|day| state(day.saturating_sub(10))).collect();
        let mut noise = crate::base::statistics::noise::uniform(9);
        let mut returns = |drift: f64| -> Vec<f64> {
            (0..3_000).map(|day| drift * state(day) as f64 + 0.02 * noise()).collect()
        };
        let (earning, not) = (returns(0.004), returns(0.0));
        let labels = labels(&by_day, &hindsight);
        let price = |returns: &[f64]| repaint(&labels, returns, 252, 1).unwrap();
        let found = price(&earning);
        assert!(found.price_of_leak.unwrap() > 0.0 && found.price_shifted_p.unwrap() <= 0.05);
        assert!(found.price_shifted.unwrap() < found.price_of_leak.unwrap());
        assert!(price(&not).price_shifted_p.unwrap() > 0.05);
    }

    #[test]
    fn a_change_that_is_over_before_it_is_seen_is_not_detected() {
        let some = |states: &[usize]| states.iter().map(|s| Some(*s)).collect::<Vec<_>>();
        let found = following(&some(&[0, 1, 1, 0, 0, 0]), &some(&[0, 0, 0, 0, 1, 0]));
        assert_eq!(found, (2, 1, Some(0.0)));
    }

    #[test]
    fn the_meaning_of_states_is_learnt_on_the_first_half() {
        let names: Vec<Option<&str>> =
            (0..101).map(|t| Some(if t / 10 % 2 == 0 { "off" } else { "on" })).collect();
        let r2: Vec<f64> = (0..101).map(|t| f64::from(t / 10 % 2)).collect();
        let truth = super::super::planted(&names, &r2, str::to_owned);
        // State 0 is the signal; one day late in deciding, one more in the second half.
        let late = |day: usize| day.saturating_sub(if day < 50 { 0 } else { 1 });
        let by_day: Vec<usize> = (0..101).map(|day| 1 - late(day) / 10 % 2).collect();
        let found = detection(&labels(&by_day, &by_day), &truth).unwrap();
        assert_eq!(found.signal_states, [0]);
        // The last change comes with the last day: too late to be seen.
        assert_eq!((found.days, found.changes, found.detected), (50, 5, 4));
        assert_eq!(found.mean_delay, Some(2.0));
        assert!((found.balanced_accuracy.unwrap() - 0.8).abs() < 0.02);
        assert_eq!(detection(&truth, &truth), None);
    }
}
