//! What an earlier build left: `results.json` and the daily series, and the pages made of them.

use std::collections::BTreeMap;

use dfa_report::report::site::{Experiment, File, Options, render};
use dfa_report::results::{Results, SERIES_FILES, Series, from_json, to_json};
use serde_json::json;

use super::{mutated, shaken, survives};
use crate::hostile::page::wrong;
use crate::hostile::{figures, results, series};

const IDS: [&str; 2] = ["plain", "systems"];

/// Names, days, words of lists, and texts that charts and pages have to set.
const WORDS: [&str; 40] = [
    "",
    " ",
    "plain",
    "systems",
    "SPY",
    "XLE",
    "ridge",
    "lasso",
    "binary",
    "proportional",
    "buy_and_hold",
    "actual",
    "ridge.alpha",
    "kind",
    "1998-12-22",
    "-009999-01-01",
    "9999-12-31",
    "0000-00-00",
    "2020-02-29",
    "eigen",
    "jump",
    "hmm",
    "none",
    "strong",
    "long_only",
    "pass",
    "<b>&\"'",
    "# Head {#id .class}\n\n| a | b |\n|---|\n",
    "$$\\frac{1}{\\sqrt{x}}$$",
    "../../x",
    "a/b",
    ".",
    "\u{0}",
    "\u{202e}\u{feff}",
    "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
    "\u{0301}\u{0301}",
    "漢字",
    "nan",
    "1e999",
    "x\ny",
];

fn render_all(experiments: &[Experiment]) -> Vec<File> {
    let options = Options { title: "Damaged".to_owned(), ..Options::default() };
    let files = render(experiments, &[], &BTreeMap::new(), &options);
    files.unwrap_or_else(|problems| {
        assert!(!problems.is_empty());
        Vec::new()
    })
}

/// The first rows of each file of series of an experiment.
fn series_files(id: &str, rows: usize) -> Vec<String> {
    let cut = |text: String| text.lines().take(rows).map(|line| format!("{line}\n")).collect();
    series(id).files().map(|(_, table)| cut(table.to_csv())).to_vec()
}

#[test]
fn damaged_results_are_told() {
    let files = IDS.map(|id| to_json(&results(&figures(id)).unwrap()).into_bytes());
    let trees = IDS.map(figures);
    let damaged = |seed: u64| match seed % 2 {
        0 => mutated(seed, &files, &WORDS),
        _ => shaken(seed, &trees, &WORDS).to_string().into_bytes(),
    };
    survives("results.json", 150, damaged, |bytes| {
        match from_json("results.json", &String::from_utf8_lossy(bytes)) {
            // What is read is written as it was read.
            Ok(results) => {
                let text = to_json(&results);
                assert_eq!(to_json(&from_json("results.json", &text).unwrap()), text);
                true
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                false
            }
        }
    });
}

#[test]
fn damaged_series_are_told() {
    let files: Vec<Vec<u8>> =
        IDS.iter().flat_map(|id| series_files(id, 40)).map(String::into_bytes).collect();
    let damaged = |seed: u64| mutated(seed, &files, &WORDS);
    survives("series", 500, damaged, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        match Series::from_csv(std::iter::repeat_n(&*text, SERIES_FILES.len())) {
            Ok(series) => {
                let table = series.rounded().forecasts;
                assert!(table.columns.values().all(|values| values.len() == table.days.len()));
                assert!(table.to_csv().starts_with("date"));
                true
            }
            Err(error) => {
                assert!(error.line > 0);
                false
            }
        }
    });
}

/// What was found: matrices that are smaller than the list of tickers were read past their end.
#[test]
fn a_geometry_that_does_not_fit_its_tickers_is_told() {
    for (place, value, told) in [
        ("/geometry/correlation", json!([]), "`geometry.correlation` has 0 values for "),
        ("/geometry/correlation/1", json!([1.0]), "`geometry.correlation` has 1 values"),
        ("/geometry/target_correlation", json!([0.5]), "`geometry.target_correlation`"),
        ("/geometry/eigenvectors/0", json!([0.5]), "`geometry.eigenvectors` has 1 values"),
        ("/geometry/tickers", json!([]), "values for 0 tickers"),
    ] {
        let mut figures = figures("plain");
        *figures.pointer_mut(place).unwrap() = value;
        let error = from_json("results.json", &figures.to_string()).unwrap_err().to_string();
        assert!(error.contains(told), "{place}: {error}");
    }
}

