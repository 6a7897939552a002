//! A window's regression problem on standardised features.

use crate::base::moments::Moments;
use crate::base::statistics::{dot, largest_size};

/// Variance below which a direction, or a pivot below which a column, depends on the others; features
/// have unit variance.
pub(super) const COLLINEAR: f64 = 1e-11;

/// The regression of `y` on standardised features over the rows of a window.
///
/// Features are centred by their mean and divided by their population standard deviation
/// (`ddof = 0`); `y` is centred. A constant feature gets scale 1 and takes no part.
#[derive(Debug, Clone, PartialEq)]
pub struct Standardised {
    p: usize,
    /// Rows `m` of the window.
    pub rows: usize,
    /// Feature means, `p`.
    pub mean: Vec<f64>,
    /// Feature scales, `p`.
    pub scale: Vec<f64>,
    /// Mean of `y`: the intercept.
    pub y_mean: f64,
    /// Population variance of `y`.
    pub y_variance: f64,
    /// `X'X / m`, the features' correlation matrix, `p x p`, both triangles.
    pub gram: Vec<f64>,
    /// `X'y / m`, `p`.
    pub moment: Vec<f64>,
    /// `1 / scale`, 0 for a constant feature.
    inverse_scale: Vec<f64>,
}

impl Standardised {
    /// Buffers for `p` features.
    pub fn new(p: usize) -> Self {
        Self {
            p,
            rows: 0,
            mean: vec![0.0; p],
            scale: vec![1.0; p],
            y_mean: 0.0,
            y_variance: 0.0,
            gram: vec![0.0; p * p],
            moment: vec![0.0; p],
            inverse_scale: vec![0.0; p],
        }
    }

    /// Number of features `p`.
    pub fn features(&self) -> usize {
        self.p
    }

    /// The correlations of feature `j` with all, `p`.
    #[inline]
    pub(super) fn row(&self, j: usize) -> &[f64] {
        &self.gram[j * self.p..(j + 1) * self.p]
    }

    /// Takes over the moments of a window whose variables are the `p` features and then `y`.
    ///
    /// # Panics
    /// If the moments are not of `p + 1` variables.
    pub fn load(&mut self, moments: &Moments) {
        let p = self.p;
        assert_eq!(moments.variables(), p + 1, "moments of the features and the target");
        // Without rows everything is zero.
        let m = if moments.count() > 0 { moments.weight() } else { 1.0 };
        self.rows = moments.count();
        self.mean.copy_from_slice(&moments.mean()[..p]);
        self.y_mean = moments.mean()[p];
        self.y_variance = moments.comoment(p, p) / m;
        let with_y = moments.lower_row(p);
        for j in 0..p {
            if moments.is_constant(j) {
                self.scale[j] = 1.0;
                self.inverse_scale[j] = 0.0;
            } else {
                self.scale[j] = (moments.comoment(j, j) / m).sqrt();
                self.inverse_scale[j] = 1.0 / self.scale[j];
            }
            self.moment[j] = with_y[j] / m * self.inverse_scale[j];
        }
        for i in 0..p {
            let row = moments.lower_row(i);
            let factor = self.inverse_scale[i] / m;
            for (j, comoment) in row[..i].iter().enumerate() {
                let correlation = comoment * factor * self.inverse_scale[j];
                self.gram[i * p + j] = correlation;
                self.gram[j * p + i] = correlation;
            }
            // Exactly one, whatever the rounding of the square root.
            self.gram[i * p + i] = if self.inverse_scale[i] > 0.0 { 1.0 } else { 0.0 };
        }
    }

    /// Standardises one row of features into `z`.
    pub fn standardise(&self, row: impl Iterator<Item = f64>, z: &mut [f64]) {
        for (((z, x), mean), scale) in z.iter_mut().zip(row).zip(&self.mean).zip(&self.scale) {
            *z = (x - mean) / scale;
        }
    }

    /// Largest `|x_j' y| / m`: the gradient of the squared error at zero coefficients.
    pub fn largest_moment(&self) -> f64 {
        largest_size(&self.moment)
    }

    /// Minus the gradient of half the mean squared error: `c - G b`, `p`, written to `gradient`.
    pub(super) fn gradient(&self, coefficients: &[f64], gradient: &mut [f64]) {
        for (j, slope) in gradient.iter_mut().enumerate() {
            *slope = self.moment[j] - dot(self.row(j), coefficients);
        }
    }

    /// In-sample R2 of standardised coefficients.
    pub fn in_sample_r2(&self, coefficients: &[f64]) -> Option<f64> {
        if self.y_variance <= 0.0 {
            return None;
        }
        let mut explained = 0.0;
        for (i, b) in coefficients.iter().enumerate() {
            explained += b * (2.0 * self.moment[i] - dot(self.row(i), coefficients));
        }
        Some(explained / self.y_variance)
    }
}
