//! Positions from forecasts: each decided from the forecasts up to its own row.

use super::Sizing;

/// Forecasts that must exist before a scale or a quartile is taken of them.
pub(crate) const MIN_FORECASTS: usize = 63;

/// Target weights, one a forecast.
pub(crate) fn positions(sizing: &Sizing, forecasts: &[f64]) -> Vec<f64> {
    let mut weights = match *sizing {
        Sizing::Binary { .. } => forecasts.iter().map(|f| sign(*f)).collect(),
        Sizing::Proportional { max_leverage, .. } => proportional(forecasts, max_leverage),
        Sizing::Quartile { steps, .. } => quartile(forecasts, steps),
    };
    if sizing.long_only() {
        weights.iter_mut().for_each(|weight: &mut f64| *weight = weight.max(0.0));
    }
    weights
}

fn sign(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value.signum() }
}

/// Forecast over the standard deviation of those before it; 0 while that is not known.
///
/// Forecasts that never varied (a lasso without coefficients between two refits) have a standard
/// deviation of zero: any forecast is then beyond the clip, and only one of zero takes no position.
fn proportional(forecasts: &[f64], max_leverage: f64) -> Vec<f64> {
    let (mut mean, mut squares) = (0.0, 0.0);
    forecasts
        .iter()
        .enumerate()
        .map(|(before, &forecast)| {
            let weight = if before >= MIN_FORECASTS && forecast != 0.0 {
                let deviation = (squares / (before - 1) as f64).sqrt();
                (forecast / deviation).clamp(-max_leverage, max_leverage)
            } else {
                0.0
            };
            let delta = forecast - mean;
            mean += delta / (before + 1) as f64;
            squares += delta * (forecast - mean);
            weight
        })
        .collect()
}

/// The step of the quartile that a forecast falls into among those before it.
fn quartile(forecasts: &[f64], steps: [f64; 4]) -> Vec<f64> {
    let mut seen = OrderStatistics::new(forecasts);
    forecasts
        .iter()
        .enumerate()
        .map(|(row, &forecast)| {
            let weight = if row >= MIN_FORECASTS {
                let below = [0.25, 0.5, 0.75]
                    .into_iter()
                    .filter(|&share| seen.quantile(share) < forecast)
                    .count();
                steps[below]
            } else {
                0.0
            };
            seen.take_in(row);
            weight
        })
        .collect()
}

/// Quantiles of the values taken in so far, each in `O(log n)`.
///
/// Values are known by their rank among all that will ever come; that order is bookkeeping only,
/// since a rank that was not taken in yet counts for nothing (a Fenwick tree of counts).
struct OrderStatistics {
    sorted: Vec<f64>,
    rank: Vec<usize>,
    counts: Vec<usize>,
    taken: usize,
}

impl OrderStatistics {
    fn new(values: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let mut rank = vec![0; values.len()];
        for (position, &row) in order.iter().enumerate() {
            rank[row] = position;
        }
        Self {
            sorted: order.iter().map(|&row| values[row]).collect(),
            rank,
            counts: vec![0; values.len().next_power_of_two() + 1],
            taken: 0,
        }
    }

    fn take_in(&mut self, row: usize) {
        let mut node = self.rank[row] + 1;
        while node < self.counts.len() {
            self.counts[node] += 1;
            node += node & node.wrapping_neg();
        }
        self.taken += 1;
    }

    /// The `k`-th smallest value taken in, from 0.
    fn nth(&self, k: usize) -> f64 {
        let (mut node, mut left) = (0, k);
        let mut step = self.counts.len() - 1;
        while step > 0 {
            if node + step < self.counts.len() && self.counts[node + step] <= left {
                node += step;
                left -= self.counts[node];
            }
            step /= 2;
        }
        self.sorted[node]
    }

    /// Linear interpolation between order statistics (numpy's default).
    fn quantile(&self, share: f64) -> f64 {
        let position = share * (self.taken - 1) as f64;
        let low = position as usize;
        let value = self.nth(low);
        let fraction = position - low as f64;
        if fraction == 0.0 { value } else { value + (self.nth(low + 1) - value) * fraction }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forecasts(n: usize) -> Vec<f64> {
        (0..n).map(|i| ((i * 7919 + 13) % 1009) as f64 / 1009.0 - 0.45).collect()
    }

    const STEPS: [f64; 4] = [-1.0, -0.5, 0.5, 1.0];

    fn proportional(max_leverage: f64, long_only: bool) -> Sizing {
        Sizing::Proportional { name: String::new(), long_only, max_leverage }
    }

    fn quartile() -> Sizing {
        Sizing::Quartile { name: String::new(), long_only: false, steps: STEPS }
    }

    #[test]
    fn quantiles_agree_with_sorting_what_came_before() {
        let f = forecasts(300);
        let weights = positions(&quartile(), &f);
        for i in 0..f.len() {
            if i < MIN_FORECASTS {
                assert_eq!(weights[i], 0.0);
                continue;
            }
            let mut before = f[..i].to_vec();
            before.sort_by(f64::total_cmp);
            let below = [0.25, 0.5, 0.75]
                .iter()
                .filter(|share| {
                    let position = *share * (i - 1) as f64;
                    let low = position.floor() as usize;
                    let high = (low + 1).min(i - 1);
                    before[low] + (before[high] - before[low]) * position.fract() < f[i]
                })
                .count();
            assert_eq!(weights[i], STEPS[below], "row {i}");
        }
    }

    #[test]
    fn forecasts_that_never_varied_are_beyond_the_clip() {
        let rule = proportional(1.0, false);
        let weights = positions(&rule, &[-0.01; 100]);
        assert!(weights[MIN_FORECASTS..].iter().all(|w| *w == -1.0));
        assert!(positions(&rule, &[0.0; 100]).iter().all(|w| *w == 0.0));
    }
}
