//! Templates of a user in place of the built-in ones: a page or a problem with its place.

use std::collections::BTreeMap;

use dfa_report::report::site::{Experiment, Options, render};
use dfa_report::results::{Series, from_json};

use super::{mutated, survives};
use crate::hostile::figures;
use crate::support::read;

const NAMES: [&str; 10] = [
    "base.html",
    "components.html",
    "index.html",
    "experiment.html",
    "part.html",
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

/// The experiment under templates of which one is the user's; whether there are pages.
fn is_rendered(name: &str, text: String) -> bool {
    let results = from_json(&figures("systems").to_string()).unwrap();
    let experiments = [Experiment { results, series: Series::default() }];
    let options = Options { base_url: None, title: "Mine".to_owned() };
    let overrides = BTreeMap::from([(name.to_owned(), text)]);
    render(&experiments, &[], &overrides, &options).is_ok()
}

#[test]
fn no_depth_of_a_template_exhausts_the_stack() {
    for level in ["(", "[", "-", "not ", "{a: ", "a.b[", "1 + ", "a | f(b="] {
        assert!(!is_rendered("index.html", format!("{{{{ {}", level.repeat(20_000))), "{level}");
    }
    for level in ["{% if a %}", "{% for a in b %}", "{% block a %}", "{% filter upper %}"] {
        assert!(!is_rendered("index.html", level.repeat(20_000)), "{level}");
    }
    for circle in ["{% include \"index.html\" %}", "{% extends \"index.html\" %}"] {
        assert!(!is_rendered("index.html", circle.to_owned()), "{circle}");
    }
}

#[test]
fn a_damaged_template_gives_a_page_or_a_problem() {
    let results = from_json(&figures("systems").to_string()).unwrap();
    let experiments = [Experiment { results, series: Series::default() }];
    let options = Options { base_url: None, title: "Mine".to_owned() };
    let texts = NAMES.map(|name| read(&format!("templates/{name}")).into_bytes());
    let damaged = |seed: u64| {
        let number = seed as usize % NAMES.len();
        let text = mutated(seed, &texts[number..=number], &WORDS);
        BTreeMap::from([(NAMES[number].to_owned(), String::from_utf8_lossy(&text).into_owned())])
    };
    survives("templates", 100, damaged, |overrides| {
        match render(&experiments, &[], overrides, &options) {
            Ok(files) => files.len() > 5,
            Err(problems) => {
                assert!(!problems.is_empty());
                false
            }
        }
    });
}
