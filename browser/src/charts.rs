//! Time charts as a reader uses them: what the read-outs say, where the hairs stand.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::hand::{Area, Point};
use crate::tab::Tab;

/// A read-out that is shown.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Reading {
    /// The figure that it belongs to.
    pub figure: String,
    /// The day, `2020-03-16`; only the chart that is pointed at names it.
    pub date: Option<String>,
    /// Labels and values.
    pub values: Vec<(String, f64)>,
}

const READINGS: &str = "() => [...document.querySelectorAll('.readout:not([hidden])')].map((box) => {
  const time = box.querySelector('time');
  return {
    figure: box.closest('figure')?.id ?? '',
    date: time ? time.getAttribute('datetime') ?? time.textContent.trim() : null,
    values: [...box.querySelectorAll('.value')].map((value) => [value.dataset.label, Number(value.dataset.value)]),
  };
})";

/// A hair that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Hair {
    /// Its place from the window's left.
    pub x: f64,
    /// The day that is there by its chart's axis, since 1970.
    pub day: f64,
    /// Days of the chart to a pixel.
    pub days: f64,
}

const HAIRS: &str = "() => [...document.querySelectorAll('.hair')]
  .filter((hair) => hair.checkVisibility()).map((hair) => {
    const { x } = hair.getBoundingClientRect();
    const chart = hair.closest('svg.chart');
    const { left, width } = chart.getBoundingClientRect();
    const [from, to] = [Number(chart.dataset.x0), Number(chart.dataset.x1)];
    return { x, day: from + (x - left) / width * (to - from), days: (to - from) / width };
  })";

/// A time chart of a page.
#[derive(Clone, Debug, Deserialize)]
pub struct Chart {
    /// Its number among the time charts that are read.
    pub number: usize,
    /// The figure that it stands in.
    pub figure: String,
    /// The file of its data, from the page.
    pub file: Option<String>,
    /// Values at the lower and the upper edge.
    pub range: [f64; 2],
    /// Whether it is logarithmic.
    pub is_log: bool,
    /// Units of the drawing from its upper to its lower edge.
    pub tall: f64,
    /// The labels of its lines.
    pub labels: Vec<String>,
}

/// The selector of charts that can be read.
pub const LIVE: &str = "svg.chart.time.live";

const CHARTS: &str = "(selector) => [...document.querySelectorAll(selector)].map((svg, number) => {
  const figure = svg.closest('figure');
  const file = [...figure?.querySelectorAll('figcaption a, a.file') ?? []].map((a) => a.getAttribute('href')).find((href) => /[.]csv([.]gz)?$/.test(href));
  return {
    number,
    figure: figure?.id ?? '',
    file: file ?? null,
    range: [Number(svg.dataset.y0), Number(svg.dataset.y1)],
    is_log: svg.dataset.scale === 'log',
    tall: svg.querySelector('svg.plot')?.viewBox.baseVal.height ?? 0,
    labels: [...new Set([...svg.querySelectorAll('[data-label].line')].map((line) => line.dataset.label))],
    seen: svg.checkVisibility() && svg.getBoundingClientRect().width > 0,
  };
}).filter((chart) => chart.seen)";

impl Chart {
    /// How far two values lie apart on the drawing, in its units.
    pub fn apart(&self, one: f64, other: f64) -> f64 {
        let scale = |value: f64| if self.is_log { value.ln() } else { value };
        let span = scale(self.range[1]) - scale(self.range[0]);
        (scale(one) - scale(other)).abs() / span * self.tall
    }
}

/// The time charts of a page that are seen, with all details as they are.
pub async fn all(tab: &Tab) -> Result<Vec<Chart>> {
    let charts: Vec<Chart> = tab.run(CHARTS, LIVE).await?;
    ensure!(!charts.is_empty(), "the page has no {LIVE}");
    Ok(charts)
}

/// What the read-outs say now.
pub async fn readings(tab: &Tab) -> Result<Vec<Reading>> {
    tab.run(READINGS, ()).await
}

/// Where the hairs are now.
pub async fn hairs(tab: &Tab) -> Result<Vec<Hair>> {
    tab.run(HAIRS, ()).await
}

/// Points at a share of a chart's width and returns what it says there.
pub async fn read_at(tab: &Tab, area: Area, share: f64) -> Result<Reading> {
    tab.point(area.at(share, 0.5)).await?;
    dated(tab).await
}

/// What the chart that is pointed at says.
pub async fn dated(tab: &Tab) -> Result<Reading> {
    let readings = readings(tab).await?;
    let told = readings.iter().find(|reading| reading.date.is_some());
    told.cloned().with_context(|| format!("no read-out with a day among {readings:?}"))
}

/// The place of a chart, and one at a share of its width.
pub async fn place(tab: &Tab, chart: usize, share: f64) -> Result<(Area, Point)> {
    let area = tab.area(LIVE, chart).await?;
    Ok((area, area.at(share, 0.5)))
}
