//! The simulated market's parameters: two tables, sectors and regimes, and a few constants.
//!
//! Loadings are in units of the market mode's volatility of the day; the regime scales all that is
//! not market by its `specific`.

/// Number of sectors.
pub(super) const SECTORS: usize = 9;
/// Number of clusters of sectors.
pub(super) const CLUSTERS: usize = 3;

/// The index that is forecast.
pub(super) const INDEX: &str = "SPY";

/// Every series starts here, as an index does.
pub(super) const FIRST_PRICE: f64 = 100.0;

/// Half the degrees of freedom of every daily shock's t distribution: 6 degrees, excess kurtosis 3
/// before volatility clusters.
pub(super) const HALF_DEGREES: usize = 3;

/// How much of the market's log volatility (as a distance from its regime's level) is left a day
/// later: half of it is gone after 23 days.
pub(super) const VOLATILITY_PERSISTENCE: f64 = 0.97;
/// Standard deviation of a day's innovation to the market's log volatility.
pub(super) const VOLATILITY_INNOVATION: f64 = 0.08;
/// Correlation of that innovation with the market's shock of the day before, negated: falling
/// prices raise volatility.
pub(super) const LEVERAGE_EFFECT: f64 = 0.5;

/// As [`VOLATILITY_PERSISTENCE`], for a sector's own part.
pub(super) const SECTOR_VOLATILITY_PERSISTENCE: f64 = 0.98;
/// As [`VOLATILITY_INNOVATION`], for a sector's own part.
pub(super) const SECTOR_VOLATILITY_INNOVATION: f64 = 0.04;

/// Volatility of what the index holds beside the sectors, in units of the market mode's.
pub(super) const INDEX_OWN: f64 = 0.20;

/// Which side of the lead a sector is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// Its rise leads the market up.
    Up,
    /// Its rise leads the market down.
    Down,
    /// It leads nothing.
    No,
}

/// One sector: a row of loadings on the market mode and on what is not market.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sector {
    /// The ticker that it imitates.
    pub ticker: &'static str,
    /// Loading on the market mode.
    pub beta: f64,
    /// Loading on the cyclicals' cluster.
    pub cyclical: f64,
    /// Loading on the defensives' cluster.
    pub defensive: f64,
    /// Volatility of its own part.
    pub own: f64,
    /// Weight in the index; weights sum to 1.
    pub weight: f64,
    /// Its side of the lead, in regimes that have one.
    pub lead: Lead,
    /// Log return a year above what beta earns.
    pub tilt: f64,
}

/// The sectors, in the order of the price file.
#[rustfmt::skip]
pub(super) const SECTOR_TABLE: [Sector; SECTORS] = [
    Sector { ticker: "XLB", beta: 0.98, cyclical: 0.35, defensive:  0.00, own: 0.70, weight: 0.03, lead: Lead::Up,   tilt:  0.000 },
    Sector { ticker: "XLE", beta: 0.98, cyclical: 0.10, defensive:  0.00, own: 0.60, weight: 0.07, lead: Lead::No,   tilt:  0.000 },
    Sector { ticker: "XLF", beta: 1.14, cyclical: 0.45, defensive:  0.00, own: 0.85, weight: 0.16, lead: Lead::No,   tilt: -0.015 },
    Sector { ticker: "XLI", beta: 0.99, cyclical: 0.40, defensive:  0.00, own: 0.45, weight: 0.12, lead: Lead::Up,   tilt:  0.005 },
    Sector { ticker: "XLK", beta: 1.16, cyclical: 0.35, defensive: -0.10, own: 0.75, weight: 0.24, lead: Lead::No,   tilt:  0.010 },
    Sector { ticker: "XLP", beta: 0.55, cyclical: 0.00, defensive:  0.45, own: 0.45, weight: 0.10, lead: Lead::Down, tilt:  0.015 },
    Sector { ticker: "XLU", beta: 0.55, cyclical: 0.00, defensive:  0.50, own: 0.45, weight: 0.04, lead: Lead::Down, tilt:  0.015 },
    Sector { ticker: "XLV", beta: 0.72, cyclical: 0.00, defensive:  0.42, own: 0.55, weight: 0.14, lead: Lead::Down, tilt:  0.015 },
    Sector { ticker: "XLY", beta: 1.04, cyclical: 0.40, defensive:  0.00, own: 0.60, weight: 0.10, lead: Lead::Up,   tilt:  0.005 },
];

