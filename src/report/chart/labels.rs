//! Labels side by side without overlap.

/// Positions as near to `wanted` as a distance of `gap` within `[low, high]` allows, in the same
/// order.
///
/// With the labels sorted, `position - rank * gap` must not fall: the least-squares answer is the
/// isotonic regression, found by pooling adjacent violators. Where the room is too small for all,
/// the gap shrinks.
pub(super) fn spread(wanted: &[f64], gap: f64, (low, high): (f64, f64)) -> Vec<f64> {
    let n = wanted.len();
    if n == 0 {
        return Vec::new();
    }
    let gap = gap.min((high - low) / n as f64);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));

    let mut pools: Vec<(f64, usize)> = Vec::with_capacity(n);
    for (rank, &index) in order.iter().enumerate() {
        let mut pool = (wanted[index] - rank as f64 * gap, 1);
        while let Some((mean, size)) = pools.pop_if(|(mean, _)| *mean > pool.0) {
            let total = size + pool.1;
            pool = ((mean * size as f64 + pool.0 * pool.1 as f64) / total as f64, total);
        }
        pools.push(pool);
    }

    let last = high - (n - 1) as f64 * gap;
    let mut positions = vec![0.0; n];
    let mut ranks = order.iter().enumerate();
    for (mean, size) in pools {
        for (rank, &index) in ranks.by_ref().take(size) {
            positions[index] = mean.clamp(low, last.max(low)) + rank as f64 * gap;
        }
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_with_room_stay_and_a_crowd_opens_about_its_middle() {
        assert_eq!(spread(&[90.0, 10.0, 50.0], 12.0, (0.0, 100.0)), [90.0, 10.0, 50.0]);
        assert_eq!(spread(&[50.0, 50.0, 50.0], 10.0, (0.0, 100.0)), [40.0, 50.0, 60.0]);
    }

    proptest::proptest! {
        #[test]
        fn labels_keep_order_distance_and_bounds(
            wanted in proptest::collection::vec(0.0_f64..300.0, 1..20),
        ) {
            let placed = spread(&wanted, 14.0, (0.0, 300.0));
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
