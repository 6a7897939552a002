//! The daily record of an experiment, read back from its results and series: what criteria and
//! comparisons are computed from.

use indexmap::IndexMap;

use crate::base::diagnostic::Problem;
use crate::base::units::{Day, math, shared_rows};
use crate::engine::criteria::{Figure, Record, Subject};
use crate::engine::inference::{LEAST_ROWS, variances};
use crate::engine::metrics::Errors;
use crate::engine::metrics::influence::{self, Influence};
use crate::results::names::{self, BUY_AND_HOLD};
use crate::results::{ModelSummary, RegimeSummary, Results, Series, StrategyMetrics, Table, value};

/// Everything by forecast.
pub(super) struct Daily {
    pub(super) days: Vec<Day>,
    pub(super) actual: Vec<f64>,
    pub(super) models: IndexMap<String, Model>,
    pub(super) hold: Growth,
    /// By detector of the spec, the state in which each forecast was decided.
    states: Vec<Vec<Option<usize>>>,
}

/// A model's part of it.
pub(super) struct Model {
    /// Name of a system's plain twin.
    twin: Option<String>,
    pub(super) errors: Errors,
    pub(super) scaled: Option<Errors>,
    /// Of a weighted model: the same against the plain mean.
    against_plain: Option<(Errors, Option<Errors>)>,
    /// 1 where forecast and outcome have one sign, 0 elsewhere.
    pub(super) right: Vec<f64>,
    /// By rule.
    pub(super) tracks: IndexMap<String, Growth>,
    /// Its figures over all forecasts, as the results have them.
    known: Known,
}

/// Figures that the results hold with more digits than the daily columns give.
type Known = Vec<(Figure, Option<f64>)>;

impl Model {
    /// Errors against the plain mean, raw and scaled.
    fn plain(&self) -> (&Errors, Option<&Errors>) {
        match &self.against_plain {
            Some((errors, scaled)) => (errors, scaled.as_ref()),
            None => (&self.errors, self.scaled.as_ref()),
        }
    }
}

/// What a track record earned.
pub(super) struct Growth {
    pub(super) factors: Vec<f64>,
    pub(super) cash_return: f64,
    pub(super) periods_per_year: f64,
    known: Known,
}

impl Growth {
    /// Daily log growth over some days, less `above`.
    pub(super) fn logs(&self, rows: &[usize], above: f64) -> Vec<f64> {
        rows.iter().map(|row| math::ln(self.factors[*row]) - above).collect()
    }

    /// Daily simple returns above cash over some days.
    fn simple(&self, rows: &[usize]) -> Vec<f64> {
        rows.iter().map(|row| self.factors[*row] - 1.0 - self.cash_return).collect()
    }
}

/// Days that two experiments both forecast: their rows in each.
pub(super) struct Shared<'a> {
    pub(super) other: &'a Daily,
    rows: Vec<[usize; 2]>,
}

impl Daily {
    /// From what the files hold.
    ///
    /// # Errors
    /// A column that the series lack.
    pub(super) fn of(results: &Results, series: &Series) -> Result<Self, Problem> {
        let days = &series.forecasts.days;
        let forecasts = |name: &str| column(results, ("forecasts.csv", &series.forecasts), name);
        let strategies = |name: &str| column(results, ("strategies.csv", &series.strategies), name);
        let actual = forecasts(names::ACTUAL)?;
        let plain = forecasts(names::BENCHMARK)?;
        let first = results.search.first_variance;
        let variance = first.map(|first| variances(first, actual, plain));
        let errors = |forecast: &[f64], benchmark: &[f64]| {
            let errors = Errors::new(actual, forecast, benchmark);
            let scaled = variance.as_ref().map(|variance| errors.scaled(variance));
            (errors, scaled)
        };
        let periods_per_year = results.data.periods_per_year;
        let cash_return = results.spec.costs.cash_return(periods_per_year);
        let growth = |name: &str, metrics: Option<&StrategyMetrics>| {
            let factors = strategies(name)?;
            Ok(Growth {
                factors: fitting(results, "strategies.csv", factors, days.len())?.to_vec(),
                cash_return,
                periods_per_year: f64::from(periods_per_year),
                known: metrics.map_or_else(Vec::new, known_of_record),
            })
        };
        let model = |(name, summary): (&String, &ModelSummary)| {
            let forecast = forecasts(name)?;
            let is_weighted = summary.weighting.is_some();
            let weighted = || forecasts(names::WEIGHTED_BENCHMARK);
            let (own, scaled) = errors(forecast, if is_weighted { weighted()? } else { plain });
            let is_right = |(y, f): (&f64, &f64)| math::sign(*y) == math::sign(*f);
            let right = actual.iter().zip(forecast).map(is_right);
            let track = |(rule, metrics): (&String, &StrategyMetrics)| {
                Ok((rule.clone(), growth(&names::growth(name, rule), Some(metrics))?))
            };
            let model = Model {
                twin: summary.system.as_ref().map(|system| system.twin.clone()),
                errors: own,
                scaled,
                against_plain: is_weighted.then(|| errors(forecast, plain)),
                right: right.map(|is_right| f64::from(u8::from(is_right))).collect(),
                tracks: summary.strategies.iter().map(track).collect::<Result<_, Problem>>()?,
                known: known_of_forecasts(summary),
            };
            Ok((name.clone(), model))
        };
        let hold = growth(names::BUY_AND_HOLD_GROWTH, results.benchmarks.get(BUY_AND_HOLD))?;
        Ok(Self {
            models: results.models.iter().map(model).collect::<Result<_, Problem>>()?,
            hold,
            days: days.clone(),
            states: states(results, series)?,
            actual: actual.to_vec(),
        })
    }

