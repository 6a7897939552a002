//! One chart of each kind, of figures that are made up and the same on every machine.

use jiff::Span;
use jiff::civil::date;

use crate::base::units::Day;
use crate::report::chart::{
    self, Along, Axis, Band, BarChart, BarSeries, ClusteredMap, Corridor, Crossing, CurveChart,
    CurveChoice, CurveMark, DotChart, DotSeries, GroupedBars, HeatMap, Histogram, Join, Line, Note,
    PathChart, QuantityBand, QuantityChart, Role, ScreeChart, Size, Stack, Strip, StripLine,
    Surface, TileChart, TimeChart, Unit, Words,
};
use crate::report::site::kit::figures::{self, line, words, zero_axis};
use crate::report::site::kit::view::{Block, Figure, Gallery, Panel, Swatch};

/// All kinds, their ids beginning with `scheme`.
pub(super) fn all(scheme: &'static str) -> Vec<Block> {
    let weeks = Weeks::new();
    let mut blocks = vec![weeks.key(scheme), weeks.strips(scheme), weeks.multiples(scheme)];
    blocks.extend([weeks.surface(scheme), weeks.tiles(scheme), dots(scheme), bars(scheme)]);
    blocks.extend([years(scheme), counts(scheme, &weeks), costs(scheme), path(scheme)]);
    blocks.extend([scree(scheme), heat(scheme), tree(scheme), curve(scheme)]);
    blocks
}

fn figure(words: &Words<'_>, svg: String, caption: &str) -> Block {
    Block::Figure(Figure::new(words, svg, caption, Vec::new(), ""))
}

fn id(scheme: &str, name: &str) -> String {
    format!("{scheme}-{name}")
}

/// Series over weeks.
struct Weeks {
    days: Vec<Day>,
    /// Three that walk, the last two one upon the other.
    walks: [Vec<f64>; 3],
    hold: Vec<f64>,
    bands: Vec<Band>,
}

impl Weeks {
    fn new() -> Self {
        let days: Vec<Day> = date(2010, 1, 8).series(Span::new().days(7)).take(620).collect();
        let mut next = noise(7);
        let mut walk = |drift: f64| -> Vec<f64> {
            let mut level = 0.0;
            let step = |_: &Day| {
                level += (next() + drift) * 0.0004;
                level
            };
            days.iter().map(step).collect()
        };
        let (ridge, lasso, hold) = (walk(0.05), walk(0.03), walk(0.04));
        let net = lasso.iter().map(|value| value * 1.0001).collect();
        let state = |at: usize, run: &[Day]| Band {
            from: run[0],
            to: run[run.len() - 1],
            state: [0, 1, 0, 2, 0, 3, 0][at % 7],
        };
        let bands = days.chunks(90).enumerate().map(|(at, run)| state(at, run)).collect();
        Self { walks: [ridge, lasso, net], hold, bands, days }
    }

    fn span(&self) -> (Day, Day) {
        (self.days[0], self.days[self.days.len() - 1])
    }

    /// The chart that answers, with notes, bands, a ribbon and lines that coincide.
    fn key(&self, scheme: &str) -> Block {
        let id = id(scheme, "time");
        let [ridge, lasso, net] = &self.walks;
        let words = words(&id, "Lines over time", "The first line rises most.");
        let lines = vec![
            line("Buy and hold", Role::Benchmark, &self.hold),
            Line { dashed: true, ..line("Gated", Role::Category(0), &self.hold[..]) },
            line("Ridge", Role::Ridge, ridge),
            line("Lasso", Role::Lasso, lasso),
            line("Elastic net", Role::ElasticNet, net),
        ];
        let notes =
            vec![Note { day: self.days[380], value: ridge[380], text: "A note".to_owned() }];
        let axis = zero_axis("Squared error saved", Unit::Decimal(3));
        let chart = TimeChart::new(words, &self.days, lines, axis);
        let chart = TimeChart { notes, size: Size::Key, bands: &self.bands, ..chart };
        let states = ["Usual", "Apart", "Stressed", "Calm"];
        let swatch = |(number, label): (usize, &str)| Swatch {
            class: chart::state_class(number),
            label: label.to_owned(),
        };
        let key = states.into_iter().enumerate().map(swatch).collect();
        let caption = "States are bands behind the lines and a ribbon under them. Two lines are \
                       one: they coincide.";
        Block::Figure(figures::wide(&chart, caption, key, ""))
    }