/// The pages of an experiment whose results, or one file of whose series, are damaged and can still
/// be read.
#[test]
fn pages_are_made_of_damaged_results_and_series() {
    let trees = IDS.map(figures);
    let texts = IDS.map(|id| series_files(id, 90));
    let damaged = |seed: u64| {
        let number = seed as usize % IDS.len();
        // Of several, the first that is read.
        let results = (0..6).find_map(|attempt| match seed % 5 {
            0 => results(&trees[number]),
            _ => results(&shaken(6 * seed + attempt, &trees[number..=number], &WORDS)),
        })?;
        let mut texts = texts[number].clone();
        if seed.is_multiple_of(3) || seed.is_multiple_of(5) {
            let file = (seed / 30) as usize % texts.len();
            let bytes = mutated(seed, &[texts[file].clone().into_bytes()], &WORDS);
            texts[file] = String::from_utf8_lossy(&bytes).into_owned();
        }
        let series = Series::from_csv(texts.iter().map(String::as_str)).ok()?;
        Some(Experiment { results, series, sweep: None })
    };
    survives("pages", 100, damaged, |experiment| {
        let experiments = experiment.as_slice();
        let files = if experiments.is_empty() { Vec::new() } else { render_all(experiments) };
        for file in files.iter().filter(|file| file.path.ends_with(".html")) {
            let text = std::str::from_utf8(&file.contents).unwrap();
            for bad in [">NaN", "\"NaN", "NaN,", ">inf<", "-inf<", "\"inf\""] {
                if let Some(at) = text.find(bad) {
                    let near = text.floor_char_boundary(at.saturating_sub(200));
                    panic!("{bad} in {}: {}", file.path, &text[near..at]);
                }
            }
        }
        !files.is_empty()
    });
}

#[test]
fn damaged_markdown_is_text_on_its_page() {
    let figures = figures("plain");
    let mut texts: Vec<Vec<u8>> = ["hypothesis", "notes"]
        .map(|key| figures[key].as_str().unwrap_or_default().as_bytes().to_vec())
        .to_vec();
    texts.push(crate::support::read("templates/methods.md").into_bytes());
    texts.push(crate::support::read("README.md").into_bytes());
    let words = [
        "[",
        "](",
        ")",
        "![x](y)",
        "<",
        ">",
        "&",
        "`",
        "```\n",
        "~~~",
        "$",
        "$$",
        "\\(",
        "\\frac{",
        "}",
        "^",
        "_",
        "*",
        "**",
        "|",
        "\n|-|-|\n",
        "# ",
        " {#x onclick=y}",
        "[^1]",
        "[^1]: ",
        "> ",
        "- [ ] ",
        "1. ",
        "    ",
        "\t",
        "<script>",
        "<!--",
        "-->",
        "]]>",
        "<svg onload=x>",
        "javascript:x",
        "\u{0}",
        "\u{202e}",
        "\\",
        "\n\n",
        "{{",
        "}}",
        "{{ title }}",
        "{{ figure squared-error }}",
    ];
    let base = results(&figures).unwrap();
    let damaged = |seed: u64| mutated(seed, &texts, &words);
    survives("Markdown", 100, damaged, |bytes| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let [hypothesis, notes] = [text.clone(), text];
        let results = Results { hypothesis, notes, ..base.clone() };
        let experiment = [Experiment { results, series: Series::default(), sweep: None }];
        // A name between braces that is none is told.
        let options = Options { title: "Reports".to_owned(), ..Options::default() };
        let Ok(files) = render(&experiment, &[], &BTreeMap::new(), &options) else { return false };
        let page = files.iter().find(|file| file.path == "plain/index.html").unwrap();
        let wrong = wrong(&page.path, std::str::from_utf8(&page.contents).unwrap());
        assert!(wrong.is_empty(), "{wrong:?}");
        wrong.is_empty()
    });
}

/// The parser of formulas knows no limit of its own.
#[test]
fn no_depth_of_markdown_exhausts_the_stack() {
    let base = results(&figures("plain")).unwrap();
    let texts = ["> ", "- ", "1. ", "[", "![", "*a ", "**a", "<b>", "`", "[^a]: > ", "|-"];
    let formulas = [
        "{",
        "\\sqrt{",
        "\\sqrt",
        "\\frac1",
        "x^{",
        "\\left(",
        "\\begin{matrix}",
        "\\text{",
        "\\hat ",
    ];
    for depth in [100, 290, 20_000] {
        let texts = texts.iter().map(|level| level.repeat(depth));
        let formulas = formulas.iter().flat_map(|level| {
            let open = level.repeat(depth);
            [format!("$${open}x$$"), format!("$${open}x{}$$", "}".repeat(depth))]
        });
        for notes in texts.chain(formulas) {
            let results = Results { notes, ..base.clone() };
            let files =
                render_all(&[Experiment { results, series: Series::default(), sweep: None }]);
            assert!(!files.is_empty());
        }
    }
}
