//! Drawdowns, cost curves and the further figures of track records, put into the contract's types.

use indexmap::IndexMap;

use super::computed::Computed;
use super::cost_curve::cost_curve;
use crate::engine::backtest::TrackRecord;
use crate::engine::metrics::tear_sheet;
use crate::results::{DEEPEST, DataSummary, Drawdown, ModelSummary, TearSheet, drawdowns, names};

/// The further figures of every strategy and of holding the target.
pub(super) fn tear_sheets(computed: &Computed<'_>, data: &DataSummary) -> Vec<TearSheet> {
    let (days, hold) = (computed.days(), &computed.buy_and_hold);
    let of = |name: String, track: &TrackRecord, target| {
        tear_sheet(name, track, days, target, data.fewest_held())
    };
    let strategies = computed.strategies().map(|(name, track)| of(name, track, Some(hold)));
    strategies.chain([of(names::BUY_AND_HOLD.to_owned(), hold, None)]).collect()
}

/// Fills in the drawdowns and the cost curve of each model under the headline rule.
pub(super) fn of_headline(
    computed: &Computed<'_>,
    models: &mut IndexMap<String, ModelSummary>,
    rule: &str,
    data: &DataSummary,
) {
    for (model, summary) in computed.models.iter().zip(models.values_mut()) {
        let known = model.tracks.get(rule).zip(summary.strategies.get(rule));
        let Some((track, metrics)) = known else { continue };
        summary.drawdowns = deepest(computed, track);
        summary.cost_curve = cost_curve(computed, track, metrics, data.fewest_held());
    }
}

/// The deepest drawdowns of a record.
pub(super) fn deepest(computed: &Computed<'_>, track: &TrackRecord) -> Vec<Drawdown> {
    let mut found = drawdowns(computed.days(), &track.growth);
    found.truncate(DEEPEST);
    found
}
