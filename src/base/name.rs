//! Names that a user chooses and that become those of files and folders.

use super::diagnostic::Problem;

/// Longest name, in bytes: with an ending and a folder it fits into every file system.
pub(crate) const LONGEST: usize = 64;

/// Whether a name is that of one folder or file on every system: not a path (`../elsewhere` would
/// lead out), not hidden, and no device of Windows.
pub(crate) fn is_file_name(name: &str) -> bool {
    let forbidden = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':');
    !name.is_empty()
        && name.len() <= 255
        && !name.starts_with('.')
        && !name.ends_with(['.', ' '])
        && !name.contains(forbidden)
        && !is_reserved(name)
}

/// Whether Windows takes a name for that of a device, whatever its letter case and ending: `con`,
/// `NUL.txt`, `com1`.
pub(crate) fn is_reserved(name: &str) -> bool {
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    let is_port = |rest: &str| {
        let mut chars = rest.chars();
        matches!((chars.next(), chars.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    };
    DEVICES.contains(&&*stem) || port.is_some_and(is_port)
}

/// Checks a name for something new: `what` it is to be the name of, with its article.
///
/// # Errors
/// What is wrong with the name.
pub(crate) fn check_new(name: &str, what: &str) -> Result<(), Problem> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if is_file_name(name) && name.len() <= LONGEST && name.chars().all(plain) {
        return Ok(());
    }
    let shown: String = name.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    let rest = if name.chars().count() > LONGEST { "..." } else { "" };
    let problem = Problem::new(format!("`{shown}{rest}` cannot be the name of {what}"));
    let problem = problem.expected(format!(
        "letters, digits, hyphens, underscores and points, {LONGEST} at most, no point at either end"
    ));
    Err(match is_reserved(name) {
        true => problem.hint("it is the name of a device on Windows"),
        false => problem,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_of_one_file_on_every_system() {
        let long = "x".repeat(256);
        let refused = [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "a\\b",
            "/etc",
            "C:x",
            ".hidden",
            "a\0",
            "a\nb",
            "x.",
            "x ",
            "con",
            "CON",
            "nul.csv",
            "aux.tar.gz",
            "com1",
            "LPT9.x",
            "com¹",
            "con .x",
            &long,
        ];
        for name in refused {
            assert!(!is_file_name(name) && check_new(name, "a source").is_err(), "{name:?}");
        }
        for name in ["sample", "S&P 500", "console", "com10", "comx", "lpt", "nul-1", "Übersee"] {
            assert!(is_file_name(name), "{name}");
        }
    }

    #[test]
    fn a_new_name_is_plain_and_short_and_shown_as_it_is() {
        for name in ["sample", "my_prices-2.v1", &"x".repeat(LONGEST)] {
            assert!(check_new(name, "a source").is_ok(), "{name}");
        }
        for (name, words) in [
            ("S&P 500", "`S&P 500` cannot be the name of a source"),
            ("a\u{1b}[2J", "`a\\u{1b}[2J` cannot be"),
            ("con", "a device on Windows"),
            (&"x".repeat(65), "64 at most"),
            (&"x".repeat(100_000), "xxx...`"),
        ] {
            let told = check_new(name, "a source").unwrap_err().to_string();
            assert!(told.contains(words) && told.len() < 400, "{told}");
        }
    }
}
