//! One experiment in two versions, before and after a change: every figure of both over the days that
//! both forecast, and how far chance alone would move them apart.
//!
//! | figure | test |
//! |---|---|
//! | Sharpe ratio | Ledoit and Wolf (2008): studentised circular block bootstrap, growth after costs above cash |
//! | R2, scaled R2, RMSE | Diebold and Mariano (1995) with the correction of Harvey, Leybourne and Newbold (1997) |
//! | the same, where one version's design holds all of the other's and more | Clark and West (2007) |
//! | volatility | t of fourteen spans of days (Ibragimov and Müller 2010) |
//! | hit rate, return, drawdown, turnover | stationary bootstrap (Politis and Romano 1994), the same days for both |
//!
//! All p-values are two-sided. A version of a record differs from the other on some days only, and
//! adds nothing to the difference on the rest. So the statistic of the losses is held to Student's t
//! with one degree of freedom fewer than there are *such* days, and of fewer than ten nothing is said.
//!
//! An interval of losses is of the difference between these two records; the p-value of Clark and
//! West says whether the columns that one has more tell anything, which may be so although its
//! squared errors are larger.
//!
//! # How often they are wrong
//!
//! Per cent of 1,000 pairs that have `p < 0.10`, over 6,700 days of returns with fat tails and
//! volatility that clusters (`cargo bench --bench paired`; standard error 0.9 at 10). The first six
//! kinds of pair differ by noise alone, so that 10 is right; those that differ on few days have a
//! correlation of 0.9. In the last four the second has a Sharpe ratio that is better by so much: the
//! share is the power of the test.
//!
//! | figure | corr. 0.5 | 0.9 | 0.99 | on 1 % of days | in runs of 21 | on 0.2 % | 0.5: +0.3 | 0.9: +0.1 | 0.9: +0.3 | 0.99: +0.1 |
//! |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
//! | Sharpe ratio | 10.6 | 9.3 | 12.0 | 8.8 | 0.2 | 5.0 | 45.6 | 31.7 | 95.6 | 97.7 |
//! | return | 10.7 | 9.4 | 11.7 | 9.4 | 7.4 | 9.8 | 45.0 | 31.7 | 96.3 | 97.8 |
//! | volatility | 11.6 | 9.1 | 10.3 | 8.0 | 0.0 | 5.0 | | | | |
//! | drawdown | 12.4 | 6.9 | 7.1 | 6.6 | 8.1 | 8.9 | | | | |
//! | turnover | 12.6 | 10.2 | 10.3 | 10.8 | 10.7 | 11.1 | | | | |
//! | R2, RMSE | 10.8 | 10.9 | 10.6 | 9.0 | 5.4 | 6.0 | | | | |
//! | scaled R2 | 10.1 | 9.2 | 9.3 | 5.1 | 1.9 | 0.7 | | | | |
//! | hit rate | 11.4 | 11.4 | 9.2 | 4.1 | 2.2 | 0.0 | | | | |
//!
//! Tried first and given up: the bootstrap for volatility (21 % instead of 10) and for RMSE (16 %).

mod resampled;
mod side;
mod track;

use indexmap::IndexMap;

use self::resampled::{differing, resampled, spreads};
use self::side::{Side, shown, student};
use self::track::TrackPair;
use super::daily::Model;
use crate::base::diagnostic::Problem;
use crate::base::units::{math, shared_rows};
use crate::engine::inference::{Draws, Pair, Spread, less};
use crate::engine::metrics::{Errors, clark_west_against, loss_statistic};
use crate::results::{Divergence, Paired, PairedFigure, PairedModel, PairedTest, Results, Series};

