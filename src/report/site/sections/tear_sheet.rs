//! The track record as a portfolio manager reads one: drawdowns, rolling figures, years, months, and
//! the figures of a tear sheet.

use crate::base::units::{Day, format};
use crate::report::chart::{
    self, BarSeries, GroupedBars, Histogram, Line, Role, Stack, Strip, StripLine, Unit,
};
use crate::report::site::kit::figures::{WIDE, at, stacked, thinned, words, zero_axis};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Figure, HOLD, Of, Swatch, Table};
use crate::results::{Distribution, Drawdown, Extreme, Rolling, TearSheet, Track, names};

/// Positions drawn of a rolling figure, which moves slowly.
const ROLLING_POSITIONS: usize = 250;

/// Tear sheet, drawdowns, rolling figures and years, each of which opens on demand.
pub(crate) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let tables: Vec<Block> = sheets(subject).into_iter().map(Block::Table).collect();
    if !tables.is_empty() {
        blocks
            .push(Block::details("Tear sheet: risk, best and worst, exposure, last years", tables));
    }
    blocks.extend(deepest(subject));
    let track = track(subject);
    if let Some((model, track)) = &track {
        blocks.extend(rolling(subject, model, track));
        blocks.extend(years(model, track));
    }
    blocks
}

/// The model that speaks, and its track record under the headline rule.
pub(crate) fn track<'s, 'a>(subject: &'s Subject<'a>) -> Option<(&'s Model<'a>, Track<'s>)> {
    let (lead, rule) = (subject.lead()?, subject.headline_rule()?);
    Some((lead, subject.results.track(subject.series, lead.name, rule)?))
}

/// The headline strategy of each model, and buy and hold.
fn entries(subject: &Subject<'_>) -> Vec<(String, String, TearSheet)> {
    let Some(rule) = subject.headline_rule() else { return Vec::new() };
    let models = subject.everyone().filter_map(|model| {
        let sheet = subject.results.tear_sheet(&names::track(model.name, rule))?;
        Some((model.class(), model.short.clone(), sheet.clone()))
    });
    let hold = subject.results.tear_sheet(names::BUY_AND_HOLD);
    let hold = hold.map(|sheet| {
        let Swatch { class, label } = Swatch::buy_and_hold();
        (class, label, sheet.clone())
    });
    models.chain(hold).collect()
}

fn sheets(subject: &Subject<'_>) -> Vec<Table> {
    let entries = entries(subject);
    if entries.is_empty() {
        return Vec::new();
    }
    vec![
        Table::of("Risk, and skill beside the target", "dense", &entries, "Model", &RISK)
            .note(RISK_NOTE, "tear-sheet"),
        Table::of("Best and worst", "dense", &entries, "Model", &EXTREMES).note(
            "Simple returns after costs; the day, or the first day of the month or year.",
            "tear-sheet",
        ),
        Table::of("How often it gains, and what it holds", "dense", &entries, "Model", &SHARES)
            .note("Of the days, months and years with a position.", "tear-sheet"),
        Table::of("The last years", "dense", &entries, "Model", &TRAILING)
            .note("Return a year over the Sharpe ratio, up to the last day.", "tear-sheet"),
    ]
}

const RISK_NOTE: &str = "Value at risk: the day that is undercut on one day in twenty; expected \
                         shortfall: the mean of those days. Same risk: what holding the target \
                         would have returned a year at this volatility.";

const RISK: [Of<'_, TearSheet>; 5] = [
    ("Value at risk", "a day, 5 %", &|s| Cell::percent(s.value_at_risk, 2)),
    ("Expected shortfall", "a day, 5 %", &|s| Cell::percent(s.expected_shortfall, 2)),
    ("Correlation", "with the target", &|s| Cell::decimal(s.correlation, 2)),
    ("Information ratio", "", &|s| Cell::decimal(s.information_ratio, 2)),
    ("Holding at the same risk", "return a year", &|s| match &s.matched_hold {
        Some(hold) => Cell::with(
            format::percent(hold.annual_return, 1),
            format!("{} of it held", format::percent(Some(hold.factor), 0)),
        ),
        None => Cell::new("–"),
    }),
];

fn extreme(extreme: &Option<Extreme>, shown: impl Fn(Day) -> String) -> Cell {
    extreme.as_ref().map_or_else(Cell::missing, |extreme| {
        Cell::with(format::percent(Some(extreme.value), 1), shown(extreme.day))
    })
}

