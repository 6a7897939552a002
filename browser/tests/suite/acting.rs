//! What a reader does with a page: colours, sorting, filtering, searching, comparing, finding one's
//! place.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use browser_tests::site::Kind;
use browser_tests::tab::Tab;
use browser_tests::view::View;
use serde::Deserialize;

use super::reading::open;
use super::{Shared, Suite};

/// Waits until a condition in the page holds.
pub(super) async fn until(tab: &Tab, condition: &str) -> Result<()> {
    let wait = format!(
        "async () => {{
          for (let tries = 0; tries < 200; tries++) {{
            if ({condition}) return true;
            await new Promise((done) => setTimeout(done, 25));
          }}
          return false;
        }}"
    );
    let holds: bool = tab.run(&wait, ()).await?;
    ensure!(holds, "it never came to this: {condition}");
    Ok(())
}

async fn colours_are_remembered(shared: Arc<Shared>) -> Result<()> {
    let tab = open(&shared, View::DESKTOP, "index.html").await?;
    // The colour of the window is the body's, or the root's where the body has none.
    let paper = "() => [document.body, document.documentElement].map((e) => getComputedStyle(e).backgroundColor)
      .find((colour) => colour !== 'rgba(0, 0, 0, 0)')";
    let light: String = tab.run(paper, ()).await?;
    tab.click("#theme", 0).await?;
    let dark: String = tab.run(paper, ()).await?;
    ensure!(light != dark, "the button leaves the paper {light}");
    tab.open(&shared.site.file("methods/index.html")).await?;
    let kept: String = tab.run("() => document.documentElement.dataset.theme ?? ''", ()).await?;
    ensure!(kept == "dark", "the next page is {kept:?}");
    ensure!(tab.run::<String>(paper, ()).await? == dark, "the next page has other paper");
    let label: String =
        tab.run("() => document.getElementById('theme').ariaLabel ?? ''", ()).await?;
    ensure!(label.to_lowercase().contains("light"), "the button is called {label:?} in the dark");
    tab.click("#theme", 0).await?;
    ensure!(tab.run::<String>(paper, ()).await? == light, "a second click does not go back");
    shared.chromium.shut(tab).await
}

/// The cells of a column that is sorted, as what they are sorted by.
const COLUMN: &str = "([table, column]) => {
  const found = document.querySelectorAll('table.sortable')[table];
  const value = (cell) => {
    const text = cell.dataset.sort ?? (cell.firstChild?.data?.trim() || cell.textContent.trim());
    const plain = text.replace(/\\u2212/g, '-').replace(/[\\s\\u202f\\u00a0,%]/g, '');
    const number = /^[<+]?-?[\\d.]+(e[+-]?\\d+)?/.exec(plain);
    return number ? Number(number[0].replace(/^[<+]/, '')) : null;
  };
  return [...found.tBodies[0].rows].map((row) => value(row.cells[column])).filter((number) => number !== null);
}";

async fn columns_sort(shared: Arc<Shared>) -> Result<()> {
    #[derive(Deserialize)]
    struct Head {
        table: usize,
        column: usize,
        name: String,
    }
    let mut sorted = 0;
    for path in ["index.html", "baseline/index.html"] {
        let tab = open(&shared, View::DESKTOP, path).await?;
        let heads: Vec<Head> = tab
            .run(
                "() => {
                  for (const details of document.querySelectorAll('details')) details.open = true;
                  return [...document.querySelectorAll('table.sortable')].flatMap((table, index) =>
                    [...table.tHead.rows[0].cells].map((head, column) => ({ head, table: index, column }))
                      .filter(({ head }) => head.querySelector('button') && head.checkVisibility())
                      .map(({ head, table, column }) => ({ table, column, name: head.textContent.trim() })));
                }",
                (),
            )
            .await?;
        for Head { table, column, name } in heads.iter().take(24) {
            let numbers: Vec<f64> = tab.run(COLUMN, (table, column)).await?;
            if numbers.len() < 3 {
                continue;
            }
            let press = "([table, column]) => document.querySelectorAll('table.sortable')[table].tHead.rows[0].cells[column].querySelector('button').click()";
            for _ in 0..2 {
                tab.run::<()>(press, (table, column)).await?;
                let order: String = tab
                    .run("([table, column]) => document.querySelectorAll('table.sortable')[table].tHead.rows[0].cells[column].getAttribute('aria-sort') ?? ''", (table, column))
                    .await?;
                let after: Vec<f64> = tab.run(COLUMN, (table, column)).await?;
                ensure!(after.len() == numbers.len(), "{path} {name}: rows are lost");
                let is_sorted = match order.as_str() {
                    "ascending" => after.is_sorted(),
                    "descending" => after.is_sorted_by(|one, next| one >= next),
                    _ => anyhow::bail!("{path} {name}: aria-sort is {order:?}"),
                };
                ensure!(is_sorted, "{path} {name}, {order}: {after:?}");
            }
            sorted += 1;
        }
        shared.chromium.shut(tab).await?;
    }
    ensure!(sorted >= 4, "only {sorted} columns of numbers sort");
    Ok(())
}

