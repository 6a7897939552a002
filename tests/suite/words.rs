//! The words on the pages of the fixture and of the committed site, held to the style sheet in
//! CONTRIBUTING. What authors write is theirs; the methods and the calibration are texts of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use super::pages::pages;
use super::support::repository;

/// What no page says, and why. A word that ends in `*` is the beginning of words.
const BANNED: &[(&str, &str)] = &[
    ("the report's usual", "usual to whom? name the rule: proportional sizing"),
    ("of the time", "of which time? say: on those days, in that window"),
    ("in ten seconds", "a promise about the reader; begin with the finding"),
    ("utilis*", "use"),
    ("utiliz*", "use"),
    ("leverag*", "as a verb it means use; as a noun say gearing, or the position's limit"),
    ("in order to", "to"),
    ("it should be noted", "leave it out"),
    ("note that", "leave it out"),
    ("obviously", "what is obvious need not be said"),
    ("of course", "what is obvious need not be said"),
    ("simply", "leave it out"),
    ("very", "leave it out, or give the number"),
    ("quite", "leave it out, or give the number"),
    ("somewhat", "leave it out, or give the number"),
    ("arguably", "say what is known and how well"),
    ("robust*", "robust to what? say what was changed and what stayed"),
    ("novel", "the reader decides"),
    ("state-of-the-art", "the reader decides"),
    ("cutting-edge", "the reader decides"),
    ("seamless*", "the reader decides"),
    ("delve*", "look into"),
    ("e.g.", "for example, or such as"),
    ("i.e.", "that is"),
    ("etc", "name the rest, or leave it out"),
    ("what the others take", "private: say that large eigenvalues leave less for the small"),
    ("what others take", "private: say that large eigenvalues leave less for the small"),
];

/// Words that need their sentence on the page: the id of the popover that has it.
const DEFINED: &[(&str, &str)] = &[("repaint", "term-repaint")];

/// Names of `results.json`, which stand in code alone.
const CODE: &[&str] = &[
    "oos_r2",
    "clark_west",
    "break_even",
    "annual_return",
    "annual_volatility",
    "hit_rate",
    "max_drawdown",
    "sharpe_arithmetic",
    "effective_rank",
    "participation_ratio",
    "buy_and_hold",
    "mean_correlation",
];

/// Most words of a note, and of a caption.
const LONGEST: usize = 35;

/// Fewest words of a sentence that is told when a page says it twice.
const SENTENCE: usize = 10;

/// A passage of a page: the element that has it, and its words on one line.
struct Passage {
    element: &'static str,
    text: String,
}

/// Elements whose words a reader meets as a passage.
const PASSAGES: [&str; 9] = ["p", "figcaption", "li", "dd", "dt", "th", "td", "summary", "caption"];

/// Elements whose words are no prose.
const PASSED: [&str; 8] = ["svg", "math", "code", "pre", "script", "style", "button", "label"];

fn attribute(node: &Handle, name: &str) -> String {
    let NodeData::Element { attrs, .. } = &node.data else { return String::new() };
    let attributes = attrs.borrow();
    let found = attributes.iter().find(|attribute| &*attribute.name.local == name);
    found.map(|attribute| attribute.value.to_string()).unwrap_or_default()
}

fn name(node: &Handle) -> String {
    match &node.data {
        NodeData::Element { name, .. } => name.local.to_string(),
        _ => String::new(),
    }
}

/// The words of an element, without code and drawings; those of a term stay.
fn text(node: &Handle, out: &mut String) {
    match &node.data {
        NodeData::Text { contents } => out.push_str(&contents.borrow()),
        NodeData::Element { .. } => {
            let is_term = attribute(node, "class") == "term";
            if PASSED.contains(&name(node).as_str()) && !is_term {
                return;
            }
            if name(node) == "small" {
                out.push_str(". ");
            }
            node.children.borrow().iter().for_each(|child| text(child, out));
        }
        _ => {}
    }
}

fn gather(node: &Handle, passages: &mut Vec<Passage>, ids: &mut BTreeSet<String>) {
    let id = attribute(node, "id");
    // What the author wrote, and sentences that stand for all pages.
    let is_authored = id == "question" || attribute(node, "class").contains("prose");
    ids.insert(id);
    if is_authored || attribute(node, "class") == "terms" {
        node.children.borrow().iter().for_each(|child| gather(child, &mut Vec::new(), ids));
        return;
    }
    let found = PASSAGES.iter().find(|known| **known == name(node));
    if let Some(element) = found {
        let mut words = String::new();
        text(node, &mut words);
        let text = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_note = attribute(node, "class") == "note";
        let element = if is_note { "note" } else { *element };
        passages.push(Passage { element, text });
    }
    node.children.borrow().iter().for_each(|child| gather(child, passages, ids));
}

