//! Random numbers by purpose: each use of chance has a stream of its own under the spec's seed. Only
//! the jump model draws from the seed without a purpose, a stream a fit.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// The generator of one replicate of one purpose.
///
/// ChaCha8 is counter-based: its key is the hash of seed and purpose, its stream the replicate. A
/// replicate's numbers depend on nothing else, so replicates may run in any order, and a new
/// purpose moves no other.
pub(crate) fn generator(seed: u64, purpose: &str, replicate: u64) -> ChaCha8Rng {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.update(purpose.as_bytes());
    let mut generator = ChaCha8Rng::from_seed(*hasher.finalize().as_bytes());
    generator.set_stream(replicate);
    generator
}

/// A number from `0..bound`, each as likely as the other up to 2^-64 `bound`: the upper half of a
/// 128-bit product (Lemire 2019, without the rejection step, so one draw takes one number).
pub(crate) fn below(generator: &mut ChaCha8Rng, bound: usize) -> usize {
    ((u128::from(generator.next_u64()) * bound as u128) >> 64) as usize
}

/// Repeatable noise for tests: sums of six whole numbers from -500 to 500.
#[cfg(test)]
pub(in crate::engine) fn noise(seed: u64, replicate: u64, rows: usize) -> Vec<f64> {
    let mut generator = generator(seed, "noise", replicate);
    let mut number = || below(&mut generator, 1_001) as f64 - 500.0;
    (0..rows).map(|_| (0..6).map(|_| number()).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_belongs_to_its_seed_purpose_and_replicate() {
        let first = |seed, purpose, replicate| generator(seed, purpose, replicate).next_u64();
        let own = first(1, "a", 0);
        assert_eq!(own, first(1, "a", 0));
        for other in [first(2, "a", 0), first(1, "b", 0), first(1, "a", 1)] {
            assert_ne!(own, other);
        }
    }

    #[test]
    fn every_number_below_the_bound_is_as_likely() {
        let mut generator = generator(1, "counts", 0);
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[below(&mut generator, 7)] += 1;
        }
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
    }
}