    /// The days that another one forecasts too. A day over which the two do not earn the same return
    /// is not the same: a gap before it is spanned in one of them only.
    pub(super) fn shared_with<'a>(&self, other: &'a Self) -> Shared<'a> {
        let is_same = |[ours, theirs]: &[usize; 2]| self.actual[*ours] == other.actual[*theirs];
        let rows = shared_rows(&self.days, &other.days).into_iter().filter(is_same).collect();
        Shared { other, rows }
    }

    /// The figures of a subject by record, their influence by forecast; those of a gain over another
    /// experiment of what both have. States come `later` by so many forecasts than they did, those of
    /// the last days on the first ones.
    pub(super) fn figures(
        &self,
        subject: &Subject,
        shared: Option<&Shared<'_>>,
        later: usize,
    ) -> Vec<(String, Option<Influence>)> {
        let all = || (0..self.days.len()).collect();
        let rows: Vec<usize> = subject.state.map_or_else(all, |wanted| {
            let states = self.states.get(wanted.detector).map_or(&[][..], Vec::as_slice);
            let (first, last) = states.split_at(states.len() - later.min(states.len()));
            let moved = last.iter().chain(first).enumerate();
            moved.filter(|(_, of)| **of == Some(wanted.state)).map(|(row, _)| row).collect()
        });
        // Of a state with few days nothing is claimed.
        let is_enough = subject.state.is_none() || rows.len() >= LEAST_ROWS;
        let is_meant = |record: &&Record| {
            let is_of_another =
                subject.is_gain && !record.is_system && subject.quantifier.is_some();
            !is_of_another || shared.is_none_or(|shared| shared.other.has(record))
        };
        let figure = |record: &Record| {
            let figure = match (subject.is_gain, record.is_system) {
                (false, _) => self.figure(record, subject.figure, &rows),
                (true, true) => self.gain_over_twin(record, subject.figure, &rows),
                (true, false) => self.gain_over(shared?, record, subject.figure, &rows),
            };
            figure.filter(|_| is_enough)
        };
        let records = subject.records.iter().filter(is_meant);
        records.map(|record| (record.name(), figure(record))).collect()
    }

    fn has(&self, Record { model, rule, .. }: &Record) -> bool {
        let model = model.as_ref().and_then(|model| self.models.get(model));
        let has = |rule: &String| model.is_some_and(|model| model.tracks.contains_key(rule));
        rule.as_ref().map_or(model.is_some(), has)
    }

    fn figure(&self, record: &Record, figure: Figure, rows: &[usize]) -> Option<Influence> {
        Some(self.over(record, figure, rows)?.among(rows, self.days.len()))
    }

    fn gain_over_twin(&self, record: &Record, figure: Figure, rows: &[usize]) -> Option<Influence> {
        let twin = self.models.get(record.model.as_ref()?)?.twin.clone();
        let twin = Record { model: Some(twin?), ..record.clone() };
        Some(self.figure(record, figure, rows)?.less(&self.figure(&twin, figure, rows)?))
    }

    /// Over some of the shared days, its influence among all forecasts of this experiment.
    fn gain_over(
        &self,
        shared: &Shared<'_>,
        record: &Record,
        figure: Figure,
        rows: &[usize],
    ) -> Option<Influence> {
        let among = |[ours, _]: &&[usize; 2]| rows.binary_search(ours).is_ok();
        let (ours, theirs): (Vec<usize>, Vec<usize>) =
            shared.rows.iter().filter(among).map(|[ours, theirs]| (*ours, *theirs)).unzip();
        let gain =
            self.over(record, figure, &ours)?.less(&shared.other.over(record, figure, &theirs)?);
        Some(gain.among(&ours, self.days.len()))
    }

    /// A figure over some days, with its influence on these; over all of them it is the one that the
    /// results hold.
    fn over(&self, record: &Record, figure: Figure, rows: &[usize]) -> Option<Influence> {
        let found = self.computed(record, figure, rows)?;
        let known = self.known(record).filter(|_| rows.len() == self.days.len());
        let known = known.and_then(|known| known.iter().find(|(name, _)| *name == figure)?.1);
        Some(Influence { value: known.unwrap_or(found.value), ..found })
    }

    fn known(&self, Record { model, rule, .. }: &Record) -> Option<&Known> {
        let Some(model) = model else { return Some(&self.hold.known) };
        let model = self.models.get(model)?;
        Some(match rule {
            Some(rule) => &model.tracks.get(rule)?.known,
            None => &model.known,
        })
    }

    fn computed(&self, record: &Record, figure: Figure, rows: &[usize]) -> Option<Influence> {
        let model = record.model.as_ref().map(|model| self.models.get(model));
        let pick = |values: &[f64]| rows.iter().map(|row| values[*row]).collect::<Vec<f64>>();
        let errors = |errors: &Errors| Errors {
            model: pick(&errors.model),
            benchmark: pick(&errors.benchmark),
        };
        let track = match (model, &record.rule) {
            (None, _) => &self.hold,
            (Some(model), Some(rule)) => model?.tracks.get(rule)?,
            (Some(model), None) => {
                return match figure {
                    Figure::OosR2 => influence::r2(&errors(&model?.errors)),
                    Figure::ScaledOosR2 => influence::r2(&errors(model?.scaled.as_ref()?)),
                    Figure::PlainOosR2 => influence::r2(&errors(model?.plain().0)),
                    Figure::PlainScaledOosR2 => influence::r2(&errors(model?.plain().1?)),
                    _ => influence::mean(&pick(&model?.right)),
                };
            }
        };
        if !track.factors.iter().all(|factor| *factor > 0.0) {
            return None;
        }
        let year = track.periods_per_year;
        let against_target =
            || influence::alpha_and_beta(&track.simple(rows), &self.hold.simple(rows), year);
        match figure {
            Figure::Sharpe => {
                influence::sharpe(&track.logs(rows, libm::log1p(track.cash_return)), year)
            }
            Figure::SharpeArithmetic => influence::sharpe(&track.simple(rows), year),
            Figure::AnnualLogGrowth => {
                let mean = influence::mean(&track.logs(rows, 0.0))?;
                Some(influence::scaled(&mean, year))
            }
            Figure::AnnualVolatility => influence::volatility(&track.logs(rows, 0.0), year),
            Figure::Alpha => against_target().map(|[alpha, _]| alpha),
            Figure::Beta => against_target().map(|[_, beta]| beta),
            Figure::OosR2
            | Figure::ScaledOosR2
            | Figure::PlainOosR2
            | Figure::PlainScaledOosR2
            | Figure::HitRate => None,
        }
    }

    /// Records that this and another experiment have, by model and rule.
    pub(super) fn in_both<'s>(
        &'s self,
        other: &'s Self,
    ) -> impl Iterator<Item = (&'s String, Vec<&'s String>)> {
        self.models.iter().filter_map(|(name, model)| {
            let theirs = other.models.get(name)?;
            let both = model.tracks.keys().filter(|rule| theirs.tracks.contains_key(*rule));
            Some((name, both.collect()))
        })
    }
}

