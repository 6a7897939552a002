//! One request over the network, and what came.

#![expect(clippy::disallowed_methods, reason = "a wait until a date counts from now")]

use std::io;
use std::time::Duration;

use jiff::Timestamp;
use ureq::http::{HeaderMap, Uri};

use crate::prices::fetch::{Failure, Request, excerpt};

/// Longest answer taken, unpacked, in bytes: a century of daily bars is a tenth of it.
const LONGEST: u64 = 64 << 20;

/// Redirections followed from one request.
const REDIRECTIONS: usize = 5;

/// What the program calls itself. Some providers turn away whatever does not begin like a browser,
/// so it comes in the form that crawlers use.
const USER_AGENT: &str =
    concat!("Mozilla/5.0 (compatible; dfa-report/", env!("CARGO_PKG_VERSION"), ")");

/// An answer, whatever its status.
pub(super) struct Answer {
    pub(super) status: u16,
    /// How long the header `Retry-After` asks to wait, if it does.
    pub(super) wait: Option<Duration>,
    pub(super) body: String,
    /// Whether the body is not UTF-8, or holds zeros: no text.
    pub(super) is_garbled: bool,
}

/// Keeps connections open from one request to the next, and gives up on a request after `timeout`,
/// from its start to the end of the answer.
pub(super) fn agent(timeout: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        // They are followed here, where it is known who may see a key.
        .max_redirects(0)
        .user_agent(USER_AGENT)
        .build()
        .into()
}

/// Sends a request and reads the whole answer, after a few redirections if need be: with
/// `is_secret`, when the request holds a key, only to where it was sent in the first place.
pub(super) fn get(
    agent: &ureq::Agent,
    request: &Request,
    is_secret: bool,
) -> Result<Answer, Failure> {
    let timeout = agent.config().timeouts().global.unwrap_or_default();
    let mut url = request.url.clone();
    for _ in 0..=REDIRECTIONS {
        let mut call = agent.get(&url);
        if let Some(value) = &request.authorization {
            call = call.header("Authorization", value);
        }
        let mut response = call.call().map_err(|error| failure(error, timeout, &url))?;
        let status = response.status().as_u16();
        if let Some(to) = header(response.headers(), "location").filter(|_| is_redirection(status))
        {
            url = redirected(&url, to, is_secret)?;
            continue;
        }
        let wait = header(response.headers(), "retry-after")
            .and_then(|value| wait(value, told_time(response.headers())));
        let body = response.body_mut().with_config().limit(LONGEST).read_to_vec();
        let body = body.map_err(|error| failure(error, timeout, &url))?;
        let (body, is_text) = match String::from_utf8(body) {
            Ok(text) => (text, true),
            Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), false),
        };
        return Ok(Answer { status, wait, is_garbled: !is_text || body.contains('\0'), body });
    }
    Err(Failure::ticker("one redirection after the other"))
}

fn is_redirection(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The address that a redirection leads to, from the address that was asked.
///
/// A key is part of an address or goes with it, so it is not carried to another host, nor from a
/// private line to an open one. Whoever the provider now calls itself can be declared.
fn redirected(from: &str, to: &str, is_secret: bool) -> Result<String, Failure> {
    let nowhere = || unasked("a redirection to an address", to);
    let base: Uri = from.parse().map_err(|_| nowhere())?;
    let (Some(scheme), Some(authority)) = (base.scheme_str(), base.authority()) else {
        return Err(nowhere());
    };
    let to = to.split('#').next().unwrap_or_default();
    let folder = base.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    let url = match to {
        _ if to.split(['/', '?']).next().is_some_and(|start| start.contains(':')) => to.to_owned(),
        _ if to.starts_with("//") => format!("{scheme}:{to}"),
        _ if to.starts_with('/') => format!("{scheme}://{authority}{to}"),
        _ if to.starts_with('?') => format!("{scheme}://{authority}{}{to}", base.path()),
        _ => format!("{scheme}://{authority}{folder}/{to}"),
    };
    let target: Uri = url.parse().map_err(|_| nowhere())?;
    let (Some("http" | "https"), Some(host)) = (target.scheme_str(), target.host()) else {
        return Err(nowhere());
    };
    if is_secret && target.authority() != Some(authority) {
        return Err(Failure::halt(format!(
            "a redirection to `{host}`, which was not followed: the key would go there"
        ))
        .hint("if that is the provider, say so by `base_url`"));
    }
    if is_secret && scheme == "https" && target.scheme_str() != Some("https") {
        return Err(Failure::halt("a redirection to an open line, which was not followed"));
    }
    Ok(url)
}

/// What time it was when the answer was made: by whoever sent it, else by this machine.
fn told_time(headers: &HeaderMap) -> Timestamp {
    header(headers, "date").and_then(date).unwrap_or_else(Timestamp::now)
}

fn date(value: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(value.trim()).ok().map(|time| time.timestamp())
}

/// The time that a header `Retry-After` asks for: seconds, or a date, which counts from `now`.
fn wait(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than fit are too many.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let seconds = date(value)?.as_second() - now.as_second();
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or_default()))
}

