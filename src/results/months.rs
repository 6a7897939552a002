//! Calendar returns of a series of daily growth factors.

use crate::base::units::Day;

/// Compounded returns of one calendar year.
#[derive(Debug, Clone, PartialEq)]
pub struct MonthlyReturns {
    /// The year.
    pub year: i16,
    /// January to December; `None` where no day of the month is in the series.
    pub months: [Option<f64>; 12],
    /// The year as far as the series covers it.
    pub total: f64,
}

/// Returns by calendar month and year of daily growth factors, one a day.
pub fn monthly_returns(days: &[Day], growth: &[f64]) -> Vec<MonthlyReturns> {
    let mut years: Vec<MonthlyReturns> = Vec::new();
    for (day, factor) in days.iter().zip(growth) {
        if years.last().is_none_or(|last| last.year != day.year()) {
            years.push(MonthlyReturns { year: day.year(), months: [None; 12], total: 0.0 });
        }
        if let Some(year) = years.last_mut() {
            let month = &mut year.months[usize::from(day.month().unsigned_abs()) - 1];
            *month = Some((1.0 + month.unwrap_or(0.0)) * factor - 1.0);
            year.total = (1.0 + year.total) * factor - 1.0;
        }
    }
    years
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn months_compound() {
        let days = [date(2020, 1, 30), date(2020, 1, 31), date(2020, 2, 3)];
        let years = monthly_returns(&days, &[1.1, 1.1, 0.5]);
        assert_eq!(years.len(), 1);
        assert!((years[0].months[0].unwrap_or(0.0) - 0.21).abs() < 1e-12);
        assert!((years[0].total - (1.21 * 0.5 - 1.0)).abs() < 1e-12);
        assert_eq!(years[0].months[2], None);
    }
}
