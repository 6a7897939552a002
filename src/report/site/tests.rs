//! Laws of the whole site under results that a small repository does not have: hostile texts,
//! figures that are not defined, experiments with nothing or with very much in them. The rest is in
//! `tests/suite/pages.rs`.

use super::*;
use crate::report::site::kit::summary::{Entry, Kind};
use crate::report::stored;

fn options() -> Options {
    Options {
        base_url: Some("https://example.org/reports/".into()),
        title: "Reports".into(),
        ..Options::default()
    }
}

fn experiments() -> Vec<Experiment> {
    vec![stored::plain(), stored::systems()]
}

fn site(experiments: &[Experiment]) -> Vec<File> {
    render(experiments, &[], &BTreeMap::new(), &options()).unwrap()
}

fn pages(files: &[File]) -> impl Iterator<Item = (&str, &str)> {
    files
        .iter()
        .filter(|file| file.path.ends_with(".html"))
        .map(|file| (file.path.as_str(), std::str::from_utf8(&file.contents).unwrap()))
}

/// The page at a path of a site.
fn page(files: &[File], path: &str) -> Option<String> {
    pages(files).find(|(known, _)| *known == path).map(|(_, html)| html.to_owned())
}

#[test]
fn a_hostile_text_stays_text() {
    let mut experiment = stored::plain();
    let hostile = "</title><script>alert('x')</script>\"&";
    experiment.results.title = hostile.to_owned();
    experiment.results.hypothesis = hostile.to_owned();
    experiment.results.notes = hostile.to_owned();
    for state in &mut experiment.results.regimes[0].states {
        state.label = hostile.to_owned();
    }
    experiment.results.warnings =
        vec![crate::results::Warning::TooGood { model: hostile.to_owned(), oos_r2: 0.02 }];
    for (path, html) in pages(&site(&[experiment])) {
        assert!(!html.contains("<script>alert"), "{path}");
    }
}

#[test]
fn figures_that_are_not_defined_are_named_with_the_reason() {
    let mut experiment = stored::plain();
    for model in experiment.results.models.values_mut() {
        model.forecast.oos_r2 = None;
        model.forecast.clark_west_p = None;
        for metrics in model.strategies.values_mut() {
            metrics.calmar = None;
            metrics.sharpe = None;
        }
    }
    let html = page(&site(&[experiment]), "plain/index.html").unwrap();
    assert!(html.contains("n/a: no variance; no drawdown or no return; nothing traded or gained."));
}

#[test]
fn a_bare_experiment_still_has_a_page() {
    let mut experiment = stored::plain();
    experiment.series = crate::results::Series::default();
    experiment.results.regimes.clear();
    experiment.results.agreement.clear();
    experiment.results.models.truncate(1);
    experiment.results.geometry.clustered_order.truncate(1);
    experiment.results.geometry.coupling = None;
    experiment.results.spec.regimes.clear();
    assert!(pages(&site(&[experiment])).any(|(path, _)| path == "plain/index.html"));
    assert!(pages(&site(&[])).any(|(_, html)| html.contains("No experiments yet")));
}

