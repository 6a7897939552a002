//! Lasso and elastic net of many features: one penalty after another, along one factor.
//!
//! From one penalty to the next a few features enter or leave, and the Cholesky factor of the support
//! gains or loses a row: `O(q^2)` each, where a new factor costs `O(q^3)`. (The elastic net needs a
//! new one at every penalty, as its diagonal changes.) At each penalty the support starts as that of
//! the penalty before, is solved exactly and corrected as in [`super::active_set`]. That of the
//! window before is a worse guess: with hundreds of features some of it is always wrong. A guess that does not settle is given up for the primal active-set
//! method, which starts from the solution of the penalty before, never leaves the orthant of its
//! signs, and lowers the objective with every step (Lee, Battle, Raina and Ng 2006, without its
//! line search). What is collinear goes to coordinate descent.

use super::Standardised;
use super::active_set::{ENTRY_SLACK, MAX_CORRECTIONS};
use super::descent::Descent;
use super::factor::Factor;
use super::lanes::{Vector, Work, run_widest};
use super::path::{KKT_TOLERANCE, Path};
use super::vectors::{subtract_four, subtract_scaled};

#[derive(Debug, Clone)]
pub(super) struct Sequential {
    penalties: Vec<Penalty>,
    factor: Factor,
    /// What the factor was made with.
    factored_l2: f64,
    /// Support and signs now, by feature: -1, 0 or 1.
    now: Vec<i8>,
    /// Coefficients by feature, zero outside of the support.
    b: Vec<f64>,
    /// Of the penalty before.
    b_before: Vec<f64>,
    /// `c - G b`.
    gradient: Vec<f64>,
    /// One value a member of the factor.
    solution: Vec<f64>,
    descent: Descent,
    pub(super) descents: usize,
}

#[derive(Debug, Clone, Copy)]
struct Penalty {
    l1: f64,
    l2: f64,
}

/// How a search for the support ended.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    /// At the solution, with the largest violation of the optimality conditions.
    Settled(f64),
    Unsettled,
    Collinear,
}

impl Sequential {
    pub(super) fn new(l1_ratio: f64, alphas: &[f64], p: usize) -> Self {
        let penalty = |alpha: &f64| Penalty { l1: alpha * l1_ratio, l2: alpha * (1.0 - l1_ratio) };
        Self {
            penalties: alphas.iter().map(penalty).collect(),
            factor: Factor::new(p),
            factored_l2: 0.0,
            now: vec![0; p],
            b: vec![0.0; p],
            b_before: vec![0.0; p],
            gradient: vec![0.0; p],
            solution: Vec::with_capacity(p),
            descent: Descent::new(p),
            descents: 0,
        }
    }

    /// Solves for a window.
    pub(super) fn solve(&mut self, problem: &Standardised, path: &mut Path) {
        run_widest(Solving { solver: self, problem, path });
    }

    /// Guesses the support, solves, and corrects the guess at all signs that are wrong.
    #[inline(always)]
    fn correct<V: Vector>(&mut self, problem: &Standardised, penalty: Penalty) -> Outcome {
        let bound = penalty.l1 + ENTRY_SLACK * problem.largest_moment();
        for _ in 0..MAX_CORRECTIONS {
            if !self.refactor::<V>(problem, penalty.l2) {
                return Outcome::Collinear;
            }
            self.solve_support::<V>(problem, penalty);
            let mut changed = false;
            for j in 0..self.b.len() {
                let (sign, slope) = (self.now[j], self.gradient[j]);
                let corrected = if sign != 0 {
                    if f64::from(sign) * self.b[j] > 0.0 { sign } else { 0 }
                } else if slope.abs() > bound {
                    sign_of(slope)
                } else {
                    0
                };
                changed |= corrected != sign;
                self.now[j] = corrected;
            }
            if !changed {
                return Outcome::Settled(self.refine::<V>(problem, penalty));
            }
        }
        Outcome::Unsettled
    }

