//! A small check that a chart is well-formed XML, for the tests.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

/// Panics where tags do not nest, an attribute is not quoted or repeats, an id repeats, a bare `<`
/// or `&` stands in text, or a number that is none was written.
pub(super) fn assert_well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    let mut rest = svg.trim_end();
    assert!(rest.starts_with("<svg "), "{rest:.80}");
    while let Some(start) = rest.find('<') {
        check_text(&rest[..start]);
        assert!(start == 0 || !open.is_empty(), "text outside the root");
        let end = start + rest[start..].find('>').expect("an unclosed tag");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "tags cross");
            continue;
        }
        let (body, alone) = tag.strip_suffix('/').map_or((tag, false), |body| (body, true));
        let (name, attributes) = body.split_once(' ').unwrap_or((body, ""));
        let found = check_attributes(attributes);
        ids.extend(found.iter().filter(|(key, _)| *key == "id").map(|(_, value)| *value));
        if !alone {
            open.push(name);
        }
        assert!(!open.is_empty() || alone, "nothing is open");
    }
    assert!(open.is_empty() && rest.is_empty(), "left open: {open:?}, after the root: {rest}");
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "ids are unique");
}

fn check_attributes(mut rest: &str) -> Vec<(&str, &str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    while !rest.is_empty() {
        let (key, after) = rest.split_once("=\"").expect("a quoted attribute");
        let (value, after) = after.split_once('"').expect("a closing quote");
        assert!(found.iter().all(|(other, _)| *other != key), "{key} repeats");
        assert!(!key.contains(' ') && !value.contains('<'), "{key}={value}");
        check_text(value);
        found.push((key, value));
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    found
}

fn check_text(text: &str) {
    for reference in text.split('&').skip(1) {
        let name = reference.split(';').next().unwrap_or_default();
        assert!(matches!(name, "amp" | "lt" | "gt" | "quot" | "#39"), "a bare &: {text}");
    }
    for wrong in ["NaN", "inf", "undefined"] {
        assert!(!text.split(' ').any(|word| word.contains(wrong)), "{wrong} in {text:.200}");
    }
}
