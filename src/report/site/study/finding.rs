//! All experiments on one target, counted: what was found, how much of it outlasts their number,
//! whether it paid, and what the controls did.

use crate::base::units::Frequency;
use crate::report::site::kit::summary::{Decided, Speaker, Summary};
use crate::report::site::kit::wording;
use crate::results::{Answer, Evidence, FamilyClaim, Life, Outcome, Trials};

/// The level of every claim.
const LEVEL: f64 = 0.05;

/// All experiments on one target from one source, seen together.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Study {
    pub source: String,
    pub target: String,
    pub frequency: Frequency,
    pub synthetic: bool,
    /// First and last year with a forecast.
    pub years: (i16, i16),
    /// Experiments that are no control and did not know the future.
    pub experiments: usize,
    /// Those that did know it, and count for nothing.
    pub failed: usize,
    /// How many experiments of the site claims are held against; `None` of one alone.
    pub family: Option<usize>,
    pub claim: Claim,
    /// Experiments with evidence by themselves, and as one of all.
    pub by_themselves: usize,
    pub surviving: usize,
    pub lasting: Lasting,
    pub paid: Option<Paid>,
    /// Experiments in which trading pays for its costs, in which it does not, and in which that is
    /// open.
    pub pays: [usize; 3],
    pub controls: Controls,
    /// Intervals of R2 below zero, around it, and above it.
    pub intervals: [usize; 3],
    /// The experiment with the highest Sharpe ratio: its title, that ratio, and that of holding.
    pub best: Option<(String, f64, Option<f64>)>,
    pub trials: Option<Trials>,
}

/// What was found, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Something is too good to be believed.
    Suspect(usize),
    /// Evidence that outlasts the number of experiments.
    Clear,
    /// Weak evidence that does.
    Weak,
    /// Evidence of experiments by themselves, none of which outlasts it.
    Lost,
    /// Only what rests on few volatile days.
    VolatileDays,
    /// Nothing.
    None,
}

/// What became of the edge, where all experiments that found one say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    Alive,
    Weakened,
    Gone,
    /// One year brought most of it.
    OneYear(i16),
    /// They differ, or it is open.
    Unclear,
}

/// How the Sharpe ratios compare with holding the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paid {
    /// So many are above it, after paying for all models, rules and experiments.
    Beats(usize),
    /// So many are above it, and none surely.
    Above(usize),
    /// None is.
    Below,
}

/// What the controls did, which must find nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Controls {
    pub nothing: usize,
    pub open: usize,
    pub something: usize,
    /// Their Sharpe ratios.
    pub sharpe: Vec<f64>,
}

impl Controls {
    pub(crate) fn count(&self) -> usize {
        self.nothing + self.open + self.something
    }
}

/// One study a source and target, the one with the most experiments first.
pub(crate) fn studies<'a>(ordered: &[&'a Summary]) -> Vec<(Study, Vec<&'a Summary>)> {
    let mut parts: Vec<Vec<&Summary>> = Vec::new();
    for &each in ordered {
        let is_its = |part: &&mut Vec<&Summary>| {
            part.first()
                .is_some_and(|first| (&first.source, &first.target) == (&each.source, &each.target))
        };
        match parts.iter_mut().find(is_its) {
            Some(part) => part.push(each),
            None => parts.push(vec![each]),
        }
    }
    // Stable: of as many experiments the first comes first.
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts.into_iter().filter_map(|part| Some((study(&part)?, part))).collect()
}

fn study(all: &[&Summary]) -> Option<Study> {
    let first = all.first()?;
    let is_sound = |each: &&&Summary| !each.decided.failed;
    let sound: Vec<&Summary> = all.iter().filter(is_sound).copied().collect();
    let own: Vec<&Summary> =
        sound.iter().filter(|each| each.decided.control.is_none()).copied().collect();
    let survivors: Vec<&Decided> =
        own.iter().filter(|each| is_some(among_all(each))).map(|each| &each.decided).collect();
    let years = all.iter().map(|each| each.years);
    Some(Study {
        source: first.source.clone(),
        target: first.target.clone(),
        frequency: first.frequency,
        synthetic: all.iter().any(|each| each.synthetic),
        years: (years.clone().map(|years| years.0).min()?, years.map(|years| years.1).max()?),
        experiments: own.len(),
        failed: all.len() - sound.len(),
        family: family(&own).map(|family| family.experiments).filter(|count| *count > 1),
        claim: claim(&own),
        by_themselves: own.iter().filter(|each| is_some(each.decided.evidence)).count(),
        surviving: survivors.len(),
        lasting: lasting(&survivors),
        paid: paid(&own),
        pays: [Answer::Yes, Answer::No, Answer::Open]
            .map(|answer| own.iter().filter(|each| each.decided.pays == Some(answer)).count()),
        controls: controls(&sound),
        intervals: intervals(&own),
        best: best(&own),
        trials: own.iter().find_map(|each| each.trials),
    })
}

