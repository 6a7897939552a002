//! What the user said of the files of an import.

use super::dates::DateOrder;
use super::layout::Layout;
use super::numbers::DecimalMark;
use crate::base::units::Day;
use crate::prices::quotes::Field;

/// What the user said; the rest is found out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// The layout of all files.
    pub layout: Option<Layout>,
    /// What separates fields.
    pub separator: Option<char>,
    /// Which number of a date is the day.
    pub date_order: Option<DateOrder>,
    /// What stands before decimals.
    pub decimal: Option<DecimalMark>,
    /// Which price of the bar to take; the adjusted close, or else the close, by default.
    pub field: Option<Field>,
    /// The ticker of a single file that does not name it.
    pub ticker: Option<String>,
    /// Days before are left out.
    pub start: Option<Day>,
    /// Days after are left out.
    pub end: Option<Day>,
    /// Keep a last bar that was taken during the session.
    pub keep_last: bool,
    /// Keep days on which only the first ticker has begun.
    pub all_days: bool,
}