fn month(day: Day) -> String {
    day.strftime("%Y-%m").to_string()
}

fn year(day: Day) -> String {
    day.year().to_string()
}

const EXTREMES: [Of<'_, TearSheet>; 6] = [
    ("Best day", "", &|s| extreme(&s.best_period, |day| day.to_string())),
    ("Worst day", "", &|s| extreme(&s.worst_period, |day| day.to_string())),
    ("Best month", "", &|s| extreme(&s.best_month, month)),
    ("Worst month", "", &|s| extreme(&s.worst_month, month)),
    ("Best year", "", &|s| extreme(&s.best_year, year)),
    ("Worst year", "", &|s| extreme(&s.worst_year, year)),
];

const SHARES: [Of<'_, TearSheet>; 6] = [
    ("Days", "with a gain", &|s| Cell::percent(s.positive_periods, 1)),
    ("Months", "with a gain", &|s| Cell::percent(s.positive_months, 0)),
    ("Years", "with a gain", &|s| Cell::percent(s.positive_years, 0)),
    ("In the market", "share of days", &|s| Cell::percent(s.time_in_market, 0)),
    ("Position", "mean", &|s| Cell::decimal(s.mean_position, 2)),
    ("Size", "mean of absolute", &|s| Cell::decimal(s.mean_absolute_position, 2)),
];

fn trailing(sheet: &TearSheet, years: u8) -> Cell {
    let found = sheet.trailing.iter().find(|trailing| trailing.years == years);
    found.map_or_else(Cell::missing, |trailing| {
        let sharpe = format!("Sharpe {}", format::decimal(trailing.sharpe, 2));
        Cell::with(format::percent(trailing.annual_return, 1), sharpe)
    })
}

const TRAILING: [Of<'_, TearSheet>; 4] = [
    ("1 year", "", &|s| trailing(s, 1)),
    ("3 years", "", &|s| trailing(s, 3)),
    ("5 years", "", &|s| trailing(s, 5)),
    ("10 years", "", &|s| trailing(s, 10)),
];

/// The ten deepest losses of the model that speaks, and of holding.
fn deepest(subject: &Subject<'_>) -> Option<Block> {
    let lead = subject.lead()?;
    let table = |caption: String, drawdowns: &[Drawdown]| {
        let entries: Vec<(String, String, Drawdown)> = drawdowns
            .iter()
            .map(|fall| (String::new(), format::percent(Some(fall.depth), 1), *fall))
            .collect();
        Table::of(caption, "narrow", &entries, "Depth", &DRAWDOWN)
    };
    let own = &lead.summary.drawdowns;
    let hold = &subject.results.hold_drawdowns;
    if own.is_empty() && hold.is_empty() {
        return None;
    }
    let target = &subject.results.data.target;
    let tables = vec![
        Block::Table(table(format!("The ten deepest losses of {}", lead.in_words()), own)),
        Block::Table(
            table(format!("The ten deepest losses of holding {target}"), hold)
                .note("Days are trading days. Open: not recovered by the last day.", "tear-sheet"),
        ),
    ];
    Some(Block::details("The deepest losses, and how long they took", tables))
}

const DRAWDOWN: [Of<'_, Drawdown>; 5] = [
    ("First day", "", &|fall| Cell::new(fall.first_day.to_string())),
    ("Deepest", "", &|fall| Cell::new(fall.trough.to_string())),
    ("Recovered", "", &|fall| {
        Cell::new(fall.recovery.map_or_else(|| "open".to_owned(), |day| day.to_string()))
    }),
    ("Down", "days", &|fall| Cell::count(fall.to_trough)),
    ("Up", "days", &|fall| fall.to_recovery.map_or_else(|| Cell::new("–"), Cell::count)),
];

