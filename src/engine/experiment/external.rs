//! Forecasts that were made elsewhere, in the place of a model's.
//!
//! The file covers every day that the walk-forward forecasts, so that all models are judged on the
//! same days. What it has beside them is passed over and counted.

use super::comparable::forecast_days;
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::format::{self, counted};
use crate::base::units::{Day, math};
use crate::engine::model::Settings;
use crate::engine::spec::Spec;
use crate::engine::walk_forward::ModelRun;
use crate::prices::data::Forecasts;
use crate::prices::panel::Panel;
use crate::results::ExternalSummary;

/// Days named in a message.
const NAMED: usize = 3;

/// Forecasts that vary this many times as much as the returns are no forecasts of them: in per
/// cent, or positions.
const MOST_VARIATION: f64 = 3.0;

/// Forecasts of a model that was made elsewhere, one for every day that is forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The model's name.
    pub model: String,
    /// The forecasts, in order.
    pub forecasts: Vec<f64>,
    /// That of the first day behind the panel's last; `None` where the file has none.
    pub next: Option<f64>,
    /// BLAKE3 of their file, hexadecimal.
    pub hash: String,
    /// Rows of the file that are for no such day.
    pub ignored: usize,
}

/// Puts the forecasts of a file on the days of an experiment. `known` are the days of the prices,
/// those included that the panel leaves out.
///
/// # Errors
/// Days between the first and the last price that are none of the prices'; days that are forecast
/// and not in the file; forecasts that vary more than the returns can.
pub fn give(
    spec: &Spec,
    panel: &Panel,
    known: &[Day],
    model: &str,
    file: &Forecasts,
) -> Result<Given, Problems> {
    let days = forecast_days(spec, panel);
    let returns = &panel.target.log_returns;
    let actual = &returns[returns.len() - days.len()..];
    let mut problems = Problems::new();
    let at_file = |problem: Problem| problem.at(Place::file(&file.file));
    let within = |day: &&Day| known.first() <= Some(day) && Some(*day) <= known.last();
    let strange = file.days.iter().filter(within).filter(|day| known.binary_search(day).is_err());
    let strange: Vec<Day> = strange.copied().collect();
    if !strange.is_empty() {
        let message =
            format!("forecasts for {} without a price: {}", days_of(&strange), some(&strange));
        let problem = Problem::new(message).expected("days on which the source has prices");
        problems.push(at_file(problem.hint(
            "a forecast is dated by the day over which its return is earned, not by the day before",
        )));
    }
    let found: Vec<Option<f64>> = days
        .iter()
        .map(|day| file.days.binary_search(day).ok().map(|row| file.values[row]))
        .collect();
    let missing: Vec<Day> =
        days.iter().zip(&found).filter(|(_, found)| found.is_none()).map(|(day, _)| *day).collect();
    if !missing.is_empty() {
        let message = format!("no forecast for {}: {}", days_of(&missing), some(&missing));
        let wanted = format!(
            "a forecast for each of the {} days from {} to {}",
            format::count(days.len()),
            days[0],
            days[days.len() - 1]
        );
        let problem = Problem::new(message).expected(wanted);
        problems.push(at_file(problem.hint(remedy(spec, days, file))));
    }
    problems.into_result(())?;
    let forecasts: Vec<f64> = found.into_iter().flatten().collect();
    let size = |values: &[f64]| {
        math::mean(&values.iter().map(|value| value * value).collect::<Vec<f64>>()).map(f64::sqrt)
    };
    let ratio = size(&forecasts).zip(size(actual)).map(|(ours, theirs)| ours / theirs);
    if let Some(ratio) = ratio.filter(|ratio| *ratio > MOST_VARIATION) {
        let message = format!(
            "the forecasts are {} times as large as the returns they are of",
            format::decimal(Some(ratio), 1)
        );
        let problem = Problem::new(message).expected("daily log returns: 0.0012 for 0.12 %");
        return Err(at_file(problem.hint("are these per cent, signs or positions?")).into());
    }
    Ok(Given {
        model: model.to_owned(),
        ignored: file.days.len() - forecasts.len(),
        next: next(&panel.days, known, file),
        forecasts,
        hash: file.hash.clone(),
    })
}

/// What a file forecasts for the first day behind the panel's last: behind the last price, its first
/// one; else of the day on which prices go on.
fn next(days: &[Day], known: &[Day], file: &Forecasts) -> Option<f64> {
    let last = days.last()?;
    let row = file.days.partition_point(|day| day <= last);
    let day = file.days.get(row)?;
    let expected = known.get(known.partition_point(|day| day <= last));
    expected.is_none_or(|expected| expected == day).then(|| file.values[row])
}

/// What makes the days that are forecast those that the file has.
fn remedy(spec: &Spec, days: &[Day], file: &Forecasts) -> String {
    let late = file.days.first().map_or(0, |first| days.partition_point(|day| day < first));
    let last = file.days.last().filter(|last| **last < days[days.len() - 1]);
    match last {
        _ if late == days.len() => "the file has forecasts of other years".to_owned(),
        _ if late > 0 => format!(
            "its first day is {}: `walk_forward.min_train: {}` begins there, for all models",
            file.days[0],
            spec.walk_forward.min_train + late
        ),
        Some(last) => format!("its last day is {last}: `data.end: {last}` ends there"),
        None => "where the model has none, write the forecast that it would have stood by: 0, \
                 or the mean of the returns before"
            .to_owned(),
    }
}

