//! The daily series behind the charts, as tables of one day column and numeric columns.

mod files;
mod table;

use super::names;

pub(crate) use files::series_digits;
pub use files::{SERIES_FILES, SeriesFile, SeriesForm, SharedFiles, series_text};
pub use table::{Table, TableError};

/// The tables written beside `results.json`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// `forecasts.csv`, one row a forecast: `actual`, `benchmark`, `weighted_benchmark` where a model
    /// is weighted, then per model `<model>` and `<model>.alpha`.
    pub forecasts: Table,
    /// `strategies.csv`, one row a forecast: `<model>.<rule>.weight`, `<model>.<rule>.growth`,
    /// and `buy_and_hold.growth`.
    pub strategies: Table,
    /// `coefficients.csv`, one row a refit (its day is the first one forecast): per model
    /// `<model>.<column>`, `<model>.nonzero`, `<model>.cosine_market` and `<model>.cosine_second`
    /// (with the leading eigenvectors of the training window), `<model>.drift` (cosine with the
    /// coefficients a year before); per pair `cosine.<a>.<b>`; `drift.mean` and `drift.volatility`
    /// (the last quarter's features against the training window's).
    pub coefficients: Table,
    /// One row a day of the panel. In `geometry.csv`, what follows from the panel alone: `coupling`,
    /// the shape of the rolling spectrum (`absorption`, `effective_rank`, `participation_ratio`,
    /// `eigenvalue.1` to `.3` as shares) and its directions (`market_mode_stability`, the cosine with
    /// the market mode a year before; `second_mode_angle` in degrees), and
    /// `correlation.<feature>.<target>`. In `regimes.csv`, what the detectors add: `pair.<A>.<B>`, the
    /// rolling correlation of a pair that one of them watches, and `regime.<name>` (a state's number).
    /// Blank until a window is full.
    pub geometry: Table,
    /// `correlations.csv`, every tenth day from the first full window on: `<A>.<B>`, the rolling
    /// correlation of every pair of features, of the first 24 where there are more.
    pub correlations: Table,
    /// `breaks.csv`, every fifth forecast: per model `<model>.rolling_r2` of the last 252, and
    /// `<model>.hindsight.fluctuation` and `<model>.hindsight.cusum`, which are scaled by all
    /// forecasts.
    pub breaks: Table,
}

impl Series {
    /// The target's log return, forecast by forecast.
    pub fn actual(&self) -> Option<&[f64]> {
        self.forecasts.column(names::ACTUAL)
    }

    /// The prevailing mean, forecast by forecast.
    pub fn benchmark(&self) -> Option<&[f64]> {
        self.forecasts.column(names::BENCHMARK)
    }

    /// The weighted prevailing mean, forecast by forecast; `None` without weighted models.
    pub fn weighted_benchmark(&self) -> Option<&[f64]> {
        self.forecasts.column(names::WEIGHTED_BENCHMARK)
    }

    /// A model's forecasts.
    pub fn forecast(&self, model: &str) -> Option<&[f64]> {
        self.forecasts.column(model)
    }

    /// The penalty in use, forecast by forecast.
    pub fn alpha(&self, model: &str) -> Option<&[f64]> {
        self.forecasts.column(&names::alpha(model))
    }

    /// Fractions of equity held by a track record, forecast by forecast.
    pub fn weight(&self, model: &str, rule: &str) -> Option<&[f64]> {
        self.strategies.column(&names::weight(model, rule))
    }

    /// Daily growth factors of a track record.
    pub fn growth(&self, model: &str, rule: &str) -> Option<&[f64]> {
        self.strategies.column(&names::growth(model, rule))
    }

    /// Daily growth factors of holding the target.
    pub fn buy_and_hold_growth(&self) -> Option<&[f64]> {
        self.strategies.column(names::BUY_AND_HOLD_GROWTH)
    }

    /// A standardised coefficient, refit by refit.
    pub fn coefficient(&self, model: &str, column: &str) -> Option<&[f64]> {
        self.coefficients.column(&names::coefficient(model, column))
    }

    /// The columns of the design that a model has coefficients of.
    pub fn coefficient_columns(&self, model: &str) -> Vec<&str> {
        let others = [
            names::nonzero(model),
            names::cosine_market(model),
            names::cosine_second(model),
            names::drift(model),
        ];
        let prefix = names::coefficient(model, "");
        let keys = self.coefficients.columns.keys().filter(|key| !others.contains(key));
        keys.filter_map(|key| key.strip_prefix(&prefix)).collect()
    }

    /// Cosine of a model's coefficients with those of a year before, refit by refit.
    pub fn drift(&self, model: &str) -> Option<&[f64]> {
        self.coefficients.column(&names::drift(model))
    }

    /// Cosines of a model's coefficients with the training window's first two modes.
    pub fn mode_cosines(&self, model: &str) -> [Option<&[f64]>; 2] {
        [names::cosine_market(model), names::cosine_second(model)]
            .map(|name| self.coefficients.column(&name))
    }

    /// Cosine between the coefficients of two models, refit by refit.
    pub fn cosine(&self, a: &str, b: &str) -> Option<&[f64]> {
        self.coefficients.column(&names::cosine(a, b))
    }

    /// Rolling mean correlation of the features, day by day.
    pub fn coupling(&self) -> Option<&[f64]> {
        self.geometry.column(names::COUPLING)
    }

    /// Share of the n-th largest eigenvalue, from 1, day by day.
    pub fn eigenvalue(&self, number: usize) -> Option<&[f64]> {
        self.geometry.column(&names::eigenvalue(number))
    }

    /// Rolling correlation of a feature with the target, or of a pair that a detector watches, in
    /// either order, day by day.
    pub fn correlation(&self, a: &str, b: &str) -> Option<&[f64]> {
        let column = |name: String| self.geometry.column(&name);
        let named =
            |a, b| column(names::correlation(a, b)).or_else(|| column(names::watched(a, b)));
        named(a, b).or_else(|| named(b, a))
    }

    /// The number of a regime's state, day by day; blank where none is known.
    pub fn regime(&self, name: &str) -> Option<&[f64]> {
        self.geometry.column(&names::regime(name))
    }

    /// Rolling correlation of two features on the days of `correlations.csv`.
    pub fn pair(&self, a: &str, b: &str) -> Option<&[f64]> {
        self.correlations.column(&names::pair(a, b))
    }

    /// Out-of-sample R2 of the last 252 forecasts, on the days of `breaks.csv`.
    pub fn rolling_r2(&self, model: &str) -> Option<&[f64]> {
        self.breaks.column(&names::rolling_r2(model))
    }

    /// The fluctuation statistic, on the days of `breaks.csv`.
    pub fn fluctuation(&self, model: &str) -> Option<&[f64]> {
        self.breaks.column(&names::fluctuation(model))
    }

    /// The CUSUM of the forecast errors, on the days of `breaks.csv`.
    pub fn cusum(&self, model: &str) -> Option<&[f64]> {
        self.breaks.column(&names::cusum(model))
    }
}
