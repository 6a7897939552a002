//! A difference as a comment on a pull request: GitHub's Markdown.

use std::fmt::Write as _;

use crate::base::units::format;
use crate::report::words;

use super::difference::{Added, RESTATED, UNLISTED};
use super::figures::Shown;
use super::wording::{Passage, Rewording};
use super::{ExperimentDiff, FigureChange, Mark, SiteDiff, ValueChange, excerpt, summary};

/// GitHub refuses a comment above 65,536 characters; the rest is for what a bot puts around it.
const LONGEST: usize = 60_000;

/// A table with more rows is folded away.
const LONG_TABLE: usize = 8;

/// Broken rules that a comment lists; the rest are counted.
const MOST_BROKEN: usize = 20;

/// Characters of a comment that prices may take.
const PRICES: usize = 20_000;

/// Lines of prices that a comment shows.
const MOST_PRICE_LINES: usize = 60;

const REMARK: &str = "<sub>Differences are head less base on the days that both forecast, each with \
                      its 90\u{202f}% interval of pairs of days. **real**: larger than a threshold \
                      that matters, and p below 0.10. *By itself*: so too, but not among all \
                      tests of the experiment.</sub>";

/// The difference as GitHub's Markdown, never longer than a comment may be: what matters first.
/// `report` is the address of the folder with the full report, if it has one.
pub(crate) fn to_markdown(diff: &SiteDiff, report: Option<&str>) -> String {
    let mut text = format!("**{}.**\n", plain(&diff.verdict));
    if let Some(broken) = &diff.gate {
        let _ = writeln!(text, "\n**{}**\n", upper(&summary::gate(broken)));
        broken.iter().take(MOST_BROKEN).for_each(|line| {
            let _ = writeln!(text, "- {}", plain(line));
        });
        if broken.len() > MOST_BROKEN {
            let _ = writeln!(text, "- and {} more", broken.len() - MOST_BROKEN);
        }
    }
    if diff.is_empty() {
        return text;
    }
    let _ = writeln!(text, "\n- base: {}", plain(&diff.base.line()));
    let _ = writeln!(text, "- head: {}", plain(&diff.head.line()));
    for line in summary::lines(diff) {
        let _ = writeln!(text, "- {}", plain(&line));
    }
    if let Some(report) = report {
        let _ = writeln!(text, "- [the full report, with charts](<{report}/>)");
    }
    for change in &diff.prices {
        let _ =
            writeln!(text, "\n**Prices of {}: {}.**", code(&change.source), plain(&change.summary));
        let lines = block(&first_lines(&change.lines));
        if !change.lines.is_empty() && text.len() + lines.len() < PRICES {
            let _ = writeln!(
                text,
                "\n<details><summary>By ticker and day</summary>\n\n{lines}\n</details>"
            );
        }
    }
    let remark = if diff.counts.tested > 0 { REMARK } else { "" };
    let room = LONGEST.saturating_sub(text.len() + remark.len() + 200);
    text.push_str(&within(&sections(diff, report), room));
    if !remark.is_empty() {
        let _ = writeln!(text, "\n{remark}");
    }
    text
}

/// A section, and what stands in its place where there is no room for it.
struct Section {
    whole: String,
    short: String,
}

/// All of them, those first that may decide a review.
fn sections(diff: &SiteDiff, report: Option<&str>) -> Vec<Section> {
    let mut changed: Vec<&ExperimentDiff> = diff.changed.iter().collect();
    let rank = |diff: &ExperimentDiff| match diff {
        _ if diff.stamp.is_some() || diff.certificate_fails => 0,
        _ if diff.real().next().is_some() => 1,
        _ => 2,
    };
    changed.sort_by_key(|diff| rank(diff));
    let mut sections: Vec<Section> = changed
        .into_iter()
        .map(|changed| Section {
            whole: of_experiment(changed, report),
            short: format!("- {}: {}\n", code(&changed.heading.id), plain(&in_short(changed))),
        })
        .collect();
    sections.extend(diff.added.iter().map(|added| Section {
        whole: of_added(added),
        short: format!("- added: {} {}\n", code(&added.heading.id), plain(&added.heading.title)),
    }));
    let line = |text: String| Section { whole: format!("{text}\n"), short: format!("- {text}\n") };
    sections.extend(diff.removed.iter().map(|removed| {
        let heading = &removed.heading;
        line(format!("Removed: {} {}", code(&heading.id), plain(&heading.title)))
    }));
    sections.extend(
        diff.renamed
            .iter()
            .map(|renamed| line(format!("Renamed: {}", plain(&summary::renamed(renamed))))),
    );
    sections.extend(diff.reworded.iter().map(|reworded| {
        let mut whole = format!("Only words: {}\n", code(&reworded.heading.id));
        reworded.words.iter().for_each(|words| rewording(&mut whole, words));
        Section { whole, short: format!("- only words: {}\n", code(&reworded.heading.id)) }
    }));
    sections
}