/// One regime: how the market behaves for some hundred days.
#[derive(Debug, Clone, Copy)]
pub(super) struct Regime {
    /// Its name in the truth file.
    pub name: &'static str,
    /// What a reader sees.
    pub label: &'static str,
    /// Shortest and longest episode in trading days; every length between is as likely.
    pub days: (usize, usize),
    /// Chances of each regime to follow, in the table's order; they sum to 1.
    pub next: [f64; REGIMES],
    /// Log drift of the market mode, a year.
    pub drift: f64,
    /// Root mean square volatility of the market mode, a year.
    pub volatility: f64,
    /// Scale of all that is not market: the higher, the looser the sectors' coupling.
    pub specific: f64,
    /// Loadings on the energy-and-rates cluster, by sector: the sign of XLU's against XLE's is
    /// what flips the pair's correlation.
    pub energy_rates: [f64; SECTORS],
    /// Share of the market mode's variance that yesterday's lead explains.
    pub lead_share: f64,
}

/// Number of regimes.
pub(super) const REGIMES: usize = 4;

/// Position in [`REGIME_TABLE`] of the regime in which the sample starts.
pub(super) const FIRST_REGIME: usize = 1;

/// The regimes.
#[rustfmt::skip]
pub(super) const REGIME_TABLE: [Regime; REGIMES] = [
    Regime {
        name: "calm",
        label: "Calm growth, no lead",
        days: (400, 850),
        next: [0.0, 0.6, 0.15, 0.25],
        drift: 0.12, volatility: 0.14, specific: 1.00, lead_share: 0.0,
        //             XLB   XLE   XLF   XLI   XLK   XLP    XLU   XLV    XLY
        energy_rates: [0.30, 1.05, 0.00, 0.00, 0.00, 0.00,  0.25, 0.00, -0.10],
    },
    Regime {
        name: "rates-led",
        label: "Rates lead, sectors lead SPY by a day",
        days: (280, 620),
        next: [0.5, 0.0, 0.25, 0.25],
        drift: 0.09, volatility: 0.15, specific: 1.10, lead_share: 0.05,
        energy_rates: [0.30, 1.20, 0.20, 0.00, 0.00, -0.20, -0.90, 0.00, -0.10],
    },
    Regime {
        name: "energy-shock",
        label: "Energy shock, sectors loosely coupled, no lead",
        days: (200, 450),
        next: [0.3, 0.5, 0.0, 0.2],
        drift: 0.06, volatility: 0.15, specific: 1.25, lead_share: 0.0,
        energy_rates: [0.30, 1.35, 0.00, 0.00, 0.00, 0.00,  0.45, 0.00, -0.40],
    },
    Regime {
        name: "crisis",
        label: "Crisis, everything moves together, no lead",
        days: (150, 350),
        next: [0.5, 0.5, 0.0, 0.0],
        drift: -0.20, volatility: 0.30, specific: 0.75, lead_share: 0.0,
        energy_rates: [0.30, 1.05, 0.00, 0.00, 0.00, 0.00,  0.25, 0.00, -0.10],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_chances_sum_to_one() {
        let weights: f64 = SECTOR_TABLE.iter().map(|sector| sector.weight).sum();
        assert!((weights - 1.0).abs() < 1e-12);
        for (position, regime) in REGIME_TABLE.iter().enumerate() {
            assert!((regime.next.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{}", regime.name);
            assert_eq!(regime.next[position], 0.0, "an episode ends with a change");
            assert!(regime.days.0 <= regime.days.1);
            assert!((0.0..1.0).contains(&regime.lead_share));
        }
    }
}
