//! Two records over the same days: the spread of a difference between them.
//!
//! Both are resampled on the same days (stationary bootstrap), so that what they share cancels. Every
//! interval is symmetric about the difference and of the size that chance makes, and its p-value is
//! below 10 % just where the 90 % interval leaves out zero.

use super::bootstrap::{Drawn, Resampling, RunningSums, common_block};
use super::drawdowns::drawdowns;
use super::family::p_value;
use super::sharpe_difference::LEAST_ROWS;
use crate::base::units::math;

/// Fewest days on which two records differ of which anything is said: the difference of fewer is
/// that of so few outcomes that no resampling of them knows what others would be.
const FEWEST_DIFFERING: usize = 10;

/// Replicates.
const REPLICATES: usize = 999;

/// Whether two values differ by more than their last digit of seven: what is equal but for rounding
/// may be a digit apart in the files.
pub(crate) fn differs(a: f64, b: f64) -> bool {
    if a == b || (a.is_nan() && b.is_nan()) {
        return false;
    }
    let size = a.abs().max(b.abs());
    let digit = math::pow(10.0, libm::floor(libm::log10(size)) - 6.0);
    // A blank beside a value differs.
    a.is_nan() || b.is_nan() || (a - b).abs() > 1.5 * digit
}

/// What chance does to a difference: sizes of its deviations, ascending.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spread(Vec<f64>);

impl Spread {
    /// Of the difference on resampled days, about their mean. `None` where it does not vary.
    fn of(replicates: impl Iterator<Item = f64>) -> Option<Self> {
        let replicates: Vec<f64> = replicates.collect();
        let centre = math::mean(&replicates).filter(|centre| centre.is_finite())?;
        let mut sizes: Vec<f64> = replicates.iter().map(|value| (value - centre).abs()).collect();
        sizes.sort_by(f64::total_cmp);
        sizes.last().is_some_and(|largest| *largest > 0.0).then_some(Self(sizes))
    }

    /// Half the width of the interval of a level: a difference beyond it has a p-value below the rest.
    pub(crate) fn half_width(&self, level: f64) -> f64 {
        let Self(sizes) = self;
        let at = libm::round(level * (sizes.len() + 1) as f64) as usize;
        sizes[at.min(sizes.len() - 1)]
    }

    /// Two-sided p-value that a difference is chance.
    pub(crate) fn p_value(&self, difference: f64) -> f64 {
        let Self(sizes) = self;
        let below = sizes.partition_point(|size| *size < difference.abs());
        p_value(sizes.len() - below, sizes.len())
    }
}

/// The share for [`crate::base::statistics::quantile`] at which so many sizes have
/// [`Spread::half_width`] of a level.
pub(crate) fn share_of(level: f64, replicates: usize) -> f64 {
    (level * (replicates + 1) as f64 / (replicates - 1) as f64).min(1.0)
}

/// A difference as a function of means of columns.
type OfMeans = dyn Fn(&[f64]) -> f64;

/// A figure of two records as a function of sums of daily series.
pub(crate) struct Pair {
    /// The series.
    pub(crate) columns: Vec<Vec<f64>>,
    /// What each day adds to the difference, up to its mean: the length of the blocks follows from
    /// how long it depends on itself.
    pub(crate) apart: Vec<f64>,
    /// The difference from the means of the columns.
    pub(crate) difference: Box<OfMeans>,
}

impl Pair {
    /// Of means, the difference given by day.
    pub(crate) fn means(apart: Vec<f64>) -> Self {
        Self { columns: vec![apart.clone()], apart, difference: Box::new(|means| means[0]) }
    }

    /// Of geometric returns a year, from daily log growth, so many of them a year.
    pub(crate) fn annual_returns(logs: &[Vec<f64>; 2], year: [f64; 2]) -> Self {
        let annual = move |means: &[f64], at: usize| libm::expm1(year[at] * means[at]);
        Self {
            apart: less(logs),
            columns: logs.to_vec(),
            difference: Box::new(move |means| annual(means, 1) - annual(means, 0)),
        }
    }
}

/// The second less the first, by day.
pub(crate) fn less([base, head]: &[Vec<f64>; 2]) -> Vec<f64> {
    head.iter().zip(base).map(|(head, base)| head - base).collect()
}