#[test]
fn a_failed_certificate_is_the_first_thing_that_is_read() {
    use crate::results::{CertificateFinding, CheckOutcome};
    let (banner, mark) = ("This experiment knew the future", "knew the future</span>");
    let mut experiments = experiments();
    let of = |files: &[File], path: &str| page(files, path).unwrap();
    let sound = site(&experiments);
    assert!(!of(&sound, "plain/index.html").contains(banner));
    assert!(!of(&sound, "index.html").contains(mark));
    let certificate = &mut experiments[0].results.certificate;
    certificate.outcome = CheckOutcome::Failed;
    certificate.checks[0].outcome = CheckOutcome::Failed;
    certificate.checks[0].found.push(CertificateFinding::KnewTheFuture {
        series: "lasso.binary.weight".to_owned(),
        day: jiff::civil::date(2010, 3, 4),
        cut: jiff::civil::date(2010, 5, 3),
    });
    let stamped = site(&experiments);
    let html = of(&stamped, "plain/index.html");
    let [title, stamp, verdict] =
        ["</h1>", banner, "id=\"verdict\""].map(|part| html.find(part).unwrap());
    assert!(title < stamp && stamp < verdict);
    let told = "<strong>truncation</strong>: `lasso.binary.weight` of 2010-03-04 knew prices after \
                2010-05-03: it is another when the data end there";
    assert!(html.contains(told), "{html}");
    assert!(html.contains("failed: `lasso.binary.weight`"), "and in its section");
    assert!(!of(&stamped, "systems/index.html").contains(banner));
    assert_eq!(of(&stamped, "index.html").matches(mark).count(), 1);
    let verdicts = stamped.iter().find(|file| file.path == "verdicts.json").unwrap();
    let verdicts: serde_json::Value = serde_json::from_slice(&verdicts.contents).unwrap();
    let outcomes: Vec<&str> =
        verdicts.as_array().unwrap().iter().map(|v| v["certificate"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["failed", "passed"]);
}

#[test]
fn detectors_are_compared_only_where_there_are_some() {
    let comparison = |files: &[File]| {
        let front = pages(files).find(|(path, _)| *path == "index.html").unwrap().1.to_owned();
        let is_there = files.iter().any(|file| file.path == "detectors/index.html");
        assert_eq!(front.contains("href=\"detectors/index.html\""), is_there);
        is_there
    };
    assert!(comparison(&site(&experiments())));
    let mut bare = experiments();
    bare.iter_mut().for_each(|experiment| experiment.results.regimes.clear());
    assert!(!comparison(&site(&bare)));
}

#[test]
fn an_override_takes_the_place_of_its_template() {
    let overrides = BTreeMap::from([
        ("methods.md".to_owned(), "House rules: $x^2$".to_owned()),
        ("404.html".to_owned(), "gone, {{ site }}".to_owned()),
    ]);
    let files = render(&[], &[], &overrides, &options()).unwrap();
    let text = |path: &str| {
        let file = files.iter().find(|file| file.path == path).unwrap();
        String::from_utf8(file.contents.clone()).unwrap()
    };
    assert_eq!(text("404.html"), "gone, Reports");
    assert!(text("methods/index.html").contains("House rules"));
}

#[test]
fn an_override_that_asks_for_too_much_is_told_once() {
    let broken = "{% extends \"base.html\" %}\n{% block body %}{{ verdikt }}{% endblock %}";
    let overrides = BTreeMap::from([("experiment.html".to_owned(), broken.to_owned())]);
    let problems = render(&experiments(), &[], &overrides, &options()).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems}");
    let text = problems.to_string();
    assert!(text.contains("templates/experiment.html:2:") && text.contains("verdikt"), "{text}");
}

#[test]
fn public_addresses_appear_only_when_there_is_one() {
    let private = Options { base_url: None, title: "Reports".into(), ..Options::default() };
    let files = render(&experiments(), &[], &BTreeMap::new(), &private).unwrap();
    assert!(files.iter().all(|file| file.path != "sitemap.xml"));
    assert!(pages(&files).all(|(_, html)| !html.contains("rel=\"canonical\"")));
}

#[test]
fn two_pages_never_share_a_path() {
    for name in ["methods", "detectors"] {
        let mut experiment = stored::plain();
        experiment.results.id = name.to_owned();
        let problems = render(&[experiment], &[], &BTreeMap::new(), &options()).unwrap_err();
        assert!(problems.to_string().contains(&format!("`{name}/index.html`")), "{problems}");
    }
}

