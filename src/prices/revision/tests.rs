//! Every class of change, put into a small table, is recognised for what it is.

use super::fixture::{cents, table};
use super::*;

/// The only ticker revised.
fn only(base: &PriceTable, head: &PriceTable) -> TickerRevision {
    let revision = compare(base, head).unwrap();
    assert_eq!(revision.tickers.len(), 1, "{:?}", revision.tickers);
    revision.tickers[0].clone()
}

/// What is said of two tables.
fn told(base: &PriceTable, head: &PriceTable) -> String {
    to_text(&compare(base, head).unwrap(), 9)
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
    let mut head = base.clone();
    for price in &mut head.prices[0] {
        *price *= 0.987;
    }
    let spy = only(&base, &head);
    assert_eq!((spy.rescaled, spy.changed, spy.rounding), (300, 300, 0));
    assert!(spy.corrections.is_empty() && spy.is_harmless());
    assert_eq!((spy.levels.len(), spy.levels[0].factor), (1, 0.987));
    let text = told(&base, &head);
    assert!(text.contains("rescaled × 0.987 throughout (as a dividend of 1.30"), "{text}");
    assert!(text.contains("returns: none changed"), "{text}");
}

#[test]
fn rescaled_prices_may_be_rounded_to_cents() {
    let base = table(300);
    let mut head = base.clone();
    for price in &mut head.prices[1] {
        *price = cents(*price * 0.987);
    }
    let xle = only(&base, &head);
    assert_eq!((xle.rescaled, xle.levels.len(), xle.corrections.len()), (300, 1, 0));
    assert!((xle.levels[0].factor - 0.987).abs() < 1e-4, "{:?}", xle.levels);
    assert!(!xle.is_harmless(), "a cent of 60 is a basis point or two");
    assert!(xle.returns.largest.unwrap().difference().abs() < 4.0 * 0.005 / 20.0);
}

#[test]
fn a_split_is_a_level_from_one_day_on() {
    let base = table(300);
    let mut head = base.clone();
    for price in &mut head.prices[0][120..] {
        *price /= 2.0;
    }
    let spy = only(&base, &head);
    assert_eq!(spy.levels.len(), 2);
    assert_eq!((spy.levels[0].factor, spy.levels[1].factor), (1.0, 0.5));
    assert_eq!(spy.levels[1].first_day, base.days[120]);
    assert_eq!((spy.rescaled, spy.corrections.len()), (180, 0));
    assert_eq!((spy.returns.material, spy.returns.first_day), (1, Some(base.days[120])));
    let change = spy.returns.largest.unwrap().difference();
    assert!((change + std::f64::consts::LN_2).abs() < 1e-12);
    // The other way round it is what adjusting for a split does to the days before.
    let text = told(&head, &base);
    assert!(text.contains("× 2 from 2020-04-30 to 2020-10-26"), "{text}");
    let mut adjusted = base.clone();
    for price in &mut adjusted.prices[0][..120] {
        *price /= 2.0;
    }
    let text = told(&base, &adjusted);
    assert!(text.contains("changes on 2020-04-30 (as a split of 2 for 1 would)"), "{text}");
}

#[test]
fn single_corrections_are_listed_by_their_effect() {
    let base = table(300);
    let mut head = base.clone();
    for (row, factor) in [(0, 1.02), (40, 1.03), (41, 1.5), (200, 0.9), (299, 1.001)] {
        head.prices[1][row] = cents(head.prices[1][row] * factor);
    }
    let xle = only(&base, &head);
    assert_eq!((xle.changed, xle.corrections.len(), xle.rescaled), (5, 5, 0));
    let days: Vec<Day> = xle.corrections.iter().map(|correction| correction.day).collect();
    let expected = [41, 200, 40, 299, 0].map(|row: usize| base.days[row]);
    assert_eq!(days, expected);
    assert_eq!(xle.corrections[4].return_change, None, "the first day has no return");
    // Two returns a correction; neighbours share one, the ends have one only.
    assert_eq!(xle.returns.material, 3 + 2 + 1 + 1);
    assert_eq!(xle.returns.first_day, Some(base.days[1]));
    let size = xle.corrections[0].return_change.unwrap();
    assert!((size - crate::base::units::math::ln(1.5 / 1.03)).abs() < 1e-3);
    let text = told(&base, &head);
    assert!(text.contains("5 single prices corrected\n    2020-02-11  "), "{text}");
}

