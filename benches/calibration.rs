//! How often the report's claims are wrong: `cargo bench --bench calibration -- [panels] [others]`.
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

use dfa_report::engine::experiment::{self, Source};
use dfa_report::engine::spec::{self, Spec};
use dfa_report::prices::panel::{Column, Panel};
use dfa_report::results::{Answer, Evidence, Life, Results, value};
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, date};
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
}

const SCENARIOS: [Scenario; 7] = [
    Scenario { name: "no signal", r2: 0.0, is_there: |_, _| false },
    Scenario { name: "constant 0.5 %", r2: 0.005, is_there: |_, _| true },
    Scenario { name: "constant 1 %", r2: 0.01, is_there: |_, _| true },
    Scenario { name: "1 % in one regime", r2: 0.01, is_there: |_, together| !together },
    Scenario { name: "2 % in one regime", r2: 0.02, is_there: |_, together| !together },
    Scenario { name: "1 %, gone half-way", r2: 0.01, is_there: |row, _| row < MIN_TRAIN + 3_000 },
    Scenario { name: "1 %, gone early", r2: 0.01, is_there: |row, _| row < MIN_TRAIN + 1_000 },
];

/// Repeatable random numbers (SplitMix64 of Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.uniform())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }

    /// Student's t with five degrees of freedom, of unit variance.
    fn student(&mut self) -> f64 {
        let chi: f64 = (0..5).map(|_| self.normal().powi(2)).sum();
        self.normal() / (chi / 5.0).sqrt() * (3.0_f64 / 5.0).sqrt()
    }
}

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
    let mut random = Random(seed.wrapping_mul(0xd134_2543_de82_ef95));
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
    let mut told = 0.0;
    for row in 0..=ROWS {
        // A state lasts a year on average.
        together ^= random.uniform() < 1.0 / 252.0;
        let m = common.step(&mut random);
        let noise = 0.95 * m + 0.31 * rest.step(&mut random);
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
    Panel { days, target: Column::new("SPY", index), features, dropped_days: 0, filled_prices: 0 }
}

fn trading_days(count: usize) -> Vec<Date> {
    let mut day = date(1999, 1, 1);
    let mut days = Vec::with_capacity(count);
    while days.len() < count {
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            days.push(day);
        }
        day += 1.day();
    }
    days
}

fn spec() -> Spec {
    let text = format!(
        "title: t\ndata: {{target: SPY, features: [{}]}}\nwalk_forward: {{min_train: {MIN_TRAIN}}}\n\
         regimes: [{{kind: sign_flip, pair: [XLE, XLU]}}, {{kind: coupling}}, {{kind: volatility}}]\n",
        SECTORS.join(", ")
    );
    match spec::parse("t", "t.yaml", &text) {
        Ok(parsed) => parsed.spec,
        Err(problems) => panic!("{problems}"),
    }
}

