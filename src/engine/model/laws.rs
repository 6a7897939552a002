//! What least squares, the models on components and the combination owe to one another.

use proptest::prelude::*;

use super::{ComponentGrid, Grid, Kind, PathSolver, Settings, Standardised};
use crate::base::moments::Moments;
use crate::base::statistics::{cosine, noise};

/// How the last columns come about.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Last {
    Own,
    Constant,
    Copy,
}

/// A problem of `p` columns with a common factor, the last one as asked, and its rows.
fn problem(seed: u64, rows: usize, p: usize, last: Last) -> (Standardised, Vec<Vec<f64>>) {
    let mut noise = noise::uniform(seed);
    let mut values = Vec::with_capacity(rows);
    let mut moments = Moments::new(p + 1);
    for _ in 0..rows {
        let common = noise();
        let mut row: Vec<f64> = (0..p).map(|j| common + noise() * (1.0 + j as f64)).collect();
        match last {
            Last::Own => {}
            Last::Constant => row[p - 1] = 0.25,
            Last::Copy => row[p - 1] = row[0],
        }
        row.push(0.2 * row[0] - 0.1 * row[p / 2] + noise());
        moments.add(&row);
        values.push(row);
    }
    let mut problem = Standardised::new(p);
    problem.load(&moments);
    (problem, values)
}

/// The coefficients at every position of the whole grid; every fit is certified.
fn fits(kind: Kind, problem: &Standardised) -> Vec<Vec<f64>> {
    let settings =
        Settings { components: Some(ComponentGrid::Max { max: 1000 }), ..Settings::new(kind) };
    let grid = match kind {
        Kind::Ridge => Grid::Alphas(vec![1e-13]),
        _ => Grid::new(&settings, problem),
    };
    let mut solver = PathSolver::new(kind, 0.0, grid, problem.features());
    let path = solver.solve(problem);
    for (position, certificate) in path.certificates().iter().enumerate() {
        assert!(certificate.certified, "{kind:?} {position}: {certificate:?}");
    }
    (0..path.len()).map(|position| path.coefficients(position).collect()).collect()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let largest = a.iter().chain(b).fold(1e-300_f64, |largest, b| largest.max(b.abs()));
    a.iter().zip(b).fold(0.0_f64, |worst, (a, b)| worst.max((a - b).abs())) / largest
}

