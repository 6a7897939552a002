//! Cumulative gain over the benchmark by day and alpha.

use super::computed::Computed;
use super::judged::Judged;
use crate::base::units::Day;
use crate::results::GainMap;

/// Most days shown: beyond as many quarters, half-years, then years.
const MOST_DAYS: usize = 100;

/// Alphas of a grid that is shown whole, and most of a finer one, of which every n-th is: rows of a
/// map are then high enough to be told apart.
const WHOLE_GRID: usize = 30;
const MOST_ALPHAS: usize = 20;

/// Months of the periods tried, the finest first.
const PERIODS: [i8; 3] = [3, 6, 12];

/// Squared returns to squared percentage points.
const SQUARED_POINTS: f64 = 1e4;

/// The gain map of a model: looks back at every alpha as if it had been used throughout. Empty for
/// a model without a penalty.
pub(super) fn gain_map(computed: &Computed<'_>, model: &Judged<'_>) -> GainMap {
    let (benchmark, model) = (&model.ground.basis.benchmark, &model.run);
    let alphas = model.grid.alphas();
    if alphas.is_empty() {
        return GainMap::default();
    }
    let days = computed.days();
    let rows = sampled(days);
    let step = match alphas.len() {
        count if count <= WHOLE_GRID => 1,
        count => count.div_ceil(MOST_ALPHAS),
    };
    let shown: Vec<usize> = (0..alphas.len()).step_by(step).collect();
    let mut sums = vec![0.0; shown.len()];
    let mut values = Vec::with_capacity(rows.len());
    let mut next = rows.iter().peekable();
    for (t, forecasts) in model.all_forecasts.outer_iter().enumerate() {
        let actual = computed.actual()[t];
        let base = actual - benchmark[t];
        for (sum, &alpha) in sums.iter_mut().zip(&shown) {
            let error = actual - forecasts[alpha];
            *sum += base * base - error * error;
        }
        if next.next_if(|&&row| row == t).is_some() {
            values.push(sums.iter().map(|sum| two_decimals(sum * SQUARED_POINTS)).collect());
        }
    }
    GainMap {
        days: rows.iter().map(|&row| days[row]).collect(),
        alphas: shown.iter().map(|&alpha| alphas[alpha]).collect(),
        values,
    }
}

/// The last row of each quarter, or of longer periods where there are too many quarters.
fn sampled(days: &[Day]) -> Vec<usize> {
    let ends = |months: i8| -> Vec<usize> {
        let period = |day: &Day| (day.year(), (day.month() - 1) / months);
        (0..days.len())
            .filter(|&t| days.get(t + 1).is_none_or(|next| period(next) != period(&days[t])))
            .collect()
    };
    let [finest @ .., coarsest] = PERIODS;
    let fits = finest.into_iter().map(&ends).find(|rows| rows.len() <= MOST_DAYS);
    fits.unwrap_or_else(|| ends(coarsest))
}

fn two_decimals(value: f64) -> f64 {
    // Adding zero turns minus zero, which prints a sign, into zero.
    (value * 100.0).round() / 100.0 + 0.0
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    #[test]
    fn a_long_run_is_shown_by_longer_periods() {
        let first = jiff::civil::date(1950, 1, 1);
        let days = |n: i64| -> Vec<Day> { (0..n).map(|t| first + t.days()).collect() };
        let short = days(1_000);
        let rows = sampled(&short);
        assert_eq!(short[rows[0]], jiff::civil::date(1950, 3, 31));
        assert_eq!((rows.len(), rows[rows.len() - 1]), (11, 999));
        let long = days(30 * 365);
        let rows = sampled(&long);
        assert_eq!(long[rows[0]], jiff::civil::date(1950, 6, 30));
        assert!(rows.len() <= MOST_DAYS);
    }
}
