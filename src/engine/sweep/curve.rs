//! The curve: every specification's estimate in order, what they say together, what each choice does
//! to them, and how likely chance is to make such a curve.

use indexmap::IndexMap;

use super::anova::explained;
use super::digest::{Digest, TrackDigest};
use super::null::{NullCurves, Nulls, figures};
use super::point::Point;
use crate::base::statistics::quantile;
use crate::engine::inference::{cauchy, p_value};
use crate::engine::metrics::LEVEL;
use crate::engine::spec::{Member, Spec};
use crate::results::{
    Chance, ChoiceSummary, Interval, JointTest, LevelSummary, SCHEMA, Specification,
    SpecificationCurve, Standing, SweepMember, SweepResults, SweptKey,
};

/// A specification before its place in the curve is known.
struct Found {
    member: usize,
    model: String,
    rule: Option<String>,
    point: Point,
    interval: Option<Interval>,
    /// By candidate choice: the position of its level.
    levels: Vec<usize>,
}

/// Choices that may set specifications apart: the keys of the sweep, then model and rule.
struct Candidates {
    keys: Vec<String>,
    levels: Vec<Vec<String>>,
    /// Of each candidate: whether it changes nothing of what is estimated.
    idle: Vec<bool>,
}

/// What a file with a sweep asks for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its headline experiment, with the sweep.
    pub spec: &'a Spec,
    /// The members, in order.
    pub members: &'a [Member],
}

/// A sweep seen together, from the file that asks for it, what is needed of its headline experiment
/// and of each member in order, and its curves under the null.
pub fn analyse(
    asked: &Asked<'_>,
    headline: &Digest,
    members: &[Digest],
    nulls: Option<&Nulls>,
) -> SweepResults {
    let spec = asked.spec;
    let keys = swept(asked.members);
    let of_member = |member: &Member| SweepMember {
        id: member.spec.id.clone(),
        values: positions(member, &keys),
        is_headline: member.is_headline,
    };
    let known: Vec<SweepMember> = asked.members.iter().map(of_member).collect();
    let sweep = spec.sweep.as_ref();
    SweepResults {
        schema: SCHEMA,
        id: spec.id.clone(),
        title: spec.title.clone(),
        control: spec.control,
        synthetic: headline.synthetic,
        conditions: sweep.map(|sweep| sweep.conditions.clone()).unwrap_or_default(),
        is_sample: sweep.is_some_and(|sweep| sweep.sample.is_some()),
        pages: sweep.is_some_and(|sweep| sweep.pages),
        interval_level: Interval::LEVEL,
        oos_r2: of_r2(&keys, &known, headline, members, nulls),
        sharpe: of_sharpe(&keys, &known, headline, members, nulls),
        keys,
        members: known,
    }
    .rounded()
}

/// The keys of a sweep with the values that its members have, in the order in which they come.
fn swept(members: &[Member]) -> Vec<SweptKey> {
    let mut keys: IndexMap<&str, Vec<String>> = IndexMap::new();
    for choice in members.iter().flat_map(|member| &member.choices) {
        let values = keys.entry(&choice.key).or_default();
        if !values.contains(&choice.value) {
            values.push(choice.value.clone());
        }
    }
    keys.into_iter().map(|(key, values)| SweptKey { key: key.to_owned(), values }).collect()
}

fn positions(member: &Member, keys: &[SweptKey]) -> Vec<usize> {
    let position = |key: &SweptKey| {
        let choice = member.choices.iter().find(|choice| choice.key == key.key);
        let at = choice.and_then(|c| key.values.iter().position(|value| *value == c.value));
        at.unwrap_or(0)
    };
    keys.iter().map(position).collect()
}

impl Candidates {
    fn new(keys: &[SweptKey], more: &[&str]) -> Self {
        let count = keys.len() + more.len();
        let names = keys.iter().map(|key| key.key.clone());
        let levels = keys.iter().map(|key| key.values.clone());
        Self {
            keys: names.chain(more.iter().map(|name| (*name).to_owned())).collect(),
            levels: levels.chain(more.iter().map(|_| Vec::new())).collect(),
            idle: vec![false; count],
        }
    }

    /// The position of a level of a candidate, taken up if it is new.
    fn level(&mut self, candidate: usize, level: &str) -> usize {
        let levels = &mut self.levels[candidate];
        levels.iter().position(|known| known == level).unwrap_or_else(|| {
            levels.push(level.to_owned());
            levels.len() - 1
        })
    }

