//! `dfa-report.yaml`, the settings of a site; an option of the command line goes before its key.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::arguments::checked_address;
use super::diff::Gate;
use super::{Folders, public_address};
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::yaml::{self, Yaml};
use crate::report::site::Options;
use crate::results::SeriesForm;
use crate::shell::store::{self, ResultStore};

/// The file's name, beside the folder of experiments.
const FILE: &str = "dfa-report.yaml";

/// What a site is called without a title.
const TITLE: &str = "Dynamic Factor Alpha";

/// What `dfa-report.yaml` may say.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
struct Settings {
    /// Title of the site.
    #[serde(default)]
    #[schemars(with = "String")]
    title: Option<String>,
    /// Public address of the site, for canonical links, a sitemap, pictures for link previews and a feed.
    #[serde(default)]
    #[schemars(with = "String")]
    base_url: Option<String>,
    /// Groups of experiments in the order of the front page; those that are left out follow.
    #[serde(default)]
    #[schemars(
        with = "Vec<Group>",
        length(max = 1000),
        extend("uniqueItems" = true, "x-expected" = "a list of groups as in [The reference, Placebos]")
    )]
    order: Vec<String>,
    /// What a new site may not do to an old one, for `diff --gate`.
    #[serde(default)]
    #[schemars(with = "Gate")]
    gate: Option<Gate>,
    /// How the daily series are written.
    #[serde(default)]
    series: SeriesForm,
    /// Where results are kept: a folder, or an address of s3://, gs:// or az://.
    #[serde(default)]
    #[schemars(with = "String")]
    store: Option<String>,
}

/// A heading of the front page, as specs name it under `group`.
#[derive(JsonSchema)]
#[schemars(inline)]
struct Group(
    #[schemars(length(min = 1, max = 100), extend("x-expected" = "one line of plain text"))]
    #[expect(dead_code, reason = "only its schema is used")]
    String,
);

/// The file as it was read.
#[derive(Debug, Default)]
struct Read {
    settings: Settings,
    /// Where it names each group of `order`.
    groups: Vec<Place>,
}

/// The options that go before the keys of the file.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct SiteArguments {
    /// Public address of the site, for canonical links, a sitemap, pictures for link previews and a feed.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Title of the site; `Dynamic Factor Alpha` by default.
    #[arg(long)]
    title: Option<String>,
    /// How the daily series are written: `csv`, which is the default, or `gzip` of it.
    #[arg(long, value_name = "FORM", value_parser = forms())]
    series: Option<SeriesForm>,
}

fn forms() -> impl clap::builder::TypedValueParser<Value = SeriesForm> {
    let words = PossibleValuesParser::new(SeriesForm::ALL.map(SeriesForm::word));
    words.map(|word| {
        SeriesForm::ALL.into_iter().find(|form| form.word() == word).unwrap_or_default()
    })
}

/// The options of the site: of the command line, else of the file, else their defaults.
///
/// # Errors
/// All problems of both.
pub(super) fn options(folders: &Folders, arguments: &SiteArguments) -> Result<Options, Problems> {
    let mut problems = Problems::new();
    let given = arguments.base_url.as_deref().map(public_address).transpose();
    let given = given.map_err(|found| problems.extend(found)).unwrap_or_default();
    let read = read(&path(folders)).map_err(|found| problems.extend(found)).unwrap_or_default();
    let settings = read.settings;
    problems.into_result(Options {
        base_url: given.or(settings.base_url),
        title: arguments.title.clone().or(settings.title).unwrap_or_else(|| TITLE.to_owned()),
        order: settings.order,
        series: arguments.series.unwrap_or(settings.series),
    })
}

/// What a new site may not do to an old one, if the file says so.
///
/// # Errors
/// All problems of the file.
pub(super) fn gate(folders: &Folders) -> Result<Option<Gate>, Problems> {
    Ok(read(&path(folders))?.settings.gate)
}

/// A problem for every group of `order` that no experiment is in; `groups` are those of all. What
/// else is wrong with the file is told where it is read for its options.
pub(super) fn unknown_groups(folders: &Folders, groups: &[&str]) -> Problems {
    let mut problems = Problems::new();
    let read = read(&path(folders)).unwrap_or_default();
    for (group, place) in read.settings.order.iter().zip(&read.groups) {
        if !groups.contains(&group.as_str()) {
            let problem = Problem::new(format!("no experiment is in the group `{group}`"));
            let named = groups.iter().copied().filter(|group| !group.is_empty());
            problems.push(problem.at(place.clone()).near(group, named));
        }
    }
    problems
}

