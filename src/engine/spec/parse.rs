//! From the text of a spec to a [`Spec`], or to all its problems.

use super::node::{self, Value};
use super::reader::{Field, Mapping, Reader};
use super::sections::{data, models, regimes, schedule, strategies};
use super::source::Source;
use super::{Document, Places, Spec, defaults};
use crate::base::diagnostic::{Problem, Problems};

/// Reads and checks one spec.
///
/// `id` is the stem of the file, `file` its name as the user knows it (shown in problems), `text`
/// its content. Whether the data has the source, the tickers and the days that the spec names is
/// for the caller to check; [`Document::places`] says where to point.
///
/// # Errors
/// Every problem of the file, in the order of its lines. Text that is not YAML has one problem,
/// its first.
pub fn parse(id: &str, file: &str, text: &str) -> Result<Document, Problems> {
    let source = Source::new(file, text);
    let mut reader = Reader::new(&source);
    check_id(&mut reader, id);
    let root = match node::load(&source) {
        Ok(root) => root,
        Err(syntax) => {
            let mut problems = reader.finish(()).err().unwrap_or_default();
            problems.extend(syntax);
            return Err(problems);
        }
    };
    let document = read(&mut reader, id, &root);
    match reader.finish(document)? {
        Some(document) => Ok(document),
        None => unreachable!("a value is only withheld beside a problem"),
    }
}

/// Folders of the site that are no experiment's.
const RESERVED_IDS: [&str; 4] = ["assets", "data", "detectors", "methods"];

/// The id becomes a folder of the site and a part of its addresses.
fn check_id(reader: &mut Reader<'_>, id: &str) {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(plain) {
        let problem = Problem::new(format!("the file's stem `{id}` is no id"))
            .expected("lower-case letters, digits and `-`");
        let words = id.to_lowercase();
        let words: Vec<&str> =
            words.split(|c| c == '-' || !plain(c)).filter(|word| !word.is_empty()).collect();
        let slug = words.join("-");
        reader.report_file(if slug.is_empty() {
            problem
        } else {
            problem.hint(format!("rename it to `{slug}.yaml`"))
        });
    } else if RESERVED_IDS.contains(&id) {
        let problem = Problem::new(format!("the id `{id}` is taken"))
            .hint(format!("the site has a page of its own at `{id}/`; rename the file"));
        reader.report_file(problem);
    }
}

/// Reads the whole document.
fn read<'a>(reader: &mut Reader<'a>, id: &str, root: &'a node::Node) -> Option<Document> {
    let root = Field { path: String::new(), node: root };
    let mut map = open(reader, &root)?;
    let title = map.require("title");
    let hypothesis = map.get("hypothesis");
    let notes = map.get("notes");
    let data = map.get("data");
    let walk_forward = map.get("walk_forward");
    let models = map.get("models");
    let selection = map.get("selection");
    let positions = map.get("positions");
    let costs = map.get("costs");
    let regimes = map.get("regimes");
    let seed = map.get("seed");
    reader.close(map, "");

    let title = title.and_then(|field| read_title(reader, &field));
    let mut markdown = |field: Option<Field<'a>>| {
        field.and_then(|field| reader.text(&field, "Markdown text")).unwrap_or_default()
    };
    let (hypothesis, notes) = (markdown(hypothesis), markdown(notes));

    let before = reader.found();
    let data = data::read(reader, data);
    let data_is_sound = reader.found() == before;
    let tickers = data.as_ref().map(|data| tickers(&data.settings)).unwrap_or_default();

    let before = reader.found();
    let (schedule, min_train) = schedule::read(reader, walk_forward);
    let sound_schedule = (reader.found() == before).then_some(&schedule);
    let models = models::read(reader, models);
    let selection = schedule::read_selection(reader, selection, sound_schedule);
    let positions = strategies::read(reader, positions);
    let costs = strategies::read_costs(reader, costs);
    let features = data.as_ref().map_or(&[][..], |data| &data.settings.features);
    let sound_tickers = data_is_sound.then_some(tickers.as_slice());
    let regimes = regimes::read(reader, regimes, features, sound_tickers);
    let seed = seed.map_or(Some(defaults::SEED), |field| read_seed(reader, &field));

    let min_train = reader.place(min_train.as_ref());
    let data = data?;
    Some(Document {
        places: Places {
            source: data.source,
            target: data.target,
            features: data.features,
            start: data.start,
            end: data.end,
            lags: data.lags,
            min_train,
        },
        spec: Spec {
            id: id.into(),
            title: title?,
            hypothesis,
            notes,
            data: data.settings,
            walk_forward: schedule,
            models,
            selection,
            positions,
            costs,
            regimes,
            seed: seed?,
        },
    })
}

/// The features and the target, each once.
fn tickers(data: &crate::prices::data::Settings) -> Vec<String> {
    let mut tickers = data.features.clone();
    if !tickers.contains(&data.target) {
        tickers.push(data.target.clone());
    }
    tickers
}

/// The document as a mapping, with a word for what is none.
fn open<'a>(reader: &mut Reader<'a>, root: &Field<'a>) -> Option<Mapping<'a>> {
    let found = match &root.node.value {
        Value::Map(_) => return reader.mapping(root, ""),
        Value::Empty => {
            let problem = Problem::new("the file is empty").expected("at least `title` and `data`");
            reader.report_file(problem.hint("`dfa-report new ID` writes one to start from"));
            return None;
        }
        Value::List(_) => "a list",
        _ => "one value",
    };
    let problem = Problem::new(format!("the document is {found}"));
    reader.report(root, problem.expected("a mapping with at least `title` and `data`"));
    None
}

/// One line of plain text.
fn read_title(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<String> {
    let expected = "one line of plain text";
    let title = reader.text(field, expected)?;
    let line = title.trim();
    if line.is_empty() || line.contains('\n') {
        let problem = if line.is_empty() { "the title is empty" } else { "the title spans lines" };
        reader.report(field, Problem::new(problem).expected(expected));
        return None;
    }
    Some(line.into())
}

/// Any whole number of 64 bits.
fn read_seed(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<u64> {
    let seed = match field.node.value {
        Value::Whole(seed) => u64::try_from(seed).ok(),
        _ => None,
    };
    if seed.is_none() {
        reader.refuse(field, "a whole number, at least 0");
    }
    seed
}
