//! "Would it have paid": equity, drawdown and metrics by sizing rule, months, costs.

use crate::base::units::{Day, format};
use crate::report::chart::{
    self, Axis, Line, Role, Stack, Strip, StripLine, Unit, Words, role_class,
};
use crate::report::site::kit::figures::{
    at, line, over_regime, slug, small, stacked, thinned, words, zero_axis,
};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{
    Block, Cell, Figure, Gallery, HOLD, Of, Panel, SHARPES, Section, Swatch, Table, range,
};
use crate::report::site::kit::wording::{self, title};
use crate::report::site::sections::{conventions, costs, months, tear_sheet};
use crate::report::site::verdict::{break_even, paid};
use crate::results::{StrategyMetrics, names, value};

/// Positions drawn on a small multiple; the file behind it has all of them.
const PANEL_POSITIONS: usize = 80;

/// The section.
pub(crate) fn section(subject: &Subject<'_>) -> Section {
    let mut blocks: Vec<Block> = strips(subject).map(Block::Figure).into_iter().collect();
    let mut figures: Vec<Block> = paid(subject).map(Block::text).into_iter().collect();
    figures.extend(metrics(subject).map(Block::Table));
    blocks.push(Block::details("Every figure of the track records", figures));
    let others = subject.rules().into_iter().filter(|rule| Some(*rule) != subject.headline_rule());
    let others: Vec<&str> = others.collect();
    blocks.extend(other_rules(subject, &others).map(|gallery| {
        Block::details("Other ways to size the position", vec![Block::Gallery(gallery)])
    }));
    blocks.extend(costs::block(subject));
    blocks.extend(tear_sheet::blocks(subject));
    blocks.extend(months::block(subject));
    blocks.extend(conventions::block(subject));
    Section {
        id: "track-record",
        topic: "Track record",
        title: finding(subject),
        lead: break_even(subject).unwrap_or_default(),
        blocks,
    }
}

