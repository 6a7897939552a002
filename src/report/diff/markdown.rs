//! A difference as a comment on a pull request: GitHub's Markdown.

use std::fmt::Write as _;

use crate::report::words;

use super::difference::RESTATED;
use super::{ExperimentDiff, FigureChange, SiteDiff, Subject, UNLISTED, ValueChange, excerpt};

/// GitHub refuses a comment above 65,536 characters; the rest is for what a bot puts around it.
const LONGEST: usize = 60_000;

/// A table with more rows is folded away.
const LONG_TABLE: usize = 12;

const REMARK: &str = "<sub>An interval is of the base's figure alone. Two builds on the same days \
                      share most of their noise, so a change within it need not be noise.</sub>";

/// The difference as GitHub's Markdown: a sentence, then a section an experiment. Sections beyond
/// the length of a comment are counted instead of shown.
pub(crate) fn to_markdown(diff: &SiteDiff) -> String {
    let mut text = format!("**{}.**\n", diff.summary());
    let mut sections = Vec::new();
    for (what, headings) in [("Added", &diff.added), ("Removed", &diff.removed)] {
        for heading in headings {
            sections.push(format!("{what}: {} {}\n", code(&heading.id), plain(&heading.title)));
        }
    }
    sections.extend(diff.changed.iter().map(of_experiment));
    let room = LONGEST.saturating_sub(text.len() + REMARK.len());
    let mut used = 0;
    let mut left_out = 0;
    for section in &sections {
        used += section.len() + 1;
        if used > room {
            left_out += 1;
        } else {
            text.push('\n');
            text.push_str(section);
        }
    }
    if left_out > 0 {
        let _ = writeln!(text, "\nAnd {left_out} more that this comment has no room for.");
    }
    if diff.judgements().next().is_some() {
        let _ = writeln!(text, "\n{REMARK}");
    }
    text
}

fn of_experiment(diff: &ExperimentDiff) -> String {
    let mut text = format!("### {} {}\n", code(&diff.heading.id), plain(&diff.heading.title));
    if diff.lists_nothing() {
        let _ = writeln!(text, "\nHere {UNLISTED}.");
    }
    if let Some([old, new]) = &diff.engine {
        let _ = writeln!(text, "\nEngine: {} → {}", code(old), code(new));
    }
    if diff.restated {
        let _ = writeln!(text, "\n**Look twice:** {RESTATED}.");
    }
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
    for (what, changes) in [("verdict", &diff.verdict), ("spec", &diff.spec), ("data", &diff.data)]
    {
        let head = format!("| {what} | base | head |\n| :-- | :-- | :-- |\n");
        let rows: Vec<String> = changes.iter().map(value_row).collect();
        table(&mut text, &head, &rows, &format!("{} changes of the {what}", changes.len()));
    }
    figures(&mut text, &diff.figures);
    text
}

/// The judged figures are what a reviewer looks for: they stay in sight when the rest is folded.
fn figures(text: &mut String, figures: &[FigureChange]) {
    let head = "| figure | base | head | change | |\n| :-- | --: | --: | --: | :-- |\n";
    let rows: Vec<String> = figures.iter().map(figure_row).collect();
    if rows.len() > LONG_TABLE {
        let judged: Vec<String> =
            figures.iter().filter(|f| f.judgement.is_some()).map(figure_row).collect();
        if judged.len() <= LONG_TABLE {
            table(text, head, &judged, "");
        }
    }
    table(text, head, &rows, &format!("All {} figures that changed", rows.len()));
}

/// A table, folded under `summary` if it is long.
fn table(text: &mut String, head: &str, rows: &[String], summary: &str) {
    if rows.is_empty() {
        return;
    }
    let body = format!("\n{head}{}", rows.concat());
    if rows.len() > LONG_TABLE {
        let _ = writeln!(text, "\n<details><summary>{summary}</summary>\n{body}\n</details>");
    } else {
        text.push_str(&body);
    }
}

fn value_row(change: &ValueChange) -> String {
    let [old, new] = excerpt::pair(change.old.as_deref(), change.new.as_deref());
    format!("| {} | {} | {} |\n", code(&change.key), code(&old), code(&new))
}

