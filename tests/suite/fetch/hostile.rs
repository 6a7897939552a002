//! Servers that mean no good, or are broken: each answer is refused with words, in time, with no key
//! told to anybody else.

use std::io::Read as _;
use std::time::{Duration, Instant};

use super::providers::{Waits, client, crlf, declaration, download, fixture, told};
use super::server::{Reply, Seen, Server};

fn gzip(reader: impl std::io::Read) -> Vec<u8> {
    let mut encoder = flate2::read::GzEncoder::new(reader, flate2::Compression::best());
    let mut bytes = Vec::new();
    encoder.read_to_end(&mut bytes).unwrap();
    bytes
}

fn gzipped(body: Vec<u8>) -> Reply {
    Reply::Send(200, vec!["Content-Encoding: gzip".to_owned()], body)
}

/// An answer with no length, so that only the end of the line tells the end of the body.
fn unmeasured(body: &[u8]) -> Reply {
    Reply::Raw([b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", body].concat())
}

/// The prices, cut in the middle of a number, of a line, and before the end of the last line.
fn cuts() -> [Vec<u8>; 3] {
    let whole = crlf("stooq.csv");
    [6, 20, 2].map(|missing| whole.as_bytes()[..whole.len() - missing].to_vec())
}

#[test]
fn a_last_line_without_an_end_broke_off_however_the_answer_is_sent() {
    for cut in cuts() {
        let chunked = |end: &str| {
            let size = format!("{:x}\r\n", cut.len());
            let head =
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
            Reply::Raw([head, size.as_bytes(), &cut, b"\r\n", end.as_bytes()].concat())
        };
        let replies = [
            Reply::ok(cut.clone()),
            unmeasured(&cut),
            gzipped(gzip(&*cut)),
            chunked("0\r\n\r\n"),
            chunked(""),
            Reply::Truncated(cut.clone()),
            Reply::Send(206, Vec::new(), cut.clone()),
        ];
        for (case, reply) in replies.into_iter().enumerate() {
            let (_, requests, told) = told(move |_| reply.clone());
            assert_eq!(requests, 6, "{case}: asked for again: {told:?}");
            let words = ["5 times: the answer broke off", "5 times: only a part of an answer"];
            assert!(words.iter().any(|words| told[0].contains(words)), "{case}: {}", told[0]);
        }
    }
    // Without a length, an answer that is whole is taken.
    let (_, _, told) = told(|_| unmeasured(crlf("stooq.csv").as_bytes()));
    assert_eq!(told, ["9 rows", "9 rows"]);
}

#[test]
fn what_does_not_end_or_hides_its_size_is_given_up_in_time() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\n\r\n";
    const ZIPPED: &str = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
    let rows = b"2024-03-04,1,1,1,1,1\n".repeat(1 << 12);
    let zeros = gzip(std::io::repeat(0).take(200 << 20));
    let cases = [
        ("endless", Reply::Endless(HEAD, rows, Duration::ZERO)),
        ("dripping", Reply::Endless(HEAD, b"2".to_vec(), Duration::from_millis(20))),
        (
            "no end of the head",
            Reply::Endless("HTTP/1.1 200 OK\r\nA: ", b"a".repeat(1 << 16), Duration::ZERO),
        ),
        ("a bomb", gzipped(zeros.clone())),
        ("bomb after bomb", Reply::Endless(ZIPPED, zeros, Duration::ZERO)),
    ];
    for (name, reply) in cases {
        let start = Instant::now();
        let (_, _, told) = told(move |_| reply.clone());
        let words = ["more than 64 MiB", "no answer within 0.4 s", "no connection"];
        assert!(words.iter().any(|words| told[0].contains(words)), "{name}: {}", told[0]);
        assert!(start.elapsed() < Duration::from_secs(60), "{name}: {:?}", start.elapsed());
    }
}

#[test]
fn what_is_no_text_or_no_prices_is_told_and_not_asked_for_again() {
    let page = "<html>".repeat(1000);
    let typed = |kind: &str, body: &[u8]| {
        Reply::Send(200, vec![format!("Content-Type: {kind}")], body.to_vec())
    };
    let zeros = crlf("stooq.csv").replacen("62.69", "62.69\0", 1).into_bytes();
    let latin = [crlf("stooq.csv").as_bytes(), b"2024-03-15,1,1,1,1,caf\xe9\r\n"].concat();
    let utf16: Vec<u8> = crlf("stooq.csv").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases = [
        (Reply::ok(zeros), "the answer is not text"),
        (Reply::ok(latin), "the answer is not text"),
        (Reply::ok(utf16), "the answer is not text"),
        (Reply::ok(vec![0; 5000]), "the answer is not text"),
        (Reply::ok(gzip(crlf("stooq.csv").as_bytes())), "the answer is not text"),
        (typed("text/csv", page.as_bytes()), "a web page came instead of prices"),
        (typed("text/csv", b"{\"chart\": {}}\n"), "the answer is not as documented"),
        (typed("image/png", b"\x89PNG\r\n\x1a\n"), "the answer is not text"),
        (Reply::status(200, "Date,Close\n2024-03-04,\u{1b}[2J\n"), "`2024-03-04,\\u{1b}[2J`"),
    ];
    for (reply, expected) in cases {
        let (waits, requests, told) = told(move |_| reply.clone());
        assert_eq!((waits.len(), requests), (0, 2), "{told:?}");
        assert!(told[0].contains(expected), "no `{expected}` in {}", told[0]);
        assert!(!told[0].contains(['\0', '\u{1b}']), "{:?}", told[0]);
    }
    // What the header says does not matter where prices come.
    let (_, _, told) = told(move |_| typed("text/html", crlf("stooq.csv").as_bytes()));
    assert_eq!(told, ["9 rows", "9 rows"]);
    // A compressed answer that broke off is asked for again.
    let half = |_: &Seen| {
        let whole = gzip(crlf("stooq.csv").as_bytes());
        gzipped(whole[..whole.len() - 12].to_vec())
    };
    let (_, requests, told) = self::told(half);
    assert_eq!(requests, 6, "{told:?}");
    assert!(told[0].contains("5 times: the answer is compressed, and broke off"), "{}", told[0]);
}

#[test]
fn a_wait_is_bounded_and_a_date_counts_from_the_answer() {
    let cases = [
        (
            "Date: Fri, 15 Mar 2024 22:00:00 GMT",
            "Fri, 15 Mar 2024 22:00:40 GMT",
            vec![40],
            "9 rows",
        ),
        (
            "Date: Fri, 15 Mar 2024 22:00:00 GMT",
            "Fri, 15 Mar 2024 23:00:00 GMT",
            vec![],
            "in 3600 s: `enough`",
        ),
        ("X: ", "Tue, 31 Dec 2999 23:59:59 GMT", vec![], "in a day or later"),
        ("X: ", "99999999999999999999999999", vec![], "in a day or later"),
        // What is over or says nothing is no wait of its own.
        ("X: ", "Fri, 15 Mar 2024 22:00:40 GMT", vec![], "9 rows"),
        ("X: ", "-5", vec![], "9 rows"),
        ("X: ", "later, \u{7f}", vec![], "9 rows"),
    ];
    for (date, after, expected, words) in cases {
        let (waits, _, told) = told(move |seen| match seen.earlier {
            0 => {
                let headers = vec![date.to_owned(), format!("Retry-After: {after}")];
                Reply::Send(429, headers, b"enough".to_vec())
            }
            _ => Reply::ok(crlf("stooq.csv")),
        });
        assert_eq!(waits, expected, "{after}: {told:?}");
        assert!(told[0].contains(words), "{after}: {}", told[0]);
    }
}

#[test]
fn a_redirection_is_followed_with_bounds_and_no_key_goes_to_another_host() {
    fn to(place: &str) -> Reply {
        Reply::Send(302, vec![format!("Location: {place}")], b"moved".to_vec())
    }
    let other = Server::start(|_| Reply::ok(crlf("stooq.csv")));
    let home = other.home();
    let moved = |place: String| move |_: &Seen| to(&place);
    let refused = [
        (moved("/again".to_owned()), "one redirection after the other"),
        (moved(format!("{home}/q/d/l/?apikey=K3Y0%2FF%2BMINE")), "the key would go there"),
        (moved(format!("//{}/", home.replace("http://", ""))), "the key would go there"),
        (moved("file:///etc/passwd".to_owned()), "cannot be asked: `file:///etc/passwd`"),
        (moved("gopher://127.0.0.1/".to_owned()), "an address that cannot be asked"),
        (moved("http://[::".to_owned()), "an address that cannot be asked"),
    ];
    for (answer, expected) in refused {
        let (waits, _, told) = told(answer);
        assert!(waits.is_empty() && told[0].contains(expected), "{}", told[0]);
    }
    for (provider, field) in [("tiingo", "adjusted_close"), ("alpha_vantage", "adjusted_close")] {
        let server = Server::start(moved(format!("{home}/x")));
        let declaration = declaration(&server, provider, field, "total_return");
        let clock = Waits::default();
        let told = download(&mut client(&declaration, &clock), &declaration.tickers[0]);
        let told = told.unwrap_err().to_string();
        assert!(told.contains("the key would go there"), "{told}");
    }
    assert_eq!(other.count(), 0, "nobody else was asked");

    // On the same host, the key goes with it.
    let server = Server::start(|seen| match seen.place() {
        "/moved" => Reply::ok(fixture("tiingo.csv")),
        _ => to("/moved"),
    });
    let declared = declaration(&server, "tiingo", "adjusted_close", "total_return");
    let clock = Waits::default();
    assert!(download(&mut client(&declared, &clock), &declared.tickers[0]).is_ok());
    assert!(server.take_seen()[1].headers.contains("Token K3Y0/F+MINE"));
    // Where there is no key, another host may answer.
    let prices = Server::start(|_| Reply::ok(fixture("yahoo.json")));
    let home = prices.home();
    let server = Server::start(move |_| to(&format!("{home}/chart")));
    let declared = declaration(&server, "yahoo", "close", "split");
    let mut keyless = client(&declared, &clock);
    assert!(download(&mut keyless, &declared.tickers[0]).is_ok());
}

#[test]
fn json_that_is_cut_anywhere_is_no_price() {
    let whole = fixture("yahoo.json");
    let end = whole.trim_end().len();
    let server = Server::start(move |seen| {
        let cut = end - 1 - seen.earlier * 97;
        Reply::ok(&whole.as_bytes()[..cut])
    });
    let declared = declaration(&server, "yahoo", "close", "split");
    let clock = Waits::default();
    let mut client = client(&declared, &clock);
    for _ in 0..3 {
        let told = download(&mut client, &declared.tickers[0]).unwrap_err();
        assert!(told.message.contains("EOF while parsing"), "{told}");
    }
}
