//! How often the report's claims are wrong: `cargo bench --bench calibration` writes
//! `templates/calibration-table.md`, a page of the report. With two numbers behind `--` it runs on as
//! many markets without a signal and of each other kind, and prints the table; one is for all.
//!
//! Simulates markets of which the truth is known, without any signal and with signals of several
//! kinds, runs an experiment on each and counts what its verdict claims. The markets have what makes
//! inference hard in real ones: volatility that clusters (GARCH of Bollerslev 1986), fat tails
//! (Student's t with five degrees of freedom), sectors that move together and whose correlations
//! change. Every market has a seed of its own, so that any row of the table can be made again.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program of its own"
)]

#[path = "simulated/random.rs"]
mod random;

use dfa_report::base::units::{Frequency, is_weekday};
use dfa_report::engine::experiment::{self, Source, Task};
use dfa_report::engine::repository;
use dfa_report::engine::spec::{self, Spec};
use dfa_report::prices::panel::{Column, Panel};
use dfa_report::results::{
    Answer, CertificateCheck, CertificateCheckName, CheckOutcome, Cusum, Evidence, Life, Outcome,
    Results, StrategyMetrics, value,
};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use random::Random;
use rayon::prelude::*;

/// Returns of a market, and how many of them the first fit has.
const ROWS: usize = 6_700;
const MIN_TRAIN: usize = 756;

/// Sectors; the first two are the pair whose correlation changes its sign.
const SECTORS: [&str; 9] = ["XLE", "XLU", "XLB", "XLF", "XLI", "XLK", "XLP", "XLV", "XLY"];

/// What the sectors of yesterday tell about the index of today, as weights of their returns.
const LEAD: [f64; 9] = [1.0, -1.0, 0.5, -0.5, 0.0, 0.5, -0.5, 0.0, 0.0];

/// A kind of market.
#[derive(Debug, Clone, Copy)]
struct Scenario {
    name: &'static str,
    /// Share of the index's variance that the signal explains where it is there.
    r2: f64,
    /// Whether it is there in a row with this number, in the state in which the pair moves together
    /// or not.
    is_there: fn(row: usize, together: bool) -> bool,
    /// How much of a day's shock the index takes back on the next, in a market whose index has nothing
    /// to do with the sectors; 0 in the others.
    turns_back: f64,
}

const NO_SIGNAL: Scenario =
    Scenario { name: "no signal", r2: 0.0, is_there: |_, _| false, turns_back: 0.0 };

const SCENARIOS: [Scenario; 8] = [
    NO_SIGNAL,
    Scenario { name: "constant 0.5 %", r2: 0.005, is_there: |_, _| true, ..NO_SIGNAL },
    Scenario { name: "constant 1 %", r2: 0.01, is_there: |_, _| true, ..NO_SIGNAL },
    Scenario {
        name: "1 % in one regime",
        r2: 0.01,
        is_there: |_, together| !together,
        ..NO_SIGNAL
    },
    Scenario {
        name: "2 % in one regime",
        r2: 0.02,
        is_there: |_, together| !together,
        ..NO_SIGNAL
    },
    Scenario {
        name: "1 %, gone half-way",
        r2: 0.01,
        is_there: |row, _| row < MIN_TRAIN + 3_000,
        ..NO_SIGNAL
    },
    Scenario {
        name: "1 %, gone early",
        r2: 0.01,
        is_there: |row, _| row < MIN_TRAIN + 1_000,
        ..NO_SIGNAL
    },
    Scenario { name: "no signal, index turns back", turns_back: 0.1, ..NO_SIGNAL },
];

/// A GARCH(1,1) of unit variance on average.
struct Garch {
    variance: f64,
}

impl Garch {
    fn step(&mut self, random: &mut Random) -> f64 {
        let shock = self.variance.sqrt() * random.student();
        self.variance = 0.015 + 0.08 * shock * shock + 0.905 * self.variance;
        shock
    }
}

