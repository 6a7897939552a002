//! The three models as estimators of linfa's ecosystem, one penalty at a time.

use linfa::dataset::{AsSingleTargets, DatasetBase};
use linfa::traits::{Fit, PredictInplace};
use ndarray::{Array1, ArrayBase, ArrayView1, Data, Ix2};

use super::{Certificate, Kind, PathSolver, Standardised};
use crate::base::moments::Moments;

/// One of the three models at one penalty; `Fit` it to a linfa dataset.
///
/// Features are standardised and the target centred inside the fit, as in the walk-forward, so
/// `alpha` means the same at every number of rows and for every scale of the features.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel {
    /// Which penalty.
    pub kind: Kind,
    /// Strength of the penalty, positive.
    pub alpha: f64,
    /// Mixing of the penalties of an elastic net, in `(0, 1)`; ignored by ridge and lasso.
    pub l1_ratio: f64,
}

/// A fitted model: forecasts are `intercept + z' coefficients`, `z` the standardised features.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedLinear {
    /// On standardised features, `p`.
    pub coefficients: Array1<f64>,
    /// The training mean of the target.
    pub intercept: f64,
    /// Training means of the features.
    pub mean: Array1<f64>,
    /// Training scales of the features (population standard deviation).
    pub scale: Array1<f64>,
    /// How exact the fit is.
    pub certificate: Certificate,
}

/// Why a model was not fitted.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A hyperparameter out of its range.
    #[error("{0}")]
    Parameter(&'static str),
    /// A value that is not finite.
    #[error("row {row} holds a value that is not finite")]
    NotFinite {
        /// Row number from 0.
        row: usize,
    },
    /// No row at all.
    #[error("the dataset has no rows")]
    Empty,
    /// The required precision was not reached.
    #[error("the fit missed its precision: KKT residual {0:e}")]
    Uncertified(f64),
    /// An error of linfa itself.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
}

impl<D, T> Fit<ArrayBase<D, Ix2>, T, ModelError> for LinearModel
where
    D: Data<Elem = f64>,
    T: AsSingleTargets<Elem = f64>,
{
    type Object = FittedLinear;

    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<FittedLinear, ModelError> {
        if !(self.alpha.is_finite() && self.alpha > 0.0) {
            return Err(ModelError::Parameter("alpha must be a positive number"));
        }
        if self.kind == Kind::ElasticNet && !(self.l1_ratio > 0.0 && self.l1_ratio < 1.0) {
            return Err(ModelError::Parameter("l1_ratio must lie between 0 and 1"));
        }
        let records = dataset.records();
        let targets = dataset.targets().as_targets();
        let p = records.ncols();
        let mut moments = Moments::new(p + 1);
        let mut row = vec![0.0; p + 1];
        for (i, (features, target)) in records.outer_iter().zip(targets.iter()).enumerate() {
            for (slot, value) in row.iter_mut().zip(features.iter().chain([target])) {
                *slot = *value;
            }
            if row.iter().any(|value| !value.is_finite()) {
                return Err(ModelError::NotFinite { row: i });
            }
            moments.add(&row);
        }
        if moments.count() == 0 {
            return Err(ModelError::Empty);
        }
        let mut problem = Standardised::new(p);
        problem.load(&moments);
        let mut solver = PathSolver::new(self.kind, self.l1_ratio, vec![self.alpha], p);
        let path = solver.solve(&problem);
        let certificate = path.certificates()[0];
        if !certificate.certified {
            return Err(ModelError::Uncertified(certificate.kkt_residual));
        }
        Ok(FittedLinear {
            coefficients: path.coefficients(0).collect(),
            intercept: problem.y_mean,
            mean: problem.mean.into(),
            scale: problem.scale.into(),
            certificate,
        })
    }
}