fn family(own: &[&Summary]) -> Option<FamilyClaim> {
    own.iter().find_map(|each| each.family)
}

/// The evidence as one of all experiments; of one alone, by itself.
fn among_all(each: &Summary) -> Evidence {
    each.family.map_or(each.decided.evidence, |family| family.evidence)
}

fn is_some(evidence: Evidence) -> bool {
    matches!(evidence, Evidence::Clear | Evidence::Weak)
}

fn claim(own: &[&Summary]) -> Claim {
    let count = |evidence| own.iter().filter(|each| among_all(each) == evidence).count();
    let by_themselves = own.iter().any(|each| is_some(each.decided.evidence));
    match (count(Evidence::Suspect), count(Evidence::Clear), count(Evidence::Weak)) {
        (0, 0, 0) if by_themselves => Claim::Lost,
        (0, 0, 0) if count(Evidence::VolatileDays) > 0 => Claim::VolatileDays,
        (0, 0, 0) => Claim::None,
        (0, 0, _) => Claim::Weak,
        (0, ..) => Claim::Clear,
        (suspects, ..) => Claim::Suspect(suspects),
    }
}

fn lasting(survivors: &[&Decided]) -> Lasting {
    let Some(first) = survivors.first() else { return Lasting::Unclear };
    let is_shared = |of: &dyn Fn(&Decided) -> bool| survivors.iter().all(|each| of(each));
    match first.life {
        Some(Life::Gone) if is_shared(&|each| each.life == Some(Life::Gone)) => Lasting::Gone,
        _ if first.carried_by.is_some()
            && is_shared(&|each| each.carried_by == first.carried_by) =>
        {
            first.carried_by.map_or(Lasting::Unclear, Lasting::OneYear)
        }
        Some(Life::Alive) if is_shared(&|each| each.life == Some(Life::Alive)) => Lasting::Alive,
        Some(Life::Weakened | Life::Gone)
            if is_shared(&|each| matches!(each.life, Some(Life::Weakened | Life::Gone))) =>
        {
            Lasting::Weakened
        }
        _ => Lasting::Unclear,
    }
}

/// The ratio of a speaker beside that of holding over the same days.
fn beside(speaker: &Speaker) -> Option<(f64, f64)> {
    Some((speaker.sharpe?.value, speaker.holding?))
}

/// Above is what is above after paying for all models and rules (Romano and Wolf 2005) and for all
/// experiments (Bonferroni).
fn paid(own: &[&Summary]) -> Option<Paid> {
    let speakers = || own.iter().filter_map(|each| each.speaker.as_ref());
    let compared = speakers().filter(|speaker| beside(speaker).is_some()).count();
    let tried = family(own).map_or(0, |family| family.experiments).max(own.len()) as f64;
    let above: Vec<&Speaker> = speakers()
        .filter(|speaker| beside(speaker).is_some_and(|(sharpe, holding)| sharpe > holding))
        .collect();
    let is_sure = |speaker: &&&Speaker| speaker.above_holding_p.is_some_and(|p| p * tried <= LEVEL);
    match (compared, above.len(), above.iter().filter(is_sure).count()) {
        (0, ..) => None,
        (_, 0, _) => Some(Paid::Below),
        (_, above, 0) => Some(Paid::Above(above)),
        (.., sure) => Some(Paid::Beats(sure)),
    }
}

fn controls(sound: &[&Summary]) -> Controls {
    let all = || sound.iter().filter(|each| each.decided.control.is_some());
    let count = |outcome| all().filter(|each| each.decided.control == Some(outcome)).count();
    let sharpe = all().filter_map(|each| Some(each.speaker.as_ref()?.sharpe?.value));
    Controls {
        nothing: count(Outcome::Met),
        open: count(Outcome::Open),
        something: count(Outcome::NotMet),
        sharpe: sharpe.collect(),
    }
}

fn intervals(own: &[&Summary]) -> [usize; 3] {
    let mut counts = [0; 3];
    let speakers = own.iter().filter_map(|each| each.speaker.as_ref());
    for within in speakers.filter_map(|speaker| speaker.oos_r2?.interval) {
        let place = if within.contains(0.0) {
            1
        } else if within.high < 0.0 {
            0
        } else {
            2
        };
        counts[place] += 1;
    }
    counts
}

fn best(own: &[&Summary]) -> Option<(String, f64, Option<f64>)> {
    let ratios = own.iter().filter_map(|each| {
        let speaker = each.speaker.as_ref()?;
        Some((each, speaker.sharpe?.value, speaker.holding))
    });
    let (each, sharpe, holding) = ratios.reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    Some((wording::short_title(&each.title).to_owned(), sharpe, holding))
}
