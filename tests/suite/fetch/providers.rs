//! The library against each provider's documented answers, and against every fault.

use std::cell::RefCell;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use dfa_report::base::diagnostic::Problem;
use dfa_report::prices::data::{Declaration, Description, Symbol};
use dfa_report::shell::network::Client;

use super::server::{Reply, Seen, Server};

/// A key that needs encoding in an address.
pub(super) const KEY: &str = "K3Y0/F+MINE";

/// Writes down the waits and does not wait.
#[derive(Default)]
pub(super) struct Waits(RefCell<Vec<Duration>>);

impl Waits {
    /// In seconds, those between polite requests left out.
    fn long(&self) -> Vec<u64> {
        let waits = self.0.borrow();
        let pace = waits.iter().min().copied().unwrap_or_default();
        waits.iter().filter(|wait| **wait != pace).map(Duration::as_secs).collect()
    }
}

pub(super) fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fetch");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// A provider's answer with the line ends that it uses.
pub(super) fn crlf(name: &str) -> String {
    fixture(name).replace('\n', "\r\n")
}

pub(super) fn declaration(
    server: &Server,
    provider: &str,
    field: &str,
    adjustment: &str,
) -> Declaration {
    let text = format!(
        "provider: {provider}\nbase_url: {}\ntickers: {{XLQ: ^XLQ.US, XLR: xlr.us}}\n\
         field: {field}\nadjustment: {adjustment}\nstart: 2024-03-01\n",
        server.home()
    );
    Description::parse("source.yaml", &text).unwrap().declaration.unwrap()
}

pub(super) fn client<'a>(declaration: &Declaration, clock: &'a Waits) -> Client<'a> {
    // A Friday, an hour and a half after New York closed.
    let now = "2024-03-15T21:30:00Z".parse().unwrap();
    let timeout = Duration::from_millis(400);
    let wait = |time| clock.0.borrow_mut().push(time);
    Client::new(declaration, Some(KEY.to_owned()), timeout, now, wait).unwrap()
}

/// Days and prices of a ticker as text, or the problem.
pub(super) fn download(client: &mut Client<'_>, symbol: &Symbol) -> Result<Vec<String>, Problem> {
    let quotes = client.download(symbol, jiff::civil::date(2024, 3, 1))?;
    Ok(quotes.quotes.iter().map(|quote| format!("{} {}", quote.day, quote.price)).collect())
}

/// What one provider is asked and what is read from its answer.
fn read(provider: &str, field: &str, adjustment: &str, body: String) -> (Seen, Vec<String>) {
    let server = Server::start(move |_| Reply::ok(body.clone()));
    let declaration = declaration(&server, provider, field, adjustment);
    let clock = Waits::default();
    let rows = download(&mut client(&declaration, &clock), &declaration.tickers[0]).unwrap();
    (server.take_seen().remove(0), rows)
}

/// The waits, the requests and what is told when Stooq answers so, to two tickers.
pub(super) fn told(
    answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
) -> (Vec<u64>, usize, [String; 2]) {
    let server = Server::start(answer);
    let declaration = declaration(&server, "stooq", "close", "total_return");
    let clock = Waits::default();
    let mut client = client(&declaration, &clock);
    let told = [0, 1].map(|i| match download(&mut client, &declaration.tickers[i]) {
        Ok(rows) => format!("{} rows", rows.len()),
        Err(problem) => problem.to_string(),
    });
    assert!(!told.concat().contains("MINE"), "a key is told: {told:?}");
    (clock.long(), server.count(), told)
}

#[test]
fn yahoo_is_asked_and_understood() {
    let (seen, rows) = read("yahoo", "adjusted_close", "total_return", fixture("yahoo.json"));
    assert_eq!(seen.place(), "/v8/finance/chart/%5EXLQ.US");
    let query = "?period1=1709164800&period2=1710547200&interval=1d&events=div%7Csplit";
    assert!(seen.path.ends_with(query), "{}", seen.path);
    assert!(seen.headers.to_lowercase().contains("dfa-report/"), "{}", seen.headers);
    assert_eq!(rows.len(), 9, "{rows:?}");
    assert_eq!(rows[0], "2024-03-04 60.82809829711914");
    // The day without trade is not there, the last session is over.
    assert!(rows[3].starts_with("2024-03-08") && rows[8] == "2024-03-15 62.79999923706055");
    let (_, closes) = read("yahoo", "close", "split", fixture("yahoo.json"));
    assert_eq!(closes[0], "2024-03-04 61.25");
}

