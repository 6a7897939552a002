//! One experiment as its pages look at it: models with titles and colours, regimes as bands.

use crate::base::units::Day;
use crate::report::chart::{Band, Role};
use crate::report::site::kit::file::Experiment;
use crate::report::site::kit::view::Swatch;
use crate::report::site::kit::wording;
use crate::results::{
    ModelSummary, RegimeSummary, Results, Series, StrategyMetrics, SystemSummary,
};

/// A model with the name and the colour it has throughout the report.
#[derive(Debug, Clone)]
pub(crate) struct Model<'a> {
    /// Key in the results and stem of its columns.
    pub name: &'a str,
    /// What a reader sees: "Elastic net", "Ridge, gated by the XLE–XLU sign".
    pub title: String,
    /// The same where there is little room: "Ridge gated".
    pub short: String,
    /// Its colour in charts.
    pub role: Role,
    /// Its figures.
    pub summary: &'a ModelSummary,
}

impl Model<'_> {
    /// The class of its colour.
    pub(crate) fn class(&self) -> String {
        class(self.role)
    }

    /// Its title within a sentence: "elastic net".
    pub(crate) fn in_words(&self) -> String {
        lowered(&self.title)
    }

    /// Whether its forecasts are better than the prevailing mean, and significantly so.
    pub(crate) fn has_evidence(&self) -> bool {
        is_evidence(self.summary.forecast.oos_r2, self.summary.forecast.clark_west_p)
    }

    /// Its colour and title as an entry of a key.
    pub(crate) fn swatch(&self) -> Swatch {
        Swatch { class: self.class(), label: self.title.clone() }
    }
}

/// A regime-aware system and the plain model that it is judged against.
pub(crate) struct System<'a> {
    /// The system as a model.
    pub model: &'a Model<'a>,
    /// Its plain twin.
    pub twin: &'a Model<'a>,
    /// The comparison.
    pub summary: &'a SystemSummary,
}

/// Runs of a regime beyond which they are left out behind small multiples.
const MOST_SMALL_BANDS: usize = 60;

/// An experiment, its models and the regime that is drawn behind its charts.
pub(crate) struct Subject<'a> {
    /// The figures.
    pub results: &'a Results,
    /// The daily series.
    pub series: &'a Series,
    /// The plain models in the order of the spec.
    pub models: Vec<Model<'a>>,
    /// The regime-aware systems in the order of the spec.
    pub aware: Vec<Model<'a>>,
    /// Background bands of every time axis.
    pub bands: Vec<Band>,
}

impl<'a> Subject<'a> {
    /// Looks at an experiment.
    pub(crate) fn new(experiment: &'a Experiment) -> Self {
        let results = &experiment.results;
        let bands = background(results).map(bands).unwrap_or_default();
        let models = plain(results);
        let aware = aware(results, &models);
        Self { results, series: &experiment.series, models, aware, bands }
    }

