//! One of two versions of an experiment, on the days that both forecast.

use crate::base::diagnostic::Problem;
use crate::base::units::math;
use crate::engine::backtest::{TrackRecord, simulate};
use crate::engine::inference::differs;
use crate::engine::metrics::{Errors, forecast_metrics, strategy_metrics};
use crate::engine::repository::daily::{Daily, Growth, Model, column, damaged};
use crate::results::names::{self, BUY_AND_HOLD};
use crate::results::spec::{Data, Spec};
use crate::results::{
    Divergence, Estimate, ForecastMetrics, Interval, PairedFigure, PairedTest, Results, Series,
    StrategyMetrics, value,
};

pub(super) struct Side<'a> {
    pub(super) results: &'a Results,
    series: &'a Series,
    pub(super) daily: Daily,
    /// Of the days that both forecast.
    pub(super) rows: Vec<usize>,
    /// Whether both have all days of the other: then their figures are the stated ones. Otherwise both
    /// are computed from the daily columns, so that the same days give the same figures.
    pub(super) is_whole: bool,
}

impl<'a> Side<'a> {
    pub(super) fn of((results, series): (&'a Results, &'a Series)) -> Result<Self, Problem> {
        Ok(Self {
            results,
            series,
            daily: Daily::of(results, series)?,
            rows: Vec::new(),
            is_whole: false,
        })
    }

    pub(super) fn pick(&self, values: &[f64]) -> Vec<f64> {
        self.rows.iter().map(|row| values[*row]).collect()
    }

    pub(super) fn errors(&self, errors: &Errors) -> Errors {
        Errors { model: self.pick(&errors.model), benchmark: self.pick(&errors.benchmark) }
    }

    pub(super) fn model(&self, name: &str) -> Result<&Model, Problem> {
        let lacks = || damaged(self.results, &format!("they have no model `{name}`"));
        self.daily.models.get(name).ok_or_else(lacks)
    }

    /// A model's forecasts.
    pub(super) fn forecast(&self, model: &str) -> Result<Vec<f64>, Problem> {
        let table = ("forecasts.csv", &self.series.forecasts);
        Ok(self.pick(column(self.results, table, model)?))
    }

    /// Where two columns on the shared days part.
    pub(super) fn divergence(&self, [base, head]: [&[f64]; 2]) -> Divergence {
        let apart = base.iter().zip(head).map(|(base, head)| differs(*base, *head));
        let apart: Vec<usize> =
            apart.enumerate().filter(|(_, apart)| *apart).map(|(at, _)| at).collect();
        let day = |at: &usize| self.daily.days[self.rows[*at]];
        Divergence { first_day: apart.first().map(day), days: apart.len() }
    }

    /// `oos_r2`, `scaled_oos_r2`, `hit_rate` and `rmse` on the shared days.
    pub(super) fn forecast_figures(&self, model: &str) -> Result<[Option<f64>; 4], Problem> {
        let figures = |metrics: &ForecastMetrics| {
            let scaled = metrics.scaled.as_ref().and_then(|scaled| value(scaled.oos_r2));
            [value(metrics.oos_r2), scaled, metrics.hit_rate, metrics.rmse]
        };
        if let Some(summary) = self.results.models.get(model).filter(|_| self.is_whole) {
            return Ok(figures(&summary.forecast));
        }
        let daily = self.model(model)?;
        let (actual, forecast) = (self.pick(&self.daily.actual), self.forecast(model)?);
        let scaled = daily.scaled.as_ref().map(|errors| self.errors(errors));
        let errors = self.errors(&daily.errors);
        Ok(figures(&forecast_metrics(&actual, &forecast, &errors, scaled.as_ref())))
    }

    /// A track record on the shared days; without a name that of holding the target. What was traded
    /// follows from the weights and the target's return.
    pub(super) fn track(&self, track: Option<(&str, &str)>) -> Result<TrackRecord, Problem> {
        let growth = self.growth(track)?;
        let weights = match track {
            Some((model, rule)) => {
                let table = ("strategies.csv", &self.series.strategies);
                column(self.results, table, &names::weight(model, rule))?.to_vec()
            }
            None => vec![1.0; growth.factors.len()],
        };
        let simple: Vec<f64> = self.daily.actual.iter().map(|y| libm::expm1(*y)).collect();
        let year = self.results.data.periods_per_year;
        let run = simulate(weights, &simple, &self.results.spec.costs, year);
        Ok(TrackRecord {
            weights: self.pick(&run.weights),
            traded: self.pick(&run.traded),
            growth: self.pick(&growth.factors),
            before_costs: self.pick(&run.before_costs),
            ..run
        })
    }