/// Spans into which the days are cut by [`spans`]: the most with which its test keeps a level of 10 %
/// whatever the variances of the spans (Ibragimov and Müller 2010).
const SPANS: usize = 14;

/// Standard error of the mean of what each day adds to a difference, and the degrees of freedom of
/// Student's t, from the means of fourteen spans of days (Ibragimov and Müller 2010): for what depends
/// on itself longer than a block of resampled days is. A span in which the records do not differ has
/// no degree of freedom; `None` where fewer than two do.
pub(crate) fn spans(apart: &[f64], is_apart: &[bool]) -> Option<(f64, f64)> {
    let rows = apart.len();
    let days = |span: usize| span * rows / SPANS..(span + 1) * rows / SPANS;
    let differing = (0..SPANS).filter(|span| is_apart[days(*span)].contains(&true)).count();
    let means: Option<Vec<f64>> = (0..SPANS).map(|span| math::mean(&apart[days(span)])).collect();
    let error = math::std_dev(&means?)? / (SPANS as f64).sqrt();
    (differing >= 2 && error > 0.0).then(|| (error, (differing - 1) as f64))
}

/// How the days of several pairs are drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draws {
    /// The spec's.
    pub(crate) seed: u64,
    /// Days that both have.
    pub(crate) rows: usize,
}

impl Draws {
    /// Whether there are days enough, and enough of them on which two series differ.
    pub(crate) fn are_enough(&self, differing: usize) -> bool {
        self.rows >= LEAST_ROWS && differing >= FEWEST_DIFFERING
    }

    fn drawn(&self, mean_block: f64) -> Drawn {
        let resampling = Resampling { seed: self.seed, mean_block, replicates: REPLICATES };
        Drawn::new(self.rows, &resampling)
    }

    /// The spread of every pair's difference, all on the same days.
    pub(crate) fn spreads(&self, pairs: &[Pair]) -> Vec<Option<Spread>> {
        match pairs {
            [] => Vec::new(),
            _ => {
                let block = common_block(pairs.iter().map(|pair| &pair.apart));
                self.spreads_over(pairs, &self.drawn(block))
            }
        }
    }

    fn spreads_over(&self, pairs: &[Pair], drawn: &Drawn) -> Vec<Option<Spread>> {
        let columns: Vec<Vec<f64>> =
            pairs.iter().flat_map(|pair| pair.columns.iter().cloned()).collect();
        let mut means = RunningSums::new(self.rows, &columns).over(drawn);
        let rows = self.rows as f64;
        means.iter_mut().flatten().for_each(|sum| *sum /= rows);
        let mut first = 0;
        let spread = |pair: &Pair| {
            let own = first..first + pair.columns.len();
            first = own.end;
            Spread::of(means.iter().map(|means| (pair.difference)(&means[own.clone()])))
        };
        pairs.iter().map(spread).collect()
    }

    /// The spread of the difference of the deepest drawdowns, of pairs of daily log growth.
    pub(crate) fn of_drawdowns(
        &self,
        mean_block: f64,
        logs: &[[Vec<f64>; 2]],
    ) -> Vec<Option<Spread>> {
        if logs.is_empty() {
            return Vec::new();
        }
        drawdown_spreads(logs, &self.drawn(mean_block))
    }
}

