//! Columns of returns where prices should be: told once, and not value by value.

use super::Sheet;
use crate::base::diagnostic::Problem;

/// Fewest numbers that tell.
const FEWEST: usize = 10;
/// At least one number in so many is below zero, and one above: a price is never below.
const OF_EITHER_SIGN: usize = 5;
/// At least half of the numbers are within this of zero: as parts of one, or in percent.
const SMALL: f64 = 10.0;

/// What is wrong with the cells of a column on some rows, if they are returns; `number` reads a
/// cell.
pub(crate) fn problem(
    sheet: &Sheet<'_>,
    column: usize,
    rows: impl Iterator<Item = usize> + Clone,
    number: impl Fn(&str) -> Option<f64>,
) -> Option<Problem> {
    let cells = rows.map(|row| sheet.cell(row, column));
    // Nearly every column ends here.
    if !cells.clone().any(|cell| cell.contains('-')) {
        return None;
    }
    let (mut count, mut below, mut above, mut small) = (0, 0, 0, 0);
    for value in cells.filter_map(number) {
        count += 1;
        below += usize::from(value < 0.0);
        above += usize::from(value > 0.0);
        small += usize::from(value.abs() <= SMALL);
    }
    let are_returns =
        count >= FEWEST && below.min(above) * OF_EITHER_SIGN >= count && 2 * small >= count;
    are_returns.then(|| {
        let message = format!(
            "`{}` looks like returns, not prices: small numbers around zero, {below} of {count} \
             below it",
            sheet.cell(0, column)
        );
        let problem = sheet.problem(0, column, message);
        problem
            .expected("prices, all above zero")
            .hint("a price is the one before times 1 + the return; any first price will do")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_are_small_and_of_both_signs() {
        let column = |values: &[f64]| {
            let cells: Vec<String> = values.iter().map(f64::to_string).collect();
            let sheet = Sheet::of_columns("p", &[[vec!["R".to_owned()], cells].concat()]);
            let rows = 1..=values.len();
            problem(&sheet, 0, rows, |cell| cell.parse().ok()).map(|problem| problem.message)
        };
        let returns = [0.01, -0.02, 0.0, 0.005, -0.011, 0.3, -0.001, 0.02, -0.015, 0.0001];
        let percent = returns.map(|r| 100.0 * r);
        for values in [&returns[..], &percent, &returns.repeat(30)] {
            let told = column(values).unwrap();
            assert!(told.contains("`R` looks like returns, not prices"), "{told}");
        }
        let prices = returns.map(|r| 50.0 + r);
        let mut slip = prices;
        slip[3] = -50.0;
        let money = returns.map(|r| 1e6 * r);
        for values in [&returns[..9], &prices, &slip, &money, &returns.map(f64::abs)] {
            assert_eq!(column(values), None, "{values:?}");
        }
    }
}
