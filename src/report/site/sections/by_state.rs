//! What the states of a regime are, and what the models did in each of them or in other parts of
//! the forecast days: the tables.

use indexmap::IndexMap;

use crate::base::units::format;
use crate::report::chart::{self, DotChart, DotSeries, Role, Unit, role_class, state_class};
use crate::report::site::kit::figures::{WIDE, dots, words, zero_axis};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Cell, Figure, Of, Row, SHARPES, Table, columns, range};
use crate::report::site::kit::wording::{self, title};
use crate::results::{
    ForecastMetrics, PartMetrics, PartitionSummary, RegimeSummary, StateSummary, value,
};

/// Models side by side in a chart of R2 by part.
pub(crate) const MOST_MODELS: usize = 5;

/// The forecast days in parts, and what the models did in each.
pub(crate) struct Parts<'a> {
    /// What a part is: "state".
    pub noun: &'static str,
    /// One label a part.
    pub labels: Vec<&'a str>,
    /// By model, by part.
    pub forecast: &'a IndexMap<String, Vec<ForecastMetrics>>,
    /// By `model.rule`, by part.
    pub strategies: &'a IndexMap<String, Vec<PartMetrics>>,
}

impl<'a> Parts<'a> {
    /// The states of a regime.
    pub(crate) fn of_regime(regime: &'a RegimeSummary) -> Self {
        Self {
            noun: "state",
            labels: regime.states.iter().map(|state| state.label.as_str()).collect(),
            forecast: &regime.forecast,
            strategies: &regime.strategies,
        }
    }

    /// The parts of another split.
    pub(crate) fn of_partition(noun: &'static str, partition: &'a PartitionSummary) -> Self {
        Self {
            noun,
            labels: partition.parts.iter().map(|part| part.label.as_str()).collect(),
            forecast: &partition.forecast,
            strategies: &partition.strategies,
        }
    }
}

/// R2 of every model in each state of a regime; `None` without forecasts by state.
pub(crate) fn figure(subject: &Subject<'_>, regime: &RegimeSummary) -> Option<Figure> {
    let of_model = |model: &Model<'_>| {
        let states = regime.forecast.get(model.name)?.iter();
        Some(dots(model.role, states.map(|state| state.oos_r2)))
    };
    let drawn = subject.few(MOST_MODELS);
    let series: Vec<DotSeries> = drawn.iter().copied().filter_map(of_model).collect();
    if series.is_empty() {
        return None;
    }
    let title = format!("R² by the state of {}", wording::detector(subject.results, &regime.name));
    let in_state = |state: usize| {
        let models = drawn.iter().filter_map(|model| regime.forecast.get(model.name));
        range(models.map(|by_state| value(by_state.get(state)?.oos_r2)), |v| format::percent(v, 2))
    };
    let seen = regime.states.iter().enumerate();
    let seen: Vec<String> =
        seen.map(|(state, of)| format!("{}: {}", of.label, in_state(state))).collect();
    let seen = format!("R² by state. {}.", seen.join("; "));
    let chart = DotChart {
        words: words("r2-state", &title, &seen),
        slots: regime.states.iter().map(|state| state.label.as_str()).collect(),
        series,
        axis: zero_axis("Out-of-sample R²", Unit::Percent(1)),
        size: WIDE,
    };
    let key = drawn.iter().map(|model| model.swatch()).collect();
    let caption = "Each forecast is filed under the state known when it was made. Lines are 90 % \
                   intervals.";
    Some(Figure::new(&chart.words, chart::dot_chart(&chart), caption, key, "results.json"))
}