fn market(scenario: &Scenario, seed: u64) -> Panel {
    let mut random = Random::new(seed.wrapping_mul(0xd134_2543_de82_ef95));
    let mut common = Garch { variance: 1.0 };
    let mut own: Vec<Garch> = SECTORS.iter().map(|_| Garch { variance: 1.0 }).collect();
    let mut rest = Garch { variance: 1.0 };
    let mut together = true;
    // The deviation of what the sectors tell, from their shocks' unit variances.
    let lead_deviation = {
        let loading: f64 = LEAD.iter().sum::<f64>();
        (LEAD.iter().map(|w| 0.64 * w * w).sum::<f64>() + loading * loading).sqrt()
    };
    let daily = 0.011;
    let mut prices = vec![vec![100.0]; SECTORS.len()];
    let mut index = vec![100.0];
    let (mut told, mut before) = (0.0, 0.0);
    for row in 0..=ROWS {
        // A state lasts a year on average.
        together ^= random.uniform() < 1.0 / 252.0;
        let m = common.step(&mut random);
        let alone = rest.step(&mut random);
        let noise = match scenario.turns_back {
            0.0 => 0.95 * m + 0.31 * alone,
            share => alone - share * before,
        };
        before = alone;
        let signal =
            if (scenario.is_there)(row, together) { scenario.r2.sqrt() * told } else { 0.0 };
        let y = daily * ((1.0 - scenario.r2).sqrt() * noise + signal);
        index.push(index[index.len() - 1] * libm::exp(0.0003 + y));
        told = 0.0;
        let shared = own[0].step(&mut random);
        for (sector, weight) in LEAD.iter().enumerate() {
            let alone = match sector {
                0 => shared,
                1 => {
                    let other = own[1].step(&mut random);
                    if together { other } else { -0.6 * m - 0.8 * shared + 0.2 * other }
                }
                _ => own[sector].step(&mut random),
            };
            let x = m + 0.8 * alone;
            told += weight * x / lead_deviation;
            let path = &mut prices[sector];
            path.push(path[path.len() - 1] * libm::exp(0.0003 + daily * x));
        }
    }
    let features =
        SECTORS.iter().zip(prices).map(|(name, path)| Column::new(*name, path)).collect();
    let days = trading_days(index.len());
    Panel {
        days,
        frequency: Frequency::Daily,
        periods_per_year: 252,
        target: Column::new("SPY", index),
        features,
        dropped_days: 0,
        filled_prices: 0,
    }
}

fn trading_days(count: usize) -> Vec<Date> {
    let mut day = date(1999, 1, 1);
    let mut days = Vec::with_capacity(count);
    while days.len() < count {
        if is_weekday(day) {
            days.push(day);
        }
        day += 1.day();
    }
    days
}

/// What every market is asked: with the default models, and with the same weighted.
fn specs() -> [Spec; 2] {
    [
        CRITERIA,
        "models: [{kind: ridge, weighting: ex_ante_variance}, {kind: lasso, weighting: \
      ex_ante_variance}, {kind: elastic_net, weighting: ex_ante_variance}]\n",
    ]
    .map(spec)
}

/// Tests of criteria, in the order of the claims below that say which of them are met.
const CRITERIA: &str = "criteria:\n\
    \x20 - {claim: all, test: all.oos_r2 > 0}\n\
    \x20 - {claim: any, test: any.oos_r2 > 0}\n\
    \x20 - {claim: trading, test: any.proportional.sharpe > buy_and_hold.sharpe}\n\
    \x20 - {claim: alpha, test: any.alpha > 0}\n\
    \x20 - claim: states\n    test: ridge.regime[apart].oos_r2 > ridge.regime[together].oos_r2\n";

fn spec(more: &str) -> Spec {
    let text = format!(
        "title: t\ndata: {{target: SPY, features: [{}]}}\nwalk_forward: {{min_train: {MIN_TRAIN}}}\n\
         regimes: [{{kind: sign_flip, pair: [XLE, XLU]}}, {{kind: coupling}}, {{kind: volatility}}]\n\
         {more}",
        SECTORS.join(", ")
    );
    match spec::parse("t", "t.yaml", &text) {
        Ok(parsed) => parsed.spec,
        Err(problems) => panic!("{problems}"),
    }
}

/// A claim that a page can make, how often it may be made without a signal in per cent, and whether
/// the results make it.
type Claim = (&'static str, &'static str, fn(&Results) -> bool);

fn has_evidence(results: &Results) -> bool {
    matches!(results.verdict.evidence, Evidence::Clear | Evidence::Weak)
}

fn lives(results: &Results, life: Life) -> bool {
    results.verdict.life == Some(life)
}

fn contrast(results: &Results, detector: usize) -> bool {
    results.regimes[detector].contrast.as_ref().is_some_and(|contrast| contrast.rejects)
}

/// Whether the first model has evidence in some state of the first detector.
fn in_a_state(results: &Results) -> bool {
    let forecasts = results.regimes[0].forecast.values().next();
    forecasts.is_some_and(|states| states.iter().any(|state| state.evidence))
}

