//! Repeatable random numbers of the simulations.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{RngCore as _, SeedableRng as _};

/// A generator.
pub(crate) struct Random(SplitMix64);

impl Random {
    /// The generator of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(SplitMix64::seed_from_u64(seed))
    }

    /// From 0 to 1, 1 excluded.
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal.
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.uniform())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }

    /// Student's t with five degrees of freedom, of unit variance.
    pub(crate) fn student(&mut self) -> f64 {
        let chi: f64 = (0..5).map(|_| self.normal()).map(|z| z * z).sum();
        self.normal() / (chi / 5.0).sqrt() * (3.0_f64 / 5.0).sqrt()
    }
}
