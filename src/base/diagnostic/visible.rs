//! Text of others within a message: what would steer a terminal, or would not be seen, is shown.

/// The text with every character that is not seen as itself written out, as in `\\u{1b}`: control
/// characters, and those that turn the direction of writing or have no width.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Characters of one part of a message that are shown.
const MOST: usize = 1000;

/// The text made [`visible`], and its beginning only where it is very long.
pub(super) fn clipped(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => visible(&text[..end]) + "…",
        None => visible(text),
    }
}
