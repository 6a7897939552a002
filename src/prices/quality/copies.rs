//! Which series of returns are copies of one another.

/// Returns are the same within this: adjusted prices of six decimals agree to better.
pub(super) const SAME: f64 = 1e-6;
/// Same returns in a row from which two series are one. Two true series agree to a ten-thousandth
/// of a percent on about one day in ten thousand.
const ROWS: usize = 10;
/// Other returns within a run that do not end it, one in so many: a correction in one copy.
const FORGIVEN: usize = 20;

/// Two tickers with the same returns over some rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Twins {
    /// Position of the first ticker.
    pub(super) original: usize,
    /// Position of the second, which comes later in the file.
    pub(super) copy: usize,
    pub(super) run: Run,
}

/// Rows of a run.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Run {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) same: usize,
    other: usize,
}

/// The pairs among series of returns, each with its longest run.
pub(super) fn pairs(returns: &[Vec<f64>]) -> Vec<Twins> {
    let pairs = (1..returns.len()).flat_map(|copy| (0..copy).map(move |original| (original, copy)));
    pairs
        .filter_map(|(original, copy)| {
            let run = longest_run(&returns[original], &returns[copy])?;
            Some(Twins { original, copy, run })
        })
        .collect()
}

fn longest_run(a: &[f64], b: &[f64]) -> Option<Run> {
    let (mut best, mut run) = (Run::default(), Run::default());
    for (row, (x, y)) in a.iter().zip(b).enumerate() {
        // Still days say nothing, and a day that one of them lacks neither.
        if !(x.is_finite() && y.is_finite()) || *x == 0.0 && *y == 0.0 {
            continue;
        }
        if (x - y).abs() <= SAME {
            if run.same == 0 {
                run.first = row;
            }
            run = Run { last: row, same: run.same + 1, ..run };
        } else {
            run.other += 1;
            if run.other * FORGIVEN > run.same {
                run = Run::default();
            }
        }
        if run.same > best.same {
            best = run;
        }
    }
    (best.same >= ROWS).then_some(best)
}
