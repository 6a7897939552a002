//! States of a refitted detector that keep their meaning, and names for what was measured in them.
//!
//! A fit numbers its states as it likes. Each is matched to the fit before by the days that both
//! have labelled; and what a state is called is decided by what the market did in it, not by its
//! number.

use crate::base::units::math;

/// Largest over smallest volatility from which states are told apart by it.
const VOLATILITY_RATIO: f64 = 1.1;
/// Largest less smallest mean coupling from which states are told apart by it.
const COUPLING_RANGE: f64 = 0.05;

/// The number that each state of a fit is given, so that as many rows as possible keep the state
/// that the fit `before` gave them; of equal numberings the one nearest to the fit's own. Rows that
/// only one of both has labelled do not count.
pub(super) fn matched(before: &[usize], now: &[usize], states: usize) -> Vec<usize> {
    let mut together = vec![0_usize; states * states];
    for (before, now) in before.iter().zip(now) {
        together[now * states + before] += 1;
    }
    let mut best = (0, (0..states).collect::<Vec<usize>>());
    let kept = |numbers: &[usize]| -> usize {
        numbers.iter().enumerate().map(|(now, before)| together[now * states + before]).sum()
    };
    best.0 = kept(&best.1);
    let mut numbers = best.1.clone();
    while next_permutation(&mut numbers) {
        let rows = kept(&numbers);
        if rows > best.0 {
            best = (rows, numbers.clone());
        }
    }
    best.1
}

/// States of all rows, numbered as those of real time where these are known.
pub(super) fn as_in_real_time(
    all: &[usize],
    real_time: &[Option<usize>],
    states: usize,
) -> impl Iterator<Item = usize> {
    let known = all.iter().zip(real_time).filter_map(|(all, real)| Some((*real.as_ref()?, *all)));
    let (before, now): (Vec<usize>, Vec<usize>) = known.unzip();
    let numbers = matched(&before, &now, states);
    all.iter().map(move |state| numbers[*state])
}

/// The next permutation in lexicographic order; `false` after the last.
fn next_permutation(items: &mut [usize]) -> bool {
    let Some(at) = (1..items.len()).rev().find(|at| items[at - 1] < items[*at]) else {
        return false;
    };
    let larger = (at..items.len()).rev().find(|other| items[*other] > items[at - 1]);
    items.swap(at - 1, larger.unwrap_or(at));
    items[at..].reverse();
    true
}

/// Names for the states of `by_day`, from what was measured over the days labelled in real time:
/// the volatility of the return (`T - 1` of them) of the day after, over which a row in the state is
/// earned, or, where that hardly differs, the mean coupling at the close (`T`, `NaN` until known).
/// States that differ in neither are numbered.
pub(super) fn names(
    by_day: &[Option<usize>],
    states: usize,
    log_returns: &[f64],
    coupling: Option<&[f64]>,
) -> Vec<String> {
    let of_state = |values: &[f64], state: usize| -> Vec<f64> {
        let inside = by_day.iter().zip(values).filter(|(of, _)| **of == Some(state));
        inside.map(|(_, value)| *value).filter(|value| value.is_finite()).collect()
    };
    // The return at position t leads from day t to the next.
    let volatility: Vec<Option<f64>> =
        (0..states).map(|state| math::std_dev(&of_state(log_returns, state))).collect();
    if let Some((least, most)) = ends(&volatility)
        && most > VOLATILITY_RATIO * least
    {
        return ranked(&volatility, "volatile");
    }
    let coupling: Vec<Option<f64>> = (0..states)
        .map(|state| coupling.and_then(|values| math::mean(&of_state(values, state))))
        .collect();
    if let Some((least, most)) = ends(&coupling)
        && most - least > COUPLING_RANGE
    {
        return ranked(&coupling, "coupled");
    }
    (1..=states).map(|number| format!("State {number}")).collect()
}

/// Smallest and largest of two or more values.
fn ends(values: &[Option<f64>]) -> Option<(f64, f64)> {
    let mut known: Vec<f64> = values.iter().copied().flatten().collect();
    known.sort_by(f64::total_cmp);
    (known.len() > 1).then(|| (known[0], known[known.len() - 1]))
}

