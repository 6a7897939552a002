//! An experiment printed: a brief of a few white pages, with nothing missing or cut.
//!
//! The text and the picture of a PDF are read by poppler's `pdftotext` and `pdftoppm`, of the Debian
//! package `poppler-utils`: another program than the one that wrote it, and the one that many
//! viewers are built on.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use chromiumoxide::cdp::browser_protocol::emulation::SetEmulatedMediaParams;
use chromiumoxide::cdp::browser_protocol::page::PrintToPdfParams;
use serde::Deserialize;

use crate::chromium::Chromium;
use crate::finding::Finding;
use crate::limits::PAPER;
use crate::site::{Page, Site};
use crate::view::View;

/// What `measure/printed.js` returns.
#[derive(Clone, Debug, Deserialize)]
struct Printed {
    headings: Vec<String>,
    labels: Vec<String>,
    figures: Vec<Figure>,
    blocks: Vec<String>,
    wide: f64,
}

#[derive(Clone, Debug, Deserialize)]
struct Figure {
    id: String,
    title: String,
    caption: String,
}

/// A printed page.
#[derive(Clone, Debug)]
struct Sheet {
    width: f64,
    height: f64,
    words: Vec<Word>,
}

/// A word where it stands, in points from the upper left corner.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

/// Width of what is printed on A4 with usual margins, in CSS pixels.
const PAPER_WIDTH: u32 = 690;

/// Words of a text that have to stand together.
const TOGETHER: usize = 4;

/// Height of the strip that a running head stands in, in points.
const HEAD: f64 = 60.0;

/// Prints a page as a reader would, whose system is in dark colours.
pub async fn check(chromium: &Chromium, site: &Site, page: &Page) -> Result<Vec<Finding>> {
    let tab = chromium.tab(View::DESKTOP.dark()).await?;
    tab.open(&site.file(&page.path)).await?;
    let params =
        PrintToPdfParams::builder().print_background(true).prefer_css_page_size(true).build();
    let pdf = tab.page().pdf(params).await?;
    tab.look(View::DESKTOP.at(PAPER_WIDTH)).await?;
    tab.page().execute(SetEmulatedMediaParams::builder().media("print").build()).await?;
    let printed: Printed = tab.run(include_str!("../measure/printed.js"), ()).await?;
    chromium.shut(tab).await?;

    let folder = tempfile::tempdir()?;
    let file = folder.path().join("page.pdf");
    std::fs::write(&file, pdf)?;
    let sheets = sheets(&poppler("pdftotext", &["-bbox"], &file)?)?;
    let mut found = Vec::new();
    let mut tell = |what: String| found.push(Finding::new(format!("{page} printed"), what));

    if !PAPER.contains(&sheets.len()) {
        tell(format!("takes {} pages, not {} to {}", sheets.len(), PAPER.start(), PAPER.end()));
    }
    let raw = String::from_utf8(poppler("pdftotext", &["-raw"], &file)?)?;
    let texts: Vec<String> = raw.split('\u{c}').map(bare).collect();
    let sheet_of = |text: &str| texts.iter().position(|sheet| sheet.contains(&bare(text)));
    for text in printed.headings.iter().filter(|text| sheet_of(text).is_none()) {
        // A heading may be parted by a running head, never a figure's title by its chart.
        if !texts.concat().contains(&bare(text)) {
            tell(format!("the heading {text:?} is missing"));
        }
    }
    if printed.wide > 0.0 {
        tell(format!("is {} px wider than the paper, and printed smaller for it", printed.wide));
    }
    let whole = texts.concat();
    for block in &printed.blocks {
        // Where a page ends, its foot and the next one's head stand between a few words.
        let words: Vec<&str> = block.split_whitespace().collect();
        let lost = words.windows(TOGETHER.min(words.len()));
        let lost = lost.filter(|some| !whole.contains(&bare(&some.concat()))).count();
        if lost > TOGETHER || (words.len() <= TOGETHER && lost > 0) {
            tell(format!("the text {:?} is missing", block.chars().take(60).collect::<String>()));
        }
    }
    for label in printed.labels.iter().filter(|label| sheet_of(label).is_none()) {
        tell(format!("the label {label:?} of a chart is missing"));
    }
    for Figure { id, title, caption } in &printed.figures {
        let start: String = caption.chars().take(40).collect();
        if let (Some(first), Some(last)) = (sheet_of(title), sheet_of(&start))
            && first != last
        {
            tell(format!(
                "{id} has its title on page {} and its caption on page {}",
                first + 1,
                last + 1
            ));
        }
    }
    for (number, sheet) in sheets.iter().enumerate() {
        for word in &sheet.words {
            if word.left < 0.0
                || word.right > sheet.width
                || word.top < 0.0
                || word.bottom > sheet.height
            {
                tell(format!("{:?} is cut by the edge of page {}", word.text, number + 1));
            }
        }
        if number > 0 && !sheet.words.iter().any(|word| word.bottom < HEAD) {
            tell(format!("page {} has no running head", number + 1));
        }
        if sheet.words.len() < 12 {
            tell(format!("page {} is all but empty", number + 1));
        }
    }
    let tinted = tinted(&poppler("pdftoppm", &["-r", "20"], &file)?)?;
    if let Some((number, colour)) = tinted.first() {
        tell(format!("page {number} is not white but {colour:?}, and {} in all", tinted.len()));
    }
    Ok(found)
}

