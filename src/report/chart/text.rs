//! Text in charts: its width without any font, and its escape into XML.

use super::gutters::LETTER;

/// Width of a text in pixels at the size of a chart's letters.
///
/// Widths of the characters are those of Source Sans 3, with a little room for the faces that
/// stand in for it: layout must not depend on the fonts of a machine.
pub(super) fn width(text: &str) -> f64 {
    let thousandths: u32 = text.chars().map(character_width).sum();
    f64::from(thousandths) * LETTER / 1000.0 * WIDER
}

/// Width of the label of a line, which is larger and stronger than other text.
pub(super) fn strong_width(text: &str) -> f64 {
    width(text) * STRONG
}

/// Room for other faces.
const WIDER: f64 = 1.04;

/// 13 pixels instead of 12, and the wider letters of the semibold.
pub(super) const STRONG: f64 = 13.0 / 12.0 * 1.03;

/// Advance widths of Source Sans 3 in thousandths of an em, figures tabular.
fn character_width(c: char) -> u32 {
    match c {
        ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' => 200,
        'i' | 'j' | 'l' | '|' | '\'' | '’' | ',' | '.' | ':' | ';' | 'I' => 250,
        'f' | '!' | '(' | ')' | '[' | ']' | '{' | '}' | '-' => 300,
        't' | 'r' | '/' | '\\' => 345,
        '⁰' | '¹' | '²' | '³' | '⁴' | '⁵' | '⁶' | '⁷' | '⁸' | '⁹' | '⁻' => 370,
        '*' | 's' | '?' | 'z' | '“' | '”' | '"' => 425,
        'x' | 'c' | 'v' | 'y' => 460,
        'Y' | 'J' | 'L' | 'F' | 'k' | 'e' | '–' => 490,
        'a' | 'g' | 'X' | 'V' | '_' => 510,
        'C' | 'K' | 'B' | 'P' | 'R' => 580,
        'D' | 'G' | 'U' | 'N' | 'H' => 640,
        'O' | 'Q' => 664,
        'w' | 'M' => 725,
        'W' | '—' | '%' | 'm' | '@' => 825,
        '…' => 948,
        '0'..='9' | '#' | '$' | '+' | '<' | '=' | '>' | '^' | '~' | '−' | '×' => 497,
        c if c.is_ascii() => 555,
        // East Asian scripts and symbols are square.
        c if c as u32 >= 0x2e80 => 1000,
        _ => 600,
    }
}

/// The text, or its beginning and an ellipsis where it is wider than `room`.
pub(super) fn fitted(text: &str, room: f64) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let fits = |end: &usize| width(&format!("{}…", &text[..*end])) <= room;
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    format!("{}…", text[..ends.take_while(fits).last().unwrap_or(0)].trim_end())
}

/// As few lines as are needed for none to be wider than `room`, broken at spaces; a word that is
/// wider stands alone.
pub(super) fn lines(text: &str, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if width(line) + width(" ") + width(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// One or two lines, broken where one line is wider than `room`: at a space, or after a dash.
pub(super) fn wrapped(text: &str, room: f64) -> Vec<String> {
    if width(text) <= room {
        return vec![text.to_owned()];
    }
    let longer = |(a, b): (&str, &str)| width(a).max(width(b));
    let halves = text
        .match_indices([' ', '–'])
        .map(|(at, gap)| match gap {
            " " => (&text[..at], &text[at + 1..]),
            dash => text.split_at(at + dash.len()),
        })
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
        let short = fitted(text, 80.0);
        assert!(short.ends_with('…') && width(&short) <= 80.0, "{short}");
        assert_eq!(fitted("short", 80.0), "short");
    }

    #[test]
    fn a_long_label_breaks_in_balance() {
        assert_eq!(wrapped("Low volatility bear", 80.0), ["Low volatility", "bear"]);
        assert_eq!(wrapped("2005–2009", 40.0), ["2005–", "2009"]);
        assert_eq!(wrapped("Unbreakable", 10.0), ["Unbreakable"]);
        assert_eq!(lines("The year 2020: 78 % of all", 80.0), ["The year 2020:", "78 % of all"]);
    }

    /// Measured in Source Sans 3 by fontTools: sums of `hmtx` advances, in thousandths.
    #[test]
    fn widths_are_those_of_the_font() {
        for (text, advance) in
            [("Elastic net", 4326.0), ("0.0045", 2734.0), ("Buy and hold", 5501.0)]
        {
            let measured = width(text) / WIDER / LETTER * 1000.0;
            assert!((measured / advance - 1.0).abs() < 0.04, "{text}: {measured} {advance}");
        }
    }
}