fn figure_row(change: &FigureChange) -> String {
    let [old, new, difference, judgement] = change.shown();
    let name = match &change.subject {
        Subject::Geometry => change.name.to_owned(),
        subject => format!("{subject} {}", change.name),
    };
    format!("| {} | {old} | {new} | {difference} | {judgement} |\n", code(&name))
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

/// Text in which no character is Markdown or HTML.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        if "\\`*_{}[]<>#|~$&!".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::compare;
    use super::*;
    use crate::report::stored;
    use crate::results::StrategyMetrics;

    #[test]
    fn no_difference_is_one_sentence() {
        assert_eq!(to_markdown(&SiteDiff::default()), "**No experiment changed.**\n");
    }

    #[test]
    fn a_difference_reads_as_a_comment() {
        let text = to_markdown(&stored::diff()).replace('\u{202f}', "~");
        let expected = "\
**1 experiment changed, 1 added, 1 removed; 1 of 2 changed Sharpe ratios and R² outside the base's 90 % interval.**

Added: `new` Sector lags

Removed: `old` Sector lags

### `a` Sector lags

Engine: `dfa-report 0.1.0` → `dfa-report 0.2.0`

Added: `ridge`

New warning: `too-good` lasso: an out-of-sample R² of 2.00 % is too good to be true; look for a leak before believing it.

| spec | base | head |
| :-- | :-- | :-- |
| `models` | `[lasso]` | `[ridge,lasso]` |
| `models.ridge.kind` | `(none)` | `ridge` |
| `models.ridge.alphas.count` | `(none)` | `60` |
| `models.lasso.alphas.count` | `60` | `80` |

| data | base | head |
| :-- | :-- | :-- |
| `last_day` | `2019-12-31` | `2020-01-31` |
| `rows` | `5000` | `5021` |

| figure | base | head | change | |
| :-- | --: | --: | --: | :-- |
| `lasso oos_r2` | 0.200~% | 0.600~% | +0.400 pp | outside the 90 % interval of the base, −0.100~% to 0.500~% |
| `lasso selected_alpha_last` | 1.00~×~10⁻⁴ | 2.00~×~10⁻⁴ |  |  |
| `lasso.binary sharpe` | 0.50 | 0.55 | +0.05 | within the 90 % interval of the base, 0.10 to 0.90 |
| `lasso.binary max_drawdown` | −35.0~% | −30.0~% | +5.0 pp |  |
| `regime.xle-xlu flips` | 1 | 2 | +1 |  |

<sub>An interval is of the base's figure alone. Two builds on the same days share most of their noise, so a change within it need not be noise.</sub>
";
        assert_eq!(text, expected);
    }

    #[test]
    fn long_tables_are_folded_and_what_is_judged_stays_in_sight() {
        let base = stored::site(&["a"]);
        let mut head = base.clone();
        let results = head.get_mut("a").unwrap();
        for metrics in [
            &mut results.models["lasso"].strategies["binary"],
            &mut results.benchmarks["buy_and_hold"],
        ] {
            *metrics = StrategyMetrics {
                annual_return: None,
                annual_volatility: None,
                annual_turnover: 60.0,
                break_even_cost_bps: None,
                max_drawdown: -0.1,
                ..stored::strategy(0.7)
            };
        }
        results.geometry.participation_ratio = 1.1;
        let text = to_markdown(&compare(&base, &head));
        let (in_sight, folded) = text.split_once("<details>").unwrap();
        let names = |text: &str| text.lines().filter(|line| line.starts_with("| `")).count();
        assert_eq!((names(in_sight), names(folded)), (2, 13));
        assert!(folded.contains("<summary>All 13 figures that changed</summary>\n\n| figure"));
    }

    #[test]
    fn a_comment_is_never_longer_than_github_takes() {
        let ids: Vec<String> = (0..500).map(|i| format!("experiment-{i:03}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let base = stored::site(&ids);
        let mut head = base.clone();
        for results in head.values_mut() {
            results.models["lasso"].forecast.oos_r2 = stored::estimate(0.006, 0.003);
        }
        let text = to_markdown(&compare(&base, &head));
        assert!(text.len() <= LONGEST + 100 && text.contains("more that this comment has no room"));
        assert!(text.ends_with("</sub>\n"));
    }

    #[test]
    fn nothing_a_user_wrote_is_taken_for_markup() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(plain("<b> *x* [y]\n"), "\\<b\\> \\*x\\* \\[y\\]");
    }
}
