//! The pages of a small repository (`tests/fixtures/report`) as a reader meets them, one snapshot a
//! page, and laws of the whole site. What the unit tests of `report` read is stored beside it.
//!
//! One command writes all of it anew, after a change of the format of `results.json`, of a figure
//! or of a word; review the difference before it is committed:
//!
//! ```text
//! INSTA_UPDATE=always cargo test --test suite pages
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use dfa_report::results::{SERIES_FILES, from_json};
use roxmltree::{Document, Node};

use super::support::run;

/// The files of the site by path.
pub(crate) static SITE: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().display().to_string();
    let address = "https://example.org/reports/";
    let (status, _, err) = run(&fixture(), &["build", "--out", &folder, "--base-url", address]);
    assert_eq!((status, err.as_str()), (0, ""));
    let files = walkdir::WalkDir::new(out.path()).sort_by_file_name().into_iter();
    let path = |entry: &walkdir::DirEntry| {
        entry.path().strip_prefix(out.path()).unwrap().display().to_string()
    };
    let files = files.map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    // Pictures are no texts.
    let texts = files.filter(|entry| entry.path().extension().is_none_or(|kind| kind != "png"));
    texts.map(|entry| (path(&entry), fs::read_to_string(entry.path()).unwrap())).collect()
});

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/report")
}

pub(crate) fn pages() -> impl Iterator<Item = (&'static str, &'static str)> {
    let files = SITE.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    files.filter(|(path, _)| path.ends_with(".html"))
}

/// The body of a page as XML: HTML may leave a void element open and an attribute without a value.
pub(crate) fn body(html: &str) -> String {
    let (start, end) = (html.find("<body>").unwrap(), html.find("</body>").unwrap());
    let mut xml = html[start..end].replace(" hidden>", " hidden=\"\">") + "</body>";
    for (at, _) in xml.clone().rmatch_indices("<input ") {
        let close = at + xml[at..].find('>').unwrap();
        xml.insert(close, '/');
    }
    xml
}

/// Elements that run within a line of text.
const INLINE: [&str; 14] = [
    "a", "abbr", "b", "button", "code", "em", "input", "label", "math", "q", "small", "span",
    "strong", "sub",
];

fn is_line(node: Node<'_, '_>) -> bool {
    node.descendants().skip(1).all(|below| {
        let name = below.tag_name().name();
        below.is_text()
            || INLINE.contains(&name)
            || below.ancestors().any(|n| n.has_tag_name("math"))
    })
}

/// The text of an element on one line, links with their target, small print in brackets.
fn line(node: Node<'_, '_>) -> String {
    let mut text = String::new();
    for child in node.children() {
        let inner = if child.is_text() { child.text().unwrap().to_owned() } else { line(child) };
        match child.tag_name().name() {
            "small" => text.push_str(&format!(" ({inner})")),
            "a" => text.push_str(&format!("{inner} <{}>", child.attribute("href").unwrap_or(""))),
            "svg" => text.push_str(&drawing(child)),
            "br" => text.push(' '),
            _ if child.attribute("class") == Some("model-line") && !text.trim().is_empty() => {
                text.push_str(&format!(" / {inner}"));
            }
            _ => text.push_str(&inner),
        }
    }
    text.split([' ', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        + if text.ends_with(' ') { " " } else { "" }
}

/// A chart: its words, and a mark that changes with anything drawn.
fn drawing(svg: Node<'_, '_>) -> String {
    let words = |tag: &str| {
        let found = svg.children().find(|child| child.tag_name().name() == tag);
        found.and_then(|child| child.text()).unwrap_or_default()
    };
    let source = &svg.document().input_text()[svg.range()];
    let mark = blake3::hash(source.as_bytes()).to_hex();
    format!("[svg {}: {} {}]", &mark[..8], words("title"), words("desc"))
}

/// An element and what it holds, one line a paragraph, heading, table row or chart.
fn outline(node: Node<'_, '_>, depth: usize, out: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    let name = node.tag_name().name();
    let id = node.attribute("id").map_or_else(String::new, |id| format!("#{id}"));
    match name {
        "svg" => out.push(format!("{indent}{}", drawing(node))),
        "tr" => {
            let cells: Vec<String> =
                node.children().filter(Node::is_element).map(|cell| line(cell)).collect();
            out.push(format!("{indent}| {}", cells.join(" | ")));
        }
        _ if is_line(node) => {
            out.push(format!("{indent}{name}{id} {}", line(node)).trim_end().to_owned());
        }
        _ => {
            let class = node.attribute("class").map_or_else(String::new, |c| format!(" .{c}"));
            out.push(format!("{indent}{name}{id}{class}"));
            for child in node.children() {
                let text = child.text().unwrap_or_default().trim();
                if child.is_element() {
                    outline(child, depth + 1, out);
                } else if !text.is_empty() {
                    out.push(format!("{indent}  {text}"));
                }
            }
        }
    }
}

fn main_of(html: &str) -> String {
    let xml = body(html);
    let document = Document::parse(&xml).unwrap();
    let main = document.descendants().find(|node| node.has_tag_name("main")).unwrap();
    let mut lines = Vec::new();
    outline(main, 0, &mut lines);
    lines.join("\n")
}

/// Every page but the methods and `404.html`, which hold no figure.
#[test]
fn pages_read_as_reviewed() {
    for (path, html) in
        pages().filter(|(path, _)| !path.starts_with("methods") && *path != "404.html")
    {
        let name = path.trim_end_matches("index.html").trim_end_matches('/').replace('/', "-");
        let name = if name.is_empty() { "front" } else { &name };
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true,
            snapshot_path => "snapshots/pages" }, {
            insta::assert_snapshot!(name, main_of(html));
        });
    }
}

