//! What a mark is, smuggled through plotters as a colour and written as CSS classes.
//!
//! plotters knows colours only. Each [`Paint`] has a sentinel colour of its own; the back-end turns
//! it back into the paint, and the paint into a group and classes of the page's style sheet.

use plotters::style::RGBColor;

use super::Role;

/// Everything a chart draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// Background of a state.
    Band(u8),
    /// Light line of a tick.
    Grid,
    /// Edge of the plot and its tick marks.
    Axis,
    /// The value that matters, such as zero.
    Baseline,
    /// Fill between a line and the baseline.
    Area(Role),
    /// A line; `series` is its number in the chart.
    Line {
        /// Whose.
        role: Role,
        /// Broken stroke.
        dashed: bool,
        /// Number of the series, for the name the back-end writes.
        series: u8,
    },
    /// From a line's end to its shifted label.
    Leader(Role),
    /// A selected point.
    Mark(Role),
    /// A bar.
    Bar(Role),
    /// The interval of a bar.
    Whisker,
    /// A horizontal reference.
    Reference,
    /// A cell of a heat map: its bin in `-5..=5`, `None` without a value.
    Cell(Option<i8>),
    /// Label of a horizontal position; every other one is `spare` (dropped on narrow screens).
    TickX {
        /// May be dropped.
        spare: bool,
    },
    /// Label of a vertical position.
    TickY,
    /// Title of an axis.
    Label,
    /// Direct label at a line's end.
    End(Role),
    /// Label of a reference line.
    ReferenceLabel,
    /// Value over a bar.
    Value,
    /// Value in a cell, `dark` where the cell's colour is strong.
    CellValue {
        /// Light text is needed.
        dark: bool,
    },
    /// The words of an empty chart.
    NoData,
    /// A line of context in the colour of its role, lighter than the one that matters.
    Light {
        /// Whose.
        role: Role,
        /// Number of the series, for the name the back-end writes.
        series: u8,
    },
    /// A vertical rule at a day that matters.
    Rule,
    /// Cells of a surface in one bin of `-5..=5`.
    Field(i8),
    /// The light edge around a line that crosses a surface.
    Halo,
    /// A branch of a dendrogram.
    Branch,
    /// A day marked at the lower edge of the plot.
    Rug,
}

/// How a paint reads in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Classes {
    /// Class of the group that the mark sits in.
    pub group: String,
    /// Class of the mark itself, where it differs within the group.
    pub own: Option<String>,
}

