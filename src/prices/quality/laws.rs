//! What holds of the findings on any panel: each says what its figures say, and a split is told
//! where one was planted and nowhere else.

use proptest::prelude::*;

use super::assess;
use crate::base::statistics::noise;
use crate::base::units::math;
use crate::prices::data::PriceTable;
use crate::results::{Finding, FindingKind, Severity};

/// Rows of a panel; a ticker may list later.
const ROWS: usize = 600;
const TICKERS: usize = 6;

/// A market with six tickers, the first of which may list late.
#[derive(Debug, Clone)]
struct Panel {
    seed: u64,
    /// Row of the first ticker's first price.
    first: usize,
    market: f64,
    betas: Vec<f64>,
    own: Vec<f64>,
}

fn panels() -> impl Strategy<Value = Panel> {
    let betas = prop::collection::vec(0.4_f64..1.8, TICKERS);
    let own = prop::collection::vec(0.003_f64..0.015, TICKERS);
    let first = prop_oneof![Just(0), Just(150), Just(300), Just(450), Just(540)];
    (any::<u64>(), first, 0.004_f64..0.02, betas, own)
        .prop_map(|(seed, first, market, betas, own)| Panel { seed, first, market, betas, own })
}

impl Panel {
    fn table(&self) -> PriceTable {
        let mut uniform = noise::uniform(self.seed);
        // Of unit variance, with longer tails than a normal variable.
        let mut draw = move || {
            let bell = 2.0 * (uniform() + uniform() + uniform());
            if uniform() > 0.48 { 2.0 * bell } else { bell }
        };
        let mut prices = vec![Vec::new(); TICKERS];
        let mut levels = [50.0; TICKERS];
        for row in 0..ROWS {
            let market = self.market * draw();
            for ticker in 0..TICKERS {
                levels[ticker] *=
                    math::exp(self.betas[ticker] * market + self.own[ticker] * draw());
                let is_listed = ticker > 0 || row >= self.first;
                prices[ticker].push(if is_listed { levels[ticker] } else { f64::NAN });
            }
        }
        let start = jiff::civil::date(2015, 1, 1);
        PriceTable {
            file: "made up".to_owned(),
            days: start.series(jiff::ToSpan::day(1)).take(ROWS).collect(),
            tickers: (0..TICKERS).map(|ticker| format!("T{ticker}")).collect(),
            prices,
        }
    }
}

/// Whether a finding's figures are what its sentence claims.
fn is_true(finding: &Finding) -> bool {
    let value = |name: &str| finding.values[name];
    match finding.kind {
        FindingKind::Split => {
            let split = value("old_shares") / value("new_shares");
            let off = math::ln((1.0 + value("return")) / split).abs();
            off <= 0.25 * math::ln(split).abs() + 1e-9
        }
        FindingKind::BadTick => {
            let (out, back) = (value("return"), value("return_back"));
            out * back < 0.0 && value("times_usual") > 2.0
        }
        FindingKind::Outlier => value("times_usual") >= 10.0,
        _ => true,
    }
}

fn splits(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().filter(|finding| finding.kind == FindingKind::Split).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_split_is_told_where_none_is(panel in panels(), crash in 0.7_f64..1.4, row in 1..ROWS) {
        let mut table = panel.table();
        // A day on which all tickers move, each by its beta.
        for (prices, beta) in table.prices.iter_mut().zip(&panel.betas) {
            let factor = math::exp(beta * math::ln(crash));
            prices[row..].iter_mut().for_each(|price| *price *= factor);
        }
        let found = assess(&table, &[]).findings;
        prop_assert_eq!(splits(&found), Vec::<&Finding>::new());
        prop_assert!(found.iter().all(is_true), "{:#?}", found);
    }

    #[test]
    fn a_planted_split_is_told_with_its_day_and_ratio(
        panel in panels(),
        ticker in 0..TICKERS,
        at in 0.1_f64..0.9,
        ratio in prop::sample::select(vec![(2.0, 1.0), (3.0, 1.0), (10.0, 1.0), (1.0, 2.0), (1.0, 10.0)]),
    ) {
        let mut table = panel.table();
        let first = if ticker == 0 { panel.first } else { 0 };
        let row = first + ((ROWS - first) as f64 * at) as usize;
        // The calmest day near it: once in some hundred days a ticker moves by more than a split
        // may be off.
        let wildest = |row: &usize| {
            let moves = table.prices.iter().map(|p| math::ln(p[*row] / p[*row - 1]).abs());
            moves.filter(|size| size.is_finite()).fold(0.0, f64::max)
        };
        let near = row..(row + 40).min(ROWS - 3);
        let row = near.min_by(|a, b| wildest(a).total_cmp(&wildest(b))).unwrap_or(row);
        let (new, old) = ratio;
        table.prices[ticker][row..].iter_mut().for_each(|price| *price *= old / new);
        let found = assess(&table, &[]).findings;
        prop_assert!(found.iter().all(is_true), "{:#?}", found);
        let splits = splits(&found);
        prop_assert_eq!(splits.len(), 1, "{:#?}", found);
        let told = (splits[0].ticker.clone(), splits[0].from, splits[0].severity);
        prop_assert_eq!(
            told,
            (Some(table.tickers[ticker].clone()), table.days[row], Severity::Problem)
        );
        prop_assert_eq!((splits[0].values["new_shares"], splits[0].values["old_shares"]), ratio);
    }
}
