//! When the models' edge came and went: tests for breaks, and what the market did around them.

use super::computed::Computed;
use super::judged::Judged;
use super::life;
use crate::base::statistics::{finite, largest, smallest};
use crate::base::units::math;
use crate::engine::inference::{
    CUSUM_BAND, CusumPath, FluctuationPath, critical_values, segmentation,
};
use crate::engine::metrics::Errors;
use crate::engine::walk_forward::{Forecast, Window};
use crate::results::{
    Break, BreakSummary, Change, Cusum, Fluctuation, LossSegment, Statistic, Table, names,
};

/// Forecasts in the rolling out-of-sample R2: a year of daily ones.
const R2_WINDOW: usize = 252;

/// Forecasts between two rows of the table.
const TABLE_STEP: usize = 5;

/// Trading days on either side of a break over which the market is described.
const CONTEXT: usize = 126;

/// The series behind the break charts, every fifth forecast: per model `<model>.rolling_r2`, and
/// `<model>.hindsight.fluctuation` and `<model>.hindsight.cusum`, whose scales look at all
/// forecasts.
pub(super) fn table(computed: &Computed<'_>) -> Table {
    let every = |values: &[f64]| values.iter().copied().step_by(TABLE_STEP).collect::<Vec<f64>>();
    let days = computed.days();
    let blank = vec![f64::NAN; days.len()];
    let mut table = Table::new(days.iter().copied().step_by(TABLE_STEP).collect());
    for model in &computed.models {
        let name = model.name();
        table.push(names::rolling_r2(name), every(&rolling_r2(&model.errors)));
        let path = model.fluctuation.as_ref().map_or(&blank, |path| &path.values);
        table.push(names::fluctuation(name), every(path));
        let path = model.cusum.as_ref().map_or(&blank, |path| &path.values);
        table.push(names::cusum(name), every(path));
    }
    table
}

pub(super) fn summary(computed: &Computed<'_>, model: &Judged<'_>, evidence: bool) -> BreakSummary {
    let boundaries = segmentation(&model.gains);
    let segments = segments(computed, model, &boundaries);
    let breaks = boundaries
        .iter()
        .zip(segments.windows(2))
        .map(|(&at, pair)| Break {
            day: computed.days()[at],
            gain_before: pair[0].mean_gain,
            gain_after: pair[1].mean_gain,
            days: CONTEXT,
            changes: changes(computed, Forecast(at)),
        })
        .collect();
    let path = model.scaled_fluctuation.as_ref();
    let band = path.map(|path| critical_values(path.share)[0]);
    let since = path.zip(band).and_then(|(path, band)| {
        path.values.iter().position(|value| *value > band).map(|at| computed.days()[at])
    });
    let recent = |errors: Option<&Errors>| errors.and_then(life::recent_p);
    let against = recent(model.scaled.as_ref()).zip(recent(model.of_fit.1.as_ref()));
    let recent_p = against.map(|(prevailing, of_fit)| prevailing.max(of_fit));
    let edge = life::Edge { evidence, was_above: since.is_some(), recent_p };
    BreakSummary {
        fluctuation: model.fluctuation.as_ref().map(|path| fluctuation_summary(computed, path)),
        scaled_fluctuation: path.map(|path| fluctuation_summary(computed, path)),
        cusum: model.cusum.as_ref().map(|path| cusum_summary(computed, path)),
        scaled_cusum: model.scaled_cusum.as_ref().map(|path| cusum_summary(computed, path)),
        segments,
        breaks,
        life: life::life(edge, computed.pass.falls.first()),
        since,
        recent_p,
    }
}

/// Out-of-sample R2 of the last [`R2_WINDOW`] forecasts; `NaN` until there are as many.
fn rolling_r2(errors: &Errors) -> Vec<f64> {
    let (mut squares, mut base) = (0.0, 0.0);
    (0..errors.model.len())
        .map(|t| {
            let square = |t: usize| {
                (errors.model[t] * errors.model[t], errors.benchmark[t] * errors.benchmark[t])
            };
            let entering = square(t);
            squares += entering.0;
            base += entering.1;
            if let Some(old) = t.checked_sub(R2_WINDOW) {
                let leaving = square(old);
                squares -= leaving.0;
                base -= leaving.1;
            }
            if t + 1 >= R2_WINDOW && base > 0.0 { 1.0 - squares / base } else { f64::NAN }
        })
        .collect()
}

fn fluctuation_summary(computed: &Computed<'_>, path: &FluctuationPath) -> Fluctuation {
    let days = computed.days();
    let first = path.window - 1;
    let known = &path.values[first..];
    let highest = first + largest(known);
    let lowest = first + smallest(known);
    let [two_sided_5, two_sided_10, one_sided_5, one_sided_10] = critical_values(path.share);
    Fluctuation {
        window: path.window,
        share: path.share,
        max: path.values[highest],
        max_day: days[highest],
        min: path.values[lowest],
        min_day: days[lowest],
        two_sided_5,
        two_sided_10,
        one_sided_5,
        one_sided_10,
        indicative: computed.spec.walk_forward.window == Window::Expanding,
    }
}

fn cusum_summary(computed: &Computed<'_>, path: &CusumPath) -> Cusum {
    let days = computed.days();
    Cusum {
        band: CUSUM_BAND,
        statistic: path.statistic,
        day: days[path.at],
        first_crossing: path.first_crossing.map(|t| days[t]),
    }
}

fn segments(computed: &Computed<'_>, model: &Judged<'_>, boundaries: &[usize]) -> Vec<LossSegment> {
    let (days, gains) = (computed.days(), &model.gains);
    let starts = std::iter::once(0).chain(boundaries.iter().copied());
    let ends = boundaries.iter().copied().chain([gains.len()]);
    starts
        .zip(ends)
        .map(|(start, end)| LossSegment {
            from: days[start],
            to: days[end - 1],
            rows: end - start,
            mean_gain: gains[start..end].iter().sum::<f64>() / (end - start) as f64,
            oos_r2: model.errors.filter(|row| (start..end).contains(&row)).oos_r2(),
        })
        .collect()
}

/// The market's figures before the day over which a forecast is earned and from it on.
fn changes(computed: &Computed<'_>, forecast: Forecast) -> Vec<Change> {
    let day = computed.pass.rows.earned(computed.pass.run.row(forecast)).0;
    let (before, after) =
        (day.saturating_sub(CONTEXT)..day, day..(day + CONTEXT).min(computed.panel.len()));
    let change = |statistic: Statistic, values: &[f64]| {
        let mean_over = |days: &std::ops::Range<usize>| math::mean(&finite(&values[days.clone()]));
        Change { statistic, before: mean_over(&before), after: mean_over(&after) }
    };
    let year = f64::from(computed.panel.periods_per_year);
    let volatility = |days: &std::ops::Range<usize>| {
        // The return over day t has the position t - 1.
        let returns = &computed.panel.target.log_returns[days.start - 1..days.end - 1];
        math::std_dev(returns).map(|deviation| deviation * year.sqrt())
    };
    let mut changes = vec![
        change(Statistic::Coupling, computed.market.coupling()),
        change(Statistic::Absorption, &computed.market.modes.absorption),
        Change {
            statistic: Statistic::Volatility,
            before: volatility(&before),
            after: volatility(&after),
        },
    ];
    for ((a, b), values) in computed.market.pairs(computed.spec) {
        changes.push(change(Statistic::Correlation([a.clone(), b.clone()]), values));
    }
    changes
}