#[test]
fn many_features_and_a_short_history_still_make_a_page_below_its_limit() {
    let mut experiment = stored::plain();
    let p = 30;
    let names: Vec<String> = (0..p).map(|number| format!("FUND{number}")).collect();
    let geometry = &mut experiment.results.geometry;
    geometry.correlation = vec![vec![0.5; p]; p];
    geometry.target_correlation = vec![0.5; p];
    geometry.clustered_order = (0..p).rev().collect();
    geometry.eigenvalues = vec![1.0; p];
    geometry.eigenvectors = vec![vec![0.18; p]; p];
    geometry.tickers = names.clone();
    experiment.results.data.features = names.clone();
    let template = geometry.pairs[0].clone();
    let values = experiment.series.correlations.columns[0].clone();
    geometry.pairs.clear();
    experiment.series.correlations.columns.clear();
    for (i, a) in names.iter().enumerate().take(24) {
        for b in &names[i + 1..24] {
            experiment.series.correlations.push(format!("{a}.{b}"), values.clone());
            let (a, b) = (a.clone(), b.clone());
            geometry.pairs.push(crate::results::PairSummary { a, b, ..template.clone() });
        }
    }
    geometry.spectrum.modes.clear();
    let files = site(&[experiment.clone()]);
    let is_shared =
        |path: &str| path.starts_with("data/small/geometry-") && path.ends_with(".html");
    let (_, html) = pages(&files).find(|(path, _)| is_shared(path)).unwrap();
    assert!(page(&files, "plain/geometry/index.html").unwrap().contains("#pairs"));
    assert!(html.len() < 400_000, "{} bytes", html.len());
    assert!(html.contains("24 of 30 features are shown") && html.contains("of 276 pairs"));
    experiment.series = crate::results::Series::default();
    experiment.results.geometry.pairs.clear();
    assert!(page(&site(&[experiment]), "plain/geometry/index.html").is_some());
}

#[test]
fn the_front_page_of_very_many_experiments_stays_small_and_leads_to_all() {
    let plain = summary(&stored::plain(), None);
    let many: Vec<Summary> = (0..2_000)
        .map(|number| {
            let mut each = plain.clone();
            let id = format!("e{number:04}");
            each.row.filter.id.clone_from(&id);
            each.title = format!("Experiment {number}");
            each.found = vec![Entry {
                kind: Kind::Page,
                href: format!("{id}/index.html"),
                title: each.title.clone(),
                text: String::new(),
            }];
            Summary { id, ..each }
        })
        .collect();
    let options = options();
    let site = Site::new(&BTreeMap::new(), &[], &options, &[]).unwrap();
    let overview = site.overview(&many, &[]).unwrap();
    let front = page(&overview, "index.html").unwrap();
    assert!(front.len() < 90_000, "{} bytes", front.len());
    assert!(front.contains("2\u{202f}000 experiments") && front.contains("all/20/index.html"));
    assert!(front.matches("class=\"many\"").count() == 2, "one row of all, in two panels");
    let listed: Vec<String> =
        (1..=20).filter_map(|list| page(&overview, &format!("all/{list}/index.html"))).collect();
    assert_eq!(listed.len(), 20);
    for each in &many {
        let link = format!("href=\"../../{}/index.html\"", each.id);
        assert_eq!(listed.iter().filter(|list| list.contains(&link)).count(), 1, "{}", each.id);
    }
    for list in &listed {
        assert!(list.len() < 400_000, "{} bytes", list.len());
    }
    // Few have no such pages.
    let few = site.overview(&many[..40], &[]).unwrap();
    assert!(page(&few, "all/1/index.html").is_none());
    let front = page(&few, "index.html").unwrap();
    assert_eq!(front.matches("<li class=\"row").count(), 40);
    // All of them are found, and may be picked.
    let script = overview.iter().find(|file| file.path == "search/index.js").unwrap();
    let script = std::str::from_utf8(&script.contents).unwrap();
    let compare = page(&overview, "compare/index.html").unwrap();
    assert!(compare.len() < 400_000, "{} bytes", compare.len());
    for each in &many {
        assert!(script.contains(&format!("[\"{}/index.html\"", each.id)));
        assert!(compare.contains(&format!("<option value=\"{}\">", each.id)));
    }
    assert!(page(&overview, "search/index.html").unwrap().len() < 100_000);
}

/// An experiment is shown by one model throughout: the page of comparison reads what was decided for
/// its own page, and the front page what may stand in for that.
#[test]
fn one_model_is_shown_of_an_experiment() {
    let (plain, systems) = (stored::plain(), stored::systems());
    for (experiment, is_aware) in [(&plain, false), (&systems, true)] {
        let subject = Subject::new(experiment);
        let title = &subject.shown().unwrap().title;
        assert_eq!(subject.shown().unwrap().summary.system.is_some(), is_aware);
        let script = String::from_utf8(compare::data(&subject).contents).unwrap();
        assert!(script.contains(&format!("[\"Model\",\"{title}\",")), "{title}\n{script}");
        assert!(verdict::whose(&subject).unwrap().starts_with(title.as_str()), "{title}");
        assert_eq!(study::speaker(&subject).unwrap().title, subject.shown().unwrap().short);
    }
}

