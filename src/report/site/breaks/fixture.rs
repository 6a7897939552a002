//! Made-up break statistics for the experiments of the tests.

use crate::base::units::Day;
use crate::report::site::kit::file::Experiment;
use crate::results::{
    Break, BreakSummary, Change, Cusum, Fluctuation, GainMap, LossSegment, ModelSummary,
};

/// Gives every model of an experiment break statistics, their series and a gain map: an edge that
/// came, went and came back, above the band once and inside it at the end.
pub(crate) fn fill(experiment: &mut Experiment) {
    let days = experiment.series.forecasts.days.clone();
    for (name, model) in &mut experiment.results.models {
        model.breaks = summary(&days);
        model.gain_map = gain_map(model, &days);
        let rows = experiment.series.breaks.days.len();
        let wave = |t: usize| (t as f64 / rows as f64 * 9.0).fract() - 0.4;
        let table = &mut experiment.series.breaks;
        let full = |t: usize, value: f64| if 10 * t < 3 * rows { f64::NAN } else { value };
        table.push(format!("{name}.rolling_r2"), (0..rows).map(|t| 0.03 * wave(t)).collect());
        table.push(
            format!("{name}.hindsight.fluctuation"),
            (0..rows).map(|t| full(t, if t == rows - 9 { 3.3 } else { 2.0 })).collect(),
        );
        table.push(format!("{name}.hindsight.cusum"), (0..rows).map(wave).collect());
        let coefficients = &mut experiment.series.coefficients;
        let refits = coefficients.days.len();
        coefficients.push(format!("{name}.drift"), vec![0.95; refits]);
    }
    let coefficients = &mut experiment.series.coefficients;
    let refits = coefficients.days.len();
    coefficients.push("drift.mean", vec![1.2; refits]);
    coefficients.push("drift.volatility", vec![-0.3; refits]);
}

fn summary(days: &[Day]) -> BreakSummary {
    let rows = days.len();
    let cuts = [0, rows / 2, rows / 2 + 300, rows];
    let gains = [(0.8e-6, 0.0051), (-0.4e-6, -0.0031), (6.1e-6, 0.0312)];
    let segments: Vec<LossSegment> = gains
        .iter()
        .zip(cuts.windows(2))
        .map(|(&(mean_gain, r2), cut)| LossSegment {
            from: days[cut[0]],
            to: days[cut[1] - 1],
            rows: cut[1] - cut[0],
            mean_gain,
            oos_r2: Some(r2),
        })
        .collect();
    BreakSummary {
        fluctuation: Some(Fluctuation {
            window: 3 * rows / 10,
            share: 0.3,
            max: 3.3,
            max_day: days[rows - 45],
            min: -0.9,
            min_day: days[rows / 2],
            two_sided_5: 3.012,
            two_sided_10: 2.766,
            one_sided_5: 2.77,
            one_sided_10: 2.482,
            indicative: true,
        }),
        cusum: Some(Cusum {
            band: 0.948,
            statistic: 0.35,
            day: days[rows / 3],
            first_crossing: None,
        }),
        breaks: segments
            .windows(2)
            .map(|pair| Break {
                day: pair[1].from,
                gain_before: pair[0].mean_gain,
                gain_after: pair[1].mean_gain,
                days: 126,
                changes: changes(),
            })
            .collect(),
        segments,
    }
}

/// What changed around a break.
pub(crate) fn changes() -> Vec<Change> {
    [
        ("coupling", 0.45, 0.71),
        ("absorption", 0.7, 0.84),
        ("volatility", 0.12, 0.38),
        ("correlation.XLE.SPY", 0.78, 0.56),
        ("correlation.XLE.XLU", 0.73, -0.18),
        ("correlation.XLF.SPY", 0.85, 0.84),
    ]
    .map(|(name, before, after)| Change {
        name: name.to_owned(),
        before: Some(before),
        after: Some(after),
    })
    .to_vec()
}

fn gain_map(model: &ModelSummary, days: &[Day]) -> GainMap {
    let days: Vec<Day> = days.iter().skip(62).step_by(63).copied().collect();
    let alphas: Vec<f64> = model.alphas.iter().step_by(2).copied().collect();
    let value = |t: usize, a: usize| (t as f64) * (a as f64 - 8.0) / 10.0;
    let values =
        (0..days.len()).map(|t| (0..alphas.len()).map(|a| value(t, a)).collect()).collect();
    GainMap { days, alphas, values }
}
