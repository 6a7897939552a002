//! Every class of change, put into a small table, is recognised for what it is.

use jiff::civil::date;

use super::*;
use crate::base::units::Day;

const SPY: usize = 0;
const XLE: usize = 1;

/// `SPY` and `XLE` on consecutive days from 2020-01-01, written with two decimals, every return
/// between 0.1 % and 2 % in absolute value.
fn table(days: usize) -> PriceTable {
    let prices = |seed: u64, start: f64| -> Vec<f64> {
        let mut state = seed;
        let mut price = start;
        (0..days)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let size = 0.001 + 0.019 * ((state >> 11) as f64 / (1_u64 << 53) as f64);
                price *= if state & (1 << 40) == 0 { 1.0 + size } else { 1.0 - size };
                cents(price)
            })
            .collect()
    };
    PriceTable {
        file: "prices.csv".to_owned(),
        days: date(2020, 1, 1).series(jiff::Span::new().days(1)).take(days).collect(),
        tickers: vec!["SPY".to_owned(), "XLE".to_owned()],
        prices: vec![prices(1, 300.0), prices(2, 60.0)],
    }
}

/// Changed prices that one factor explains together with the days around them.
fn rescaled(revision: &TickerRevision) -> usize {
    revision.changed - revision.rounding - revision.corrections.len()
}

/// Rounded to two decimals.
fn cents(price: f64) -> f64 {
    (price * 100.0).round() / 100.0
}

/// A table less one of its days.
fn without_row(table: &PriceTable, row: usize) -> PriceTable {
    let mut table = table.clone();
    table.days.remove(row);
    for column in &mut table.prices {
        column.remove(row);
    }
    table
}

/// A table with each price of a ticker changed by its row.
fn with(table: &PriceTable, ticker: usize, change: impl Fn(usize, f64) -> f64) -> PriceTable {
    let mut table = table.clone();
    for (row, price) in table.prices[ticker].iter_mut().enumerate() {
        *price = change(row, *price);
    }
    table
}

/// The only ticker revised, and what is said of the revision.
fn only(base: &PriceTable, head: &PriceTable) -> (TickerRevision, String) {
    let revision = compare(base, head).unwrap();
    assert_eq!(revision.tickers.len(), 1, "{:?}", revision.tickers);
    (revision.tickers[0].clone(), to_text(&revision, 9))
}

#[test]
fn a_day_that_one_side_lacks_is_before_inside_or_after() {
    let days = |numbers: &[i8]| -> Vec<Day> {
        numbers.iter().map(|number| date(2020, 1, *number)).collect()
    };
    let (before, inside, after) = (days(&[1]), days(&[3]), days(&[8, 9]));
    let changes = DayChanges::of(&days(&[1, 2, 3, 5, 8, 9]), &days(&[2, 5, 7]));
    assert_eq!(changes.count(), 4);
    assert_eq!(changes, DayChanges { before, inside, after });
}

#[test]
fn tables_are_cut_to_the_same_days() {
    let whole = table(10);
    let [base, head] = [9, 4].map(|row| without_row(&whole, row));
    let [base, head] = on_shared_days(&base, &head);
    assert_eq!(base, head, "what both have is the same");
    assert_eq!(base, without_row(&without_row(&whole, 9), 4));
}

#[test]
fn the_same_table_is_no_revision() {
    let base = table(50);
    let revision = compare(&base, &base).unwrap();
    assert!(revision.is_empty() && revision.tickers.is_empty());
    assert_eq!((revision.shared_days, revision.shared_tickers), (50, 2));
    assert!(revision.summary().contains("are the same"));
}

