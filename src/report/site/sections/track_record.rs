//! "Would it have paid": equity, drawdown and metrics by sizing rule, months, costs.

use crate::base::units::format;
use crate::report::chart::{Axis, Line, Role, TimeChart, Unit, Words, role_class};
use crate::report::site::kit::figures::{line, over_regime, slug, span, wide, words, zero_axis};
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::{
    Block, Cell, Figure, Of, SHARPES, Section, Table, range, when,
};
use crate::report::site::kit::wording::{self, title};
use crate::report::site::sections::{conventions, months};
use crate::results::{StrategyMetrics, value};

/// The section.
pub(crate) fn section(subject: &Subject<'_>) -> Section {
    let rules = subject.rules();
    let equity = rules.iter().filter_map(|rule| equity(subject, rule));
    let mut blocks: Vec<Block> = equity.map(Block::Figure).collect();
    blocks.extend(drawdown(subject).map(Block::Figure));
    blocks.push(Block::Table(metrics(subject)));
    blocks.extend(conventions::block(subject));
    blocks.extend(months::blocks(subject));
    Section { id: "track-record", title: "Would it have paid?", lead: lead(subject), blocks }
}

fn lead(subject: &Subject<'_>) -> String {
    let costs = match subject.trade_bps() {
        bps if bps > 0.0 => format!("after {bps} bp per unit of equity traded"),
        _ => "before any trading cost: none is assumed".to_owned(),
    };
    format!(
        "Forecasts turned into positions in {}, decided and executed at the close, earned over \
         the next day; equity is self-financing, {costs}.",
        subject.results.data.target
    )
}

/// Equity after each day from daily growth factors; `NaN` from ruin on, where no logarithm exists.
pub(crate) fn equity_of(growth: &[f64]) -> Vec<f64> {
    let equity = growth.iter().scan(1.0, |equity, factor| {
        *equity *= factor;
        Some(if *equity > 0.0 { *equity } else { f64::NAN })
    });
    equity.collect()
}

/// `E / running max E - 1`, the starting equity 1 included; -1 from ruin on.
fn drawdown_of(growth: &[f64]) -> Vec<f64> {
    let drawdown = growth.iter().scan((1.0_f64, 1.0_f64), |(equity, peak), factor| {
        *equity *= factor;
        *peak = peak.max(*equity);
        Some(*equity / *peak - 1.0)
    });
    drawdown.collect()
}

/// A line of a chart with its values.
pub(crate) struct Curve<'a> {
    pub label: &'a str,
    pub role: Role,
    pub dashed: bool,
    pub values: Vec<f64>,
}

/// What `of` makes of the growth of each model under a rule and of buy and hold, which comes first.
fn curves<'a>(subject: &'a Subject<'_>, rule: &str, of: fn(&[f64]) -> Vec<f64>) -> Vec<Curve<'a>> {
    let curve = |label, role, growth| {
        let dashed = role == Role::Benchmark;
        Curve { label, role, dashed, values: of(growth) }
    };
    let hold = subject.series.buy_and_hold_growth();
    let hold = hold.map(|growth| curve("Buy and hold", Role::Benchmark, growth));
    let models = subject.models.iter().filter_map(|model| {
        Some(curve(model.title.as_str(), model.role, subject.series.growth(model.name, rule)?))
    });
    hold.into_iter().chain(models).collect()
}

/// Equity curves on a logarithmic axis, over the regime of the page; `None` without any.
pub(crate) fn equity_figure(
    subject: &Subject<'_>,
    words: Words<'_>,
    curves: &[Curve<'_>],
    caption: String,
) -> Option<Figure> {
    if curves.is_empty() {
        return None;
    }
    let lines = curves.iter();
    let lines =
        lines.map(|c| Line { dashed: c.dashed, ..line(c.label, c.role, &c.values) }).collect();
    let axis =
        Axis { log: true, baseline: Some(1.0), ..zero_axis("Equity, from 1", Unit::Multiple) };
    let days = &subject.series.strategies.days;
    Some(over_regime(subject, words, days, lines, axis, caption, "strategies.csv"))
}

fn equity(subject: &Subject<'_>, rule: &str) -> Option<Figure> {
    let (id, title) =
        (format!("equity-{}", slug(rule)), format!("Equity, {} sizing", wording::sizing(rule)));
    let words = words(
        &id,
        &title,
        "Growth of one unit of equity, one line a model, with buy and hold of the target dashed, \
         on a logarithmic axis.",
    );
    let caption = format!("{} {}", explain(rule), outcome(subject, rule));
    equity_figure(subject, words, &curves(subject, rule, equity_of), caption)
}

/// What a rule does.
fn explain(rule: &str) -> &'static str {
    match rule {
        "binary" => "All in or all short, by the sign of the forecast.",
        "proportional" => "The forecast over the spread of the forecasts before it, clipped.",
        "quartile" => "A step by the quartile of the forecast among those before it.",
        _ => "A sizing rule of the spec.",
    }
}

fn outcome(subject: &Subject<'_>, rule: &str) -> String {
    let metrics = subject.models.iter().filter_map(|model| model.summary.strategies.get(rule));
    let annual = range(metrics.map(|m| value(m.annual_return)), |value| format::percent(value, 1));
    let hold = subject.buy_and_hold().map_or_else(String::new, |hold| {
        format!("; buy and hold {}", format::percent(value(hold.annual_return), 1))
    });
    format!("A year’s growth: {annual}{hold}. Equal distances are equal percentages.")
}

