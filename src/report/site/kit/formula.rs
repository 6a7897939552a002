//! Formulas as MathML, without anything that a page's policy forbids.

use math_core::{LatexToMathML, MathDisplay};
use pulldown_cmark::Event;

use crate::report::chart::escape;

/// Most signs of a formula that begin a command, a group or a script. Its parser takes some of the
/// stack for each that is within another, and knows no limit.
const MOST_SIGNS: usize = 300;

/// Bytes of source from which a formula within a sentence may be wider than a phone.
const LONG: usize = 48;

/// A formula; one that does not parse is shown as marked code with the reason.
pub(super) fn formula(math: &LatexToMathML, source: &str, display: MathDisplay) -> Event<'static> {
    let signs = source.bytes().filter(|byte| b"\\{^_".contains(byte)).count();
    let converted = if signs > MOST_SIGNS {
        Err(format!("it has more than {MOST_SIGNS} commands, braces and scripts"))
    } else {
        math.convert_with_local_state(source, display).map_err(|error| error.error_message())
    };
    let html = match converted {
        Ok(result) if display == MathDisplay::Block => {
            format!("<span class=\"formula\">{}</span>", passive(&result.mathml))
        }
        // No browser breaks the line of a formula: on a phone a long one scrolls.
        Ok(result) if source.len() > LONG => {
            format!("<span class=\"formula long\">{}</span>", passive(&result.mathml))
        }
        Ok(result) => passive(&result.mathml),
        Err(why) => format!(
            "<code class=\"math-error\" title=\"{}\">{}</code>",
            escape(&why),
            escape(source)
        ),
    };
    Event::InlineHtml(html.into())
}

/// MathML without ids and links, which its labels have, and without inline styles, which the page's
/// policy forbids; sizes, colours and alignment have other words. Quotes in texts are escaped, so
/// that only a tag has what is looked for.
fn passive(mathml: &str) -> String {
    let attributes = [" style=\"", " id=\"", " href=\""];
    let mut kept = String::with_capacity(mathml.len());
    let mut rest = mathml;
    let next = |text: &str| attributes.iter().filter_map(|a| Some((text.find(a)?, a.len()))).min();
    while let Some((at, length)) = next(rest) {
        let (before, found) = rest.split_at(at);
        let (opening, value) = found.split_at(length);
        let (value, after) = value.split_once('"').unwrap_or((value, ""));
        kept.push_str(before);
        if opening == attributes[0] {
            kept.extend(value.split(';').map(restyled));
        }
        rest = after;
    }
    kept + rest
}

/// A declaration of a formula's inline style as an attribute, where there is one.
fn restyled(declaration: &str) -> String {
    match declaration.split_once(':').map(|(property, value)| (property.trim(), value.trim())) {
        Some(("color", value)) => format!(" mathcolor=\"{value}\""),
        Some(("font-size", value)) => format!(" mathsize=\"{value}\""),
        Some(("text-align", value)) => format!(" class=\"{value}\""),
        _ => String::new(),
    }
}
