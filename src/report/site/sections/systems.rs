//! "What would a regime-aware system have done": each system beside its plain twin, in a table,
//! in squared error and in equity, and in one sentence that claims no more than the test allows.

use crate::base::units::format::{self, number};
use crate::report::chart::{Size, TimeChart, Unit};
use crate::report::site::kit::figures::{line_of, slug, wide, words, zero_axis};
use crate::report::site::kit::subject::{Model, Subject, System};
use crate::report::site::kit::view::{
    Block, Cell, Figure, Of, SHARPES, Table, percent_interval, range, sharpes,
};
use crate::report::site::kit::wording;
use crate::report::site::sections::track_record::{Curve, equity_figure, equity_of};
use crate::results::spec::SystemKind;
use crate::results::{Answer, Interval, interval, value};

/// What a regime-aware system would have done, which opens on demand; `None` without systems.
pub(crate) fn block(subject: &Subject<'_>) -> Option<Block> {
    let systems = subject.systems();
    if systems.is_empty() {
        return None;
    }
    let told = "A system knows, at the close before each forecast, the state that a detector gives \
                from the past alone. Its twin is the plain model with the same penalties, which \
                does not.";
    let sentence = sentence(&systems).unwrap_or_default();
    let mut blocks =
        vec![Block::text(format!("{told} {sentence}")), Block::Table(table(subject, &systems))];
    blocks.extend(
        subject.models.iter().filter_map(|twin| equity(subject, &systems, twin)).map(Block::Figure),
    );
    Some(Block::details("What a regime-aware system would have done", blocks))
}

/// Whether knowing the regime helped, in one or two sentences; `None` without systems.
fn sentence(systems: &[System<'_>]) -> Option<String> {
    if systems.is_empty() {
        return None;
    }
    let with = |wanted: &[Standing]| -> Vec<&System<'_>> {
        systems.iter().filter(|system| wanted.contains(&Standing::of(system))).collect()
    };
    let better = with(&[Standing::Helped]);
    let mut text = match (better.len(), systems.len()) {
        (0, 1) => "Knowing the regime is not shown to help".to_owned(),
        (0, all) => {
            format!("Knowing the regime is not shown to help any of the {} systems", number(all))
        }
        (1, 1) => format!("Knowing the regime helped beyond noise: {}", described(&better)),
        (some, all) => format!(
            "Knowing the regime helped beyond noise in {} of {} systems: {}",
            number(some),
            number(all),
            described(&better)
        ),
    };
    let noise = with(&[Standing::Noise]);
    if !noise.is_empty() {
        let gain = range(noise.iter().map(|s| value(s.summary.scaled_r2_gain)), |v| {
            format::percent_difference(v, 2)
        });
        let p = range(noise.iter().map(|s| s.summary.scaled_p_value), format::p_value);
        let whose = match (noise.len() == systems.len(), noise.len()) {
            (true, _) => "the".to_owned(),
            (false, some) => format!("for {} of them the", number(some)),
        };
        text = format!(
            "{text}; {whose} difference from the plain twin is within noise (scaled gain {gain}, \
             p {p})"
        );
    }
    text.push('.');
    for (standing, words) in STANDINGS {
        let these = with(&[standing]);
        if !these.is_empty() {
            text = format!("{text} {words}: {}.", described(&these));
        }
    }
    Some(text)
}

/// What a system is beside its twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Helped,
    /// Better, but so are systems with shifted labels, or nothing can be shifted.
    NotBeyondShifted,
    BetterRaw,
    WorseRaw,
    Worse,
    /// Worse, which says nothing of a system that nests its twin.
    WorseNested,
    Noise,
}

/// What is said of those that neither helped nor are within noise.
const STANDINGS: [(Standing, &str); 5] = [
    (
        Standing::NotBeyondShifted,
        "Better than its twin, but no better than systems with labels shifted in time",
    ),
    (Standing::BetterRaw, "Better than its twin only on raw losses"),
    (Standing::WorseRaw, "Worse than its twin only on raw losses"),
    (Standing::Worse, "Worse than its twin in losses scaled by risk"),
    (
        Standing::WorseNested,
        "Worse than the twin that it nests in losses scaled by risk, as it is where the regime \
         changes nothing",
    ),
];