    /// The plain models, then the regime-aware systems.
    pub(crate) fn everyone(&self) -> impl Iterator<Item = &Model<'a>> {
        self.models.iter().chain(&self.aware)
    }

    /// The model that speaks for the experiment where only one can: the first plain one of the
    /// spec for which there is evidence, or else the first. Never chosen by the size of its gain.
    pub(crate) fn lead(&self) -> Option<&Model<'a>> {
        self.models.iter().find(|model| model.has_evidence()).or(self.models.first())
    }

    /// A model by its key.
    pub(crate) fn model(&self, name: &str) -> Option<&Model<'a>> {
        self.everyone().find(|model| model.name == name)
    }

    /// Every regime-aware system with its twin.
    pub(crate) fn systems(&self) -> Vec<System<'_>> {
        self.aware
            .iter()
            .filter_map(|model| {
                let summary = model.summary.system.as_ref()?;
                Some(System { model, twin: self.model(&summary.twin)?, summary })
            })
            .collect()
    }

    /// The key of the background bands; empty without a regime.
    pub(crate) fn band_key(&self) -> Vec<Swatch> {
        background(self.results).map(band_key).unwrap_or_default()
    }

    /// The bands behind small multiples, where those of a restless regime would hide the lines.
    pub(crate) fn small_bands(&self) -> &[Band] {
        if self.bands.len() > MOST_SMALL_BANDS { &[] } else { &self.bands }
    }

    /// The key of [`Subject::small_bands`].
    pub(crate) fn small_band_key(&self) -> Vec<Swatch> {
        if self.small_bands().is_empty() { Vec::new() } else { self.band_key() }
    }

    /// The models' colours as a key.
    pub(crate) fn model_key(&self) -> Vec<Swatch> {
        self.models.iter().map(Model::swatch).collect()
    }

    /// The sizing rules, in the order of the spec.
    pub(crate) fn rules(&self) -> Vec<&'a str> {
        let first = self.results.models.values().next();
        first.map(|m| m.strategies.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    /// The rule that headlines use: `proportional` if the experiment has it, else its first. Fixed
    /// in advance, never chosen by its result.
    pub(crate) fn headline_rule(&self) -> Option<&'a str> {
        let rules = self.rules();
        rules.iter().find(|rule| **rule == "proportional").or(rules.first()).copied()
    }

    /// A model's metrics under the headline rule.
    pub(crate) fn headline(&self, model: &Model<'a>) -> Option<&'a StrategyMetrics> {
        model.summary.strategies.get(self.headline_rule()?)
    }

    /// Buy and hold of the target.
    pub(crate) fn buy_and_hold(&self) -> Option<&'a StrategyMetrics> {
        self.results.benchmarks.get("buy_and_hold")
    }

    /// The assumed cost per unit traded, in basis points, as the spec has it.
    pub(crate) fn trade_bps(&self) -> f64 {
        self.results.spec.costs.trade_bps
    }

    /// Cumulative `e0^2 - e^2` of a model over the forecasts (Goyal and Welch 2008).
    pub(crate) fn squared_error_difference(&self, model: &str) -> Vec<f64> {
        let forecasts = &self.series.forecasts;
        let columns =
            (forecasts.column("actual"), forecasts.column("benchmark"), forecasts.column(model));
        let (Some(actual), Some(benchmark), Some(forecast)) = columns else { return Vec::new() };
        let mut sum = 0.0;
        actual
            .iter()
            .zip(benchmark)
            .zip(forecast)
            .map(|((y, m), f)| {
                sum += (y - m) * (y - m) - (y - f) * (y - f);
                sum
            })
            .collect()
    }
}

/// The calendar year in which a cumulative series gained most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BestYear {
    /// The year.
    pub year: i16,
    /// Its gain as a share of the whole; `None` when the whole is not a gain.
    pub share: Option<f64>,
}

/// The best calendar year of a cumulative series; `None` when no year gained anything.
pub(crate) fn best_year(days: &[Day], cumulative: &[f64]) -> Option<BestYear> {
    let mut best: Option<(i16, f64)> = None;
    let mut before = 0.0;
    for (position, (day, value)) in days.iter().zip(cumulative).enumerate() {
        if days.get(position + 1).is_none_or(|next| next.year() != day.year()) {
            let gain = value - before;
            before = *value;
            if gain > best.map_or(0.0, |(_, most)| most) {
                best = Some((day.year(), gain));
            }
        }
    }
    let total = cumulative.last().copied().filter(|total| *total > 0.0);
    best.map(|(year, gain)| BestYear { year, share: total.map(|total| gain / total) })
}

/// Level of the tests that the words go by.
pub(crate) const LEVEL: f64 = 0.05;

/// Whether figures are evidence of a signal: better than the prevailing mean in the sample, and
/// significantly so.
pub(crate) fn is_evidence(oos_r2: Option<f64>, p: Option<f64>) -> bool {
    oos_r2.is_some_and(|r2| r2 > 0.0) && p.is_some_and(|p| p < LEVEL)
}

/// A title within a sentence: its first letter small.
pub(crate) fn lowered(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The class that the style sheets give a role.
pub(crate) fn class(role: Role) -> String {
    match role {
        Role::Ridge => "ridge".to_owned(),
        Role::Lasso => "lasso".to_owned(),
        Role::ElasticNet => "enet".to_owned(),
        Role::Benchmark => "bench".to_owned(),
        Role::Main => "ink".to_owned(),
        Role::Category(number) => format!("c{number}"),
        Role::Faint => "faint".to_owned(),
    }
}

fn plain(results: &Results) -> Vec<Model<'_>> {
    let mut models: Vec<Model<'_>> = Vec::new();
    for (position, (name, summary)) in results.models.iter().enumerate() {
        if summary.system.is_some() {
            continue;
        }
        let usual = match summary.kind.as_str() {
            "ridge" => Some(Role::Ridge),
            "lasso" => Some(Role::Lasso),
            "elastic_net" => Some(Role::ElasticNet),
            _ => None,
        };
        // A second model of one kind takes a colour of its own.
        let role = usual
            .filter(|role| models.iter().all(|model| model.role != *role))
            .unwrap_or(Role::Category((position % 12) as u8));
        let title = title(name);
        models.push(Model { name, short: title.clone(), title, role, summary });
    }
    models
}

