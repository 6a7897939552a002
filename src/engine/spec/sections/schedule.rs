//! `walk_forward` and `selection`: when to fit, on which rows, and how to choose the penalty.

use super::super::defaults;
use super::super::node::Value;
use super::super::reader::{Field, Reader};
use super::models::POSITIVE;
use crate::base::diagnostic::{Problem, did_you_mean};
use crate::engine::walk_forward::{Schedule, Selection, Window};

/// Rows below which a first fit teaches nothing.
const LEAST_TRAIN: usize = 30;

/// Reads `walk_forward`, and returns the field of its `min_train` too.
pub(crate) fn read<'a>(
    reader: &mut Reader<'a>,
    field: Option<Field<'a>>,
) -> (Schedule, Option<Field<'a>>) {
    let Some(mut map) = field.and_then(|field| reader.mapping(&field, "a mapping")) else {
        return (defaults::SCHEDULE, None);
    };
    let min_train = map.get("min_train");
    let refit_every = map.get("refit_every");
    let window = map.get("window");
    let purge = map.get("purge");
    reader.close(map, " in `walk_forward`");

    let before = reader.found();
    let Schedule { min_train: default_train, refit_every: default_refit, .. } = defaults::SCHEDULE;
    let schedule = Schedule {
        min_train: min_train
            .as_ref()
            .and_then(|field| reader.whole(field, LEAST_TRAIN))
            .unwrap_or(default_train),
        refit_every: refit_every.and_then(|field| reader.whole(&field, 1)).unwrap_or(default_refit),
        window: window
            .and_then(|field| read_window(reader, &field))
            .unwrap_or(defaults::SCHEDULE.window),
        purge: purge
            .as_ref()
            .and_then(|field| reader.whole(field, 0))
            .unwrap_or(defaults::SCHEDULE.purge),
    };
    if let Some(field) = purge
        && reader.found() == before
        && schedule.training(schedule.min_train).len() < 2
    {
        let least = schedule.min_train - 1;
        let problem =
            Problem::new(format!("a purge of {} leaves no training rows", schedule.purge))
                .expected(format!("less than {least}, `min_train` less 1"));
        reader.report(&field, problem);
    }
    (schedule, min_train)
}

/// `expanding`, or a number of rows.
fn read_window(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Window> {
    let forms = "`expanding` or a number of rows, at least 2";
    match &field.node.value {
        Value::Text(text) if text == "expanding" => Some(Window::Expanding),
        Value::Whole(rows) => {
            let rows = usize::try_from(*rows).ok().filter(|rows| *rows >= 2);
            if rows.is_none() {
                reader.refuse(field, forms);
            }
            rows.map(Window::Rolling)
        }
        Value::Text(text) => {
            let problem = Problem::new(format!("unknown window `{text}`")).expected(forms);
            let problem = match did_you_mean(text, ["expanding", "rolling"]) {
                Some("expanding") => problem.hint("did you mean `expanding`?"),
                Some(_) => problem.hint("a rolling window is its number of rows: `window: 1000`"),
                None => problem,
            };
            reader.report(field, problem);
            None
        }
        _ => {
            reader.refuse(field, forms);
            None
        }
    }
}

/// Reads `selection`. The `schedule` is given when it is sound.
pub(crate) fn read_selection<'a>(
    reader: &mut Reader<'a>,
    field: Option<Field<'a>>,
    schedule: Option<&Schedule>,
) -> Selection {
    let selection = field.and_then(|field| {
        let mut map = reader.mapping(&field, "a mapping as in {method: prequential}")?;
        let Some(method) = map.require("method") else {
            map.get("rows");
            map.get("alpha");
            reader.close(map, " in `selection`");
            return None;
        };
        let methods = ["prequential", "holdout", "fixed"];
        match reader.word(&method, "method", &methods)? {
            "holdout" => {
                let rows = map.require("rows");
                reader.close(map, " of the method `holdout`");
                read_holdout(reader, &rows?, schedule)
            }
            "fixed" => {
                let alpha = map.require("alpha");
                reader.close(map, " of the method `fixed`");
                reader.number(&alpha?, &POSITIVE).map(|alpha| Selection::Fixed { alpha })
            }
            _ => {
                reader.close(map, " of the method `prequential`");
                Some(Selection::Prequential)
            }
        }
    });
    selection.unwrap_or(defaults::SELECTION)
}

/// Rows held out of the first fit must leave rows to fit on.
fn read_holdout(
    reader: &mut Reader<'_>,
    field: &Field<'_>,
    schedule: Option<&Schedule>,
) -> Option<Selection> {
    let rows = reader.whole(field, 1)?;
    if let Some(schedule) = schedule {
        let train = schedule.training(schedule.min_train).len();
        if rows >= train {
            let problem = Problem::new(format!(
                "a holdout of {rows} rows leaves none of the first {train} to fit on"
            ));
            reader.report(field, problem.expected(format!("less than {train}")));
        }
    }
    Some(Selection::Holdout { rows })
}