/// Whether a text has a word, or a word that begins so.
fn has(text: &str, word: &str) -> bool {
    let (word, is_beginning) = match word.strip_suffix('*') {
        Some(beginning) => (beginning, true),
        None => (word, false),
    };
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_letter) && (is_beginning || !after.is_some_and(is_letter))
    })
}

/// All that is wrong with the words of a page.
fn wrong(html: &str) -> Vec<String> {
    let document = html5ever::parse_document(RcDom::default(), Default::default()).one(html);
    let (mut passages, mut ids) = (Vec::new(), BTreeSet::new());
    gather(&document.document, &mut passages, &mut ids);
    let mut found = Vec::new();
    let mut sentences: BTreeMap<&str, usize> = BTreeMap::new();
    for Passage { element, text } in &passages {
        let said = text.to_lowercase().replace('\u{2019}', "'");
        let begins: String = text.chars().take(60).collect();
        for (word, why) in BANNED.iter().filter(|(word, _)| has(&said, word)) {
            found.push(format!("`{word}` ({why}) in {element}: {begins}"));
        }
        for code in CODE.iter().filter(|code| has(&said, code)) {
            found.push(format!("`{code}` is code, in {element}: {begins}"));
        }
        for (word, id) in DEFINED.iter().filter(|(word, _)| said.contains(word)) {
            if !ids.contains(*id) {
                found.push(format!("`{word}` without its sentence, in {element}: {begins}"));
            }
        }
        let words = text.split_whitespace().count();
        if ["note", "figcaption"].contains(element) && words > LONGEST {
            found.push(format!("{words} words, {LONGEST} at most, in {element}: {begins}"));
        }
        if ["p", "note", "figcaption"].contains(element) {
            for sentence in text.split_inclusive(['.', '?', '!']).map(str::trim) {
                if sentence.split_whitespace().count() >= SENTENCE {
                    *sentences.entry(sentence).or_default() += 1;
                }
            }
        }
    }
    for (sentence, count) in sentences.into_iter().filter(|(_, count)| *count > 1) {
        found.push(format!("{count} times: {sentence}"));
    }
    found
}

/// The pages of the committed site.
fn committed() -> Vec<(String, String)> {
    let site = repository("site");
    let files = walkdir::WalkDir::new(&site).sort_by_file_name().into_iter().map(Result::unwrap);
    let html = files.filter(|file| file.path().extension().is_some_and(|ending| ending == "html"));
    let path = |file: &Path| format!("site/{}", file.strip_prefix(&site).unwrap().display());
    html.map(|file| (path(file.path()), fs::read_to_string(file.path()).unwrap())).collect()
}

#[test]
fn pages_are_in_plain_words() {
    let fixture = pages().map(|(path, html)| (path.to_owned(), html.to_owned()));
    let mut found: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut looked_at = 0;
    for (path, html) in fixture.chain(committed()) {
        if ["methods/", "calibration/", "parts/", "search/", "404"]
            .iter()
            .any(|text| path.contains(text))
        {
            continue;
        }
        looked_at += 1;
        for wrong in wrong(&html) {
            found.entry(wrong).or_insert_with(|| (0, path.clone())).0 += 1;
        }
    }
    assert!(looked_at > 50, "only {looked_at} pages: the finder is blind");
    let told: Vec<String> = found
        .iter()
        .map(|(wrong, (count, path))| format!("{count} pages, {path}: {wrong}"))
        .collect();
    assert!(told.is_empty(), "{} found\n{}", told.len(), told.join("\n"));
}

#[test]
fn what_is_wrong_is_noticed() {
    let page = |inside: &str| format!("<!doctype html><body><main>{inside}</main></body>");
    let long = "word ".repeat(LONGEST + 1);
    let twice = "<p>This sentence is long enough to be told when a page says it.</p>";
    for (inside, expected) in [
        ("<p>The report’s usual rule.</p>", "usual"),
        ("<p>The modes of the time.</p>", "of the time"),
        ("<li>They utilised it, e.g. so.</li>", "utilis*"),
        ("<table><tr><td>oos_r2</td></tr></table>", "is code"),
        ("<p>A label may repaint.</p>", "without its sentence"),
        (&format!("<p class=\"note\">{long}</p>"), "36 words"),
        (&format!("<figcaption>{long}</figcaption>"), "36 words"),
        (&twice.repeat(2), "2 times"),
    ] {
        let found = wrong(&page(inside));
        assert!(found.iter().any(|wrong| wrong.contains(expected)), "{inside}: {found:?}");
    }
    for inside in [
        "<p>Timely, every, overt; <code>oos_r2</code>.</p>",
        "<p>A <button class=\"term\">repaint</button>.</p><div id=\"term-repaint\"></div>",
        "<section id=\"question\"><p>Of course, in order to.</p></section>",
        "<div class=\"prose\"><p>It is very robust.</p></div>",
        twice,
    ] {
        assert_eq!(wrong(&page(inside)), Vec::<String>::new(), "{inside}");
    }
}
