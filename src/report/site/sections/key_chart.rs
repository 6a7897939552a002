//! The chart under the answer: what an experiment is about decides which.

use crate::base::units::format;
use crate::report::chart::{self, DotChart, Size, Unit};
use crate::report::site::kit::about::About;
use crate::report::site::kit::figures::{dots, words, zero_axis};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Figure, range};
use crate::report::site::sections::{costs, signal, systems};
use crate::report::site::sweep;
use crate::results::value;

/// The chart; `None` of an experiment without forecasts.
pub(crate) fn figure(subject: &Subject<'_>) -> Option<Figure> {
    let own = match subject.about {
        About::Sweep => subject.sweep.and_then(sweep::key_figure),
        About::Regime => systems::squared_error(subject),
        About::Change => differences(subject),
        About::Costs => costs::figure(subject, Size::Key),
        About::Signal | About::Detectors => None,
    };
    own.or_else(|| signal::squared_error(subject, Size::Key))
}

/// The paired differences in R2 from the experiment that it is compared with.
fn differences(subject: &Subject<'_>) -> Option<Figure> {
    let comparison = subject.results.comparison.as_ref()?;
    let models: Vec<&Model<'_>> =
        subject.everyone().filter(|model| comparison.models.contains_key(model.name)).collect();
    let of = |model: &Model<'_>| comparison.models.get(model.name);
    let one = |model: &&Model<'_>| {
        let gains = of(model);
        let raw = gains.and_then(|gains| gains.r2_gain);
        dots(model.role, [raw, gains.and_then(|gains| gains.scaled_r2_gain)])
    };
    let title = format!("Difference in R² from “{}” on the same days", subject.other);
    let gains = models.iter().map(|model| of(model).and_then(|m| value(m.r2_gain)));
    let gains = range(gains, |gain| format::points(gain, 2));
    let seen = format!("Differences in R²: {gains}.");
    let chart = DotChart {
        words: words("differences", &title, &seen),
        slots: vec!["as it is", "in units of risk"],
        series: models.iter().map(one).collect(),
        axis: zero_axis("R² less the other’s", Unit::Percent(1)),
        size: Size::Key,
    };
    let key = models.iter().map(|model| model.swatch()).collect();
    let caption = "A line that crosses zero is a difference that luck explains. Lines are 90 % \
                   intervals of paired differences.";
    Some(Figure::new(&chart.words, chart::dot_chart(&chart), caption, key, "results.json"))
}