/// What cannot be asked, without what follows the path: a key may be there.
fn unasked(what: &str, url: &str) -> Failure {
    let place = url.split(['?', '#']).next().unwrap_or_default();
    Failure::halt(format!("{what} that cannot be asked: {}", excerpt(place)))
}

fn failure(error: ureq::Error, timeout: Duration, url: &str) -> Failure {
    let late = || Failure::passing(format!("no answer within {} s", timeout.as_secs_f64()));
    match error {
        ureq::Error::Timeout(_) => late(),
        ureq::Error::HostNotFound => Failure::passing("the host was not found")
            .hint("is the network up, and the address right?"),
        ureq::Error::BodyExceedsLimit(limit) => {
            Failure::ticker(format!("an answer of more than {} MiB", limit >> 20))
        }
        ureq::Error::Decompress(..) => {
            Failure::passing("the answer is compressed, and broke off or is damaged")
        }
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            unasked("an address", url).hint("is the address in source.yaml right?")
        }
        other => {
            let error = other.into_io();
            match error.kind() {
                io::ErrorKind::UnexpectedEof => Failure::passing("the answer broke off"),
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => late(),
                _ => Failure::passing(format!("no connection: {error}")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_seconds_or_as_a_date() {
        let now = "2024-03-08T21:30:00Z".parse().unwrap();
        for (value, expected) in [
            ("7", Some(7)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Fri, 08 Mar 2024 21:31:30 GMT", Some(90)),
            ("Fri, 08 Mar 2024 21:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(wait(value, now), expected.map(Duration::from_secs), "{value}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_asked_is_told_without_a_key() {
        let agent = agent(Duration::from_secs(1));
        for (url, shown) in [
            ("http://[::/x?apikey=K3Y", "`http://[::/x`"),
            ("https://h h/x?apikey=K3Y", "`https://h h/x`"),
        ] {
            let request = Request { url: url.to_owned(), authorization: None };
            let failure = get(&agent, &request, true).err().unwrap();
            assert!(failure.message.contains(shown), "{failure:?}");
            assert!(failure.message.contains("cannot be asked"), "{failure:?}");
            assert!(!format!("{failure:?}").contains("K3Y"), "{failure:?}");
        }
        let moved = redirected("https://h/a", "ftp://h:81/c?apikey=K3Y", false).unwrap_err();
        assert!(moved.message.ends_with("cannot be asked: `ftp://h:81/c`"), "{moved:?}");
    }

    #[test]
    fn a_date_counts_from_the_time_of_the_answer() {
        let headers =
            |date: &str| HeaderMap::from_iter([("date".parse().unwrap(), date.parse().unwrap())]);
        let told = told_time(&headers("Fri, 08 Mar 2024 21:30:00 GMT"));
        assert_eq!(told, "2024-03-08T21:30:00Z".parse().unwrap());
        for none in [HeaderMap::new(), headers("today")] {
            let age = Timestamp::now().duration_since(told_time(&none));
            assert!(age.as_secs() < 60, "by this machine's clock");
        }
    }

    #[test]
    fn a_redirection_leads_where_it_says_and_no_key_to_another_host() {
        let from = "https://h:81/a/b?apikey=K";
        for (to, open, secret) in [
            ("https://h:81/c", Ok("https://h:81/c"), Ok("https://h:81/c")),
            ("/c?x", Ok("https://h:81/c?x"), Ok("https://h:81/c?x")),
            ("c#top", Ok("https://h:81/a/c"), Ok("https://h:81/a/c")),
            ("?y", Ok("https://h:81/a/b?y"), Ok("https://h:81/a/b?y")),
            ("//other/c", Ok("https://other/c"), Err("to `other`")),
            ("https://h/c", Ok("https://h/c"), Err("to `h`")),
            ("https://h:81@other/c", Ok("https://h:81@other/c"), Err("to `other`")),
            ("https://other/?u=h:81", Ok("https://other/?u=h:81"), Err("to `other`")),
            ("http://h:81/c", Ok("http://h:81/c"), Err("an open line")),
            ("file:///etc/passwd", Err("cannot be asked"), Err("cannot be asked")),
            ("ftp://h:81/c", Err("cannot be asked"), Err("cannot be asked")),
            ("javascript:alert(1)", Err("cannot be asked"), Err("cannot be asked")),
            ("https://", Err("cannot be asked"), Err("cannot be asked")),
        ] {
            for (is_secret, expected) in [(false, open), (true, secret)] {
                match (redirected(from, to, is_secret), expected) {
                    (Ok(url), Ok(expected)) => assert_eq!(url, expected, "{to}"),
                    (Err(failure), Err(told)) => {
                        assert!(failure.message.contains(told), "{to}: {failure:?}");
                        assert!(!format!("{failure:?}").contains("K\""), "{failure:?}");
                    }
                    (came, expected) => panic!("{to}: {came:?}, not {expected:?}"),
                }
            }
        }
    }
}
