//! The language of `where`: what holds for every member of a sweep.
//!
//! ```text
//! condition  = comparison { "or" comparison }
//! comparison = key ( "==" | "!=" | ">" | ">=" | "<" | "<=" ) ( key | value )
//! ```
//!
//! A key is one of the spec, dotted; a value is written as in the file. A comparison that is not
//! defined (a key that the member has not, the size of a word or a list) leaves no member out.

use std::cmp::Ordering;
use std::ops::Range;

use serde_json::Value;

use crate::base::diagnostic::did_you_mean;
use crate::base::yaml::flow;
use crate::engine::criteria::Mistake;

/// What holds: one of some comparisons.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    comparisons: Vec<Comparison>,
}

#[derive(Debug, Clone, PartialEq)]
struct Comparison {
    left: String,
    operator: Operator,
    right: Side,
}

#[derive(Debug, Clone, PartialEq)]
enum Side {
    Key(String),
    Value(Value),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Operator {
    Equal,
    NotEqual,
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// Those of two characters are looked for first.
const OPERATORS: [(&str, Operator); 6] = [
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    (">", Operator::Above),
    ("<", Operator::Below),
];

const KEY: &str = "a key of the spec as in `walk_forward.min_train`";

impl Condition {
    /// Reads a condition; `knows` says which keys there are, `keys` are those to hint at.
    ///
    /// # Errors
    /// The first mistake, with its characters.
    pub(super) fn read(
        text: &str,
        knows: &dyn Fn(&str) -> bool,
        keys: &[&str],
    ) -> Result<Self, Mistake> {
        let mut comparisons = Vec::new();
        let mut at = 0;
        for part in text.split(" or ") {
            comparisons.push(comparison(part, at, knows, keys)?);
            at += part.chars().count() + " or ".len();
        }
        Ok(Self { comparisons })
    }

    /// The keys that it names.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.comparisons.iter().flat_map(|comparison| {
            let right = match &comparison.right {
                Side::Key(key) => Some(key.as_str()),
                Side::Value(_) => None,
            };
            [comparison.left.as_str()].into_iter().chain(right)
        })
    }

    /// Whether it holds where keys have these values.
    pub(super) fn holds<'v>(&self, value: &dyn Fn(&str) -> Option<&'v Value>) -> bool {
        self.comparisons.iter().any(|comparison| {
            let left = value(&comparison.left);
            match &comparison.right {
                Side::Key(key) => holds(left, comparison.operator, value(key)),
                Side::Value(right) => holds(left, comparison.operator, Some(right)),
            }
        })
    }
}

fn holds(left: Option<&Value>, operator: Operator, right: Option<&Value>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return true };
    let order = match (left.as_f64(), right.as_f64(), left.as_str(), right.as_str()) {
        (Some(left), Some(right), ..) => left.partial_cmp(&right),
        (.., Some(left), Some(right)) => Some(left.cmp(right)),
        _ => None,
    };
    let is_equal = order.map_or(left == right, Ordering::is_eq);
    match operator {
        Operator::Equal => is_equal,
        Operator::NotEqual => !is_equal,
        Operator::Above => order.is_none_or(Ordering::is_gt),
        Operator::AtLeast => order.is_none_or(Ordering::is_ge),
        Operator::Below => order.is_none_or(Ordering::is_lt),
        Operator::AtMost => order.is_none_or(Ordering::is_le),
    }
}