/// The unit tests of `report` read results that the program wrote: those which it writes now.
#[test]
fn pages_are_tested_on_results_of_this_program() {
    let update = std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always");
    for id in ["plain", "systems"] {
        let figures = SITE[&format!("{id}/results.json")].clone();
        let results = from_json("results.json", &figures).unwrap();
        // What is shared stands beside the rest there.
        let series =
            SERIES_FILES.iter().map(|file| (file.name, SITE[&file.path(&results)].clone()));
        for (name, text) in series.chain([("results.json", figures)]) {
            let stored = fixture().join("built").join(id).join(name);
            if update {
                fs::create_dir_all(stored.parent().unwrap()).unwrap();
                fs::write(&stored, &text).unwrap();
            }
            let same = fs::read_to_string(&stored).is_ok_and(|stored| stored == text);
            assert!(same, "{id}/{name} is old: INSTA_UPDATE=always cargo test --test suite pages");
        }
    }
}

/// The values of an attribute, as they stand.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let opening = format!(" {attribute}=\"");
    html.match_indices(&opening)
        .map(|(at, found)| html[at + found.len()..].split('"').next().unwrap())
        .collect()
}

/// The file a relative link leads to.
fn resolve(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            ".." => assert!(parts.pop().is_some(), "{link} on {page} leaves the site"),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn pages_link_to_files_and_anchors_of_the_site() {
    for (path, html) in pages() {
        for link in values(html, "href").into_iter().chain(values(html, "src")) {
            if link.starts_with("data:") || link.starts_with("https://example.org/reports/") {
                continue;
            }
            let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
            // What a page is asked for is no part of its place.
            let target = target.split('?').next().unwrap_or_default();
            let target = if target.is_empty() { path.to_owned() } else { resolve(path, target) };
            let file = SITE.get(&target);
            assert!(file.is_some(), "{path} links to {link}, which is not there");
            assert!(
                anchor.is_empty() || file.unwrap().contains(&format!("id=\"{anchor}\"")),
                "{path} links to {link}, an anchor that is not there"
            );
        }
    }
    let map = &SITE["sitemap.xml"];
    assert!(map.contains("<loc>https://example.org/reports/plain/</loc>"), "{map}");
    assert!(!map.contains("404"), "{map}");
}

/// Closed in order, ids once, every label there, rows as wide as their headings.
#[test]
fn pages_are_well_formed() {
    for (path, html) in pages() {
        let xml = body(html);
        let page = Document::parse(&xml).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut ids: Vec<&str> = page.descendants().filter_map(|n| n.attribute("id")).collect();
        for labels in page.descendants().filter_map(|n| n.attribute("aria-labelledby")) {
            assert!(labels.split(' ').all(|label| ids.contains(&label)), "{path}: {labels}");
        }
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{path} has an id twice");
        for table in page.descendants().filter(|node| node.has_tag_name("table")) {
            let rows = table.descendants().filter(|node| node.has_tag_name("tr"));
            let widths: BTreeSet<usize> =
                rows.map(|row| row.children().filter(Node::is_element).count()).collect();
            // A script fills the one that is empty.
            let is_filled = table.attribute("id") != Some("picked");
            assert_eq!(widths.len(), usize::from(is_filled), "{path}: rows of {widths:?} cells");
        }
    }
}

#[test]
fn pages_ask_no_other_host_for_anything() {
    for (path, html) in pages() {
        assert!(values(html, "src").iter().all(|link| !link.contains("//")), "{path}");
        for tag in html.split('<').filter(|tag| tag.starts_with("link ")) {
            let stays = ["rel=\"canonical\"", "href=\"data:"].iter().any(|part| tag.contains(part));
            assert!(stays || !tag.contains("//"), "{path}: {tag}");
        }
    }
    for (path, text) in
        SITE.iter().filter(|(path, _)| path.starts_with("assets/") && !path.ends_with(".txt"))
    {
        // The name of the space that drawings are in is no address.
        let text = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!text.contains("//") || !text.contains("http"), "{path}");
        assert!(!text.contains("@import"), "{path}");
    }
}

#[test]
fn pages_call_simulated_prices_so_wherever_they_matter() {
    for (path, html) in pages() {
        let built_on =
            ["index.html", "compare/index.html", "data/small/index.html", "detectors/index.html"];
        let built_on = built_on.contains(&path)
            || ["plain/", "systems/", "placebo/", "weighted/", "data/small/geometry-"]
                .iter()
                .any(|folder| path.starts_with(folder));
        assert_eq!(html.contains("Synthetic data."), built_on, "{path}");
    }
}

/// The committed site is of real size.
#[test]
fn pages_of_real_size_stay_below_their_limit() {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("site");
    for entry in walkdir::WalkDir::new(site).into_iter().map(Result::unwrap) {
        let is_page = entry.path().extension().is_some_and(|ending| ending == "html");
        let size = entry.metadata().unwrap().len();
        assert!(!is_page || size < 400_000, "{} has {size} bytes", entry.path().display());
    }
}