    /// The candidates that set specifications apart: at least two levels, not idle, and not the same
    /// split as one before. Each with the levels that there are, by their old positions.
    fn kept(&self, found: &[Found]) -> Vec<(usize, Vec<usize>)> {
        let mut kept: Vec<(usize, Vec<usize>)> = Vec::new();
        for candidate in (0..self.keys.len()).filter(|at| !self.idle[*at]) {
            let of = |found: &Found| found.levels[candidate];
            let mut levels: Vec<usize> = found.iter().map(of).collect();
            levels.sort_unstable();
            levels.dedup();
            let is_same = |(other, theirs): &(usize, Vec<usize>)| {
                let mut pairs: Vec<(usize, usize)> =
                    found.iter().map(|found| (found.levels[*other], of(found))).collect();
                pairs.sort_unstable();
                pairs.dedup();
                pairs.len() == levels.len() && theirs.len() == levels.len()
            };
            if levels.len() > 1 && !kept.iter().any(is_same) {
                kept.push((candidate, levels));
            }
        }
        kept
    }
}

fn of_r2(
    keys: &[SweptKey],
    known: &[SweepMember],
    headline: &Digest,
    members: &[Digest],
    nulls: Option<&Nulls>,
) -> SpecificationCurve {
    let mut candidates = Candidates::new(keys, &["model"]);
    let mut first: IndexMap<blake3::Hash, Vec<usize>> = IndexMap::new();
    let (mut found, mut without) = (Vec::new(), 0);
    for (member, digest) in members.iter().enumerate() {
        for model in &digest.models {
            let mut levels = known[member].values.clone();
            levels.push(candidates.level(keys.len(), &model.name));
            if let Some(same) = first.get(&model.forecasts_of) {
                // What differs between members with the same forecasts changes none.
                for (at, idle) in candidates.idle.iter_mut().enumerate() {
                    *idle |= same[at] != levels[at];
                }
                continue;
            }
            first.insert(model.forecasts_of, levels.clone());
            let Some(point) = model.point() else {
                without += 1;
                continue;
            };
            let interval = model.oos_r2.and_then(|r2| r2.interval);
            found.push(Found {
                member,
                model: model.name.clone(),
                rule: None,
                point,
                interval,
                levels,
            });
        }
    }
    let headlines = headline
        .models
        .iter()
        .filter_map(|model| Some(standing(&model.name, None, model.point()?.estimate)));
    let joint = nulls.and_then(|nulls| {
        let tried = nulls.forecasts.iter();
        let points = tried.filter_map(|(at, model)| members.get(*at)?.model(model)?.point());
        joint(&points.collect::<Vec<Point>>(), &nulls.oos_r2)
    });
    let curve = curve(&candidates, found, headlines.collect(), known);
    SpecificationCurve { without_estimate: without, joint, ..curve }
}

fn of_sharpe(
    keys: &[SweptKey],
    known: &[SweepMember],
    headline: &Digest,
    members: &[Digest],
    nulls: Option<&Nulls>,
) -> SpecificationCurve {
    let mut candidates = Candidates::new(keys, &["model", "rule"]);
    let (mut found, mut without, mut above) = (Vec::new(), 0, 0);
    for (member, digest) in members.iter().enumerate() {
        for model in &digest.models {
            for track in &model.tracks {
                let mut levels = known[member].values.clone();
                levels.push(candidates.level(keys.len(), &model.name));
                levels.push(candidates.level(keys.len() + 1, &track.rule));
                let Some(point) = track.point() else {
                    without += 1;
                    continue;
                };
                above += usize::from(digest.holding.is_some_and(|held| point.estimate > held));
                found.push(Found {
                    member,
                    model: model.name.clone(),
                    rule: Some(track.rule.clone()),
                    point,
                    interval: track.sharpe.and_then(|sharpe| sharpe.interval),
                    levels,
                });
            }
        }
    }
    let headlines = headline.models.iter().flat_map(|model| {
        let of = |track: &TrackDigest| {
            Some(standing(&model.name, Some(&track.rule), track.point()?.estimate))
        };
        model.tracks.iter().filter_map(of).collect::<Vec<Standing>>()
    });
    let headlines = headlines.collect();
    let count = found.len();
    let joint = nulls.and_then(|nulls| {
        let tried = |found: &&Found| nulls.tries(found.member, &found.model);
        let points = found.iter().filter(tried).map(|found| found.point);
        joint(&points.collect::<Vec<Point>>(), &nulls.sharpe)
    });
    let curve = curve(&candidates, found, headlines, known);
    SpecificationCurve {
        without_estimate: without,
        joint,
        reference: headline.holding,
        share_above_reference: (count > 0).then(|| above as f64 / count as f64),
        ..curve
    }
}

/// A specification of the headline experiment before its place is known.
fn standing(model: &str, rule: Option<&str>, estimate: f64) -> Standing {
    Standing {
        model: model.to_owned(),
        rule: rule.map(str::to_owned),
        estimate,
        share_below: 0.0,
        position: None,
    }
}

