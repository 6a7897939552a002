//! Names that become columns of the series files: of models and of positions.

use super::super::reader::{Field, Reader};
use crate::base::diagnostic::Problem;

/// Columns of the series files that are no model's.
const RESERVED: [&str; 4] = ["date", "actual", "benchmark", "buy_and_hold"];

/// The names given so far, and who has them.
#[derive(Default)]
pub(crate) struct Names(Vec<String>);

impl Names {
    /// Takes a name: the one given, or the default of the item.
    pub(crate) fn take(
        &mut self,
        reader: &mut Reader<'_>,
        item: &Field<'_>,
        given: Option<&Field<'_>>,
        default: &str,
    ) -> String {
        let expected = "lower-case letters, digits, `_` and `-`";
        let name = match given {
            None => default.to_owned(),
            Some(field) => match reader.text(field, expected) {
                Some(name) => name,
                None => return default.to_owned(),
            },
        };
        let at = given.unwrap_or(item);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        if name.is_empty() || !name.chars().all(plain) {
            let hint = "names become columns of the series files";
            reader.report(at, reader.refusal(at).expected(expected).hint(hint));
        } else if RESERVED.contains(&name.as_str()) {
            let problem = Problem::new(format!("the name `{name}` is taken"))
                .hint("the series files have a column of that name");
            reader.report(at, problem);
        } else if self.0.contains(&name) {
            let hint = if given.is_some() { "choose another `name`" } else { "give one a `name`" };
            let problem = Problem::new(format!("two entries named `{name}`")).hint(hint);
            reader.report(at, problem);
        }
        self.0.push(name.clone());
        name
    }
}
