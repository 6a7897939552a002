//! What the command lines of several commands have in common.

use std::path::{Path, PathBuf};

use clap::Args;

use http::Uri;

use crate::base::diagnostic::{Problem, Problems};

/// The folder of specs unless another is named.
const EXPERIMENTS: &str = "experiments";

/// Where a repository keeps its inputs.
#[derive(Debug, Clone, Args)]
pub(crate) struct Folders {
    /// Folder of experiment specs.
    #[arg(long, value_name = "DIR", default_value = EXPERIMENTS)]
    pub(super) experiments: PathBuf,
    /// Folder of price sources; `data` by default. Where it has no folder `sample`, the built-in
    /// sample market is used.
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}

impl Default for Folders {
    fn default() -> Self {
        Self { experiments: EXPERIMENTS.into(), data: None }
    }
}

impl Folders {
    /// The folder of price sources.
    pub(super) fn data(&self) -> &Path {
        self.data.as_deref().unwrap_or(Path::new("data"))
    }
}

/// Reads a number of threads.
pub(super) fn jobs(text: &str) -> Result<usize, &'static str> {
    let number = text.parse().ok().filter(|number| (1..=256).contains(number));
    number.ok_or("expected a number from 1 to 256")
}

/// The public address of a site as its pages name it, given by --base-url.
///
/// # Errors
/// As [`checked_address`].
pub(crate) fn public_address(text: &str) -> Result<String, Problems> {
    checked_address(text).map_err(|problem| {
        let message = format!("--base-url {text}: {}", problem.message);
        Problem { message, ..problem }.into()
    })
}

/// An address, if pages can be reached by it.
///
/// # Errors
/// What is not an address of http or https, or has more than a host and a path: the paths of pages
/// are put behind it, and everyone can read it.
pub(super) fn checked_address(text: &str) -> Result<String, Problem> {
    let wrong = |why: &str, hint: &str| {
        let expected = "an address such as `https://example.org/reports`";
        Err(Problem::new(why).expected(expected).hint(hint))
    };
    if text.is_empty() {
        return wrong("the address is empty", "leave the option out if the site has no address");
    }
    // Told before the rest is read: what follows another scheme may be no address at all.
    let before =
        text.split_once(':').filter(|(_, rest)| !rest.starts_with(|c: char| c.is_ascii_digit()));
    if let Some((scheme, _)) = before
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-".contains(c))
        && !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str())
    {
        let hint = "pages are reached by http or https; leave it out if the site has no address";
        return wrong(&format!("the scheme is `{scheme}`"), hint);
    }
    let host = text.split("://").nth(1).unwrap_or_default().split('/').next().unwrap_or_default();
    if !host.is_ascii() {
        let hint = "other letters are written in Punycode, as in `https://xn--...`";
        return wrong(&format!("`{host}` is no host"), hint);
    }
    if text.contains(['?', '#']) {
        let hint = "leave out what begins with `?` or `#`: the paths of pages are put behind it";
        return wrong("the address has a query or a fragment", hint);
    }
    let uri = match text.parse::<Uri>() {
        Ok(uri) => uri,
        Err(error) => {
            let hint = "percent-encode what an address may not hold";
            return wrong(&format!("this is no address ({error})"), hint);
        }
    };
    let (Some(_), Some(authority)) = (uri.scheme(), uri.authority()) else {
        return wrong("the address has no scheme", "begin it with `https://`");
    };
    if authority.as_str().contains('@') {
        let hint = "leave out what is before the `@`: everyone can read it on the pages";
        return wrong("the address has a user or a password", hint);
    }
    let host = authority.host();
    let is_name = |c: char| c.is_ascii_alphanumeric() || ['.', '-'].contains(&c);
    let port = authority.port_u16().map_or_else(String::new, |port| format!(":{port}"));
    if host.is_empty() || !(host.starts_with('[') || host.chars().all(is_name)) {
        let hint = "a host is letters, digits, `.` and `-`; others are written in Punycode";
        return wrong(&format!("`{host}` is no host"), hint);
    }
    if format!("{host}{port}") != authority.as_str() {
        return wrong("the port is no port", "ports are numbers from 0 to 65535");
    }
    Ok(text.to_owned())
}

/// A problem for every id of an option such as `--only` that is not `known`.
pub(crate) fn unknown_ids(option: &str, ids: &[String], known: &[&str]) -> Problems {
    let mut problems = Problems::new();
    for id in ids.iter().filter(|id| !known.contains(&id.as_str())) {
        let message = format!("{option} {id}: there is no such experiment");
        problems.push(Problem::new(message).near(id, known.iter().copied()));
    }
    problems
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::public_address;

    #[test]
    fn a_public_address_is_of_http_or_https_and_has_a_host_and_a_path() {
        for good in [
            "https://example.org",
            "https://example.org/",
            "http://localhost:8000/reports/",
            "HTTPS://Example.ORG/a%20b/~c",
            "http://[::1]:80/x",
        ] {
            assert_eq!(public_address(good).unwrap(), good);
        }
        for (bad, why, hint) in [
            ("javascript:alert(1)", "the scheme is `javascript`", "http or https"),
            ("javascript://example.org/%0Aalert(1)", "`javascript`", "http or https"),
            ("data:text/html,x", "the scheme is `data`", "http or https"),
            ("file:///tmp/site", "the scheme is `file`", "http or https"),
            ("localhost:8000", "no scheme", "begin it"),
            ("example.org:x", "no scheme", "begin it"),
            ("ftp://example.org/", "`ftp`", "http or https"),
            ("example.org", "no scheme", "`https://`"),
            ("//example.org/x", "no scheme", "`https://`"),
            ("/reports", "no scheme", "begin it"),
            ("", "is empty", "leave the option out"),
            ("https://", "no address", "percent-encode"),
            ("https:///x", "no address", "percent-encode"),
            ("https://me:secret@example.org/", "a password", "before the `@`"),
            ("https://example.org/?q=1", "a query", "`?` or `#`"),
            ("https://example.org/#top", "a fragment", "`?` or `#`"),
            ("https://exa\"mple.org/", "no address", "percent-encode"),
            ("https://example.org/\"><script>alert(1)</script>", "no address", "percent-encode"),
            ("https://example.org/a b", "no address", "percent-encode"),
            ("https://ex'ample.org/", "no host", "Punycode"),
            ("https://example.org:99999/", "no port", "65535"),
            ("https://example.org:/", "no port", "65535"),
            ("https://\u{fc}ber.example/", "no host", "Punycode"),
        ] {
            let told = public_address(bad).unwrap_err().to_string();
            assert!(told.contains(why) && told.contains(hint), "{bad}: {told}");
        }
    }
}
