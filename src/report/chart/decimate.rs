//! Which points of a long line are worth drawing.
//!
//! A chart is some 600 columns wide; a column shows no more than its lowest and its highest value.
//! Positions are cut into equal buckets and each keeps those two, so no extreme is lost, unlike by
//! sampling or averaging.

/// Points a whole chart may draw; a point costs about six bytes.
const CHART_BUDGET: usize = 6000;

/// Points one line may draw: the lowest and the highest of every other column.
const LINE_BUDGET: usize = 560;

/// Points each of `paths` lines and fills may draw.
pub(super) fn budget(paths: usize) -> usize {
    (CHART_BUDGET / paths.max(1)).clamp(40, LINE_BUDGET)
}

/// Runs of positions to draw: within a run the line is unbroken; `NaN` interrupts it.
///
/// The first and the last value and both global extremes are always kept (the earliest of equals).
/// While a line is within `budget` all its points are; beyond, gaps narrower than a bucket close.
pub(super) fn runs(values: &[f64], budget: usize) -> Vec<Vec<usize>> {
    let (Some(first), Some(last)) =
        (values.iter().position(|v| !v.is_nan()), values.iter().rposition(|v| !v.is_nan()))
    else {
        return Vec::new();
    };
    let width = if last - first < budget { 1 } else { (last - first + 1).div_ceil(budget / 2) };

    let mut runs = vec![Vec::new()];
    for from in (first..=last).step_by(width) {
        let bucket = from..(from + width).min(last + 1);
        let shown = bucket.clone().filter(|&i| !values[i].is_nan());
        let extremes = shown.fold(None, |extremes, i| {
            let (low, high) = extremes.unwrap_or((i, i));
            let low = if values[i] < values[low] { i } else { low };
            Some((low, if values[i] > values[high] { i } else { high }))
        });
        let ends = [first, last].into_iter().filter(|end| bucket.contains(end));
        let extremes = extremes.into_iter().flat_map(|(low, high)| [low, high]);
        let mut kept: Vec<usize> = ends.chain(extremes).collect();
        kept.sort_unstable();
        kept.dedup();
        match runs.last_mut() {
            Some(run) if !kept.is_empty() => run.extend(kept),
            Some(run) if !run.is_empty() => runs.push(Vec::new()),
            _ => {}
        }
    }
    runs
}

/// The runs of lines over the same positions. Each goes through what any of them keeps, so that all
/// can be read wherever one has a corner.
pub(super) fn together(lines: &[Vec<f64>], budget: usize) -> Vec<Vec<Vec<usize>>> {
    // Lines that move alike keep much the same positions.
    let budget = (2 * budget / (lines.len() + 1)).max(40);
    let own: Vec<Vec<Vec<usize>>> = lines.iter().map(|values| runs(values, budget)).collect();
    let mut kept: Vec<usize> = own.iter().flatten().flatten().copied().collect();
    kept.sort_unstable();
    kept.dedup();
    let through = |(values, own): (&Vec<f64>, Vec<Vec<usize>>)| {
        let within = |run: Vec<usize>| {
            let ends = run.first().copied().zip(run.last().copied());
            let inside = |i: &usize| ends.is_some_and(|(first, last)| (first..=last).contains(i));
            kept.iter().copied().filter(|i| inside(i) && !values[*i].is_nan()).collect()
        };
        own.into_iter().map(within).collect()
    };
    lines.iter().zip(own).map(through).collect()
}

/// Positions where a stepped line changes, with the ends of its runs: the rest is implied.
///
/// Falls back to [`runs`] where even the changes exceed `budget`.
pub(super) fn steps(values: &[f64], budget: usize) -> Vec<Vec<usize>> {
    let shown: Vec<usize> = (0..values.len()).filter(|&i| !values[i].is_nan()).collect();
    let changes = |run: &[usize]| -> Vec<usize> {
        let ends = [run[0], run[run.len() - 1]];
        let is_kept = |i: &usize| ends.contains(i) || values[*i] != values[*i - 1];
        run.iter().copied().filter(is_kept).collect()
    };
    let all: Vec<Vec<usize>> = shown.chunk_by(|a, b| a + 1 == *b).map(changes).collect();
    if all.iter().map(Vec::len).sum::<usize>() <= budget { all } else { runs(values, budget) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lines_keep_every_point_and_break_at_gaps() {
        assert_eq!(runs(&[1.0, 1.0, f64::NAN, 2.0, f64::NAN], 10), [vec![0, 1], vec![3]]);
        assert!(runs(&[f64::NAN; 4], 10).is_empty() && runs(&[], 10).is_empty());
    }

    #[test]
    fn a_step_line_keeps_its_changes() {
        let values = [1.0, 1.0, 1.0, 2.0, 2.0, f64::NAN, 3.0, 3.0];
        assert_eq!(steps(&values, 10), [vec![0, 3, 4], vec![6, 7]]);
    }

    #[test]
    fn lines_go_through_the_same_positions_where_they_have_values() {
        let saw = |period: usize| (0..999).map(|i| (i % period) as f64).collect::<Vec<f64>>();
        let (first, mut second) = (saw(7), saw(11));
        second[..500].fill(f64::NAN);
        let all = together(&[first.clone(), second.clone()], 200);
        let [own, others] = [&all[0].concat(), &all[1].concat()];
        let runs_of = |values: &[f64]| runs(values, 2 * 200 / 3).concat();
        let mut both = [runs_of(&first), runs_of(&second)].concat();
        both.sort_unstable();
        both.dedup();
        assert_eq!(*own, both);
        assert_eq!(*others, both.into_iter().filter(|i| *i >= 500).collect::<Vec<_>>());
        assert_eq!(together(std::slice::from_ref(&first), 200)[0], runs(&first, 200));
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
            let kept: Vec<usize> = runs(&values, budget).concat();
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