/// A claim that a page can make, and whether the results make it.
type Claim = (&'static str, fn(&Results) -> bool);

fn has_evidence(results: &Results) -> bool {
    matches!(results.verdict.evidence, Evidence::Clear | Evidence::Weak)
}

fn lives(results: &Results, life: Life) -> bool {
    results.verdict.life == Some(life)
}

fn contrast(results: &Results, detector: usize) -> bool {
    results.regimes[detector].contrast.as_ref().is_some_and(|contrast| contrast.rejects)
}

/// Whether some state of the first detector has evidence.
fn in_a_state(results: &Results, detector: usize) -> bool {
    let forecasts = results.regimes[detector].forecast.values().next();
    forecasts.is_some_and(|states| states.iter().any(|state| state.evidence))
}

const CLAIMS: &[Claim] = &[
    ("family-wise scaled p < 5 %", |r| r.verdict.evidence_p.is_some_and(|p| p < 0.05)),
    ("family-wise raw p < 5 %", |r| r.verdict.evidence_raw_p.is_some_and(|p| p < 0.05)),
    ("evidence", has_evidence),
    ("evidence, clear", |r| r.verdict.evidence == Evidence::Clear),
    ("rests on few volatile days", |r| r.verdict.evidence == Evidence::VolatileDays),
    ("gone", |r| lives(r, Life::Gone)),
    ("weakened", |r| lives(r, Life::Weakened)),
    ("alive", |r| lives(r, Life::Alive)),
    ("open", |r| lives(r, Life::Open)),
    ("gone, with evidence", |r| has_evidence(r) && lives(r, Life::Gone)),
    ("weakened, with evidence", |r| has_evidence(r) && lives(r, Life::Weakened)),
    ("alive, with evidence", |r| has_evidence(r) && lives(r, Life::Alive)),
    ("several falls", |r| r.verdict.falls.len() > 1),
    ("an edge in some years", |r| r.verdict.since.is_some()),
    ("relation differs, pair's states", |r| contrast(r, 0)),
    ("relation differs, coupling's states", |r| contrast(r, 1)),
    ("relation differs, volatility's states", |r| contrast(r, 2)),
    ("relation differs, any detector", |r| r.verdict.regimes_differ == Some(Answer::Yes)),
    ("evidence in a state of the pair", |r| in_a_state(r, 0)),
    ("CUSUM, raw", |r| first(r).breaks.cusum.as_ref().is_some_and(|c| c.first_crossing.is_some())),
    ("CUSUM, scaled", |r| {
        first(r).breaks.scaled_cusum.as_ref().is_some_and(|c| c.first_crossing.is_some())
    }),
    ("R2 of the first model > 0", |r| value(first(r).forecast.oos_r2).is_some_and(|r2| r2 > 0.0)),
];

fn first(results: &Results) -> &dfa_report::results::ModelSummary {
    &results.models[0]
}

fn main() {
    // `cargo bench` adds an option of its own.
    let numbers: Vec<usize> =
        std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let panels = numbers.first().copied().unwrap_or(1_000);
    let others = numbers.get(1).copied().unwrap_or(200);
    let spec = spec();
    let counts: Vec<(usize, Vec<usize>, Option<f64>)> = SCENARIOS
        .iter()
        .enumerate()
        .map(|(kind, scenario)| {
            let of_kind = if kind == 0 { panels } else { others };
            let ran: Vec<(Vec<bool>, Option<bool>)> = (0..of_kind)
                .into_par_iter()
                .map(|seed| {
                    let panel = market(scenario, (kind * 1_000_003 + seed + 1) as u64);
                    let (results, _) = match experiment::run(&spec, &panel, Source::default()) {
                        Ok(ran) => ran,
                        Err(problems) => panic!("{problems}"),
                    };
                    let truth = panel.days[MIN_TRAIN + 3_000 + 1];
                    let is_gone = lives(&results, Life::Gone) && has_evidence(&results);
                    let covers = is_gone.then(|| {
                        results.verdict.falls.iter().any(|f| f.from <= truth && truth <= f.to)
                    });
                    (CLAIMS.iter().map(|(_, claims)| claims(&results)).collect(), covers)
                })
                .collect();
            let count = |claim: usize| ran.iter().filter(|(claims, _)| claims[claim]).count();
            let covering: Vec<bool> = ran.iter().filter_map(|(_, covers)| *covers).collect();
            let share = (!covering.is_empty()).then(|| {
                covering.iter().filter(|covers| **covers).count() as f64 / covering.len() as f64
            });
            (of_kind, (0..CLAIMS.len()).map(count).collect(), share)
        })
        .collect();
    let names: Vec<&str> = SCENARIOS.iter().map(|scenario| scenario.name).collect();
    println!("| share of markets, % | {} |", names.join(" | "));
    println!("|---|{}", "--:|".repeat(names.len()));
    let row = |name: &str, shares: Vec<String>| println!("| {name} | {} |", shares.join(" | "));
    row("markets", counts.iter().map(|(of_kind, _, _)| of_kind.to_string()).collect());
    for (claim, (name, _)) in CLAIMS.iter().enumerate() {
        let share = |(of_kind, found, _): &(usize, Vec<usize>, _)| {
            format!("{:.1}", 100.0 * found[claim] as f64 / *of_kind as f64)
        };
        row(name, counts.iter().map(share).collect());
    }
    let covers = |(_, _, share): &(usize, Vec<usize>, Option<f64>)| {
        share.map_or_else(String::new, |share| format!("{:.1}", 100.0 * share))
    };
    row("range of “gone” covers the half-way day", counts.iter().map(covers).collect());
}
