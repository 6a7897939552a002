//! Values that were known by a day, compared with what they are when later days are others.

use crate::base::units::Day;
use crate::results::{CertificateCheck, CertificateCheckName, CertificateFinding, CheckOutcome};

/// What was compared so far, and what differed: of each series the first value.
#[derive(Default)]
pub(super) struct Known {
    cuts: Vec<Day>,
    compared: usize,
    found: Vec<(String, Day, Day)>,
}

impl Known {
    /// Compares the values of a series that were known at the close of `cut`, bit by bit: those
    /// that both have, each on its day.
    pub(super) fn compare(
        &mut self,
        series: impl FnOnce() -> String,
        cut: Day,
        days: &[Day],
        whole: impl IntoIterator<Item = f64>,
        again: impl IntoIterator<Item = f64>,
    ) {
        let mut first = None;
        for ((day, whole), again) in days.iter().zip(whole).zip(again) {
            self.compared += 1;
            if first.is_none() && whole.to_bits() != again.to_bits() {
                first = Some(*day);
            }
        }
        self.cuts.push(cut);
        if let Some(day) = first {
            let series = series();
            match self.found.iter_mut().find(|(known, ..)| *known == series) {
                Some((_, earlier, at)) if day < *earlier => (*earlier, *at) = (day, cut),
                Some(_) => {}
                None => self.found.push((series, day, cut)),
            }
        }
    }

    pub(super) fn check(mut self, name: CertificateCheckName) -> CertificateCheck {
        self.cuts.sort_unstable();
        self.cuts.dedup();
        let found = self.found.into_iter();
        let found = found
            .map(|(series, day, cut)| CertificateFinding::KnewTheFuture { series, day, cut })
            .collect();
        check(name, self.compared, self.cuts, found)
    }
}

/// A check with what it found; not tested where it compared nothing.
pub(super) fn check(
    name: CertificateCheckName,
    compared: usize,
    cuts: Vec<Day>,
    found: Vec<CertificateFinding>,
) -> CertificateCheck {
    let outcome = match (found.is_empty(), compared) {
        (false, _) => CheckOutcome::Failed,
        (true, 0) => CheckOutcome::NotTested,
        (true, _) => CheckOutcome::Passed,
    };
    CertificateCheck { name, outcome, cuts, compared, p_values: Vec::new(), found }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_first_value_that_differs_in_any_bit_is_told() {
        let days = [date(2020, 1, 1), date(2020, 1, 2), date(2020, 1, 3)];
        let name = CertificateCheckName::Truncation;
        assert_eq!(Known::default().check(name).outcome, CheckOutcome::NotTested);
        let mut known = Known::default();
        let nan = f64::NAN;
        known.compare(|| "same".to_owned(), days[1], &days[..2], [nan, 0.1], [nan, 0.1, 7.0]);
        let mut failing = Known { cuts: known.cuts.clone(), compared: 2, found: Vec::new() };
        let passed = known.check(name);
        assert_eq!((passed.outcome, passed.compared), (CheckOutcome::Passed, 2));
        let one_bit = f64::from_bits(0.1_f64.to_bits() + 1);
        failing.compare(|| "a".to_owned(), days[2], &days, [0.1, 0.1, 1.0], [0.1, 0.1, 2.0]);
        failing.compare(|| "a".to_owned(), days[1], &days[..2], [0.1, 0.1], [0.1, one_bit]);
        failing.compare(|| "b".to_owned(), days[1], &days, [0.0], [-0.0]);
        let failed = failing.check(name);
        assert_eq!((failed.outcome, failed.compared), (CheckOutcome::Failed, 8));
        assert_eq!(failed.cuts, [days[1], days[2]]);
        let found = |series: &str, day, cut| CertificateFinding::KnewTheFuture {
            series: series.to_owned(),
            day,
            cut,
        };
        assert_eq!(failed.found, [found("a", days[1], days[1]), found("b", days[0], days[1])]);
    }
}