fn drawdown_spreads(logs: &[[Vec<f64>; 2]], drawn: &Drawn) -> Vec<Option<Spread>> {
    let lanes: Vec<&[f64]> = logs.iter().flatten().map(Vec::as_slice).collect();
    let deepest = drawdowns(&lanes, drawn);
    let spread = |pair: usize| {
        let difference = |of: &Vec<f64>| of[2 * pair + 1] - of[2 * pair];
        Spread::of(deepest.iter().map(difference))
    };
    (0..logs.len()).map(spread).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::{noise, quantile};

    #[test]
    fn values_differ_beyond_their_last_digit() {
        assert!(!differs(1.234_567, 1.234_567) && !differs(1.234_567, 1.234_568));
        assert!(differs(1.234_567, 1.234_569) && differs(0.0, 1e-12) && differs(-0.5, 0.5));
        assert!(!differs(9.999_999e-5, 1.0e-4) && differs(1e-4, 1.000_003e-4));
        assert!(!differs(f64::NAN, f64::NAN) && differs(f64::NAN, 1.0) && differs(1.0, f64::NAN));
    }

    #[test]
    fn a_p_value_is_below_a_tenth_where_the_interval_leaves_out_zero() {
        let mut uniform = noise::uniform(3);
        let replicates: Vec<f64> = (0..REPLICATES).map(|_| uniform() + uniform()).collect();
        let spread = Spread::of(replicates.iter().copied()).unwrap();
        let half = spread.half_width(0.9);
        assert_eq!(half, quantile(&spread.0, share_of(0.9, REPLICATES)));
        // Every size that decides, and those beside it.
        for size in &spread.0 {
            for difference in [size * (1.0 - 1e-9), *size, size * (1.0 + 1e-9)] {
                assert_eq!(spread.p_value(-difference) < 0.10, difference > half, "{difference}");
            }
        }
    }

    fn uniform(seed: u64, rows: usize) -> Vec<f64> {
        let mut uniform = noise::uniform(seed);
        (0..rows).map(|_| uniform()).collect()
    }

    #[test]
    fn spreads_are_those_of_numpy_on_the_same_days() {
        let text = include_str!("../../../tests/reference/paired.json");
        let known: serde_json::Value = serde_json::from_str(text).unwrap();
        let known = &known["resampled"];
        let rows = usize::try_from(known["rows"].as_u64().unwrap()).unwrap();
        let base: Vec<f64> = uniform(62, rows).iter().map(|u| 0.02 * u + 0.0004).collect();
        let own = uniform(63, rows);
        let head = base.iter().zip(&own).map(|(base, own)| 0.8 * base + 0.01 * own).collect();
        let logs: [Vec<f64>; 2] = [base, head];
        let year = [252.0; 2];
        let pairs = [Pair::annual_returns(&logs, year), Pair::means(less(&logs))];
        let blocks: Vec<Vec<[u32; 2]>> = serde_json::from_value(known["blocks"].clone()).unwrap();
        let drawn = Drawn::of(blocks);
        let draws = Draws { seed: 1, rows };
        let mut spreads = draws.spreads_over(&pairs, &drawn);
        spreads.extend(drawdown_spreads(&[logs], &drawn));
        let names = ["annual_return", "mean", "max_drawdown"];
        for (name, spread) in names.iter().zip(spreads) {
            let of = |part: &str| known["figures"][name][part].as_f64().unwrap();
            let spread = spread.unwrap();
            let half = spread.half_width(0.9);
            assert!((half / of("half_width") - 1.0).abs() < 1e-9, "{name}: {half}");
            assert_eq!(spread.p_value(of("difference")), of("p"), "{name}");
        }
    }

    #[test]
    fn spans_are_those_of_a_t_test_of_their_means() {
        let text = include_str!("../../../tests/reference/paired.json");
        let known: serde_json::Value = serde_json::from_str(text).unwrap();
        let number = |part: &str| known["spans"][part].as_f64().unwrap();
        let apart = uniform(64, number("rows") as usize);
        let (error, degrees) = spans(&apart, &vec![true; apart.len()]).unwrap();
        assert!((error / number("error") - 1.0).abs() < 1e-9 && degrees == number("degrees"));
        // Of 500 days the first spans end at 35, 71 and 107.
        let until = |day: usize| (0..apart.len()).map(|row| row < day).collect::<Vec<bool>>();
        assert_eq!(spans(&apart, &until(72)).unwrap(), (error, 2.0));
        assert_eq!(spans(&apart, &until(35)), None);
    }

    #[test]
    fn what_never_varies_has_no_spread_and_few_days_say_nothing() {
        assert_eq!(Spread::of([0.5; 9].into_iter()), None);
        assert_eq!(Spread::of([f64::NAN; 9].into_iter()), None);
        let draws = Draws { seed: 1, rows: 252 };
        assert!(draws.are_enough(10) && !draws.are_enough(9));
        assert!(!Draws { rows: 251, ..draws }.are_enough(200));
    }
}
