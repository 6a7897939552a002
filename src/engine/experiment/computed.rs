//! What a run leaves behind.

use super::judged::Judged;
use super::market::Market;
use super::shared::Pass;
use crate::base::units::Day;
use crate::engine::backtest::TrackRecord;
use crate::engine::regime::Labels;
use crate::engine::spec::Spec;
use crate::prices::panel::{DayIndex, Panel};
use crate::results::names;

/// What a run leaves behind, before it is put into the contract's types.
pub(super) struct Computed<'a> {
    pub(super) spec: &'a Spec,
    pub(super) panel: &'a Panel,
    pub(super) market: &'a Market<'a>,
    pub(super) pass: &'a Pass,
    /// In the order of the spec.
    pub(super) models: Vec<Judged<'a>>,
    pub(super) buy_and_hold: TrackRecord,
    pub(super) labels: Vec<Labels>,
}

impl<'a> Computed<'a> {
    pub(super) fn actual(&self) -> &[f64] {
        self.pass.actual()
    }

    /// The target's simple returns on the forecast rows.
    pub(super) fn simple(&self) -> Vec<f64> {
        self.actual().iter().map(|r| libm::expm1(*r)).collect()
    }

    /// Days over which the forecasts are earned.
    pub(super) fn days(&self) -> &[Day] {
        &self.pass.rows.days[self.pass.run.first_row.0..]
    }

    /// Days on which the forecasts are decided.
    pub(super) fn decided(&self) -> impl Iterator<Item = DayIndex> + '_ {
        let run = &self.pass.run;
        run.forecasts().map(|forecast| self.pass.rows.decided(run.row(forecast)))
    }

    /// Every model's track record under every rule, by `model.rule`.
    pub(super) fn strategies(&self) -> impl Iterator<Item = (String, &TrackRecord)> {
        self.models.iter().flat_map(|model| {
            let tracks = model.tracks.iter();
            tracks.map(|(rule, track)| (names::track(model.name(), rule), track))
        })
    }

    /// Every pair of plain models once: a system has coefficients by state, which compare with
    /// none.
    pub(super) fn plain_pairs(&self) -> Vec<(&Judged<'a>, &Judged<'a>)> {
        let plain: Vec<&Judged<'a>> = self.models.iter().filter(|model| model.is_plain()).collect();
        let after = |(first, a)| plain[first + 1..].iter().map(move |b| (a, *b));
        plain.iter().copied().enumerate().flat_map(after).collect()
    }
}
