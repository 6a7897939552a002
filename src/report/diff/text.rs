//! A difference for the terminal.

use std::fmt::Write as _;

use crate::report::words;

use super::difference::RESTATED;
use super::{ExperimentDiff, FigureChange, SiteDiff, UNLISTED, ValueChange, excerpt};

/// The difference as text with aligned columns, ending in a line feed.
pub(crate) fn to_text(diff: &SiteDiff) -> String {
    let mut text = format!("{}\n", diff.summary());
    for (sign, headings) in [('+', &diff.added), ('-', &diff.removed)] {
        if !headings.is_empty() {
            text.push('\n');
        }
        for heading in headings {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{sign} {}: {}", heading.id, heading.title);
        }
    }
    for experiment in &diff.changed {
        text.push('\n');
        text.push_str(&of_experiment(experiment));
    }
    text
}

fn of_experiment(diff: &ExperimentDiff) -> String {
    let mut text = format!("~ {}: {}\n", diff.heading.id, diff.heading.title);
    if diff.lists_nothing() {
        let _ = writeln!(text, "  {UNLISTED}");
    }
    if let Some([old, new]) = &diff.engine {
        let _ = writeln!(text, "  engine  {old} → {new}");
    }
    if diff.restated {
        let _ = writeln!(text, "  ! {RESTATED}");
    }
    for (name, changes) in [("verdict", &diff.verdict), ("spec", &diff.spec), ("data", &diff.data)]
    {
        section(&mut text, name, &value_rows(changes), &[]);
    }
    for (sign, subjects) in [('+', &diff.added), ('-', &diff.removed)] {
        for subject in subjects {
            let _ = writeln!(text, "  {sign} {subject}");
        }
    }
    let row = |figure: &FigureChange| {
        let [old, new, difference, judgement] = figure.shown();
        let (subject, name) = (figure.subject.to_string(), figure.name.to_owned());
        vec![subject, name, old, "→".to_owned(), new, difference, judgement]
    };
    let figures: Vec<Vec<String>> = diff.figures.iter().map(row).collect();
    section(&mut text, "figures", &figures, &[2, 4, 5]);
    for (sign, warnings) in [('+', &diff.warnings_added), ('-', &diff.warnings_removed)] {
        for warning in warnings {
            let (name, sentence) = words::warning(warning);
            let _ = writeln!(text, "  {sign} warning {name}: {sentence}");
        }
    }
    text
}

fn value_rows(changes: &[ValueChange]) -> Vec<Vec<String>> {
    let row = |change: &ValueChange| {
        let [old, new] = excerpt::pair(change.old.as_deref(), change.new.as_deref());
        vec![change.key.clone(), old, "→".to_owned(), new]
    };
    changes.iter().map(row).collect()
}

/// A headed table with columns of equal width, those named in `right` flush right.
fn section(text: &mut String, name: &str, rows: &[Vec<String>], right: &[usize]) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(text, "  {name}");
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |j: usize| rows.iter().filter_map(|row| row.get(j)).map(|c| c.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|j| width(j).unwrap_or(0)).collect();
    for row in rows {
        let mut line = "  ".to_owned();
        for (j, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[j] - cell.chars().count());
            let (before, after) =
                if right.contains(&j) { (pad, String::new()) } else { (String::new(), pad) };
            let _ = write!(line, "  {before}{cell}{after}");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;

    #[test]
    fn that_nothing_changed_is_said() {
        let site = stored::site(&["a", "b"]);
        assert_eq!(to_text(&super::super::compare(&site, &site)), "No experiment changed\n");
    }

    #[test]
    fn a_difference_reads_as_aligned_columns() {
        let text = to_text(&stored::diff()).replace('\u{202f}', "~");
        let expected = "\
1 experiment changed, 1 added, 1 removed; 1 of 2 changed Sharpe ratios and R² outside the base's 90 % interval

+ new: Sector lags

- old: Sector lags

~ a: Sector lags
  engine  dfa-report 0.1.0 → dfa-report 0.2.0
  spec
    models                     [lasso]  →  [ridge,lasso]
    models.ridge.kind          (none)   →  ridge
    models.ridge.alphas.count  (none)   →  60
    models.lasso.alphas.count  60       →  80
  data
    last_day  2019-12-31  →  2020-01-31
    rows      5000        →  5021
  + ridge
  figures
    lasso           oos_r2                   0.200~%  →      0.600~%  +0.400 pp  outside the 90 % interval of the base, −0.100~% to 0.500~%
    lasso           selected_alpha_last  1.00~×~10⁻⁴  →  2.00~×~10⁻⁴
    lasso.binary    sharpe                      0.50  →         0.55      +0.05  within the 90 % interval of the base, 0.10 to 0.90
    lasso.binary    max_drawdown             −35.0~%  →      −30.0~%    +5.0 pp
    regime.xle-xlu  flips                          1  →            2         +1
  + warning too-good: lasso: an out-of-sample R² of 2.00~% is too good to be true; look for a leak before believing it.
";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_is_not_listed_is_not_passed_over() {
        let base = stored::site(&["a"]);
        let mut head = base.clone();
        if let Some(results) = head.get_mut("a") {
            results.models["lasso"].forecast.mae = Some(0.009);
        }
        let text = to_text(&super::super::compare(&base, &head));
        assert!(text.contains("~ a: Sector lags\n  only figures that are not listed"), "{text}");
    }
}