/// Where results are kept, if the file says so, and the file.
///
/// # Errors
/// All problems of the file.
pub(super) fn store(folders: &Folders) -> Result<Option<(String, String)>, Problems> {
    let path = path(folders);
    let store = read(&path)?.settings.store;
    Ok(store.map(|store| (store, path.display().to_string())))
}

/// Beside the folder of experiments: at the root of the repository.
pub(super) fn path(folders: &Folders) -> PathBuf {
    folders.experiments.parent().unwrap_or(Path::new("")).join(FILE)
}

fn read(path: &Path) -> Result<Read, Problems> {
    match store::text_if_there(path)? {
        Some(file) => parse(&file.file, &file.text),
        None => Ok(Read::default()),
    }
}

fn parse(file: &str, text: &str) -> Result<Read, Problems> {
    let read = Yaml::read::<Settings, _>(file, text, |yaml| {
        if let Some(Err(problem)) = yaml.get::<String>("base_url").map(|url| checked_address(&url))
        {
            yaml.report("base_url", problem);
        }
        if let Some(Err(problem)) = yaml.get::<String>("store").map(|at| ResultStore::check(&at)) {
            yaml.report("store", problem);
        }
        yaml.paths("order").iter().map(|path| yaml.place(path)).collect()
    });
    read.map(|(settings, groups)| Read { settings, groups })
}

/// The JSON Schema of the file, for editors.
pub(super) fn json_schema() -> Value {
    yaml::for_editors(yaml::schema::<Settings>(), "dfa-report settings")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_an_empty_file_says_nothing() {
        let read = |text| parse(FILE, text).unwrap().settings;
        for empty in ["", "\n", "# nothing yet\n"] {
            assert_eq!(read(empty), Settings::default(), "{empty:?}");
        }
        let all = read(
            "title: Ours\nbase_url: https://example.org/r\nseries: gzip\nstore: shared/results\n\
             order: [The reference, Placebos]\ngate: {certificates: false}\n",
        );
        assert_eq!(all.title.as_deref(), Some("Ours"));
        assert_eq!(all.base_url.as_deref(), Some("https://example.org/r"));
        assert_eq!(all.series, SeriesForm::Gzip);
        assert_eq!(all.store.as_deref(), Some("shared/results"));
        assert_eq!(all.order, ["The reference", "Placebos"]);
        assert_eq!(all.gate.unwrap().lines(), ["no criterion may turn from met to not met"]);
    }

    #[test]
    fn a_group_that_nobody_is_in_is_told_with_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let folders = Folders { experiments: dir.path().join("experiments"), data: None };
        let text = "order:\n  - Costs\n  - Plasebos\n";
        store::write_file(&dir.path().join(FILE), text.as_bytes(), false).unwrap();
        let told = unknown_groups(&folders, &["", "Costs", "Placebos"]).to_string();
        assert!(told.contains("no experiment is in the group `Plasebos`"), "{told}");
        assert!(told.contains("dfa-report.yaml:3:5") && told.contains("`Placebos`?"), "{told}");
        assert!(unknown_groups(&folders, &["Costs", "Plasebos"]).is_empty());
    }

    #[test]
    fn an_option_goes_before_its_key() {
        let dir = tempfile::tempdir().unwrap();
        let folders = Folders { experiments: dir.path().join("experiments"), data: None };
        let none = SiteArguments { base_url: None, title: None, series: None };
        let default = options(&folders, &none).unwrap();
        assert_eq!((default.title.as_str(), default.series), (TITLE, SeriesForm::Csv));
        let text = "title: Ours\nseries: gzip\n";
        store::write_file(&dir.path().join(FILE), text.as_bytes(), false).unwrap();
        let of_file = options(&folders, &none).unwrap();
        assert_eq!((of_file.title.as_str(), of_file.series), ("Ours", SeriesForm::Gzip));
        let given = SiteArguments {
            base_url: Some("https://example.org".to_owned()),
            title: Some("Mine".to_owned()),
            series: Some(SeriesForm::Csv),
        };
        let options = options(&folders, &given).unwrap();
        assert_eq!((options.title.as_str(), options.series), ("Mine", SeriesForm::Csv));
        assert_eq!(options.base_url.as_deref(), Some("https://example.org"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let text = "titel: Ours\nseries: zip\nbase_url: ftp://example.org\norder: [A, A, '']\n\
                    gate:\n  certificate: true\n  figures:\n    - {metric: oos_r3, direction: down}\n    \
                    - {metric: sharpe, size: -1, certainty: 1}\n    - {direction: rises}\n";
        insta::assert_snapshot!(parse(FILE, text).unwrap_err().to_string());
    }

    #[test]
    fn editors_know_every_key() {
        let schema = json_schema();
        let keys: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["title", "base_url", "order", "gate", "series", "store"]);
        assert_eq!(schema["additionalProperties"], false);
    }
}