/// The curve of what was found, in ascending order; of equal estimates the earlier member first.
fn curve(
    candidates: &Candidates,
    mut found: Vec<Found>,
    mut headline: Vec<Standing>,
    members: &[SweepMember],
) -> SpecificationCurve {
    found.sort_by(|a, b| a.point.estimate.total_cmp(&b.point.estimate));
    let kept = candidates.kept(&found);
    let level = |found: &Found, (candidate, levels): &(usize, Vec<usize>)| {
        levels.binary_search(&found.levels[*candidate]).unwrap_or(0)
    };
    let specifications: Vec<Specification> = found
        .iter()
        .map(|found| Specification {
            member: found.member,
            model: found.model.clone(),
            rule: found.rule.clone(),
            levels: kept.iter().map(|choice| level(found, choice)).collect(),
            estimate: found.point.estimate,
            interval: found.interval,
            p: found.point.p,
            z: found.point.z,
            is_significant: found.point.is_significant,
        })
        .collect();
    let points: Vec<Point> = found.iter().map(|found| found.point).collect();
    let estimates: Vec<f64> = points.iter().map(|point| point.estimate).collect();
    let count = estimates.len() as f64;
    for standing in &mut headline {
        let below = estimates.partition_point(|estimate| *estimate < standing.estimate);
        standing.share_below = if estimates.is_empty() { 0.0 } else { below as f64 / count };
        standing.position = specifications.iter().position(|specification| {
            let Specification { member, model, rule, estimate, .. } = specification;
            // Members with the headline's forecasts stand for it, whatever else they change.
            (members[*member].is_headline || *estimate == standing.estimate)
                && *model == standing.model
                && *rule == standing.rule
        });
    }
    let [median, share_significant, mean_z] = figures(&points).map_or([None; 3], |f| f.map(Some));
    let by_choice: Vec<Vec<usize>> = (0..kept.len())
        .map(|choice| specifications.iter().map(|found| found.levels[choice]).collect())
        .collect();
    let explained = explained(&estimates, &by_choice);
    let of_choice = |(choice, (candidate, levels)): (usize, &(usize, Vec<usize>))| ChoiceSummary {
        key: candidates.keys[*candidate].clone(),
        levels: levels
            .iter()
            .enumerate()
            .map(|(position, level)| {
                let name = &candidates.levels[*candidate][*level];
                level_summary(name, choice, position, &specifications)
            })
            .collect(),
        share: explained.as_ref().map(|explained| explained.shares[choice]),
        sum_of_squares: explained.as_ref().map(|explained| explained.sums_of_squares[choice]),
        degrees_of_freedom: explained.as_ref().map_or(0, |e| e.degrees_of_freedom[choice]),
    };
    let positive = estimates.iter().filter(|estimate| **estimate > 0.0).count();
    SpecificationCurve {
        choices: kept.iter().enumerate().map(of_choice).collect(),
        without_estimate: 0,
        median,
        share_positive: (!estimates.is_empty()).then(|| positive as f64 / count),
        share_significant,
        mean_z,
        reference: None,
        share_above_reference: None,
        headline,
        explained: explained.map(|explained| explained.together),
        joint: None,
        specifications,
    }
}

fn level_summary(
    level: &str,
    choice: usize,
    position: usize,
    specifications: &[Specification],
) -> LevelSummary {
    let of_level = || specifications.iter().filter(|found| found.levels[choice] == position);
    // The specifications are in order, and so are those of a level.
    let estimates: Vec<f64> = of_level().map(|found| found.estimate).collect();
    let significant = of_level().filter(|found| found.is_significant).count();
    LevelSummary {
        level: level.to_owned(),
        specifications: estimates.len(),
        median: quantile(&estimates, 0.5),
        share_significant: significant as f64 / estimates.len() as f64,
    }
}

/// The curve of what was tried under shifts beside what it was there; `None` of nothing.
fn joint(points: &[Point], nulls: &NullCurves) -> Option<JointTest> {
    let observed = figures(points)?;
    let shifts = nulls.draws.len();
    let chance = |which: usize| {
        let mut under: Vec<f64> = nulls.draws.iter().map(|draw| draw[which]).collect();
        let reached = under.iter().filter(|value| **value >= observed[which]).count();
        under.sort_by(f64::total_cmp);
        Chance {
            observed: observed[which],
            expected: quantile(&under, 0.5),
            p: p_value(reached, shifts),
        }
    };
    let [median, share_significant, mean_z] = [0, 1, 2].map(chance);
    let p = cauchy(&[median.p, share_significant.p, mean_z.p])?;
    Some(JointTest {
        shifts,
        specifications: points.len(),
        median,
        share_significant,
        mean_z,
        p,
        // The p of a permutation test rejects where it is reached; the last bits of the
        // combination of three equal ones do not count.
        rejects: p <= LEVEL * (1.0 + 1e-9),
        band: nulls.band.clone(),
    })
}