pub(crate) fn states(regime: &RegimeSummary) -> Table {
    let states = regime.states.iter().enumerate();
    let entries: Vec<_> =
        states.map(|(i, state)| (state_class(i), state.label.clone(), state)).collect();
    let mut columns: Vec<Of<'_, &StateSummary>> = vec![
        ("Days", "", &|state| Cell::count(state.days)),
        ("Share", "of labelled days", &|state| Cell::percent(state.share, 1)),
        ("Mean stay", "days", &|state| Cell::decimal(state.mean_dwell, 0)),
        ("Median", "days", &|state| Cell::decimal(state.median_dwell, 0)),
        ("Longest", "days", &|state| Cell::count(state.longest_dwell)),
    ];
    if regime.states.iter().any(|state| state.planted_r2.is_some()) {
        columns.push(("Planted R²", "share of variance", &|s| Cell::percent(s.planted_r2, 2)));
    }
    let note = "Stay: a run of days in one state.";
    Table::of("The states", "narrow", &entries, "State", &columns).note(note, "detectors")
}

pub(crate) fn forecasts(subject: &Subject<'_>, parts: &Parts<'_>) -> Table {
    let noun = parts.noun;
    let entries: Vec<_> = subject
        .everyone()
        .filter_map(|model| Some((model, parts.forecast.get(model.name)?)))
        .flat_map(|(model, by_part)| {
            let head = |label| format!("{}: {label}", model.short);
            let parts = parts.labels.iter().zip(by_part);
            parts.map(move |(label, figures)| (model.class(), head(label), figures))
        })
        .collect();
    let columns: [Of<'_, &ForecastMetrics>; 6] = [
        ("R²", "90 % interval", &|f| Cell::percents(f.oos_r2, 2)),
        ("Clark–West", "statistic, scaled", &|f| {
            Cell::decimal(f.scaled.as_ref().and_then(|scaled| scaled.clark_west), 2)
        }),
        ("p", "one-sided, scaled", &|f| Cell::p_value(f.scaled_p())),
        ("Hit rate", "right signs", &|f| Cell::percent(f.hit_rate, 1)),
        ("RMSE", "mean absolute error", &|f| {
            Cell::with(format::percent(f.rmse, 2), format::percent(f.mae, 2))
        }),
        ("Forecasts", "days", &|f| Cell::count(f.rows)),
    ];
    let note = format!(
        "Of {} tests, chance alone passes one in twenty. Differences between {noun}s are not \
         tested. n/a: no forecast.",
        parts.labels.len() * subject.everyone().count()
    );
    let head = format!("Model and {noun}");
    Table::of(format!("Forecasts, by {noun}"), "wrapped", &entries, &head, &columns)
        .sortable()
        .note(note, "forecast-metrics")
}

pub(crate) fn strategies(subject: &Subject<'_>, parts: &Parts<'_>) -> Table {
    let (noun, fewest) = (parts.noun, subject.results.data.fewest_held());
    let mut heads = columns(&[("Model and rule", "")]);
    for label in &parts.labels {
        heads.extend(columns(&[
            ("Held", label),
            ("Sharpe", SHARPES),
            ("Growth", "log, over volatility"),
        ]));
    }
    let row = |(name, by_part): (&String, &Vec<PartMetrics>)| {
        let (class, head) = match name.split_once('.') {
            Some((name, rule)) => {
                let model = subject.model(name);
                let who = model.map_or_else(|| title(name), |model| model.short.clone());
                let class = model.map(Model::class).unwrap_or_default();
                (class, format!("{who}, {}", wording::sizing(rule)))
            }
            None => (role_class(Role::Benchmark), title(name)),
        };
        let cells = by_part.iter().flat_map(|part| {
            let held = Cell::count(part.held);
            if part.held < fewest {
                return [held, Cell::missing(), Cell::missing()];
            }
            let growth = format::percent(part.annual_log_growth, 1);
            let growth = Cell::with(growth, format::percent(part.annual_volatility, 1));
            [held, Cell::sharpes(part.sharpe, part.sharpe_arithmetic, 1), growth]
        });
        Row { class, head, cells: cells.collect() }
    };
    let rows = parts.strategies.iter().map(row).collect();
    let note = format!(
        "After costs, annualised; under the growth its volatility. n/a: held on fewer than {fewest} \
         days."
    );
    Table::new(format!("Track record, by {noun}"), "wrapped", heads, rows)
        .sortable()
        .note(note, "strategy-metrics")
}