fn drawdown(subject: &Subject<'_>) -> Option<Figure> {
    let rule = subject.headline_rule()?;
    let curves = curves(subject, rule, drawdown_of);
    if curves.is_empty() {
        return None;
    }
    let title = format!("Drawdown, {} sizing", wording::sizing(rule));
    let shown = "Loss from the highest equity so far, one line a model and buy and hold.";
    let lines = curves
        .iter()
        .map(|c| Line { fill: c.role == Role::Benchmark, ..line(c.label, c.role, &c.values) })
        .collect();
    let days = &subject.series.strategies.days;
    let axis = zero_axis("Below the peak", Unit::Percent(0));
    let chart = TimeChart {
        bands: &subject.bands,
        span: span(subject),
        ..TimeChart::new(words("drawdown", &title, shown), days, lines, axis)
    };
    let depths = range(
        subject.models.iter().map(|model| subject.headline(model).map(|m| m.max_drawdown)),
        |value| format::percent(value, 0),
    );
    let hold = subject.buy_and_hold().map_or_else(String::new, |hold| {
        format!("; buy and hold, filled, {}", format::percent(Some(hold.max_drawdown), 0))
    });
    let caption = format!("Loss from the highest point so far. Deepest: {depths}{hold}.");
    Some(wide(&chart, caption, subject.band_key(), "strategies.csv"))
}

fn metrics(subject: &Subject<'_>) -> Table {
    let mut entries: Vec<(String, String, StrategyMetrics)> = Vec::new();
    for model in subject.everyone() {
        for (rule, metrics) in &model.summary.strategies {
            let head = format!("{}, {}", model.short, wording::sizing(rule));
            entries.push((model.class(), head, metrics.clone()));
        }
    }
    for (name, metrics) in &subject.results.benchmarks {
        // Bought once, at no cost: what that one purchase might have cost compares with nothing.
        let metrics = StrategyMetrics { break_even_cost_bps: None, ..metrics.clone() };
        entries.push((role_class(Role::Benchmark), title(name), metrics));
    }
    let note = format!(
        "On daily log growth after costs, {} days a year. Sharpe: the ratio of log growth \
         and that of simple returns, over the 90 % interval of the first. Turnover 1 trades the whole equity \
         once. Break-even: the cost per unit traded at which the total return is zero; real costs \
         must be below it. Buy and hold pays nothing for its one purchase and so has no \
         break-even.{}",
        subject.results.data.periods_per_year,
        reasons(subject)
    );
    Table::of("Track records", "dense", &entries, "Model and rule", &COLUMNS)
        .sortable()
        .note(note, "strategy-metrics")
}

const COLUMNS: [Of<'_, StrategyMetrics>; 12] = [
    ("Return", "a year, total", &|m| {
        let total = || format::percent(Some(m.total_return), 0);
        let total = m.ruined_on.map_or_else(total, |day| format!("ruined on {day}"));
        Cell::with(format::percent(value(m.annual_return), 1), total)
    }),
    ("Volatility", "a year", &|m| Cell::percent(m.annual_volatility, 1)),
    ("Sharpe", SHARPES, &|m| Cell::sharpes(m.sharpe, m.sharpe_arithmetic, 2)),
    ("Alpha", "a year, 90 % interval", &|m| Cell::percents(m.alpha, 1)),
    ("Beta", "90 % interval", &|m| Cell::decimals(m.beta, [2, 2])),
    ("Drawdown", "deepest", &|m| Cell::percent(m.max_drawdown, 1)),
    ("Turnover", "a year", &|m| Cell::decimal(m.annual_turnover, 1)),
    ("Break-even", "bp per unit", &|m| Cell::decimal(m.break_even_cost_bps, 1)),
    ("Calmar", "", &|m| Cell::decimal(m.calmar, 2)),
    ("Std. error", "of Sharpe, log", &|m| Cell::decimal(m.sharpe_standard_error, 2)),
    ("Skewness", "", &|m| Cell::decimal(m.skewness, 2)),
    ("Kurtosis", "excess", &|m| Cell::decimal(m.excess_kurtosis, 1)),
];

/// Why figures are not defined, for those that are not.
fn reasons(subject: &Subject<'_>) -> String {
    let all: Vec<&StrategyMetrics> = subject
        .everyone()
        .flat_map(|model| model.summary.strategies.values())
        .chain(subject.results.benchmarks.values())
        .collect();
    let reason = |missing: fn(&StrategyMetrics) -> bool, text| {
        when(all.iter().any(|metrics| missing(metrics)), text)
    };
    [
        reason(|m| m.annual_return.is_none(), " n/a under Return: equity reached zero."),
        reason(|m| m.sharpe.is_none(), " n/a under Sharpe: the returns have no variance."),
        reason(
            |m| m.calmar.is_none(),
            " n/a under Calmar: no drawdown, or no return to set against it.",
        ),
        reason(
            |m| m.break_even_cost_bps.is_none(),
            " n/a under Break-even: no cost brings the total return to zero, since nothing is \
             traded or it is not positive to begin with.",
        ),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equity_compounds_and_ends_at_ruin() {
        let equity = equity_of(&[1.5, 0.5, 0.0, 2.0]);
        assert_eq!(equity[..2], [1.5, 0.75]);
        assert!(equity[2].is_nan() && equity[3].is_nan());
        assert_eq!(drawdown_of(&[1.5, 0.5, 0.0, 2.0]), [0.0, -0.5, -1.0, -1.0]);
        assert_eq!(drawdown_of(&[0.75]), [-0.25], "a loss on the first day is a drawdown");
    }
}
