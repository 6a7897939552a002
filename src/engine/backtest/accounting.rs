//! Self-financing accounting (methods, section 5).

use super::Costs;
use crate::base::units::BASIS_POINT;
use crate::engine::metrics::TrackRecord;

/// Runs target weights over simple returns, starting from cash; a year has so many of them.
pub(crate) fn simulate(
    weights: Vec<f64>,
    simple_returns: &[f64],
    costs: &Costs,
    periods_per_year: u16,
) -> TrackRecord {
    let year = f64::from(periods_per_year);
    let cash_return = costs.cash_return(periods_per_year);
    let rows = weights.len();
    let mut record = TrackRecord {
        traded: Vec::with_capacity(rows),
        growth: Vec::with_capacity(rows),
        before_costs: Vec::with_capacity(rows),
        weights,
        cash_return,
        periods_per_year,
    };
    let (mut drifted, mut ruined) = (0.0, false);
    for (w, r) in record.weights.iter().zip(simple_returns) {
        if ruined {
            record.traded.push(0.0);
            record.growth.push(0.0);
            record.before_costs.push(0.0);
            continue;
        }
        let traded = (w - drifted).abs();
        let earned = 1.0 + w * r + (1.0 - w) * cash_return;
        let borrowed = (-w).max(0.0) * costs.borrow_rate / year;
        let before_costs = earned - borrowed;
        // Trading cannot cost more than there is; below zero, a loss would turn it into a gain.
        let left = (1.0 - costs.trade_bps * BASIS_POINT * traded).max(0.0);
        let growth = left * before_costs;
        ruined = growth <= 0.0;
        drifted = w * (1.0 + r) / earned;
        record.traded.push(traded);
        record.growth.push(growth.max(0.0));
        record.before_costs.push(before_costs.max(0.0));
    }
    record
}