/// The Sharpe ratio beside that of holding the target.
fn finding(subject: &Subject<'_>) -> String {
    let target = &subject.results.data.target;
    let metrics = subject.lead().and_then(|lead| subject.headline(lead));
    let (Some(metrics), Some(hold)) = (metrics, subject.buy_and_hold()) else {
        return "There is no track record".to_owned();
    };
    let show = |metrics: &StrategyMetrics| format::decimal(value(metrics.sharpe), 2);
    let costs = if subject.trade_bps() > 0.0 { "After costs" } else { "Without trading costs" };
    format!(
        "{costs} the Sharpe ratio is {}, that of holding {target} {}",
        show(metrics),
        show(hold)
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
pub(crate) fn drawdown_of(growth: &[f64]) -> Vec<f64> {
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
    let curve = |label, role, dashed, growth| Curve { label, role, dashed, values: of(growth) };
    let hold = subject.series.buy_and_hold_growth();
    let hold = hold.map(|growth| curve(HOLD, Role::Benchmark, true, growth));
    let models = subject.everyone().filter_map(|model| {
        let growth = subject.series.growth(model.name, rule)?;
        Some(curve(model.short.as_str(), model.role, model.summary.system.is_some(), growth))
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

/// Equity under the rules that the strips do not show, side by side; `None` without any.
fn other_rules(subject: &Subject<'_>, rules: &[&str]) -> Option<Gallery> {
    let all = &subject.series.strategies.days;
    let kept = thinned(all.len(), PANEL_POSITIONS);
    let days = &at(all, &kept)[..];
    let panel = |rule: &&str| {
        let mut curves = curves(subject, rule, equity_of);
        curves.iter_mut().for_each(|curve| curve.values = at(&curve.values, &kept));
        let (id, seen) = (format!("equity-{}", slug(rule)), outcome(subject, rule));
        let title = format!("{}: growth of 1", format::upper_first(&wording::sizing(rule)));
        let lines: Vec<Line<'_>> = curves
            .iter()
            .map(|c| Line { dashed: c.dashed, ..line("", c.role, &c.values) })
            .collect();
        let axis = Axis { log: true, baseline: Some(1.0), ..zero_axis("", Unit::Multiple) };
        let chart = small(subject, words(&id, &title, &seen), days, lines, axis);
        let svg = chart::time_chart(&chart);
        Panel { title, svg }
    };
    let explained: Vec<String> = rules
        .iter()
        .map(|rule| {
            let name = format::upper_first(&wording::sizing(rule));
            format!("{name}: {}", format::lower_first(explain(rule)))
        })
        .collect();
    (!rules.is_empty() && !days.is_empty()).then(|| Gallery {
        id: "figure-other-rules",
        title: "Equity under other rules".to_owned(),
        panels: rules.iter().map(panel).collect(),
        caption: explained.join(" "),
        key: equity_key(subject),
        data: "strategies.csv".to_owned(),
    })
}

/// The colours of buy and hold and of all models.
fn equity_key(subject: &Subject<'_>) -> Vec<Swatch> {
    std::iter::once(Swatch::buy_and_hold()).chain(subject.everyone().map(Model::swatch)).collect()
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
    format!("A year’s growth: {annual}{hold}.")
}

/// Equity, loss from the peak and position under the headline rule, one above the other; `None`
/// without a track record.
fn strips(subject: &Subject<'_>) -> Option<Figure> {
    let rule = subject.headline_rule()?;
    let days = &subject.series.strategies.days;
    let span = (*days.first()?, *days.last()?);
    let (equity, mut fallen) =
        (curves(subject, rule, equity_of), curves(subject, rule, drawdown_of));
    // So many falls at once cannot be told apart: the model that speaks, its systems, and holding.
    let is_aside = |curve: &Curve<'_>| {
        let lead = subject.lead().map(|lead| lead.short.as_str());
        subject.models.iter().any(|model| model.short == curve.label && Some(curve.label) != lead)
    };
    fallen.retain(|curve| !is_aside(curve));
    let held = subject.lead().and_then(|lead| {
        let column = names::weight(lead.name, rule);
        let values = by_month(days, subject.series.strategies.column(&column)?);
        Some(Curve { label: &lead.title, role: lead.role, dashed: false, values })
    });
    if equity.is_empty() {
        return None;
    }
    let depths = range(
        subject.models.iter().map(|model| subject.headline(model).map(|m| m.max_drawdown)),
        |value| format::percent(value, 0),
    );
    let hold = subject.buy_and_hold().map_or_else(String::new, |hold| {
        format!("; holding {}", format::percent(Some(hold.max_drawdown), 0))
    });
    let [grown, fell] = [outcome(subject, rule), format!("Deepest loss: {depths}{hold}.")];
    let mut strips = vec![
        Strip {
            words: words("equity", "Growth of one unit of equity", &grown),
            lines: strip_lines(days, &equity, false),
            corridor: None,
            axis: Axis {
                log: true,
                baseline: Some(1.0),
                ..zero_axis("Growth of 1", Unit::Multiple)
            },
            height: 170.0,
        },
        Strip {
            words: words("drawdown", "Loss from the highest equity so far", &fell),
            lines: strip_lines(days, &fallen, true),
            corridor: None,
            axis: zero_axis("Below the peak", Unit::Percent(0)),
            height: 84.0,
        },
    ];
    let own: Vec<Curve<'_>> = held.into_iter().collect();
    let shown = own.first().map_or_else(String::new, |held| {
        format!("Mean position of {} in each month, as a share of equity.", held.label)
    });
    if !own.is_empty() {
        strips.push(Strip {
            words: words("position", "Position", &shown),
            lines: strip_lines(days, &own, true),
            corridor: None,
            axis: zero_axis("Position, monthly mean", Unit::Decimal(1)),
            height: 60.0,
        });
    }
    let stack = Stack { span, bands: &subject.bands, rules: Vec::new(), strips };
    let title =
        format!("Equity, loss from the peak and position, {} sizing", wording::sizing(rule));
    let words = words("track-record", &title, "");
    let caption = format!("{grown} {fell}");
    let svg = stacked(&stack);
    Some(Figure::new(&words, svg, caption, equity_key(subject), "strategies.csv"))
}

/// The mean of each calendar month, on all of its days: from day to day a position is noise.
pub(crate) fn by_month(days: &[Day], values: &[f64]) -> Vec<f64> {
    let month = |at: usize| (days[at].year(), days[at].month());
    let mut means = Vec::with_capacity(values.len());
    let mut from = 0;
    for at in 1..=values.len() {
        if at == values.len() || month(at) != month(from) {
            let mean = values[from..at].iter().sum::<f64>() / (at - from) as f64;
            means.resize(at, mean);
            from = at;
        }
    }
    means
}

fn strip_lines<'c>(
    days: &'c [Day],
    curves: &'c [Curve<'_>],
    is_filled: bool,
) -> Vec<StripLine<'c>> {
    let line = |curve: &'c Curve<'_>| StripLine {
        days,
        line: Line {
            dashed: curve.dashed,
            fill: is_filled && curves.len() == 1,
            ..line(curve.label, curve.role, &curve.values)
        },
        light: false,
    };
    curves.iter().map(line).collect()
}

fn metrics(subject: &Subject<'_>) -> [Table; 2] {
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
        "After costs, {} days a year. Turnover 1 trades the whole equity once. Break-even: the cost \
         a trade at which the total return is zero.{}",
        subject.results.data.periods_per_year,
        reasons(subject)
    );
    let table = |caption, columns| {
        Table::of(caption, "dense", &entries, "Model and rule", columns).sortable()
    };
    [
        table("Track records", &COLUMNS).note(note, "strategy-metrics"),
        table("Track records beside the target, and their tails", &MORE)
            .note("After costs, as above.", "strategy-metrics"),
    ]
}

const COLUMNS: [Of<'_, StrategyMetrics>; 6] = [
    ("Return", "a year, total", &|m| {
        let total = || format::percent(Some(m.total_return), 0);
        let total = m.ruined_on.map_or_else(total, |day| format!("ruined on {day}"));
        Cell::with(format::percent(value(m.annual_return), 1), total)
    }),
    ("Volatility", "a year", &|m| Cell::percent(m.annual_volatility, 1)),
    ("Sharpe", SHARPES, &|m| Cell::sharpes(m.sharpe, m.sharpe_arithmetic, 2)),
    ("Drawdown", "deepest", &|m| Cell::percent(m.max_drawdown, 1)),
    ("Turnover", "a year", &|m| Cell::decimal(m.annual_turnover, 1)),
    ("Break-even", "bp per unit", &|m| Cell::decimal(m.break_even_cost_bps, 1)),
];

const MORE: [Of<'_, StrategyMetrics>; 6] = [
    ("Alpha", "a year, 90 % interval", &|m| Cell::percents(m.alpha, 1)),
    ("Beta", "90 % interval", &|m| Cell::decimals(m.beta, [2, 2])),
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
        all.iter().any(|metrics| missing(metrics)).then_some(text)
    };
    let reasons = [
        reason(|m| m.annual_return.is_none(), "equity at zero"),
        reason(|m| m.sharpe.is_none(), "no variance"),
        reason(|m| m.calmar.is_none(), "no drawdown or no return"),
        // Of buy and hold always.
        Some("nothing traded or gained"),
    ];
    format!(" n/a: {}.", reasons.into_iter().flatten().collect::<Vec<&str>>().join("; "))
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