const CLAIMS: &[Claim] = &[
    ("Evidence", "5", has_evidence),
    ("Evidence, clear", "5", |r| r.verdict.evidence == Evidence::Clear),
    ("Rests on few volatile days", "5", |r| r.verdict.evidence == Evidence::VolatileDays),
    ("Too good to be believed", "", |r| r.verdict.evidence == Evidence::Suspect),
    ("Gone", "5", |r| lives(r, Life::Gone)),
    ("Gone, with evidence", "", |r| has_evidence(r) && lives(r, Life::Gone)),
    ("Weakened", "5", |r| lives(r, Life::Weakened)),
    ("Several falls", "5", |r| r.verdict.falls.len() > 1),
    ("Alive", "5", |r| lives(r, Life::Alive)),
    ("Open", "", |r| lives(r, Life::Open)),
    ("An edge in some years", "5", |r| r.verdict.since.is_some()),
    ("The relation differs between the pair’s states", "5", |r| contrast(r, 0)),
    ("The relation differs between the coupling’s states", "5", |r| contrast(r, 1)),
    ("The relation differs between the volatility’s states", "5", |r| contrast(r, 2)),
    ("The relation differs between the states of any of the three", "5", |r| {
        r.verdict.regimes_differ == Some(Answer::Yes)
    }),
    ("Evidence in a state of the pair, first model", "5", in_a_state),
    ("Family-wise scaled p below 5 %", "5", |r| r.verdict.evidence_p.is_some_and(|p| p < 0.05)),
    ("Family-wise raw p below 5 %", "5", |r| r.verdict.evidence_raw_p.is_some_and(|p| p < 0.05)),
    ("Criterion met: R² of all models above zero", "5", |r| is_met(r, 0)),
    ("Criterion met: R² of any model above zero", "5", |r| is_met(r, 1)),
    ("Criterion met: any model trades better than holding the target", "5", |r| is_met(r, 2)),
    ("Criterion met: alpha of any model and rule above zero", "5", |r| is_met(r, 3)),
    ("Criterion met: R² of ridge larger in one state of the pair", "", |r| is_met(r, 4)),
    ("The best model, SPA (scaled Clark–West), p below 5 %", "5", |r| {
        r.search.spa_adjusted.is_some_and(|p| p.consistent < 0.05)
    }),
    ("The best model, SPA (scaled squared errors), p below 5 %", "5", |r| {
        r.search.spa_scaled.is_some_and(|p| p.consistent < 0.05)
    }),
    ("Some model, Romano–Wolf p below 5 %", "5", |r| {
        r.models.values().any(|model| model.romano_wolf_p.is_some_and(|p| p < 0.05))
    }),
    ("Some rule better than holding, Romano–Wolf p below 5 %", "5", |r| {
        strategies(r).any(|metrics| metrics.romano_wolf_p.is_some_and(|p| p < 0.05))
    }),
    ("The first rule unlike holding, Ledoit–Wolf p below 5 %", "5", |r| {
        let first = strategies(r).next().and_then(|metrics| metrics.sharpe_difference_p);
        first.is_some_and(|p| p < 0.05)
    }),
    ("It pays for its trading", "5", |r| r.verdict.pays == Some(Answer::Yes)),
    ("It does not pay for its trading", "", |r| r.verdict.pays == Some(Answer::No)),
    ("CUSUM outside its band", "5", |r| is_outside(first(r).breaks.cusum.as_ref())),
    ("CUSUM on scaled errors outside its band", "5", |r| {
        is_outside(first(r).breaks.scaled_cusum.as_ref())
    }),
    ("Certificate failed", "0.1", |r| r.certificate.outcome == CheckOutcome::Failed),
    ("Certificate, a signal in the first shuffled target", "5", |r| {
        check(r, CertificateCheckName::Placebo).p_values.first().is_some_and(|p| *p < 0.05)
    }),
    ("Certificate failed by its lag decay", "0.1", |r| {
        check(r, CertificateCheckName::LagDecay).outcome == CheckOutcome::Failed
    }),
    ("R² of the first model above zero", "", |r| {
        value(first(r).forecast.oos_r2).is_some_and(|r2| r2 > 0.0)
    }),
];

/// The claims that are counted of the weighted models too.
const WEIGHTED: &[Claim] = &[
    ("Evidence, weighted models", "5", has_evidence),
    ("Evidence, clear, weighted models", "5", |r| r.verdict.evidence == Evidence::Clear),
    ("Family-wise scaled p below 5 %, weighted models", "5", |r| {
        r.verdict.evidence_p.is_some_and(|p| p < 0.05)
    }),
    ("R² of the first weighted model above zero", "", |r| {
        value(first(r).forecast.oos_r2).is_some_and(|r2| r2 > 0.0)
    }),
];

fn is_met(results: &Results, criterion: usize) -> bool {
    results.verdict.criteria[criterion].outcome == Outcome::Met
}

fn strategies(results: &Results) -> impl Iterator<Item = &StrategyMetrics> {
    results.models.values().flat_map(|model| model.strategies.values())
}

