//! The simulated market, day by day: a market mode with stochastic volatility, three clusters of
//! sectors, each sector's own part, regimes, and the planted lead.
//!
//! With the day's market volatility `s`, the regime's scale `k` and shocks of unit variance:
//!
//! ```text
//! sector_i = drift_i + s * (beta_i * market + k * specific_i)
//! specific_i = cyclical_i * c + defensive_i * d + energy_rates_i * e + own_i * v_i * u_i
//! market   = sqrt(1 - q) * z + sqrt(q) * lead of the day before
//! lead     = sum_i a_i * specific_i, at unit variance
//! index    = sum_i weight_i * sector_i + s * own * u
//! ```
//!
//! The lead's weights `a_i` are beta-neutral, so it is a portfolio of sector returns as well: what
//! a linear model on lagged sector returns can find is all there is. `q` is zero in most regimes.

use std::array::from_fn;

use super::parameters::{
    CLUSTERS, FIRST_REGIME, HALF_DEGREES, INDEX_OWN, LEVERAGE_EFFECT, Lead, REGIME_TABLE, Regime,
    SECTOR_TABLE, SECTOR_VOLATILITY_INNOVATION, SECTOR_VOLATILITY_PERSISTENCE, SECTORS,
    VOLATILITY_INNOVATION, VOLATILITY_PERSISTENCE,
};
use super::random::{Purpose, Stream};
use crate::base::statistics::dot;
use crate::base::units::{Frequency, math};

/// Trading days a year.
const YEAR: f64 = Frequency::Daily.periods_per_year() as f64;

/// One day of the market.
#[derive(Debug, Clone, Copy)]
pub(super) struct MarketDay {
    /// The regime in force for the day's return.
    pub regime: &'static Regime,
    /// The index's log return.
    pub index: f64,
    /// The sectors' log returns.
    pub sectors: [f64; SECTORS],
    /// Share of the index's variance of the day that the lead explains.
    pub signal_r2: f64,
}

/// The regime of each day: a semi-Markov chain whose episodes have a shortest and longest length.
fn regime_path(seed: u64, days: usize) -> Vec<&'static Regime> {
    let mut stream = Stream::new(seed, Purpose::Regimes);
    let mut path = Vec::with_capacity(days);
    let mut regime = &REGIME_TABLE[FIRST_REGIME];
    while path.len() < days {
        let (shortest, longest) = regime.days;
        let spread = (longest - shortest + 1) as f64;
        let length = shortest + libm::floor(stream.uniform() * spread) as usize;
        path.extend(std::iter::repeat_n(regime, length.min(days - path.len())));
        regime = successor(regime, stream.uniform());
    }
    path
}

/// The regime at which the cumulative chances of succession pass `uniform`.
fn successor(regime: &Regime, uniform: f64) -> &'static Regime {
    let mut passed = 0.0;
    let next = REGIME_TABLE.iter().zip(regime.next).find(|(_, chance)| {
        passed += chance;
        uniform < passed
    });
    // The chances sum to 1 up to rounding; what is left belongs to the first.
    next.map_or(&REGIME_TABLE[FIRST_REGIME], |(regime, _)| regime)
}

/// A log volatility that reverts to a level.
#[derive(Debug, Clone, Copy)]
struct LogVolatility {
    value: f64,
    persistence: f64,
    innovation: f64,
}

impl LogVolatility {
    /// Starts at a root mean square volatility.
    fn at(rms: f64, persistence: f64, innovation: f64) -> Self {
        let mut volatility = Self { value: 0.0, persistence, innovation };
        volatility.value = volatility.centre(rms);
        volatility
    }

    /// Mean of the log volatility whose volatility has the given root mean square: for a normal
    /// `x`, `E exp(2x) = exp(2 mean + 2 variance)`.
    fn centre(&self, rms: f64) -> f64 {
        let variance =
            self.innovation * self.innovation / (1.0 - self.persistence * self.persistence);
        math::ln(rms) - variance
    }

    /// The next day's volatility, from a shock of unit variance.
    fn step(&mut self, rms: f64, shock: f64) -> f64 {
        let centre = self.centre(rms);
        self.value = centre + self.persistence * (self.value - centre) + self.innovation * shock;
        math::exp(self.value)
    }
}

