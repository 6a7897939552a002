//! Texts that want to be more than text: every place of a page that shows what somebody wrote, under
//! every payload, read by a parser that reads as browsers do. Nothing may run, load or restyle.
//! Then the same texts in the Markdown of `diff`, which GitHub reads.

mod comment;
pub(crate) mod page;
mod payloads;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use dfa_report::report::site::{Experiment, Options, render};
use dfa_report::results::{
    Results, SERIES_FILES, Series, SourceSummary, Table, from_json, to_json,
};
use serde_json::{Value, json};

use comment::comment;
use page::{is_within, wrong};
use payloads::PAYLOADS;

use super::support::{read, run, small_repository, write};

const BUILT: &str = "tests/fixtures/report/built";

/// What is stored of an experiment, its tables as the lists that they are.
pub(crate) fn figures(id: &str) -> Value {
    let stored = from_json("results.json", &read(&format!("{BUILT}/{id}/results.json"))).unwrap();
    serde_json::to_value(stored).unwrap()
}

pub(crate) fn series(id: &str) -> Series {
    let texts: Vec<String> =
        SERIES_FILES.iter().map(|file| read(&format!("{BUILT}/{id}/{}", file.name))).collect();
    Series::from_csv(texts.iter().map(String::as_str)).unwrap()
}

/// Calls `change` on every string below, with where it stands: keys, with `*` for positions.
fn strings(value: &mut Value, place: &str, change: &mut dyn FnMut(&str, &mut String)) {
    match value {
        Value::String(text) => change(place, text),
        Value::Array(items) => {
            items.iter_mut().for_each(|item| strings(item, &format!("{place}/*"), change));
        }
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(k, v)| strings(v, &format!("{place}/{k}"), change));
        }
        _ => {}
    }
}

/// What `from_json` makes of a value that may not be one of results.
pub(crate) fn results(value: &Value) -> Option<Results> {
    from_json("results.json", &value.to_string()).ok()
}

/// The stored experiment that is tried, a model's forecasts as if they were made elsewhere.
fn tried() -> Value {
    let mut figures = figures("plain");
    figures["models"]["ridge"]["external"] = json!({"file": "net.csv", "ignored": 3});
    figures["provenance"]["forecasts"] = json!({"ridge": "0123"});
    figures
}

/// Where it takes text.
static PLACES: LazyLock<BTreeSet<String>> = LazyLock::new(|| free_places(&tried()));

/// Where a file of results takes any text: that is, where a text is neither a day nor a word of a
/// list.
fn free_places(figures: &Value) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    strings(&mut figures.clone(), "", &mut |place, _| {
        places.insert(place.to_owned());
    });
    // What files are called by has a test of its own.
    places.retain(|place| {
        let mut changed = figures.clone();
        strings(&mut changed, "", &mut |at, text| {
            if at == place {
                *text = "<b>\"'".to_owned();
            }
        });
        let is_file = place == "/id" || place.starts_with("/data/shared/");
        !is_file && results(&changed).is_some()
    });
    places
}

/// Every free text replaced.
fn rewritten(figures: &Value, places: &BTreeSet<String>, payload: &str) -> Results {
    let mut changed = figures.clone();
    strings(&mut changed, "", &mut |place, text| {
        if places.contains(place) {
            *text = payload.to_owned();
        }
    });
    results(&changed).unwrap()
}

/// What names of results and of series are made of: tickers, models, rules.
const NAMES: &[&str] = &["SPY", "XLE", "XLU", "ridge", "lasso", "binary", "proportional"];

