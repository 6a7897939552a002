//! The program: what it writes, what it refuses to overwrite, and what a killed run leaves.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::Market;
use super::server::{Reply, Server};
use crate::support::{first_years, names, program, run, write};

/// A repository with one source, `web`, of a server.
fn repository(server: &Server, tickers: &str, more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "title: Invented\nprovider: {{url: \"{}/{{ticker}}.csv?from={{start}}\"}}\n\
         tickers: [{tickers}]\nfield: close\nadjustment: total_return\nstart: 2024-01-01\n{more}",
        server.home()
    );
    write(folder.path(), "data/web/source.yaml", &text);
    folder
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

fn fetch(folder: &Path, options: &[&str]) -> (i32, String, String) {
    run(folder, &[&["fetch", "web"], options].concat())
}

/// The paths that were asked for.
fn asked(server: &Server) -> Vec<String> {
    server.take_seen().into_iter().map(|seen| seen.path).collect()
}

/// Prices and lock of the source.
fn stored(folder: &Path) -> [String; 2] {
    [read(folder, "data/web/prices.csv"), read(folder, "data/web/source.lock")]
}

/// What the folder of the source holds, by name.
fn files(folder: &Path) -> Vec<String> {
    names(&folder.join("data/web"))
}

#[test]
fn the_second_time_only_new_days_are_asked_for() {
    let market = Market::new(&["SPY", "XLE"], 60);
    let server = market.serve();
    let folder = repository(&server, "SPY, XLE", "");
    let (status, out, err) = fetch(folder.path(), &[]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("SPY  60 rows, 2024-01-01 to 2024-03-22, 60 added\n"), "{out}");
    assert!(out.ends_with("data/web/prices.csv: written, 60 days, 2024-01-01 to 2024-03-22\n"));
    assert_eq!(files(folder.path()), ["prices.csv", "source.lock", "source.yaml"]);
    let prices = read(folder.path(), "data/web/prices.csv");
    assert!(prices.starts_with("date,SPY,XLE\n2024-01-01,40.0000,41.2500\n"), "{prices}");
    let lock = read(folder.path(), "data/web/source.lock");
    let address = server.home().replace("http://", "");
    assert!(lock.contains(&format!("\"from\": \"{address}/SPY.csv\"")), "{lock}");
    assert_eq!(fetch(folder.path(), &["--check"]).0, 0);
    server.take_seen();

    let (status, out, _) = fetch(folder.path(), &[]);
    assert_eq!(status, 0);
    assert!(
        out.contains("60 rows, 2024-01-01 to 2024-03-22, 0 added") && out.contains("unchanged")
    );
    assert_eq!(asked(&server), ["/SPY.csv?from=2024-02-12", "/XLE.csv?from=2024-02-12"]);
    assert_eq!(read(folder.path(), "data/web/prices.csv"), prices);
    assert_eq!(read(folder.path(), "data/web/source.lock"), lock, "no day, no change of bytes");

    for ticker in ["SPY", "XLE"] {
        market.change(ticker, |rows| rows.push(("2024-03-25".into(), 44.5)));
    }
    let (_, out, _) = fetch(folder.path(), &[]);
    assert!(out.contains("61 rows, 2024-01-01 to 2024-03-25, 1 added"), "{out}");
    assert_eq!(read(folder.path(), "data/web/prices.csv"), prices + "2024-03-25,44.5000,44.5000\n");
}

