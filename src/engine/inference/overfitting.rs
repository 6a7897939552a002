//! How often the best of several strategies in one half of the days is below the median in the
//! other (Bailey, Borwein, Lopez de Prado and Zhu 2017).

use super::sharpe_difference::Moments;
use crate::base::statistics::largest;
use crate::results::Overfitting;

/// Blocks of consecutive days of which every half is tried.
const BLOCKS: usize = 16;

/// Splits of the blocks into two halves: 16 over 8.
const SPLITS: usize = 12_870;

/// Probability of backtest overfitting by combinatorially symmetric cross-validation, from the daily
/// excess returns of each strategy over the same days, judged by their Sharpe ratio.
///
/// The first days, which are not enough for a sixteenth each, are left out. `None` with fewer than
/// two strategies or with less than a quarter of a year in each block.
pub(crate) fn overfitting(strategies: &[&[f64]]) -> Option<Overfitting> {
    const SHORTEST: usize = 63;
    let days = strategies.first()?.len() / BLOCKS;
    if strategies.len() < 2 || days < SHORTEST {
        return None;
    }
    // Sum and sum of squares of every strategy: by block, then over the blocks of each set of the
    // lower and of the upper eight.
    let of_block = |block: usize| -> Vec<[f64; 2]> {
        let moments = strategies.iter().map(|returns| {
            let first = returns.len() - BLOCKS * days + block * days;
            let inside = &returns[first..first + days];
            [inside.iter().sum::<f64>(), inside.iter().map(|r| r * r).sum()]
        });
        moments.collect()
    };
    let blocks: Vec<Vec<[f64; 2]>> = (0..BLOCKS).map(of_block).collect();
    let half = BLOCKS / 2;
    let sets = |from: usize| -> Vec<Vec<[f64; 2]>> {
        (0..1_usize << half).map(|set| total(&blocks, set, from, strategies.len())).collect()
    };
    let (lower, upper) = (sets(0), sets(half));
    let all = 1_usize << BLOCKS;
    let low = (1_usize << half) - 1;
    let inside: Vec<usize> = (0..all).filter(|set| set.count_ones() as usize == half).collect();
    let rows = (half * days) as f64;
    let sharpe = |set: usize, found: &mut Vec<f64>| {
        found.clear();
        let pairs = lower[set & low].iter().zip(&upper[set >> half]);
        found.extend(pairs.map(|(a, b)| {
            let [mean, square] = [0, 1].map(|at| (a[at] + b[at]) / rows);
            // One that holds nothing earns nothing for its risk.
            Moments { mean, square }.sharpe().unwrap_or(0.0)
        }));
    };
    let (mut below, mut lost) = (0, 0);
    let (mut chosen_by, mut other) = (Vec::new(), Vec::new());
    for set in inside {
        sharpe(set, &mut chosen_by);
        sharpe(!set & (all - 1), &mut other);
        let best = largest(&chosen_by);
        let own = other[best];
        let worse = other.iter().filter(|value| **value < own).count();
        let equal = other.iter().filter(|value| **value == own).count();
        // Twice the rank, equal ones sharing the middle of their ranks.
        let twice_rank = 2 * worse + equal + 1;
        below += usize::from(twice_rank <= strategies.len() + 1);
        lost += usize::from(own < 0.0);
    }
    Some(Overfitting {
        probability: below as f64 / SPLITS as f64,
        loss_probability: lost as f64 / SPLITS as f64,
        strategies: strategies.len(),
        splits: SPLITS,
    })
}

/// Sums over the blocks of a set of eight, whose first is `from`.
fn total(blocks: &[Vec<[f64; 2]>], set: usize, from: usize, strategies: usize) -> Vec<[f64; 2]> {
    let mut sums = vec![[0.0; 2]; strategies];
    for (at, block) in blocks[from..from + BLOCKS / 2].iter().enumerate() {
        if set >> at & 1 == 1 {
            for (sum, moments) in sums.iter_mut().zip(block) {
                sum[0] += moments[0];
                sum[1] += moments[1];
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::inference::seed;

    fn noise(replicate: u64, mean: f64) -> Vec<f64> {
        seed::noise(3, replicate, 1_300).into_iter().map(|r| r / 70_700.0 + mean).collect()
    }

    fn probability(strategies: &[Vec<f64>]) -> f64 {
        let views: Vec<&[f64]> = strategies.iter().map(Vec::as_slice).collect();
        overfitting(&views).unwrap().probability
    }

    #[test]
    fn a_choice_among_noise_overfits_and_one_among_skill_does_not() {
        let over: f64 = (0..10)
            .map(|market| {
                probability(&(0..8).map(|k| noise(8 * market + k, 0.0)).collect::<Vec<_>>())
            })
            .sum::<f64>()
            / 10.0;
        assert!((0.4..0.8).contains(&over), "{over}");
        let skilled: Vec<Vec<f64>> =
            (0..8).map(|k| noise(k, if k == 3 { 0.002 } else { 0.0 })).collect();
        assert!(probability(&skilled) < 0.02, "{}", probability(&skilled));
    }

    #[test]
    fn it_is_not_of_one_strategy_or_of_few_days_and_equal_ones_share_their_ranks() {
        let one = noise(1, 0.0);
        assert_eq!(overfitting(&[&one]), None);
        assert_eq!(overfitting(&[&one[..1_000], &one[..1_000]]), None);
        assert_eq!(overfitting(&[]), None);
        assert_eq!(overfitting(&[&one, &one]).unwrap().probability, 1.0, "never above the median");
    }
}