fn is_outside(cusum: Option<&Cusum>) -> bool {
    cusum.is_some_and(|cusum| cusum.first_crossing.is_some())
}

fn first(results: &Results) -> &dfa_report::results::ModelSummary {
    &results.models[0]
}

fn check(results: &Results, name: CertificateCheckName) -> &CertificateCheck {
    match results.certificate.checks.iter().find(|check| check.name == name) {
        Some(check) => check,
        None => panic!("every certificate has every check"),
    }
}

/// What was found on the markets of one kind.
struct Found {
    markets: usize,
    /// By claim, those of weighted models last, how many make it.
    made: Vec<usize>,
    /// Of those on which an edge that there is evidence of is gone, the share whose range of days has
    /// the half-way day in it.
    covers: Option<f64>,
}

fn count(kind: usize, markets: usize, specs: &[Spec]) -> Found {
    let ran: Vec<(Vec<bool>, Option<bool>)> = (0..markets)
        .into_par_iter()
        .map(|seed| {
            let panel = market(&SCENARIOS[kind], (kind * 1_000_003 + seed + 1) as u64);
            let source = Source::default();
            let task = |spec| Task { spec, panel: &panel, place: None, source };
            let tasks: Vec<Task<'_>> = specs.iter().map(task).collect();
            let judged = experiment::run_all(&tasks, &|_| {}).and_then(|mut ran| {
                repository::judge_all(&mut ran)?;
                Ok(ran)
            });
            let [(results, _), (weighted, _)] = match judged {
                Ok(ran) => ran.try_into().unwrap_or_else(|_| panic!("one result a spec")),
                Err(problems) => panic!("{problems}"),
            };
            let truth = panel.days[MIN_TRAIN + 3_000 + 1];
            let is_gone = lives(&results, Life::Gone) && has_evidence(&results);
            let covers = results.verdict.fell.as_ref().filter(|_| is_gone);
            let covers = covers.map(|fell| fell.first <= truth && truth <= fell.last);
            let plain = CLAIMS.iter().map(|(_, _, makes)| makes(&results));
            let made = plain.chain(WEIGHTED.iter().map(|(_, _, makes)| makes(&weighted)));
            (made.collect(), covers)
        })
        .collect();
    let known: Vec<bool> = ran.iter().filter_map(|(_, covers)| *covers).collect();
    let covering = known.iter().filter(|covers| **covers).count();
    Found {
        markets,
        made: (0..CLAIMS.len() + WEIGHTED.len())
            .map(|claim| ran.iter().filter(|(makes, _)| makes[claim]).count())
            .collect(),
        covers: (!known.is_empty()).then(|| covering as f64 / known.len() as f64),
    }
}

/// The table in Markdown.
fn table(found: &[Found]) -> String {
    let row = |name: &str, nominal: &str, cells: Vec<String>| {
        format!("| {name} | {nominal} | {} |\n", cells.join(" | "))
    };
    let percent = |share: f64| format!("{:.1}", 100.0 * share);
    let names = SCENARIOS.iter().map(|scenario| scenario.name.to_owned()).collect();
    let mut text = row("Share of markets, %", "Nominal", names);
    text.push_str(&format!("|---|--:|{}\n", "--:|".repeat(SCENARIOS.len())));
    for (claim, (name, nominal, _)) in CLAIMS.iter().chain(WEIGHTED).enumerate() {
        let share = |found: &Found| percent(found.made[claim] as f64 / found.markets as f64);
        text.push_str(&row(name, nominal, found.iter().map(share).collect()));
    }
    let covers = |found: &Found| found.covers.map_or_else(String::new, percent);
    let name = "Of those gone, with evidence: the half-way day is in the range";
    text.push_str(&row(name, "95", found.iter().map(covers).collect()));
    let markets = found.iter().map(|found| found.markets.to_string()).collect();
    text.push_str(&row("Markets", "", markets));
    text
}

fn main() {
    // `cargo bench` adds an option of its own.
    let numbers: Vec<usize> =
        std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let (without, others) = match numbers.as_slice() {
        [] => (1_000, 200),
        [one] => (*one, *one),
        [without, others, ..] => (*without, *others),
    };
    let specs = specs();
    let markets = |kind: usize| if kind == 0 { without } else { others };
    let found: Vec<Found> =
        (0..SCENARIOS.len()).map(|kind| count(kind, markets(kind), &specs)).collect();
    let text = table(&found);
    if numbers.is_empty() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/calibration-table.md");
        if let Err(error) = std::fs::write(path, &text) {
            panic!("{path}: {error}");
        }
    }
    print!("{text}");
}
