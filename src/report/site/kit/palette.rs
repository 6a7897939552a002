//! Who has which colour: models, their systems, and the states of a regime as background bands.

use crate::report::chart::{Band, Role, state_class};
use crate::report::site::kit::view::Swatch;
use crate::results::spec::{Kind, SystemKind};
use crate::results::{RegimeKind, RegimeSummary, Results, Segment, StateSummary};

/// The colour that the first plain model of a kind has; where its rows are weighted, one of the same
/// family.
pub(crate) fn usual(kind: Kind, is_weighted: bool) -> Role {
    match kind {
        Kind::Ridge if is_weighted => Role::Category(4),
        Kind::Lasso if is_weighted => Role::Category(10),
        Kind::ElasticNet if is_weighted => Role::Category(9),
        Kind::Ridge => Role::Ridge,
        Kind::Lasso => Role::Lasso,
        Kind::ElasticNet => Role::ElasticNet,
        Kind::Ols => Role::Category(3),
        Kind::Pcr => Role::Category(8),
        Kind::Pls => Role::Category(11),
        Kind::Combination => Role::Category(5),
        Kind::External => Role::Category(8),
    }
}

/// The colour of a system in the family of its twin's: blues and violets for the ridge, warm
/// colours for the lasso, greens for the elastic net.
pub(crate) fn near(twin: Option<Role>, system: SystemKind) -> Option<Role> {
    let family = match twin? {
        Role::Ridge => [6, 4, 0],
        Role::Lasso => [1, 10, 5],
        Role::ElasticNet => [2, 9, 7],
        _ => return None,
    };
    let position = match system {
        SystemKind::Gated => 0,
        SystemKind::PerRegime => 1,
        SystemKind::Interacted => 2,
    };
    Some(Role::Category(family[position]))
}

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
