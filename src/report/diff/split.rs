//! How much of a difference comes from each cause where several changed.

use std::collections::BTreeMap;

use super::cause::{Cause, Combination, Combinations, Split};
use super::figures::{FigureChange, by_subject};

/// Splits each difference between the causes.
///
/// The program of the base cannot be run. What it would have given under a combination is taken to
/// differ from what today's gives by as much as on the base itself, which is known.
pub(super) fn split(figures: &mut [FigureChange], runs: &Combinations) {
    let known: BTreeMap<Combination, _> =
        runs.iter().map(|(combination, results)| (*combination, by_subject(results))).collect();
    for change in figures {
        let value = |combination: Combination| {
            let figures = known.get(&combination)?.get(&change.subject)?;
            figures.iter().find(|figure| figure.name() == change.metric)?.value()
        };
        change.split = shapley(&|combination| {
            if combination == Combination::BASE || combination.engine {
                return value(combination);
            }
            let base = value(Combination::BASE)?;
            let today = value(Combination::BASE.with(Cause::Engine))?;
            Some(value(combination.with(Cause::Engine))? - (today - base))
        });
    }
}

/// The mean share of each cause over the six orders; `None` where a combination has no value.
fn shapley(value: &dyn Fn(Combination) -> Option<f64>) -> Option<Split> {
    let share = |cause: Cause| {
        let [one, other] = match cause {
            Cause::Data => [Cause::Spec, Cause::Engine],
            Cause::Spec => [Cause::Data, Cause::Engine],
            Cause::Engine => [Cause::Data, Cause::Spec],
        };
        let gain = |before: Combination| Some(value(before.with(cause))? - value(before)?);
        let base = Combination::BASE;
        // First of three in two orders, second in one after each of the others, last in two.
        let ends = gain(base)? + gain(base.with(one).with(other))?;
        Some((2.0 * ends + gain(base.with(one))? + gain(base.with(other))?) / 6.0)
    };
    Some(Split {
        data: share(Cause::Data)?,
        spec: share(Cause::Spec)?,
        engine: share(Cause::Engine)?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    const HEAD: Combination = Combination { data: true, spec: true, engine: true };

    fn all() -> Vec<Combination> {
        let sides = [false, true];
        let of = |data: bool, spec: bool| sides.map(|engine| Combination { data, spec, engine });
        sides.iter().flat_map(|data| sides.map(|spec| of(*data, spec))).flatten().collect()
    }

    #[test]
    fn causes_that_do_not_interact_keep_what_they_do_alone() {
        let value = |c: Combination| {
            Some(f64::from(u8::from(c.data)) * 0.04 + f64::from(u8::from(c.spec)) * 0.01)
        };
        let split = shapley(&value).unwrap();
        for (is, expected) in [(split.data, 0.04), (split.spec, 0.01), (split.engine, 0.0)] {
            assert!((is - expected).abs() < 1e-15, "{split:?}");
        }
    }

    #[test]
    fn what_they_do_together_is_shared_and_all_of_it_is_shared_out() {
        // Worth 6 only if all three changed.
        let split = shapley(&|c| Some(if c == HEAD { 6.0 } else { 0.0 })).unwrap();
        assert_eq!(split, Split { data: 2.0, spec: 2.0, engine: 2.0 });
        // Any value: the shares add up to the whole difference.
        for seed in 1..50_u32 {
            let values: Vec<(Combination, f64)> = all()
                .into_iter()
                .zip(0_u32..)
                .map(|(c, at)| (c, f64::from((seed * 7919 + at * 104_729) % 1000)))
                .collect();
            let value = |c| values.iter().find(|(known, _)| *known == c).map(|(_, v)| *v);
            let split = shapley(&value).unwrap();
            let whole = value(HEAD).unwrap() - value(Combination::BASE).unwrap();
            let sum: f64 = Cause::ALL.map(|cause| split.of(cause)).iter().sum();
            assert!((sum - whole).abs() < 1e-9, "{split:?} {whole}");
        }
    }

    #[test]
    fn without_a_combination_there_is_no_split() {
        assert_eq!(shapley(&|c| (c != HEAD).then_some(1.0)), None);
    }
}