    /// From the solution of the penalty before, one feature at a time.
    #[cold]
    #[inline(always)]
    fn descend_orthants<V: Vector>(&mut self, problem: &Standardised, penalty: Penalty) -> Outcome {
        let p = self.b.len();
        // A point that is feasible for its own signs: the start and every step after it.
        let mut point = self.b_before.clone();
        for (sign, b) in self.now.iter_mut().zip(&point) {
            *sign = sign_of(*b);
        }
        let bound = penalty.l1 + ENTRY_SLACK * problem.largest_moment();
        for _ in 0..4 * p + 100 {
            if !self.refactor::<V>(problem, penalty.l2) {
                return Outcome::Collinear;
            }
            self.solve_support::<V>(problem, penalty);
            // How far the point may go before a coefficient changes its sign.
            let mut step = 1.0;
            let mut leaving = None;
            for &j in self.factor.members() {
                if f64::from(self.now[j]) * self.b[j] <= 0.0 {
                    let reach = point[j] / (point[j] - self.b[j]);
                    if reach < step || leaving.is_none() {
                        (step, leaving) = (reach.clamp(0.0, 1.0), Some(j));
                    }
                }
            }
            if let Some(leaving) = leaving {
                for &j in self.factor.members() {
                    point[j] += step * (self.b[j] - point[j]);
                }
                point[leaving] = 0.0;
                self.now[leaving] = 0;
                continue;
            }
            point.copy_from_slice(&self.b);
            let mut entering = None;
            let mut steepest = bound;
            for j in 0..p {
                if self.now[j] == 0 && self.gradient[j].abs() > steepest {
                    (steepest, entering) = (self.gradient[j].abs(), Some(j));
                }
            }
            match entering {
                Some(j) => self.now[j] = sign_of(self.gradient[j]),
                None => return Outcome::Settled(self.refine::<V>(problem, penalty)),
            }
        }
        Outcome::Unsettled
    }

    /// Brings the factor to the support; `false` where that is collinear.
    #[inline(always)]
    fn refactor<V: Vector>(&mut self, problem: &Standardised, l2: f64) -> bool {
        let p = self.now.len();
        for j in 0..p {
            if self.now[j] == 0 {
                self.factor.remove(j);
            }
        }
        if self.factored_l2 != l2 {
            self.factored_l2 = l2;
            if !self.factor.make_anew::<V>(&problem.gram, l2) {
                return false;
            }
        }
        for j in 0..p {
            if self.now[j] != 0 && !self.factor.contains(j) {
                let gram = problem.row(j);
                if !self.factor.add::<V>(j, gram, gram[j] + l2) {
                    return false;
                }
            }
        }
        true
    }

    /// The exact solution on the support for its signs, and its gradient.
    #[inline(always)]
    fn solve_support<V: Vector>(&mut self, problem: &Standardised, penalty: Penalty) {
        self.solution.clear();
        for &j in self.factor.members() {
            self.solution.push(problem.moment[j] - penalty.l1 * f64::from(self.now[j]));
        }
        self.factor.solve::<V>(&mut self.solution);
        self.b.fill(0.0);
        for (&j, value) in self.factor.members().iter().zip(&self.solution) {
            self.b[j] = *value;
        }
        self.update_gradient::<V>(problem);
    }

    #[inline(always)]
    fn update_gradient<V: Vector>(&mut self, problem: &Standardised) {
        let row = |j: usize| problem.row(j);
        self.gradient.copy_from_slice(&problem.moment);
        let (fours, rest) = self.factor.members().as_chunks::<4>();
        for &[i, j, k, l] in fours {
            let factors = [self.b[i], self.b[j], self.b[k], self.b[l]];
            subtract_four::<V>(&mut self.gradient, factors, [row(i), row(j), row(k), row(l)]);
        }
        for &j in rest {
            subtract_scaled::<V>(&mut self.gradient, self.b[j], row(j));
        }
    }