/// `days` days of the market; a shorter run is the beginning of a longer one.
pub(super) fn simulate(seed: u64, days: usize) -> Vec<MarketDay> {
    let stream = |purpose| Stream::new(seed, purpose);
    let mut market_shocks = stream(Purpose::MarketShock);
    let mut market_volatility = stream(Purpose::MarketVolatility);
    let mut index_shocks = stream(Purpose::IndexShock);
    let mut cluster_shocks: [Stream; CLUSTERS] = from_fn(|c| stream(Purpose::ClusterShock(c)));
    let mut sector_shocks: [Stream; SECTORS] = from_fn(|i| stream(Purpose::SectorShock(i)));
    let mut sector_volatility: [Stream; SECTORS] =
        from_fn(|i| stream(Purpose::SectorVolatility(i)));

    let level = |regime: &Regime| regime.volatility / YEAR.sqrt();
    let first = level(&REGIME_TABLE[FIRST_REGIME]);
    let mut log_volatility =
        LogVolatility::at(first, VOLATILITY_PERSISTENCE, VOLATILITY_INNOVATION);
    let own = LogVolatility::at(1.0, SECTOR_VOLATILITY_PERSISTENCE, SECTOR_VOLATILITY_INNOVATION);
    let mut own_volatilities = [own; SECTORS];
    let lead_weights = lead_weights();
    let weights = SECTOR_TABLE.map(|sector| sector.weight);
    // The market's own shock of the day before, and the lead of that day at unit variance.
    let (mut shock, mut lead) = (0.0, 0.0);
    let day = |regime: &'static Regime| {
        let innovation = (1.0 - LEVERAGE_EFFECT * LEVERAGE_EFFECT).sqrt()
            * market_volatility.normal()
            - LEVERAGE_EFFECT * shock;
        let volatility = log_volatility.step(level(regime), innovation);
        let own: [f64; SECTORS] = from_fn(|i| {
            let shock = sector_volatility[i].normal();
            SECTOR_TABLE[i].own * own_volatilities[i].step(1.0, shock)
        });

        let clusters: [f64; CLUSTERS] = from_fn(|c| cluster_shocks[c].student(HALF_DEGREES));
        let loadings = cluster_loadings(regime);
        let specific: [f64; SECTORS] = from_fn(|i| {
            dot(&loadings[i], &clusters) + own[i] * sector_shocks[i].student(HALF_DEGREES)
        });
        shock = market_shocks.student(HALF_DEGREES);
        let market = (1.0 - regime.lead_share).sqrt() * shock + regime.lead_share.sqrt() * lead;

        let sectors: [f64; SECTORS] = from_fn(|i| {
            let sector = &SECTOR_TABLE[i];
            let drift = (sector.beta * regime.drift + sector.tilt) / YEAR;
            drift + volatility * (sector.beta * market + regime.specific * specific[i])
        });
        let held = INDEX_OWN * index_shocks.student(HALF_DEGREES);
        lead = dot(&lead_weights, &specific)
            / specific_variance(&lead_weights, &loadings, &own).sqrt();
        MarketDay {
            regime,
            index: dot(&weights, &sectors) + volatility * held,
            sectors,
            signal_r2: signal_r2(regime, &weights, &loadings, &own),
        }
    };
    regime_path(seed, days).into_iter().map(day).collect()
}

/// Each sector's loadings on the clusters: cyclicals, defensives, energy and rates.
fn cluster_loadings(regime: &Regime) -> [[f64; CLUSTERS]; SECTORS] {
    from_fn(|i| [SECTOR_TABLE[i].cyclical, SECTOR_TABLE[i].defensive, regime.energy_rates[i]])
}

/// Weights of the lead: sectors of the upper side minus those of the lower, each over its beta, so
/// that the market mode cancels.
fn lead_weights() -> [f64; SECTORS] {
    let members = |side| SECTOR_TABLE.iter().filter(|sector| sector.lead == side).count() as f64;
    SECTOR_TABLE.map(|sector| match sector.lead {
        Lead::Up => 1.0 / (sector.beta * members(Lead::Up)),
        Lead::Down => -1.0 / (sector.beta * members(Lead::Down)),
        Lead::No => 0.0,
    })
}

/// Variance of a portfolio of the sectors' specific parts, before the regime's scale.
fn specific_variance(
    weights: &[f64; SECTORS],
    loadings: &[[f64; CLUSTERS]; SECTORS],
    own: &[f64; SECTORS],
) -> f64 {
    let common: f64 = (0..CLUSTERS)
        .map(|c| {
            let exposure: f64 = (0..SECTORS).map(|i| weights[i] * loadings[i][c]).sum();
            exposure * exposure
        })
        .sum();
    let alone: f64 = weights.iter().zip(own).map(|(weight, own)| weight * weight * own * own).sum();
    common + alone
}