    fn strips(&self, scheme: &str) -> Block {
        let ids = ["growth", "loss", "position"].map(|name| id(scheme, name));
        let titles = ["Growth", "Below the peak", "Position"];
        let lower = vec![-0.002; self.days.len()];
        let upper = vec![0.002; self.days.len()];
        let strips = ids.iter().zip(titles).zip(&self.walks).map(|((id, title), values)| {
            let line = Line { fill: title != "Growth", ..line("Ridge", Role::Ridge, values) };
            let corridor = (title == "Growth").then_some(Corridor {
                days: &self.days,
                lower: &lower,
                upper: &upper,
                label: "Chance",
            });
            Strip {
                words: words(id, title, "A strip of a stack."),
                lines: vec![StripLine { days: &self.days, line, light: false }],
                corridor,
                axis: zero_axis(title, Unit::Decimal(3)),
                height: 120.0,
            }
        });
        let rules = vec![(self.days[250], "A change".to_owned())];
        let stack =
            Stack { span: self.span(), bands: &self.bands, rules, strips: strips.collect() };
        let svg = figures::stacked(&stack);
        let id = id(scheme, "strips");
        figure(&words(&id, "Strips over one time axis", ""), svg, "A rule runs through all.")
    }

    fn multiples(&self, scheme: &'static str) -> Block {
        let id_of = if scheme == "dark" { "dark-multiples" } else { "light-multiples" };
        let panel = |(at, values): (usize, &Vec<f64>)| {
            let id = format!("{scheme}-multiple-{at}");
            let words = words(&id, "One of several", "A small multiple.");
            let role = Role::Category(at as u8);
            let axis = zero_axis("", Unit::Decimal(3));
            let chart = TimeChart::new(words, &self.days, vec![line("", role, values)], axis);
            let chart = TimeChart { size: Size::Small, bands: &self.bands, ..chart };
            Panel { title: format!("Feature {}", at + 1), svg: chart::time_chart(&chart) }
        };
        Block::Gallery(Gallery {
            id: id_of,
            title: "Small multiples".to_owned(),
            panels: self.walks.iter().enumerate().map(panel).collect(),
            caption: "All panels have one scale.".to_owned(),
            key: Vec::new(),
            data: String::new(),
        })
    }

    fn surface(&self, scheme: &str) -> Block {
        let id = id(scheme, "surface");
        let days: Vec<Day> = self.days.iter().copied().skip(30).step_by(31).collect();
        let levels = [100.0, 10.0, 1.0, 0.1, 0.01];
        let mut next = noise(3);
        let mut period = |at: usize| -> Vec<f64> {
            levels.iter().map(|_| next() + at as f64 / 20.0 - 0.5).collect()
        };
        let values: Vec<Vec<f64>> = (0..days.len()).map(&mut period).collect();
        let path: Vec<f64> = (0..days.len()).map(|at| levels[(at / 4) % levels.len()]).collect();
        let words = words(&id, "A surface", "The loss turns into a gain.");
        let svg = chart::surface(&Surface {
            words: words.clone(),
            first: self.days[0],
            days: &days,
            levels: &levels,
            values: &values,
            path: (&days, &path),
            path_label: "in use",
            y_label: "Penalty, weaker upward",
            key_label: "points",
            size: Size::Wide,
        });
        figure(&words, svg, "Blue gained, red lost; the line is what was in use.")
    }

    fn tiles(&self, scheme: &str) -> Block {
        let id = id(scheme, "tiles");
        let days: Vec<Day> = self.days.iter().copied().step_by(10).collect();
        let mut next = noise(5);
        let rows = vec!["First", "Second", "Third"];
        let values = rows.iter().map(|_| days.iter().map(|_| next() * 2.0).collect()).collect();
        let words = words(&id, "Tiles", "Values through time, one row a feature.");
        let svg = chart::tile_chart(&TileChart {
            words: words.clone(),
            days: &days,
            last: self.days[self.days.len() - 1],
            span: None,
            rows,
            values,
            strongest: 1.0,
            label: "Correlation",
            bands: &self.bands,
        });
        figure(&words, svg, "Each row is a series, each tile as wide as its value holds.")
    }
}

