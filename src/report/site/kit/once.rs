//! What is done with whole sections and pages before they are written: files named as they are
//! published, and what the panels of a gallery or the charts of a page have in common drawn once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use super::view::{Block, Figure, Gallery, Panel, Section, Swatch};
use crate::results::SeriesForm;

/// Finishes a section; `form` is how the files of series are written.
pub(crate) fn finish(section: &mut Section, form: SeriesForm) {
    finish_blocks(&mut section.blocks, form);
}

fn finish_blocks(blocks: &mut [Block], form: SeriesForm) {
    for block in blocks {
        match block {
            Block::Figure(Figure { data, .. }) => name(data, form),
            Block::Gallery(Gallery { id, panels, data, .. }) => {
                share_frames(id, panels);
                name(data, form);
            }
            Block::Details { blocks, .. } => finish_blocks(blocks, form),
            _ => {}
        }
    }
}

/// Tells what the bands behind a page's charts mean at the first of them, not at each. What opens on
/// demand tells it anew where nothing above does.
pub(crate) fn tell_bands<'b>(
    bands: &[Swatch],
    first: Option<&mut Figure>,
    sections: impl IntoIterator<Item = &'b mut Section>,
) {
    let mut is_told = false;
    if let Some(figure) = first {
        tell(bands, &mut figure.key, &mut is_told);
    }
    sections.into_iter().for_each(|section| tell_in(bands, &mut section.blocks, &mut is_told));
}

fn tell_in(bands: &[Swatch], blocks: &mut [Block], is_told: &mut bool) {
    for block in blocks {
        match block {
            Block::Figure(Figure { key, .. }) | Block::Gallery(Gallery { key, .. }) => {
                tell(bands, key, is_told);
            }
            Block::Details { blocks, .. } => tell_in(bands, blocks, &mut is_told.clone()),
            _ => {}
        }
    }
}

fn tell(bands: &[Swatch], key: &mut Vec<Swatch>, is_told: &mut bool) {
    if bands.is_empty() || !bands.iter().all(|band| key.contains(band)) {
        return;
    }
    if *is_told {
        key.retain(|swatch| !bands.contains(swatch));
    }
    *is_told = true;
}

/// Names the files behind the charts of a section from the root of the site, where it is shared; what
/// is beside a report only (`results.json`) has no link.
pub(crate) fn from_root(section: &mut Section) {
    from_root_blocks(&mut section.blocks);
}

fn from_root_blocks(blocks: &mut [Block]) {
    for block in blocks {
        match block {
            Block::Figure(Figure { data, .. }) | Block::Gallery(Gallery { data, .. }) => {
                *data = data.strip_prefix("../").unwrap_or_default().to_owned();
            }
            Block::Details { blocks, .. } => from_root_blocks(blocks),
            _ => {}
        }
    }
}

/// Names the file behind a chart as it is written.
pub(crate) fn name(data: &mut String, form: SeriesForm) {
    if data.ends_with(".csv") {
        *data = form.path(data);
    }
}

/// Draws what panels have in common in the first of them only; the others refer to it: what stands
/// behind the lines, and the labels about them. Both are a third of a small chart's bytes.
///
/// A group has the class by which the style sheet knows a chart: what is referred to matches no rule
/// by what stands around it (SVG 2, section 5.6.3).
fn share_frames(gallery: &str, panels: &mut [Panel]) {
    for (name, common) in [("frame", frame as Common), ("labels", labels)] {
        share(gallery, name, common, panels);
    }
}

/// The part of a drawing that others may have, too.
type Common = fn(&str) -> Option<&str>;

fn share(gallery: &str, name: &str, common: Common, panels: &mut [Panel]) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut shared: Vec<(usize, String)> = Vec::new();
    for at in 0..panels.len() {
        let Some(part) = common(&panels[at].svg).map(str::to_owned) else { continue };
        let Some(&of) = first.get(&part) else {
            first.insert(part, at);
            continue;
        };
        let id = format!("{gallery}-{name}-{of}");
        panels[at].svg = panels[at].svg.replacen(&part, &format!("<use href=\"#{id}\"/>"), 1);
        if shared.iter().all(|(known, _)| *known != of) {
            shared.push((of, part));
        }
    }
    for (of, part) in shared {
        let group = format!("<g id=\"{gallery}-{name}-{of}\" class=\"chart\">{part}</g>");
        panels[of].svg = panels[of].svg.replacen(&part, &group, 1);
    }
}

