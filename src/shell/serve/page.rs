//! Pages as the server hands them out: with the script that loads them again. The files are as they
//! were built.

/// Where what is not of the site is served.
pub(super) const OWN: &str = "/__live/";

/// The script that pages get, and the worker by which all of them share one connection: a browser
/// has six to a server. A worker has the policy of its own response, so pages keep theirs.
pub(super) const SCRIPTS: [(&str, &str); 2] =
    [("reload.js", include_str!("reload.js")), ("worker.js", include_str!("worker.js"))];

/// The page of a server that has no site yet.
const NONE_YET: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<title>No site yet</title>
</head>
<body>
<h1>There is no site yet</h1>
<p>It shows here as soon as it is built.</p>
</body>
</html>
";

/// The page of a server that has no site yet.
pub(super) fn none_yet(version: u64) -> Vec<u8> {
    with_script(NONE_YET.as_bytes().to_vec(), version)
}

/// A page with the script, which knows the version of the site that the page is of.
pub(super) fn with_script(page: Vec<u8>, version: u64) -> Vec<u8> {
    let text = match String::from_utf8(page) {
        Ok(text) => text,
        Err(other) => return other.into_bytes(),
    };
    let script = format!("<script src=\"{OWN}reload.js?{version}\"></script>\n");
    let mut text = with_own_scripts_allowed(text);
    let at = text.rfind("</body>").unwrap_or(text.len());
    text.insert_str(at, &script);
    text.into_bytes()
}

/// Allows a page whose policy lets nothing run, as that of `404.html`, the server's own script.
fn with_own_scripts_allowed(mut page: String) -> String {
    const POLICY: &str = "http-equiv=\"Content-Security-Policy\" content=\"";
    if let Some(start) = page.find(POLICY).map(|at| at + POLICY.len())
        && let Some(length) = page[start..].find('"')
        && !page[start..start + length].contains("script-src")
    {
        page.insert_str(start, "script-src 'self'; ");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(page: &str) -> String {
        String::from_utf8(with_script(page.as_bytes().to_vec(), 7)).unwrap()
    }

    #[test]
    fn a_page_gets_the_script_at_its_end() {
        let page = given("<body><p>a</p><pre>&lt;/body></pre></body>\n</html>\n");
        let end = "</pre><script src=\"/__live/reload.js?7\"></script>\n</body>\n</html>\n";
        assert!(page.ends_with(end), "{page}");
        assert_eq!(given("<p>a"), "<p>a<script src=\"/__live/reload.js?7\"></script>\n");
        assert_eq!(with_script(vec![0xff, 0xfe], 7), [0xff, 0xfe]);
    }

    #[test]
    fn a_policy_changes_only_where_it_lets_nothing_run() {
        let meta =
            |policy| format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
        let strict = given(&meta("default-src 'none'; style-src 'sha256-x'"));
        let policy = "content=\"script-src 'self'; default-src 'none'; style-src 'sha256-x'\"";
        assert!(strict.contains(policy), "{strict}");
        let page = meta("default-src 'none'; script-src 'self' 'sha256-y'");
        assert!(given(&page).starts_with(&page));
    }
}
