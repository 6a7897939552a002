//! Curves under the null: the features of every member shifted in time against the target.
//!
//! A circular shift keeps what features and target are by themselves, and takes away what the one
//! knows of the other. Everything is done again with the shifted features, fits, choice of the
//! penalty, positions; benchmarks, risk and costs stay, as they do not follow from features. In one
//! draw all members are shifted by the same number of rows, so that a null curve's specifications
//! are as alike as those of the curve are.

use ndarray::{Array2, Axis, concatenate, s};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::point::Point;
use crate::base::statistics::quantile;
use crate::base::units::math;
use crate::engine::backtest::{positions, simulate};
use crate::engine::experiment::Task;
use crate::engine::inference::{ex_ante_variance, shifted_by};
use crate::engine::metrics::{Errors, clark_west, prevailing_mean, sharpe_ratio, weighted_mean};
use crate::engine::model::Settings;
use crate::engine::spec::Spec;
use crate::engine::walk_forward::{Fold, folds, row_weights, run};
use crate::prices::panel::{Panel, Supervised};
use crate::results::Interval;
use crate::results::spec::{Costs, Sizing};

/// Walk-forwards that are done again under every shift; of a sweep with more, as many drawn at
/// random stand for all.
const MOST_WALKS: usize = 32;

/// Places along a curve at which the band of null curves is told, its ends included.
const PLACES: usize = 41;

/// What the curves of a sweep are where features know nothing of the target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Nulls {
    /// How many shifts.
    pub shifts: usize,
    /// Specifications of R2: position of the member, name of the model.
    pub forecasts: Vec<(usize, String)>,
    /// Members and models that were tried with all rules of the member, in order.
    pub tracks: Vec<(usize, String)>,
    /// Of R2.
    pub oos_r2: NullCurves,
    /// Of the Sharpe ratio.
    pub sharpe: NullCurves,
}

impl Nulls {
    /// Whether a model of the members that were tried was tried itself.
    pub(super) fn tries(&self, member: usize, model: &str) -> bool {
        let at = (member, model.to_owned());
        self.tracks.binary_search(&at).is_ok()
    }
}

/// What some null curves are like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NullCurves {
    /// By shift: median, share significant, mean z.
    pub draws: Vec<[f64; 3]>,
    /// At evenly spaced places along the curve: between which estimates nine of ten are.
    pub band: Vec<Interval>,
}

/// The median of the estimates, the share of those that are significant, the mean z; `None` of none.
pub(super) fn figures(points: &[Point]) -> Option<[f64; 3]> {
    let estimates = ascending(points);
    let count = (!points.is_empty()).then_some(points.len() as f64)?;
    let significant = points.iter().filter(|point| point.is_significant).count();
    let z: Vec<f64> = points.iter().map(|point| point.z).collect();
    Some([quantile(&estimates, 0.5), significant as f64 / count, math::mean(&z)?])
}

fn ascending(points: &[Point]) -> Vec<f64> {
    let mut estimates: Vec<f64> = points.iter().map(|point| point.estimate).collect();
    estimates.sort_by(f64::total_cmp);
    estimates
}

/// Whether a model's forecasts follow from the features alone, by one fit at a time.
fn is_tried(settings: &Settings) -> bool {
    settings.is_plain() && !settings.is_external()
}

