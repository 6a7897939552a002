//! The patterns that texts must match.

use std::cell::RefCell;
use std::collections::BTreeMap;

use regex_lite::Regex;

/// Whether a text matches a pattern of a schema, which is compiled once a thread: compiling takes
/// longer than all else that is done with a text.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    thread_local! {
        static COMPILED: RefCell<BTreeMap<String, Option<Regex>>> =
            const { RefCell::new(BTreeMap::new()) };
    }
    COMPILED.with_borrow_mut(|compiled| {
        if !compiled.contains_key(pattern) {
            compiled.insert(pattern.to_owned(), Regex::new(pattern).ok());
        }
        let known = compiled.get(pattern).and_then(Option::as_ref);
        known.is_some_and(|known| known.is_match(text))
    })
}
