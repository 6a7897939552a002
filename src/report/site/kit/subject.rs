//! One experiment as its pages look at it: models with titles and colours, regimes as bands.

use crate::base::units::format;
use crate::report::chart::{Band, Role, role_class};
use crate::report::site::kit::about::About;
use crate::report::site::kit::file::Experiment;
use crate::report::site::kit::view::Swatch;
use crate::report::site::kit::{palette, wording};
use crate::results::{
    ModelSummary, Results, Series, SharedFiles, StrategyMetrics, SweepResults, SystemSummary,
    names, value,
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
    pub summary: &'a ModelSummary,
}

impl Model<'_> {
    /// The class of its colour.
    pub(crate) fn class(&self) -> String {
        role_class(self.role)
    }

    /// Its title within a sentence: "elastic net", "PCR".
    pub(crate) fn in_words(&self) -> String {
        let capitals = self.title.chars().take_while(|letter| letter.is_uppercase()).count();
        if capitals > 1 { self.title.clone() } else { format::lower_first(&self.title) }
    }

    /// Its out-of-sample R2: "0.93 %".
    pub(crate) fn r2(&self) -> String {
        format::percent(value(self.summary.forecast.oos_r2), 2)
    }

    /// Whether its forecasts are better than the prevailing mean, and significantly so.
    pub(crate) fn has_evidence(&self) -> bool {
        self.summary.forecast.evidence
    }

    /// The p-value of the scaled Clark-West statistic.
    pub(crate) fn scaled_p(&self) -> Option<f64> {
        self.summary.forecast.scaled_p()
    }

    /// Its colour and title as an entry of a key.
    pub(crate) fn swatch(&self) -> Swatch {
        Swatch { class: self.class(), label: self.title.clone() }
    }
}

/// A regime-aware system and the plain model that it is judged against.
pub(crate) struct System<'a> {
    pub model: &'a Model<'a>,
    pub twin: &'a Model<'a>,
    pub summary: &'a SystemSummary,
}

/// Runs of a regime beyond which they are left out behind small multiples.
const MOST_SMALL_BANDS: usize = 60;

/// An experiment, its models and the regime that is drawn behind its charts.
pub(crate) struct Subject<'a> {
    pub results: &'a Results,
    pub series: &'a Series,
    /// What it is about, which decides what its pages show first.
    pub about: About,
    /// The sweep that it carries.
    pub sweep: Option<&'a SweepResults>,
    /// The plain models in the order of the spec.
    pub models: Vec<Model<'a>>,
    /// The regime-aware systems in the order of the spec.
    pub aware: Vec<Model<'a>>,
    /// Background bands of every time axis.
    pub bands: Vec<Band>,
    /// The short title of the experiment that it is compared with, or else its id; empty without one.
    pub other: String,
}

impl<'a> Subject<'a> {
    /// Looks at an experiment.
    pub(crate) fn new(experiment: &'a Experiment) -> Self {
        let results = &experiment.results;
        let bands = palette::background(results).map(palette::bands).unwrap_or_default();
        let models = plain(results);
        let aware = aware(results, &models);
        let sweep = experiment.sweep.as_ref().map(|sweep| &sweep.results);
        let other = results.comparison.as_ref().map_or_else(String::new, |c| c.with.clone());
        let (series, about) = (&experiment.series, About::of(results, sweep.is_some()));
        Self { results, series, about, sweep, models, aware, bands, other }
    }

    /// The same with the title of the experiment that it is compared with.
    pub(crate) fn beside(self, title: Option<&str>) -> Self {
        let other = title.map(|title| wording::short_title(title).to_owned());
        Self { other: other.unwrap_or_else(|| self.other.clone()), ..self }
    }

    /// The address of a shared series file, from the experiment's folder.
    pub(crate) fn shared(&self, file: impl Fn(&SharedFiles) -> &String) -> String {
        format!("../{}", file(&self.results.data.shared))
    }

