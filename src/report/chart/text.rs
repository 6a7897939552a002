//! Text in charts: its width without any font, and its escape into XML.

/// Width of a text in units, at a font size in units.
///
/// Widths of the characters are those of common sans-serif faces (Helvetica's, in thousandths of
/// an em, with room for wider ones): layout must not depend on the fonts of a machine.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let thousandths: u32 = text.chars().map(character_width).sum();
    f64::from(thousandths) * size / 1000.0 * WIDER
}

/// Room for faces wider than Helvetica, such as Verdana and its kin.
const WIDER: f64 = 1.15;

fn character_width(c: char) -> u32 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' => 230,
        'I' | 'f' | 't' | ' ' | '.' | ',' | ':' | ';' | '/' | '!' | '\u{a0}' | '[' | ']' => 280,
        '\u{202f}' | '\u{2009}' => 180,
        'r' | '(' | ')' | '-' | '`' => 333,
        '⁰' | '¹' | '²' | '³' | '⁴' | '⁵' | '⁶' | '⁷' | '⁸' | '⁹' | '⁻' => 350,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 500,
        'm' | 'M' | '%' | '…' => 860,
        'w' | 'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' => 690,
        'C' | 'D' | 'H' | 'N' | 'R' | 'U' | 'G' | 'O' | 'Q' => 760,
        'W' | '@' | '—' => 980,
        'F' | 'T' | 'Z' | 'L' | '+' | '−' | '<' | '>' | '=' | '×' => 600,
        c if c.is_ascii() => 560,
        // East Asian scripts and symbols are square.
        c if c as u32 >= 0x2e80 => 1000,
        _ => 580,
    }
}

/// The text, or its beginning and an ellipsis where it is wider than `room`.
pub(super) fn fitted(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let fits = |end: &usize| width(&format!("{}…", &text[..*end]), size) <= room;
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    format!("{}…", text[..ends.take_while(fits).last().unwrap_or(0)].trim_end())
}

/// One or two lines, broken at a space where one line is wider than `room`.
pub(super) fn wrapped(text: &str, size: f64, room: f64) -> Vec<String> {
    if width(text, size) <= room {
        return vec![text.to_owned()];
    }
    let longer = |(a, b): (&str, &str)| width(a, size).max(width(b, size));
    let halves = text
        .match_indices(' ')
        .map(|(at, _)| (&text[..at], &text[at + 1..]))
        .min_by(|&a, &b| longer(a).total_cmp(&longer(b)));
    match halves {
        Some((a, b)) => vec![a.to_owned(), b.to_owned()],
        None => vec![text.to_owned()],
    }
}

/// Escapes for element content and for attributes in double quotes; characters that XML 1.0 does
/// not allow at all become U+FFFD.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            c if (c as u32) < 0x20 || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}');
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_cannot_leave_its_text() {
        assert_eq!(escape(r#"<a b="c">&'"#), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;");
        assert_eq!(escape("a\u{0}b\nc"), "a\u{fffd}b c");
    }

    #[test]
    fn a_fitted_text_fits() {
        let text = "A very long label that has no room";
        let short = fitted(text, 12.0, 80.0);
        assert!(short.ends_with('…') && width(&short, 12.0) <= 80.0, "{short}");
        assert_eq!(fitted("short", 12.0, 80.0), "short");
    }

    #[test]
    fn a_long_label_breaks_in_balance() {
        assert_eq!(wrapped("Low volatility bear", 12.0, 80.0), ["Low volatility", "bear"]);
        assert_eq!(wrapped("Unbreakable", 12.0, 10.0), ["Unbreakable"]);
    }
}
