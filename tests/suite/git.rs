//! Small repositories: what tests of comparisons commit, and how they change prices.

use std::fs;
use std::path::Path;
use std::process::Command as Process;

use super::support;

/// When everything is committed.
const TIME: &str = "2026-01-31T12:00:00Z";

/// Commits all files of a folder as a tag, in a repository that is made if there is none. Times are
/// fixed, so that hashes are.
pub(crate) fn committed(folder: &Path, tag: &str) {
    if !folder.join(".git").exists() {
        git(folder, &["init", "--quiet"]);
    }
    git(folder, &["add", "."]);
    git(folder, &["commit", "--quiet", "--allow-empty", "-m", tag]);
    git(folder, &["tag", tag]);
}

/// What git says in a folder.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Process::new("git");
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    let settings = ["user.name=Test", "user.email=test@example.org", "commit.gpgsign=false"];
    for setting in settings {
        command.args(["-c", setting]);
    }
    command.envs(["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(|name| (name, TIME)));
    let output = command.arg("-C").arg(folder).args(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Exit status, standard output, standard error; spaces between digits made plain.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let (status, out, err) = support::run(folder, arguments);
    (status, out.replace('\u{202f}', " "), err.replace('\u{202f}', " "))
}

/// Changes each price by its row from 0 and its ticker; the number of decimals stays.
pub(crate) fn revise(folder: &Path, change: impl Fn(usize, &str, f64) -> f64) {
    let path = folder.join("data/tiny/prices.csv");
    let text = fs::read_to_string(&path).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let tickers: Vec<&str> = header.split(',').skip(1).collect();
    let mut revised = format!("{header}\n");
    for (row, line) in rows.lines().enumerate() {
        let mut fields = line.split(',');
        revised.push_str(fields.next().unwrap());
        for (ticker, price) in tickers.iter().zip(fields) {
            revised += &format!(",{:.6}", change(row, ticker, price.parse().unwrap()));
        }
        revised.push('\n');
    }
    fs::write(path, revised).unwrap();
}

/// So many more trading days at the end, each 1 % higher, in the months after the last one.
pub(crate) fn append_days(folder: &Path, days: usize) {
    let path = folder.join("data/tiny/prices.csv");
    let mut text = fs::read_to_string(&path).unwrap();
    let last = text.lines().last().unwrap().to_owned();
    assert!(last.as_str() < "2003-01-01");
    let weekdays = (2..=31).filter(|day| (day + 1) % 7 < 5).take(days);
    for (number, day) in weekdays.enumerate() {
        text += &format!("2003-01-{day:02}");
        for price in last.split(',').skip(1) {
            let price = price.parse::<f64>().unwrap() * 1.01_f64.powi(number as i32 + 1);
            text += &format!(",{price:.6}");
        }
        text.push('\n');
    }
    fs::write(path, text).unwrap();
}
