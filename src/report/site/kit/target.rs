//! Where links and images of an author's text may lead.

use crate::base::name::is_file_name;

/// Endings of the images that a page may show. SVG is none of them: opened by itself it may run
/// scripts.
pub(crate) const ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "avif"];

/// The scheme of an address, in small letters.
pub(crate) fn scheme(target: &str) -> Option<String> {
    let (scheme, _) = target.split_once(':')?;
    (!scheme.contains(['/', '?', '#'])).then(|| scheme.to_ascii_lowercase())
}

/// Whether a link may lead there: a relative address, or one of a harmless scheme.
pub(crate) fn is_harmless(target: &str) -> bool {
    scheme(target).is_none_or(|scheme| ["http", "https", "mailto"].contains(&&*scheme))
}

/// Whether an address is of this site: it names no scheme and no host.
pub(crate) fn is_of_site(target: &str) -> bool {
    scheme(target).is_none() && !target.starts_with("//") && !target.starts_with('\\')
}

/// Whether an address is that of an image beside the text.
pub(crate) fn is_image(target: &str) -> bool {
    let plain =
        |part: &str| is_file_name(part) && !part.contains(['?', '#', '%', '&', '"', '<', '>']);
    let ending = target.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    target.split('/').all(plain) && ending.is_some_and(|ending| ENDINGS.contains(&&*ending))
}

/// An address of this site with the page of a folder in place of the folder: without a server there
/// is nobody to find it.
pub(crate) fn page_link(target: &str) -> String {
    let end = target.find(['?', '#']).unwrap_or(target.len());
    let (path, rest) = target.split_at(end);
    if path.is_empty() || !is_of_site(target) {
        return target.to_owned();
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    match last {
        "" => format!("{path}index.html{rest}"),
        "." | ".." => format!("{path}/index.html{rest}"),
        last if !last.contains('.') => format!("{path}/index.html{rest}"),
        _ => target.to_owned(),
    }
}

/// The path from the root of the site to which an address leads from a page in a folder, which ends
/// in `/` or is empty; `None` where it leads out of the site.
pub(crate) fn resolved(folder: &str, target: &str) -> Option<String> {
    let path = &target[..target.find(['?', '#']).unwrap_or(target.len())];
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_the_page_in_it() {
        for (target, expected) in [
            ("../baseline/", "../baseline/index.html"),
            ("../baseline", "../baseline/index.html"),
            ("../baseline/#when", "../baseline/index.html#when"),
            ("..", "../index.html"),
            ("../methods/index.html#time", "../methods/index.html#time"),
            ("results.json", "results.json"),
            ("#when", "#when"),
            ("https://example.org/a/", "https://example.org/a/"),
            ("//example.org/a/", "//example.org/a/"),
        ] {
            assert_eq!(page_link(target), expected, "{target}");
        }
    }

    #[test]
    fn an_address_is_found_from_its_page_and_stays_within_the_site() {
        let resolved = |target| super::resolved("small/", target);
        assert_eq!(resolved("../baseline/index.html#x").as_deref(), Some("baseline/index.html"));
        assert_eq!(resolved("results.json").as_deref(), Some("small/results.json"));
        assert_eq!(resolved("./a//b").as_deref(), Some("small/a/b"));
        assert_eq!(resolved("../../x"), None);
    }

    #[test]
    fn an_image_is_a_plain_file_beside_the_text() {
        for good in ["a.png", "plots/a.b.JPG"] {
            assert!(is_image(good), "{good}");
        }
        for bad in ["../a.png", "/a.png", "a.svg", "https://x/a.png", "a.png?x", "a.png#x", "a", ""]
        {
            assert!(!is_image(bad), "{bad}");
        }
    }
}