fn days_of(days: &[Day]) -> String {
    counted(days.len(), "day", "days")
}

fn some(days: &[Day]) -> String {
    let days: Vec<String> = days.iter().map(ToString::to_string).collect();
    format::some_of(&days, NAMED)
}

/// Whether every model that was made elsewhere has been given its forecasts, one a row.
///
/// # Errors
/// The models that have not.
pub(super) fn check(spec: &Spec, given: &[Given], forecasts: usize) -> Result<(), Problems> {
    let mut problems = Problems::new();
    for settings in spec.models.iter().filter(|model| model.is_external()) {
        let is_given =
            |given: &Given| given.model == settings.name && given.forecasts.len() == forecasts;
        if !given.iter().any(is_given) {
            let message = format!("no forecasts are given for `{}`", settings.name);
            problems.push(Problem::new(message).expected(format!("{forecasts} of them")));
        }
    }
    problems.into_result(())
}

/// The forecasts as a walk of `refits` fits, none of which is known.
pub(super) fn walk(settings: &Settings, given: &[Given], refits: usize) -> ModelRun {
    match given.iter().find(|given| given.model == settings.name) {
        Some(given) => ModelRun::given(settings, &given.forecasts, given.next, refits),
        None => unreachable!("checked before anything is run"),
    }
}

/// What is told of the file; `None` for a model that is fitted here.
pub(super) fn summary(settings: &Settings, given: &[Given]) -> Option<ExternalSummary> {
    let given = given.iter().find(|given| given.model == settings.name)?;
    let file = settings.file.clone()?;
    Some(ExternalSummary { file, ignored: given.ignored })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;
    use crate::prices::panel::Column;

    /// A panel of 60 days and a spec that forecasts those from the 42nd on.
    fn experiment() -> (Spec, Panel) {
        let column = |ticker: &str, seed: u64| {
            let mut noise = noise::uniform(seed);
            let mut price = 100.0;
            let mut next = || {
                price *= 1.0 + 0.02 * noise();
                price
            };
            Column::new(ticker, (0..60).map(|_| next()).collect())
        };
        let panel = Panel::daily(column("SPY", 1), vec![column("XLE", 2)]);
        let yaml = "title: t\ndata: {target: SPY, features: [XLE]}\nwalk_forward: {min_train: 40}\n\
                    models: [{kind: external, name: net, file: net.csv}]\nregimes: []\n";
        (crate::engine::spec::parse("t", "t.yaml", yaml).unwrap().spec, panel)
    }

    fn file(days: &[Day], size: f64) -> Forecasts {
        let values = (0..days.len()).map(|row| size * (row as f64 - 7.0)).collect();
        Forecasts { file: "net.csv".to_owned(), days: days.to_vec(), values, hash: String::new() }
    }

    #[test]
    fn forecasts_are_put_on_their_days_and_the_rest_is_counted() {
        let (spec, panel) = experiment();
        let given = give(&spec, &panel, &panel.days, "net", &file(&panel.days, 1e-5)).unwrap();
        assert_eq!((given.forecasts.len(), given.ignored), (18, 42));
        assert_eq!(given.forecasts[0], 1e-5 * (42.0 - 7.0));
        assert_eq!(given.next, None, "the file ends with the prices");
        assert!(check(&spec, std::slice::from_ref(&given), 18).is_ok());
        // What a file has of the day behind the panel's last is its next forecast.
        let mut later = panel.days.clone();
        later
            .extend((1..4).map(|days| panel.days[59].saturating_add(jiff::Span::new().days(days))));
        for (known, file, next) in [
            (&later[..60], file(&later, 1e-5), Some(1e-5 * (60.0 - 7.0))),
            (&later, file(&later, 1e-5), Some(1e-5 * (60.0 - 7.0))),
            (&later, file(&[&later[..60], &later[61..]].concat(), 1e-5), None),
        ] {
            assert_eq!(give(&spec, &panel, known, "net", &file).unwrap().next, next);
        }
        assert!(check(&spec, &[given], 17).is_err() && check(&spec, &[], 18).is_err());
    }

    #[test]
    fn days_without_a_forecast_and_forecasts_without_a_day_are_told_with_a_remedy() {
        let (spec, panel) = experiment();
        let days = &panel.days;
        let but = |row: usize| [&days[..row], &days[row + 1..]].concat();
        let other: Vec<Day> =
            days[42..].iter().map(|day| day.saturating_add(jiff::Span::new().years(9))).collect();
        let first = format!("its first day is {}: `walk_forward.min_train: 43`", days[45]);
        let last = format!("`data.end: {}`", days[50]);
        let strange = format!("forecasts for 1 day without a price: {}", days[50]);
        for (given, known, told) in [
            (file(&days[45..], 1e-5), days.clone(), first.as_str()),
            (file(&days[..51], 1e-5), days.clone(), &last),
            (file(&but(50), 1e-5), days.clone(), "no forecast for 1 day"),
            (file(&other, 1e-5), days.clone(), "other years"),
            (file(days, 1e-5), but(50), &strange),
            (file(days, 1e-2), days.clone(), "times as large as the returns"),
        ] {
            let problems = give(&spec, &panel, &known, "net", &given).unwrap_err().to_string();
            assert!(problems.contains(told) && problems.contains("--> net.csv"), "{problems}");
        }
    }
}
