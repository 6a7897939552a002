//! From a request to its response: who may ask, what for, and with which headers.

use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderName, HeaderValue, LOCATION,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;

use super::body::Body;
use super::live::{Live, Site};
use super::page::{OWN, SCRIPTS, none_yet, with_script};

const TEXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The page that a site has for what it does not have.
const NOT_FOUND: &str = "404.html";

/// Content types by the endings of files; what is packed stays packed.
const TYPES: [(&str, &str); 21] = [
    ("html", HTML),
    ("css", "text/css; charset=utf-8"),
    ("js", SCRIPT),
    ("json", "application/json"),
    ("csv", "text/csv; charset=utf-8"),
    ("txt", TEXT),
    ("md", TEXT),
    ("yaml", TEXT),
    ("xml", "application/xml"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("ico", "image/x-icon"),
    ("woff2", "font/woff2"),
    ("woff", "font/woff"),
    ("pdf", "application/pdf"),
    ("gz", "application/gzip"),
];

/// Answers a request to the server at a port.
pub(super) fn answer<B>(request: &Request<B>, port: u16, live: &Live) -> Response<Body> {
    if !is_for_us(request, port) {
        let text = format!("This preview is for its own machine: http://localhost:{port}/\n");
        return text_of(StatusCode::MISDIRECTED_REQUEST, &text);
    }
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let mut response = text_of(StatusCode::METHOD_NOT_ALLOWED, "There is only GET and HEAD.\n");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    match request.uri().path().strip_prefix(OWN) {
        Some("events") => {
            response(StatusCode::OK, "text/event-stream", Body::Events(live.listen()))
        }
        Some(own) => match SCRIPTS.iter().find(|(name, _)| *name == own) {
            Some((_, script)) => whole(StatusCode::OK, SCRIPT, script.as_bytes().to_vec()),
            None => text_of(StatusCode::NOT_FOUND, "There is no such file.\n"),
        },
        None => file(request, &live.site()),
    }
}

/// Whether the request names this machine. A page of others may have a name of its own lead here
/// (DNS rebinding) and would then read what is served.
fn is_for_us<B>(request: &Request<B>, port: u16) -> bool {
    let is_ours = |host: &str| {
        ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| {
            host.eq_ignore_ascii_case(&format!("{name}:{port}"))
                || port == 80 && host.eq_ignore_ascii_case(name)
        })
    };
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    host.to_str().is_ok_and(is_ours)
        && request.uri().authority().is_none_or(|authority| is_ours(authority.as_str()))
}

/// A file of the site, the page of a folder, or the page for what is not there.
fn file<B>(request: &Request<B>, site: &Site) -> Response<Body> {
    let Some(files) = &site.files else {
        return whole(StatusCode::SERVICE_UNAVAILABLE, HTML, none_yet(site.version));
    };
    let asked = request.uri().path();
    let path = percent_decode_str(asked.strip_prefix('/').unwrap_or(asked)).decode_utf8_lossy();
    let path = path.into_owned();
    let is_folder = path.is_empty() || path.ends_with('/');
    let page = if is_folder { format!("{path}index.html") } else { path };
    let sent = |status, name: &str, bytes| match type_of(name) {
        HTML => whole(status, HTML, with_script(bytes, site.version)),
        other => whole(status, other, bytes),
    };
    match files.bytes(&page) {
        Ok(Some(bytes)) => sent(StatusCode::OK, &page, bytes),
        Ok(None) if files.lists(&format!("{page}/index.html")) => moved(request),
        Ok(None) => match files.bytes(NOT_FOUND) {
            Ok(Some(bytes)) => sent(StatusCode::NOT_FOUND, NOT_FOUND, bytes),
            _ => text_of(StatusCode::NOT_FOUND, "There is no such page.\n"),
        },
        Err(error) => text_of(StatusCode::INTERNAL_SERVER_ERROR, &format!("{error}\n")),
    }
}

/// To the folder, with the slash by which its links lead further.
fn moved<B>(request: &Request<B>) -> Response<Body> {
    let uri = request.uri();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = text_of(StatusCode::TEMPORARY_REDIRECT, "It is a folder.\n");
    if let Ok(to) = HeaderValue::from_str(&format!("{}/{query}", uri.path())) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

fn type_of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let known = TYPES.iter().find(|(known, _)| *known == ending);
    known.map_or("application/octet-stream", |(_, kind)| kind)
}

fn text_of(status: StatusCode, text: &str) -> Response<Body> {
    whole(status, TEXT, text.as_bytes().to_vec())
}

fn whole(status: StatusCode, kind: &'static str, bytes: Vec<u8>) -> Response<Body> {
    response(status, kind, Body::Whole(Some(bytes.into())))
}

/// A response that nobody keeps and no page of others may use.
fn response(status: StatusCode, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let same_origin = HeaderName::from_static("cross-origin-resource-policy");
    for (name, value) in [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (same_origin, "same-origin"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_this_machine_are_answered() {
        let is_answered = |uri: &str, hosts: &[&str]| {
            let mut request = Request::builder().uri(uri);
            for host in hosts {
                request = request.header(HOST, *host);
            }
            is_for_us(&request.body(()).unwrap(), 3210)
        };
        for ours in ["localhost:3210", "LOCALHOST:3210", "127.0.0.1:3210", "[::1]:3210"] {
            assert!(is_answered("/", &[ours]), "{ours}");
        }
        for other in [
            "localhost",
            "localhost:3211",
            "localhost.:3210",
            "localhost:3210.example.org",
            "example.org:3210",
            "127.0.0.2:3210",
            "0.0.0.0:3210",
            "::1:3210",
            "",
        ] {
            assert!(!is_answered("/", &[other]), "{other}");
        }
        assert!(!is_answered("/", &[]));
        assert!(!is_answered("/", &["localhost:3210", "localhost:3210"]));
        assert!(!is_answered("http://example.org/", &["localhost:3210"]));
        assert!(is_answered("http://localhost:3210/", &["localhost:3210"]));
    }

    #[test]
    fn the_last_ending_says_what_a_file_is() {
        for (path, kind) in [
            ("index.html", HTML),
            ("a/forecasts.csv", "text/csv; charset=utf-8"),
            ("a/forecasts.csv.gz", "application/gzip"),
            ("a.html/x", "application/octet-stream"),
            (".nojekyll", "application/octet-stream"),
        ] {
            assert_eq!(type_of(path), kind, "{path}");
        }
    }
}
