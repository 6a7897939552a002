//! Which of several records are evidence of a signal, family-wise.

use crate::engine::inference::{cauchy, holm};
use crate::engine::metrics::LEVEL;
use crate::results::{Evidence, ForecastMetrics, value};

/// Whether any of several records beats its benchmark: their p-values combined (Cauchy).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Family {
    /// Of the scaled Clark-West statistics, against the prevailing mean and the fit's own.
    pub(super) p: Option<f64>,
    /// Of the raw ones.
    pub(super) raw_p: Option<f64>,
}

impl Family {
    pub(super) fn of<'a>(records: impl Iterator<Item = &'a ForecastMetrics>) -> Self {
        let (scaled, raw): (Vec<_>, Vec<_>) =
            records.map(|record| (record.evidence_p(), record.raw_evidence_p())).unzip();
        let combined = |p: Vec<Option<f64>>| cauchy(&p.into_iter().flatten().collect::<Vec<f64>>());
        Self { p: combined(scaled), raw_p: combined(raw) }
    }

    /// Whether the scaled ones reject at 5 %.
    pub(super) fn rejects(&self) -> bool {
        self.p.is_some_and(|p| p < LEVEL)
    }

    /// What can be said, with the records of the family that are evidence.
    pub(super) fn evidence(&self, found: &[&ForecastMetrics]) -> Evidence {
        let all = |is: &dyn Fn(&ForecastMetrics) -> bool| found.iter().all(|record| is(record));
        if !self.rejects() {
            let raw = self.raw_p.is_some_and(|p| p < LEVEL);
            return if raw { Evidence::VolatileDays } else { Evidence::None };
        }
        let is_carried =
            |record: &ForecastMetrics| record.oos_r2_without_20.is_some_and(|r2| r2 <= 0.0);
        if found.is_empty() {
            return Evidence::Weak;
        }
        if all(&is_carried) {
            return Evidence::VolatileDays;
        }
        if all(&ForecastMetrics::includes_zero) {
            return Evidence::Weak;
        }
        Evidence::Clear
    }
}

/// Marks the records of a family that are evidence: R2 above zero, and the scaled Clark-West rejects,
/// against the prevailing mean and the fit's own, at a family-wise 5 % (Holm). A record of fewer than `least` forecasts is not of the family.
pub(super) fn decide(family: &mut [&mut ForecastMetrics], least: usize) {
    let p_values: Vec<Option<f64>> =
        family.iter().map(|record| record.evidence_p().filter(|_| record.rows >= least)).collect();
    for (record, rejected) in family.iter_mut().zip(holm(&p_values, LEVEL)) {
        record.evidence = rejected && value(record.oos_r2).is_some_and(|r2| r2 > 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{Estimate, ScaledMetrics};

    fn record(rows: usize, r2: f64, p: f64) -> ForecastMetrics {
        ForecastMetrics {
            rows,
            oos_r2: Some(Estimate { value: r2, interval: None }),
            scaled: Some(ScaledMetrics {
                oos_r2: None,
                clark_west: None,
                clark_west_p: Some(p / 2.0),
                fit_mean_p: Some(p),
            }),
            ..ForecastMetrics::default()
        }
    }

    #[test]
    fn what_can_be_said_follows_from_both_tests_the_interval_and_the_largest_days() {
        use crate::results::Interval;
        let of = |low: f64, without_20: f64| {
            let mut record = record(900, 0.004, 0.001);
            record.oos_r2 =
                Some(Estimate { value: 0.004, interval: Some(Interval { low, high: 0.01 }) });
            record.oos_r2_without_20 = Some(without_20);
            record
        };
        let (clear, weak, carried) = (of(0.001, 0.003), of(-0.001, 0.003), of(0.001, -0.003));
        let family = |p, raw_p| Family { p: Some(p), raw_p: Some(raw_p) };
        for (p, raw_p, found, expected) in [
            (0.2, 0.2, &[][..], Evidence::None),
            (0.2, 0.01, &[], Evidence::VolatileDays),
            (0.01, 0.2, &[], Evidence::Weak),
            (0.01, 0.2, &[&weak, &weak], Evidence::Weak),
            (0.01, 0.2, &[&weak, &clear], Evidence::Clear),
            (0.01, 0.01, &[&carried], Evidence::VolatileDays),
            (0.01, 0.01, &[&carried, &clear], Evidence::Clear),
        ] {
            assert_eq!(family(p, raw_p).evidence(found), expected, "{p} {raw_p} {found:?}");
        }
        assert_eq!(Family { p: None, raw_p: None }.evidence(&[]), Evidence::None);
    }

    #[test]
    fn evidence_is_family_wise_needs_a_gain_and_rows_enough() {
        let mut records = [
            record(900, 0.01, 0.001),
            record(900, -0.01, 0.002),
            record(900, 0.01, 0.03),
            record(251, 0.01, 0.0001),
        ];
        decide(&mut records.iter_mut().collect::<Vec<_>>(), 252);
        assert_eq!(records.map(|record| record.evidence), [true, false, true, false]);
        let mut records = [record(900, 0.01, 0.03), record(900, 0.01, 0.04)];
        decide(&mut records.iter_mut().collect::<Vec<_>>(), 252);
        assert_eq!(records.map(|record| record.evidence), [false, false]);
    }
}