#[test]
fn stooq_is_asked_and_understood() {
    let (seen, rows) = read("stooq", "close", "total_return", crlf("stooq.csv"));
    assert_eq!(seen.path, "/q/d/l/?s=%5Exlq.us&i=d&d1=20240301&d2=20240315&apikey=K3Y0%2FF%2BMINE");
    // The bar of the day that it still is in UTC is left out.
    assert_eq!((rows.len(), rows[8].as_str()), (9, "2024-03-14 62.69"));
}

#[test]
fn tiingo_is_asked_and_understood() {
    let (seen, rows) = read("tiingo", "adjusted_close", "total_return", fixture("tiingo.csv"));
    let query = "startDate=2024-03-01&endDate=2024-03-15&format=csv";
    assert_eq!(seen.path, format!("/tiingo/daily/%5EXLQ.US/prices?{query}"), "no key in it");
    assert!(seen.headers.contains("Token K3Y0/F+MINE"), "{}", seen.headers);
    assert_eq!(rows[0], "2024-03-04 60.82809904153354");
    let (_, closes) = read("tiingo", "close", "none", fixture("tiingo.csv"));
    assert_eq!(closes[0], "2024-03-04 61.25");
}

#[test]
fn alpha_vantage_is_asked_and_understood() {
    let body = crlf("alpha_vantage.csv");
    let (seen, rows) = read("alpha_vantage", "adjusted_close", "total_return", body);
    assert!(seen.path.starts_with("/query?function=TIME_SERIES_DAILY_ADJUSTED&symbol=%5EXLQ.US"));
    assert!(seen.path.ends_with("&outputsize=full&datatype=csv&apikey=K3Y0%2FF%2BMINE"));
    assert_eq!((rows.len(), rows[0].as_str()), (9, "2024-03-04 60.828099"));
}

#[test]
fn a_compressed_answer_is_understood() {
    let server = Server::start(|_| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(crlf("stooq.csv").as_bytes()).unwrap();
        let header = "Content-Encoding: gzip".to_owned();
        Reply::Send(200, vec![header], encoder.finish().unwrap())
    });
    let declaration = declaration(&server, "stooq", "close", "total_return");
    let clock = Waits::default();
    assert_eq!(
        download(&mut client(&declaration, &clock), &declaration.tickers[0]).unwrap().len(),
        9
    );
}

#[test]
fn who_asks_to_wait_is_waited_for() {
    let (waits, requests, told) = told(|seen| match seen.earlier {
        0 => Reply::Send(429, vec!["Retry-After: 7".into()], b"slow down".to_vec()),
        _ => Reply::ok(crlf("stooq.csv")),
    });
    assert_eq!((waits, requests), (vec![7], 3));
    assert_eq!(told, ["9 rows", "9 rows"]);
}

#[test]
fn who_asks_to_wait_for_an_hour_is_left_alone() {
    let (waits, requests, told) =
        told(|_| Reply::Send(429, vec!["Retry-After: 3600".into()], b"enough".to_vec()));
    assert_eq!((waits, requests), (vec![], 2));
    assert!(told[0].contains("stooq: XLQ (^XLQ.US): status 429") && told[0].contains("3600 s"));
}

#[test]
fn a_server_that_stumbles_is_asked_again() {
    let (waits, requests, told) = told(|seen| match seen.earlier {
        0..3 => Reply::status(500, "oops"),
        _ => Reply::ok(crlf("stooq.csv")),
    });
    // The polite pace is a second too, and is left out of these.
    assert_eq!((waits, requests), (vec![2, 4], 5));
    assert_eq!(told, ["9 rows", "9 rows"]);
}

#[test]
fn a_server_that_lies_down_is_given_up() {
    let (waits, requests, told) = told(|_| Reply::status(503, "<html>maintenance"));
    assert_eq!((waits, requests), (vec![2, 4, 8], 6), "five requests, then one a ticker");
    assert!(told[0].contains("stooq: XLQ (^XLQ.US), 5 times: status 503: `<html>maintenance`"));
    assert!(told[1].contains("stooq: XLR (xlr.us): status 503"), "{}", told[1]);
}

#[test]
fn an_answer_that_breaks_off_is_asked_for_again() {
    let (_, requests, told) = told(|seen| match seen.earlier {
        0 => Reply::Truncated(crlf("stooq.csv").into_bytes()[..300].to_vec()),
        // Closed without a length that could tell: in the middle of a line.
        1 => Reply::ok(&crlf("stooq.csv").as_bytes()[..300]),
        2 => Reply::ok(""),
        _ => Reply::ok(crlf("stooq.csv")),
    });
    assert_eq!(requests, 5);
    assert_eq!(told, ["9 rows", "9 rows"]);
    let (_, _, told) = self::told(|_| Reply::Truncated(b"Date,Open".to_vec()));
    assert!(told[0].contains("5 times: the answer broke off"), "{}", told[0]);
    let half = |_: &Seen| Reply::ok(&fixture("yahoo.json").as_bytes()[..900]);
    let server = Server::start(half);
    let declaration = declaration(&server, "yahoo", "close", "split");
    let clock = Waits::default();
    let problem = download(&mut client(&declaration, &clock), &declaration.tickers[0]).unwrap_err();
    assert_eq!(server.count(), 5);
    assert!(problem.message.contains("EOF while parsing"), "{problem}");
}