fn poppler(program: &str, arguments: &[&str], file: &Path) -> Result<Vec<u8>> {
    let mut command = Command::new(program);
    command.args(arguments).arg(file);
    if program == "pdftotext" {
        command.arg("-");
    }
    let output = command
        .output()
        .with_context(|| format!("{program} is needed: `apt-get install poppler-utils`"))?;
    ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

/// The pages of `pdftotext -bbox`, whose lines hold a page or a word each.
fn sheets(output: &[u8]) -> Result<Vec<Sheet>> {
    let mut sheets: Vec<Sheet> = Vec::new();
    for line in String::from_utf8_lossy(output).lines().map(str::trim) {
        let number = |name: &str| -> Result<f64> {
            let start = line.split_once(&format!("{name}=\"")).context("no such number")?.1;
            Ok(start.split('"').next().unwrap_or_default().parse()?)
        };
        if line.starts_with("<page ") {
            sheets.push(Sheet {
                width: number("width")?,
                height: number("height")?,
                words: Vec::new(),
            });
        } else if let Some(word) = line.strip_prefix("<word ").and_then(|word| word.split_once('>'))
        {
            let text = word.1.trim_end_matches("</word>");
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            let word = Word {
                text: text.replace("&apos;", "'").replace("&amp;", "&"),
                left: number("xMin")?,
                top: number("yMin")?,
                right: number("xMax")?,
                bottom: number("yMax")?,
            };
            sheets.last_mut().context("a word before the first page")?.words.push(word);
        }
    }
    ensure!(!sheets.is_empty(), "the PDF has no page");
    Ok(sheets)
}

/// Text without what a line break or a hyphen may add.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{ad}' | '-' | '\u{2010}'))
        .collect::<String>()
        // Stamps are capitals by style.
        .to_lowercase()
        .replace('\u{fb01}', "fi")
        .replace('\u{fb02}', "fl")
        .replace('\u{fb00}', "ff")
}

/// Pages whose most frequent colour is not white, from `pdftoppm`'s pictures one after the other.
fn tinted(pictures: &[u8]) -> Result<Vec<(usize, [u8; 3])>> {
    let mut tinted = Vec::new();
    let (mut rest, mut number) = (pictures, 0);
    while !rest.is_empty() {
        number += 1;
        let mut fields = Vec::new();
        for _ in 0..4 {
            let end = rest.iter().position(u8::is_ascii_whitespace).context("a picture is cut")?;
            fields.push(std::str::from_utf8(&rest[..end])?.to_owned());
            rest = &rest[end + 1..];
        }
        ensure!(fields[0] == "P6", "a picture is of the kind {}", fields[0]);
        let size = 3 * fields[1].parse::<usize>()? * fields[2].parse::<usize>()?;
        let (picture, after) = rest.split_at_checked(size).context("a picture is cut")?;
        let mut counts: BTreeMap<[u8; 3], usize> = BTreeMap::new();
        let (pixels, _) = picture.as_chunks::<3>();
        // Margins are white whatever the paper inside them: of all others the most frequent.
        let (width, height) = (fields[1].parse::<usize>()?, fields[2].parse::<usize>()?);
        for (index, colour) in pixels.iter().enumerate() {
            let (column, row) = (index % width, index / width);
            if (width / 6..width * 5 / 6).contains(&column)
                && (height / 6..height * 5 / 6).contains(&row)
            {
                *counts.entry(*colour).or_default() += 1;
            }
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        if let Some((colour, _)) = most.filter(|(colour, _)| *colour != [255; 3]) {
            tinted.push((number, colour));
        }
        rest = after;
    }
    Ok(tinted)
}