/// As many whole sections as there is room for, then short ones, then how many are left.
fn within(sections: &[Section], room: usize) -> String {
    let (mut text, mut left_out) = (String::new(), 0);
    // Room for a line of each that comes after.
    let mut later: usize = sections.iter().map(|section| section.short.len()).sum();
    for section in sections {
        later -= section.short.len();
        if text.len() + section.whole.len() + 1 + later <= room {
            text.push('\n');
            text.push_str(&section.whole);
        } else if text.len() + section.short.len() < room {
            if !text.lines().last().is_some_and(|line| line.starts_with("- ")) {
                text.push('\n');
            }
            text.push_str(&section.short);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        let _ = writeln!(text, "\nAnd {left_out} more that this comment has no room for.");
    }
    text
}

/// An experiment that changed in one line.
fn in_short(diff: &ExperimentDiff) -> String {
    let mut parts = Vec::new();
    if let Some([old, new]) = &diff.stamp {
        parts.push(format!("{old} → {new}"));
    }
    let real: Vec<String> = diff.real().map(FigureChange::in_words).collect();
    if !real.is_empty() {
        parts.push(format::some_of(&real, 2));
    }
    if parts.is_empty() {
        parts.push(format::counted(diff.figures.len(), "figure", "figures"));
    }
    parts.join("; ")
}

pub(super) fn of_experiment(diff: &ExperimentDiff, report: Option<&str>) -> String {
    let mut text = format!("### {} {}\n", code(&diff.heading.id), plain(&diff.heading.title));
    if diff.lists_nothing() {
        let _ = writeln!(text, "\nHere {UNLISTED}.");
    }
    let _ = writeln!(text, "\nChanged: {}", summary::causes(diff));
    if let Some([old, new]) = &diff.stamp {
        let _ = writeln!(text, "\n**Stamp: {old} → {new}**");
    }
    if !diff.criteria.is_empty() {
        text.push('\n');
    }
    for criterion in &diff.criteria {
        let _ = writeln!(text, "- {}", plain(&summary::criterion(criterion)));
    }
    if diff.restated {
        let _ = writeln!(text, "\n**Look twice:** {RESTATED}.");
    }
    for line in summary::days(diff) {
        let _ = writeln!(text, "\n{}.", plain(&upper(&line)));
    }
    figures(&mut text, &diff.figures);
    let splits = summary::splits(diff);
    if !splits.is_empty() {
        text.push('\n');
        splits.iter().for_each(|line| {
            let _ = writeln!(text, "- {}", plain(line));
        });
    }
    for (what, changes) in [("spec", &diff.spec), ("data", &diff.data), ("verdict", &diff.verdict)]
    {
        let head = format!("| {what} | base | head |\n| :-- | :-- | :-- |\n");
        let rows: Vec<String> = changes.iter().map(value_row).collect();
        table(&mut text, &head, &rows, &format!("{} changes of the {what}", changes.len()));
    }
    let apart = diff.apart_in_words();
    if !apart.is_empty() {
        let lines: String = apart.iter().map(|line| format!("- {}\n", plain(line))).collect();
        let _ = writeln!(
            text,
            "\n<details><summary>Where forecasts and positions differ</summary>\n\n{lines}\n</details>"
        );
    }
    diff.words.iter().for_each(|words| rewording(&mut text, words));
    for (what, subjects) in [("Added", &diff.added), ("Removed", &diff.removed)] {
        if !subjects.is_empty() {
            let names: Vec<String> = subjects.iter().map(|s| code(&s.to_string())).collect();
            let _ = writeln!(text, "\n{what}: {}", names.join(", "));
        }
    }
    for (what, warnings) in
        [("New warning", &diff.warnings_added), ("Warning gone", &diff.warnings_removed)]
    {
        for warning in warnings {
            let (name, sentence) = words::warning(warning);
            let _ = writeln!(text, "\n{what}: {} {}", code(name), plain(&sentence));
        }
    }
    if let Some(report) = report
        && diff.days.is_some_and(|days| days.both > 0)
    {
        let id = &diff.heading.id;
        let _ = writeln!(
            text,
            "\n<details><summary>Chart</summary>\n\n![Base and head of {id}](<{report}/{id}.svg>)\n\n</details>"
        );
    }
    text
}

fn of_added(added: &Added) -> String {
    let heading = &added.heading;
    let mut text = format!("### Added: {} {}\n", code(&heading.id), plain(&heading.title));
    if let Some(stamp) = &added.stamp {
        let _ = writeln!(text, "\n**Stamp: {stamp}**");
    }
    if !added.criteria.is_empty() {
        text.push('\n');
    }
    for criterion in &added.criteria {
        let _ = writeln!(text, "- {}", plain(&summary::outcome(criterion)));
    }
    let rows: Vec<String> = added
        .headline
        .iter()
        .map(|headline| format!("| {} | {} |\n", code(&headline.name), headline.shown))
        .collect();
    table(&mut text, "| figure | |\n| :-- | --: |\n", &rows, "Figures");
    if let Some(other) = &added.compared_with
        && !added.differences.is_empty()
    {
        let _ = writeln!(text, "\nAgainst {}:", code(other));
        figures(&mut text, &added.differences);
    }
    text
}

fn rewording(text: &mut String, words: &Rewording) {
    let passage = |passage: &Passage| match passage {
        Passage::Same(text) => plain_kept(text),
        Passage::Removed(text) => marked("~~", text),
        Passage::Added(text) => marked("**", text),
    };
    let passages: String = words.passages.iter().map(passage).collect();
    let _ = writeln!(text, "\n{}: {passages}", code(&words.key));
}

/// Text between marks, which may not touch a space.
fn marked(mark: &str, text: &str) -> String {
    let inner = text.trim();
    if inner.is_empty() {
        return text.to_owned();
    }
    let start = &text[..text.len() - text.trim_start().len()];
    let end = &text[text.trim_end().len()..];
    format!("{start}{mark}{}{mark}{end}", plain(inner))
}

/// As [`plain`], with the spaces at its ends.
fn plain_kept(text: &str) -> String {
    let space = |is: bool| if is { " " } else { "" };
    let (start, end) = (text.starts_with(' '), text.ends_with(' '));
    format!("{}{}{}", space(start), plain(text), space(end && !text.trim().is_empty()))
}

/// What the conclusion rests on stays in sight when the rest is folded.
fn figures(text: &mut String, figures: &[FigureChange]) {
    let head = "| figure | base | head | difference | 90\u{202f}% interval | p | |\n\
                | :-- | --: | --: | --: | :-- | --: | :-- |\n";
    let (headline, rest): (Vec<&FigureChange>, Vec<&FigureChange>) =
        figures.iter().partition(|figure| figure.is_headline());
    let rows = |figures: &[&FigureChange]| -> Vec<String> {
        figures.iter().copied().map(figure_row).collect()
    };
    if headline.is_empty() || figures.len() <= LONG_TABLE {
        table(
            text,
            head,
            &rows(&figures.iter().collect::<Vec<_>>()),
            &format!("{} figures", figures.len()),
        );
        return;
    }
    let _ = write!(text, "\n{head}{}", rows(&headline).concat());
    if !rest.is_empty() {
        let more = format::counted(rest.len(), "more figure", "more figures");
        fold(text, &format!("{head}{}", rows(&rest).concat()), &more);
    }
}

/// A table, folded under `summary` if it is long.
fn table(text: &mut String, head: &str, rows: &[String], summary: &str) {
    if rows.is_empty() {
        return;
    }
    let body = format!("{head}{}", rows.concat());
    if rows.len() > LONG_TABLE {
        fold(text, &body, summary);
    } else {
        let _ = write!(text, "\n{body}");
    }
}

fn fold(text: &mut String, body: &str, summary: &str) {
    let _ = writeln!(text, "\n<details><summary>{summary}</summary>\n\n{body}\n</details>");
}

/// The first lines of a text, and how many are left out.
fn first_lines(text: &str) -> String {
    let count = text.lines().count();
    if count <= MOST_PRICE_LINES {
        return text.to_owned();
    }
    let mut shown: String =
        text.lines().take(MOST_PRICE_LINES).map(|line| format!("{line}\n")).collect();
    let _ = writeln!(shown, "and {} more lines", count - MOST_PRICE_LINES);
    shown
}

fn upper(text: &str) -> String {
    format::upper_first(text)
}

fn value_row(change: &ValueChange) -> String {
    let [old, new] = excerpt::pair(change.old.as_deref(), change.new.as_deref());
    format!("| {} | {} | {} |\n", code(&change.key), code(&old), code(&new))
}

fn figure_row(change: &FigureChange) -> String {
    let Shown { base, head, difference, interval, p, mark } = change.shown();
    let name = code(&change.name());
    let mark = if change.mark == Mark::Real { format!("**{mark}**") } else { mark.to_owned() };
    format!("| {name} | {base} | {head} | {difference} | {interval} | {p} | {mark} |\n")
}

/// Text between backquotes, in a table too, whatever it contains. A backslash before a bar, which
/// would end a cell there, is only safe outside of backquotes.
pub(super) fn code(text: &str) -> String {
    let text = one_line(text);
    if text.contains("\\|") {
        return plain(&text);
    }
    let longest = backquotes(&text);
    let fence = "`".repeat(longest + 1);
    // A space keeps backquotes at either end apart from the fence, and the fence in two.
    let space = if longest > 0 || text.is_empty() { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", text.replace('|', "\\|"))
}

/// Lines as they stand.
pub(super) fn block(text: &str) -> String {
    let fence = "`".repeat(backquotes(text).max(2) + 1);
    format!("{fence}text\n{text}{fence}\n")
}

/// The longest run of them.
fn backquotes(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Text in which no character is Markdown or HTML, wherever it stands.
fn plain(text: &str) -> String {
    let text = one_line(text);
    let mut escaped = String::with_capacity(text.len());
    // A number, and a dash, may begin a list.
    let number = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, character) in text.char_indices() {
        let may_begin = at == number && ".)".contains(character) && number > 0;
        let is_dash = at == 0 && "-+".contains(character);
        if may_begin || is_dash || "\\`*_{}[]<>#|~$&!".contains(character) {
            escaped.push('\\');
        }
        // As code, so that a comment calls nobody.
        if character == '@' {
            escaped.push_str("`@`");
        } else {
            escaped.push(character);
        }
    }
    escaped
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::report::diff::Found;
    use crate::report::stored;

    #[test]
    fn no_difference_is_one_sentence() {
        let site = stored::site(&["a"]);
        let diff = stored::compared(&site, &site, &Found::default());
        assert_eq!(to_markdown(&diff, None), "**Nothing changed.**\n");
    }

    #[test]
    fn a_difference_is_told_in_the_order_in_which_it_matters() {
        let address = Some("https://example.org/diff");
        insta::assert_snapshot!(to_markdown(&stored::diff(), address).replace('\u{202f}', "~"));
    }

    #[test]
    fn what_is_tested_stays_in_sight_when_the_rest_is_folded() {
        let mut diff = stored::experiment_diff("a", vec![stored::tested_sharpe(0.5, 0.9, 0.001)]);
        let untested = FigureChange { p: None, metric: "max_drawdown", ..diff.figures[0].clone() };
        diff.figures.extend(vec![untested; 12]);
        let text = of_experiment(&diff, None);
        let (in_sight, folded) = text.split_once("<details>").unwrap();
        let names = |text: &str| text.lines().filter(|line| line.starts_with("| `lasso")).count();
        assert_eq!((names(in_sight), names(folded)), (1, 12));
        assert!(in_sight.contains("**real**") && folded.contains("<summary>12 more figures"));
    }

    #[test]
    fn a_comment_is_never_longer_than_github_takes_and_tells_of_every_experiment() {
        let ids: Vec<String> = (0..400).map(|i| format!("experiment-{i:03}")).collect();
        let figures = vec![stored::tested_sharpe(0.5, 0.9, 0.5); 20];
        let changed = ids.iter().map(|id| (id.as_str(), figures.clone())).collect();
        let mut diff = stored::diff_of(changed);
        // The one that matters comes first, whatever its name.
        diff.changed[399].figures[0].mark = Mark::Real;
        let text = to_markdown(&diff.clone().counted(), None);
        assert!(text.chars().count() <= LONGEST, "{}", text.chars().count());
        let first = text.find("### `").unwrap();
        assert!(text[first..].starts_with("### `experiment-399`"), "{}", &text[first..first + 40]);
        assert!(ids.iter().all(|id| text.contains(id)), "each is at least named");
        assert_eq!(text, to_markdown(&diff.counted(), None), "cut in the same way each time");
        // Whatever the gate has to say.
        let mut gated = stored::diff_of(vec![("a", figures)]);
        gated.gate = Some((0..2000).map(|rule| format!("rule {rule} is broken")).collect());
        let text_of_gate = to_markdown(&gated, None);
        assert!(text_of_gate.len() < LONGEST && text_of_gate.contains("- and 1980 more"));
        // Beyond that they are counted.
        let ids: Vec<String> = (0..3000).map(|i| format!("experiment-{i:04}")).collect();
        let one = vec![stored::tested_sharpe(0.5, 0.9, 0.5)];
        let changed = ids.iter().map(|id| (id.as_str(), one.clone())).collect();
        let text = to_markdown(&stored::diff_of(changed), None);
        assert!(
            text.chars().count() <= LONGEST && text.contains("more that this comment has no room")
        );
    }

    #[test]
    fn nothing_a_user_wrote_is_taken_for_markup() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(plain("<b> *x* [y]\n"), "\\<b\\> \\*x\\* \\[y\\]");
        assert_eq!([plain("- x"), plain("1. x"), plain("1.5")], ["\\- x", "1\\. x", "1\\.5"]);
        assert_eq!(plain("@name"), "`@`name");
        assert_eq!(marked("**", " a*b "), " **a\\*b** ");
    }
}