#[test]
fn a_dividend_rescales_everything_and_changes_no_return_beyond_rounding() {
    let base = table(300);
    let (spy, text) = only(&base, &with(&base, SPY, |_, price| price * 0.987));
    assert_eq!((rescaled(&spy), spy.changed, spy.rounding), (300, 300, 0));
    assert!(spy.corrections.is_empty() && spy.is_harmless());
    assert_eq!((spy.levels.len(), spy.levels[0].factor), (1, 0.987));
    assert!(text.contains("rescaled × 0.987 throughout (as a dividend of 1.30"), "{text}");
    assert!(text.contains("returns: none changed"), "{text}");
    // The new prices may be rounded to cents.
    let (xle, _) = only(&base, &with(&base, XLE, |_, price| cents(price * 0.987)));
    assert_eq!((rescaled(&xle), xle.levels.len(), xle.corrections.len()), (300, 1, 0));
    assert!((xle.levels[0].factor - 0.987).abs() < 1e-4, "{:?}", xle.levels);
    assert!(!xle.is_harmless(), "a cent of 60 is a basis point or two");
    assert!(xle.largest_size() < 4.0 * 0.005 / 20.0);
}

#[test]
fn a_split_is_a_level_from_one_day_on() {
    let base = table(300);
    let halved_from = with(&base, SPY, |row, price| if row < 120 { price } else { price / 2.0 });
    let (spy, _) = only(&base, &halved_from);
    let factors: Vec<f64> = spy.levels.iter().map(|level| level.factor).collect();
    assert_eq!((factors, spy.levels[1].first_day), (vec![1.0, 0.5], base.days[120]));
    assert_eq!((rescaled(&spy), spy.corrections.len()), (180, 0));
    assert_eq!(spy.material, [base.days[120]]);
    let change = spy.largest.unwrap().difference();
    assert!((change + std::f64::consts::LN_2).abs() < 1e-12);
    // The other way round it is what adjusting for a split does to the days before.
    let (_, text) = only(&halved_from, &base);
    assert!(text.contains("× 2 from 2020-04-30 to 2020-10-26"), "{text}");
    let halved_until = with(&base, SPY, |row, price| if row < 120 { price / 2.0 } else { price });
    let (_, text) = only(&base, &halved_until);
    assert!(text.contains("changes on 2020-04-30 (as a split of 2 for 1 would)"), "{text}");
}

#[test]
fn single_corrections_are_listed_by_their_effect() {
    let base = table(300);
    let corrected = [(0, 1.02), (40, 1.03), (41, 1.5), (200, 0.9), (299, 1.001)];
    let head = with(&base, XLE, |row, price| {
        let factor = corrected.iter().find(|(known, _)| *known == row);
        factor.map_or(price, |(_, factor)| cents(price * factor))
    });
    let (xle, text) = only(&base, &head);
    assert_eq!((xle.changed, xle.corrections.len(), rescaled(&xle)), (5, 5, 0));
    let days: Vec<_> = xle.corrections.iter().map(|(price, _)| price.day).collect();
    assert_eq!(days, [41, 200, 40, 299, 0].map(|row: usize| base.days[row]));
    assert_eq!(xle.corrections[4].1, None, "the first day has no return");
    // Two returns a correction; neighbours share one, the ends have one only.
    assert_eq!((xle.material.len(), xle.material[0]), (3 + 2 + 1 + 1, base.days[1]));
    let size = xle.corrections[0].1.unwrap();
    assert!((size - crate::base::units::math::ln(1.5 / 1.03)).abs() < 1e-3);
    assert!(text.contains("5 single prices corrected\n    2020-02-11  "), "{text}");
}

#[test]
fn a_correction_within_a_rescaled_history_stays_one() {
    let base = table(300);
    let factor = |row| if row == 150 { 0.25 * 1.01 } else { 0.25 };
    let (spy, text) = only(&base, &with(&base, SPY, |row, price| price * factor(row)));
    assert_eq!((spy.levels.len(), rescaled(&spy), spy.corrections.len()), (1, 299, 1));
    assert_eq!(spy.corrections[0].0.day, base.days[150]);
    assert!(text.contains("× 0.25 throughout (as a split of 4 for 1 would)"), "{text}");
}