/// Share of the index's variance that the lead explains, given the day's volatilities.
fn signal_r2(
    regime: &Regime,
    weights: &[f64; SECTORS],
    loadings: &[[f64; CLUSTERS]; SECTORS],
    own: &[f64; SECTORS],
) -> f64 {
    let beta = dot(weights, &SECTOR_TABLE.map(|sector| sector.beta));
    let variance = beta * beta
        + regime.specific * regime.specific * specific_variance(weights, loadings, own)
        + INDEX_OWN * INDEX_OWN;
    regime.lead_share * beta * beta / variance
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAYS: usize = 6_700;

    /// Correlation of pairs of numbers, and how many there are.
    fn correlation(pairs: impl Iterator<Item = (f64, f64)>) -> (f64, usize) {
        let (a, b): (Vec<f64>, Vec<f64>) = pairs.unzip();
        (crate::base::statistics::correlation(&a, &b).unwrap(), a.len())
    }

    #[test]
    fn a_longer_run_begins_as_the_shorter() {
        let (short, long) = (simulate(3, 400), simulate(3, 900));
        for (a, b) in short.iter().zip(&long) {
            assert_eq!(a.regime.name, b.regime.name);
            assert_eq!(a.index.to_bits(), b.index.to_bits());
        }
    }

    #[test]
    fn episodes_last_as_long_as_the_table_says() {
        let path = regime_path(5, 20_000);
        let episodes: Vec<&[&Regime]> = path.chunk_by(|a, b| a.name == b.name).collect();
        // The last one is cut off by the end of the sample.
        for episode in &episodes[..episodes.len() - 1] {
            let (shortest, longest) = episode[0].days;
            assert!((shortest..=longest).contains(&episode.len()), "{}", episode[0].name);
        }
        assert!(REGIME_TABLE.iter().all(|r| path.iter().any(|day| day.name == r.name)));
    }

    #[test]
    fn the_pair_s_correlation_has_the_regime_s_sign() {
        let days = simulate(11, 4 * DAYS);
        let [xle, xlu] = ["XLE", "XLU"]
            .map(|ticker| SECTOR_TABLE.iter().position(|s| s.ticker == ticker).unwrap());
        for regime in &REGIME_TABLE {
            let days = days.iter().filter(|day| day.regime.name == regime.name);
            let (correlation, _) =
                correlation(days.map(|day| (day.sectors[xle], day.sectors[xlu])));
            if regime.energy_rates[xlu] < 0.0 {
                assert!(correlation < -0.2, "{}: {correlation}", regime.name);
            } else {
                assert!(correlation > 0.4, "{}: {correlation}", regime.name);
            }
        }
    }

    #[test]
    fn the_lead_is_one_day_long_and_only_where_planted() {
        let days = simulate(13, 4 * DAYS);
        let weights = lead_weights();
        for regime in &REGIME_TABLE {
            for lag in [1, 2, 5] {
                // Both days in the regime, so that the volatility of both is of one level; the lead
                // as anybody can compute it, from the sectors' returns of one day.
                let pairs = days
                    .windows(lag + 1)
                    .filter(|w| w.iter().all(|day| day.regime.name == regime.name))
                    .map(|w| (dot(&weights, &w[0].sectors), w[lag].index));
                let (correlation, seen) = correlation(pairs);
                assert!(seen > 1_000, "{} {lag}: {seen}", regime.name);
                if lag == 1 && regime.lead_share > 0.0 {
                    let r2 = correlation * correlation;
                    assert!((0.02..0.07).contains(&r2), "{}: {r2}", regime.name);
                } else {
                    assert!(correlation.abs() < 0.06, "{} {lag}: {correlation}", regime.name);
                }
            }
        }
    }

    #[test]
    fn the_stated_share_is_zero_outside_the_signal_regimes() {
        for day in simulate(17, DAYS) {
            if day.regime.lead_share > 0.0 {
                assert!((0.03..0.055).contains(&day.signal_r2), "{}", day.signal_r2);
            } else {
                assert_eq!(day.signal_r2, 0.0);
            }
        }
    }
}