#[test]
fn a_correction_within_a_rescaled_history_stays_one() {
    let base = table(300);
    let mut head = base.clone();
    for price in &mut head.prices[0] {
        *price *= 0.25;
    }
    head.prices[0][150] *= 1.01;
    let spy = only(&base, &head);
    assert_eq!((spy.levels.len(), spy.rescaled, spy.corrections.len()), (1, 299, 1));
    assert_eq!(spy.corrections[0].day, base.days[150]);
    let revision = compare(&base, &head).unwrap();
    assert!(to_text(&revision, 9).contains("× 0.25 throughout (as a split of 4 for 1 would)"));
}

#[test]
fn rounding_is_told_apart() {
    let base = table(300);
    let mut head = base.clone();
    for price in head.prices[1].iter_mut().step_by(3) {
        *price = cents(*price + 0.01);
    }
    let xle = only(&base, &head);
    assert_eq!((xle.changed, xle.rounding, xle.corrections.len()), (100, 100, 0));
    assert!(xle.levels.is_empty());
    // A last digit of such a price is more than a hundredth of a basis point, and it is said.
    assert!(xle.returns.material > 150);
    let mut fine = base.clone();
    for price in &mut fine.prices[1] {
        *price *= 1.0 + 1e-10;
    }
    let xle = only(&base, &fine);
    assert_eq!((xle.rounding, xle.returns.material), (300, 0));
    assert!(compare(&base, &fine).unwrap().summary().ends_with("without changing a return"));
}

#[test]
fn another_provider_s_prices_are_not_called_corrections() {
    let base = table(300);
    let mut head = base.clone();
    for (row, price) in head.prices[1].iter_mut().enumerate() {
        *price = cents(*price * (1.0 + 0.002 * (row * 7 % 13) as f64));
    }
    let text = told(&base, &head);
    assert!(text.contains("no factor explains them") && text.contains("and 2"), "{text}");
}

#[test]
fn blanks_that_were_filled_and_prices_that_went_are_counted_by_place() {
    let mut base = table(60);
    let mut head = base.clone();
    for row in [0, 1, 2, 30, 59] {
        base.prices[0][row] = f64::NAN;
    }
    head.prices[0][10] = f64::NAN;
    let spy = only(&base, &head);
    assert_eq!(spy.added, Placed { before: 3, inside: 1, after: 1 });
    assert_eq!(spy.withdrawn, Placed { before: 0, inside: 1, after: 0 });
    assert_eq!((spy.changed, spy.compared), (0, 54));
    assert!(!spy.is_harmless(), "a price that comes or goes changes the panel");
}

#[test]
fn days_and_tickers_come_and_go() {
    let base = table(60);
    let mut head = table(70);
    head.days.remove(20);
    for column in &mut head.prices {
        column.remove(20);
    }
    head.tickers[1] = "XLU".to_owned();
    let revision = compare(&base, &head).unwrap();
    assert_eq!(revision.tickers_added, ["XLU"]);
    assert_eq!(revision.tickers_removed, ["XLE"]);
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
    let mut head = table(10);
    head.tickers = vec!["A".to_owned(), "B".to_owned()];
    for day in &mut head.days {
        *day = day.checked_add(jiff::Span::new().years(5)).unwrap();
    }
    let problems = compare(&base, &head).unwrap_err();
    assert_eq!(problems.len(), 2);
    assert!(problems.to_string().contains("no ticker in common"));
}

#[test]
fn a_text_stays_as_short_as_asked_however_much_was_revised() {
    let base = PriceTable {
        tickers: (0..200).map(|i| format!("T{i}")).collect(),
        prices: vec![table(60).prices[0].clone(); 200],
        ..table(60)
    };
    let mut head = base.clone();
    for column in &mut head.prices {
        for price in column.iter_mut().step_by(4) {
            *price *= 1.1;
        }
    }
    let text = to_text(&compare(&base, &head).unwrap(), 30);
    assert!(text.len() < 20_000, "{}", text.len());
    assert!(
        text.contains("~ T0: 15 of 60") && text.ends_with("\nand 170 more tickers\n"),
        "{text}"
    );
}
