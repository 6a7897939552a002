//! A check that a chart is well-formed XML, for the tests.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use roxmltree::Document;

/// Panics where it is not XML, an id repeats or a number that is none was written.
pub(super) fn assert_well_formed(svg: &str) {
    let document = Document::parse(svg).unwrap();
    assert!(document.root_element().has_tag_name(("http://www.w3.org/2000/svg", "svg")));
    let mut ids: Vec<&str> = document.descendants().filter_map(|n| n.attribute("id")).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "ids are unique");
    for node in document.descendants() {
        let values = node.attributes().map(|attribute| attribute.value());
        for text in values.chain(node.text()) {
            for wrong in ["NaN", "inf", "undefined"] {
                assert!(
                    !text.split(' ').any(|word| word.contains(wrong)),
                    "{wrong} in {text:.200}"
                );
            }
        }
    }
}
