//! Reading values off time charts: by mouse, by keys, by a finger, and whether they are true.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use browser_tests::charts::{self, Chart, Reading};
use browser_tests::csv::Series;
use browser_tests::tab::Tab;
use browser_tests::view::View;

use super::expected::{self, Curve};
use super::{Shared, Suite};

/// The experiment whose charts are read.
const PAGE: &str = "baseline/index.html";

/// Days that are read off each chart.
const DAYS: usize = 24;

/// Charts whose values have to be found in their files.
const CHARTS: usize = 3;

/// How far a value may be from its file's, in units of the drawing, of which ten are a pixel: its
/// coordinates are whole, and cut off.
const OFF: f64 = 3.0;

pub(super) async fn open(shared: &Shared, view: View, path: &str) -> Result<Tab> {
    let tab = shared.chromium.tab(view).await?;
    tab.open(&shared.site.file(path)).await?;
    Ok(tab)
}

async fn readings_of(tab: &Tab, chart: &Chart) -> Result<Vec<Reading>> {
    let area = tab.area(charts::LIVE, chart.number).await?;
    let mut readings: Vec<Reading> = Vec::new();
    for step in 0..DAYS {
        let share = (step as f64 + 0.5) / DAYS as f64;
        readings.push(charts::read_at(tab, area, share).await?);
    }
    Ok(readings)
}

/// The curve that a line is, at every day that was read.
fn find<'a>(
    chart: &Chart,
    label: &str,
    readings: &[Reading],
    candidates: &'a [(String, Curve)],
) -> Result<&'a str> {
    let mut nearest = (f64::INFINITY, "nothing".to_owned());
    for (name, curve) in candidates {
        let mut farthest: f64 = 0.0;
        let mut days = 0;
        let mut strangers = BTreeSet::new();
        for Reading { date, values, .. } in readings {
            let Some((_, value)) = values.iter().find(|(known, _)| known == label) else {
                continue;
            };
            let date = date.as_deref().unwrap_or_default();
            if !curve.contains_key(date) {
                strangers.insert(date.to_owned());
            }
            // A day that the file does not have is no day of this line.
            let off = curve
                .get(date)
                .map_or(f64::INFINITY, |true_value| chart.apart(*value, *true_value));
            farthest = farthest.max(off);
            days += 1;
        }
        if days >= DAYS * 5 / 6 && farthest <= OFF {
            return Ok(name);
        }
        if farthest < nearest.0 {
            nearest = (farthest, name.clone());
        }
        if farthest.is_infinite() && nearest.0.is_infinite() {
            nearest.1 = format!("{name} without {strangers:?}");
        }
    }
    anyhow::bail!(
        "{}: {label:?} is nothing in {:?}; nearest is {}, {:.1} units off; the first day read is {:?}",
        chart.figure,
        chart.file,
        nearest.1,
        nearest.0,
        readings.first()
    )
}

async fn values_are_those_of_the_files(shared: Arc<Shared>) -> Result<()> {
    let tab = open(&shared, View::DESKTOP, PAGE).await?;
    let folder = shared.site.root().join("baseline");
    let mut files: BTreeMap<String, Series> = BTreeMap::new();
    let (mut read, mut told) = (0, Vec::new());
    for chart in charts::all(&tab).await? {
        let Some(file) = &chart.file else { continue };
        if !files.contains_key(file) {
            files.insert(file.clone(), Series::read(&folder.join(file))?);
        }
        let series = files.get(file).context("a file that was read")?;
        let known = chart.labels.iter().filter(|label| {
            expected::candidates(series, label).is_ok_and(|candidates| !candidates.is_empty())
        });
        let known: Vec<&String> = known.collect();
        if known.is_empty() {
            continue;
        }
        let readings = readings_of(&tab, &chart).await?;
        for label in known {
            let candidates = expected::candidates(series, label)?;
            match find(&chart, label, &readings, &candidates) {
                Ok(name) => told.push(format!("{} {label}: {name}", chart.figure)),
                // Some charts show what no file has as it is; they are not among those that count.
                Err(error)
                    if ["growth", "equity", "drawdown", "track-record", "squared-error"]
                        .iter()
                        .any(|it| chart.figure.contains(it)) =>
                {
                    return Err(error);
                }
                Err(_) => continue,
            }
        }
        read += usize::from(told.iter().any(|line| line.starts_with(&chart.figure)));
    }
    shared.chromium.shut(tab).await?;
    ensure!(read >= CHARTS, "only {read} charts agree with their files: {told:?}");
    Ok(())
}

