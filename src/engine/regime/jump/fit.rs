//! The statistical jump model (Bemporad et al. 2018; Nystrup, Lindström and Madsen 2020): states
//! that are each near a centroid, and a price for every change.
//!
//! ```text
//! minimise   sum_t 1/2 |z_t - theta_{s_t}|^2 + lambda * #{t : s_t != s_{t-1}}
//! ```
//!
//! over centroids and states. With the centroids fixed the states follow by dynamic programming,
//! with the states fixed the centroids are means: both steps lower the objective, so alternating
//! ends after finitely many in a local minimum. The best of several starts is kept.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::RngCore;

use crate::base::statistics::smallest;

const MAX_ALTERNATIONS: usize = 100;

/// Rows of standardised features, and what a state and a change of it cost.
#[derive(Debug, Clone, Copy)]
pub struct JumpProblem<'a> {
    /// `rows x width`, row-major.
    pub z: &'a [f64],
    /// Features a row.
    pub width: usize,
    /// Number of states `K`.
    pub states: usize,
    /// Price of a change, `lambda`.
    pub penalty: f64,
}

/// A local minimum of the objective.
#[derive(Debug, Clone, PartialEq)]
pub struct JumpFit {
    /// `K x width`, row-major.
    pub centroids: Vec<f64>,
    /// The state of each row.
    pub states: Vec<usize>,
    /// The objective.
    pub objective: f64,
}

impl JumpProblem<'_> {
    /// Alternates from given centroids (`K x width`) until no state changes. A state without rows
    /// keeps its centroid.
    pub fn descend(&self, mut centroids: Vec<f64>) -> JumpFit {
        let (mut states, mut objective) = self.assign(&centroids);
        for _ in 0..MAX_ALTERNATIONS {
            self.update(&states, &mut centroids);
            let (next, value) = self.assign(&centroids);
            objective = value;
            if next == states {
                break;
            }
            states = next;
        }
        JumpFit { centroids, states, objective }
    }

    /// The lowest of the minima reached from the `warm` centroids, if any, and from `starts`
    /// random ones (k-means++: Arthur and Vassilvitskii 2007); of equal ones the first.
    pub fn fit(&self, warm: Option<Vec<f64>>, starts: usize, random: &mut ChaCha8Rng) -> JumpFit {
        let mut best = warm.map(|centroids| self.descend(centroids));
        for _ in 0..starts {
            let next = self.descend(self.spread(random));
            if best.as_ref().is_none_or(|best| next.objective < best.objective) {
                best = Some(next);
            }
        }
        best.unwrap_or_else(|| self.descend(vec![0.0; self.states * self.width]))
    }

    /// The state of each row as known at that row: where the cheapest path up to it ends. No later
    /// row has a say.
    pub fn online(&self, centroids: &[f64]) -> Vec<usize> {
        let mut value = vec![0.0; self.states];
        self.rows()
            .map(|row| {
                let best = smallest(&value);
                let bound = value[best] + self.penalty;
                for (k, value) in value.iter_mut().enumerate() {
                    *value = value.min(bound) + self.loss(row, centroids, k);
                }
                smallest(&value)
            })
            .collect()
    }

    fn rows(&self) -> std::slice::ChunksExact<'_, f64> {
        self.z.chunks_exact(self.width)
    }

    fn loss(&self, row: &[f64], centroids: &[f64], state: usize) -> f64 {
        let centroid = &centroids[state * self.width..(state + 1) * self.width];
        0.5 * row.iter().zip(centroid).map(|(z, c)| (z - c) * (z - c)).sum::<f64>()
    }

    /// The cheapest states for given centroids, and the objective: forward values, then back.
    fn assign(&self, centroids: &[f64]) -> (Vec<usize>, f64) {
        let states = self.states;
        let rows = self.z.len() / self.width;
        let mut value = vec![0.0; states];
        let mut came_from = vec![0_u8; rows * states];
        for (t, row) in self.rows().enumerate() {
            let best = smallest(&value);
            let bound = value[best] + self.penalty;
            for k in 0..states {
                // On the first row every state is free, and the pointer is not followed.
                let jumps = bound < value[k];
                came_from[t * states + k] = if jumps { best as u8 } else { k as u8 };
                value[k] = if jumps { bound } else { value[k] } + self.loss(row, centroids, k);
            }
        }
        let mut state = smallest(&value);
        let objective = value[state];
        let mut path = vec![0; rows];
        for t in (0..rows).rev() {
            path[t] = state;
            state = usize::from(came_from[t * states + state]);
        }
        (path, objective)
    }

    fn update(&self, states: &[usize], centroids: &mut [f64]) {
        let mut sums = vec![0.0; centroids.len()];
        let mut counts = vec![0_usize; self.states];
        for (row, &state) in self.rows().zip(states) {
            counts[state] += 1;
            for (sum, z) in sums[state * self.width..].iter_mut().zip(row) {
                *sum += z;
            }
        }
        for (position, (centroid, sum)) in centroids.iter_mut().zip(&sums).enumerate() {
            let count = counts[position / self.width];
            if count > 0 {
                *centroid = sum / count as f64;
            }
        }
    }

    /// Rows far from each other as centroids: each further one is drawn with probability
    /// proportional to its squared distance from those already taken.
    fn spread(&self, random: &mut ChaCha8Rng) -> Vec<f64> {
        let rows = self.z.len() / self.width;
        let first = ((uniform(random) * rows as f64) as usize).min(rows.saturating_sub(1));
        let mut centroids = self.z[first * self.width..(first + 1) * self.width].to_vec();
        let mut distance = vec![f64::INFINITY; rows];
        for state in 1..self.states {
            for (distance, row) in distance.iter_mut().zip(self.rows()) {
                *distance = distance.min(self.loss(row, &centroids, state - 1));
            }
            let mut left = uniform(random) * distance.iter().sum::<f64>();
            let drawn = distance.iter().position(|distance| {
                left -= distance;
                left < 0.0
            });
            let row = drawn.unwrap_or(rows - 1);
            centroids.extend_from_slice(&self.z[row * self.width..(row + 1) * self.width]);
        }
        centroids
    }
}

/// Uniform on `[0, 1)`, 53 bits.
fn uniform(random: &mut ChaCha8Rng) -> f64 {
    (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;

    #[test]
    fn assignments_are_the_cheapest_of_all_sequences() {
        let mut noise = noise::uniform(5);
        let z: Vec<f64> = (0..20).map(|_| 4.0 * noise()).collect();
        for penalty in [0.0, 0.3, 1.0, 5.0] {
            let problem = JumpProblem { z: &z, width: 2, states: 2, penalty };
            let centroids = [-0.4, -0.6, 0.7, 0.5];
            let (_, objective) = problem.assign(&centroids);
            let cost = |code: u32| -> f64 {
                let state = |t: usize| (code >> t & 1) as usize;
                (0..10)
                    .map(|t| {
                        let jump = t > 0 && state(t) != state(t - 1);
                        problem.loss(&z[2 * t..2 * t + 2], &centroids, state(t))
                            + if jump { penalty } else { 0.0 }
                    })
                    .sum()
            };
            let least = (0..1 << 10).map(cost).fold(f64::INFINITY, f64::min);
            assert!((objective - least).abs() < 1e-12, "penalty {penalty}");
        }
    }
}