#[test]
fn a_distribution_is_taken_over_and_a_correction_waits_for_consent() {
    let market = Market::new(&["SPY", "XLE"], 60);
    let server = market.serve();
    let folder = repository(&server, "SPY, XLE", "overlap: 10\n");
    assert_eq!(fetch(folder.path(), &[]).0, 0);
    market.change("XLE", |rows| rows.iter_mut().for_each(|row| row.1 *= 0.9931));
    let (status, out, err) = fetch(folder.path(), &[]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.contains("(distributions of 0.69 % of the price), no return changed"), "{out}");
    market.change("SPY", |rows| rows.iter_mut().for_each(|row| row.1 /= 2.0));
    let (status, out, _) = fetch(folder.path(), &[]);
    assert!(status == 0 && out.contains("(a split, 2 for 1), no return changed"), "{out}");

    let before = stored(folder.path());
    market.change("SPY", |rows| rows[55].1 = 30.0);
    server.take_seen();
    let (status, out, _) = fetch(folder.path(), &[]);
    assert_eq!(status, 1, "{out}");
    assert!(
        out.contains(
            "RESTATED, 1 day:\n       2024-03-18: price 20.2500, now 30.0000 (+48.1481 %)"
        ),
        "{out}"
    );
    assert!(out.contains("nothing was written; --accept"), "{out}");
    assert_eq!(stored(folder.path()), before);
    assert_eq!(server.take_seen().len(), 3, "the overlap of both, all of one");
    // What was shown is what is taken over: nobody is asked again.
    let (status, accepted, _) = fetch(folder.path(), &["--accept"]);
    assert_eq!((status, asked(&server)), (0, vec![]));
    assert!(accepted.contains("2024-03-18: price 20.2500, now 30.0000"), "{accepted}");
    assert!(read(folder.path(), "data/web/prices.csv").contains("2024-03-18,30.0000,"));
    assert_eq!(files(folder.path()), ["prices.csv", "source.lock", "source.yaml"]);
}

#[test]
fn a_hand_in_the_prices_is_found() {
    let market = Market::new(&["SPY"], 60);
    let server = market.serve();
    let folder = repository(&server, "SPY", "");
    let (status, _, err) = fetch(folder.path(), &["--check"]);
    assert!(status == 1 && err.contains("no prices that were fetched"), "{err}");
    assert_eq!(fetch(folder.path(), &[]).0, 0);
    let prices = read(folder.path(), "data/web/prices.csv");
    write(folder.path(), "data/web/prices.csv", prices.replacen("40.0000", "40.1000", 1));
    server.take_seen();
    let (status, _, err) = fetch(folder.path(), &["--check"]);
    assert_eq!((status, asked(&server)), (1, vec![]), "nobody is asked");
    assert!(err.contains("the prices of SPY are not those that were fetched"), "{err}");
    let (status, out, _) = fetch(folder.path(), &[]);
    assert!(status == 1 && out.contains("what was there is not what was fetched"), "{out}");
    assert_eq!(fetch(folder.path(), &["--accept"]).0, 0);
    assert_eq!(read(folder.path(), "data/web/prices.csv"), prices);
}

#[test]
fn every_failure_is_told_nothing_is_overwritten_and_what_came_is_kept() {
    let market = Market::new(&["SPY", "XLE"], 40);
    let server = market.serve();
    let folder = repository(&server, "SPY, BAD, XLE, WORSE", "");
    write(folder.path(), "data/web/prices.csv", "date,SPY\n2024-01-01,40.0000\n");
    let (status, out, err) = fetch(folder.path(), &[]);
    assert_eq!((status, out.as_str()), (2, ""), "{err}");
    for expected in
        ["url: BAD: status 404", "url: WORSE: status 404", "`no such fund`", "2 problems"]
    {
        assert!(err.contains(expected), "no `{expected}` in\n{err}");
    }
    assert_eq!(read(folder.path(), "data/web/prices.csv"), "date,SPY\n2024-01-01,40.0000\n");
    assert_eq!(server.take_seen().len(), 4, "all are tried");
    let more = Market::new(&["BAD", "WORSE"], 40);
    for ticker in ["BAD", "WORSE"] {
        let rows = more.0.lock().unwrap()[ticker].clone();
        market.0.lock().unwrap().insert(ticker.into(), rows);
    }
    let (status, _, err) = fetch(folder.path(), &[]);
    assert_eq!(status, 0, "{err}");
    assert_eq!(asked(&server), ["/BAD.csv?from=2024-01-01", "/WORSE.csv?from=2024-01-01"]);
}