async fn one_hair_runs_through_all_charts(shared: Arc<Shared>) -> Result<()> {
    let tab = open(&shared, View::DESKTOP, PAGE).await?;
    for chart in charts::all(&tab).await? {
        let (_, place) = charts::place(&tab, chart.number, 0.37).await?;
        tab.point(place).await?;
        let hairs = charts::hairs(&tab).await?;
        ensure!(!hairs.is_empty(), "{}: no hair", chart.figure);
        let under =
            hairs.iter().min_by(|a, b| (a.x - place.x).abs().total_cmp(&(b.x - place.x).abs()));
        let under = under.context("no hair")?;
        ensure!((under.x - place.x).abs() < 40.0, "the mouse is at {place:?}, hairs at {hairs:?}");
        // The same day, to a pixel, on every chart, however wide it is.
        let is_that_day =
            |hair: &charts::Hair| (hair.day - under.day).abs() <= 1.5 * hair.days.max(under.days);
        ensure!(hairs.iter().all(is_that_day), "{}: hairs stand at {hairs:?}", chart.figure);
    }
    let (_, place) = charts::place(&tab, 0, 0.5).await?;
    tab.point(place).await?;
    ensure!(!charts::readings(&tab).await?.is_empty(), "nothing is read");
    tab.point(browser_tests::hand::Point { x: 2.0, y: 2.0 }).await?;
    let left = charts::readings(&tab).await?;
    ensure!(left.is_empty(), "the read-out stays when the mouse leaves: {left:?}");
    shared.chromium.shut(tab).await
}

async fn keys_move_along_a_chart(shared: Arc<Shared>) -> Result<()> {
    let tab = open(&shared, View::DESKTOP, PAGE).await?;
    tab.run::<()>("(selector) => document.querySelector(selector).focus()", charts::LIVE).await?;
    let mut dates = Vec::new();
    for key in ["End", "ArrowLeft", "Home", "ArrowRight", "PageDown", "PageUp"] {
        tab.press(key, false).await?;
        let reading = charts::dated(&tab).await.context(key)?;
        ensure!(!reading.values.is_empty(), "{key}: the read-out has no value");
        let aloud: String =
            tab.run("() => document.getElementById('reading').textContent", ()).await?;
        let date = reading.date.context("no day")?;
        ensure!(aloud.contains(&date), "{key}: what is read aloud is {aloud:?}, not of {date}");
        dates.push(date);
    }
    let [end, before_end, home, after_home, year_later, back] = dates.as_slice() else {
        anyhow::bail!("six keys gave {dates:?}")
    };
    ensure!(before_end < end && home < after_home && after_home < before_end, "days go {dates:?}");
    ensure!(year_later > after_home && back < year_later, "a page is no year: {dates:?}");
    let year: i32 = year_later[..4].parse::<i32>()? - after_home[..4].parse::<i32>()?;
    ensure!((0..=2).contains(&year), "PageDown goes from {after_home} to {year_later}");
    // Arrows with the shift key take a window, Escape gives it up.
    tab.press("PageDown", true).await?;
    let zoomed = "() => document.querySelectorAll('svg.chart.zoomed').length";
    ensure!(tab.run::<usize>(zoomed, ()).await? > 0, "Shift and PageDown take no window");
    tab.press("Escape", false).await?;
    ensure!(tab.run::<usize>(zoomed, ()).await? == 0, "Escape does not give the window up");
    shared.chromium.shut(tab).await
}

async fn a_finger_reads_a_chart(shared: Arc<Shared>) -> Result<()> {
    let tab = open(&shared, View::PHONE, PAGE).await?;
    let (area, first) = charts::place(&tab, 0, 0.3).await?;
    tab.touch(&[first]).await?;
    let one = charts::dated(&tab).await.context("after a tap")?;
    let path: Vec<_> = (0..8).map(|step| area.at(0.3 + 0.05 * f64::from(step), 0.5)).collect();
    tab.touch(&path).await?;
    let other = charts::dated(&tab).await.context("after a finger moved")?;
    ensure!(one.date < other.date, "a finger moves from {:?} to {:?}", one.date, other.date);
    let fits: bool = tab
        .run(
            "() => [...document.querySelectorAll('.readout:not([hidden])')].every((box) => {
              const { left, right } = box.getBoundingClientRect();
              return left >= -1 && right <= document.documentElement.clientWidth + 1;
            })",
            (),
        )
        .await?;
    ensure!(fits, "a read-out leaves the window of a phone");
    shared.chromium.shut(tab).await
}