impl Shared<'_> {
    /// Rows of the first and the last shared day, and how many there are; `None` of none.
    pub(super) fn span(&self) -> Option<([usize; 2], usize)> {
        let (first, last) = (self.rows.first()?[0], self.rows.last()?[0]);
        Some(([first, last], self.rows.len()))
    }

    /// The difference of one figure from the other experiment's.
    pub(super) fn gain(&self, ours: &Daily, record: &Record, figure: Figure) -> Option<Influence> {
        let all: Vec<usize> = (0..ours.days.len()).collect();
        ours.gain_over(self, record, figure, &all)
    }
}

/// A column of a table, as the results say that it has one.
pub(super) fn column<'a>(
    results: &Results,
    (file, table): (&str, &'a Table),
    name: &str,
) -> Result<&'a [f64], Problem> {
    table
        .column(name)
        .ok_or_else(|| damaged(results, &format!("its {file} has no column `{name}`")))
}

/// A column with a value for every forecast.
fn fitting<'a>(
    results: &Results,
    file: &str,
    values: &'a [f64],
    forecasts: usize,
) -> Result<&'a [f64], Problem> {
    if values.len() == forecasts {
        return Ok(values);
    }
    Err(damaged(
        results,
        &format!("its {file} has {} rows for {forecasts} forecasts", values.len()),
    ))
}

