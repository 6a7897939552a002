//! Templates of a user in place of the built-in ones: a page or problems.

use std::collections::BTreeMap;

use dfa_report::report::site::{Experiment, Options, render};
use dfa_report::results::Series;

use super::{mutated, survives};
use crate::hostile::{figures, results};
use crate::support::read;

const NAMES: [&str; 11] = [
    "base.html",
    "components.html",
    "index.html",
    "experiment.html",
    "part.html",
    "shared.html",
    "detectors.html",
    "methods.html",
    "404.html",
    "methods.md",
    "theme.js",
];

const WORDS: [&str; 36] = [
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "{{ shell }}",
    "{{ experiments[0] }}",
    "{{ experiments[99999999999999999999] }}",
    "{{ -9223372036854775808 / -1 }}",
    "{{ 1 / 0 }}",
    "{{ 1 % 0 }}",
    "{{ 9223372036854775807 + 1 }}",
    "{{ 2 ** 9999 }}",
    "{{ \"x\" | truncate(length=-1) }}",
    "{{ shell.title[1:99] }}",
    "{{ shell.title[::-1] }}",
    "{{ [1, 2][5:2] }}",
    "{% include \"index.html\" %}",
    "{% include \"base.html\" %}",
    "{% extends \"index.html\" %}",
    "{% block body %}{{ super() }}{% endblock %}",
    "{% for i in range(end=3) %}",
    "{% endfor %}",
    "{% if x is defined %}",
    "{% else %}",
    "{% endif %}",
    "{% set x = x %}",
    "{% raw %}",
    "{{- x -}}",
    "| safe",
    "| length",
    "and not",
    "\"",
    "(",
    "é\u{202e}",
];

type Overrides = BTreeMap<String, String>;

/// Whether an experiment has pages under templates of a user's; else there are problems.
fn rendered(experiment: &Experiment, overrides: &Overrides) -> bool {
    let options = Options { title: "Mine".to_owned(), ..Options::default() };
    match render(std::slice::from_ref(experiment), &[], overrides, &options) {
        Ok(files) => files.len() > 5,
        Err(problems) => {
            assert!(!problems.is_empty());
            false
        }
    }
}

fn experiment() -> Experiment {
    let results = results(&figures("systems")).unwrap();
    Experiment { results, series: Series::default(), sweep: None }
}

#[test]
fn no_depth_of_a_template_exhausts_the_stack() {
    let deep = ["(", "[", "-", "not ", "{a: ", "a.b[", "1 + ", "a | f(b="]
        .map(|level| format!("{{{{ {}", level.repeat(20_000)));
    let nested = ["{% if a %}", "{% for a in b %}", "{% block a %}", "{% filter upper %}"]
        .map(|level| level.repeat(20_000));
    let circles = [
        "{% include \"index.html\" %}",
        "{% extends \"index.html\" %}",
        "{% include \"other.html\" %}",
        "{% extends \"other.html\" %}",
        "{% component again() %}{{ <again /> }}{% endcomponent again %}{{ <again /> }}",
    ]
    .map(str::to_owned);
    let experiment = experiment();
    for text in deep.into_iter().chain(nested).chain(circles) {
        let other = text.replace("other", "index");
        let overrides = [("index.html", text.clone()), ("other.html", other)];
        let overrides = overrides.map(|(name, text)| (name.to_owned(), text)).into();
        assert!(!rendered(&experiment, &overrides), "{text:.80}");
    }
}

#[test]
fn a_damaged_template_gives_a_page_or_a_problem() {
    let texts = NAMES.map(|name| read(&format!("templates/{name}")).into_bytes());
    let damaged = |seed: u64| {
        let number = seed as usize % NAMES.len();
        let text = mutated(seed, &texts[number..=number], &WORDS);
        let text = String::from_utf8_lossy(&text).into_owned();
        Overrides::from([(NAMES[number].to_owned(), text)])
    };
    let experiment = experiment();
    survives("templates", 100, damaged, |overrides| rendered(&experiment, overrides));
}
