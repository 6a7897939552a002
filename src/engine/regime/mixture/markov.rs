//! The components of a mixture as the states of a Markov chain: filtered and smoothed
//! probabilities.
//!
//! With densities `f_k(z_t)` and transitions `A`, the filter (Hamilton 1989) goes forward in time,
//!
//! ```text
//! p(s_t = k | z_1..z_t)  ~  f_k(z_t) * sum_j A[j][k] p(s_{t-1} = j | z_1..z_{t-1})
//! ```
//!
//! and knows nothing of later days; the smoother (Kim 1994) goes back from the last day, and is
//! hindsight.

use super::gaussian::GaussianMixture;
use crate::base::statistics::largest;
use crate::base::units::math;

/// A mixture whose component persists from day to day.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkovMixture {
    /// Densities of the states, and their shares before the first day.
    pub mixture: GaussianMixture,
    /// `K x K`, row-major: `A[j][k]` is the probability of `k` on the day after `j`.
    pub transitions: Vec<f64>,
}

impl MarkovMixture {
    /// Estimates the transitions from consecutive rows (`rows x width`), each classified by the
    /// mixture alone: counted moves, one added to each so that none is impossible.
    pub fn estimate(mixture: GaussianMixture, z: &[f64]) -> Self {
        let states = mixture.states();
        let mut density = vec![0.0; states];
        let classes: Vec<usize> = z
            .chunks_exact(mixture.width)
            .map(|row| {
                densities(&mixture, row, &mut density);
                density.iter_mut().zip(&mixture.weights).for_each(|(f, weight)| *f *= weight);
                largest(&density)
            })
            .collect();
        let mut transitions = vec![1.0; states * states];
        for pair in classes.windows(2) {
            transitions[pair[0] * states + pair[1]] += 1.0;
        }
        transitions.chunks_exact_mut(states).for_each(normalise);
        Self { mixture, transitions }
    }

    /// `rows x K`: probabilities of the states at each row, given the rows up to it.
    pub fn filtered(&self, z: &[f64]) -> Vec<f64> {
        let states = self.mixture.states();
        let mut probabilities: Vec<f64> = Vec::with_capacity(z.len() / self.mixture.width * states);
        let mut density = vec![0.0; states];
        let mut now = self.mixture.weights.clone();
        for (t, row) in z.chunks_exact(self.mixture.width).enumerate() {
            if t > 0 {
                now = self.predicted(&now);
            }
            densities(&self.mixture, row, &mut density);
            now.iter_mut().zip(&density).for_each(|(p, f)| *p *= f);
            normalise(&mut now);
            probabilities.extend_from_slice(&now);
        }
        probabilities
    }

    /// `rows x K`: probabilities of the states at each row, given all rows.
    pub fn smoothed(&self, z: &[f64]) -> Vec<f64> {
        let states = self.mixture.states();
        let mut probabilities = self.filtered(z);
        let mut later: Option<Vec<f64>> = None;
        for now in probabilities.chunks_exact_mut(states).rev() {
            if let Some(later) = &later {
                let predicted = self.predicted(now);
                for (j, p) in now.iter_mut().enumerate() {
                    let to = &self.transitions[j * states..(j + 1) * states];
                    *p *= (0..states).map(|k| to[k] * later[k] / predicted[k]).sum::<f64>();
                }
                normalise(now);
            }
            later = Some(now.to_vec());
        }
        probabilities
    }

    fn predicted(&self, now: &[f64]) -> Vec<f64> {
        let states = now.len();
        (0..states)
            .map(|k| (0..states).map(|j| now[j] * self.transitions[j * states + k]).sum())
            .collect()
    }
}

/// The states with the largest probability at each row of `K` of them, of equal ones the first.
pub(super) fn states_of(probabilities: &[f64], states: usize) -> impl Iterator<Item = usize> {
    probabilities.chunks_exact(states).map(largest)
}

/// Densities of a row up to a common factor, the largest of them 1. A row that is not finite says
/// nothing of its state.
fn densities(mixture: &GaussianMixture, row: &[f64], density: &mut [f64]) {
    if row.iter().any(|value| !value.is_finite()) {
        density.fill(1.0);
        return;
    }
    for (k, slot) in density.iter_mut().enumerate() {
        *slot = mixture.log_density(row, k);
    }
    let top = density.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    density.iter_mut().for_each(|value| *value = math::exp(*value - top));
}

/// Scales to a sum of 1. A filter's probabilities never vanish together: every move is possible
/// and the largest density is 1.
fn normalise(values: &mut [f64]) {
    let sum: f64 = values.iter().sum();
    values.iter_mut().for_each(|value| *value /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> MarkovMixture {
        let mixture =
            GaussianMixture::new(vec![0.7, 0.3], vec![-0.5, 0.8], vec![0.4, 1.5]).unwrap();
        MarkovMixture { mixture, transitions: vec![0.9, 0.1, 0.25, 0.75] }
    }

    #[test]
    fn transitions_are_counted_between_the_classes_of_the_mixture() {
        let rows = [-0.5, -0.5, -0.5, 3.0, 3.0, -0.5];
        let chain = MarkovMixture::estimate(chain().mixture, &rows);
        // Two stays and a move from state 0, a stay and a move from state 1, and one more of each.
        assert_eq!(chain.transitions, [3.0 / 5.0, 2.0 / 5.0, 2.0 / 4.0, 2.0 / 4.0]);
    }

    #[test]
    fn a_day_without_features_is_told_by_the_day_before() {
        let chain = chain();
        let filtered = chain.filtered(&[-0.4, f64::NAN, 0.3]);
        let expected = filtered[0] * 0.1 + filtered[1] * 0.75;
        assert!((filtered[3] - expected).abs() < 1e-15);
        assert!(filtered[5].is_finite());
    }

    #[test]
    fn far_from_every_state_the_nearest_one_counts() {
        let filtered = chain().filtered(&[1e6, -1e6]);
        assert!(filtered.iter().all(|p| p.is_finite()));
        assert_eq!(states_of(&filtered, 2).collect::<Vec<_>>(), [1, 1], "the wider one");
    }
}