pub(super) fn damaged(results: &Results, what: &str) -> Problem {
    Problem::new(format!("the series of the experiment `{}` are not whole: {what}", results.id))
        .hint("build the site anew: `dfa-report build`")
}

/// By detector, the state at the close at which each forecast was decided: that of the panel's day
/// before the one over which it is earned, whatever the lags are.
fn states(results: &Results, series: &Series) -> Result<Vec<Vec<Option<usize>>>, Problem> {
    let panel = &series.geometry.days;
    let decided = |day: &Day| panel.binary_search(day).ok()?.checked_sub(1);
    let decided: Vec<Option<usize>> = series.forecasts.days.iter().map(decided).collect();
    // A planted truth, which comes last, is no detector of the spec.
    let detectors = results.regimes.iter().take(results.spec.regimes.len());
    let of_detector = |regime: &RegimeSummary| {
        let name = names::regime(&regime.name);
        let by_day = column(results, ("geometry.csv", &series.geometry), &name)?;
        let state = |day: &Option<usize>| {
            let state = by_day[(*day)?];
            (state >= 0.0).then_some(state as usize)
        };
        Ok(decided.iter().map(state).collect())
    };
    detectors.map(of_detector).collect()
}

fn known_of_forecasts(model: &ModelSummary) -> Known {
    let forecast = &model.forecast;
    let scaled = forecast.scaled.as_ref().and_then(|scaled| value(scaled.oos_r2));
    let own = (value(forecast.oos_r2), scaled);
    let plain = model.against_plain_mean.as_ref();
    let (raw, of_risk) =
        plain.map_or(own, |plain| (value(plain.oos_r2), value(plain.scaled_oos_r2)));
    vec![
        (Figure::OosR2, own.0),
        (Figure::ScaledOosR2, own.1),
        (Figure::PlainOosR2, raw),
        (Figure::PlainScaledOosR2, of_risk),
        (Figure::HitRate, forecast.hit_rate),
    ]
}

fn known_of_record(metrics: &StrategyMetrics) -> Known {
    vec![
        (Figure::Sharpe, value(metrics.sharpe)),
        (Figure::SharpeArithmetic, metrics.sharpe_arithmetic),
        (Figure::AnnualLogGrowth, value(metrics.annual_return).map(libm::log1p)),
        (Figure::AnnualVolatility, metrics.annual_volatility),
        (Figure::Alpha, value(metrics.alpha)),
        (Figure::Beta, value(metrics.beta)),
    ]
}

#[cfg(test)]
impl Daily {
    /// A record of one model, `ridge`, by its errors, with the states of one detector.
    pub(super) fn of_ridge(errors: Errors, states: Vec<Option<usize>>) -> Self {
        let rows = errors.model.len();
        let first = jiff::civil::date(2000, 1, 1);
        let ridge = Model {
            twin: None,
            errors,
            scaled: None,
            against_plain: None,
            right: vec![0.0; rows],
            tracks: IndexMap::new(),
            known: Vec::new(),
        };
        Self {
            days: first.series(jiff::Span::new().days(1)).take(rows).collect(),
            actual: vec![0.0; rows],
            models: IndexMap::from([("ridge".to_owned(), ridge)]),
            hold: Growth {
                factors: vec![1.0; rows],
                cash_return: 0.0,
                periods_per_year: 252.0,
                known: Vec::new(),
            },
            states: vec![states],
        }
    }
}

#[cfg(test)]
mod tests;