/// An experiment in two versions over the days that both forecast (module documentation).
///
/// Seeded by the head's spec; the same whatever the number of threads.
///
/// # Errors
/// Versions on different targets or with bars of different frequency, and series that lack a column.
pub fn paired(base: (&Results, &Series), head: (&Results, &Series)) -> Result<Paired, Problem> {
    comparable(base.0, head.0)?;
    let mut sides = [Side::of(base)?, Side::of(head)?];
    let shared = shared_rows(&sides[0].daily.days, &sides[1].daily.days);
    let is_whole = sides.iter().all(|side| side.daily.days.len() == shared.len());
    for (at, side) in sides.iter_mut().enumerate() {
        side.rows = shared.iter().map(|rows| rows[at]).collect();
        side.is_whole = is_whole;
    }
    let days: Vec<_> = shared.iter().map(|[row, _]| sides[0].daily.days[*row]).collect();
    let only = |side: &Side<'_>| side.daily.days.len() - days.len();
    let mut found = Paired {
        days: days.len(),
        first_day: days.first().copied(),
        last_day: days.last().copied(),
        base_only_days: only(&sides[0]),
        head_only_days: only(&sides[1]),
        models: IndexMap::new(),
        hold: None,
    };
    if days.is_empty() {
        return Ok(found);
    }
    let draws = Draws { seed: head.0.spec.seed, rows: days.len() };
    let in_both: Vec<_> = sides[1].daily.in_both(&sides[0].daily).collect();
    let mut models = Vec::new();
    let mut tracks = Vec::new();
    for (model, rules) in &in_both {
        models.push(ModelPair::of(&sides, model)?);
        for rule in rules {
            tracks.push(TrackPair::of(&sides, Some((model.as_str(), rule.as_str())))?);
        }
    }
    let hold = TrackPair::of(&sides, None)?;
    let is_same = hold.is_same();
    tracks.push(hold);
    let mut tracks = track::figures(&draws, &tracks).into_iter();
    let figures = forecast_figures(&draws, &models);
    for (((name, rules), model), figures) in in_both.iter().zip(&models).zip(figures) {
        let strategies = rules.iter().zip(tracks.by_ref());
        let strategies = strategies.map(|(rule, track)| ((*rule).clone(), track)).collect();
        let model = PairedModel { forecasts: model.forecasts, figures, strategies };
        found.models.insert((*name).clone(), model);
    }
    found.hold = tracks.next().filter(|_| !is_same);
    Ok(found)
}

/// What can be compared day by day.
fn comparable(base: &Results, head: &Results) -> Result<(), Problem> {
    let refused = |what: &str, [old, new]: [&str; 2]| {
        Problem::new(format!(
            "the two versions of the experiment `{}` have no {what} in common: `{old}` and `{new}`",
            head.id
        ))
        .expected(format!("versions with one {what}"))
        .hint("their figures stand beside one another, but no difference has an interval")
    };
    let targets = [base, head].map(|results| results.spec.data.target.as_str());
    if targets[0] != targets[1] {
        return Err(refused("target", targets));
    }
    let [old, new] = [base, head].map(|results| results.data.frequency);
    if old != new {
        return Err(refused("frequency of prices", [old.adjective(), new.adjective()]));
    }
    Ok(())
}

/// A model's forecasts in both versions.
struct ModelPair {
    forecasts: Divergence,
    errors: [Errors; 2],
    scaled: Option<[Errors; 2]>,
    right: [Vec<f64>; 2],
    /// `oos_r2`, `scaled_oos_r2`, `hit_rate`, `rmse`.
    stated: [[Option<f64>; 4]; 2],
    /// Which of the two has the design of the other and more.
    larger: Option<usize>,
}

const FORECAST_METRICS: [&str; 4] = ["oos_r2", "scaled_oos_r2", "hit_rate", "rmse"];