/// What a chart draws before its lines: no area, whose style is that of what stands beside it.
fn frame(svg: &str) -> Option<&str> {
    let (_, drawing) = svg.split_once("<svg class=\"plot\"")?;
    let (_, drawing) = drawing.split_once('>')?;
    let (frame, _) = drawing.split_once("<path class=\"line ")?;
    (!frame.is_empty() && !frame.contains("\"area")).then_some(frame)
}

/// What stands about the plot: ticks and their labels, and the ribbon of the states.
fn labels(svg: &str) -> Option<&str> {
    let (_, drawing) = svg.split_once("<svg class=\"plot\"")?;
    let (_, about) = drawing.split_once("</svg>")?;
    let (labels, _) = about.rsplit_once("</svg>")?;
    (!labels.is_empty()).then_some(labels)
}

/// Bytes from which a line is worth a reference.
const LONG: usize = 300;

/// The page with each long line of its wide charts over time drawn once: the same forecasts are
/// shown over the states of one detector after another.
pub(crate) fn lines_once(page: Vec<u8>) -> Vec<u8> {
    let html = match String::from_utf8(page) {
        Ok(html) => html,
        Err(error) => return error.into_bytes(),
    };
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let lines = lines(&html);
    for line in &lines {
        *seen.entry(&html[line.clone()]).or_default() += 1;
    }
    let (mut text, mut end, mut ids) = (String::with_capacity(html.len()), 0, BTreeMap::new());
    for line in lines {
        let path = &html[line.clone()];
        if seen.get(path) == Some(&1) {
            continue;
        }
        text.push_str(&html[end..line.start]);
        end = line.end;
        let next = ids.len();
        match ids.entry(path) {
            Entry::Occupied(id) => text.push_str(&format!("<use href=\"#line-{}\"/>", id.get())),
            Entry::Vacant(id) => {
                // With the classes by which the style sheet knows it, as with frames.
                let group = format!("<g id=\"line-{next}\" class=\"chart wide\">{path}</g>");
                text.push_str(&group);
                id.insert(next);
            }
        }
    }
    text.push_str(&html[end..]);
    text.into_bytes()
}

