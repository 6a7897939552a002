//! Bytes as text.

use crate::base::diagnostic::{Place, Problem};

/// Bytes of a line that a message may carry.
const MOST_SHOWN: usize = 1 << 16;

/// A file that must be UTF-8; `file` is its name in messages.
///
/// # Errors
/// The first byte that is not, with its line and column.
pub(crate) fn utf8<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Problem> {
    std::str::from_utf8(bytes).map_err(|error| {
        let (good, bad) = bytes.split_at(error.valid_up_to());
        let start = good.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let length = bad.iter().position(|&byte| byte == b'\n').unwrap_or(bad.len());
        let line = String::from_utf8_lossy(&bytes[start..good.len() + length]);
        let problem = Problem::new("the file is not UTF-8 text")
            .hint("save it again with the encoding UTF-8");
        // A file that is no text at all has no line worth showing.
        if bytes.contains(&0) || line.len() > MOST_SHOWN {
            return problem.at(Place::file(file));
        }
        let number = good.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let column = String::from_utf8_lossy(&good[start..]).chars().count() + 1;
        problem.at(Place::line(file, number, line.trim_end_matches('\r')).span(column, 1))
    })
}
