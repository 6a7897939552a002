//! What a walk-forward leaves behind.

use ndarray::Array2;

use super::{Fold, Forecast, Refit};
use crate::engine::model::{self, Grid, PathSolver};
use crate::prices::panel::Row;

/// The walk-forward of several models over the same rows.
#[derive(Debug, Clone)]
pub struct Run {
    /// First row `N0` that is forecast.
    pub first_row: Row,
    /// What was fitted and forecast, in order.
    pub folds: Vec<Fold>,
    /// One entry a model, in the order given.
    pub models: Vec<ModelRun>,
}

impl Run {
    /// The row of a forecast.
    pub fn row(&self, forecast: Forecast) -> Row {
        Row(self.first_row.0 + forecast.0)
    }

    /// The forecasts in order.
    pub fn forecasts(&self) -> impl Iterator<Item = Forecast> + use<> {
        let rows = self.folds.last().map_or(0, |last| last.forecast.0.end - self.first_row.0);
        (0..rows).map(Forecast)
    }

    /// The fit that each forecast comes from, in order.
    pub fn refits(&self) -> impl Iterator<Item = Refit> + '_ {
        self.folds.iter().flat_map(|fold| fold.forecast.iter().map(|_| fold.refit))
    }
}

/// One model's walk-forward. `P` forecasts, `A` positions of the grid (penalties or numbers of
/// components), `R` refits, `k` columns.
#[derive(Debug, Clone)]
pub struct ModelRun {
    /// Its settings.
    pub settings: model::Settings,
    /// Names of the columns, `k`.
    pub columns: Vec<String>,
    /// The grid, strongest restriction first, `A`.
    pub grid: Grid,
    /// Forecasts under the penalties selected at each refit, `P`.
    pub forecasts: Vec<f64>,
    /// That of the row behind the last; `None` where nobody asked for it.
    pub next: Option<f64>,
    /// Forecasts under every penalty, `P x A`.
    pub all_forecasts: Array2<f64>,
    /// Position of the selected penalty at each refit, `R`.
    pub selected: Vec<usize>,
    /// Coefficients of the selected penalty on standardised features, `R x k`.
    pub coefficients: Array2<f64>,
    /// Number of non-zero coefficients under every penalty, `R x A`.
    pub nonzero: Array2<u32>,
    /// Coefficients of the last refit under every penalty, `A x k`.
    pub last_coefficients: Array2<f64>,
    /// In-sample R2 of the last refit under every penalty, `A`; `None` without variance.
    pub last_in_sample_r2: Vec<Option<f64>>,
    /// How exact the fits are.
    pub precision: Precision,
}

impl ModelRun {
    pub(super) fn new(
        settings: &model::Settings,
        names: &[String],
        grid: Grid,
        refits: usize,
        forecasts: usize,
    ) -> Self {
        let count = grid.len();
        Self {
            settings: settings.clone(),
            columns: names.to_vec(),
            grid,
            forecasts: Vec::with_capacity(forecasts),
            next: None,
            all_forecasts: Array2::zeros((forecasts, count)),
            selected: Vec::with_capacity(refits),
            coefficients: Array2::zeros((refits, names.len())),
            nonzero: Array2::zeros((refits, count)),
            last_coefficients: Array2::zeros((count, names.len())),
            last_in_sample_r2: Vec::new(),
            precision: Precision::default(),
        }
    }

    /// Forecasts that were made elsewhere: no column, and nothing known of any fit.
    pub(crate) fn given(
        settings: &model::Settings,
        forecasts: &[f64],
        next: Option<f64>,
        refits: usize,
    ) -> Self {
        let mut run = Self::new(settings, &[], Grid::Single, refits, forecasts.len());
        run.all_forecasts.column_mut(0).iter_mut().zip(forecasts).for_each(|(slot, f)| *slot = *f);
        run.forecasts = forecasts.to_vec();
        run.next = next;
        run.selected = vec![0; refits];
        run.last_in_sample_r2 = vec![None];
        run
    }

    /// The penalty selected at a refit; `None` where the model has none.
    pub fn selected_alpha(&self, refit: Refit) -> Option<f64> {
        self.grid.alphas().get(self.selected[refit.0]).copied()
    }

    /// The number of components selected at a refit; `None` where the model has none.
    pub fn selected_components(&self, refit: Refit) -> Option<usize> {
        self.grid.components().get(self.selected[refit.0]).copied()
    }
}

/// The certificates of a model's fits, summed up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Precision {
    /// Number of fits.
    pub fits: usize,
    /// Largest relative KKT residual.
    pub worst_kkt_residual: f64,
    /// Fits that missed the required precision.
    pub uncertified: usize,
    /// Fits that needed coordinate descent.
    pub descents: usize,
}

impl Precision {
    pub(super) fn record(&mut self, solver: &PathSolver) {
        for certificate in solver.path().certificates() {
            self.fits += 1;
            self.worst_kkt_residual = self.worst_kkt_residual.max(certificate.kkt_residual);
            self.uncertified += usize::from(!certificate.certified);
        }
    }
}