/// Sharpe ratio, volatility and beta of the last year, day by day.
fn rolling(subject: &Subject<'_>, model: &Model<'_>, track: &Track<'_>) -> Option<Block> {
    let Rolling { window, mut sharpe, mut volatility, mut beta } = track.rolling();
    let (first, last) = (*track.days.first()?, *track.days.last()?);
    let kept = thinned(track.days.len(), ROLLING_POSITIONS);
    let days = at(track.days, &kept);
    for values in [&mut sharpe, &mut volatility, &mut beta] {
        *values = at(values, &kept);
    }
    if sharpe.iter().all(|value| value.is_nan()) {
        return None;
    }
    let ends = |values: &[f64], show: fn(Option<f64>) -> String| {
        let known = || values.iter().copied().filter(|value| value.is_finite());
        format!(
            "From {} to {}; {} at the end.",
            show(known().min_by(f64::total_cmp)),
            show(known().max_by(f64::total_cmp)),
            show(known().next_back())
        )
    };
    let decimal: fn(Option<f64>) -> String = |value| format::decimal(value, 2);
    let percent: fn(Option<f64>) -> String = |value| format::percent(value, 0);
    let seen = [ends(&sharpe, decimal), ends(&volatility, percent), ends(&beta, decimal)];
    let shown = [
        ("rolling-sharpe", "Sharpe ratio", Unit::Decimal(1), &sharpe),
        ("rolling-volatility", "Volatility", Unit::Percent(0), &volatility),
        ("rolling-beta", "Beta", Unit::Decimal(1), &beta),
    ];
    let strips = shown.iter().zip(&seen).map(|((id, label, unit, values), seen)| Strip {
        words: words(id, label, seen),
        lines: vec![StripLine {
            days: &days,
            line: Line::new("", model.role, values),
            light: false,
        }],
        corridor: None,
        axis: zero_axis(label, *unit),
        height: 84.0,
    });
    let strips = strips.collect();
    let stack = Stack { span: (first, last), bands: &subject.bands, rules: Vec::new(), strips };
    let title = format!("Sharpe ratio, volatility and beta of {}, over a year", model.in_words());
    let caption = format!("Each point looks back over {} days.", format::count(window));
    let figure = Figure::new(
        &words("rolling", &title, ""),
        stacked(&stack),
        caption,
        subject.band_key(),
        "strategies.csv",
    );
    Some(Block::details("Year by year as it went: rolling figures", vec![Block::Figure(figure)]))
}

/// The years beside those of holding, and the months as a distribution.
fn years(model: &Model<'_>, track: &Track<'_>) -> Option<Block> {
    let years = track.yearly();
    if years.is_empty() {
        return None;
    }
    let labels: Vec<String> = years.iter().map(|year| year.year.to_string()).collect();
    let own: Vec<f64> = years.iter().map(|year| year.own).collect();
    let hold: Vec<f64> = years.iter().map(|year| year.hold).collect();
    let ahead = years.iter().filter(|year| year.own > year.hold).count();
    let ahead = format!("more than holding in {ahead} of {} years", years.len());
    let seen = format!("{} earns {ahead}.", model.title);
    let title = format::upper_first(&ahead);
    let bars = GroupedBars {
        words: words("years", &title, &seen),
        slots: labels.iter().map(String::as_str).collect(),
        series: vec![
            BarSeries { label: &model.short, role: model.role, values: &own },
            BarSeries { label: HOLD, role: Role::Benchmark, values: &hold },
        ],
        axis: zero_axis("Return of the year", Unit::Percent(0)),
        size: WIDE,
    };
    let key: Vec<Swatch> = chart::series_key(&bars).into_iter().map(Swatch::from).collect();
    let caption = "After costs. The first and the last year hold the days that there are.";
    let mut blocks = vec![Block::Figure(Figure::new(
        &bars.words,
        chart::grouped_bars(&bars),
        caption,
        key.clone(),
        "strategies.csv",
    ))];
    blocks.extend(months(model, track, key).map(Block::Figure));
    Some(Block::details("Years and months beside holding", blocks))
}

fn months(model: &Model<'_>, track: &Track<'_>, key: Vec<Swatch>) -> Option<Figure> {
    let values: Vec<f64> = track.months().iter().map(|month| month.value).collect();
    let distribution = Distribution::of(&values)?;
    let percent = |value: f64| format::percent(Some(value), 1);
    let [low, _, median, _, high] = distribution.quantiles;
    let seen = format!(
        "{} months: half of them below {}, one in twenty below {}, one in twenty above {}.",
        format::count(distribution.count),
        percent(median),
        percent(low),
        percent(high)
    );
    let [worst, best] = [format!("5 %: {}", percent(low)), format!("95 %: {}", percent(high))];
    let chart = Histogram {
        words: words("months", "Returns of the months", &seen),
        values: &values,
        against: None,
        role: model.role,
        unit: Unit::Percent(0),
        x_label: "Return of a month",
        marks: vec![(low, &worst), (high, &best)],
        size: WIDE,
    };
    let key = key.into_iter().take(1).collect();
    Some(Figure::new(&chart.words, chart::histogram(&chart), seen.clone(), key, "strategies.csv"))
}