#[test]
fn a_slow_server_is_not_waited_for() {
    let (_, requests, told) = told(|seen| match seen.place() {
        _ if seen.earlier == 0 => Reply::Stall,
        _ => Reply::ok(crlf("stooq.csv")),
    });
    assert_eq!((requests, told), (3, ["9 rows".to_owned(), "9 rows".to_owned()]));
    let (_, requests, told) = self::told(|_| Reply::Stall);
    assert_eq!(requests, 6);
    assert!(told[0].contains("5 times: no answer within 0.4 s"), "{}", told[0]);
}

#[test]
fn nobody_at_home_is_told() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let text = format!(
        "provider: {{url: \"http://{free}/{{ticker}}.csv\"}}\ntickers: [XLQ]\nfield: close\n\
         adjustment: none\nstart: 2024-03-01\n"
    );
    let declaration = Description::parse("s", &text).unwrap().declaration.unwrap();
    let clock = Waits::default();
    let problem = download(&mut client(&declaration, &clock), &declaration.tickers[0]).unwrap_err();
    assert!(problem.message.contains("url: XLQ, 5 times: no connection"), "{problem}");
}

#[test]
fn what_is_not_prices_is_told_once_with_what_came() {
    /// What it is, what comes, what is told.
    type Case = (&'static str, fn() -> Reply, &'static str);
    let cases: [Case; 6] = [
        (
            "a page",
            || Reply::ok(fixture("consent.html")),
            "a web page came instead of prices: `<!DOCTYPE html> <html lang=\"en\"><head><title>Before",
        ),
        ("no rows", || Reply::ok("Date,Open,High,Low,Close,Volume\r\n"), "no rows"),
        (
            "other columns",
            || Reply::ok("Datum,Otwarcie,Zamkniecie\r\n2024-03-04,1,2\r\n"),
            "`Datum,Otwarcie,Zamkniecie`",
        ),
        (
            "a column gone",
            || Reply::ok("Date,Open,High,Low,Volume\n2024-03-04,1,2,1,5\n"),
            "no column of close prices",
        ),
        ("no such symbol", || Reply::ok("No data"), "write `SPY: spy.us`"),
        ("not found", || Reply::status(404, "gone"), "status 404, not found: `gone`"),
    ];
    for (name, reply, expected) in cases {
        let (waits, requests, told) = told(move |_| reply());
        assert_eq!((waits.len(), requests), (0, 2), "{name}: {told:?}");
        assert!(
            told[0].contains("stooq: XLQ (^XLQ.US): ") && told[0].contains(expected),
            "{}",
            told[0]
        );
    }
}

#[test]
fn a_limit_or_a_wrong_key_ends_the_run() {
    let cases = [
        ("stooq", "stooq_limit.txt", "go on tomorrow"),
        ("stooq", "stooq_no_key.txt", "set STOOQ_API_KEY"),
        ("tiingo", "tiingo_bad_token.json", "set TIINGO_API_KEY"),
        ("alpha_vantage", "alpha_vantage_limit.json", "detected your API key as [key] and our"),
    ];
    for (provider, answer, expected) in cases {
        let body = fixture(answer);
        let server = Server::start(move |_| Reply::ok(body.clone()));
        let field = if provider == "stooq" { "close" } else { "adjusted_close" };
        let declaration = declaration(&server, provider, field, "total_return");
        let clock = Waits::default();
        let mut client = client(&declaration, &clock);
        let told = download(&mut client, &declaration.tickers[0]).unwrap_err().to_string();
        assert!(told.contains(expected) && client.is_halted(), "{told}");
        assert!(!told.contains("MINE"), "a key is told: {told}");
    }
    // Shown only in part, a key would still be shown.
    let long = format!("Get your apikey: {}{KEY} is not one", "x".repeat(55));
    let (_, _, told) = told(move |_| Reply::ok(long.clone()));
    assert!(told[0].contains("[key]") && !told[0].contains("K3Y"), "{}", told[0]);
    let server = Server::start(|_| Reply::status(404, &fixture("yahoo_not_found.json")));
    let declaration = declaration(&server, "yahoo", "close", "split");
    let clock = Waits::default();
    let mut client = client(&declaration, &clock);
    let told = download(&mut client, &declaration.tickers[0]).unwrap_err().to_string();
    assert!(told.contains("symbol may be delisted") && !client.is_halted(), "{told}");
}
