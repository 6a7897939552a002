//! Laws of the whole site: links lead somewhere, nothing is loaded from elsewhere, pages stay
//! small, the same input gives the same bytes, simulated prices are never passed off as real.

use super::*;

fn options() -> Options {
    Options { base_url: Some("https://example.org/reports/".into()), title: "Reports".into() }
}

fn experiments() -> Vec<Experiment> {
    vec![fixture::experiment("baseline", false), fixture::experiment("planted", true)]
}

fn site(experiments: &[Experiment]) -> Vec<File> {
    let sources = [fixture::source(false), fixture::source(true)];
    render(experiments, &sources, &BTreeMap::new(), &options()).unwrap()
}

fn pages(files: &[File]) -> impl Iterator<Item = (&str, &str)> {
    files
        .iter()
        .filter(|file| file.path.ends_with(".html"))
        .map(|file| (file.path.as_str(), std::str::from_utf8(&file.contents).unwrap()))
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
fn every_link_leads_to_a_file_and_an_anchor_of_the_site() {
    let files = site(&experiments());
    let find = |path: &str| files.iter().find(|file| file.path == path);
    for (path, html) in pages(&files) {
        for link in values(html, "href").into_iter().chain(values(html, "src")) {
            if link.starts_with("data:") || link.starts_with("https://example.org/reports/") {
                continue;
            }
            let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if target.is_empty() { path.to_owned() } else { resolve(path, target) };
            let file = find(&target);
            assert!(file.is_some(), "{path} links to {link}, which is not there");
            let text = std::str::from_utf8(&file.unwrap().contents).unwrap();
            assert!(
                anchor.is_empty() || text.contains(&format!("id=\"{anchor}\"")),
                "{path} links to {link}, an anchor that is not there"
            );
        }
    }
}

#[test]
fn a_report_answers_in_order() {
    let files = site(&experiments());
    let (_, html) = pages(&files).find(|(path, _)| *path == "planted/index.html").unwrap();
    let ids =
        ["verdict", "question", "signal", "why", "when", "track-record", "trust", "downloads"];
    let places: Vec<usize> =
        ids.iter().map(|id| html.find(&format!("<section id=\"{id}\"")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn ids_are_unique_within_a_page_and_every_label_exists() {
    for (path, html) in pages(&site(&experiments())) {
        let mut ids = values(html, "id");
        for reference in values(html, "aria-labelledby").iter().flat_map(|v| v.split(' ')) {
            assert!(ids.contains(&reference), "{path}: no element is called {reference}");
        }
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{path} has an id twice");
    }
}

#[test]
fn every_element_is_closed_in_order() {
    const VOID: [&str; 8] = ["meta", "link", "input", "br", "hr", "!doctype", "img", "wbr"];
    for (path, html) in pages(&site(&experiments())) {
        let mut open: Vec<&str> = Vec::new();
        for piece in html.split('<').skip(1) {
            let tag = piece.split('>').next().unwrap();
            let name = tag.split([' ', '/', '\n']).find(|name| !name.is_empty()).unwrap();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "{path}: </{name}> closes another element");
            } else if !tag.ends_with('/') && !VOID.contains(&name) {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{path}: {open:?} never closed");
    }
}

#[test]
fn no_page_asks_another_host_for_anything() {
    let files = site(&experiments());
    for (path, html) in pages(&files) {
        assert!(values(html, "src").iter().all(|link| !link.contains("//")), "{path}");
        for tag in html.split('<').filter(|tag| tag.starts_with("link ")) {
            let stays = ["rel=\"canonical\"", "href=\"data:"].iter().any(|part| tag.contains(part));
            assert!(stays || !tag.contains("//"), "{path}: {tag}");
        }
    }
    for file in files.iter().filter(|file| file.path.starts_with("assets/")) {
        let text = std::str::from_utf8(&file.contents).unwrap();
        assert!(!text.contains("//") || !text.contains("http"), "{}", file.path);
        assert!(!text.contains("@import"), "{}", file.path);
    }
}

#[test]
fn a_page_of_realistic_size_stays_below_its_limit() {
    for (path, html) in pages(&site(&experiments())) {
        assert!(html.len() < 400_000, "{path} has {} bytes", html.len());
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let experiments = experiments();
    assert_eq!(site(&experiments), site(&experiments));
}

#[test]
fn simulated_prices_are_called_so_wherever_they_matter() {
    let files = site(&experiments());
    for (path, html) in pages(&files) {
        let built_on = ["index.html", "data/sample/index.html", "detectors/index.html"];
        let is_built_on = built_on.contains(&path) || path.starts_with("planted/");
        assert_eq!(html.contains("Synthetic data."), is_built_on, "{path}");
    }
}

#[test]
fn a_hostile_text_stays_text() {
    let mut experiment = fixture::experiment("baseline", false);
    let hostile = "</title><script>alert('x')</script>\"&";
    experiment.results.title = hostile.to_owned();
    experiment.results.hypothesis = hostile.to_owned();
    experiment.results.notes = hostile.to_owned();
    for state in &mut experiment.results.regimes[0].states {
        state.label = hostile.to_owned();
    }
    experiment.results.warnings =
        vec![crate::results::Warning { code: hostile.to_owned(), message: hostile.to_owned() }];
    for (path, html) in pages(&site(&[experiment])) {
        assert!(!html.contains("<script>alert"), "{path}");
    }
}

#[test]
fn figures_that_are_not_defined_are_named_with_the_reason() {
    let mut experiment = fixture::experiment("baseline", false);
    for model in experiment.results.models.values_mut() {
        model.forecast.oos_r2 = None;
        model.forecast.clark_west_p = None;
        for metrics in model.strategies.values_mut() {
            metrics.calmar = None;
            metrics.sharpe = None;
        }
    }
    let files = site(&[experiment]);
    let (_, html) = pages(&files).find(|(path, _)| *path == "baseline/index.html").unwrap();
    assert!(html.contains("n/a under Calmar") && html.contains("no variance"));
}

#[test]
fn a_bare_experiment_still_has_a_page() {
    let mut experiment = fixture::experiment("baseline", false);
    experiment.series = crate::results::Series::default();
    experiment.results.regimes.clear();
    experiment.results.agreement.clear();
    experiment.results.models.truncate(1);
    experiment.results.geometry.clustered_order.truncate(1);
    experiment.results.geometry.coupling = None;
    experiment.results.spec.regimes.clear();
    assert!(pages(&site(&[experiment])).any(|(path, _)| path == "baseline/index.html"));
    assert!(pages(&site(&[])).any(|(_, html)| html.contains("No experiments yet")));
}

#[test]
fn regime_aware_systems_have_titles_and_are_not_counted_as_models() {
    let files = site(&experiments());
    let (_, html) = pages(&files).find(|(path, _)| *path == "planted/index.html").unwrap();
    assert!(html.contains("All three models beat") && !html.contains("six models beat"));
    assert!(html.contains("Lasso, interacted with the XLE–XLU sign"));
    assert!(!html.contains("Ridge_gated") && !html.contains("ridge_gated</"));
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
    let private = Options { base_url: None, title: "Reports".into() };
    let files = render(&experiments(), &[], &BTreeMap::new(), &private).unwrap();
    assert!(files.iter().all(|file| file.path != "sitemap.xml"));
    assert!(pages(&files).all(|(_, html)| !html.contains("rel=\"canonical\"")));
    let files = site(&experiments());
    let map = files.iter().find(|file| file.path == "sitemap.xml").unwrap();
    let map = String::from_utf8(map.contents.clone()).unwrap();
    assert!(map.contains("<loc>https://example.org/reports/baseline/</loc>"), "{map}");
    assert!(!map.contains("404"), "{map}");
}

#[test]
fn two_pages_never_share_a_path() {
    for name in ["methods", "detectors"] {
        let experiments = [fixture::experiment(name, false)];
        let problems = render(&experiments, &[], &BTreeMap::new(), &options()).unwrap_err();
        assert!(problems.to_string().contains(&format!("`{name}/index.html`")), "{problems}");
    }
}

/// The page at a path of a site.
fn page(files: &[File], path: &str) -> Option<String> {
    pages(files).find(|(known, _)| *known == path).map(|(_, html)| html.to_owned())
}

#[test]
fn the_geometry_has_a_page_of_its_own_that_goes_from_the_matrix_to_the_models() {
    let files = site(&experiments());
    let html = page(&files, "planted/geometry/index.html").unwrap();
    let ids = ["matrix", "spectrum", "modes", "shape", "pairs", "models"];
    let places: Vec<usize> =
        ids.iter().map(|id| html.find(&format!("<section id=\"{id}\"")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(html.contains("The first mode carries") && html.contains("XLK–XLY"));
    assert!(html.contains("href=\"../correlations.csv\""), "files lie beside the report");
    let report = page(&files, "planted/index.html").unwrap();
    assert_eq!(values(&report, "href").iter().filter(|l| **l == "geometry/index.html").count(), 2);
    assert_eq!(html.matches("class=\"chart small time\"").count(), 9 + 36 + 5 + 2);
}

#[test]
fn a_single_feature_has_no_geometry_and_nothing_links_to_it() {
    let mut experiment = fixture::experiment("baseline", false);
    let geometry = &mut experiment.results.geometry;
    geometry.tickers.truncate(1);
    geometry.eigenvalues = vec![1.0];
    geometry.eigenvectors = vec![vec![1.0]];
    geometry.clustered_order = vec![0];
    geometry.linkage.clear();
    geometry.pairs.clear();
    geometry.mean_correlation = None;
    geometry.coupling = None;
    let files = site(&[experiment]);
    assert_eq!(page(&files, "baseline/geometry/index.html"), None);
    assert!(!page(&files, "baseline/index.html").unwrap().contains("geometry/index.html"));
}

#[test]
fn many_features_and_a_short_history_still_make_a_page_below_its_limit() {
    let mut experiment = fixture::experiment("baseline", true);
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
            geometry.pairs.push(crate::results::PairSummary {
                a: a.clone(),
                b: b.clone(),
                ..template.clone()
            });
            experiment.series.correlations.push(format!("{a}.{b}"), values.clone());
        }
    }
    geometry.spectrum.modes.clear();
    let html = page(&site(&[experiment.clone()]), "baseline/geometry/index.html").unwrap();
    assert!(html.len() < 400_000, "{} bytes", html.len());
    assert!(html.contains("24 of 30 features are shown") && html.contains("of 276 pairs"));
    experiment.series = crate::results::Series::default();
    experiment.results.geometry.pairs.clear();
    assert!(page(&site(&[experiment]), "baseline/geometry/index.html").is_some());
}