/// The class of a role.
pub(super) fn role_class(role: Role) -> String {
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

/// The first category's code; the named roles sit below.
const FIRST_CATEGORY: u8 = 16;

fn role_code(role: Role) -> u8 {
    match role {
        Role::Ridge => 0,
        Role::Lasso => 1,
        Role::ElasticNet => 2,
        Role::Benchmark => 3,
        Role::Main => 4,
        Role::Faint => 5,
        Role::Category(n) => FIRST_CATEGORY + n % 12,
    }
}

fn role_of(code: u8) -> Role {
    match code {
        0 => Role::Ridge,
        1 => Role::Lasso,
        2 => Role::ElasticNet,
        3 => Role::Benchmark,
        4 => Role::Main,
        5 => Role::Faint,
        n => Role::Category(n.saturating_sub(FIRST_CATEGORY)),
    }
}

/// Code of a cell without a value; bins are stored shifted by five.
const EMPTY_CELL: u8 = 11;

impl Paint {
    /// The sentinel colour: kind, then up to two bytes of detail.
    pub(super) fn colour(self) -> RGBColor {
        let (kind, detail, series) = match self {
            Paint::Band(state) => (0, state, 0),
            Paint::Grid => (1, 0, 0),
            Paint::Axis => (2, 0, 0),
            Paint::Baseline => (3, 0, 0),
            Paint::Area(role) => (4, role_code(role), 0),
            Paint::Line { role, dashed: false, series } => (5, role_code(role), series),
            Paint::Line { role, dashed: true, series } => (6, role_code(role), series),
            Paint::Leader(role) => (7, role_code(role), 0),
            Paint::Mark(role) => (8, role_code(role), 0),
            Paint::Bar(role) => (9, role_code(role), 0),
            Paint::Whisker => (10, 0, 0),
            Paint::Reference => (11, 0, 0),
            Paint::Cell(bin) => (12, bin.map_or(EMPTY_CELL, shifted), 0),
            Paint::TickX { spare } => (13, u8::from(spare), 0),
            Paint::TickY => (14, 0, 0),
            Paint::Label => (15, 0, 0),
            Paint::End(role) => (16, role_code(role), 0),
            Paint::ReferenceLabel => (17, 0, 0),
            Paint::Value => (18, 0, 0),
            Paint::CellValue { dark } => (19, u8::from(dark), 0),
            Paint::NoData => (20, 0, 0),
            Paint::Light { role, series } => (21, role_code(role), series),
            Paint::Rule => (22, 0, 0),
            Paint::Field(bin) => (23, shifted(bin), 0),
            Paint::Halo => (24, 0, 0),
            Paint::Branch => (25, 0, 0),
            Paint::Rug => (26, 0, 0),
        };
        RGBColor(kind, detail, series)
    }

    /// The paint of a sentinel colour.
    pub(super) fn of((kind, detail, series): (u8, u8, u8)) -> Self {
        match kind {
            0 => Paint::Band(detail),
            1 => Paint::Grid,
            2 => Paint::Axis,
            3 => Paint::Baseline,
            4 => Paint::Area(role_of(detail)),
            5 | 6 => Paint::Line { role: role_of(detail), dashed: kind == 6, series },
            7 => Paint::Leader(role_of(detail)),
            8 => Paint::Mark(role_of(detail)),
            9 => Paint::Bar(role_of(detail)),
            10 => Paint::Whisker,
            11 => Paint::Reference,
            12 => Paint::Cell((detail != EMPTY_CELL).then(|| detail.min(10) as i8 - 5)),
            13 => Paint::TickX { spare: detail == 1 },
            14 => Paint::TickY,
            15 => Paint::Label,
            16 => Paint::End(role_of(detail)),
            17 => Paint::ReferenceLabel,
            18 => Paint::Value,
            19 => Paint::CellValue { dark: detail == 1 },
            21 => Paint::Light { role: role_of(detail), series },
            22 => Paint::Rule,
            23 => Paint::Field(detail.min(10) as i8 - 5),
            24 => Paint::Halo,
            25 => Paint::Branch,
            26 => Paint::Rug,
            _ => Paint::NoData,
        }
    }

    /// The classes to write.
    pub(super) fn classes(self) -> Classes {
        let shared = |group: &str| Classes { group: group.to_owned(), own: None };
        let each = |group: &str, own: String| Classes { group: group.to_owned(), own: Some(own) };
        match self {
            Paint::Band(state) => each("bands", format!("band s{}", state % 4)),
            Paint::Grid => shared("grid"),
            Paint::Axis => shared("axis"),
            Paint::Baseline => shared("baseline"),
            Paint::Area(role) => each("areas", format!("area {}", role_class(role))),
            Paint::Line { role, dashed, .. } => {
                let dash = if dashed { " dashed" } else { "" };
                each("lines", format!("line {}{dash}", role_class(role)))
            }
            Paint::Leader(role) => each("leaders", role_class(role)),
            Paint::Mark(role) => each("marks", format!("mark {}", role_class(role))),
            Paint::Bar(role) => each("bars", format!("bar {}", role_class(role))),
            Paint::Whisker => shared("whiskers"),
            Paint::Reference => shared("references"),
            Paint::Cell(Some(bin)) => each("cells", format!("h{bin}")),
            Paint::Cell(None) => each("cells", "empty".to_owned()),
            Paint::TickX { spare: false } => shared("tick x"),
            Paint::TickX { spare: true } => shared("tick x spare"),
            Paint::TickY => shared("tick y"),
            Paint::Label => shared("label"),
            Paint::End(role) => each("end", role_class(role)),
            Paint::ReferenceLabel => shared("reference-label"),
            Paint::Value => shared("value"),
            Paint::CellValue { dark: false } => shared("cell-value"),
            Paint::CellValue { dark: true } => shared("cell-value on-dark"),
            Paint::NoData => shared("no-data"),
            Paint::Light { role, .. } => each("lines", format!("line {} light", role_class(role))),
            Paint::Rule => shared("rules"),
            Paint::Field(bin) => each("cells", format!("h{bin}")),
            Paint::Halo => shared("halo"),
            Paint::Branch => shared("tree"),
            Paint::Rug => shared("rug"),
        }
    }
}

fn shifted(bin: i8) -> u8 {
    (bin.clamp(-5, 5) + 5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_paint_survives_the_way_through_a_colour() {
        let roles = (0..12).map(Role::Category).chain([
            Role::Ridge,
            Role::Lasso,
            Role::ElasticNet,
            Role::Benchmark,
            Role::Main,
            Role::Faint,
        ]);
        let mut paints = vec![
            Paint::Grid,
            Paint::Axis,
            Paint::Baseline,
            Paint::Whisker,
            Paint::Reference,
            Paint::TickY,
            Paint::Label,
            Paint::ReferenceLabel,
            Paint::Value,
            Paint::NoData,
            Paint::Rule,
            Paint::Halo,
            Paint::Branch,
            Paint::Rug,
            Paint::Cell(None),
        ];
        for role in roles {
            paints.extend([
                Paint::Area(role),
                Paint::Leader(role),
                Paint::Mark(role),
                Paint::Bar(role),
                Paint::End(role),
                Paint::Line { role, dashed: true, series: 7 },
                Paint::Line { role, dashed: false, series: 255 },
                Paint::Light { role, series: 3 },
            ]);
        }
        paints.extend((0..4).map(Paint::Band));
        paints.extend((-5..=5).flat_map(|bin| [Paint::Cell(Some(bin)), Paint::Field(bin)]));
        for flag in [false, true] {
            paints.extend([Paint::TickX { spare: flag }, Paint::CellValue { dark: flag }]);
        }
        for paint in paints {
            let RGBColor(r, g, b) = paint.colour();
            assert_eq!(Paint::of((r, g, b)), paint);
        }
    }
}
