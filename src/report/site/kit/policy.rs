//! What a page may load and run: its Content-Security-Policy.
//!
//! Nothing, but for the site's own files, the one script that the head has inline, the faces in
//! the style sheets and the icon, which is in the page itself. A script or style that got into a text would not run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};

/// The policy of a page with `script` inline and the site's files beside it, among them the page
/// that a search leads to.
pub(crate) fn of_pages(script: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' {}; style-src 'self'; img-src 'self' data:; \
         font-src data:; base-uri 'none'; form-action 'self'",
        source(script)
    )
}

/// The policy of a page that has nothing but `style` inline.
pub(crate) fn of_style(style: &str) -> String {
    format!("default-src 'none'; style-src {}; base-uri 'none'; form-action 'none'", source(style))
}

/// An inline text as a policy names it. A browser hashes what its parser makes of the page, with
/// line feeds alone.
fn source(text: &str) -> String {
    let hash = digest(&SHA256, text.replace("\r\n", "\n").as_bytes());
    format!("'sha256-{}'", STANDARD.encode(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_named_by_its_hash() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(source("abc"), "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
        assert_eq!(source("a\r\nb"), source("a\nb"));
    }
}