impl FittedLinear {
    fn forecast(&self, row: ArrayView1<'_, f64>) -> f64 {
        let standardised =
            row.iter().zip(&self.mean).zip(&self.scale).map(|((x, m), s)| (x - m) / s);
        standardised.zip(&self.coefficients).fold(self.intercept, |sum, (z, b)| sum + b * z)
    }
}

impl<D: Data<Elem = f64>> PredictInplace<ArrayBase<D, Ix2>, Array1<f64>> for FittedLinear {
    fn predict_inplace(&self, x: &ArrayBase<D, Ix2>, y: &mut Array1<f64>) {
        assert_eq!(x.nrows(), y.len(), "one forecast a row");
        for (row, y) in x.outer_iter().zip(y.iter_mut()) {
            *y = self.forecast(row);
        }
    }

    fn default_target(&self, x: &ArrayBase<D, Ix2>) -> Array1<f64> {
        Array1::zeros(x.nrows())
    }
}

#[cfg(test)]
mod tests {
    use linfa::prelude::*;
    use ndarray::Array2;

    use super::*;

    fn dataset() -> Dataset<f64, f64, ndarray::Ix1> {
        let x = Array2::from_shape_fn((200, 4), |(i, j)| {
            3.0 + ((i * (7 + 3 * j) + j * j) % 31) as f64 / 31.0
        });
        let y = Array1::from_shape_fn(200, |i| {
            10.0 + 2.0 * x[[i, 0]] - x[[i, 2]] + 0.1 * ((i * 17) % 13) as f64
        });
        Dataset::new(x, y)
    }

    /// linfa's own coordinate descent agrees, on features that it is given standardised.
    #[test]
    fn linfa_elasticnet_agrees_where_it_converges() {
        let data = dataset();
        for (kind, l1_ratio) in [(Kind::Lasso, 1.0), (Kind::ElasticNet, 0.5)] {
            for alpha in [0.3, 0.05, 1e-3] {
                let ours = LinearModel { kind, alpha, l1_ratio }.fit(&data).unwrap();
                let z = Array2::from_shape_fn(data.records().dim(), |(i, j)| {
                    (data.records()[[i, j]] - ours.mean[j]) / ours.scale[j]
                });
                let theirs = linfa_elasticnet::ElasticNet::<f64>::params()
                    .penalty(alpha)
                    .l1_ratio(l1_ratio)
                    .tolerance(1e-14)
                    .max_iterations(100_000)
                    .fit(&Dataset::new(z, data.targets().clone()))
                    .unwrap();
                let worst = (&ours.coefficients - theirs.hyperplane()).mapv(f64::abs);
                assert!(worst.iter().all(|w| *w < 1e-8), "{kind:?} {alpha}: {worst}");
                assert!((ours.intercept - theirs.intercept()).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_weak_ridge_is_least_squares_and_a_strong_one_the_mean() {
        let data = dataset();
        let fit = |alpha| {
            let model = LinearModel { kind: Kind::Ridge, alpha, l1_ratio: 0.0 };
            let fitted = model.fit(&data).unwrap();
            (fitted.predict(data.records()) - data.targets()).mapv(|e| e * e).sum()
        };
        let weak = fit(1e-9);
        assert!(weak < fit(0.1) && fit(0.1) < fit(1e9));
        let mean = data.targets().mean().unwrap();
        let total = data.targets().mapv(|y| (y - mean) * (y - mean)).sum();
        assert!((fit(1e12) / total - 1.0).abs() < 1e-9);
    }

    #[test]
    fn bad_input_is_refused_with_its_place() {
        let mut data = dataset();
        data.records[[7, 1]] = f64::NAN;
        let model = LinearModel { kind: Kind::Lasso, alpha: 0.1, l1_ratio: 1.0 };
        assert!(matches!(model.fit(&data), Err(ModelError::NotFinite { row: 7 })));
        let model = LinearModel { alpha: 0.0, ..model };
        assert!(matches!(model.fit(&data), Err(ModelError::Parameter(_))));
    }
}
