//! What a mark is, smuggled through plotters as a colour and written as CSS classes.
//!
//! plotters knows colours only. Each [`Paint`] has a sentinel colour of its own; the back-end turns
//! it back into the paint, and the paint into a group and classes of the page's style sheet.

use std::cell::RefCell;

use plotters::style::RGBColor;

use super::Role;

/// Everything a chart draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// Marks that look alike, by their class: grid, axis, baseline.
    Group(&'static str),
    /// Background of a state.
    Band(u8),
    /// Fill between a line and the baseline, or of an interval.
    Area(Role),
    /// A line: `kind` is a further class with its space, `dashed` or `light`; `series` its number
    /// in the chart, for the name the back-end writes.
    Line {
        role: Role,
        kind: &'static str,
        series: u8,
    },
    /// From a line's end to its shifted label.
    Leader(Role),
    /// An interval about a value.
    Whisker(Role),
    /// A point.
    Mark(Role),
    Bar(Role),
    /// Cells in one bin of `-5..=5`.
    Field(i8),
}

/// The class of a role.
pub(crate) fn role_class(role: Role) -> String {
    match role {
        Role::Ridge => "ridge".to_owned(),
        Role::Lasso => "lasso".to_owned(),
        Role::ElasticNet => "enet".to_owned(),
        Role::Benchmark => "bench".to_owned(),
        Role::Main => "ink".to_owned(),
        Role::Faint => "faint".to_owned(),
        Role::Category(n) => format!("c{}", n % 12),
    }
}

/// The class of a state's band; the colours of the first four come again.
pub(crate) fn state_class(state: usize) -> String {
    format!("band s{}", state % STATES)
}

/// Colours of states.
pub(super) const STATES: usize = 4;

thread_local! {
    /// The paints that this thread has drawn with so far: a paint's colour is its place here. A
    /// drawing begins and ends on one thread, and no place is ever written.
    static PAINTS: RefCell<Vec<Paint>> = const { RefCell::new(Vec::new()) };
}

impl Paint {
    /// The sentinel colour.
    pub(super) fn colour(self) -> RGBColor {
        let place = PAINTS.with_borrow_mut(|paints| {
            paints.iter().position(|paint| *paint == self).unwrap_or_else(|| {
                paints.push(self);
                paints.len() - 1
            })
        });
        let [.., red, green, blue] = place.to_be_bytes();
        RGBColor(red, green, blue)
    }

    /// The paint of a sentinel colour.
    pub(super) fn of((red, green, blue): (u8, u8, u8)) -> Self {
        let place = u32::from_be_bytes([0, red, green, blue]) as usize;
        PAINTS.with_borrow(|paints| paints.get(place).copied().unwrap_or(Paint::Group("no-data")))
    }

    /// The classes of the mark.
    pub(super) fn classes(self) -> String {
        match self {
            Paint::Group(class) => class.to_owned(),
            Paint::Band(state) => state_class(usize::from(state)),
            Paint::Area(role) => format!("area {}", role_class(role)),
            Paint::Line { role, kind, .. } => format!("line {}{kind}", role_class(role)),
            Paint::Leader(role) => format!("lead {}", role_class(role)),
            Paint::Whisker(role) => format!("whisker {}", role_class(role)),
            Paint::Mark(role) => format!("mark {}", role_class(role)),
            Paint::Bar(role) => format!("bar {}", role_class(role)),
            Paint::Field(bin) => format!("cell h{bin}"),
        }
    }
}