    /// The plain models, then the regime-aware systems.
    pub(crate) fn everyone(&self) -> impl Iterator<Item = &Model<'a>> {
        self.models.iter().chain(&self.aware)
    }

    /// The models of a chart that has room for so many: all, or else the systems beside the model
    /// that they are judged against, or the first of the plain ones.
    pub(crate) fn few(&self, most: usize) -> Vec<&Model<'_>> {
        if self.models.len() + self.aware.len() <= most {
            return self.everyone().collect();
        }
        let systems = self.systems();
        let Some(first) = systems.first() else {
            return self.models.iter().take(most).collect();
        };
        let aware = systems.iter().map(|system| system.model);
        std::iter::once(first.twin).chain(aware).take(most).collect()
    }

    /// The model that speaks for the experiment where only one can.
    pub(crate) fn lead(&self) -> Option<&Model<'a>> {
        self.model(self.results.verdict.lead.as_ref()?)
    }

    /// The model whose figures are shown where there is room for one: the first system in the order
    /// of the spec, which is what such an experiment asks about, or else the lead. Never chosen by
    /// what it gains.
    pub(crate) fn shown(&self) -> Option<&Model<'a>> {
        self.aware.first().or_else(|| self.lead())
    }

    /// A model by its key.
    pub(crate) fn model(&self, name: &str) -> Option<&Model<'a>> {
        self.everyone().find(|model| model.name == name)
    }

    /// Every regime-aware system with its twin.
    pub(crate) fn systems(&self) -> Vec<System<'_>> {
        let systems = self.aware.iter().filter_map(|model| {
            let summary = model.summary.system.as_ref()?;
            Some(System { model, twin: self.model(&summary.twin)?, summary })
        });
        systems.collect()
    }

    /// The key of the background bands; empty without a regime.
    pub(crate) fn band_key(&self) -> Vec<Swatch> {
        palette::background(self.results).map(palette::band_key).unwrap_or_default()
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

    /// The key of the models that were fitted here.
    pub(crate) fn fitted_key(&self) -> Vec<Swatch> {
        let fitted = self.models.iter().filter(|model| model.summary.external.is_none());
        fitted.map(Model::swatch).collect()
    }

    /// The sizing rules, in the order of the spec.
    pub(crate) fn rules(&self) -> Vec<&'a str> {
        let first = self.results.models.values().next();
        first.map(|m| m.strategies.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    /// The rule that headlines use.
    pub(crate) fn headline_rule(&self) -> Option<&'a str> {
        self.results.verdict.rule.as_deref()
    }

    /// A model's metrics under the headline rule.
    pub(crate) fn headline(&self, model: &Model<'a>) -> Option<&'a StrategyMetrics> {
        model.summary.strategies.get(self.headline_rule()?)
    }

    /// Buy and hold of the target.
    pub(crate) fn buy_and_hold(&self) -> Option<&'a StrategyMetrics> {
        self.results.benchmarks.get(names::BUY_AND_HOLD)
    }

    /// The assumed cost per unit traded, in basis points, as the spec has it.
    pub(crate) fn trade_bps(&self) -> f64 {
        self.results.spec.costs.trade_bps
    }

    /// The weighted models, systems among them.
    pub(crate) fn weighted(&self) -> Vec<&Model<'a>> {
        self.everyone().filter(|model| model.summary.weighting.is_some()).collect()
    }

    /// Cumulative `e0^2 - e^2` of a model over the forecasts (Goyal and Welch 2008), as a share of all
    /// `e0^2`, so that it ends at the out-of-sample R2.
    pub(crate) fn squared_error_difference(&self, model: &str) -> Vec<f64> {
        let series = self.series;
        let is_weighted =
            self.results.models.get(model).is_some_and(|model| model.weighting.is_some());
        let benchmark = if is_weighted { series.weighted_benchmark() } else { series.benchmark() };
        let columns = (series.actual(), benchmark, series.forecast(model));
        let (Some(actual), Some(benchmark), Some(forecast)) = columns else { return Vec::new() };
        let all: f64 = actual.iter().zip(benchmark).map(|(y, m)| (y - m) * (y - m)).sum();
        let mut sum = 0.0;
        let saved = actual.iter().zip(benchmark).zip(forecast).map(|((y, m), f)| {
            sum += (y - m) * (y - m) - (y - f) * (y - f);
            sum / all
        });
        saved.collect()
    }
}

fn plain(results: &Results) -> Vec<Model<'_>> {
    let mut models: Vec<Model<'_>> = Vec::new();
    for (position, (name, summary)) in results.models.iter().enumerate() {
        if summary.system.is_none() {
            let is_weighted = summary.weighting.is_some();
            let usual = palette::usual(summary.kind, is_weighted);
            let taken: Vec<Role> = models.iter().map(|model| model.role).collect();
            let role = palette::free(usual, &taken, position);
            let title = wording::model(name, is_weighted);
            models.push(Model { name, short: title.clone(), title, role, summary });
        }
    }
    models
}

/// The regime-aware systems, in colours of their own.
fn aware<'a>(results: &'a Results, plain: &[Model<'a>]) -> Vec<Model<'a>> {
    let mut models: Vec<Model<'_>> = Vec::new();
    for (position, (name, summary)) in results.models.iter().enumerate() {
        let Some(system) = &summary.system else { continue };
        let twin = plain.iter().find(|model| model.name == system.twin);
        let base = twin.map_or_else(|| wording::title(&system.twin), |twin| twin.title.clone());
        let detector = wording::detector(results, &system.regime);
        // Two gates on one model differ in their detector, or else in their settings.
        let short = wording::system_short(&base, system.system);
        let by = format!("{short}, {}", detector.trim_start_matches("the "));
        let is_new = |short: &String| models.iter().all(|model| model.short != *short);
        let short = [short, by].into_iter().find(is_new).unwrap_or_else(|| wording::title(name));
        let taken: Vec<Role> = plain.iter().chain(&models).map(|model| model.role).collect();
        let role = palette::free(palette::aware(system.system), &taken, position);
        let title = wording::system_title(&base, system.system, &detector);
        models.push(Model { name, title, short, role, summary });
    }
    models
}
