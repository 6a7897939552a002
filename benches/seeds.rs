//! Where the sample's seed stands: `cargo bench --bench seeds` writes `src/prices/sample/standing.md`,
//! which the sample's description shows. A number behind `--` runs so many seeds and prints the table.
//!
//! The seed of the repository's sample was chosen, and by a figure that its reports show. So the
//! shipped experiment on knowing the regime is run on the same simulation under the seeds from 1 on,
//! and what it finds is set beside what it finds under the chosen one.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program of its own"
)]

use dfa_report::engine::experiment::{self, Source};
use dfa_report::engine::spec;
use dfa_report::prices::data::{self, Description, Truth};
use dfa_report::prices::sample;
use dfa_report::results::{Answer, value};
use rayon::prelude::*;

/// Seeds that the chosen one is set beside.
const SEEDS: u64 = 200;

/// The experiment that is run.
const SPEC: &str = include_str!("../experiments/regime-aware.yaml");

/// What is found under one seed.
struct Found {
    /// Name and value of each figure, in per cent.
    figures: Vec<(String, f64)>,
    /// Whether the page says that knowing the regime helped.
    helps: bool,
}

fn find(seed: u64) -> Found {
    let sample = sample::generate(seed);
    let ran = (|| {
        let spec = spec::parse("regime-aware", "regime-aware.yaml", SPEC)?.spec;
        let table = data::read_csv("prices.csv", &sample.prices_csv)?;
        let description = Description::parse("source.yaml", &sample.source_yaml)?;
        let truth = Truth::parse("truth.csv", &sample.truth_csv)?;
        let panel = data::align(&table, &spec.data)?;
        let source =
            Source { description: Some(&description), truth: Some(&truth), ..Source::default() };
        experiment::run(&spec, &panel, source)
    })();
    let results = match ran {
        Ok((results, _)) => results,
        Err(problems) => panic!("seed {seed}: {problems}"),
    };
    let percent = |estimate| 100.0 * value(estimate).unwrap_or(f64::NAN);
    let figure = |(name, model): (&String, &dfa_report::results::ModelSummary)| match &model.system
    {
        None => (format!("R² of {name}"), percent(model.forecast.oos_r2)),
        Some(system) => (format!("Gain of {name}"), percent(system.r2_gain)),
    };
    Found {
        figures: results.models.iter().map(figure).collect(),
        helps: results.verdict.regime_helps == Some(Answer::Yes),
    }
}

/// A value at a share of ascending ones.
fn at(ascending: &[f64], share: f64) -> f64 {
    ascending[((ascending.len() - 1) as f64 * share).round() as usize]
}

/// The table in Markdown, and a sentence on the claim.
fn table(chosen: &Found, others: &[Found]) -> String {
    let number = |value: f64| format!("{value:.2}").replace('-', "−");
    let mut text = format!(
        "| R² in percent | seed {chosen} | median of {} seeds | middle 80 % of seeds | seed {chosen} \
         is larger than |\n|---|--:|--:|--:|--:|\n",
        others.len(),
        chosen = sample::SEED
    );
    for (position, (name, value)) in chosen.figures.iter().enumerate() {
        let mut values: Vec<f64> = others.iter().map(|found| found.figures[position].1).collect();
        values.sort_by(f64::total_cmp);
        let below = values.iter().filter(|other| *other < value).count();
        text += &format!(
            "| {} | {} | {} | {} to {} | {below} of {} |\n",
            name.replace('_', " ").replace('.', ", "),
            number(*value),
            number(at(&values, 0.5)),
            number(at(&values, 0.1)),
            number(at(&values, 0.9)),
            values.len()
        );
    }
    let helps = others.iter().filter(|found| found.helps).count();
    text += &format!(
        "\nThe report says that knowing the regime helped under {helps} of the {} seeds, and under \
         the chosen one it {}.\n",
        others.len(),
        if chosen.helps { "does" } else { "does not" }
    );
    text
}

fn main() {
    // `cargo bench` adds an option of its own.
    let asked = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let others: Vec<Found> = (1..=asked.unwrap_or(SEEDS)).into_par_iter().map(find).collect();
    let text = table(&find(sample::SEED), &others);
    if asked.is_none() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/prices/sample/standing.md");
        if let Err(error) = std::fs::write(path, &text) {
            panic!("{path}: {error}");
        }
    }
    print!("{text}");
}