    /// One step of iterative refinement where updates of the factor have cost precision. Gives the
    /// largest violation of the optimality conditions.
    #[inline(always)]
    fn refine<V: Vector>(&mut self, problem: &Standardised, penalty: Penalty) -> f64 {
        let residual = self.violation(penalty);
        if residual <= 0.1 * KKT_TOLERANCE * problem.largest_moment() {
            return residual;
        }
        self.solution.clear();
        for &j in self.factor.members() {
            let sign = f64::from(self.now[j]);
            self.solution.push(self.gradient[j] - penalty.l2 * self.b[j] - penalty.l1 * sign);
        }
        self.factor.solve::<V>(&mut self.solution);
        for (&j, step) in self.factor.members().iter().zip(&self.solution) {
            let refined = self.b[j] + step;
            if refined * self.b[j] > 0.0 {
                self.b[j] = refined;
            }
        }
        self.update_gradient::<V>(problem);
        self.violation(penalty)
    }

    fn violation(&self, penalty: Penalty) -> f64 {
        let coefficients = self.b.iter().zip(&self.gradient).zip(&self.now);
        coefficients.fold(0.0, |worst, ((b, slope), sign)| {
            let distance = match sign {
                0 => (slope.abs() - penalty.l1).max(0.0),
                _ => (slope - penalty.l2 * b - penalty.l1 * f64::from(*sign)).abs(),
            };
            worst.max(distance)
        })
    }
}

fn sign_of(value: f64) -> i8 {
    i8::from(value > 0.0) - i8::from(value < 0.0)
}

/// A window: all penalties, the strongest first.
struct Solving<'a> {
    solver: &'a mut Sequential,
    problem: &'a Standardised,
    path: &'a mut Path,
}

