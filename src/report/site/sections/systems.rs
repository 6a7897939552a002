//! "What would a regime-aware system have done": each system beside its plain twin, in a table,
//! in squared error and in equity, and in one sentence that claims no more than the test allows.

use crate::base::units::format::{self, number};
use crate::report::chart::{Line, Unit};
use crate::report::site::kit::figures::{line, over_regime, slug, words, zero_axis};
use crate::report::site::kit::subject::{Model, Subject, System};
use crate::report::site::kit::view::{
    Block, Cell, Figure, Of, SHARPES, Table, percent_interval, range, sharpes,
};
use crate::report::site::kit::wording;
use crate::report::site::sections::track_record::{Curve, equity_figure, equity_of};
use crate::results::spec::SystemKind;
use crate::results::{Answer, interval, value};

/// The blocks, under a heading of their own; none without regime-aware systems.
pub(crate) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let systems = subject.systems();
    let Some(sentence) = sentence(&systems) else { return Vec::new() };
    let mut blocks = vec![
        Block::heading("What would a regime-aware system have done?"),
        Block::text(format!(
            "A system knows, at the close before each forecast, the state that a detector gives \
             from the past alone. Its twin is the plain model with the same penalties, which does \
             not. {sentence}"
        )),
        Block::Table(table(subject, &systems)),
    ];
    blocks.extend(squared_error(subject, &systems).map(Block::Figure));
    blocks.extend(
        subject.models.iter().filter_map(|twin| equity(subject, &systems, twin)).map(Block::Figure),
    );
    blocks
}

/// Whether knowing the regime helped, in one or two sentences; `None` without systems.
pub(crate) fn verdict(subject: &Subject<'_>) -> Option<String> {
    sentence(&subject.systems())
}

fn sentence(systems: &[System<'_>]) -> Option<String> {
    if systems.is_empty() {
        return None;
    }
    let with = |wanted: Answer| -> Vec<&System<'_>> {
        systems.iter().filter(|system| system.summary.helps == wanted).collect()
    };
    let described = |chosen: &[&System<'_>]| {
        let texts: Vec<String> = chosen.iter().map(|system| described(system)).collect();
        format::list(&texts)
    };
    let (better, worse, noise) = (with(Answer::Yes), with(Answer::No), with(Answer::Open));
    let mut text = match (better.len(), systems.len()) {
        (0, 1) => "Knowing the regime did not help beyond noise".to_owned(),
        (0, all) => format!(
            "Knowing the regime did not help any of the {} systems beyond noise",
            number(all)
        ),
        (1, 1) => format!("Knowing the regime helped beyond noise: {}", described(&better)),
        (some, all) => format!(
            "Knowing the regime helped beyond noise in {} of {} systems: {}",
            number(some),
            number(all),
            described(&better)
        ),
    };
    if !noise.is_empty() {
        let gain = range(noise.iter().map(|s| value(s.summary.r2_gain)), |v| {
            format::percent_difference(v, 2)
        });
        let p = range(noise.iter().map(|s| s.summary.scaled_p_value), format::p_value);
        let whose = match (better.is_empty(), worse.is_empty()) {
            (true, true) => "the".to_owned(),
            (true, false) => format!("for {} of them the", number(noise.len())),
            (false, _) => "for the others the".to_owned(),
        };
        text = format!(
            "{text}; {whose} difference from the plain twin’s R² is within noise ({gain}, scaled p {p})"
        );
    }
    text.push('.');
    if !worse.is_empty() {
        text = format!("{text} Worse than the twin, beyond noise: {}.", described(&worse));
    }
    Some(text)
}

fn described(system: &System<'_>) -> String {
    format!(
        "{} (R² {} against {}, gain {}, scaled p {})",
        system.model.title,
        system.model.r2(),
        system.twin.r2(),
        percent_interval(interval(system.summary.r2_gain), 2),
        format::p_value(system.summary.scaled_p_value)
    )
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
    let note = "Clark–West where the twin is nested in the system, Diebold–Mariano where it is \
                not. A gate that is closed forecasts the prevailing mean and holds nothing; it \
                opens in a state in which the twin has done better than that mean so far. \
                Shifted labels: the rank of a system that is better than its twin among the best \
                that all systems reach with labels shifted in time, which pays for their number; \
                knowing the regime helped where it is at most 0.05. The difference of the Sharpe \
                ratios is not tested. n/a: system and twin make the same forecasts, or there is \
                nothing to rank.";
    let caption = "Regime-aware systems against their plain twins";
    Table::of(caption, "wrapped", &entries, "System", &columns).note(note, "regime-aware")
}

/// Cumulative `e_twin^2 - e^2` of each system: its twin is the line at zero.
fn squared_error(subject: &Subject<'_>, systems: &[System<'_>]) -> Option<Figure> {
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
    let lines = lines
        .map(|(model, values)| Line { dashed: true, ..line(&model.short, model.role, values) })
        .collect();
    let axis = zero_axis("Saved against the twin, in squared returns", Unit::Decimal(4));
    let caption = "Zero is the twin. Rising: knowing the regime helped; falling: it cost. Help \
                   that is real comes in the same state again and again.";
    Some(over_regime(subject, words, days, lines, axis, caption, "forecasts.csv"))
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
    let caption = "After costs. Solid: the plain model; dashed: what knows the regime. A gated \
                   system sizes its positions by what it would forecast behind an open gate, and \
                   holds nothing while the gate is closed.";
    equity_figure(subject, words, &curves, caption.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;

    fn words(helps: Answer) -> String {
        let mut experiment = stored::systems();
        let models = experiment.results.models.values_mut();
        models.filter_map(|model| model.system.as_mut()).for_each(|system| system.helps = helps);
        verdict(&Subject::new(&experiment)).unwrap()
    }

    #[test]
    fn each_answer_has_its_words() {
        let helped = words(Answer::Yes);
        assert!(helped.starts_with("Knowing the regime helped beyond noise in three"), "{helped}");
        let open = words(Answer::Open);
        assert!(open.contains("did not help any of the three systems beyond noise"), "{open}");
        assert!(open.contains("within noise"), "{open}");
        let harmed = words(Answer::No);
        assert!(harmed.contains("Worse than the twin, beyond noise: Ridge, gated by"), "{harmed}");
        assert!(!harmed.contains("within noise"), "{harmed}");
    }

    #[test]
    fn an_experiment_without_systems_says_nothing_of_them() {
        let experiment = stored::plain();
        let subject = Subject::new(&experiment);
        assert_eq!(verdict(&subject), None);
        assert!(blocks(&subject).is_empty());
    }
}
