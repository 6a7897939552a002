//! Faults that are planted in a copy of the site: a check that finds nothing has to be able to.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use browser_tests::check::{audit, paper, plain};
use browser_tests::finding::Finding;
use browser_tests::server::Server;
use browser_tests::site::{Kind, Page, Site};
use browser_tests::survey::{Check, Survey};
use browser_tests::view::View;

use super::{Shared, Suite};

/// What is put at the end of a page's `main`, the check that has to notice, and words of its finding.
const FAULTS: [(&str, Check, &str); 20] = [
    ("<script>console.warn('planted words')</script>", Check::Console, "planted words"),
    ("<script>planted()</script>", Check::Console, "planted is not defined"),
    ("<img alt='' src='http://127.0.0.1:9/planted.png'>", Check::Requests, "127.0.0.1:9"),
    ("<img alt='' src='/planted.png'>", Check::Requests, "/planted.png"),
    ("<script src='planted-script.js'></script>", Check::Requests, "planted-script.js"),
    ("<h1>planted</h1>", Check::Head, "2 headings of the first level"),
    ("<h2>planted</h2><h4>planted</h4>", Check::Head, "level 4"),
    ("<p id='planted'></p><p id='planted'></p>", Check::Head, "planted"),
    ("<p aria-labelledby='planted-nothing'></p>", Check::Head, "not there"),
    ("<a href='planted.csv'>planted</a>", Check::Links, "no file"),
    ("<a href='#planted-nowhere'>planted</a>", Check::Links, "no such place"),
    ("<a href='../baseline/'>planted</a>", Check::Links, "no file"),
    (
        "<div id='planted-wide' style='width:1500px;max-width:none'>planted</div>",
        Check::Sideways,
        "planted-wide",
    ),
    ("<p class='planted' style='font-size:10px'>planted</p>", Check::Letters, "p.planted"),
    (
        "<svg viewBox='0 0 1000 100' width='600'><text y='50' font-size='16'>planted</text></svg>",
        Check::Letters,
        "9.6 px",
    ),
    ("<button style='width:20px;height:20px;padding:0'>p</button>", Check::Targets, "20 × 20"),
    (
        "<svg width='300' height='30'><text y='20'>planted one</text><text x='9' y='22'>planted two</text></svg>",
        Check::Overlaps,
        "planted one",
    ),
    (
        "<svg width='40' height='30' overflow='hidden'><text y='20'>planted, long</text></svg>",
        Check::Cut,
        "planted, long",
    ),
    (
        "<p style='width:90px;overflow:hidden;white-space:nowrap'>planted and planted and planted</p>",
        Check::Cut,
        "p cuts",
    ),
    (
        "<svg class='chart time' style='width:200px;height:20px;display:block;padding:0;margin:0'></svg>\
         <svg class='chart time' style='width:180px;height:20px;display:block;padding:0;margin:0'></svg>",
        Check::Axis,
        "the plot of",
    ),
];

/// Puts something at the end of a page's content, and lets the page do what its policy forbids.
fn plant(site: &Site, from: &str, to: &str, fault: &str) -> Result<()> {
    let page = std::fs::read_to_string(site.root().join(from))?;
    let (before, after) = page.rsplit_once("</main>").context("no end of main")?;
    let free = before.replacen("http-equiv=\"Content-Security-Policy\"", "name=\"policy\"", 1);
    std::fs::write(site.root().join(to), format!("{free}{fault}</main>{after}"))?;
    Ok(())
}

fn told(findings: &[Finding], words: &str) -> Result<()> {
    let is_told = findings.iter().any(|finding| finding.what.contains(words));
    ensure!(is_told, "nothing was found with the words {words:?}: {findings:?}");
    Ok(())
}

async fn notices_faults_of_pages(shared: Arc<Shared>) -> Result<()> {
    let site = Site::copy()?;
    let server = Server::start(site.above())?;
    let page = Page { path: "baseline/planted.html".to_owned(), kind: Kind::Single };
    let all: String = FAULTS.iter().map(|(fault, ..)| *fault).collect();
    plant(&site, "baseline/index.html", &page.path, &all)?;
    let survey = Survey::of(&shared.chromium, &site, &server, vec![page]).await?;
    for (fault, check, words) in FAULTS {
        told(&survey.found(check), words).with_context(|| fault.to_owned())?;
    }
    Ok(())
}