/// The regime-aware systems, in colours near their twins'.
fn aware<'a>(results: &'a Results, plain: &[Model<'a>]) -> Vec<Model<'a>> {
    let mut models: Vec<Model<'_>> = Vec::new();
    for (position, (name, summary)) in results.models.iter().enumerate() {
        let Some(system) = &summary.system else { continue };
        let twin = plain.iter().find(|model| model.name == system.twin);
        let base = twin.map_or_else(|| title(&system.twin), |twin| twin.title.clone());
        let detector = wording::detector(results, &system.regime);
        let is_new = |short: &String| models.iter().all(|model| model.short != *short);
        // Two gates on one model differ in their detector, or else in their settings.
        let short = Some(wording::system_short(&base, &system.system))
            .filter(is_new)
            .or_else(|| {
                let by = detector.trim_start_matches("the ");
                Some(format!("{}, {by}", wording::system_short(&base, &system.system)))
                    .filter(is_new)
            })
            .unwrap_or_else(|| title(name));
        let is_first = |role: &Role| models.iter().all(|model| model.role != *role);
        let role = near(twin.map(|twin| twin.role), &system.system)
            .filter(is_first)
            .unwrap_or(Role::Category((position % 12) as u8));
        let title = wording::system_title(&base, &system.system, &detector);
        models.push(Model { name, title, short, role, summary });
    }
    models
}

/// The colour of a system in the family of its twin's: blues and violets for the ridge, warm
/// colours for the lasso, greens for the elastic net.
fn near(twin: Option<Role>, system: &str) -> Option<Role> {
    let family = match twin? {
        Role::Ridge => [6, 4, 0],
        Role::Lasso => [1, 10, 5],
        Role::ElasticNet => [2, 9, 7],
        _ => return None,
    };
    let position = match system {
        "gated" => 0,
        "per_regime" => 1,
        _ => 2,
    };
    Some(Role::Category(family[position]))
}

/// "elastic_net" as "Elastic net".
pub(crate) fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// The regime behind the charts: the first detector, or the planted truth when there is no other.
pub(crate) fn background(results: &Results) -> Option<&RegimeSummary> {
    let detected = results.regimes.iter().find(|regime| regime.kind != "planted");
    detected.or(results.regimes.first())
}

/// A regime's runs as bands.
pub(crate) fn bands(regime: &RegimeSummary) -> Vec<Band> {
    regime
        .segments
        .iter()
        .map(|segment| Band { from: segment.from, to: segment.to, state: segment.state })
        .collect()
}

/// What a regime's bands mean.
pub(crate) fn band_key(regime: &RegimeSummary) -> Vec<Swatch> {
    regime
        .states
        .iter()
        .enumerate()
        .map(|(number, state)| Swatch {
            class: format!("band s{number}"),
            label: state.label.clone(),
        })
        .collect()
}

/// Every `n`-th position of `len`, the last one included, so that at most about `most` remain.
pub(crate) fn thinned(len: usize, most: usize) -> Vec<usize> {
    let step = len.div_ceil(most.max(1)).max(1);
    let mut kept: Vec<usize> = (0..len).step_by(step).collect();
    if let (Some(last), true) = (kept.last().copied(), len > 0)
        && last != len - 1
    {
        kept.push(len - 1);
    }
    kept
}

/// The values at `positions`.
pub(crate) fn at<T: Copy>(values: &[T], positions: &[usize]) -> Vec<T> {
    positions.iter().filter_map(|&position| values.get(position).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_both_ends() {
        assert_eq!(thinned(10, 4), [0, 3, 6, 9]);
        assert_eq!(thinned(11, 4), [0, 3, 6, 9, 10]);
        assert_eq!(thinned(3, 10), [0, 1, 2]);
        assert!(thinned(0, 10).is_empty());
    }

    #[test]
    fn the_best_year_is_that_of_the_largest_gain() {
        use jiff::civil::date;
        let days = [date(2007, 12, 31), date(2008, 1, 2), date(2008, 12, 31), date(2009, 1, 2)];
        let best = best_year(&days, &[1.0, 0.5, 4.0, 5.0]);
        assert_eq!(best, Some(BestYear { year: 2008, share: Some(0.6) }));
        assert_eq!(best_year(&days, &[-1.0, -2.0, -3.0, -4.0]), None);
        let ends_below = best_year(&days, &[1.0, 1.0, 1.0, -1.0]);
        assert_eq!(ends_below, Some(BestYear { year: 2007, share: None }));
    }

    #[test]
    fn a_name_reads_as_words() {
        assert_eq!(title("elastic_net"), "Elastic net");
        assert_eq!(title(""), "");
    }
}