/// What the filter leaves: experiments in the table, in the forest plot, and what it says of them.
#[derive(Debug, Deserialize)]
struct Left {
    rows: Vec<String>,
    forest: Vec<String>,
    all: usize,
    count: String,
}

const LEFT: &str = "() => {
  const rows = [...document.querySelectorAll('table.experiments tbody tr')];
  const seen = (element) => element.checkVisibility() && !element.matches('.out');
  return {
    rows: rows.filter(seen).map((row) => row.dataset.id ?? row.textContent.trim()),
    forest: [...document.querySelectorAll('.forest [data-id]')].filter(seen).map((row) => row.dataset.id),
    all: rows.length,
    count: document.getElementById('filter-count').textContent.trim(),
  };
}";

async fn the_filter_leaves_what_is_asked_for(shared: Arc<Shared>) -> Result<()> {
    let tab = open(&shared, View::DESKTOP, "index.html").await?;
    let before: Left = tab.run(LEFT, ()).await?;
    ensure!(before.rows.len() == before.all && before.all > 4, "at first there are {before:?}");
    tab.click("#filter", 0).await?;
    tab.write("placebo").await?;
    let during: Left = tab.run(LEFT, ()).await?;
    ensure!(
        !during.rows.is_empty() && during.rows.len() < during.all,
        "\"placebo\" leaves {during:?}"
    );
    ensure!(
        during.count.contains(&during.rows.len().to_string()),
        "the count is {:?}",
        during.count
    );
    ensure!(
        during.forest.iter().all(|id| during.rows.contains(id)),
        "the forest plot has other rows: {during:?}"
    );
    ensure!(
        before.forest.is_empty() || during.forest.len() < before.forest.len(),
        "the forest plot is not filtered"
    );
    tab.run::<()>("() => { const filter = document.getElementById('filter'); filter.value = ''; filter.dispatchEvent(new Event('input', { bubbles: true })); }", ()).await?;
    let after: Left = tab.run(LEFT, ()).await?;
    ensure!(
        after.rows.len() == after.all && after.count.is_empty(),
        "an empty filter leaves {after:?}"
    );
    // Chips: each leaves fewer, says that it is pressed, and lets go again.
    let chips: usize =
        tab.run("() => document.querySelectorAll('.chips button').length", ()).await?;
    ensure!(chips >= 2, "there are {chips} chips");
    for chip in 0..chips {
        let press = "(chip) => { const found = document.querySelectorAll('.chips button')[chip]; found.click(); return found.getAttribute('aria-pressed'); }";
        ensure!(tab.run::<String>(press, chip).await? == "true", "a chip is not pressed");
        let left: Left = tab.run(LEFT, ()).await?;
        ensure!(!left.rows.is_empty() && left.rows.len() < left.all, "chip {chip} leaves {left:?}");
        ensure!(tab.run::<String>(press, chip).await? == "false", "a chip stays pressed");
    }
    shared.chromium.shut(tab).await
}