#[test]
fn rounding_is_told_apart() {
    let base = table(300);
    let a_cent = |row| if row % 3 == 0 { 0.01 } else { 0.0 };
    let (xle, _) = only(&base, &with(&base, XLE, |row, price| cents(price + a_cent(row))));
    assert_eq!((xle.changed, xle.rounding, xle.corrections.len()), (100, 100, 0));
    assert!(xle.levels.is_empty());
    // A last digit of such a price is more than a hundredth of a basis point, and it is said.
    assert!(xle.material.len() > 150);
    let fine = with(&base, XLE, |_, price| price * (1.0 + 1e-10));
    let (xle, _) = only(&base, &fine);
    assert_eq!((xle.rounding, xle.material.len()), (300, 0));
    assert!(compare(&base, &fine).unwrap().summary().ends_with("without changing a return"));
}

#[test]
fn another_provider_s_prices_are_not_called_corrections() {
    let base = table(300);
    let factor = |row: usize| 1.0 + 0.002 * (row * 7 % 13) as f64;
    let (_, text) = only(&base, &with(&base, XLE, |row, price| cents(price * factor(row))));
    assert!(text.contains("no factor explains them") && text.contains("and 2"), "{text}");
}

#[test]
fn blanks_that_were_filled_and_prices_that_went_are_counted_by_place() {
    let whole = table(60);
    let blank = |rows: &[usize]| {
        with(&whole, SPY, |row, price| if rows.contains(&row) { f64::NAN } else { price })
    };
    let (spy, text) = only(&blank(&[0, 1, 2, 30, 59]), &blank(&[10]));
    let counts = |days: &DayChanges| [&days.before, &days.inside, &days.after].map(Vec::len);
    assert_eq!((counts(&spy.added), counts(&spy.withdrawn)), ([3, 1, 1], [0, 1, 0]));
    assert!(text.contains("blank (3 before its first price, 1 in between, 1 after"), "{text}");
    assert_eq!((spy.changed, spy.compared), (0, 54));
    assert!(!spy.is_harmless(), "a price that comes or goes changes the panel");
    let (spy, _) = only(&blank(&(0..60).collect::<Vec<_>>()), &whole);
    assert_eq!((counts(&spy.added), spy.compared), ([60, 0, 0], 0), "there is no first price");
}

#[test]
fn days_and_tickers_come_and_go() {
    let base = table(60);
    let mut head = without_row(&table(70), 20);
    head.tickers[1] = "XLU".to_owned();
    let revision = compare(&base, &head).unwrap();
    assert_eq!((&revision.tickers_added, &revision.tickers_removed), (&vec!["XLU"], &vec!["XLE"]));
    assert_eq!((revision.days_added.after.len(), revision.days_added.count()), (10, 10));
    assert_eq!(revision.days_removed.inside, [base.days[20]]);
    assert!(revision.tickers.is_empty() && revision.changes_days());
    let text = to_text(&revision, 9);
    for expected in
        ["- 1 day in between: 2020-01-21", "+ 10 days after 2020-02-29:", "+ ticker XLU"]
    {
        assert!(text.contains(expected), "no `{expected}` in\n{text}");
    }
    assert_eq!(
        revision.summary().replace('\u{202f}', " "),
        "no price revised on the 59 days both have; 10 days added, 1 removed; \
         1 ticker added, 1 removed"
    );
}

#[test]
fn tables_without_anything_in_common_are_refused_with_both_reasons() {
    let base = table(10);
    let mut head = PriceTable { tickers: vec!["A".to_owned(), "B".to_owned()], ..table(10) };
    head.days.iter_mut().for_each(|day| *day += jiff::Span::new().years(5));
    let problems = compare(&base, &head).unwrap_err();
    assert_eq!(problems.len(), 2);
    assert!(problems.to_string().contains("no ticker in common"));
}

#[test]
fn a_text_stays_as_short_as_asked_however_much_was_revised() {
    let revised = |factor| {
        let one =
            with(&table(60), SPY, |row, price| if row % 4 == 0 { price * factor } else { price });
        PriceTable {
            tickers: (0..200).map(|i| format!("T{i}")).collect(),
            prices: vec![one.prices[SPY].clone(); 200],
            ..one
        }
    };
    let text = to_text(&compare(&revised(1.0), &revised(1.1)).unwrap(), 30);
    assert!(text.len() < 20_000, "{}", text.len());
    assert!(
        text.contains("~ T0: 15 of 60") && text.ends_with("\nand 170 more tickers\n"),
        "{text}"
    );
}