impl ModelPair {
    fn of(sides: &[Side<'_>; 2], model: &str) -> Result<Self, Problem> {
        let [base, head] = sides;
        let daily = [base.model(model)?, head.model(model)?];
        let errors = |at: usize, of: fn(&Model) -> Option<&Errors>| -> Option<Errors> {
            Some(sides[at].errors(of(daily[at])?))
        };
        let both = |of| Some([errors(0, of)?, errors(1, of)?]);
        let forecasts = [base.forecast(model)?, head.forecast(model)?];
        let actual = [&base.daily.actual, &head.daily.actual];
        let is_one_target = base.pick(actual[0]) == head.pick(actual[1]);
        Ok(Self {
            forecasts: base.divergence([&forecasts[0], &forecasts[1]]),
            errors: [base.errors(&daily[0].errors), head.errors(&daily[1].errors)],
            scaled: both(|model| model.scaled.as_ref()),
            right: [base.pick(&daily[0].right), head.pick(&daily[1].right)],
            stated: [base.forecast_figures(model)?, head.forecast_figures(model)?],
            larger: side::larger([base.results, head.results], model).filter(|_| is_one_target),
        })
    }

    /// What resampling is needed for: hits.
    fn hits(&self, draws: &Draws) -> Option<Pair> {
        let apart = less(&self.right);
        let differing = apart.iter().filter(|apart| **apart != 0.0).count();
        draws.are_enough(differing).then(|| Pair::means(apart))
    }

    fn figures(&self, draws: &Draws, hits: Option<&Spread>) -> Vec<PairedFigure> {
        let is_right_alike = self.right[0] == self.right[1];
        // R2 counts its losses in mean losses of the benchmark, with the other sign.
        let r2 = |metric: usize, errors: Option<&[Errors; 2]>| {
            let pair = self.pair(metric);
            let Some(errors) = errors else { return shown(pair, true, None) };
            let units = errors.each_ref().map(|errors| -mean_square(&errors.benchmark));
            loss_figure(draws, pair, errors, units, self.larger)
        };
        // a - b is (a^2 - b^2) / (a + b).
        let roots = self.errors.each_ref().map(|errors| mean_square(&errors.model).sqrt());
        let units = [roots[0] + roots[1]; 2];
        vec![
            r2(0, Some(&self.errors)),
            r2(1, self.scaled.as_ref()),
            resampled(self.pair(2), is_right_alike, hits),
            loss_figure(draws, self.pair(3), &self.errors, units, self.larger),
        ]
    }

    fn pair(&self, metric: usize) -> (&'static str, [Option<f64>; 2]) {
        (FORECAST_METRICS[metric], [self.stated[0][metric], self.stated[1][metric]])
    }
}

/// The figures of all models, resampled together.
fn forecast_figures(draws: &Draws, models: &[ModelPair]) -> Vec<Vec<PairedFigure>> {
    let hits = models.iter().map(|model| model.hits(draws)).collect();
    let figures = models.iter().zip(spreads(draws, hits));
    figures.map(|(model, hits)| model.figures(draws, hits.as_ref())).collect()
}

/// A figure of the losses of both, the difference of which is the mean difference of the losses in
/// some units, and their test.
fn loss_figure(
    draws: &Draws,
    figure: (&'static str, [Option<f64>; 2]),
    errors: &[Errors; 2],
    units: [f64; 2],
    larger: Option<usize>,
) -> PairedFigure {
    let losses = |at: usize| squares(&errors[at]).iter().map(|loss| loss / units[at]).collect();
    let losses: [Vec<f64>; 2] = [losses(0), losses(1)];
    let days = differing(&losses);
    let gains = less(&losses);
    let tested = |difference: f64| {
        let (_, error) = loss_statistic(&gains).filter(|_| draws.are_enough(days))?;
        let found = student(difference, error, (days - 1) as f64, PairedTest::DieboldMariano);
        let Some(larger) = larger else { return Some(found) };
        let nested = clark_west_against(&errors[larger], &errors[1 - larger])?;
        let p = 2.0 * math::normal_sf(nested.statistic.abs());
        Some((found.0, p, PairedTest::ClarkWest))
    };
    shown(figure, days == 0, Some(&tested))
}

fn mean_square(errors: &[f64]) -> f64 {
    math::mean(&errors.iter().map(|e| e * e).collect::<Vec<f64>>()).unwrap_or(0.0)
}

fn squares(errors: &Errors) -> Vec<f64> {
    errors.model.iter().map(|e| e * e).collect()
}

#[cfg(test)]
mod tests;