async fn search_finds(shared: Arc<Shared>) -> Result<()> {
    let tab = open(&shared, View::DESKTOP, "baseline/index.html").await?;
    tab.click("header form[role=search] input[name=q], form[role=search] input[name=q]", 0).await?;
    tab.write("placebo").await?;
    tab.run::<()>("() => document.querySelector('form[role=search]').requestSubmit()", ())
        .await
        .ok();
    for _ in 0..100 {
        let address = tab.page().url().await?.unwrap_or_default();
        if address.contains("search/index.html") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    until(&tab, "document.querySelectorAll('#found li a').length > 0").await?;
    #[derive(Deserialize, Debug)]
    struct Hit {
        href: String,
        text: String,
    }
    let hits = "() => [...document.querySelectorAll('#found li')].map((hit) => ({ href: hit.querySelector('a').href, text: hit.textContent }))";
    let found: Vec<Hit> = tab.run(hits, ()).await?;
    ensure!(
        found
            .iter()
            .all(|hit| hit.text.to_lowercase().contains("placebo") || hit.href.contains("placebo")),
        "found besides: {found:?}"
    );
    let root = format!("file://{}/", shared.site.root().display());
    for hit in &found {
        let path = hit
            .href
            .strip_prefix(&root)
            .with_context(|| format!("{} leaves the site", hit.href))?;
        let path = path.split(['#', '?']).next().unwrap_or(path);
        ensure!(shared.site.root().join(path).is_file(), "{} leads nowhere", hit.href);
    }
    let nothing = "() => { const input = document.querySelector('input[name=q]'); input.value = 'qqqqzzzz'; input.dispatchEvent(new Event('input', { bubbles: true })); return document.querySelectorAll('#found li').length; }";
    ensure!(tab.run::<usize>(nothing, ()).await? == 0, "nonsense is found");
    let told: String =
        tab.run("() => document.getElementById('found-count').textContent", ()).await?;
    ensure!(!told.trim().is_empty(), "nothing is said of nothing found");
    shared.chromium.shut(tab).await
}

async fn experiments_are_compared(shared: Arc<Shared>) -> Result<()> {
    let pages = shared.site.pages()?;
    let experiments: Vec<String> = pages
        .iter()
        .filter(|page| page.kind == Kind::Experiment)
        .map(|page| page.path.trim_end_matches("/index.html").to_owned())
        .collect();
    let [one, other, third, ..] = experiments.as_slice() else {
        anyhow::bail!("there are only {experiments:?}")
    };
    let tab =
        open(&shared, View::DESKTOP, &format!("compare/index.html?a={one}&b={other}")).await?;
    until(&tab, "document.querySelectorAll('#compare-charts svg.chart.time .line').length >= 2")
        .await?;
    let heads = "() => [...document.querySelectorAll('#picked thead a')].map((a) => a.getAttribute('href'))";
    let picked: Vec<String> = tab.run(heads, ()).await?;
    ensure!(
        picked.len() == 2 && picked[0].contains(one) && picked[1].contains(other),
        "the table is of {picked:?}"
    );
    // The figures are those of the experiments' own pages.
    let cells = "() => [...document.querySelectorAll('#picked tbody tr')].map((row) => [...row.cells].map((cell) => (cell.firstChild?.data ?? cell.textContent).trim()))";
    let rows: Vec<Vec<String>> = tab.run(cells, ()).await?;
    ensure!(rows.len() >= 3, "the table has {} rows", rows.len());
    for (column, id) in [(1, one), (2, other)] {
        let text = std::fs::read_to_string(shared.site.root().join(id).join("index.html"))?;
        let missing: Vec<_> = rows
            .iter()
            .filter_map(|row| row.get(column))
            .filter(|cell| {
                !cell.is_empty() && *cell != "n/a" && !text.contains(&cell.replace('<', "&lt;"))
            })
            .collect();
        ensure!(missing.len() * 4 <= rows.len(), "{id}: its page does not have {missing:?}");
    }
    // A third from the list.
    let pick = "(id) => { const list = document.querySelector('select[name=c]'); list.value = id; list.dispatchEvent(new Event('change', { bubbles: true })); }";
    tab.run::<()>(pick, third).await?;
    until(&tab, "document.querySelectorAll('#picked thead a').length === 3").await?;
    let query: String = tab.run("() => location.search", ()).await?;
    ensure!(query.contains(third.as_str()), "the address is {query}");
    let heard = tab.heard().await?;
    ensure!(heard.console.is_empty() && heard.failures.is_empty(), "{heard:?}");
    shared.chromium.shut(tab).await
}

async fn the_section_being_read_is_marked(shared: Arc<Shared>) -> Result<()> {
    for view in [View::DESKTOP, View::PHONE] {
        let tab = open(&shared, view, "baseline/index.html").await?;
        let sections: Vec<String> = tab
            .run("() => [...document.querySelectorAll('nav.sections a[href^=\"#\"]')].map((a) => a.getAttribute('href'))", ())
            .await?;
        ensure!(sections.len() >= 4, "the list of sections is {sections:?}");
        let mut marked = Vec::new();
        for section in &sections {
            tab.run::<()>("async (id) => { document.querySelector(id).scrollIntoView({ behavior: 'instant' }); await new Promise((done) => setTimeout(done, 120)); }", section).await?;
            let now: Option<String> = tab.run("() => document.querySelector('nav.sections a[aria-current]')?.getAttribute('href') ?? null", ()).await?;
            marked.push(now.unwrap_or_default());
        }
        // The last sections may not reach the top of the window.
        let right =
            sections.iter().zip(&marked).filter(|(section, marked)| section == marked).count();
        ensure!(
            right + 2 >= sections.len(),
            "{}: of {sections:?} are marked {marked:?}",
            view.name()
        );
        shared.chromium.shut(tab).await?;
    }
    Ok(())
}

async fn only_what_scrolls_takes_the_focus(shared: Arc<Shared>) -> Result<()> {
    for path in
        ["index.html", "baseline/index.html", "regime-aware/index.html", "methods/index.html"]
    {
        for view in [View::DESKTOP, View::PHONE] {
            let tab = open(&shared, view, path).await?;
            let wrong: Vec<String> = tab
                .run(
                    "async () => {
                      for (const details of document.querySelectorAll('details')) details.open = true;
                      const name = (e) => `${e.localName}.${[...e.classList].join('.')} of ${e.closest('[id]')?.id}`;
                      const scrolls = (e) => e.scrollWidth > e.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX);
                      const wrong = () => [
                        ...[...document.querySelectorAll('[tabindex=\"0\"]')]
                          .filter((e) => e.checkVisibility() && !e.matches('a, button, input, select, svg.chart.time.live') && !scrolls(e))
                          .map((e) => `${name(e)} takes the focus and does not scroll`),
                        ...[...document.querySelectorAll('.scroll, .formula, pre')]
                          .filter((e) => e.checkVisibility() && scrolls(e) && e.tabIndex !== 0)
                          .map((e) => `${name(e)} scrolls and does not take the focus`),
                      ];
                      // Sizes are told a frame or more later, on a machine that is busy.
                      for (let tries = 0; tries < 40 && (tries < 2 || wrong().length); tries += 1) {
                        await new Promise((done) => setTimeout(done, 100));
                      }
                      return wrong();
                    }",
                    (),
                )
                .await?;
            ensure!(wrong.is_empty(), "{path} at {}: {}", view.name(), wrong.join("; "));
            shared.chromium.shut(tab).await?;
        }
    }
    Ok(())
}

pub(super) fn add(suite: &mut Suite) {
    suite.add("colours_are_remembered_from_page_to_page", colours_are_remembered);
    suite.add("columns_sort_both_ways", columns_sort);
    suite.add("the_filter_leaves_what_is_asked_for", the_filter_leaves_what_is_asked_for);
    suite.add("search_finds_what_there_is_and_says_when_there_is_nothing", search_finds);
    suite.add("experiments_are_compared_side_by_side", experiments_are_compared);
    suite.add("the_section_being_read_is_marked", the_section_being_read_is_marked);
    suite.add("only_what_scrolls_takes_the_focus", only_what_scrolls_takes_the_focus);
}
