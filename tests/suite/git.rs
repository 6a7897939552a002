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

/// One more day at the end, 1 % higher.
pub(crate) fn append_a_day(folder: &Path) {
    let path = folder.join("data/tiny/prices.csv");
    let mut text = fs::read_to_string(&path).unwrap();
    let last = text.lines().last().unwrap().to_owned();
    let mut fields = last.split(',');
    let day = fields.next().unwrap();
    assert!(day < "2003-01-01");
    text.push_str("2003-01-02");
    for price in fields {
        text += &format!(",{:.6}", price.parse::<f64>().unwrap() * 1.01);
    }
    fs::write(path, text + "\n").unwrap();
}
