//! Track records in both versions.

use rayon::prelude::*;

use super::resampled::{differing, resampled, spreads};
use super::side::{Side, shown, student};
use crate::base::diagnostic::Problem;
use crate::base::units::math;
use crate::engine::backtest::TrackRecord;
use crate::engine::inference::{
    CircularBlocks, Draws, Pair, Spread, common_block, differs, less, share_of, sharpe_differences,
    spans,
};
use crate::engine::metrics::influence;
use crate::results::{Divergence, Interval, PairedFigure, PairedStrategy, PairedTest};

/// Replicates of the studentised bootstrap, which looks at every block twice.
const STUDENTISED: usize = 499;

const METRICS: [&str; 5] =
    ["sharpe", "annual_return", "annual_volatility", "max_drawdown", "annual_turnover"];

/// A track record in both versions.
pub(super) struct TrackPair {
    positions: Divergence,
    /// Growth factors of both.
    growth: [Vec<f64>; 2],
    /// Daily log growth; `None` where one was ruined.
    logs: Option<[Vec<f64>; 2]>,
    /// Log return of cash.
    cash: [f64; 2],
    traded: [Vec<f64>; 2],
    year: [f64; 2],
    stated: [[Option<f64>; 5]; 2],
}

impl TrackPair {
    /// Without a name, of holding the target.
    pub(super) fn of(sides: &[Side<'_>; 2], track: Option<(&str, &str)>) -> Result<Self, Problem> {
        let [base, head] = sides;
        let [old, new] = [base.track(track)?, head.track(track)?];
        let logs = |record: &TrackRecord| {
            let logs = || record.growth.iter().map(|factor| math::ln(*factor)).collect();
            record.ruin().is_none().then(logs)
        };
        let both = [&old, &new];
        Ok(Self {
            positions: base.divergence([&old.weights, &new.weights]),
            logs: logs(&old).zip(logs(&new)).map(|(old, new)| [old, new]),
            cash: both.map(|record| libm::log1p(record.cash_return)),
            year: both.map(|record| f64::from(record.periods_per_year)),
            stated: [base.track_figures(track, &old), head.track_figures(track, &new)],
            growth: [old.growth, new.growth],
            traded: [old.traded, new.traded],
        })
    }

    /// Whether both earned the same.
    pub(super) fn is_same(&self) -> bool {
        differing(&self.growth) == 0 && self.cash[0] == self.cash[1]
    }

    /// Return and turnover as functions of daily means.
    fn pairs(&self, draws: &Draws) -> [Option<Pair>; 2] {
        let logs = self.logs.as_ref().filter(|_| draws.are_enough(differing(&self.growth)));
        let by_year = |at: usize| self.traded[at].iter().map(move |traded| traded * self.year[at]);
        let turnover = draws
            .are_enough(self.traded_apart())
            .then(|| Pair::means(less(&[by_year(0).collect(), by_year(1).collect()])));
        [logs.map(|logs| Pair::annual_returns(logs, self.year)), turnover]
    }

    /// On how many days what was traded differs. It is computed from rounded weights, so that smaller
    /// differences than these are none.
    fn traded_apart(&self) -> usize {
        const ROUNDED: f64 = 1e-5;
        let [base, head] = &self.traded;
        base.iter().zip(head).filter(|(base, head)| (*base - *head).abs() > ROUNDED).count()
    }

    /// What each day adds to the difference of the volatilities.
    fn volatility_apart(&self, draws: &Draws) -> Option<Vec<f64>> {
        let logs = self.logs.as_ref().filter(|_| draws.are_enough(differing(&self.growth)))?;
        let volatility = |at: usize| influence::volatility(&logs[at], self.year[at]);
        Some(volatility(1)?.less(&volatility(0)?).by_day)
    }

    fn volatility(&self, apart: Option<&Vec<f64>>) -> PairedFigure {
        let [base, head] = &self.growth;
        let is_apart: Vec<bool> =
            base.iter().zip(head).map(|(base, head)| differs(*base, *head)).collect();
        let tested = |difference: f64| {
            let (error, degrees) = spans(apart?, &is_apart)?;
            Some(student(difference, error, degrees, PairedTest::Spans))
        };
        shown(self.pair(2), !is_apart.contains(&true), Some(&tested))
    }

    fn sharpe(&self, draws: &Draws, mean_block: f64) -> PairedFigure {
        let figure = self.pair(0);
        let tested = |_: f64| {
            let logs = self.logs.as_ref().filter(|_| draws.are_enough(differing(&self.growth)))?;
            let excess = |at: usize| -> Vec<f64> {
                logs[at].iter().map(|log| log - self.cash[at]).collect()
            };
            // Blocks of one length are best a little longer than random ones (Politis and White 2004).
            let length = libm::round(libm::cbrt(1.5) * mean_block).max(1.0) as usize;
            let drawn = CircularBlocks { seed: draws.seed, length, replicates: STUDENTISED };
            let share = share_of(Interval::LEVEL, STUDENTISED);
            let (found, _) = sharpe_differences(&[excess(1)], &excess(0), &drawn, share);
            let found = found[0]?;
            // From population deviations to sample ones, and from a day to a year.
            let rows = draws.rows as f64;
            let unit = ((rows - 1.0) / rows * self.year[1]).sqrt();
            Some((found.half_width * unit, found.p_value, PairedTest::LedoitWolf))
        };
        shown(figure, self.is_same(), Some(&tested))
    }

    fn pair(&self, metric: usize) -> (&'static str, [Option<f64>; 2]) {
        (METRICS[metric], [self.stated[0][metric], self.stated[1][metric]])
    }
}

/// The figures of all track records, resampled together.
pub(super) fn figures(draws: &Draws, tracks: &[TrackPair]) -> Vec<PairedStrategy> {
    let (annual, turnover): (Vec<_>, Vec<_>) =
        tracks.iter().map(|track| track.pairs(draws).into()).unzip();
    let of_growth = common_block(annual.iter().flatten().map(|pair| &pair.apart));
    let squares: Vec<Option<Vec<f64>>> =
        tracks.iter().map(|track| track.volatility_apart(draws)).collect();
    // A fall takes as long as runs of volatile days do.
    let of_squares = common_block(squares.iter().flatten());
    let sharpe: Vec<PairedFigure> =
        tracks.par_iter().map(|track| track.sharpe(draws, of_growth)).collect();
    let mut drawdowns = drawdowns(draws, tracks, of_squares).into_iter();
    let mut annual = spreads(draws, annual).into_iter();
    let mut turnover = spreads(draws, turnover).into_iter();
    let strategy = |((track, sharpe), squares): ((&TrackPair, PairedFigure), &Option<Vec<f64>>)| {
        let is_same = differing(&track.growth) == 0;
        let figures = vec![
            sharpe,
            resampled(track.pair(1), is_same, annual.next().flatten().as_ref()),
            track.volatility(squares.as_ref()),
            resampled(track.pair(3), is_same, drawdowns.next().flatten().as_ref()),
            resampled(track.pair(4), track.traded_apart() == 0, turnover.next().flatten().as_ref()),
        ];
        PairedStrategy { positions: track.positions, figures }
    };
    tracks.iter().zip(sharpe).zip(&squares).map(strategy).collect()
}

/// The spread of the difference of the deepest drawdowns.
fn drawdowns(draws: &Draws, tracks: &[TrackPair], mean_block: f64) -> Vec<Option<Spread>> {
    let logs = |track: &TrackPair| {
        track.logs.clone().filter(|_| draws.are_enough(differing(&track.growth)))
    };
    let logs: Vec<Option<[Vec<f64>; 2]>> = tracks.iter().map(logs).collect();
    let is_there: Vec<bool> = logs.iter().map(Option::is_some).collect();
    let logs: Vec<[Vec<f64>; 2]> = logs.into_iter().flatten().collect();
    let mut found = draws.of_drawdowns(mean_block, &logs).into_iter();
    is_there.into_iter().map(|there| if there { found.next()? } else { None }).collect()
}
