//! What an experiment runs on.

use super::external::Given;
use crate::base::diagnostic::Place;
use crate::engine::spec::Spec;
use crate::prices::data::{Description, Truth};
use crate::prices::panel::Panel;

/// What an experiment is given beside the prices of its panel.
#[derive(Debug, Clone, Copy, Default)]
pub struct Source<'a> {
    /// `source.yaml`.
    pub description: Option<&'a Description>,
    /// The planted truth of a synthetic source.
    pub truth: Option<&'a Truth>,
    /// Forecasts that were made elsewhere, of every external model of the spec.
    pub given: &'a [Given],
}

/// One experiment to run.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// What to run.
    pub spec: &'a Spec,
    /// On which panel.
    pub panel: &'a Panel,
    /// Where the spec stands, for problems.
    pub place: Option<&'a Place>,
    /// What else is known of its source.
    pub source: Source<'a>,
}

impl Task<'_> {
    /// Whether one pass over the rows serves both: same rows, schedule and selection. Panels are told
    /// apart by identity.
    pub(crate) fn shares_walk(&self, other: &Task<'_>) -> bool {
        std::ptr::eq(self.panel, other.panel)
            && self.spec.data.lags == other.spec.data.lags
            && self.spec.walk_forward == other.spec.walk_forward
            && self.spec.selection == other.spec.selection
    }
}