impl Standing {
    /// By what the engine decided, and where that is open by what leaves it open.
    fn of(system: &System<'_>) -> Self {
        let summary = system.summary;
        let side = |gain| match interval(gain) {
            Some(Interval { low, .. }) if low > 0.0 => 1,
            Some(Interval { high, .. }) if high < 0.0 => -1,
            _ => 0,
        };
        match (summary.helps, side(summary.scaled_r2_gain), side(summary.r2_gain)) {
            (Answer::Yes, _, _) => Self::Helped,
            (Answer::No, _, _) => Self::Worse,
            (Answer::Open, 1, _) => Self::NotBeyondShifted,
            (Answer::Open, -1, _) => Self::WorseNested,
            (Answer::Open, _, 1) => Self::BetterRaw,
            (Answer::Open, _, -1) => Self::WorseRaw,
            (Answer::Open, ..) => Self::Noise,
        }
    }
}

fn described(systems: &[&System<'_>]) -> String {
    let one = |system: &&System<'_>| {
        let summary = system.summary;
        let raw = match Standing::of(system) {
            Standing::BetterRaw | Standing::WorseRaw => {
                format!("gain {}, ", percent_interval(interval(summary.r2_gain), 2))
            }
            _ => String::new(),
        };
        let shifted = match (Standing::of(system), summary.shifted_p) {
            (_, Some(p)) => format!(", among shifted labels p {}", format::p_value(Some(p))),
            (Standing::NotBeyondShifted, None) => ", too few rows to shift labels".to_owned(),
            _ => String::new(),
        };
        format!(
            "{} (R² {} against {}, {raw}scaled gain {}, p {}{shifted})",
            system.model.title,
            system.model.r2(),
            system.twin.r2(),
            percent_interval(interval(summary.scaled_r2_gain), 2),
            format::p_value(summary.scaled_p_value)
        )
    };
    format::list(&systems.iter().map(one).collect::<Vec<_>>())
}

fn table(subject: &Subject<'_>, systems: &[System<'_>]) -> Table {
    let sharpe = |model: &Model<'_>| {
        let metrics = subject.headline(model);
        let simple = metrics.and_then(|metrics| metrics.sharpe_arithmetic);
        sharpes(metrics.and_then(|metrics| metrics.sharpe), simple)
    };
    let entries: Vec<_> = systems
        .iter()
        .map(|system| (system.model.class(), system.model.title.clone(), system))
        .collect();
    let rule = subject.headline_rule().map_or_else(String::new, wording::sizing);
    let rule = format!("{SHARPES}, {rule}");
    let columns: [Of<'_, &System<'_>>; 6] = [
        ("R²", "out of sample", &|s| Cell::with(s.model.r2(), format!("twin {}", s.twin.r2()))),
        ("Gain", "90 % interval", &|s| {
            let gain = format::percent_difference(value(s.summary.r2_gain), 2);
            Cell::with(gain, percent_interval(interval(s.summary.r2_gain), 2))
        }),
        ("p", "one-sided, scaled", &|s| {
            Cell::with(format::p_value(s.summary.scaled_p_value), wording::test(s.summary.test))
        }),
        ("p", "shifted labels", &|s| Cell::p_value(s.summary.shifted_p)),
        ("Days traded", "share", &|s| match (s.summary.system, s.summary.open_share) {
            (SystemKind::Gated, share) => Cell::percent(share, 1),
            _ => Cell::new("all"),
        }),
        ("Sharpe", &rule, &|s| Cell::with(sharpe(s.model), format!("twin {}", sharpe(s.twin)))),
    ];
    let note = "Clark–West where the twin is nested, else Diebold–Mariano. Shifted labels: the rank \
                among the best systems under labels shifted in time. Sharpe ratios are not tested. \
                n/a: the twin’s own forecasts.";
    let caption = "Regime-aware systems against their plain twins";
    Table::of(caption, "wrapped", &entries, "System", &columns).note(note, "regime-aware")
}