async fn notices_what_is_long_or_heavy(shared: Arc<Shared>) -> Result<()> {
    let site = Site::copy()?;
    let server = Server::start(site.above())?;
    let words: String =
        (0..1600).map(|number: u32| format!("{} ", number.wrapping_mul(2_654_435_761))).collect();
    let fault = format!("<p style='margin-top:7000px'>{words}</p>");
    plant(&site, "baseline/index.html", "baseline/planted.html", &fault)?;
    let page = Page { path: "baseline/planted.html".to_owned(), kind: Kind::Experiment };
    let survey = Survey::of(&shared.chromium, &site, &server, vec![page]).await?;
    let found = survey.found(Check::Lengths);
    told(&found, "px long")?;
    told(&found, "words")?;

    let noise: String =
        (0..60_000u64).map(|n| format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    plant(
        &site,
        "index.html",
        "planted.html",
        &format!("<script src='assets/planted.js'></script>{noise}"),
    )?;
    std::fs::write(site.root().join("assets/planted.js"), " ".repeat(20_000))?;
    let front = Page { path: "planted.html".to_owned(), kind: Kind::Front };
    let survey = Survey::of(&shared.chromium, &site, &server, vec![front]).await?;
    told(&survey.found(Check::Weight), "bytes packed")?;
    told(&survey.found(Check::Weight), "bytes of scripts")
}

async fn notices_what_axe_does(shared: Arc<Shared>) -> Result<()> {
    let site = Site::copy()?;
    let fault = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><p style='color:#999;background:#fff'>planted</p>";
    plant(&site, "baseline/index.html", "baseline/planted.html", fault)?;
    let page = Page { path: "baseline/planted.html".to_owned(), kind: Kind::Single };
    let found = audit::check(&shared.chromium, &site, &page, View::DESKTOP).await?;
    told(&found, "image-alt")?;
    told(&found, "color-contrast")
}

async fn notices_what_needs_a_script(shared: Arc<Shared>) -> Result<()> {
    let site = Site::copy()?;
    let fault = "<figure id='late' hidden></figure><button>planted</button>\
        <script>late.hidden = false; late.innerHTML = '<h3>planted late</h3><table><tr><td>1</td></tr></table>'</script>";
    plant(&site, "baseline/index.html", "baseline/planted.html", fault)?;
    let page = Page { path: "baseline/planted.html".to_owned(), kind: Kind::Single };
    let found = plain::check(&shared.chromium, &site, &page).await?;
    for words in
        ["planted late", "tables without scripts", "<figure> late is hidden", "<button> planted"]
    {
        told(&found, words)?;
    }
    Ok(())
}

async fn notices_what_paper_loses(shared: Arc<Shared>) -> Result<()> {
    let site = Site::copy()?;
    let fault = "<style>@media print { body { background: #fffbe8 !important; } }</style>\
        <div style='height:8px;overflow:hidden'><div style='height:40px'></div><h2>planted heading</h2></div>\
        <p style='height:1px;overflow:hidden'>&nbsp;<br>planted and hidden by a box that is too low for it and its words</p>\
        <div style='width:900px;max-width:none'>planted, wide</div>\
        <div style='height:900vh'></div>";
    plant(&site, "baseline/index.html", "baseline/planted.html", fault)?;
    let page = Page { path: "baseline/planted.html".to_owned(), kind: Kind::Single };
    let found = paper::check(&shared.chromium, &site, &page).await?;
    for words in [
        "pages, not",
        "planted heading",
        "wider than the paper",
        "planted and hidden",
        "is not white",
    ] {
        told(&found, words)?;
    }
    Ok(())
}

pub(super) fn add(suite: &mut Suite) {
    suite.add("planted_faults_of_a_page_are_noticed", notices_faults_of_pages);
    suite.add("a_page_that_is_too_long_or_too_heavy_is_noticed", notices_what_is_long_or_heavy);
    suite.add("what_keeps_people_out_is_noticed", notices_what_axe_does);
    suite.add("what_needs_a_script_is_noticed", notices_what_needs_a_script);
    suite.add("what_paper_loses_is_noticed", notices_what_paper_loses);
}