/// A comparison whose first character is so far into the condition.
fn comparison(
    text: &str,
    first: usize,
    knows: &dyn Fn(&str) -> bool,
    keys: &[&str],
) -> Result<Comparison, Mistake> {
    let whole = first..first + text.chars().count().max(1);
    let found = text.char_indices().find(|(_, c)| "=!<>≥≤≠".contains(*c));
    let Some((byte, mark)) = found else {
        let mistake = Mistake::new(whole, "a condition without a comparison");
        return Err(mistake.expected("a key, one of ==, !=, >, <, >=, <=, and a key or a value"));
    };
    let (left, rest) = text.split_at(byte);
    let at = first + left.chars().count();
    let Some((word, operator)) = OPERATORS.into_iter().find(|(word, _)| rest.starts_with(word))
    else {
        let mistake = Mistake::new(at..at + 1, format!("an unexpected `{mark}`"));
        let mistake = mistake.expected("one of ==, !=, >, <, >=, <=");
        return Err(match mark {
            '=' => mistake.hint("write `==`"),
            '≥' => mistake.hint("write `>=`"),
            '≤' => mistake.hint("write `<=`"),
            '≠' => mistake.hint("write `!=`"),
            _ => mistake,
        });
    };
    let right = &rest[word.len()..];
    let left_at = span(left, first);
    let right_at = span(right, at + word.len());
    let (left, right) = (left.trim(), right.trim());
    if left.is_empty() || !knows(left) {
        return Err(unknown(left, left_at, keys));
    }
    if right.is_empty() {
        let mistake = Mistake::new(right_at, "the condition ends too early");
        return Err(mistake.expected("a value, or another key"));
    }
    if right.starts_with(['=', '<', '>']) {
        let mistake = Mistake::new(right_at.start..right_at.start + 1, "two operators");
        return Err(mistake.expected("one of ==, !=, >, <, >=, <="));
    }
    let right = if knows(right) {
        Side::Key(right.to_owned())
    } else if did_you_mean(right, keys.iter().copied()).is_some() && right.contains('.') {
        return Err(unknown(right, right_at, keys));
    } else {
        let value = flow(right).ok_or_else(|| {
            Mistake::new(right_at, format!("`{right}` is no value"))
                .expected("a value as the file writes it, or another key")
        })?;
        Side::Value(value)
    };
    Ok(Comparison { left: left.to_owned(), operator, right })
}

fn unknown(key: &str, at: Range<usize>, keys: &[&str]) -> Mistake {
    let mistake = Mistake::new(at, format!("no key `{key}`")).expected(KEY);
    match did_you_mean(key, keys.iter().copied()) {
        Some(meant) => mistake.hint(format!("did you mean `{meant}`?")),
        None => mistake,
    }
}

/// The characters of a text without the blanks around it, `first` the place of its first.
fn span(text: &str, first: usize) -> Range<usize> {
    let blanks = text.chars().take_while(|c| c.is_whitespace()).count();
    let count = text.trim().chars().count();
    first + blanks..first + blanks + count.max(1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KEYS: [&str; 3] = ["walk_forward.min_train", "walk_forward.window", "data.lags"];

    fn read(text: &str) -> Result<Condition, Mistake> {
        Condition::read(text, &|key| KEYS.contains(&key), &KEYS)
    }

    #[test]
    fn a_condition_holds_as_it_reads() {
        let spec =
            json!({"walk_forward.min_train": 750, "walk_forward.window": 500, "data.lags": [1, 5]});
        let words = json!({"walk_forward.window": "expanding"});
        for (text, by_number, by_word) in [
            ("walk_forward.min_train >= 750", true, true),
            ("walk_forward.min_train > 750", false, true),
            ("walk_forward.min_train <= 749.5", false, true),
            ("walk_forward.window < walk_forward.min_train", true, true),
            ("walk_forward.window > 600", false, true),
            ("walk_forward.window == expanding", false, true),
            ("walk_forward.window != expanding", true, false),
            ("data.lags == [1, 5]", true, true),
            ("data.lags==[1]", false, true),
            ("data.lags != [1] or walk_forward.window > 900", true, true),
            ("data.lags == [1] or walk_forward.window == 500", true, true),
            ("walk_forward.window == 400 or walk_forward.window == 500", true, false),
        ] {
            let condition = read(text).unwrap();
            let holds = |of: &Value| condition.holds(&|key| of.get(key));
            assert_eq!((holds(&spec), holds(&words)), (by_number, by_word), "{text}");
        }
    }

    #[test]
    fn a_mistake_has_its_characters() {
        for (text, at, message) in [
            ("", 0..1, "a condition without a comparison"),
            ("walk_forward.min_train", 0..22, "a condition without a comparison"),
            ("walk_forward.min_trian > 3", 0..22, "no key `walk_forward.min_trian`"),
            ("walk_forward.min_train = 3", 23..24, "an unexpected `=`"),
            ("walk_forward.min_train >", 24..25, "the condition ends too early"),
            ("walk_forward.min_train > > 3", 25..26, "two operators"),
            ("data.lags != [1] or 3 < walk_forward.window", 20..21, "no key `3`"),
            (
                "walk_forward.window < walk_forward.min_trian",
                22..44,
                "no key `walk_forward.min_trian`",
            ),
            ("data.lags == [1", 13..15, "`[1` is no value"),
        ] {
            let mistake = read(text).unwrap_err();
            assert_eq!((mistake.at, mistake.message.as_str()), (at, message), "{text}");
        }
        assert_eq!(read("data.lag == 3").unwrap_err().hint, "did you mean `data.lags`?");
    }
}
