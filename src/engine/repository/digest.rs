//! What settling needs of one experiment, small enough to keep of thousands.

use super::bytes::{HASH, Reader, Writer, hash};
use super::family::Terms;
use super::trials::Weekly;
use crate::base::units::Day;
use crate::engine::inference::variances;
use crate::engine::metrics::Errors;
use crate::results::{Evidence, Results, Series, value};

/// What the experiments of a site need to know of one another: the daily gains of its plain models, a
/// record of each strategy by week, and its own evidence. It follows from results and series as their
/// files hold them, and not from the words of the spec.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    pub(super) evidence: Evidence,
    /// Every penalty of every model under every rule.
    pub(super) counted: u32,
    /// The days of the forecasts, since 1970.
    pub(super) days: Vec<i32>,
    /// By plain model, all as long as the days.
    pub(super) terms: Vec<Terms>,
    /// By strategy that earned or lost anything.
    pub(super) records: Vec<Weekly>,
}

impl Digest {
    /// Of one experiment, just run or from its files.
    #[must_use]
    pub fn of(results: &Results, series: &Series) -> Self {
        let days = numbered(&series.forecasts.days);
        let traded = numbered(&series.strategies.days);
        let mut counted = 0;
        let mut records = Vec::new();
        for (name, model) in &results.models {
            let grid = model.alphas.len().max(model.components.len()).max(1);
            counted += grid * model.strategies.len();
            for (rule, metrics) in &model.strategies {
                let known = series.growth(name, rule).zip(value(metrics.sharpe));
                records
                    .extend(known.and_then(|(growth, ratio)| Weekly::new(&traded, growth, ratio)));
            }
        }
        Self {
            evidence: results.verdict.evidence,
            counted: u32::try_from(counted).unwrap_or(u32::MAX),
            terms: terms(results, series),
            days,
            records,
        }
    }

    /// The bytes in which it is kept: a hash of the rest, then the rest.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Writer::default();
        bytes.byte(evidence_number(self.evidence));
        bytes.count(self.counted as usize);
        bytes.days(&self.days);
        bytes.count(self.terms.len());
        for Terms { mean_block, values } in &self.terms {
            bytes.all(&mean_block.to_le_bytes());
            values.iter().for_each(|value| bytes.all(&value.to_le_bytes()));
        }
        bytes.count(self.records.len());
        for Weekly { ratio, first, weeks } in &self.records {
            bytes.all(&ratio.to_le_bytes());
            bytes.all(&first.to_le_bytes());
            bytes.count(weeks.len());
            weeks.iter().for_each(|week| bytes.all(&week.to_le_bytes()));
        }
        let hash = hash(&bytes.0);
        [&hash[..], &bytes.0].concat()
    }

    /// Reads what [`Digest::to_bytes`] wrote; `None` of anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (told, rest) = bytes.split_first_chunk::<HASH>()?;
        if *told != hash(rest) {
            return None;
        }
        let mut bytes = Reader(rest);
        let evidence = EVIDENCE.get(usize::from(bytes.byte()?)).copied()?;
        let counted = bytes.number()?;
        let days = bytes.days()?;
        let mut terms = Vec::new();
        for _ in 0..bytes.number()? {
            let mean_block = f64::from_le_bytes(bytes.take()?);
            let values = (0..days.len()).map(|_| Some(f32::from_le_bytes(bytes.take()?)));
            terms.push(Terms { mean_block, values: values.collect::<Option<_>>()? });
        }
        let mut records = Vec::new();
        for _ in 0..bytes.number()? {
            let ratio = f64::from_le_bytes(bytes.take()?);
            let first = i32::from_le_bytes(bytes.take()?);
            let weeks = (0..bytes.number()?).map(|_| Some(i16::from_le_bytes(bytes.take()?)));
            records.push(Weekly { ratio, first, weeks: weeks.collect::<Option<_>>()? });
        }
        bytes.0.is_empty().then_some(Self { evidence, counted, days, terms, records })
    }

    /// By what it holds: equal ones have one, in whatever order they come.
    pub(super) fn key(&self) -> [u8; HASH] {
        let bytes = self.to_bytes();
        std::array::from_fn(|at| bytes[at])
    }
}

/// Days since 1970.
fn numbered(days: &[Day]) -> Vec<i32> {
    const FIRST: Day = jiff::civil::date(1970, 1, 1);
    days.iter().map(|day| (day.duration_since(FIRST).as_hours() / 24) as i32).collect()
}

/// The scaled Clark-West terms of an experiment's plain models, from its series: none where the
/// variance of its first forecast is not known.
fn terms(results: &Results, series: &Series) -> Vec<Terms> {
    let known = series.actual().zip(series.benchmark()).zip(results.search.first_variance);
    let Some(((actual, benchmark), first)) = known else { return Vec::new() };
    let variance = variances(first, actual, benchmark);
    let plain = results.models.iter().filter(|(_, model)| model.system.is_none());
    let terms = plain.filter_map(|(name, model)| {
        let benchmark = match model.weighting {
            Some(_) => series.weighted_benchmark()?,
            None => benchmark,
        };
        let errors = Errors::new(actual, series.forecast(name)?, benchmark);
        Some(Terms::new(&errors.scaled(&variance).adjusted()))
    });
    terms.collect()
}

const EVIDENCE: [Evidence; 5] =
    [Evidence::Clear, Evidence::Weak, Evidence::VolatileDays, Evidence::None, Evidence::Suspect];

fn evidence_number(evidence: Evidence) -> u8 {
    EVIDENCE.iter().position(|known| *known == evidence).unwrap_or(0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest() -> Digest {
        let day = |t: i32| t * 3 + if t > 5 { 400 } else { 0 } - 9;
        let values: Vec<f64> = (0..12).map(|t| f64::from(t * t % 7) / 3.0).collect();
        let days: Vec<i32> = (0..12).map(day).collect();
        let growth: Vec<f64> = values.iter().map(|value| 1.0 + value / 100.0).collect();
        Digest {
            evidence: Evidence::VolatileDays,
            counted: 77,
            terms: vec![Terms::new(&values), Terms::new(&[0.0; 12])],
            records: Weekly::new(&days, &growth, -0.3).into_iter().collect(),
            days,
        }
    }

    #[test]
    fn a_digest_is_read_back_and_a_damaged_one_is_none() {
        let digest = digest();
        assert_eq!(digest.records.len(), 1);
        let bytes = digest.to_bytes();
        assert_eq!(Digest::from_bytes(&bytes), Some(digest.clone()));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            assert_eq!(Digest::from_bytes(&damaged), None, "{at}");
            assert_eq!(Digest::from_bytes(&bytes[..at]), None, "{at}");
        }
        // One with a hash of its own is read as far as it goes.
        for at in 0..bytes.len() - HASH {
            let cut = &bytes[HASH..HASH + at];
            assert_eq!(Digest::from_bytes(&[&hash(cut)[..], cut].concat()), None, "{at}");
        }
        let other = Digest { counted: 78, ..digest.clone() };
        assert_ne!(other.key(), digest.key());
    }

    #[test]
    fn every_evidence_is_kept() {
        for evidence in EVIDENCE {
            let digest = Digest { evidence, ..digest() };
            let read = Digest::from_bytes(&digest.to_bytes()).unwrap();
            assert_eq!(read.evidence, evidence);
        }
    }
}
