//! The geometry of the made-up experiment: plausible in shape and consistent in size, not computed.

use crate::base::units::Day;
use crate::report::site::kit::file::Experiment;
use crate::results::{
    MarchenkoPastur, MatchedCosine, Merge, ModesOnDay, PairSummary, ShiftBand, SpectrumSummary,
    Table,
};

/// Days between two rows of the pairs.
const EVERY: usize = 10;

/// Days of a quarter.
const QUARTER: usize = 63;

/// Gives an experiment with at least two features the geometry that its page shows.
pub(crate) fn fill(experiment: &mut Experiment) {
    let days = experiment.series.geometry.days.clone();
    let columns: Vec<(String, Vec<f64>)> = [
        ("absorption", 0.75, 0.1),
        ("effective_rank", 4.0, 1.5),
        ("participation_ratio", 2.5, 1.0),
        ("market_mode_stability", 0.98, 0.02),
        ("second_mode_angle", 30.0, 25.0),
        ("eigenvalue.1", 0.6, 0.2),
        ("eigenvalue.2", 0.15, 0.05),
        ("eigenvalue.3", 0.08, 0.03),
    ]
    .into_iter()
    .map(|(name, centre, swing)| (name.to_owned(), wave(days.len(), centre, swing, 900)))
    .collect();
    experiment.series.geometry.columns.extend(columns);
    pairs(experiment, &days);
    spectrum(experiment, &days);
    models(experiment);
}

/// A triangular wave; none in the first window.
fn wave(len: usize, centre: f64, swing: f64, period: usize) -> Vec<f64> {
    let at = |t: usize| {
        let phase = (t % period) as f64 / period as f64;
        centre + swing * (4.0 * (phase - 0.5).abs() - 1.0)
    };
    (0..len).map(|t| if t < QUARTER { f64::NAN } else { at(t) }).collect()
}

fn pairs(experiment: &mut Experiment, days: &[Day]) {
    let rows: Vec<usize> = (QUARTER..days.len()).step_by(EVERY).collect();
    let mut table = Table::new(rows.iter().map(|&day| days[day]).collect());
    let geometry = &mut experiment.results.geometry;
    for i in 0..geometry.tickers.len() {
        for j in i + 1..geometry.tickers.len() {
            let (a, b) = (geometry.tickers[i].clone(), geometry.tickers[j].clone());
            let swing = 0.1 + 0.05 * (j - i) as f64;
            let values = wave(days.len(), 0.4, swing, 700 + 40 * j);
            table.push(format!("{a}.{b}"), rows.iter().map(|&day| values[day]).collect());
            geometry.pairs.push(PairSummary {
                a,
                b,
                mean: 0.4,
                deviation: swing * 0.58,
                min: 0.4 - swing,
                max: 0.4 + swing,
                last: 0.4,
                flips: if swing > 0.4 { vec![days[800], days[1_200]] } else { Vec::new() },
            });
        }
    }
    experiment.series.correlations = table;
    experiment.series = std::mem::take(&mut experiment.series).rounded();
}

fn spectrum(experiment: &mut Experiment, days: &[Day]) {
    let geometry = &mut experiment.results.geometry;
    let p = geometry.tickers.len();
    // A comb in clustered order: each feature joins all before it.
    let order = geometry.clustered_order.clone();
    geometry.linkage = (1..p)
        .map(|step| Merge {
            a: if step == 1 { order[0] } else { p + step - 2 },
            b: order[step],
            height: 0.3 + 0.03 * step as f64,
            size: step + 1,
        })
        .collect();
    let contrast: Vec<f64> = (0..p).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 } / 3.0).collect();
    geometry.eigenvectors = vec![vec![1.0 / 3.0; p], contrast.clone(), contrast.clone()];
    let mode = |(number, &day): (usize, &Day)| ModesOnDay {
        day,
        market: vec![1.0 / 3.0; p],
        second: contrast.clone(),
        second_rank: if number == 20 { 2 } else { 1 },
        market_to_static: 0.99,
        second_to_static: 0.8,
    };
    geometry.spectrum = SpectrumSummary {
        marchenko_pastur: MarchenkoPastur { returns: 6_749, features: p, lower: 0.93, upper: 1.07 },
        shift_band: Some(ShiftBand { replicates: 200, lower: vec![0.95; p], upper: vec![1.05; p] }),
        window: 252,
        modes: days.iter().skip(252).step_by(QUARTER).enumerate().map(mode).collect(),
    };
}

fn models(experiment: &mut Experiment) {
    let refits = experiment.series.coefficients.days.len();
    let plain = experiment.results.models.iter_mut().filter(|(_, model)| model.system.is_none());
    for (name, model) in plain {
        model.r2_by_direction = vec![-0.0004, 0.0055, 0.0, -0.0002, 0.0, 0.0, 0.0, -0.0003, 0.0];
        model.r2_intercept = Some(0.00001);
        for (direction, centre) in [("market", 0.1), ("second", 0.8)] {
            let values = wave(refits, centre, 0.1, 90);
            let column = format!("{name}.cosine_{direction}");
            experiment.series.coefficients.push(column, values);
        }
    }
    for pair in &mut experiment.results.agreement {
        pair.matched = (1..=5)
            .map(|level| MatchedCosine {
                in_sample_r2: 0.002 * f64::from(level),
                a: 10,
                b: 12,
                cosine: (level > 1).then_some(0.18 * f64::from(level)),
            })
            .collect();
    }
}