fn last() -> impl Strategy<Value = Last> {
    prop::sample::select(vec![Last::Own, Last::Constant, Last::Copy])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..<_>::default() })]

    #[test]
    fn all_components_are_least_squares_and_so_is_no_penalty(seed: u64, p in 1_usize..13) {
        let (problem, _) = problem(seed, 150, p, Last::Own);
        let ols = &fits(Kind::Ols, &problem)[0];
        for (kind, tolerance) in [(Kind::Pcr, 1e-9), (Kind::Pls, 1e-9), (Kind::Ridge, 1e-9)] {
            let fits = fits(kind, &problem);
            let all = &fits[fits.len() - 1];
            prop_assert!(distance(all, ols) < tolerance, "{kind:?}: {all:?} {ols:?}");
        }
    }

    #[test]
    fn the_residual_of_least_squares_is_orthogonal_to_every_feature(
        seed: u64, p in 2_usize..10, rows in 3_usize..60, last in last(),
    ) {
        let (problem, values) = problem(seed, rows, p, last);
        let b = &fits(Kind::Ols, &problem)[0];
        let mut sums = vec![0.0; p];
        for row in &values {
            let z: Vec<f64> =
                (0..p).map(|j| (row[j] - problem.mean[j]) / problem.scale[j]).collect();
            let fitted: f64 = z.iter().zip(b).map(|(z, b)| z * b).sum();
            let error = row[p] - problem.y_mean - fitted;
            sums.iter_mut().zip(&z).for_each(|(sum, z)| *sum += z * error);
        }
        let scale = rows as f64 * problem.y_variance.sqrt();
        for sum in sums {
            prop_assert!(sum.abs() < 1e-8 * scale, "{sum}");
        }
    }

    #[test]
    fn more_components_fit_the_past_no_worse_and_pls_fits_it_better_than_pcr(
        seed: u64, p in 2_usize..13, rows in 3_usize..60, last in last(),
    ) {
        // De Jong (1993): PLS fits closer than PCR.
        let (problem, _) = problem(seed, rows, p, last);
        let r2 = |kind| -> Vec<f64> {
            let fits = fits(kind, &problem);
            fits.iter().map(|b| problem.in_sample_r2(b).unwrap()).collect()
        };
        let (pcr, pls) = (r2(Kind::Pcr), r2(Kind::Pls));
        for r2 in [&pcr, &pls] {
            prop_assert!(r2.windows(2).all(|pair| pair[1] >= pair[0] - 1e-10), "{r2:?}");
        }
        prop_assert!(pls.iter().zip(&pcr).all(|(pls, pcr)| *pls >= pcr - 1e-10), "{pls:?} {pcr:?}");
        let ols = problem.in_sample_r2(&fits(Kind::Ols, &problem)[0]).unwrap();
        for r2 in [&pcr, &pls] {
            prop_assert!((r2[r2.len() - 1] - ols).abs() < 1e-9, "{r2:?} {ols}");
        }
    }

    #[test]
    fn one_component_of_pls_points_along_the_covariances(seed: u64, p in 1_usize..10, last in last()) {
        let (problem, _) = problem(seed, 80, p, last);
        if let Some(cosine) = cosine(&fits(Kind::Pls, &problem)[0], &problem.moment) {
            prop_assert!(cosine > 1.0 - 1e-12, "{cosine}");
        }
    }

    #[test]
    fn the_combination_is_the_mean_of_fits_on_one_feature(seed: u64, p in 1_usize..10, last in last()) {
        let (problem, values) = problem(seed, 80, p, last);
        let combined = &fits(Kind::Combination, &problem)[0];
        for j in 0..p {
            let mut moments = Moments::new(2);
            values.iter().for_each(|row| moments.add(&[row[j], row[p]]));
            let mut alone = Standardised::new(1);
            alone.load(&moments);
            let b = fits(Kind::Ols, &alone)[0][0] / p as f64;
            prop_assert!((combined[j] - b).abs() < 1e-12, "{j}: {} {b}", combined[j]);
        }
    }

    #[test]
    fn a_copy_shares_its_coefficient_and_a_constant_has_none(seed: u64, p in 2_usize..10) {
        for kind in [Kind::Ols, Kind::Pcr, Kind::Pls, Kind::Combination] {
            let (copied, _) = problem(seed, 100, p, Last::Copy);
            for b in fits(kind, &copied) {
                prop_assert!((b[0] - b[p - 1]).abs() < 1e-9, "{kind:?}: {b:?}");
            }
            let (constant, _) = problem(seed, 100, p, Last::Constant);
            for b in fits(kind, &constant) {
                prop_assert_eq!(b[p - 1], 0.0);
            }
        }
    }
}

#[test]
fn a_target_that_never_moves_has_no_coefficients() {
    let mut moments = Moments::new(3);
    let mut noise = noise::uniform(3);
    (0..20).for_each(|_| moments.add(&[noise(), noise(), 0.5]));
    let mut problem = Standardised::new(2);
    problem.load(&moments);
    for kind in [Kind::Ols, Kind::Pcr, Kind::Pls, Kind::Combination] {
        for b in fits(kind, &problem) {
            assert_eq!(b, [0.0, 0.0], "{kind:?}");
        }
    }
}

#[test]
fn a_grid_has_no_more_components_than_columns() {
    let (problem, _) = problem(1, 50, 4, Last::Own);
    let with = |components| Settings { components, ..Settings::new(Kind::Pls) };
    for (components, expected) in [
        (None, &[1, 2, 3, 4][..]),
        (Some(ComponentGrid::Max { max: 2 }), &[1, 2]),
        (Some(ComponentGrid::List { list: vec![1, 3] }), &[1, 3]),
    ] {
        assert_eq!(Grid::new(&with(components), &problem).components(), expected);
    }
    for (kind, length) in [(Kind::Ols, 1), (Kind::Combination, 1), (Kind::Ridge, 60)] {
        assert_eq!(Grid::new(&Settings::new(kind), &problem).len(), length);
    }
}