/// "Less volatile", "More volatile"; of more than two states "Least", "Moderately" and "Most".
fn ranked(values: &[Option<f64>], what: &str) -> Vec<String> {
    let known = values.iter().flatten().count();
    let below = |value: f64| values.iter().flatten().filter(|other| **other < value).count();
    let name = |(number, value): (usize, &Option<f64>)| {
        let Some(rank) = value.map(below) else {
            return format!("State {}, on too few days to be measured", number + 1);
        };
        match (known, rank) {
            (2, 0) => format!("Less {what}"),
            (2, _) => format!("More {what}"),
            (_, 0) => format!("Least {what}"),
            (all, last) if last + 1 == all => format!("Most {what}"),
            (3, _) => format!("Moderately {what}"),
            (all, rank) => format!("{} of {all}, from least to most {what}", rank + 1),
        }
    };
    values.iter().enumerate().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permutation_of_the_states_is_undone() {
        let before: Vec<usize> = (0..300).map(|t| t / 10 % 3).collect();
        for permuted in [[0, 1, 2], [1, 0, 2], [2, 0, 1], [2, 1, 0]] {
            // Some rows have another state, and the new fit has seen more.
            let now: Vec<usize> = (0..320)
                .map(|t: usize| if t.is_multiple_of(7) { t % 3 } else { permuted[t / 10 % 3] })
                .collect();
            let numbers = matched(&before, &now, 3);
            let undone: Vec<usize> = permuted.iter().map(|state| numbers[*state]).collect();
            assert_eq!(undone, [0, 1, 2], "{permuted:?}");
        }
        assert_eq!(matched(&[], &[1, 0], 2), [0, 1], "nothing in common changes nothing");
    }

    #[test]
    fn it_keeps_at_least_as_many_rows_as_any_other_numbering() {
        let mut noise = crate::base::statistics::noise::uniform(3);
        let mut draw = |states: usize| ((noise() + 0.5) * states as f64) as usize;
        for states in 2..=5 {
            let before: Vec<usize> = (0..60).map(|_| draw(states).min(states - 1)).collect();
            let now: Vec<usize> = (0..60).map(|_| draw(states).min(states - 1)).collect();
            let kept = |numbers: &[usize]| {
                before.iter().zip(&now).filter(|(b, n)| **b == numbers[**n]).count()
            };
            let best = kept(&matched(&before, &now, states));
            let (mut numbers, mut all) = ((0..states).collect::<Vec<_>>(), 1);
            while next_permutation(&mut numbers) {
                assert!(kept(&numbers) <= best);
                all += 1;
            }
            assert_eq!(all, (1..=states).product::<usize>(), "every permutation once");
        }
    }

    #[test]
    fn names_say_what_was_measured_whatever_the_number() {
        let by_day: Vec<Option<usize>> = (0..400).map(|t| (t > 9).then_some(t / 20 % 2)).collect();
        let sign = |t: usize| if t.is_multiple_of(2) { 1.0 } else { -1.0 };
        let returns = |first: f64, second: f64| -> Vec<f64> {
            (0..399).map(|t| sign(t) * if t / 20 % 2 == 0 { first } else { second }).collect()
        };
        let coupling = |first: f64, second: f64| -> Vec<f64> {
            (0..400).map(|t| if t / 20 % 2 == 0 { first } else { second }).collect()
        };
        let tied = coupling(0.3, 0.32);
        for (returns, coupling, expected) in [
            (returns(0.01, 0.02), tied.clone(), ["Less volatile", "More volatile"]),
            (returns(0.02, 0.01), tied.clone(), ["More volatile", "Less volatile"]),
            (returns(0.01, 0.01), coupling(0.6, 0.2), ["More coupled", "Less coupled"]),
            (returns(0.01, 0.01), tied, ["State 1", "State 2"]),
        ] {
            assert_eq!(names(&by_day, 2, &returns, Some(&coupling)), expected);
        }
        let unseen = names(&by_day, 3, &returns(0.01, 0.02), None);
        assert_eq!(unseen[..2], ["Less volatile", "More volatile"]);
        assert!(unseen[2].contains("too few days"), "{unseen:?}");
    }
}
