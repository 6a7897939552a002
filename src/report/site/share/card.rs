//! What a picture for link previews shows.

use crate::report::chart::Role;

/// The words and the chart of a picture.
pub(super) struct Card<'a> {
    /// In small letters above the title.
    pub kicker: String,
    pub title: &'a str,
    /// "Confirmed"; `None` without criteria.
    pub stamp: Option<&'static str>,
    pub answer: &'a str,
    pub chart: Chart,
    /// What the chart shows, under it.
    pub caption: String,
}

pub(super) enum Chart {
    /// Lines over days: whose, whether dashed, one value a day.
    Lines(Vec<(Role, bool, Vec<f64>)>),
    /// Values with intervals, one below the other.
    Whiskers(Vec<Whisker>),
}

/// A value with its interval.
pub(super) struct Whisker {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// Drawn hollow.
    pub is_control: bool,
}

impl Chart {
    /// The smallest range that holds all values and zero; `None` where there is nothing to draw.
    pub(super) fn range(&self) -> Option<(f64, f64)> {
        let values: Vec<f64> = match self {
            Self::Lines(lines) => lines.iter().flat_map(|(.., values)| values).copied().collect(),
            Self::Whiskers(all) => all.iter().flat_map(|each| [each.low, each.high]).collect(),
        };
        let finite = values.into_iter().filter(|value| value.is_finite());
        let (low, high) = finite
            .fold((0.0, 0.0), |(low, high): (f64, f64), value| (low.min(value), high.max(value)));
        (low < high).then_some((low, high))
    }
}
