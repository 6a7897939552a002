//! Who has which colour: models, their systems, and the states of a regime as background bands.

use crate::report::chart::{Band, Role, state_class};
use crate::report::site::kit::view::Swatch;
use crate::results::spec::{Kind, SystemKind};
use crate::results::{RegimeKind, RegimeSummary, Results, Segment, StateSummary};

/// The colour that the first model of a kind has. A model whose rows are weighted and those beyond
/// the three penalised ones have inks that stay apart from all others (tests/suite/colours.rs).
pub(crate) fn usual(kind: Kind, is_weighted: bool) -> Role {
    match kind {
        Kind::Ridge if is_weighted => Role::Category(0),
        Kind::Lasso if is_weighted => Role::Category(1),
        Kind::ElasticNet if is_weighted => Role::Category(2),
        Kind::Ridge => Role::Ridge,
        Kind::Lasso => Role::Lasso,
        Kind::ElasticNet => Role::ElasticNet,
        Kind::Ols | Kind::External => Role::Category(0),
        Kind::Pcr => Role::Category(1),
        Kind::Pls => Role::Category(2),
        Kind::Combination => Role::Category(3),
    }
}

/// The colour of a regime-aware system, whatever its twin: another hue, not a tint of the twin's.
pub(crate) fn aware(system: SystemKind) -> Role {
    match system {
        SystemKind::Gated => Role::Category(0),
        SystemKind::PerRegime => Role::Category(1),
        SystemKind::Interacted => Role::Category(2),
    }
}

/// The colour that is wanted or else the first category that nobody has yet; all taken, the one
/// of the position.
pub(crate) fn free(wanted: Role, taken: &[Role], position: usize) -> Role {
    let categories = (0..CATEGORIES).map(Role::Category);
    let free = std::iter::once(wanted).chain(categories).find(|role| !taken.contains(role));
    free.unwrap_or(Role::Category((position % usize::from(CATEGORIES)) as u8))
}

/// Colours of categories.
const CATEGORIES: u8 = 12;

/// The regime behind the charts: the first detector, or the planted truth when there is no other.
pub(crate) fn background(results: &Results) -> Option<&RegimeSummary> {
    let detected = results.regimes.iter().find(|regime| regime.kind != RegimeKind::Planted);
    detected.or(results.regimes.first())
}

/// A regime's runs as bands.
pub(crate) fn bands(regime: &RegimeSummary) -> Vec<Band> {
    let band = |run: &Segment| Band { from: run.from, to: run.to, state: run.state };
    regime.segments.iter().map(band).collect()
}

/// What a regime's bands mean.
pub(crate) fn band_key(regime: &RegimeSummary) -> Vec<Swatch> {
    let swatch = |(number, state): (usize, &StateSummary)| Swatch {
        class: state_class(number),
        label: state.label.clone(),
    };
    regime.states.iter().enumerate().map(swatch).collect()
}