impl Work for Solving<'_> {
    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { solver, problem, path } = self;
        let scale = problem.largest_moment();
        solver.factor.clear();
        solver.b.fill(0.0);
        solver.now.fill(0);
        for alpha in 0..solver.penalties.len() {
            let penalty = solver.penalties[alpha];
            std::mem::swap(&mut solver.b, &mut solver.b_before);
            let mut outcome = solver.correct::<V>(problem, penalty);
            if outcome == Outcome::Unsettled {
                outcome = solver.descend_orthants::<V>(problem, penalty);
            }
            match outcome {
                Outcome::Settled(residual) => path.certify(alpha, residual, scale, false),
                Outcome::Unsettled | Outcome::Collinear => {
                    solver.descents += 1;
                    let Penalty { l1, l2 } = penalty;
                    let found = solver.descent.solve(problem, l1, l2, &solver.b_before);
                    solver.b.copy_from_slice(found.coefficients);
                    path.certify(alpha, found.residual, scale, found.gap_closed);
                    for (sign, b) in solver.now.iter_mut().zip(&solver.b) {
                        *sign = sign_of(*b);
                    }
                }
            }
            path.set(alpha, &solver.b);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::moments::WindowMoments;
    use crate::base::statistics::noise;
    use crate::engine::model::active_set::ActiveSet;

    /// Two windows over random rows, half of their rows in common.
    fn windows(seed: u64, p: usize, common: f64) -> [Standardised; 2] {
        let mut noise = noise::uniform(seed);
        let mut rows = Vec::new();
        for _ in 0..6 * p + 60 {
            let market = noise();
            let features: Vec<f64> = (0..p).map(|_| common * market + noise()).collect();
            let lead: f64 = features.iter().step_by(3).sum();
            rows.extend_from_slice(&features);
            rows.push(0.1 * lead + noise());
        }
        let mut moments = WindowMoments::new(&rows, p + 1);
        [0, 2 * p + 20].map(|start| {
            let mut problem = Standardised::new(p);
            problem.load(moments.advance(start..start + 4 * p + 40));
            problem
        })
    }

    fn grid(problem: &Standardised, l1_ratio: f64) -> Vec<f64> {
        let strongest = problem.largest_moment() / l1_ratio;
        (0..21).map(|i| strongest * crate::base::units::math::pow(0.7, f64::from(i))).collect()
    }

    fn certified(path: &Path) -> bool {
        path.certificates().iter().all(|certificate| certificate.certified)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn every_fit_is_that_of_the_other_solver_and_certified(
            seed: u64,
            p in 1_usize..60,
            l1_ratio in prop::sample::select(vec![0.1, 0.5, 1.0]),
            common in 0.0..4.0,
        ) {
            let [first, second] = windows(seed, p, common);
            let alphas = grid(&first, l1_ratio);
            let mut ours = Sequential::new(l1_ratio, &alphas, p);
            let mut theirs = ActiveSet::new(l1_ratio, &alphas, p);
            let (mut path, mut expected) = (Path::new(p, alphas.len()), Path::new(p, alphas.len()));
            for problem in [&first, &second, &first] {
                ours.solve(problem, &mut path);
                theirs.solve(problem, &mut expected);
                prop_assert!(certified(&path) && ours.descents == 0, "{} descents", ours.descents);
                for alpha in 0..alphas.len() {
                    for (b, expected) in path.coefficients(alpha).zip(expected.coefficients(alpha)) {
                        prop_assert!((b - expected).abs() < 1e-8, "alpha {alpha}: {b} {expected}");
                    }
                }
            }
        }

        #[test]
        fn one_feature_at_a_time_comes_to_the_same_solution(
            seed: u64,
            p in 1_usize..40,
            l1_ratio in prop::sample::select(vec![0.1, 1.0]),
        ) {
            struct OneAtATime<'a>(&'a mut Sequential, &'a Standardised, usize, &'a mut Outcome);

            impl Work for OneAtATime<'_> {
                #[inline(always)]
                fn run<V: Vector>(self) {
                    let penalty = self.0.penalties[self.2];
                    *self.3 = self.0.descend_orthants::<V>(self.1, penalty);
                }
            }

            let [problem, _] = windows(seed, p, 1.0);
            let alphas = grid(&problem, l1_ratio);
            let mut path = Path::new(p, alphas.len());
            Sequential::new(l1_ratio, &alphas, p).solve(&problem, &mut path);
            let last = alphas.len() - 1;
            // From zero, from the solution of another penalty, and from a point with wrong signs.
            let starts: [Vec<f64>; 3] = [
                vec![0.0; p],
                path.coefficients(last / 2).collect(),
                path.coefficients(last).map(|b| -b).collect(),
            ];
            for start in starts {
                let mut solver = Sequential::new(l1_ratio, &alphas, p);
                solver.b_before = start;
                let mut outcome = Outcome::Unsettled;
                run_widest(OneAtATime(&mut solver, &problem, last, &mut outcome));
                prop_assert!(matches!(outcome, Outcome::Settled(_)));
                for (b, expected) in solver.b.iter().zip(path.coefficients(last)) {
                    prop_assert!((b - expected).abs() < 1e-8, "{b} {expected}");
                }
            }
        }
    }

    #[test]
    fn collinear_features_end_in_descent_and_are_certified() {
        let mut noise = noise::uniform(3);
        let p = 12;
        let mut rows = Vec::new();
        for _ in 0..200 {
            let mut features: Vec<f64> = (0..p).map(|_| noise()).collect();
            features[5] = features[2];
            features[7] = features[0] + features[1];
            let y = features[2] + 0.5 * features[7] + noise();
            rows.extend(features);
            rows.push(y);
        }
        let mut moments = WindowMoments::new(&rows, p + 1);
        let mut problem = Standardised::new(p);
        problem.load(moments.advance(0..200));
        let alphas = grid(&problem, 1.0);
        let mut path = Path::new(p, alphas.len());
        Sequential::new(1.0, &alphas, p).solve(&problem, &mut path);
        assert!(certified(&path));
    }
}
