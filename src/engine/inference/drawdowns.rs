//! Deepest drawdowns on resampled days, of many records at once.

use rayon::prelude::*;

use super::bootstrap::Drawn;

/// Records side by side in one pass.
const LANES: usize = 8;

/// The deepest drawdown of every record of daily log growth, by replicate: a number at most 0, the
/// starting equity included.
pub(super) fn drawdowns(logs: &[&[f64]], drawn: &Drawn) -> Vec<Vec<f64>> {
    let groups: Vec<Vec<[f64; LANES]>> = logs.chunks(LANES).map(side_by_side).collect();
    let one = |blocks: &Vec<[u32; 2]>| {
        let deepest = groups.iter().flat_map(|group| deepest(group, blocks));
        deepest.take(logs.len()).map(libm::expm1).collect()
    };
    drawn.blocks().par_iter().map(one).collect()
}

/// By day, the log growth of up to eight records; none where there are fewer.
fn side_by_side(logs: &[&[f64]]) -> Vec<[f64; LANES]> {
    let day = |row: usize| std::array::from_fn(|lane| logs.get(lane).map_or(0.0, |of| of[row]));
    (0..logs[0].len()).map(day).collect()
}

/// The deepest log drawdowns over blocks of days, one after another.
fn deepest(days: &[[f64; LANES]], blocks: &[[u32; 2]]) -> [f64; LANES] {
    let (mut equity, mut peak, mut deepest) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    let mut pass = |days: &[[f64; LANES]]| {
        for day in days {
            for lane in 0..LANES {
                equity[lane] += day[lane];
                // Nothing here is not a number, and a comparison is faster than `max`.
                peak[lane] = if equity[lane] > peak[lane] { equity[lane] } else { peak[lane] };
                let below = equity[lane] - peak[lane];
                deepest[lane] = if below < deepest[lane] { below } else { deepest[lane] };
            }
        }
    };
    for [start, length] in blocks {
        let (start, length) = (*start as usize, *length as usize);
        // Beyond the last day it goes on with the first.
        let round = (start + length).saturating_sub(days.len());
        pass(&days[start..start + length - round]);
        pass(&days[..round]);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::super::bootstrap::Resampling;
    use super::*;
    use crate::base::statistics::noise;
    use crate::base::units::math;

    #[test]
    fn a_drawdown_over_blocks_is_that_of_the_days_one_by_one() {
        let rows = 60;
        let mut uniform = noise::uniform(5);
        let logs: Vec<Vec<f64>> =
            (0..11).map(|_| (0..rows).map(|_| 0.05 * uniform()).collect()).collect();
        let lanes: Vec<&[f64]> = logs.iter().map(Vec::as_slice).collect();
        let drawn = Drawn::new(rows, &Resampling { seed: 2, mean_block: 7.0, replicates: 25 });
        let found = drawdowns(&lanes, &drawn);
        for (of, blocks) in found.iter().zip(drawn.blocks()) {
            assert_eq!(of.len(), 11);
            for (deepest, logs) in of.iter().zip(&logs) {
                let (mut equity, mut peak, mut known) = (1.0_f64, 1.0_f64, 0.0_f64);
                for [start, length] in blocks {
                    for day in *start..start + length {
                        equity *= math::exp(logs[day as usize % rows]);
                        peak = peak.max(equity);
                        known = known.min(equity / peak - 1.0);
                    }
                }
                assert!((deepest - known).abs() < 1e-12, "{deepest} {known}");
            }
        }
    }
}
