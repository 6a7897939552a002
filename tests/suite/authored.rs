//! What authors write: notes beside a spec, pages, links, images, and figures and drawings by their
//! names. All of it is checked at build, and told with its place.

use std::fs;
use std::path::Path;

use super::support::{SMALL_SPEC, run, small_repository, tree, write};

/// The smallest file that begins as a PNG does.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

const PAGE: &str = "---\ntitle: What came out\norder: 2\n---\n";

/// What a command says of a folder whose only mistakes are in its texts.
fn told(folder: &Path, command: &str, status: i32) -> String {
    let (found, out, err) = run(folder, &[command]);
    assert_eq!(found, status, "{out}{err}");
    err
}

fn built(folder: &Path) -> String {
    let (status, out, err) = run(folder, &["build"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    out
}

fn page(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(format!("site/{name}/index.html"))).unwrap()
}

/// The small repository with another experiment, notes, and a page that says something of each.
fn repository() -> tempfile::TempDir {
    let folder = small_repository();
    let path = folder.path();
    let other = SMALL_SPEC.replace("Small", "Other") + "costs: {trade_bps: 9}\n";
    write(path, "experiments/other.yaml", other);
    write(
        path,
        "experiments/small.md",
        "Here {{ ridge.oos_r2 }}, and of [the other](../other/) {{ other.ridge.hit_rate }}.\n",
    );
    let text = "# Of all\n\nR² {{ small.ridge.oos_r2 }}, {{ small.ridge.oos_r2 interval }}; see \
                [its signal](../small/#signal).\n\n{{ figure other squared-error }}\n\n![A \
                curve](plots/curve.png)\n";
    write(path, "pages/findings.md", format!("{PAGE}{text}"));
    write(path, "pages/plots/curve.png", PNG);
    folder
}

#[test]
fn texts_have_figures_drawings_links_and_images_in_them() {
    let folder = repository();
    let folder = folder.path();
    built(folder);
    let results = super::support::results(folder, "small");
    let percent = |value: f64| {
        let text = format!("{:.2}\u{202f}%", value * 100.0);
        text.replace('-', "\u{2212}")
    };
    let forecast = &results["models"]["ridge"]["forecast"];
    let r2 = percent(forecast["oos_r2"].as_f64().unwrap());
    let interval = &forecast["oos_r2_interval"];
    let interval = [0, 1].map(|at| percent(interval[at].as_f64().unwrap())).join(" to ");
    let findings = page(folder, "findings");
    for part in [
        format!("R² <span class=\"value\">{r2}</span>, <span class=\"value\">{interval}</span>"),
        "<h1>What came out</h1>".to_owned(),
        "<h2 id=\"of-all\">Of all</h2>".to_owned(),
        "href=\"../small/index.html#signal\"".to_owned(),
        "href=\"../other/index.html#figure-squared-error\">Where it is from</a>".to_owned(),
        "<img src=\"images/plots/curve.png\"".to_owned(),
    ] {
        assert!(findings.contains(&part), "{part}\n{findings}");
    }
    assert_eq!(fs::read(folder.join("site/findings/images/plots/curve.png")).unwrap(), PNG);
    // A drawing brings no button of its page whose sentence stays behind.
    for target in findings.split("popovertarget=\"").skip(1) {
        let id = target.split('"').next().unwrap();
        assert!(findings.contains(&format!(" id=\"{id}\"")), "{id}");
    }
    let small = page(folder, "small");
    let own = format!("<p>Here <span class=\"value\">{r2}</span>, and of");
    assert!(small.contains(&own) && small.contains("href=\"../other/index.html\""));
    // Every page leads to the author's.
    for name in ["small", "findings", "methods"] {
        let link = "<a href=\"../findings/index.html\">What came out</a>";
        assert!(page(folder, name).contains(link), "{name}");
    }
    // And the search finds it, and the notes.
    let script = fs::read_to_string(folder.join("site/search/index.js")).unwrap();
    for part in [
        "[\"findings/index.html\",\"What came out\",\"\",[[\"of-all\",\"Of all\",\"R²",
        "[\"question\",\"Notes\",\"Here",
    ] {
        assert!(script.contains(part), "{part}\n{script}");
    }
    assert!(
        page(folder, "search").contains("<li><a href=\"../findings/index.html\">What came out")
    );
    let sitemap = run(folder, &["build", "--base-url", "https://example.org"]);
    assert_eq!(sitemap.0, 0);
    let sitemap = fs::read_to_string(folder.join("site/sitemap.xml")).unwrap();
    assert!(sitemap.contains("<loc>https://example.org/findings/</loc>"));
}

#[test]
fn notes_are_those_of_the_spec_or_those_beside_it_and_not_both() {
    let folder = small_repository();
    let folder = folder.path();
    write(folder, "experiments/small.md", "Words of *mine*.");
    write(folder, "experiments/README.md", "Of this folder.");
    built(folder);
    assert!(page(folder, "small").contains("<p>Words of <em>mine</em>.</p>"));
    assert_eq!(super::support::results(folder, "small")["notes"], "Words of *mine*.");
    let beside = tree(&folder.join("site"));
    fs::remove_file(folder.join("experiments/small.md")).unwrap();
    write(folder, "experiments/small.yaml", format!("{SMALL_SPEC}notes: Words of *mine*.\n"));
    built(folder);
    assert_eq!(tree(&folder.join("site")), beside, "the same words, the same site");
    write(folder, "experiments/small.md", "More.");
    write(folder, "experiments/smal.md", "Of nothing.");
    insta::assert_snapshot!(told(folder, "build", 2));
    told(folder, "check", 1);
}

#[test]
fn what_is_wrong_with_texts_is_told_with_its_place_before_anything_runs() {
    let folder = repository();
    let folder = folder.path();
    let notes = "Of [nothing](../othr/), {{ ridge.oos_r }}, {{ othr.ridge.oos_r2 }},\n\
                 {{ ridge.sharpe }} and {{ ridge.hit_rate interval }}.\n\n\
                 ![](https://example.org/a.png) ![a](b.svg) ![a](c.png)\n";
    write(folder, "experiments/small.md", notes);
    let hypothesis = "hypothesis: |\n  First {{ ridge.oos_r2 }} and\n  then [a](../../x) \
                      {{ rigde.oos_r2 }}.\n";
    write(folder, "experiments/other.yaml", format!("{SMALL_SPEC}{hypothesis}"));
    let text = "One {{ figure small squared-error }} inside, {{ ridge.oos_r2 }}, {{ a b c }}.\n\n\
                [a](javascript:x) [b](/small/) [c](//example.org/) [d](../data/tny/)\n";
    write(folder, "pages/findings.md", format!("{PAGE}{text}"));
    write(folder, "pages/plots/curve.png", "<svg onload=alert(1)>");
    let check = told(folder, "check", 1);
    insta::assert_snapshot!(check);
    assert_eq!(told(folder, "build", 2), check, "the same is told");
    assert!(!folder.join("site").exists());
}

#[test]
fn what_only_pages_can_tell_is_told_when_they_are_there() {
    let folder = repository();
    let folder = folder.path();
    let text = "[a](../small/#signl) [b](../small/result.json) [c](../methods/#tim)\n\n\
                {{ figure small squard-error }}\n\n{{ small.geometry.mean_corelation }}\n";
    write(folder, "pages/findings.md", format!("{PAGE}{text}"));
    // Drawings and figures first: without them the page is not made.
    insta::assert_snapshot!("drawings", told(folder, "build", 2));
    let text = text.split("\n\n").next().unwrap();
    write(folder, "pages/findings.md", format!("{PAGE}{text}\n"));
    write(folder, "experiments/small.md", "[a](#nowhere) {{ small.ridge.oos_r2 }}\n");
    insta::assert_snapshot!("anchors", told(folder, "build", 2));
    assert!(!folder.join("site").exists());
}

#[test]
fn a_page_says_what_it_is_called_and_has_a_folder_of_its_own() {
    let folder = small_repository();
    let folder = folder.path();
    for (name, text) in [
        ("small", format!("{PAGE}x")),
        ("methods", format!("{PAGE}x")),
        ("My page", format!("{PAGE}x")),
        ("bare", "Words alone.\n".to_owned()),
        ("open", "---\ntitle: Open\nWords.\n".to_owned()),
        ("odd", "---\ntitel: Odd\norder: first\n---\n".to_owned()),
        ("long", "---\ntitle: |\n  two\n  lines\n---\n".to_owned()),
    ] {
        write(folder, &format!("pages/{name}.md"), text);
    }
    write(folder, "experiments/search.yaml", SMALL_SPEC);
    insta::assert_snapshot!(told(folder, "check", 1));
}

#[test]
fn an_image_without_words_is_a_warning() {
    let folder = small_repository();
    let folder = folder.path();
    write(folder, "pages/a.md", format!("{PAGE}Before\n![](a.png)\n"));
    write(folder, "pages/a.png", PNG);
    let (status, _, err) = run(folder, &["check"]);
    assert_eq!(status, 0, "{err}");
    insta::assert_snapshot!(err);
}

#[test]
fn a_page_is_made_again_when_what_it_shows_of_others_changes_and_no_other_is() {
    let folder = repository();
    let folder = folder.path();
    // Of an experiment that nobody else speaks of.
    write(folder, "experiments/alone.yaml", SMALL_SPEC.replace("Small", "Alone"));
    built(folder);
    let before = tree(&folder.join("site"));
    let changed = |before: &std::collections::BTreeMap<String, Vec<u8>>| {
        let after = tree(&folder.join("site"));
        let pages = after.iter().filter(|(path, _)| path.ends_with("/index.html"));
        let changed = pages.filter(|(path, contents)| before.get(*path) != Some(*contents));
        changed.map(|(path, _)| path.clone()).collect::<Vec<_>>()
    };
    // Words of another: its figures are the same.
    let spec = fs::read_to_string(folder.join("experiments/other.yaml")).unwrap();
    let spec = spec + "notes: More words.\n";
    write(folder, "experiments/other.yaml", &spec);
    built(folder);
    let touched = changed(&before);
    assert!(!touched.iter().any(|path| path.starts_with("small/")), "{touched:?}");
    // Its figures.
    let worded = tree(&folder.join("site"));
    let other = spec.replace("min_train: 300", "min_train: 310");
    write(folder, "experiments/other.yaml", other);
    built(folder);
    let touched = changed(&worded);
    for made in ["small/index.html", "other/index.html", "findings/index.html"] {
        assert!(touched.iter().any(|path| path == made), "{made}: {touched:?}");
    }
    // From nothing, the same.
    let fresh = tempfile::tempdir().unwrap();
    for input in ["data", "experiments", "pages"] {
        for (name, contents) in tree(&folder.join(input)) {
            write(fresh.path(), &format!("{input}/{name}"), contents);
        }
    }
    built(fresh.path());
    assert_eq!(tree(&fresh.path().join("site")), tree(&folder.join("site")));
    // An image of another day.
    let before = tree(&folder.join("site"));
    write(folder, "pages/plots/curve.png", [PNG, b"more"].concat());
    assert!(built(folder).contains("1 files written"));
    assert_eq!(changed(&before), Vec::<String>::new());
    assert!(built(folder).contains(" 0 files written"), "and again nothing");
}
