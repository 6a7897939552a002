//! Laws of the metrics, on random rows.

use proptest::prelude::*;

use super::{
    Errors, TrackRecord, clark_west_against, diebold_mariano, forecast_metrics, part_metrics,
};
use crate::results::{ForecastMetrics, interval, value};

/// Rows: outcome, benchmark, two forecasts.
fn rows() -> impl Strategy<Value = Vec<[f64; 4]>> {
    let value = || prop_oneof![8 => -0.02..0.02, 1 => Just(0.0), 1 => -0.2..0.2];
    prop::collection::vec([value(), value(), value(), value()], 30..200)
}

fn column(rows: &[[f64; 4]], position: usize, unit: f64) -> Vec<f64> {
    rows.iter().map(|row| unit * row[position]).collect()
}

fn metrics(rows: &[[f64; 4]], unit: f64) -> ForecastMetrics {
    let [y, m, f] = [0, 1, 2].map(|position| column(rows, position, unit));
    forecast_metrics(&y, &f, &Errors::new(&y, &f, &m), None)
}

fn near(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1.0),
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn a_ratio_knows_no_unit_and_an_error_has_one(rows in rows(), unit in 0.01..100.0) {
        let (ours, scaled) = (metrics(&rows, 1.0), metrics(&rows, unit));
        prop_assert!(near(value(ours.oos_r2), value(scaled.oos_r2)));
        prop_assert!(near(ours.oos_r2_zero, scaled.oos_r2_zero));
        prop_assert!(near(ours.clark_west, scaled.clark_west));
        prop_assert_eq!(ours.hit_rate, scaled.hit_rate);
        prop_assert!(near(ours.rmse.map(|rmse| rmse * unit), scaled.rmse));
        prop_assert!(near(ours.mae.map(|mae| mae * unit), scaled.mae));
    }

    #[test]
    fn a_metric_is_its_definition(rows in rows()) {
        let ours = metrics(&rows, 1.0);
        let sum = |f: &dyn Fn(&[f64; 4]) -> f64| rows.iter().map(f).sum::<f64>();
        let squares = sum(&|[y, _, f, _]| (y - f) * (y - f));
        let benchmark = sum(&|[y, m, ..]| (y - m) * (y - m));
        let n = rows.len() as f64;
        prop_assert!(near(value(ours.oos_r2), Some(1.0 - squares / benchmark)));
        prop_assert!(near(ours.rmse, Some((squares / n).sqrt())));
        prop_assert!(near(ours.mae, Some(sum(&|[y, _, f, _]| (y - f).abs()) / n)));
        prop_assert!((ours.cumulative_sse_difference_last - (benchmark - squares)).abs() < 1e-12);
        let around = interval(ours.oos_r2).unwrap();
        prop_assert!((around.low..=around.high).contains(&value(ours.oos_r2).unwrap()));
        // Of the gain's own sign: c = 2 e0 (e0 - e) is e0^2 - e^2 + (e0 - e)^2.
        let adjusted = sum(&|[y, m, f, _]| 2.0 * (y - m) * (f - m));
        prop_assert_eq!(ours.clark_west.unwrap() > 0.0, adjusted > 0.0);
        let p = ours.clark_west_p.unwrap();
        prop_assert_eq!(p < 0.5, adjusted > 0.0);
    }

    #[test]
    fn what_one_model_gains_the_other_loses(rows in rows()) {
        let [y, m, f, g] = [0, 1, 2, 3].map(|position| column(&rows, position, 1.0));
        let (f, g) = (Errors::new(&y, &f, &m), Errors::new(&y, &g, &m));
        let (ours, theirs) = (diebold_mariano(&f, &g), diebold_mariano(&g, &f));
        let (Some(ours), Some(theirs)) = (ours, theirs) else {
            return Err(TestCaseError::reject("no variance"));
        };
        prop_assert!((ours.statistic + theirs.statistic).abs() < 1e-9);
        prop_assert!((ours.p_value + theirs.p_value - 1.0).abs() < 1e-9);
        prop_assert!((ours.r2_gain.value + theirs.r2_gain.value).abs() < 1e-9);
        let r2 = |errors: &Errors| errors.oos_r2().unwrap();
        prop_assert!((ours.r2_gain.value - (r2(&f) - r2(&g))).abs() < 1e-9);
        prop_assert_eq!(diebold_mariano(&f, &f), None);
        prop_assert_eq!(clark_west_against(&f, &f), None);
    }

    #[test]
    fn the_parts_of_a_record_make_the_whole(
        growth in prop::collection::vec(0.8..1.2, 2..80),
        cut in any::<prop::sample::Index>(),
    ) {
        let part = |from: usize, to: usize| {
            let traded = vec![0.1; to - from];
            // Nothing is held on every third day.
            let weights = (from..to).map(|row| f64::from(row % 3 != 0)).collect();
            let growth = growth[from..to].to_vec();
            part_metrics(&TrackRecord { weights, traded, growth, ..TrackRecord::default() })
        };
        let cut = cut.index(growth.len());
        let (whole, first, second) = (part(0, growth.len()), part(0, cut), part(cut, growth.len()));
        let grown = |total: Option<f64>| 1.0 + total.unwrap_or(0.0);
        let both = grown(first.total_return) * grown(second.total_return);
        prop_assert!((grown(whole.total_return) / both - 1.0).abs() < 1e-12);
        let deepest = whole.max_drawdown.unwrap();
        prop_assert!(deepest <= first.max_drawdown.unwrap_or(0.0) + 1e-15);
        prop_assert!(deepest <= second.max_drawdown.unwrap_or(0.0) + 1e-15);
        prop_assert_eq!(whole.rows, first.rows + second.rows);
        prop_assert_eq!(whole.held, growth.len() - growth.len().div_ceil(3));
        prop_assert_eq!(whole.held, first.held + second.held);
    }
}