/// Where the long lines of a page are, of charts whose lines have one style.
fn lines(html: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // A drawing has its name space, what is nested in it has not.
    let starts: Vec<usize> = html.match_indices("<svg xmlns").map(|(start, _)| start).collect();
    for (at, &start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(html.len());
        let svg = &html[start..end];
        // Growth is moved by the script where it is looked at through a window.
        let is_plain = svg
            .split('>')
            .next()
            .is_some_and(|tag| tag.contains("\"chart time wide ") && !tag.contains("\"multiple\""));
        if !is_plain || svg.contains("\"area") {
            continue;
        }
        for (at, _) in svg.match_indices("<path class=\"line ") {
            let Some(length) = svg[at..].find("/>") else { break };
            if length >= LONG {
                found.push(start + at..start + at + length + 2);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::Words;

    /// How many entries the keys of figures have, in order.
    fn keys(blocks: &[Block]) -> Vec<usize> {
        let of = |block: &Block| match block {
            Block::Figure(figure) => vec![figure.key.len()],
            Block::Details { blocks, .. } => keys(blocks),
            _ => Vec::new(),
        };
        blocks.iter().flat_map(of).collect()
    }

    #[test]
    fn bands_are_told_at_the_first_chart_and_where_only_closed_details_tell_them() {
        let swatch = |class: &str| Swatch { class: class.to_owned(), label: class.to_owned() };
        let bands = ["s0", "s1"].map(swatch);
        let words = Words { id: "f", title: "T", description: "D" };
        let figure = |classes: &[&str]| {
            let key = classes.iter().map(|class| swatch(class)).collect();
            Block::Figure(Figure::new(&words, String::new(), "", key, ""))
        };
        let section = |blocks| {
            let (title, lead) = (String::new(), String::new());
            Section { id: "a", topic: "A", title, lead, blocks }
        };
        let closed = vec![figure(&["s0", "s1"]), figure(&["s0", "s1"])];
        let both = ["ridge", "s0", "s1"];
        let mut late = section(vec![
            Block::details("closed", closed),
            figure(&both),
            figure(&both),
            figure(&["s0"]),
        ]);
        tell_bands(&bands, None, [&mut late]);
        assert_eq!(keys(&late.blocks), [2, 0, 3, 1, 1]);
        let mut first = Figure::new(&words, String::new(), "", bands.to_vec(), "");
        let mut second = section(vec![figure(&["s0", "s1"])]);
        tell_bands(&bands, Some(&mut first), [&mut second]);
        assert_eq!((first.key.len(), keys(&second.blocks)), (2, vec![0]));
    }

    fn panel(frame: &str, line: &str) -> Panel {
        let svg = format!(
            "<svg xmlns=\"x\"><svg class=\"plot\" a=\"b\">{frame}<path class=\"line {line}\"/></svg>\
             <text>{line}</text></svg>"
        );
        Panel { title: String::new(), svg }
    }

    #[test]
    fn a_long_line_of_two_charts_is_drawn_once() {
        let path = |color: &str, points: usize| {
            format!("<path class=\"line {color}\" d=\"M0 0{}\"/>", "l1 1".repeat(points))
        };
        let chart = |class: &str, before: &str, path: &str| {
            format!("<svg xmlns=\"x\" class=\"chart {class} l2\"><svg>{before}{path}</svg></svg>")
        };
        let (long, short, other) = (path("ridge", 99), path("ridge", 2), path("lasso", 99));
        let area = "<path class=\"area ridge\"/>";
        let page = |first: &str, second: &str| {
            [
                chart("time wide", "", first),
                chart("time wide", "", &other),
                chart("time wide", "", second),
                chart("time wide", area, &long),
                chart("time small", "", &long),
                chart("time wide", "", &short),
                chart("time wide", "", &short),
                "<p>é <svg ".to_owned(),
            ]
            .concat()
        };
        let told = lines_once(page(&long, &long).into_bytes());
        let group = format!("<g id=\"line-0\" class=\"chart wide\">{long}</g>");
        assert_eq!(String::from_utf8(told).unwrap(), page(&group, "<use href=\"#line-0\"/>"));
    }

    #[test]
    fn a_frame_that_panels_share_is_drawn_once_and_each_refers_to_it() {
        let (grid, other) = ("<g class=\"grid\">1</g>", "<g class=\"grid\">2</g>");
        let area = "<path class=\"area ridge\"/>";
        let frames = [grid, other, grid, area, area, "", grid];
        let mut panels: Vec<Panel> = frames.iter().map(|frame| panel(frame, "line")).collect();
        share_frames("pairs", &mut panels);
        let drawn: Vec<&str> = panels
            .iter()
            .map(|panel| panel.svg.split("a=\"b\">").nth(1).unwrap())
            .map(|drawing| drawing.split("<path class=\"line ").next().unwrap())
            .collect();
        let (group, reference) = (
            format!("<g id=\"pairs-frame-0\" class=\"chart\">{grid}</g>"),
            "<use href=\"#pairs-frame-0\"/>",
        );
        assert_eq!(drawn, [group.as_str(), other, reference, area, area, "", reference]);
        let about: Vec<&str> =
            panels.iter().map(|panel| panel.svg.split_once("line\"/></svg>").unwrap().1).collect();
        let first = "<g id=\"pairs-labels-0\" class=\"chart\"><text>line</text></g></svg>";
        assert_eq!(about[..2], [first, "<use href=\"#pairs-labels-0\"/></svg>"]);
    }
}