    fn growth(&self, track: Option<(&str, &str)>) -> Result<&Growth, Problem> {
        let Some((model, rule)) = track else { return Ok(&self.daily.hold) };
        let lacks = || damaged(self.results, &format!("`{model}` has no rule `{rule}`"));
        self.model(model)?.tracks.get(rule).ok_or_else(lacks)
    }

    /// `sharpe`, `annual_return`, `annual_volatility`, `max_drawdown` and `annual_turnover` on the
    /// shared days.
    pub(super) fn track_figures(
        &self,
        track: Option<(&str, &str)>,
        record: &TrackRecord,
    ) -> [Option<f64>; 5] {
        let figures = |metrics: &StrategyMetrics| {
            let drawdown = Some(metrics.max_drawdown);
            let (sharpe, annual) = (value(metrics.sharpe), value(metrics.annual_return));
            [sharpe, annual, metrics.annual_volatility, drawdown, Some(metrics.annual_turnover)]
        };
        let stated = match track {
            Some((model, rule)) => {
                self.results.models.get(model).and_then(|model| model.strategies.get(rule))
            }
            None => self.results.benchmarks.get(BUY_AND_HOLD),
        };
        if let Some(stated) = stated.filter(|_| self.is_whole) {
            return figures(stated);
        }
        let days: Vec<_> = self.rows.iter().map(|row| self.daily.days[*row]).collect();
        figures(&strategy_metrics(record, &days, None))
    }
}

/// Which of two versions (0 or 1) of a plain model has the other's features and lags and more, where
/// it is fitted as the other; `None` of others.
pub(super) fn larger(results: [&Results; 2], name: &str) -> Option<usize> {
    let [base, head] = results.map(|results| &results.spec);
    let plain = |at: usize| results[at].models.get(name).is_some_and(|m| m.system.is_none());
    let model = |spec: &Spec| spec.models.iter().find(|model| model.name == name).cloned();
    let is_same = base.walk_forward == head.walk_forward
        && base.selection == head.selection
        && model(base) == model(head)
        && plain(0)
        && plain(1);
    let others = |data: &Data| Data { features: Vec::new(), lags: Vec::new(), ..data.clone() };
    if !is_same || others(&base.data) != others(&head.data) {
        return None;
    }
    let holds = |large: &Data, small: &Data| {
        small.features.iter().all(|feature| large.features.contains(feature))
            && small.lags.iter().all(|lag| large.lags.contains(lag))
    };
    match (holds(&base.data, &head.data), holds(&head.data, &base.data)) {
        (true, false) => Some(0),
        (false, true) => Some(1),
        _ => None,
    }
}

/// From a difference, half the width of its interval, its p-value and the test.
type Tested<'t> = &'t dyn Fn(f64) -> Option<(f64, f64, PairedTest)>;

/// By Student's t: half the width of the interval of a difference, its two-sided p-value, and the test.
pub(super) fn student(
    difference: f64,
    error: f64,
    degrees: f64,
    test: PairedTest,
) -> (f64, f64, PairedTest) {
    let tail = 0.5 * (1.0 - Interval::LEVEL);
    let half = math::student_t_quantile(1.0 - tail, degrees) * error;
    (half, 2.0 * math::student_t_sf((difference / error).abs(), degrees), test)
}

/// A figure of both with its difference, which is zero without interval and p-value where the records
/// are the same.
pub(super) fn shown(
    (metric, [base, head]): (&'static str, [Option<f64>; 2]),
    is_same: bool,
    tested: Option<Tested<'_>>,
) -> PairedFigure {
    let apart = base.zip(head).map(|(base, head)| head - base);
    let tested = tested.zip(apart).filter(|_| !is_same).and_then(|(test, apart)| test(apart));
    let about = |apart: f64| Estimate {
        value: if is_same { 0.0 } else { apart },
        interval: tested.map(|(half, ..)| Interval { low: apart - half, high: apart + half }),
    };
    PairedFigure {
        metric: metric.to_owned(),
        base,
        head,
        difference: apart.map(about),
        p: tested.map(|(_, p, _)| p),
        test: tested.map_or(PairedTest::None, |(_, _, test)| test),
    }
}
