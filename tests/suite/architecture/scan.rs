//! A reader of Rust source that knows just enough to find the paths in it: comments, literals and
//! everything under `#[cfg(test)]` put aside.

/// A word or a mark of the source, with its line from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    text: String,
    line: usize,
}

impl Token {
    fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// A path as written, groups of a `use` taken apart: `crate::{a, b::c}` is two of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourcePath {
    /// Its segments.
    pub(crate) segments: Vec<String>,
    /// Where its last segment stands.
    pub(crate) line: usize,
}

/// What a source file says outside of its tests.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// All paths of two segments or more, and all that are imported.
    pub(crate) paths: Vec<SourcePath>,
    /// Names of modules declared as `#[cfg(test)] mod name;`: their files are tests.
    pub(crate) test_modules: Vec<String>,
}

impl Source {
    /// Reads a source file.
    pub(crate) fn read(text: &str) -> Self {
        let (tokens, test_modules) = without_tests(&tokens(text));
        Self { paths: paths(&tokens), test_modules }
    }
}

/// Words and marks; comments and literals leave nothing.
fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        let start = at;
        let next = chars.get(at + 1).copied();
        match chars[at] {
            '/' if next == Some('/') => at = end_of_line(&chars, at),
            '/' if next == Some('*') => at = end_of_comment(&chars, at),
            '"' => at = end_of_string(&chars, at + 1),
            '\'' => at = end_of_quote(&chars, at),
            ':' if next == Some(':') => {
                tokens.push(Token { text: "::".into(), line });
                at += 2;
            }
            c if c.is_alphanumeric() || c == '_' => {
                while chars.get(at).is_some_and(|c| c.is_alphanumeric() || *c == '_') {
                    at += 1;
                }
                let word: String = chars[start..at].iter().collect();
                match end_of_prefixed_string(&chars, &word, at) {
                    Some(end) => at = end,
                    None => tokens.push(Token { text: word, line }),
                }
            }
            c => {
                if !c.is_whitespace() {
                    tokens.push(Token { text: c.into(), line });
                }
                at += 1;
            }
        }
        line += chars[start..at.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

fn end_of_line(chars: &[char], start: usize) -> usize {
    chars[start..].iter().position(|c| *c == '\n').map_or(chars.len(), |length| start + length)
}

/// Block comments nest.
fn end_of_comment(chars: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// `at` is behind the opening quote.
fn end_of_string(chars: &[char], mut at: usize) -> usize {
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// A character, or the quote of a lifetime with its name.
fn end_of_quote(chars: &[char], start: usize) -> usize {
    let mut at = start + 1;
    match (chars.get(at), chars.get(at + 1)) {
        (Some('\\'), _) => {
            at += 2;
            while at < chars.len() && chars[at] != '\'' {
                at += 1;
            }
            at + 1
        }
        (Some(_), Some('\'')) => at + 2,
        _ => {
            while chars.get(at).is_some_and(|c| c.is_alphanumeric() || *c == '_') {
                at += 1;
            }
            at
        }
    }
}

/// The end of the string that begins with `word`, as in `b"..."` or `r#"..."#`; `at` is behind it.
fn end_of_prefixed_string(chars: &[char], word: &str, at: usize) -> Option<usize> {
    if !["b", "c", "r", "br", "cr"].contains(&word) {
        return None;
    }
    let hashes = chars[at..].iter().take_while(|c| **c == '#').count();
    if chars.get(at + hashes) != Some(&'"') {
        return None;
    }
    let inside = at + hashes + 1;
    if !word.ends_with('r') {
        return Some(end_of_string(chars, inside));
    }
    let closes = |quote: usize| {
        chars[quote] == '"' && (1..=hashes).all(|i| chars.get(quote + i) == Some(&'#'))
    };
    Some((inside..chars.len()).find(|i| closes(*i)).map_or(chars.len(), |i| i + 1 + hashes))
}

/// The tokens outside of `#[cfg(test)]` items, and the names of the test modules in other files.
fn without_tests(tokens: &[Token]) -> (Vec<Token>, Vec<String>) {
    let mut kept = Vec::new();
    let mut modules = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !is_test_attribute(&tokens[at..]) {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let item = end_of_attributes(tokens, at);
        let end = end_of_item(tokens, item);
        let words: Vec<&str> = tokens[item..end].iter().map(|token| token.text.as_str()).collect();
        if let [.., "mod", name, ";"] = words.as_slice() {
            modules.push((*name).to_owned());
        }
        at = end;
    }
    (kept, modules)
}

/// Whether the tokens open with `#[cfg(test)]` or with a `cfg` that asks for `test` and more.
fn is_test_attribute(tokens: &[Token]) -> bool {
    let mut words = tokens.iter().map(|token| token.text.as_str());
    if ["#", "[", "cfg", "("].into_iter().any(|mark| words.next() != Some(mark)) {
        return false;
    }
    let condition: Vec<&str> = words.take_while(|word| *word != "]").collect();
    condition.contains(&"test") && !condition.contains(&"not") && !condition.contains(&"any")
}

/// The end of the attributes that begin at `at`.
fn end_of_attributes(tokens: &[Token], mut at: usize) -> usize {
    while tokens.get(at).is_some_and(|token| token.text == "#") {
        at = end_of_group(tokens, at + 1);
    }
    at
}

/// The end of the item that begins at `start`: its body's brace or its semicolon.
fn end_of_item(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            ";" => return at + 1,
            "{" => return end_of_group(tokens, at),
            "(" | "[" => at = end_of_group(tokens, at),
            _ => at += 1,
        }
    }
    at
}

/// The end of the bracketed group that opens at `open`.
fn end_of_group(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// All paths in the tokens.
fn paths(tokens: &[Token]) -> Vec<SourcePath> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].text == "use" {
            at += 1;
            tree(tokens, &mut at, &[], &mut found);
        } else if tokens[at].is_word() && begins_path(tokens, at) {
            let mut here = Vec::new();
            tree(tokens, &mut at, &[], &mut here);
            found.extend(here.into_iter().filter(|path| path.segments.len() > 1));
        } else {
            at += 1;
        }
    }
    found
}

