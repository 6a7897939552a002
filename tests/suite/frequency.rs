//! Weekly and monthly prices from end to end: recognised, annualised by their own year, worded so;
//! what is no frequency is refused with the days at which it shows.

use std::fmt::Write as _;

use dfa_report::base::units::Frequency;
use dfa_report::results::{Results, value};
use jiff::civil::Date;

use crate::support::{read, run, run_on, sample_prices, tree, write};

/// The sample's rows, header first, with those that `keep` takes of its days.
fn resampled(keep: impl Fn(&[Date]) -> Vec<usize>) -> String {
    let text = sample_prices();
    let rows: Vec<&str> = text.lines().collect();
    let days: Vec<Date> =
        rows[1..].iter().map(|row| row.split(',').next().unwrap().parse().unwrap()).collect();
    let mut kept = format!("{}\n", rows[0]);
    for row in keep(&days) {
        let _ = writeln!(kept, "{}", rows[row + 1]);
    }
    kept
}

/// The last row of each week or month.
fn last_of<K: PartialEq>(days: &[Date], key: impl Fn(&Date) -> K) -> Vec<usize> {
    let is_last = |row: &usize| *row + 1 == days.len() || key(&days[*row]) != key(&days[row + 1]);
    (0..days.len()).filter(is_last).collect()
}

fn weekly() -> String {
    resampled(|days| last_of(days, |day| (day.iso_week_date().year(), day.iso_week_date().week())))
}

fn monthly() -> String {
    resampled(|days| last_of(days, |day| (day.year(), day.month())))
}

fn every(step: usize) -> String {
    resampled(|days| (0..days.len()).step_by(step).collect())
}

fn spec(min_train: usize) -> String {
    format!(
        "title: By week or month\ndata: {{source: scratch, target: SPY, features: [XLE, XLU, XLK]}}\n\
         walk_forward: {{min_train: {min_train}, refit_every: 4}}\nmodels: [{{kind: ridge, alphas: \
         {{count: 5}}}}]\nregimes: [{{kind: volatility, min_history: 60}}]\n\
         costs: {{trade_bps: 1.0, cash_rate: 0.02, borrow_rate: 0.01}}\n"
    )
}

fn results(prices: &str, min_train: usize) -> Results {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "prices.csv", prices);
    run_on(&folder.path().join("prices.csv"), &spec(min_train)).0
}

#[test]
fn weeks_and_months_are_annualised_by_their_own_year() {
    // About the same first forecast, so that the records are of the same years.
    let daily = results(&sample_prices(), 1_260);
    let hold = |results: &Results| results.benchmarks["buy_and_hold"].clone();
    let reference = hold(&daily);
    for (prices, min_train, frequency, periods) in [
        (weekly(), 260, Frequency::Weekly, 52),
        (monthly(), 60, Frequency::Monthly, 12),
        (every(21), 60, Frequency::Monthly, 12),
        (every(5), 252, Frequency::Weekly, 52),
    ] {
        let found = results(&prices, min_train);
        assert_eq!((found.data.frequency, found.data.periods_per_year), (frequency, periods));
        let own = hold(&found);
        // The same growth over the same years, whatever the frequency; a standard error of a Sharpe
        // ratio over 21 years is 0.2, of one against itself at another frequency far less.
        let annual = value(own.annual_return).unwrap() - value(reference.annual_return).unwrap();
        assert!(annual.abs() < 0.01, "{frequency:?}: {annual}");
        let sharpe = value(own.sharpe).unwrap() - value(reference.sharpe).unwrap();
        assert!(sharpe.abs() < 0.15, "{frequency:?}: {sharpe}");
        let ratio = own.annual_volatility.unwrap() / reference.annual_volatility.unwrap();
        assert!((0.8..1.2).contains(&ratio), "{frequency:?}: {ratio}");
        let json = dfa_report::results::to_json(&found);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let word = frequency.adjective();
        assert_eq!(json["data"]["frequency"], word);
        assert_eq!(json["data"]["periods_per_year"], periods);
        // Cash earns the same a year.
        let idle = found.models["ridge"].strategies["proportional"].annual_turnover;
        assert!(idle < f64::from(periods) * 2.0, "no more than all of it each period, both ways");
    }
}

