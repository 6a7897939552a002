//! Text that is no YAML: what the parser says, in words of a person who writes a file.

use super::source::Source;
use super::tree::{self, Node};
use crate::base::diagnostic::Problem;

/// The text as a tree.
///
/// # Errors
/// The first place at which the text is not YAML, or is more than one document.
pub(super) fn load(source: &Source<'_>) -> Result<Node, Problem> {
    tree::parse(source.text()).map_err(|error| problem(source, &error))
}

/// What is wrong, in words; the beginnings of what the parser says of it; what may be done.
type Words = (&'static str, &'static [&'static str], &'static str);

/// Bytes that by themselves, without aliases, are not too large.
const LARGEST_OF_LINES: usize = 100_000;

/// In this order: the first that fits is told.
const WORDS: [Words; 25] = [
    (
        "a second YAML document",
        &["multiple YAML documents", "multiple documents"],
        "a file holds one document: give the second a file of its own",
    ),
    (
        "brackets within brackets without end",
        &["budget breached: Depth", "recursion limit"],
        "look for brackets or list marks (`-`) that are not meant",
    ),
    (
        "too many anchors (`&`) and aliases (`*`)",
        &[
            "budget breached: A",
            "budget breached: Recorded",
            "alias replay",
            "alias expansion",
            "while parsing anchor",
        ],
        "write out what the aliases stand for",
    ),
    (
        "the file is too large",
        &["budget breached"],
        "a file of this kind has some hundred lines: is it the one that is meant?",
    ),
    (
        "an alias (`*`) within what it stands for",
        &["recursive references"],
        "write out what the alias stands for",
    ),
    (
        "an alias (`*`) of an anchor (`&`) that is not above",
        &["alias references unknown anchor", "while parsing node"],
        "quote a text that starts by `*`",
    ),
    (
        "`&` or `*` without a name",
        &["while scanning an anchor"],
        "quote a text that starts by `&` or `*`",
    ),
    (
        "a tag (`!`) that is not understood",
        &[
            "!!binary",
            "invalid !!binary",
            "cannot deserialize tagged",
            "unsupported tag",
            "tag `",
            "tagged enum",
            "the handle",
            "while scanning a tag",
            "while scanning a verbatim",
            "while parsing a tag",
            "while scanning TAG",
            "invalid global tag",
            "the TAG directive",
            "!include",
        ],
        "leave it out; quote a text that starts by `!`",
    ),
    (
        "a value that does not fit its tag (`!`)",
        &["invalid u", "invalid i64", "invalid i128", "invalid float", "invalid bool"],
        "leave the tag out",
    ),
    (
        "a directive (`%`) that is not understood",
        &[
            "while scanning a directive",
            "while scanning a YAML directive",
            "YAML directives",
            "duplicate version",
            "unsupported YAML",
            "directive exceeds",
            "reserved directive",
            "missing explicit document end",
            "did not find expected <document start>",
        ],
        "leave it out; quote a text that starts by `%`",
    ),
    (
        "a bracket or a brace is left open",
        &["unclosed bracket", "unexpected E", "unexpected e", "illegal placement"],
        "look above for a `[` or `{` that is never closed, or a quote left open",
    ),
    ("a quote is left open", &["unclosed quote"], "close it by the same mark that opens it"),
    (
        "a closing bracket that does not fit",
        &["mismatched bracket", "misplaced bracket"],
        "each `[` is closed by `]`, each `{` by `}`",
    ),
    (
        "a comma or a closing bracket is missing",
        &["while parsing a flow"],
        "entries within `[]` and `{}` stand apart by `, `",
    ),
    (
        "a `:` where no key ends",
        &["mapping values", "mapping keys", "':'"],
        "check the indentation, and quote a text that holds `: `",
    ),
    ("a key without its `: `", &["simple key"], "a key is followed by `: ` and its value"),
    (
        "a `-` where no list stands",
        &["block sequence entries", "\"-\"", "'-'", "while parsing a block collection"],
        "the entries of a list stand each on a line of its own, one below the other",
    ),
    (
        "a character that is no part of a text",
        &["unexpected character: `\\"],
        "remove it; within double quotes it can be written as an escape, as in \"\\u2028\"",
    ),
    (
        "a character that no text starts by",
        &["unexpected character", "plain scalar cannot", "unexpected end of plain"],
        "quote a text that starts by this character",
    ),
    (
        "text after a closing quote",
        &["invalid trailing content"],
        "quote all of the text, with the other kind of quotes if it has one kind within",
    ),
    (
        "an escape (`\\`) that YAML does not have",
        &["while parsing a quoted scalar", "while scanning a quoted scalar, did"],
        "double a `\\` in double quotes, or use single quotes",
    ),
    (
        "a `---` or `...` within a text",
        &["while scanning a quoted scalar", "invalid content after document end"],
        "a file holds one document: leave the mark out",
    ),
    (
        "a `#` that starts no comment",
        &["comment"],
        "a comment has a blank before its `#` and none of a text after it",
    ),
    (
        "a block of text (`|` or `>`) that is not one",
        &["while scanning a block scalar", "a block scalar", "wrongly indented", "folded block"],
        "the text starts on the line below, indented",
    ),
    (
        "a line that does not fit to those above",
        &[
            "while parsing a block mapping",
            "while parsing a node",
            "invalid indentation",
            "indentation error",
            "tab",
            "while scanning a plain scalar",
            "a BOM",
            "expected whitespace",
        ],
        "check its indentation, and that its key ends in `: `",
    ),
];

fn problem(source: &Source<'_>, error: &serde_yaml::Error) -> Problem {
    let place = error.location().map_or_else(|| source.whole(), |at| source.place(at));
    let said = error.to_string();
    let said = said.trim_start_matches("error: ");
    let line = place.line.as_ref().map_or(1, |line| line.number);
    if said.contains("tab")
        && let Some(tab) = source.tab_from(line)
    {
        let problem = Problem::new("not YAML: a tab in the indentation").at(tab);
        return problem.hint("indent with spaces");
    }
    // Aliases within aliases make much of a few lines.
    let said = match said.starts_with("budget breached") && source.text().len() < LARGEST_OF_LINES {
        true if source.text().contains('*') => "alias expansion",
        _ => said,
    };
    let fits = |(_, starts, _): &&Words| starts.iter().any(|start| said.starts_with(start));
    let (words, _, hint) = WORDS.iter().find(fits).unwrap_or(&(
        "what stands here has no meaning",
        &[],
        "check brackets, quotes, `: ` and the indentation here and above",
    ));
    Problem::new(format!("not YAML: {words}")).at(place).hint(*hint)
}
