//! Files that nobody's prices are in: each is refused with words, before it takes the memory or the
//! time of the machine.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use dfa_report::prices::import::{self, Options};
use flate2::Compression;
use flate2::read::GzEncoder;

use crate::support::{program, run};

/// Exit status and standard error of an import that must not hang.
fn refused(folder: &Path, path: &str) -> (i32, String) {
    let mut command = program(folder, &["import", path, "--source", "mine"]);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let patience = Instant::now() + Duration::from_secs(30);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > patience {
            child.kill().unwrap();
            panic!("the import of {path} hangs");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_not_waited_for() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let made = std::process::Command::new("mkfifo").arg(at("pipe.csv")).status().unwrap();
    assert!(made.success());
    symlink(at("pipe.csv"), at("to_pipe.csv")).unwrap();
    symlink(at("loop.csv"), at("loop.csv")).unwrap();
    symlink(at("none.csv"), at("dangling.csv")).unwrap();
    fs::create_dir(at("empty")).unwrap();
    fs::create_dir(at("circle")).unwrap();
    symlink(at("circle"), at("circle/SPY.csv")).unwrap();
    let listener = std::os::unix::net::UnixListener::bind(at("socket.csv")).unwrap();
    for (path, words) in [
        ("pipe.csv", "leads to a pipe or a device"),
        ("to_pipe.csv", "leads to a pipe or a device"),
        ("socket.csv", "leads to a pipe or a device"),
        ("/dev/zero", "leads to a pipe or a device"),
        ("/dev/null", "leads to a pipe or a device"),
        ("loop.csv", "the file cannot be read"),
        ("dangling.csv", "the file cannot be read"),
        ("empty", "the folder has no price files"),
        ("circle", "circle/SPY.csv"),
    ] {
        let (status, err) = refused(dir.path(), path);
        assert!(status == 2 && err.contains(words), "{path}: {status} {err}");
    }
    drop(listener);
    assert!(!at("data").exists());
}

#[test]
fn what_is_larger_than_prices_are_is_refused_before_it_is_read() {
    let dir = tempfile::tempdir().unwrap();
    // A terabyte of nothing, that takes no room.
    let made = std::process::Command::new("truncate")
        .args(["--size", "1T"])
        .arg(dir.path().join("SPY.csv"))
        .status()
        .unwrap();
    assert!(made.success());
    let mut bomb = Vec::new();
    let zeros = std::io::repeat(b'1').take(300 << 20);
    GzEncoder::new(zeros, Compression::best()).read_to_end(&mut bomb).unwrap();
    fs::write(dir.path().join("XLE.csv.gz"), bomb).unwrap();
    for (path, words) in [
        ("SPY.csv", "= expected 256 MiB at most"),
        ("XLE.csv.gz", "the gzip file holds more than 256 MiB"),
    ] {
        let (status, err) = refused(dir.path(), path);
        assert!(status == 2 && err.contains(words) && err.contains(path), "{err}");
    }
    let (_, help, _) = run(dir.path(), &["import", "--help"]);
    let help = help.replace('\u{202f}', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["256 MiB unpacked", "lines of 1 MiB", "10 000 columns", "1 GiB", "Pipes"] {
        assert!(help.contains(words), "no `{words}` in {help}");
    }

    let row =
        |columns: usize, cell: &str| format!("2020-01-02{}\n", format!(",{cell}").repeat(columns));
    let rows =
        |count: usize, row: &dyn Fn(usize) -> String| (0..count).map(row).collect::<String>();
    let header = |columns: usize| {
        let names: Vec<String> = (0..columns).map(|i| format!("T{i}")).collect();
        format!("date,{}\n", names.join(","))
    };
    let long = |tickers: usize| {
        let start = jiff::civil::date(1990, 1, 1);
        let row = |i: usize| {
            let day = start.checked_add(jiff::Span::new().days(i as i64)).unwrap();
            format!("{day},T{i},12.34\n")
        };
        format!("date,ticker,close\n{}", rows(tickers, &row))
    };
    let cases = [
        (
            "a line's hint",
            format!("date,SPY\n2020-01-02,{}\n", "1".repeat(1 << 20)),
            "is a line end missing",
        ),
        ("a line", format!("date,SPY\n2020-01-02,{}\n", "1".repeat(1 << 20)), "line 2 is longer"),
        ("one line", "1,".repeat(1 << 22), "line 1 is longer"),
        ("columns", header(10_000) + &row(10_000, "1"), "10 000 columns or tickers at most"),
        ("lines", "a,b\n".repeat(5_000_001), "more than 5 000 000 lines"),
        ("cells", header(9_999) + &row(9_999, "").repeat(3_001), "30 000 000 cells at most"),
        ("tickers", long(10_001), "10 000 columns or tickers at most"),
        // Few rows, and a table of all tickers on all days.
        ("a table", long(9_000), "30 000 000 cells at most"),
    ];
    for (name, text, words) in cases {
        let start = Instant::now();
        let told = import::import(&[("a.csv".to_owned(), text.into_bytes())], &Options::default());
        let told = told.expect_err(name).to_string().replace('\u{202f}', " ");
        assert!(told.contains(words) && told.len() < 1000, "{name}: {told:.1000}");
        assert!(start.elapsed() < Duration::from_secs(30), "{name}: {:?}", start.elapsed());
    }
}
