//! "What the search costs": what the best of so many models, rules and experiments is worth.

use crate::base::units::format;
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{Block, Cell, Of, Row, Table, columns};
use crate::report::site::kit::wording;
use crate::results::{Estimate, SpaP, StrategyMetrics};

/// What the search costs, which opens on demand.
pub(crate) fn block(subject: &Subject<'_>) -> Block {
    let mut blocks = vec![Block::Table(costs(subject))];
    let records = records(subject);
    if !records.rows.is_empty() {
        blocks.push(Block::Table(records));
    }
    Block::details("What the best of so many is worth", blocks)
}

/// One row a figure, with what it says.
fn costs(subject: &Subject<'_>) -> Table {
    let search = &subject.results.search;
    let mut rows = Vec::new();
    let mut row = |head: &str, figure: Cell, words: String| {
        let words = Cell { text: words, class: "words", ..Cell::default() };
        rows.push(Row { class: String::new(), head: head.to_owned(), cells: vec![figure, words] });
    };
    if let Some(trials) = &subject.results.trials {
        let counted = format::count(trials.counted);
        let effective = format!("{} effective", format::count(trials.effective));
        let experiments = match trials.experiments {
            1 => "the one experiment".to_owned(),
            many => format!("all {} experiments", format::count(many)),
        };
        let best = format::decimal(Some(trials.expected_best_sharpe), 2);
        row(
            "Trials",
            Cell::with(counted, effective),
            format!(
                "Penalties times models times rules of {experiments} of this site; effective: \
                 strategies whose daily returns are not nearly the same. The best of as many \
                 without skill is expected to have a Sharpe ratio of {best}."
            ),
        );
    }
    if let Some(family) = subject.results.verdict.family.filter(|family| family.experiments > 1) {
        let experiments = format::count(family.experiments);
        row(
            "Evidence among all experiments",
            Cell::with(format::p_value(family.p_value), "Romano–Wolf p"),
            format!(
                "How often luck alone gives the best plain model here this much, counting all \
                 {experiments} experiments with forecasts of their own."
            ),
        );
    }
    let spa = |p: Option<SpaP>| {
        let between = |p: SpaP| {
            format!("{} to {}", format::p_value(Some(p.lower)), format::p_value(Some(p.upper)))
        };
        Cell::with(format::p_value(p.map(|p| p.consistent)), p.map_or_else(String::new, between))
    };
    let consistent = |p: Option<SpaP>| format::p_value(p.map(|p| p.consistent));
    row(
        "Best of the models, SPA p",
        spa(search.spa_adjusted),
        format!(
            "How often luck alone gains as much as the best model (scaled Clark–West terms); under \
             it the bounds of p. By squared errors instead: scaled {}, raw {}.",
            consistent(search.spa_scaled),
            consistent(search.spa)
        ),
    );
    let stepped: Vec<String> = subject
        .everyone()
        .map(|model| {
            let p = format::p_value(model.summary.romano_wolf_p);
            format!("{} {p}", model.in_words())
        })
        .collect();
    let least = subject.everyone().filter_map(|model| model.summary.romano_wolf_p);
    row(
        "Each model, Romano–Wolf p",
        Cell::with(format::p_value(least.min_by(f64::total_cmp)), "the smallest"),
        format!(
            "Each model’s scaled Clark–West p, paying for all models of this page: {}.",
            format::list(&stepped)
        ),
    );
    match &search.overfitting {
        Some(found) => row(
            "Probability of overfitting",
            Cell::percent(found.probability, 0),
            format!(
                "Of {} splits of the days into halves, those in which the best of {} strategies in \
                 one half is at most the median in the other; it loses there in {}.",
                format::count(found.splits),
                format::count(found.strategies),
                format::percent(Some(found.loss_probability), 0)
            ),
        ),
        None => row(
            "Probability of overfitting",
            Cell::missing(),
            "There is one strategy, or there are too few days for sixteen blocks.".to_owned(),
        ),
    }
    let note = format!(
        "Resampled {} times, the same days for all series, in blocks of {} days on average.",
        format::count(search.replicates),
        format::decimal(Some(search.mean_block), 1)
    );
    let heads = columns(&[("Measure", ""), ("Figure", ""), ("What it says", "")]);
    let table = Table::new("What the best of so many is worth", "wrapped", heads, rows);
    table.note(if search.replicates > 0 { note } else { NOTHING.to_owned() }, "search")
}

const NOTHING: &str = "With fewer than 252 forecasts nothing is resampled.";

/// Every strategy, one row each.
fn records(subject: &Subject<'_>) -> Table {
    let mut entries: Vec<(String, String, StrategyMetrics)> = Vec::new();
    for model in subject.everyone() {
        for (rule, metrics) in &model.summary.strategies {
            let head = format!("{}, {}", model.short, wording::sizing(rule));
            entries.push((model.class(), head, metrics.clone()));
        }
    }
    let note = "Long enough: years until the probabilistic Sharpe ratio would be 95 %. Break-even: \
                the cost at which trading earns no more than holding its mean position. n/a: not \
                above zero, or not above holding.";
    Table::of("Track records as some of many", "dense", &entries, "Model and rule", &COLUMNS)
        .note(note, "search")
}

const COLUMNS: [Of<'_, StrategyMetrics>; 8] = [
    ("Sharpe", "log, 90 % resampled", &|m| {
        let resampled = |sharpe| Estimate { interval: m.sharpe_bootstrap_interval, ..sharpe };
        Cell::decimals(m.sharpe.map(resampled), [2, 2])
    }),
    ("Probabilistic", "above zero", &|m| Cell::percent(m.probabilistic_sharpe, 1)),
    ("Deflated", "above luck", &|m| Cell::percent(m.deflated_sharpe, 1)),
    ("Long enough", "years", &|m| Cell::decimal(m.min_track_record_years, 1)),
    ("Less holding’s", "90 % interval", &|m| Cell::decimals(m.sharpe_difference, [2, 2])),
    ("p", "two-sided", &|m| Cell::p_value(m.sharpe_difference_p)),
    ("p", "better than holding, all rules", &|m| Cell::p_value(m.romano_wolf_p)),
    ("Break-even", "bp, over mean weight", &|m| Cell::decimal(m.break_even_cost_over_mean_bps, 1)),
];
