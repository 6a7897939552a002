//! From results to charts, pages and verdicts on changes; text in memory.

pub(crate) mod chart;
pub(crate) mod diff;
pub mod site;
#[cfg(test)]
pub(crate) mod stored;
pub(crate) mod unit;
pub(crate) mod words;