async fn a_window_is_taken_and_given_back(shared: Arc<Shared>) -> Result<()> {
    let tab = open(&shared, View::DESKTOP, PAGE).await?;
    let all = charts::all(&tab).await?;
    let growth: Option<usize> = tab
        .run(
            "(selector) => { const found = [...document.querySelectorAll(selector)].findIndex((svg) => svg.dataset.unit === 'multiple' && svg.checkVisibility()); return found < 0 ? null : found; }",
            charts::LIVE,
        )
        .await?;
    let number = growth.unwrap_or(all[0].number);
    let state = "() => ({ zoomed: document.querySelectorAll('svg.chart.zoomed').length, query: location.search })";
    #[derive(serde::Deserialize, Debug)]
    struct State {
        zoomed: usize,
        query: String,
    }
    for way in ["double click", "Escape", "button"] {
        let area = tab.area(charts::LIVE, number).await?;
        tab.drag(area.at(0.3, 0.5), area.at(0.6, 0.5)).await?;
        let taken: State = tab.run(state, ()).await?;
        ensure!(
            taken.zoomed >= all.len(),
            "{way}: only {} of {} charts have the window",
            taken.zoomed,
            all.len()
        );
        ensure!(
            taken.query.contains("from=") && taken.query.contains("to="),
            "{way}: the address is {taken:?}"
        );
        if growth.is_some() {
            let area = tab.area(charts::LIVE, number).await?;
            let first = charts::read_at(&tab, area, 0.001).await?;
            let is_one = first.values.iter().all(|(_, value)| (value - 1.0).abs() < 0.02);
            ensure!(is_one, "growth does not begin at 1 in a window: {first:?}");
        }
        match way {
            "double click" => {
                let (_, place) = charts::place(&tab, number, 0.5).await?;
                tab.click_at(place, 2).await?;
            }
            "Escape" => {
                tab.run::<()>(
                    "([selector, number]) => document.querySelectorAll(selector)[number].focus()",
                    (charts::LIVE, number),
                )
                .await?;
                tab.press("Escape", false).await?;
            }
            _ => tab.click(".unzoom", 0).await?,
        }
        let given: State = tab.run(state, ()).await?;
        ensure!(
            given.zoomed == 0 && !given.query.contains("from="),
            "{way} does not give the window back: {given:?}"
        );
    }
    // The address of a window opens it.
    tab.open(&format!("{}?from=2008-01-01&to=2010-01-01", shared.site.file(PAGE))).await?;
    let opened: State = tab.run(state, ()).await?;
    ensure!(opened.zoomed >= all.len(), "an address with a window opens {opened:?}");
    shared.chromium.shut(tab).await
}

async fn a_key_highlights_its_lines(shared: Arc<Shared>) -> Result<()> {
    let tab = open(&shared, View::DESKTOP, PAGE).await?;
    super::copying::tools(&tab).await?;
    #[derive(serde::Deserialize, Debug)]
    struct Lines {
        dim: usize,
        clear: usize,
    }
    let lines = "() => {
      const lines = [...document.querySelectorAll('svg.chart.time .line[data-label]')];
      const dim = lines.filter((line) => line.matches('.dim')).length;
      return { dim, clear: lines.length - dim };
    }";
    let found: usize = tab
        .run("() => [...document.querySelectorAll('svg.chart.time text.end')].findIndex((end) => end.checkVisibility() && end.getBoundingClientRect().width > 0)", ())
        .await
        .context("no label at the end of a line")?;
    let area = tab.area("svg.chart.time text.end", found).await?;
    tab.point(area.at(0.5, 0.5)).await?;
    let during: Lines = tab.run(lines, ()).await?;
    ensure!(during.dim > 0 && during.clear > 0, "pointing at a label leaves {during:?}");
    tab.point(browser_tests::hand::Point { x: 2.0, y: 2.0 }).await?;
    let after: Lines = tab.run(lines, ()).await?;
    ensure!(after.dim == 0, "after the mouse left, there are {after:?}");
    shared.chromium.shut(tab).await
}

pub(super) fn add(suite: &mut Suite) {
    suite.add("values_read_off_charts_are_those_of_their_files", values_are_those_of_the_files);
    suite.add("one_hair_runs_through_all_charts", one_hair_runs_through_all_charts);
    suite.add("keys_move_along_a_chart", keys_move_along_a_chart);
    suite.add("a_finger_reads_a_chart", a_finger_reads_a_chart);
    suite.add("a_window_is_taken_and_given_back", a_window_is_taken_and_given_back);
    suite.add("a_key_highlights_its_lines", a_key_highlights_its_lines);
}
