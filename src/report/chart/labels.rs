//! Labels side by side without overlap.

/// Middles of labels of some heights, as near to `wanted` as standing apart within `[low, high]`
/// allows, in the same order.
///
/// With the labels sorted, a position less the half heights before it must not fall: the
/// least-squares answer is the isotonic regression, found by pooling adjacent violators. Where the
/// room is too small for all, the heights shrink.
pub(super) fn spread(wanted: &[f64], heights: &[f64], (low, high): (f64, f64)) -> Vec<f64> {
    let n = wanted.len();
    if n == 0 {
        return Vec::new();
    }
    let total: f64 = heights.iter().sum();
    let shrunk = ((high - low) / total.max(f64::MIN_POSITIVE)).min(1.0);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    // Middle of each label in a stack without gaps.
    let mut stacked = vec![0.0; n];
    let mut top = 0.0;
    for &index in &order {
        stacked[index] = top + heights[index] * shrunk / 2.0;
        top += heights[index] * shrunk;
    }

    let mut pools: Vec<(f64, usize)> = Vec::with_capacity(n);
    for &index in &order {
        let mut pool = (wanted[index] - stacked[index], 1);
        while let Some((mean, size)) = pools.pop_if(|(mean, _)| *mean > pool.0) {
            let total = size + pool.1;
            pool = ((mean * size as f64 + pool.0 * pool.1 as f64) / total as f64, total);
        }
        pools.push(pool);
    }

    let last = (high - top).max(low);
    let mut positions = vec![0.0; n];
    let mut ranks = order.iter();
    for (mean, size) in pools {
        for &index in ranks.by_ref().take(size) {
            positions[index] = mean.clamp(low, last) + stacked[index];
        }
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_with_room_stay_and_a_crowd_opens_about_its_middle() {
        let apart = |wanted: &[f64]| spread(wanted, &[12.0; 3], (0.0, 100.0));
        assert_eq!(apart(&[90.0, 10.0, 50.0]), [90.0, 10.0, 50.0]);
        assert_eq!(apart(&[50.0, 50.0, 50.0]), [38.0, 50.0, 62.0]);
        assert_eq!(apart(&[99.0, 1.0, 50.0]), [94.0, 6.0, 50.0], "whole labels are inside");
        assert_eq!(spread(&[50.0, 51.0], &[32.0, 16.0], (0.0, 100.0)), [38.5, 62.5]);
    }

    proptest::proptest! {
        #[test]
        fn labels_keep_order_distance_and_bounds(
            wanted in proptest::collection::vec(0.0_f64..300.0, 1..20),
        ) {
            let placed = spread(&wanted, &vec![14.0; wanted.len()], (0.0, 300.0));
            let gap = 14.0_f64.min(300.0 / wanted.len() as f64);
            for a in 0..wanted.len() {
                proptest::prop_assert!((-1e-9..=300.0 + 1e-9).contains(&placed[a]));
                for b in 0..a {
                    proptest::prop_assert!((placed[a] - placed[b]).abs() >= gap - 1e-9);
                    if wanted[a] < wanted[b] {
                        proptest::prop_assert!(placed[a] < placed[b]);
                    }
                }
            }
        }
    }
}