fn dots(scheme: &str) -> Block {
    let id = id(scheme, "dots");
    let words = words(&id, "Values with intervals", "The first is above zero.");
    let series = |(at, role): (usize, Role)| {
        let middle = 0.006 - 0.003 * at as f64;
        let values: Vec<f64> = (0..3).map(|slot| middle + 0.002 * f64::from(slot)).collect();
        let intervals = values.iter().map(|v| Some([v - 0.004, v + 0.005])).collect();
        DotSeries { role, values, intervals }
    };
    let roles = [Role::Ridge, Role::Lasso, Role::ElasticNet].into_iter().enumerate();
    let svg = chart::dot_chart(&DotChart {
        words: words.clone(),
        slots: vec!["Low volatility", "Middle", "High volatility"],
        series: roles.map(series).collect(),
        axis: zero_axis("Out-of-sample R²", Unit::Percent(1)),
        size: Size::Wide,
    });
    figure(&words, svg, "A line that crosses zero is one that luck explains.")
}

fn bars(scheme: &str) -> Block {
    let id = id(scheme, "bars");
    let words = words(&id, "Bars", "The second is the largest.");
    let svg = chart::bar_chart(&BarChart {
        words: words.clone(),
        labels: vec!["XLB", "XLE", "XLF", "XLI", "XLK"],
        values: &[0.001, 0.0057, -0.0004, 0.0002, 0.0009],
        role: Role::Ridge,
        axis: zero_axis("Share of R²", Unit::Percent(2)),
        size: Size::Wide,
    });
    figure(&words, svg, "One bar a feature.")
}

fn years(scheme: &str) -> Block {
    let id = id(scheme, "years");
    let words = words(&id, "Years beside the benchmark", "Ridge loses less in 2018.");
    let ridge = [0.08, 0.05, 0.12, -0.02, 0.17, 0.11];
    let hold = [0.01, 0.12, 0.22, -0.05, 0.31, 0.18];
    let svg = chart::grouped_bars(&GroupedBars {
        words: words.clone(),
        slots: vec!["2015", "2016", "2017", "2018", "2019", "2020"],
        series: vec![
            BarSeries { label: "Ridge", role: Role::Ridge, values: &ridge },
            BarSeries { label: "Buy and hold", role: Role::Benchmark, values: &hold },
        ],
        axis: zero_axis("Return of the year", Unit::Percent(0)),
        size: Size::Wide,
    });
    figure(&words, svg, "Two series side by side.")
}

fn counts(scheme: &str, weeks: &Weeks) -> Block {
    let id = id(scheme, "histogram");
    let words = words(&id, "A distribution", "Most are near zero.");
    let steps = |values: &[f64]| -> Vec<f64> {
        values.windows(2).map(|pair| (pair[1] - pair[0]) * 100.0).collect()
    };
    let (own, hold) = (steps(&weeks.walks[0]), steps(&weeks.hold));
    let svg = chart::histogram(&Histogram {
        words: words.clone(),
        values: &own,
        against: Some(("Buy and hold", &hold)),
        role: Role::Ridge,
        unit: Unit::Percent(1),
        x_label: "Return of a week",
        marks: vec![(-0.015, "5 %")],
        size: Size::Wide,
    });
    figure(&words, svg, "How often values fall where.")
}

fn costs(scheme: &str) -> Block {
    let id = id(scheme, "costs");
    let words = words(&id, "A line over a quantity", "It reaches zero at 6 basis points.");
    let x: Vec<f64> = (0..=10).map(f64::from).collect();
    let at = |shift: f64| -> Vec<f64> { x.iter().map(|bp| 0.6 - 0.1 * bp + shift).collect() };
    let (middle, lower, upper) = (at(0.0), at(-0.35), at(0.35));
    let svg = chart::quantity_chart(&QuantityChart {
        words: words.clone(),
        x: &x,
        x_label: "Cost of a trade, in basis points",
        x_unit: Unit::Decimal(0),
        lines: vec![line("Ridge", Role::Ridge, &middle)],
        intervals: vec![QuantityBand { role: Role::Ridge, lower: &lower, upper: &upper }],
        crossings: vec![Crossing { at: 6.0, value: 0.0, text: "breaks even at 6 bp" }],
        axis: zero_axis("Sharpe ratio", Unit::Decimal(1)),
        size: Size::Wide,
    });
    figure(&words, svg, "The shade is a 90 % interval.")
}