#[test]
fn an_experiment_leads_to_those_before_and_after_it() {
    let mut experiments = experiments();
    experiments[0].results.spec.order = Some(2);
    experiments[1].results.spec.order = Some(1);
    experiments.iter_mut().for_each(|each| each.results.spec.group = "Group".to_owned());
    let files = site(&experiments);
    let [first, second] =
        ["systems/index.html", "plain/index.html"].map(|path| page(&files, path).unwrap());
    let after = "class=\"after\" href=\"../plain/index.html\"";
    let before = "class=\"before\" href=\"../systems/index.html\"";
    assert!(first.contains(after) && !first.contains("class=\"before\""));
    assert!(second.contains(before) && !second.contains("class=\"after\""));
    let part = page(&files, "plain/breaks/index.html").unwrap();
    assert!(!part.contains("class=\"turn\"") && part.contains("../../methods/index.html"));
}

/// What others are offered of a site with a public address, and only of one.
#[test]
fn a_public_site_has_pictures_and_a_feed() {
    let files = site(&experiments());
    let of = |path: &str| &files.iter().find(|file| file.path == path).unwrap().contents;
    for path in ["card.png", "plain/card.png", "systems/card.png"] {
        let picture = of(path);
        assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"), "{path}");
        let side = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().unwrap());
        assert_eq!((side(16), side(20)), (1200, 630), "{path}");
        assert!(picture.len() < 120_000, "{path}: {} bytes", picture.len());
    }
    assert!(of("plain/card.png") != of("systems/card.png"));
    let feed = String::from_utf8(of("feed.xml").clone()).unwrap();
    let feed = roxmltree::Document::parse(&feed).unwrap();
    let texts = |name: &str| -> Vec<&str> {
        let found = feed.descendants().filter(|node| node.tag_name().name() == name);
        found.filter_map(|node| node.text()).collect()
    };
    assert_eq!(texts("id").len(), 3, "the site and two experiments");
    assert!(texts("id").contains(&"https://example.org/reports/plain/"));
    assert_eq!(texts("updated").iter().max(), texts("updated").first());
    assert!(texts("summary").iter().all(|finding| finding.len() > 20), "{:?}", texts("summary"));
    let page = String::from_utf8(of("plain/index.html").clone()).unwrap();
    for tag in [
        "property=\"og:url\" content=\"https://example.org/reports/plain/\"",
        "property=\"og:image\" content=\"https://example.org/reports/plain/card.png\"",
        "type=\"application/atom+xml\"",
    ] {
        assert!(page.contains(tag), "{tag}");
    }
    assert!(page.contains("· results "), "a printed page says which results it shows");
    let private = Options { base_url: None, ..options() };
    let files = render(&experiments(), &[], &BTreeMap::new(), &private).unwrap();
    let offered = |file: &File| file.path.ends_with("card.png") || file.path == "feed.xml";
    assert!(!files.iter().any(offered));
    assert!(pages(&files).all(|(_, html)| !html.contains("og:") && !html.contains("atom+xml")));
}

/// The page of parts is for those who change the report: no page leads to it, nothing lists it.
#[test]
fn the_page_of_parts_is_not_listed() {
    let files = site(&experiments());
    let page = pages(&files).find(|(path, _)| *path == "parts/index.html").unwrap().1.to_owned();
    assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"));
    assert!(!page.contains("no data</text>"), "every kind of chart has something to draw");
    let listed = files.iter().find(|file| file.path == "sitemap.xml").unwrap();
    assert!(!String::from_utf8_lossy(&listed.contents).contains("parts/"));
    for (path, html) in pages(&files).filter(|(path, _)| *path != "parts/index.html") {
        assert!(!html.contains("parts/index.html"), "{path}");
    }
}