/// The members of a sweep done again under shifts of their features; `None` without a plain model,
/// or where panels are too short to be shifted.
///
/// Shifts run in parallel, results in order.
pub fn nulls(members: &[Task<'_>], shifts: usize, seed: u64) -> Option<Nulls> {
    let walks = walks(members, seed);
    let rows = walks.iter().map(|walk| walk.rows.len()).min()?;
    let draw = |draw: usize| -> Option<[Vec<Point>; 2]> {
        let by = shifted_by(seed, "shifted features", draw, rows)?;
        let mut curves = [Vec::new(), Vec::new()];
        for walk in &walks {
            walk.shifted(by, members, &mut curves);
        }
        Some(curves)
    };
    let drawn: Option<Vec<[Vec<Point>; 2]>> = (0..shifts).into_par_iter().map(draw).collect();
    let drawn = drawn.filter(|drawn| !drawn.is_empty())?;
    let curves = |which: usize| -> Option<NullCurves> {
        let curves: Vec<&Vec<Point>> = drawn.iter().map(|curves| &curves[which]).collect();
        let draws: Option<Vec<[f64; 3]>> = curves.iter().map(|points| figures(points)).collect();
        Some(NullCurves { draws: draws?, band: band(&curves) })
    };
    let of_member = |member: &usize| {
        let models = members[*member].spec.models.iter().filter(|model| is_tried(model));
        models.map(|model| (*member, model.name.clone())).collect::<Vec<_>>()
    };
    let tried = walks.iter().flat_map(|walk| &walk.members);
    let mut tracks: Vec<(usize, String)> = tried.flat_map(of_member).collect();
    tracks.sort_unstable();
    Some(Nulls {
        shifts,
        forecasts: walks.iter().flat_map(Walk::specifications).collect(),
        tracks,
        oos_r2: curves(0)?,
        sharpe: curves(1)?,
    })
}

fn band(curves: &[&Vec<Point>]) -> Vec<Interval> {
    let sorted: Vec<Vec<f64>> = curves.iter().map(|points| ascending(points)).collect();
    let tail = (1.0 - Interval::LEVEL) / 2.0;
    (0..PLACES)
        .map(|place| {
            let share = place as f64 / (PLACES - 1) as f64;
            let mut there: Vec<f64> = sorted.iter().map(|curve| quantile(curve, share)).collect();
            there.sort_by(f64::total_cmp);
            Interval { low: quantile(&there, tail), high: quantile(&there, 1.0 - tail) }
        })
        .collect()
}

/// One walk-forward, which several members may share, and all of it that shifts do not change.
struct Walk<'a> {
    spec: &'a Spec,
    panel: &'a Panel,
    /// Positions of the members that share it.
    members: Vec<usize>,
    /// The plain models of all of them, each once; with the first member that has it.
    models: Vec<(&'a Settings, usize)>,
    rows: Supervised,
    plain: Ground,
    weighted: Option<Ground>,
    /// What could be known of the variance of the forecast rows.
    variance: Option<Vec<f64>>,
    simple: Vec<f64>,
}

/// What models with the same weights of rows are judged against, by forecast.
struct Ground {
    benchmark: Vec<f64>,
    fit_means: Vec<f64>,
}

/// The walk-forwards of some members that are tried: all, or as many as the limit drawn by the seed.
fn walks<'a>(members: &[Task<'a>], seed: u64) -> Vec<Walk<'a>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (position, task) in members.iter().enumerate() {
        if !task.spec.models.iter().any(is_tried) {
            continue;
        }
        let same = |group: &&mut Vec<usize>| task.shares_walk(&members[group[0]]);
        match groups.iter_mut().find(same) {
            Some(group) => group.push(position),
            None => groups.push(vec![position]),
        }
    }
    if groups.len() > MOST_WALKS {
        // By a hash of what each is, so that one more in the sweep moves few.
        let hash = |group: &Vec<usize>| {
            let spec = members[group[0]].spec;
            let what = serde_json::json!([seed, spec.data, spec.walk_forward, spec.selection]);
            *blake3::hash(what.to_string().as_bytes()).as_bytes()
        };
        groups.sort_by_cached_key(hash);
        groups.truncate(MOST_WALKS);
        groups.sort_unstable();
    }
    groups.into_par_iter().map(|group| Walk::new(members, group)).collect()
}