fn path(scheme: &str) -> Block {
    let id = id(scheme, "path");
    let words = words(&id, "From no model to the full model", "The best is in between.");
    let penalties: Vec<f64> = (0..9).map(|step| 1000.0 / f64::from(1_u32 << step)).collect();
    let place = |step: i32| f64::from(step) / 8.0;
    let values: Vec<f64> = (0..9).map(|step| place(step) * (1.4 - place(step))).collect();
    let svg = chart::path_chart(&PathChart {
        words: words.clone(),
        along: Along::Penalties,
        x_label: "Penalty, falling",
        positions: vec![&penalties],
        lines: vec![line("Ridge", Role::Ridge, &values)],
        marks: vec![(0, 6)],
        axis: zero_axis("R²", Unit::Decimal(1)),
        size: Size::Wide,
    });
    figure(&words, svg, "The mark is the penalty in use.")
}

fn scree(scheme: &str) -> Block {
    let id = id(scheme, "scree");
    let words = words(&id, "Eigenvalues", "Two stand above chance.");
    let svg = chart::scree_chart(&ScreeChart {
        words: words.clone(),
        values: &[5.3, 1.3, 0.8, 0.6, 0.4, 0.3, 0.2],
        chance: (0..7)
            .map(|rank| [0.95 - 0.02 * f64::from(rank), 1.1 - 0.02 * f64::from(rank)])
            .collect(),
        chance_label: "chance",
        outstanding: 2,
        label: "Eigenvalue",
        references: vec![(1.2, "upper edge")],
        size: Size::Wide,
    });
    figure(&words, svg, "What stands above the shade is more than chance.")
}

const NAMES: [&str; 4] = ["Energy", "Utilities", "Staples", "Health"];

fn correlations<'a>(words: Words<'a>) -> HeatMap<'a> {
    let row = |row: usize| {
        let value = |column: usize| match row.abs_diff(column) {
            0 => 1.0,
            apart => 0.9 - 0.55 * apart as f64,
        };
        (0..NAMES.len()).map(value).collect()
    };
    let values = (0..NAMES.len()).map(row).collect();
    HeatMap { words, rows: NAMES.to_vec(), columns: NAMES.to_vec(), values }
}

fn heat(scheme: &str) -> Block {
    let id = id(scheme, "heat");
    let words = words(&id, "A matrix", "Neighbours go together.");
    figure(&words, chart::heat_map(&correlations(words.clone())), "Blue together, red apart.")
}

fn tree(scheme: &str) -> Block {
    let id = id(scheme, "tree");
    let words = words(&id, "A matrix with its tree", "Two pairs.");
    let join = |a, b, height| Join { a, b, height };
    let svg = chart::clustered_map(&ClusteredMap {
        map: correlations(words.clone()),
        joins: vec![join(0, 1, 0.4), join(2, 3, 0.5), join(4, 5, 0.9)],
        ticks: vec![(0.0, "1"), (0.5, "0.5"), (1.0, "0")],
    });
    figure(&words, svg, "What joins further left is more alike.")
}

fn curve(scheme: &str) -> Block {
    let id = id(scheme, "curve");
    let words = words(&id, "A specification curve", "Most are above zero.");
    let values: Vec<f64> = (0..24).map(|at| -0.002 + 0.0004 * f64::from(at)).collect();
    let interval = |value: &f64| Some([value - 0.003, value + 0.003]);
    let svg = chart::curve_chart(&CurveChart {
        words: words.clone(),
        values: &values,
        intervals: values.iter().map(interval).collect(),
        significant: values.iter().map(|value| *value > 0.003).collect(),
        band: vec![[-0.003, 0.003], [-0.002, 0.004]],
        references: vec![(0.0, "zero")],
        marks: vec![CurveMark { along: 18.0, value: values[18], role: Role::Ridge, label: "own" }],
        choices: vec![CurveChoice {
            label: "Model",
            levels: vec!["ridge", "lasso"],
            of: (0..24).map(|at| at % 2).collect(),
        }],
        axis: Axis { baseline: Some(0.0), ..zero_axis("R²", Unit::Percent(1)) },
    });
    figure(&words, svg, "Each dot is a choice, the cells beneath say which.")
}

/// Numbers from -1/2 to 1/2 that repeat with their seed.
fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        f64::from((state >> 40) as u32) / f64::from(1_u32 << 24) - 0.5
    }
}