/// Whether the word at `at` is no field, method or later segment.
fn begins_path(tokens: &[Token], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).map(|i| &tokens[i]);
    match before(1).map(|token| token.text.as_str()) {
        Some(".") => false,
        Some("::") => !before(2).is_some_and(|token| token.is_word() || token.text == ">"),
        _ => true,
    }
}

/// Reads a path, or the tree of a `use`, from `at` on and leaves `at` behind it.
fn tree(tokens: &[Token], at: &mut usize, prefix: &[String], found: &mut Vec<SourcePath>) {
    let mut segments = prefix.to_vec();
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    if text(*at) == "::" {
        *at += 1;
    }
    let mut line = tokens.get(*at).map_or(0, |token| token.line);
    while let Some(token) = tokens.get(*at) {
        if token.is_word() {
            segments.push(token.text.clone());
            line = token.line;
            *at += 1;
            if text(*at) != "::" {
                break;
            }
            *at += 1;
        } else if token.text == "{" && (text(*at - 1) == "::" || text(*at - 1) == "use") {
            group(tokens, at, &segments, found);
            return;
        } else {
            break;
        }
    }
    if segments.len() > prefix.len() {
        found.push(SourcePath { segments, line });
    } else {
        *at += 1;
    }
}

/// Reads `{a, b::c as d}` behind a prefix.
fn group(tokens: &[Token], at: &mut usize, prefix: &[String], found: &mut Vec<SourcePath>) {
    let end = end_of_group(tokens, *at);
    *at += 1;
    while *at + 1 < end {
        tree(tokens, at, prefix, found);
        while *at + 1 < end && tokens[*at].text != "," {
            *at += 1;
        }
        *at += 1;
    }
    *at = end;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        Source::read(text)
            .paths
            .iter()
            .map(|path| format!("{}:{}", path.line, path.segments.join("::")))
            .collect()
    }

    #[test]
    fn groups_are_taken_apart() {
        let text = "use crate::{\n    units::{self, Day},\n    panel as p,\n};\nuse polars;\n";
        let expected =
            ["2:crate::units::self", "2:crate::units::Day", "3:crate::panel", "5:polars"];
        assert_eq!(found(text), expected);
        assert_eq!(found("use {std::fs, a::{b, c::*}};"), ["1:std::fs", "1:a::b", "1:a::c"]);
    }

    #[test]
    fn paths_in_code_count_and_fields_do_not() {
        let text =
            "fn f(x: crate::a::B) -> Vec<u8> { x.tera.len(); ::clap::run(); Vec::<u8>::new() }";
        assert_eq!(found(text), ["1:crate::a::B", "1:clap::run"]);
        assert_eq!(
            found("#[derive(clap::Parser)] struct S(<T as crate::a::X>::Y);"),
            ["1:clap::Parser", "1:crate::a::X"]
        );
    }

    #[test]
    fn comments_and_literals_say_nothing() {
        let text = "// crate::a\n/* crate::b /* */ crate::c */ \"crate::d \\\" crate::e\"\n\
                    r#\"\" crate::f\"# b\"crate::g\" '\"' '\\'' 'a: crate::real::X";
        assert_eq!(found(text), ["3:crate::real::X"]);
    }

    #[test]
    fn tests_say_nothing() {
        let text = "use crate::a::A;\n#[cfg(test)]\n#[allow(x)]\nmod tests { use crate::b::B; }\n\
                    #[cfg(test)]\nfn f(x: [u8; 2]) { crate::c::d() }\n#[cfg(test)]\nmod laws;\n\
                    #[cfg(not(test))]\nuse crate::e::E;\n#[cfg(all(test, unix))]\npub(crate) mod more;";
        assert_eq!(found(text), ["1:crate::a::A", "10:crate::e::E"]);
        assert_eq!(Source::read(text).test_modules, ["laws", "more"]);
    }
}
