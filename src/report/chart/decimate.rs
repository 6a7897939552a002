//! Which points of a long line are worth drawing.
//!
//! A chart is some 600 columns wide; a column shows no more than its lowest and its highest value.
//! Positions are cut into equal buckets and each keeps those two, so no extreme is lost, unlike by
//! sampling or averaging.

/// Points a whole chart may draw; a point costs about six bytes.
const CHART_BUDGET: usize = 6000;

/// Points one line may draw: three for every two columns.
const LINE_BUDGET: usize = 900;

/// Points each of `paths` lines and fills may draw.
pub(super) fn budget(paths: usize) -> usize {
    (CHART_BUDGET / paths.max(1)).clamp(40, LINE_BUDGET)
}

/// Runs of positions to draw: within a run the line is unbroken.
///
/// `shown` says whether a position has a value; `value` is compared only where it is. The first
/// and the last value and both global extremes are always kept (the earliest of equals). While a
/// line is within `budget` all its points are; beyond, gaps narrower than a bucket close.
pub(super) fn runs(
    n: usize,
    shown: impl Fn(usize) -> bool,
    value: impl Fn(usize) -> f64,
    budget: usize,
) -> Vec<Vec<usize>> {
    let Some(first) = (0..n).find(|&i| shown(i)) else { return Vec::new() };
    let last = (0..n).rfind(|&i| shown(i)).unwrap_or(first);
    let width = if last - first < budget { 1 } else { (last - first + 1).div_ceil(budget / 2) };

    let mut runs = Vec::new();
    let mut run: Vec<usize> = Vec::new();
    let mut from = first;
    while from <= last {
        let bucket = from..(from + width).min(last + 1);
        let mut kept = extremes(bucket.clone().filter(|&i| shown(i)), &value);
        if bucket.contains(&first) {
            kept.push(first);
        }
        if bucket.contains(&last) {
            kept.push(last);
        }
        kept.sort_unstable();
        kept.dedup();
        if kept.is_empty() && !run.is_empty() {
            runs.push(std::mem::take(&mut run));
        }
        run.extend(kept);
        from += width;
    }
    runs.push(run);
    runs
}

/// Positions where a stepped line changes, with the ends of its runs: the rest is implied.
///
/// Falls back to [`runs`] over the same positions where even the changes exceed `budget`.
pub(super) fn steps(
    n: usize,
    shown: impl Fn(usize) -> bool,
    value: impl Fn(usize) -> f64,
    budget: usize,
) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    let mut open = false;
    for i in (0..n).filter(|&i| shown(i)) {
        let continues = open && i > 0 && shown(i - 1);
        if !continues {
            all.push(vec![i]);
            open = true;
            continue;
        }
        let ends = i + 1 == n || !shown(i + 1);
        if let Some(run) = all.last_mut() {
            let changed = run.last().is_none_or(|&held| value(held) != value(i));
            if changed || ends {
                run.push(i);
            }
        }
    }
    if all.iter().map(Vec::len).sum::<usize>() <= budget {
        return all;
    }
    runs(n, shown, value, budget)
}

fn extremes(positions: impl Iterator<Item = usize>, value: impl Fn(usize) -> f64) -> Vec<usize> {
    let mut ends: Option<(usize, usize)> = None;
    for i in positions {
        ends = Some(match ends {
            None => (i, i),
            Some((low, high)) => (
                if value(i) < value(low) { i } else { low },
                if value(i) > value(high) { i } else { high },
            ),
        });
    }
    ends.map_or_else(Vec::new, |(low, high)| vec![low, high])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64], budget: usize) -> Vec<Vec<usize>> {
        runs(values.len(), |i| values[i].is_finite(), |i| values[i], budget)
    }

    #[test]
    fn short_lines_keep_every_point_and_break_at_gaps() {
        let values = [1.0, 1.0, f64::NAN, 2.0, f64::NAN];
        assert_eq!(of(&values, 10), [vec![0, 1], vec![3]]);
        assert!(of(&[f64::NAN; 4], 10).is_empty());
        assert!(of(&[], 10).is_empty());
    }

    #[test]
    fn a_step_line_keeps_its_changes() {
        let values = [1.0, 1.0, 1.0, 2.0, 2.0, f64::NAN, 3.0, 3.0];
        let kept = steps(values.len(), |i| values[i].is_finite(), |i| values[i], 10);
        assert_eq!(kept, [vec![0, 3, 4], vec![6, 7]]);
    }

    proptest::proptest! {
        #[test]
        fn ends_and_extremes_survive_within_the_budget(
            values in proptest::collection::vec(
                proptest::prop_oneof![9 => -1e3_f64..1e3, 1 => proptest::strategy::Just(f64::NAN)],
                1..3000,
            ),
            budget in 40_usize..900,
        ) {
            let kept: Vec<usize> = of(&values, budget).concat();
            let finite: Vec<usize> = (0..values.len()).filter(|&i| values[i].is_finite()).collect();
            proptest::prop_assert!(kept.len() <= budget + 2);
            proptest::prop_assert!(kept.is_sorted() && kept.iter().all(|i| finite.contains(i)));
            proptest::prop_assert_eq!(kept.first(), finite.first());
            proptest::prop_assert_eq!(kept.last(), finite.last());
            let range = |indices: &[usize]| {
                indices.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &i| {
                    (a.min(values[i]), b.max(values[i]))
                })
            };
            proptest::prop_assert_eq!(range(&kept), range(&finite));
        }
    }
}
