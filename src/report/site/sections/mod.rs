//! One file a section of an experiment's or a source's page.

pub(crate) mod alpha_path;
pub(crate) mod by_state;
mod calibration;
pub(crate) mod certificate;
pub(crate) mod compared;
mod conventions;
mod costs;
pub(crate) mod coverage;
pub(crate) mod detector;
pub(crate) mod growth;
pub(crate) mod key_chart;
pub(crate) mod months;
pub(crate) mod periods;
pub(crate) mod quality;
pub(crate) mod search;
pub(crate) mod signal;
pub(crate) mod systems;
mod tear_sheet;
pub(crate) mod track_record;
pub(crate) mod trust;
pub(crate) mod when;
pub(crate) mod why;