impl<'a> Walk<'a> {
    fn new(members: &[Task<'a>], group: Vec<usize>) -> Self {
        let Task { spec, panel, .. } = members[group[0]];
        let mut models: Vec<(&Settings, usize)> = Vec::new();
        for member in &group {
            for settings in members[*member].spec.models.iter().filter(|model| is_tried(model)) {
                if !models.iter().any(|(known, _)| known.same_fits(settings)) {
                    models.push((settings, *member));
                }
            }
        }
        let rows = Supervised { next: Vec::new(), ..panel.supervised(&spec.data.lags) };
        let first = spec.walk_forward.min_train;
        let folds: Vec<Fold> = folds(&spec.walk_forward, rows.len()).collect();
        let ground = |weights: Option<&[f64]>| Ground {
            benchmark: match weights {
                Some(weights) => weighted_mean(&rows.y, weights, first),
                None => prevailing_mean(&rows.y, first),
            },
            fit_means: fit_means(&rows.y, weights, &folds),
        };
        let weighted = models.iter().any(|(settings, _)| settings.is_weighted());
        let weights = weighted.then(|| row_weights(&rows.y));
        let variance = ex_ante_variance(&rows.y).map(|variance| variance[first..].to_vec());
        let simple = rows.y[first..].iter().map(|r| libm::expm1(*r)).collect();
        Self {
            spec,
            panel,
            members: group,
            models,
            plain: ground(None),
            weighted: weights.as_deref().map(|weights| ground(Some(weights))),
            variance: variance.filter(|v| v.first().is_some_and(|first| first.is_finite())),
            simple,
            rows,
        }
    }

    fn specifications(&self) -> impl Iterator<Item = (usize, String)> {
        self.models.iter().map(|(settings, member)| (*member, settings.name.clone()))
    }

    /// Adds its specifications with features so many rows later to the curves of R2 and of Sharpe
    /// ratios.
    fn shifted(&self, by: usize, members: &[Task<'_>], curves: &mut [Vec<Point>; 2]) {
        let rows = Supervised { x: later_rows(&self.rows.x, by), ..self.rows.clone() };
        let settings: Vec<Settings> =
            self.models.iter().map(|(settings, _)| (*settings).clone()).collect();
        let run = run(&rows, &self.spec.walk_forward, &self.spec.selection, &settings);
        let actual = &rows.y[run.first_row.0..];
        for (model, settings) in run.models.iter().zip(&settings) {
            let forecasts = &model.forecasts;
            let ground = match &self.weighted {
                Some(weighted) if settings.is_weighted() => weighted,
                _ => &self.plain,
            };
            if let Some(point) = self.r2(actual, forecasts, ground) {
                curves[0].push(point);
            }
            let mut sized: Vec<(&Sizing, Vec<f64>)> = Vec::new();
            let mut earned: Vec<(usize, Costs, Option<Point>)> = Vec::new();
            for member in &self.members {
                let spec = members[*member].spec;
                if !spec.models.iter().any(|own| is_tried(own) && own.same_fits(settings)) {
                    continue;
                }
                for sizing in &spec.positions {
                    let same = |(known, _): &(&Sizing, _)| *known == sizing;
                    let at = sized.iter().position(same).unwrap_or(sized.len());
                    if at == sized.len() {
                        sized.push((sizing, positions(sizing, forecasts)));
                    }
                    let known =
                        earned.iter().find(|(of, costs, _)| *of == at && *costs == spec.costs);
                    let point = match known {
                        Some((.., point)) => *point,
                        None => {
                            let point = self.sharpe(sized[at].1.clone(), &spec.costs);
                            earned.push((at, spec.costs, point));
                            point
                        }
                    };
                    curves[1].extend(point);
                }
            }
        }
    }

    fn r2(&self, actual: &[f64], forecasts: &[f64], ground: &Ground) -> Option<Point> {
        let errors = Errors::new(actual, forecasts, &ground.benchmark);
        let of_fit = Errors::new(actual, forecasts, &ground.fit_means);
        let p = |errors: &Errors| Some(clark_west(&errors.scaled(self.variance.as_deref()?))?.1);
        let p = p(&errors).zip(p(&of_fit)).map(|(own, of_fit)| own.max(of_fit));
        Some(Point::of_r2(errors.oos_r2()?, p))
    }

    fn sharpe(&self, weights: Vec<f64>, costs: &Costs) -> Option<Point> {
        let year = self.panel.periods_per_year;
        let excess = simulate(weights, &self.simple, costs, year).log_excess()?;
        let (ratio, error) = sharpe_ratio(&excess, f64::from(year))?;
        Some(Point::of_sharpe(ratio, error))
    }
}

/// Rows moved to so many rows later, around the end.
fn later_rows(x: &Array2<f64>, by: usize) -> Array2<f64> {
    let cut = x.nrows() - by;
    match concatenate(Axis(0), &[x.slice(s![cut.., ..]), x.slice(s![..cut, ..])]) {
        Ok(moved) => moved.as_standard_layout().into_owned(),
        Err(error) => unreachable!("two parts of one table have the same columns: {error}"),
    }
}

/// The weighted mean of the target over the training rows of the fit, by forecast.
fn fit_means(y: &[f64], weights: Option<&[f64]>, folds: &[Fold]) -> Vec<f64> {
    let mut means = Vec::with_capacity(y.len());
    for fold in folds {
        let training = fold.training.0.clone();
        let (mut sum, mut mean) = (0.0, 0.0);
        for row in training {
            let weight = weights.map_or(1.0, |weights| weights[row]);
            if weight > 0.0 {
                sum += weight;
                mean += weight / sum * (y[row] - mean);
            }
        }
        means.extend(fold.forecast.iter().map(|_| mean));
    }
    means
}

/// What the members of a sweep give without a shift.
#[cfg(test)]
pub(super) fn observed(members: &[Task<'_>]) -> [Vec<Point>; 2] {
    let mut curves = [Vec::new(), Vec::new()];
    for walk in walks(members, 1) {
        walk.shifted(0, members, &mut curves);
    }
    curves
}