/// Cumulative `e_twin^2 - e^2` of each system: its twin is the line at zero.
pub(crate) fn squared_error(subject: &Subject<'_>) -> Option<Figure> {
    let systems = subject.systems();
    let gains: Vec<(&Model<'_>, Vec<f64>)> = systems
        .iter()
        .map(|system| {
            let own = subject.squared_error_difference(system.model.name);
            let twin = subject.squared_error_difference(system.twin.name);
            (system.model, own.iter().zip(&twin).map(|(own, twin)| own - twin).collect())
        })
        .filter(|(_, gains): &(_, Vec<f64>)| !gains.is_empty())
        .collect();
    if gains.is_empty() {
        return None;
    }
    let words = words(
        "systems",
        "Squared error saved against the plain twin",
        "Running sum, over the forecast days, of the twin's squared error less the system's, one \
         line a regime-aware system.",
    );
    let days = &subject.series.forecasts.days;
    let lines = gains.iter();
    let lines = lines.map(|(model, values)| line_of(model, &model.short, values)).collect();
    let axis = zero_axis("Saved against the twin, share of the whole", Unit::Percent(2));
    let caption = "Zero is the twin. Rising: knowing the regime helped; falling: it cost. Real \
                   help comes again and again in the same state.";
    let bands = &subject.bands;
    let chart = TimeChart { bands, size: Size::Key, ..TimeChart::new(words, days, lines, axis) };
    Some(wide(&chart, caption, subject.band_key(), "forecasts.csv"))
}

/// Equity of a plain model and of its systems under the headline rule.
fn equity(subject: &Subject<'_>, systems: &[System<'_>], twin: &Model<'_>) -> Option<Figure> {
    let rule = subject.headline_rule()?;
    let own = systems.iter().filter(|system| system.twin.name == twin.name);
    let models: Vec<&Model<'_>> = own.map(|system| system.model).collect();
    if models.is_empty() {
        return None;
    }
    let curves: Vec<Curve<'_>> = std::iter::once(twin)
        .chain(models)
        .filter_map(|model| {
            Some(Curve {
                label: &model.short,
                role: model.role,
                dashed: model.summary.system.is_some(),
                values: equity_of(subject.series.growth(model.name, rule)?),
            })
        })
        .collect();
    let sizing = wording::sizing(rule);
    let id = format!("systems-equity-{}", slug(twin.name));
    let title = format!("{} and its systems, equity with {sizing} sizing", twin.title);
    let words = words(
        &id,
        &title,
        "Growth of one unit of equity after costs: the plain model solid, its regime-aware \
         systems dashed, on a logarithmic axis.",
    );
    let caption = "After costs. Solid: the plain model; dashed: its regime-aware systems. A gated \
                   system holds nothing while its gate is closed.";
    equity_figure(subject, words, &curves, caption.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;
    use crate::results::Estimate;

    /// With the same answer, gain and scaled gain, each half a per cent wide, of every system.
    fn words(helps: Answer, gain: f64, scaled: f64, shifted_p: Option<f64>) -> String {
        let mut experiment = stored::systems();
        let estimate = |value: f64| {
            let interval = Some(Interval { low: value - 0.0025, high: value + 0.0025 });
            Some(Estimate { value, interval })
        };
        let models = experiment.results.models.values_mut();
        for system in models.filter_map(|model| model.system.as_mut()) {
            (system.helps, system.shifted_p) = (helps, shifted_p);
            (system.r2_gain, system.scaled_r2_gain) = (estimate(gain), estimate(scaled));
        }
        sentence(&Subject::new(&experiment).systems()).unwrap()
    }

    #[test]
    fn each_answer_has_its_words() {
        let (open, none) = (Answer::Open, "is not shown to help any of the three systems");
        for (helps, gain, scaled, shifted_p, lead, rest) in [
            (Answer::Yes, 0.01, 0.01, Some(0.05), "helped beyond noise in three", "p 0.050)"),
            (open, 0.0, 0.001, None, none, "within noise (scaled gain +0.10"),
            (
                open,
                0.01,
                0.01,
                Some(0.15),
                none,
                "Better than its twin, but no better than systems",
            ),
            (open, 0.01, 0.01, None, none, "too few rows to shift labels"),
            (
                open,
                0.01,
                0.001,
                None,
                none,
                "Better than its twin only on raw losses: Ridge, gated",
            ),
            (open, -0.01, 0.001, None, none, "Worse than its twin only on raw losses: Ridge"),
            (open, 0.001, -0.01, None, none, "Worse than the twin that it nests in losses scaled"),
            (
                Answer::No,
                0.001,
                -0.01,
                None,
                none,
                "Worse than its twin in losses scaled by risk: ",
            ),
        ] {
            let text = words(helps, gain, scaled, shifted_p);
            assert!(text.starts_with(&format!("Knowing the regime {lead}")), "{text}");
            assert!(text.contains(rest), "{rest}: {text}");
            assert_eq!(text.contains("within noise"), rest.contains("within noise"), "{text}");
        }
        let shown = words(Answer::No, 0.001, -0.01, None);
        assert!(shown.contains("scaled gain −1.25\u{202f}% to −0.75\u{202f}%, p "), "{shown}");
    }

    #[test]
    fn an_experiment_without_systems_says_nothing_of_them() {
        let experiment = stored::plain();
        let subject = Subject::new(&experiment);
        assert_eq!(sentence(&subject.systems()), None);
        assert!(block(&subject).is_none());
    }
}
