//! Self-financing accounting (methods, section 5).

use super::Costs;
use crate::base::units::{BASIS_POINT, TRADING_DAYS_PER_YEAR};
use crate::engine::metrics::Growth;

/// What a sequence of target weights earned, one entry a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TrackRecord {
    /// Target weights `w`, executed at the close before the row.
    pub weights: Vec<f64>,
    /// Traded fraction of equity `|w - v|`.
    pub traded: Vec<f64>,
    /// Growth factor of equity after all costs; 0 from ruin on.
    pub growth: Vec<f64>,
    /// Growth factor before trading costs (borrowing and cash included); 0 from ruin on.
    pub before_costs: Vec<f64>,
    /// Daily simple return of cash.
    pub cash_return: f64,
}

impl TrackRecord {
    /// As the metrics take it.
    pub(crate) fn as_growth(&self) -> Growth<'_> {
        Growth {
            growth: &self.growth,
            before_costs: &self.before_costs,
            traded: &self.traded,
            cash_return: self.cash_return,
        }
    }
}

/// Runs target weights over simple returns, starting from cash.
pub(crate) fn simulate(weights: Vec<f64>, simple_returns: &[f64], costs: &Costs) -> TrackRecord {
    let cash_return = costs.cash_rate / TRADING_DAYS_PER_YEAR;
    let rows = weights.len();
    let mut record = TrackRecord {
        traded: Vec::with_capacity(rows),
        growth: Vec::with_capacity(rows),
        before_costs: Vec::with_capacity(rows),
        weights,
        cash_return,
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
        let borrowed = (-w).max(0.0) * costs.borrow_rate / TRADING_DAYS_PER_YEAR;
        let before_costs = earned - borrowed;
        let growth = (1.0 - costs.trade_bps * BASIS_POINT * traded) * before_costs;
        ruined = growth <= 0.0;
        drifted = w * (1.0 + r) / earned;
        record.traded.push(traded);
        record.growth.push(growth.max(0.0));
        record.before_costs.push(before_costs.max(0.0));
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Costs = Costs { trade_bps: 0.0, borrow_rate: 0.0, cash_rate: 0.0 };

    #[test]
    fn holding_the_asset_grows_like_it_and_trades_once() {
        let returns = [0.1, -0.2, 0.05];
        let costs = Costs { trade_bps: 10.0, ..FREE };
        let record = simulate(vec![1.0; 3], &returns, &costs);
        assert!((record.growth[0] - 1.1 * 0.999).abs() < 1e-15);
        assert!((record.growth[1] - 0.8).abs() < 1e-15 && (record.growth[2] - 1.05).abs() < 1e-15);
        assert!(record.traded[1].abs() < 1e-15 && record.traded[2].abs() < 1e-15);
    }

    #[test]
    fn a_constant_half_weight_rebalances_what_drifted() {
        let record = simulate(vec![0.5; 2], &[0.2, 0.0], &FREE);
        assert!((record.growth[0] - 1.1).abs() < 1e-15);
        // Half the equity grew by a fifth: 0.6 of 1.1, back to a half.
        assert!((record.traded[1] - (0.6 / 1.1 - 0.5)).abs() < 1e-15);
    }

    #[test]
    fn a_short_pays_its_borrow_and_earns_its_cash() {
        let costs = Costs { trade_bps: 0.0, borrow_rate: 0.252, cash_rate: 0.0252 };
        let record = simulate(vec![-1.0], &[0.01], &costs);
        let expected = 1.0 - 0.01 + 2.0 * 0.0001 - 0.001;
        assert!((record.growth[0] - expected).abs() < 1e-15);
    }

    #[test]
    fn ruin_is_final() {
        let record = simulate(vec![-1.0, 1.0, 1.0], &[1.5, 0.5, 0.5], &FREE);
        assert_eq!(record.growth, [0.0, 0.0, 0.0]);
    }
}
