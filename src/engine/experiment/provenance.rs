//! From what the results were computed, as hashes.

use indexmap::IndexMap;

use super::external::Given;
use crate::prices::panel::Panel;
use crate::results::Provenance;
use crate::results::spec::Spec;

/// Hash of the first days of an aligned panel: days, tickers, prices.
pub(crate) fn panel_hash(panel: &Panel, days: usize) -> String {
    let mut data = blake3::Hasher::new();
    for day in &panel.days[..days] {
        data.update(day.to_string().as_bytes());
    }
    for column in std::iter::once(&panel.target).chain(&panel.features) {
        data.update(column.ticker.as_bytes());
        data.update(b"\n");
        for price in &column.prices[..days] {
            data.update(&price.to_le_bytes());
        }
    }
    data.finalize().to_hex().to_string()
}

/// Hashes of the files of forecasts that were made elsewhere, by model.
pub(crate) fn forecasts(given: &[Given]) -> IndexMap<String, String> {
    given.iter().map(|given| (given.model.clone(), given.hash.clone())).collect()
}

/// Hash of a spec with every default written out.
pub(crate) fn spec_hash(spec: &Spec) -> String {
    blake3::hash(spec.to_json().to_string().as_bytes()).to_hex().to_string()
}

/// The engine, and hashes of the spec with every default written out, of the aligned panel, and of
/// the files of forecasts that were made elsewhere.
pub(super) fn provenance(spec: &Spec, data_hash: String, given: &[Given]) -> Provenance {
    Provenance {
        engine: format!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")),
        spec_hash: spec_hash(spec),
        data_hash,
        forecasts: forecasts(given),
    }
}
