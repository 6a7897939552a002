//! The tools of a figure: its link, and copies of it as a table, a drawing and a picture.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use browser_tests::charts;
use browser_tests::csv::Series;
use browser_tests::tab::Tab;
use browser_tests::view::View;
use serde::Deserialize;

use super::acting::until;
use super::reading::open;
use super::{Shared, Suite};

const PAGE: &str = "baseline/index.html";

/// The tools come when the mouse is over the page for the first time.
pub(super) async fn tools(tab: &Tab) -> Result<()> {
    let place = tab.area("figure[id]:has(svg)", 0).await?.at(0.5, 0.5);
    tab.point(place).await?;
    until(tab, "document.querySelector('figure .tools a')").await
}

/// Presses a figure's button and waits until it says that it has copied.
async fn copy(tab: &Tab, figure: &str, kind: &str) -> Result<()> {
    let press = "([figure, kind]) => {
      const tools = document.querySelector(`#${figure} .tools`);
      const button = [...tools.querySelectorAll('button')].find((each) => each.textContent.trim().toUpperCase() === kind || each.dataset.copy?.toUpperCase() === kind);
      button.click();
    }";
    tab.run::<()>(press, (figure, kind)).await.with_context(|| format!("{kind} of {figure}"))?;
    let said = format!("document.querySelector('#{figure} .tools [role=status]').textContent");
    until(tab, &format!("{said}.includes('Copied')"))
        .await
        .with_context(|| format!("{kind} of {figure}"))?;
    tab.run(
        &format!(
            "() => {{ document.querySelector('#{figure} .tools [role=status]').textContent = ''; }}"
        ),
        (),
    )
    .await
}

async fn copies_are_what_they_say(shared: Arc<Shared>) -> Result<()> {
    let tab = open(&shared, View::DESKTOP, PAGE).await?;
    shared.chromium.allow_clipboard(&tab).await?;
    tools(&tab).await?;
    let all = charts::all(&tab).await?;
    let chart =
        all.iter().find(|chart| !chart.figure.is_empty()).context("no chart in a figure")?;
    let figure = chart.figure.clone();
    let text = "() => navigator.clipboard.readText()";

    copy(&tab, &figure, "CSV").await?;
    let table: String = tab.run(text, ()).await?;
    let series = Series::parse(&table)?;
    ensure!(
        series.columns().len() >= chart.labels.len() && series.dates().count() > 20,
        "the table has {:?}",
        series.columns()
    );
    // It says what the read-out says.
    let area = tab.area(charts::LIVE, chart.number).await?;
    for share in [0.2, 0.5, 0.8] {
        let reading = charts::read_at(&tab, area, share).await?;
        let date = reading.date.context("no day")?;
        for (label, value) in &reading.values {
            let column = series.columns().iter().find(|column| column.ends_with(label.as_str()));
            let values = series.column(column.with_context(|| format!("no column {label}"))?)?;
            let copied = values.get(date.as_str()).with_context(|| format!("no row {date}"))?;
            ensure!(
                (copied - value).abs() <= 1e-4 * value.abs().max(1e-9),
                "{label} on {date}: {copied} copied, {value} read"
            );
        }
    }

    copy(&tab, &figure, "SVG").await?;
    #[derive(Deserialize, Debug)]
    struct Drawing {
        error: Option<String>,
        root: String,
        width: f64,
        texts: usize,
        paths: usize,
        foreign: Vec<String>,
    }
    let drawing: Drawing = tab
        .run(
            "async () => {
              const text = await navigator.clipboard.readText();
              const read = new DOMParser().parseFromString(text, 'image/svg+xml');
              const foreign = [...read.querySelectorAll('*')].flatMap((e) => [...e.attributes])
                .filter(({ name, value }) => name === 'class' || name === 'id' || value.includes('var(') || (/href/.test(name) && !value.startsWith('#')))
                .map(({ name, value }) => `${name}=${value}`);
              return {
                error: read.querySelector('parsererror')?.textContent ?? null,
                root: read.documentElement.localName,
                width: Number(read.documentElement.getAttribute('width')),
                texts: read.querySelectorAll('text').length,
                paths: read.querySelectorAll('path').length,
                foreign: foreign.slice(0, 5),
              };
            }",
            (),
        )
        .await?;
    ensure!(
        drawing.error.is_none() && drawing.root == "svg" && drawing.width > 300.0,
        "{drawing:?}"
    );
    ensure!(drawing.texts > 5 && drawing.paths >= chart.labels.len(), "{drawing:?}");
    ensure!(drawing.foreign.is_empty(), "the drawing relies on its page: {drawing:?}");

    copy(&tab, &figure, "PNG").await?;
    #[derive(Deserialize, Debug)]
    struct Picture {
        kind: Vec<String>,
        width: f64,
        height: f64,
        wide: f64,
        colours: usize,
    }
    let picture: Picture = tab
        .run(
            "async (figure) => {
              const [item] = await navigator.clipboard.read();
              const image = await createImageBitmap(await item.getType('image/png'));
              const canvas = new OffscreenCanvas(image.width, image.height);
              const pen = canvas.getContext('2d');
              pen.drawImage(image, 0, 0);
              const { data } = pen.getImageData(0, 0, image.width, image.height);
              const colours = new Set();
              for (let at = 0; at < data.length; at += 4 * 7) colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
              return { kind: item.types, width: image.width, height: image.height, wide: document.getElementById(figure).offsetWidth, colours: colours.size };
            }",
            &figure,
        )
        .await?;
    ensure!(
        picture.width >= 2.0 * picture.wide && picture.height > 200.0,
        "the picture is small: {picture:?}"
    );
    ensure!(picture.kind.contains(&"image/png".to_owned()), "the clipboard has {picture:?}");
    ensure!(picture.colours > 8, "the picture is empty: {picture:?}");
    shared.chromium.shut(tab).await
}

async fn every_figure_has_a_link_of_its_own(shared: Arc<Shared>) -> Result<()> {
    let tab = open(&shared, View::DESKTOP, PAGE).await?;
    tools(&tab).await?;
    let links: Vec<(String, String)> = tab
        .run("() => [...document.querySelectorAll('figure[id]:has(svg)')].map((figure) => [figure.id, figure.querySelector('.tools a')?.getAttribute('href') ?? ''])", ())
        .await?;
    ensure!(!links.is_empty(), "no figure has an id");
    for (id, href) in &links {
        ensure!(*href == format!("#{id}"), "{id} links to {href:?}");
    }
    for (id, href) in links.iter().rev().take(3) {
        tab.open("about:blank").await?;
        tab.open(&format!("{}{href}", shared.site.file(PAGE))).await?;
        until(&tab, &format!("(() => {{ const {{ top, bottom }} = document.getElementById('{id}').getBoundingClientRect(); return bottom > 0 && top < innerHeight; }})()"))
            .await
            .with_context(|| format!("{href} does not show its figure"))?;
    }
    shared.chromium.shut(tab).await
}

pub(super) fn add(suite: &mut Suite) {
    suite.add("copies_of_a_figure_are_what_they_say", copies_are_what_they_say);
    suite.add("every_figure_has_a_link_of_its_own", every_figure_has_a_link_of_its_own);
}
