//! Seeded random numbers with the same bits on every platform.
//!
//! Each purpose has a ChaCha8 stream of its own under the one seed, and each draw takes a fixed
//! number of words from it: a purpose that is added, or draws more, moves no other.

use std::f64::consts::TAU;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::base::units::math;

/// What a stream of random numbers is for, and the cluster or sector it belongs to, if to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Durations of regimes and the choice of the next.
    Regimes,
    /// Daily shocks of the market mode.
    MarketShock,
    /// Innovations of the market's log volatility.
    MarketVolatility,
    /// Daily shocks of the index that are in no sector.
    IndexShock,
    /// Daily shocks of a cluster of sectors.
    ClusterShock(usize),
    /// Daily shocks of a sector alone.
    SectorShock(usize),
    /// Innovations of a sector's own log volatility.
    SectorVolatility(usize),
}

impl Purpose {
    /// The stream's number: stable, because the committed sample depends on it.
    fn stream(self) -> u64 {
        let (family, member) = match self {
            Purpose::Regimes => (0, 0),
            Purpose::MarketShock => (1, 0),
            Purpose::MarketVolatility => (2, 0),
            Purpose::IndexShock => (3, 0),
            Purpose::ClusterShock(cluster) => (4, cluster),
            Purpose::SectorShock(sector) => (5, sector),
            Purpose::SectorVolatility(sector) => (6, sector),
        };
        (family << 32) | member as u64
    }
}

/// An endless sequence of independent draws.
#[derive(Debug, Clone)]
pub(super) struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of a purpose under a seed.
    pub(super) fn new(seed: u64, purpose: Purpose) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(purpose.stream());
        Self(generator)
    }

    /// Uniform on the open interval `(0, 1)`: 52 bits, so that adding one half is exact.
    pub(super) fn uniform(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 52) as f64;
        ((self.0.next_u64() >> 12) as f64 + 0.5) * STEP
    }

    /// Standard normal (Box and Muller 1958; the second of the pair is not kept, so that every
    /// draw takes the same number of words).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * math::ln(self.uniform())).sqrt();
        radius * libm::cos(TAU * self.uniform())
    }

    /// Student's t with `2 * half_degrees` degrees of freedom, scaled to variance 1; finite
    /// variance needs `half_degrees >= 2`.
    ///
    /// A chi-squared variable with an even number of degrees of freedom is a sum of exponentials.
    pub(super) fn student(&mut self, half_degrees: usize) -> f64 {
        let normal = self.normal();
        let chi_squared: f64 = (0..half_degrees).map(|_| -2.0 * math::ln(self.uniform())).sum();
        let degrees = 2.0 * half_degrees as f64;
        normal * ((degrees - 2.0) / chi_squared).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean, variance, kurtosis.
    fn moments(draws: &[f64]) -> [f64; 3] {
        let n = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / n;
        let squares: Vec<f64> = draws.iter().map(|x| (x - mean) * (x - mean)).collect();
        let variance = squares.iter().sum::<f64>() / n;
        let fourth = squares.iter().map(|square| square * square).sum::<f64>() / n;
        [mean, variance, fourth / (variance * variance)]
    }

    #[test]
    fn draws_have_their_distribution_s_moments() {
        let mut stream = Stream::new(1, Purpose::MarketShock);
        let uniforms: Vec<f64> = (0..50_000).map(|_| stream.uniform()).collect();
        assert!(uniforms.iter().all(|&u| 0.0 < u && u < 1.0));
        let normals: Vec<f64> = (0..50_000).map(|_| stream.normal()).collect();
        let students: Vec<f64> = (0..50_000).map(|_| stream.student(6)).collect();
        // Each with the moments expected and how near they must come.
        for (draws, expected, near) in [
            (uniforms, [0.5, 1.0 / 12.0, 1.8], [0.005, 0.002, 0.02]),
            (normals, [0.0, 1.0, 3.0], [0.02, 0.03, 0.2]),
            // 12 degrees of freedom: excess kurtosis 6 / (12 - 4), a fourth moment that settles.
            (students, [0.0, 1.0, 3.75], [0.02, 0.04, 0.4]),
        ] {
            for ((found, expected), near) in moments(&draws).into_iter().zip(expected).zip(near) {
                assert!((found - expected).abs() < near, "{found} is not {expected}");
            }
        }
    }

    #[test]
    fn streams_are_independent_of_one_another() {
        let draws = |purpose| {
            let mut stream = Stream::new(7, purpose);
            (0..4_000).map(|_| stream.normal()).collect::<Vec<f64>>()
        };
        let (a, b) = (draws(Purpose::SectorShock(0)), draws(Purpose::SectorShock(1)));
        let correlation = crate::base::statistics::correlation(&a, &b).unwrap();
        assert!(correlation.abs() < 0.06, "{correlation}");
        assert_ne!(a, draws(Purpose::SectorVolatility(0)), "families do not overlap");
    }
}