#[test]
fn a_cut_or_a_hole_does_not_make_daily_prices_anything_else() {
    let hole = |days: &[Date]| -> Vec<usize> {
        (0..days.len()).filter(|row| days[*row].year() != 2005 && row % 9 != 0).collect()
    };
    let short = |days: &[Date]| -> Vec<usize> { (0..days.len().min(600)).collect() };
    for prices in [resampled(hole), resampled(short)] {
        let found = results(&prices, 252);
        assert_eq!((found.data.frequency, found.data.periods_per_year), (Frequency::Daily, 252));
    }
}

/// A repository with one experiment on these prices.
fn repository_of(prices: &str, min_train: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "data/scratch/prices.csv", prices);
    write(folder.path(), "experiments/one.yaml", spec(min_train));
    folder
}

#[test]
fn what_is_no_frequency_is_refused_where_the_spec_asks_for_it() {
    let changing = resampled(|days| {
        let weekly = (0..3_000).step_by(5);
        weekly.chain(3_000..days.len()).collect()
    });
    for (prices, reason) in [
        (every(15), "prices a year"),
        (every(2), "no day, week or month apart"),
        (changing, "the prices change their frequency: they are daily, but from 1998-12-22"),
    ] {
        let folder = repository_of(&prices, 100);
        let (status, _, told) = run(folder.path(), &["build"]);
        assert_ne!(status, 0, "{told}");
        for part in [reason, "experiments/one.yaml", "data/scratch/prices.csv", "hint:"] {
            assert!(told.contains(part), "{part}:\n{told}");
        }
    }
}

/// The text of a page outside of tags.
fn text(html: &str) -> String {
    let mut parts = html.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text));
    let mut text = String::new();
    parts.by_ref().for_each(|part| {
        text.push_str(part);
        text.push(' ');
    });
    text
}

#[test]
fn pages_speak_of_weeks_and_months() {
    for (prices, min_train, word, adjective, year) in
        [(weekly(), 260, "week", "Weekly", "52"), (monthly(), 60, "month", "Monthly", "12")]
    {
        let folder = repository_of(&prices, min_train);
        let (status, _, told) = run(folder.path(), &["build"]);
        assert_eq!(status, 0, "{told}");
        let site = folder.path().join("site");
        for (path, bytes) in tree(&site).into_iter().filter(|(path, _)| {
            path.ends_with(".html") && (path.starts_with("one/") || path.starts_with("data/"))
        }) {
            let page = text(&String::from_utf8(bytes).unwrap());
            assert!(page.contains(word) || path.starts_with("data/"), "{path}");
            if path.starts_with("one/") || path.contains("/geometry-") {
                let is_word = |c: char| !c.is_alphanumeric() && c != '_';
                let daily = ["day", "days", "daily", "Daily", "Days", "Day", "yesterday"];
                let found: Vec<&str> =
                    page.split(is_word).filter(|word| daily.contains(word)).collect();
                assert!(found.is_empty(), "{path}: {found:?}");
            } else {
                let prices = format!("{} prices", adjective.to_lowercase());
                assert!(page.contains(&prices), "{path}");
                assert!(!page.contains("time zone makes them"), "{path}: dates did not slip");
            }
        }
        let report = text(&std::fs::read_to_string(site.join("one/index.html")).unwrap());
        assert!(!report.contains("252 "), "{word}: a year has other periods");
        assert!(report.contains(&format!("{year} {word}s a year")), "{word}");
        let series = std::fs::read_to_string(site.join("one/forecasts.csv")).unwrap();
        assert!(series.starts_with("date,"), "a column is called by its day");
    }
}

/// Both Sharpe ratios stand by name wherever a page shows one.
#[test]
fn both_sharpe_ratios_are_named() {
    let folder = repository_of(&monthly(), 60);
    let (status, _, told) = run(folder.path(), &["build"]);
    assert_eq!(status, 0, "{told}");
    {
        let path = "one/index.html";
        let page = std::fs::read_to_string(folder.path().join("site").join(path)).unwrap();
        let heading = "<th scope=\"col\">Sharpe<small>";
        for (at, _) in page.match_indices(heading) {
            let minor = &page[at + heading.len()..];
            assert!(minor.starts_with("log"), "{path}: {}", &minor[..40]);
        }
        assert!(page.contains(heading), "{path}");
        assert!(!page.contains("<th scope=\"col\">Sharpe</th>"), "{path}");
    }
    assert!(read("templates/methods.md").contains("`sharpe_arithmetic`"));
}