fn renamed_text(text: &str, payload: &str) -> String {
    let parts = text.split('.').map(|part| {
        if NAMES.contains(&part) {
            format!("{part}{}", payload.replace('.', ""))
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join(".")
}

/// Every name with the payload behind it, as value and as key. Words of a list stay.
fn rename(value: &Value, payload: &str) -> Value {
    match value {
        Value::String(text) => renamed_text(text, payload).into(),
        Value::Array(items) => items.iter().map(|item| rename(item, payload)).collect(),
        Value::Object(fields) => {
            let renamed = fields.iter().map(|(key, value)| {
                let is_word = ["kind", "rule"].contains(&&**key) && value.is_string();
                let value = if is_word { value.clone() } else { rename(value, payload) };
                (renamed_text(key, payload), value)
            });
            Value::Object(renamed.collect())
        }
        other => other.clone(),
    }
}

fn rename_columns(table: &mut Table, payload: &str) {
    let columns = std::mem::take(&mut table.columns).into_iter();
    table.columns = columns.map(|(name, v)| (renamed_text(&name, payload), v)).collect();
}

fn renamed(figures: &Value, series: &Series, payload: &str) -> Experiment {
    let mut series = series.clone();
    for table in [
        &mut series.forecasts,
        &mut series.strategies,
        &mut series.coefficients,
        &mut series.geometry,
        &mut series.correlations,
        &mut series.breaks,
    ] {
        rename_columns(table, payload);
    }
    let mut figures = rename(figures, payload);
    figures["id"] = "renamed".into();
    strings(&mut figures["data"]["shared"], "", &mut |_, file| file.insert_str(0, "renamed/"));
    Experiment { results: results(&figures).unwrap(), series, sweep: None }
}

/// A source whose texts are the payload, and which has something of everything to show.
fn source(payload: &str) -> SourceSummary {
    let finding = |severity: &str, ticker: Option<&str>| {
        json!({"severity": severity, "kind": "split", "ticker": ticker, "from": "2020-01-02",
            "to": "2020-01-02", "values": {payload: 1.0}, "sentence": payload})
    };
    let found = json!([finding("problem", Some(payload)), finding("caution", None)]);
    let check = json!({"kind": "split", "rule": payload, "made": true, "problems": 1,
        "cautions": 1, "notes": 0});
    let month = json!({"first_day": "2020-01-01", "expected": 21, "rows": 21});
    let ticker = json!({"ticker": payload, "first_day": "2020-01-01", "last_day": "2020-01-31",
        "prices": 20, "gaps": 1});
    serde_json::from_value(json!({
        "name": "small", "title": payload, "description": payload, "licence": payload,
        "origin": payload, "synthetic": true, "first_day": "2020-01-01",
        "last_day": "2020-01-31", "days": 21, "file_hash": payload, "tickers": [ticker],
        "quality": {
            "calendar": {"kind": "nyse", "reason": payload, "expected": 21, "missing": 0,
                "extra": 0},
            "checks": [check], "findings": found, "months": [month],
            "coverage": [{"ticker": payload, "prices": [20], "expected": [21]}],
        },
    }))
    .unwrap()
}

/// A front page of the user's own, which shows texts between tags and in attributes.
const OVERRIDE: &str = "{% extends \"base.html\" %}{% block body %}<main id=\"content\">\
    {% for entry in experiments %}<p title=\"{{ entry.title }}\"><a href=\"{{ entry.row.filter.id }}/\">\
    {{ entry.title }}</a></p>{% endfor %}{% for source in sources %}<p class='{{ source.title }}'>\
    {{ source.title }}</p>{% endfor %}</main>{% endblock body %}";

#[test]
fn no_text_becomes_more_than_text_on_any_page() {
    let (figures, series) = (tried(), series("plain"));
    let places = &*PLACES;
    for place in [
        "/title",
        "/hypothesis",
        "/notes",
        "/regimes/*/states/*/label",
        "/data/source",
        "/models/ridge/external/file",
        "/provenance/forecasts/ridge",
    ] {
        assert!(places.contains(place), "{place} is not tried: {places:?}");
    }
    let mut found = BTreeMap::<String, Vec<String>>::new();
    let mut pages = 0;
    for payload in PAYLOADS {
        let rewritten = Experiment {
            results: rewritten(&figures, places, payload),
            series: series.clone(),
            sweep: None,
        };
        let bare = [Experiment { series: Series::default(), ..rewritten.clone() }];
        let experiments = [rewritten, renamed(&figures, &series, payload)];
        let base_url = Some("https://example.org/reports/".to_owned());
        let options = Options { base_url, title: (*payload).to_owned(), ..Options::default() };
        let sources = [source(payload)];
        let methods = BTreeMap::from([("methods.md".to_owned(), (*payload).to_owned())]);
        let front = BTreeMap::from([("index.html".to_owned(), OVERRIDE.to_owned())]);
        let sites = [
            render(&experiments, &sources, &methods, &options).unwrap(),
            render(&bare, &sources, &front, &options).unwrap(),
        ];
        for file in sites.iter().flatten().filter(|file| file.path.ends_with(".html")) {
            pages += 1;
            let path = file.path.replace(payload, "~");
            for wrong in wrong(&path, std::str::from_utf8(&file.contents).unwrap()) {
                found.entry(format!("{path}: {wrong}")).or_default().push((*payload).to_owned());
            }
        }
    }
    assert!(pages > 10 * PAYLOADS.len(), "{pages} pages");
    let told: Vec<String> =
        found.iter().map(|(wrong, by)| format!("{wrong}\n  by {by:?}")).collect();
    assert!(told.is_empty(), "{} found\n{}", told.len(), told.join("\n"));
}

/// A name between braces that is none is told, and shown as it is written where nobody looks it up.
#[test]
fn no_name_between_braces_becomes_more_than_a_name() {
    let (mut figures, series) = (figures("plain"), series("plain"));
    let options = Options { title: "Reports".to_owned(), ..Options::default() };
    for name in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "title\" onclick=alert(1)",
        "figure \"><script>alert(1)</script>",
        "figure squared-error\" onclick=alert(1)",
        "figure ../../etc/passwd x",
        "ridge.regime[<script>].oos_r2",
        "__proto__.x",
        "spec.models",
    ] {
        for text in [format!("{{{{ {name} }}}}"), format!("# {{{{{name}}}}} {{#a}}")] {
            figures["notes"] = text.clone().into();
            let results = results(&figures).unwrap();
            let experiment = Experiment { results, series: series.clone(), sweep: None };
            match render(&[experiment], &[], &BTreeMap::new(), &options) {
                Err(problems) => assert!(!problems.to_string().is_empty()),
                Ok(files) => {
                    for file in files.iter().filter(|file| file.path.ends_with(".html")) {
                        let html = std::str::from_utf8(&file.contents).unwrap();
                        assert_eq!(wrong(&file.path, html), Vec::<String>::new(), "{text}");
                    }
                }
            }
        }
    }
}

/// Where a name becomes a path it is refused or harmless.
#[test]
fn no_text_becomes_an_address_of_the_site() {
    let (figures, series) = (figures("plain"), Series::default());
    let options = Options { title: "Reports".to_owned(), ..Options::default() };
    for payload in PAYLOADS.iter().copied().chain(["..", "../x", "/etc", "a/./b", "C:\\x"]) {
        for place in ["/id", "/data/shared/geometry"] {
            let mut changed = figures.clone();
            *changed.pointer_mut(place).unwrap() = payload.into();
            let results = results(&changed).unwrap();
            let experiment = Experiment { results, series: series.clone(), sweep: None };
            let Ok(files) = render(&[experiment], &[], &BTreeMap::new(), &options) else {
                continue;
            };
            for file in files {
                assert!(is_within(&file.path) && !file.path.contains(".."), "{}", file.path);
                if file.path.ends_with(".html") {
                    let html = std::str::from_utf8(&file.contents).unwrap();
                    assert_eq!(wrong(&file.path, html), Vec::<String>::new(), "{payload}");
                }
            }
        }
    }
}

#[test]
fn no_text_becomes_more_than_text_in_a_comment() {
    let figures = tried();
    let places = &*PLACES;
    let folder = tempfile::tempdir().unwrap();
    let (base, head) = (folder.path().join("base"), folder.path().join("head"));
    let original = to_json(&results(&figures).unwrap());
    for payload in PAYLOADS {
        let changed = to_json(&rewritten(&figures, places, payload));
        // A name is a folder's, which takes most signs.
        let name = if cfg!(windows) { "new".to_owned() } else { payload.replace(['/', '\0'], "") };
        for (base_text, head_text) in [(&original, &changed), (&changed, &original)] {
            write(&base, "same/results.json", base_text);
            write(&head, "same/results.json", head_text);
            write(&head, &format!("{name}/results.json"), head_text);
            let (status, markdown, err) =
                run(folder.path(), &["diff", "base", "head", "--format", "markdown"]);
            assert_eq!((status, err.as_str()), (0, ""), "{payload}");
            let (wrong, headings) = comment(&markdown);
            assert_eq!(wrong, Vec::<String>::new(), "{payload}\n{markdown}");
            let title = if head_text == &changed { *payload } else { "" };
            let words = title.split_whitespace().collect::<Vec<_>>().join(" ");
            let words = words.replace('\0', "\\u{0}").replace('\u{202e}', "\\u{202e}");
            // The experiment that changed and the one that was added, each with its title.
            assert_eq!(headings.len(), 2, "{payload}\n{markdown}");
            let is_titled = |heading: &String| heading.ends_with(&words);
            assert!(headings.iter().all(is_titled), "{payload}\n{headings:?}");
            std::fs::remove_dir_all(head.join(&name)).unwrap();
        }
    }
}

#[test]
fn a_script_of_one_s_own_has_its_hash_in_the_policy() {
    let options = Options { title: "Reports".to_owned(), ..Options::default() };
    for script in ["let x = \"<b>\";\r\nlet y = 1;\r\n", "", "// \u{fc}ber\n"] {
        let own = BTreeMap::from([("theme.js".to_owned(), script.to_owned())]);
        for file in render(&[], &[], &own, &options).unwrap() {
            if file.path.ends_with(".html") {
                let html = std::str::from_utf8(&file.contents).unwrap();
                assert_eq!(wrong(&file.path, html), Vec::<String>::new(), "{script}");
            }
        }
    }
}

#[test]
fn an_address_that_is_none_is_told_and_nothing_is_written() {
    let folder = small_repository();
    for bad in ["javascript:alert(1)", "https://me:secret@example.org/", "https://example.org/?q"] {
        let (status, _, err) = run(folder.path(), &["build", "--base-url", bad]);
        assert!(status == 2 && err.contains("--base-url") && err.contains("hint"), "{bad}: {err}");
        assert!(!folder.path().join("site").exists());
    }
}