#[test]
fn a_killed_run_leaves_the_old_file_and_goes_on_where_it_was() {
    let market = Market::new(&["SPY", "XLE", "XLU"], 60);
    let is_stalled = Arc::new(AtomicBool::new(false));
    let (prices, stalled) = (market.clone(), is_stalled.clone());
    let server = Server::start(move |seen| match seen.place() {
        "/XLE.csv" if stalled.load(Ordering::SeqCst) => Reply::Stall,
        _ => prices.answer(seen),
    });
    let folder = repository(&server, "SPY, XLE, XLU", "overlap: 10\n");
    assert_eq!(fetch(folder.path(), &[]).0, 0);
    let before = stored(folder.path());
    for ticker in ["SPY", "XLE", "XLU"] {
        market.change(ticker, |rows| rows.push(("2024-03-25".into(), 44.5)));
    }
    is_stalled.store(true, Ordering::SeqCst);
    server.take_seen();

    let mut killed = program(folder.path(), &["fetch", "web"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let patience = Instant::now() + Duration::from_secs(30);
    while server.count() < 2 {
        assert!(Instant::now() < patience, "the second ticker was never asked for");
        std::thread::sleep(Duration::from_millis(10));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(stored(folder.path()), before, "byte for byte");
    assert_eq!(asked(&server), ["/SPY.csv?from=2024-03-11", "/XLE.csv?from=2024-03-11"]);
    // What a run leaves that is killed while it writes.
    write(folder.path(), "data/web/.dfa-report-tmp-killed", "half");

    is_stalled.store(false, Ordering::SeqCst);
    let (status, out, err) = fetch(folder.path(), &[]);
    assert_eq!(status, 0, "{err}");
    assert_eq!(asked(&server), ["/XLE.csv?from=2024-03-11", "/XLU.csv?from=2024-03-11"]);
    assert!(out.contains("SPY  61 rows, 2024-01-01 to 2024-03-25, 1 added"), "{out}");
    assert_eq!(files(folder.path()), ["prices.csv", "source.lock", "source.yaml"]);
}

#[test]
fn of_two_fetches_of_one_source_the_second_is_refused_and_no_lock_outlives_its_run() {
    let market = Market::new(&["SPY"], 40);
    let is_stalled = Arc::new(AtomicBool::new(true));
    let (prices, stalled) = (market.clone(), is_stalled.clone());
    let server = Server::start(move |seen| match stalled.load(Ordering::SeqCst) {
        true => Reply::Stall,
        false => prices.answer(seen),
    });
    let folder = repository(&server, "SPY", "");
    let mut first = program(folder.path(), &["fetch", "web"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let patience = Instant::now() + Duration::from_secs(30);
    while server.count() < 1 {
        assert!(Instant::now() < patience, "nothing was asked for");
        std::thread::sleep(Duration::from_millis(10));
    }
    let (status, out, err) = fetch(folder.path(), &[]);
    assert_eq!((status, out.as_str(), server.count()), (2, "", 1), "nobody is asked: {err}");
    for words in ["another run (process ", "is fetching `web`", "wait for its end", "1 problem"] {
        assert!(err.contains(words), "no `{words}` in {err}");
    }
    let (status, _, err) = fetch(folder.path(), &["--check"]);
    assert!(status == 1 && err.contains("no prices that were fetched"), "it only looks: {err}");
    first.kill().unwrap();
    first.wait().unwrap();
    is_stalled.store(false, Ordering::SeqCst);
    let (status, _, err) = fetch(folder.path(), &[]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert_eq!(files(folder.path()), ["prices.csv", "source.lock", "source.yaml"]);
}

#[test]
fn parquet_is_written_continued_and_checked() {
    let market = Market::new(&["SPY", "XLE"], 60);
    let server = market.serve();
    let folder = repository(&server, "SPY, XLE", "format: parquet\n");
    assert_eq!(fetch(folder.path(), &[]).0, 0);
    assert_eq!(files(folder.path()), ["prices.parquet", "source.lock", "source.yaml"]);
    let bytes = fs::read(folder.path().join("data/web/prices.parquet")).unwrap();
    assert_eq!(fetch(folder.path(), &["--check"]).0, 0);
    server.take_seen();
    let (status, out, _) = fetch(folder.path(), &[]);
    assert!(status == 0 && out.contains("unchanged"), "{out}");
    assert_eq!(asked(&server).len(), 2);
    assert_eq!(fs::read(folder.path().join("data/web/prices.parquet")).unwrap(), bytes);
    // The other format takes the place of this one.
    let text = read(folder.path(), "data/web/source.yaml").replace("format: parquet\n", "");
    write(folder.path(), "data/web/source.yaml", &text);
    let (status, _, err) = fetch(folder.path(), &[]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert_eq!(files(folder.path()), ["prices.csv", "source.lock", "source.yaml"]);
}

#[test]
fn a_key_is_written_nowhere() {
    let server = Server::start(|seen| match seen.earlier {
        0 => Reply::ok("date,close,adjClose,volume\n2024-03-04,2,1.5,5\n2024-03-05,2,1.75,5\n"),
        _ => Reply::status(401, "{\"detail\":\"Invalid token S3CRETKEY.\"}"),
    });
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "provider: tiingo\nbase_url: {}\ntickers: [SPY]\nfield: adjusted_close\n\
         adjustment: total_return\nstart: 2024-01-01\n",
        server.home()
    );
    write(folder.path(), "data/web/source.yaml", &text);
    let (status, _, err) = fetch(folder.path(), &[]);
    assert!(status == 2 && err.contains("set TIINGO_API_KEY"), "{err}");
    for _ in 0..2 {
        let mut command = program(folder.path(), &["fetch", "web"]);
        let output = command.env("TIINGO_API_KEY", "S3CRETKEY").output().unwrap();
        let told = [output.stdout, output.stderr].concat();
        assert!(!String::from_utf8(told).unwrap().contains("S3CRETKEY"));
    }
    for file in walkdir::WalkDir::new(folder.path()).into_iter().map(Result::unwrap) {
        if file.file_type().is_file() {
            let text = fs::read_to_string(file.path()).unwrap();
            assert!(!text.contains("S3CRETKEY"), "{}", file.path().display());
        }
    }
    let seen = server.take_seen();
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(|seen| seen.headers.contains("Token S3CRETKEY")));
}

#[test]
fn a_spec_on_the_fetched_source_builds_with_no_other_change() {
    let lines: Vec<Vec<String>> =
        first_years().lines().map(|l| l.split(',').map(str::to_owned).collect()).collect();
    let tickers = ["SPY", "XLE", "XLU"];
    let columns = tickers.map(|t| lines[0].iter().position(|name| name == t).unwrap());
    let answers = lines.clone();
    let server = Server::start(move |seen| {
        let ticker = seen.place().trim_start_matches('/').trim_end_matches(".csv");
        let column = columns[tickers.iter().position(|known| *known == ticker).unwrap()];
        let row = |row: &Vec<String>| format!("{},{}\n", row[0], row[column]);
        Reply::ok("Date,Close\n".to_owned() + &answers[1..].iter().map(row).collect::<String>())
    });
    let folder = repository(&server, "SPY, XLE, XLU", "");
    let text = read(folder.path(), "data/web/source.yaml").replace("2024-01-01", "1990-01-01");
    write(folder.path(), "data/web/source.yaml", &text);
    let spec = "title: Small\ndata: {source: web, target: SPY, features: [XLE, XLU]}\n\
        walk_forward: {min_train: 300}\nmodels: [{kind: ridge, alphas: {count: 5}}]\n";
    write(folder.path(), "experiments/small.yaml", spec);
    let (status, _, err) = run(folder.path(), &["build"]);
    assert_eq!(status, 2);
    assert!(err.contains("small.yaml:2:") && err.contains("`dfa-report fetch web`"), "{err}");

    let (status, _, err) = fetch(folder.path(), &[]);
    assert_eq!(status, 0, "{err}");
    let fetched = read(folder.path(), "data/web/prices.csv");
    let cut = |row: &Vec<String>| {
        let cells = columns.map(|column| row[column].as_str());
        format!("{},{}\n", row[0], cells.join(","))
    };
    assert_eq!(fetched, lines.iter().map(cut).collect::<String>(), "to the last digit");
    let (status, _, err) = run(folder.path(), &["build"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(read(folder.path(), "site/small/index.html").contains("Small"));
}

#[test]
fn a_source_that_is_declared_and_not_fetched_disturbs_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    write(folder.path(), "data/sample/prices.csv", read(root, "data/sample/prices.csv"));
    for source in ["spdr", "countries", "treasuries"] {
        let file = format!("data/{source}/source.yaml");
        write(folder.path(), &file, read(root, &file));
    }
    let spec = "title: Small\ndata: {source: sample, target: SPY, features: [XLE, XLU]}\n";
    write(folder.path(), "experiments/small.yaml", spec);
    let (status, out, err) = run(folder.path(), &["check"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
}
