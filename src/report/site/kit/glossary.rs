//! Terms with one sentence each, shown where a page uses them first: a button that opens the sentence,
//! without a script.
//!
//! The text is `templates/glossary.md`: a heading a term, with the anchor on the methods page of what
//! says it in full, other words for it on a line `Also: ...`, and the sentence.

use std::collections::BTreeSet;

use super::figures::slug;
use super::period;
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::Frequency;
use crate::report::chart::escape;

/// A term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// "Prevailing mean".
    pub title: String,
    /// What it means, in a sentence.
    pub sentence: String,
    /// Anchor on the methods page.
    pub anchor: String,
}

impl Term {
    /// The id of its sentence, on every page.
    pub(crate) fn id(&self) -> String {
        // A word may have signs in it that no id has.
        format!("term-{}", slug(&self.title.replace('²', "2")))
    }
}

/// How the list of all terms begins: a page with it marks none.
const LIST: &str = "<dl class=\"glossary\">";

/// All terms.
#[derive(Debug, Clone, Default)]
pub(crate) struct Glossary {
    terms: Vec<Term>,
    /// Every word for a term in small letters, the longest first, with the term's position.
    words: Vec<(Vec<char>, usize)>,
}

impl Glossary {
    /// Reads the text of a file that messages call `file`.
    ///
    /// # Errors
    /// Terms without an anchor or a sentence, and those that stand twice.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        let mut problems = Problems::new();
        let mut glossary = Self::default();
        let mut heads =
            text.lines().enumerate().filter(|(_, line)| line.starts_with("## ")).peekable();
        let lines: Vec<&str> = text.lines().collect();
        while let Some((at, head)) = heads.next() {
            let end = heads.peek().map_or(lines.len(), |(next, _)| *next);
            let place = || Place::line(file, at + 1, head);
            let Some((title, anchor)) = head[3..].split_once(" {#") else {
                let problem = Problem::new("a term without an anchor of the methods page");
                problems.push(problem.at(place()).expected("`## Term {#anchor}`"));
                continue;
            };
            let body = lines[at + 1..end].iter().map(|line| line.trim());
            let (also, said): (Vec<&str>, Vec<&str>) =
                body.filter(|line| !line.is_empty()).partition(|line| line.starts_with("Also: "));
            if said.is_empty() {
                let problem = Problem::new(format!("`{title}` without a sentence"));
                problems.push(problem.at(place()).expected("what it means, in one sentence"));
                continue;
            }
            let also = also.iter().flat_map(|line| line["Also: ".len()..].split(", "));
            for word in std::iter::once(title).chain(also) {
                let word: Vec<char> = word.trim().to_lowercase().chars().collect();
                if glossary.words.iter().any(|(known, _)| *known == word) {
                    let word: String = word.iter().collect();
                    problems.push(Problem::new(format!("`{word}` stands twice")).at(place()));
                }
                glossary.words.push((word, glossary.terms.len()));
            }
            glossary.terms.push(Term {
                title: title.trim().to_owned(),
                sentence: said.join(" "),
                anchor: anchor.trim_end().trim_end_matches('}').to_owned(),
            });
        }
        glossary.words.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        problems.into_result(glossary)
    }

    /// A list of all terms, each with a link to what says it in full; on the methods page.
    pub(crate) fn list(&self) -> String {
        let mut html = format!("{LIST}\n");
        for term in &self.terms {
            html.push_str(&format!(
                "<div><dt id=\"{}\">{}</dt><dd>{} <a href=\"#{}\">More</a></dd></div>\n",
                term.id(),
                escape(&term.title),
                escape(&term.sentence),
                escape(&term.anchor)
            ));
        }
        html + "</dl>\n"
    }

    /// A page with its terms marked where a section uses them first: in leads, captions of figures,
    /// headings of tables that do not sort, and lists of facts. Each sentence stands once, at the page's end, where a
    /// browser that opens none shows them all, in the words of the frequency of its prices.
    pub(crate) fn marked(&self, frequency: Frequency, html: String) -> String {
        let Some((root, end)) = root(&html).zip(html.rfind("</main>")) else { return html };
        if html.contains(LIST) {
            return html;
        }
        let mut marked = String::with_capacity(html.len() + 4096);
        let used = Marking::new(self, &mut marked).page(&html[..end]);
        if used.is_empty() {
            return html;
        }
        marked.push_str("<div class=\"terms\">\n");
        for term in used.into_iter().map(|at| &self.terms[at]) {
            marked.push_str(&format!(
                "<div id=\"{}\" class=\"term-text\" popover=\"auto\"><p><dfn>{}</dfn> {} <a \
                 href=\"{root}methods/index.html#{}\">Methods</a></p></div>\n",
                term.id(),
                escape(&term.title),
                escape(&period::text(frequency, &term.sentence)),
                escape(&term.anchor)
            ));
        }
        marked.push_str("</div>\n");
        marked.push_str(&html[end..]);
        marked
    }
}

/// From a page to the root of the site, as its style sheet is linked.
fn root(html: &str) -> Option<&str> {
    let (before, _) = html.split_once("assets/style.css\"")?;
    let (_, root) = before.rsplit_once('"')?;
    (root.is_empty() || root.ends_with('/')).then_some(root)
}

/// A text with what stands between its curly quotes, which are titles and labels, not prose.
fn quoted(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut is_quoted = false;
    text.split_inclusive(['“', '”']).map(move |part| {
        let was_quoted = is_quoted;
        is_quoted = part.ends_with('“');
        (was_quoted, part)
    })
}

/// Elements whose words are no prose, or open something already.
const SKIPPED: [&str; 7] = ["a", "button", "code", "math", "small", "summary", "pre"];

/// Marks one page.
struct Marking<'g> {
    glossary: &'g Glossary,
    out: &'g mut String,
    /// The element whose words are looked at, if one is open.
    region: Option<&'static str>,
    /// Elements within it whose words are not.
    skipped: usize,
    is_sorted: bool,
    /// Terms of the section.
    seen: BTreeSet<usize>,
    used: BTreeSet<usize>,
}

impl<'g> Marking<'g> {
    fn new(glossary: &'g Glossary, out: &'g mut String) -> Self {
        let (seen, used) = (BTreeSet::new(), BTreeSet::new());
        Self { glossary, out, region: None, skipped: 0, is_sorted: false, seen, used }
    }

    fn page(mut self, html: &str) -> BTreeSet<usize> {
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            let (text, tagged) = rest.split_at(start);
            self.text(text);
            // A drawing has no prose, and is most of a page.
            let end = match tagged.starts_with("<svg") {
                true => tagged.find("</svg>").map(|end| end + "</svg>".len()),
                false => tagged.find('>').map(|end| end + 1),
            };
            let (tag, after) = tagged.split_at(end.unwrap_or(tagged.len()));
            self.tag(tag);
            self.out.push_str(tag);
            rest = after;
        }
        self.text(rest);
        self.used
    }

    fn tag(&mut self, tag: &str) {
        let name = tag.trim_start_matches(['<', '/']);
        let name = name.split([' ', '>', '\n']).next().unwrap_or_default();
        let is_end = tag.starts_with("</");
        match (name, is_end) {
            ("section", false) => self.seen.clear(),
            ("table", _) => self.is_sorted = !is_end && tag.contains("sortable"),
            ("p", false) if tag.contains("class=\"lead\"") => self.region = Some("p"),
            ("figcaption", false) => self.region = Some("figcaption"),
            ("dt", false) => self.region = Some("dt"),
            ("th", false) if tag.contains("scope=\"col\"") && !self.is_sorted => {
                self.region = Some("th");
            }
            _ if is_end && self.region == Some(name) => {
                (self.region, self.skipped) = (None, 0);
            }
            _ if self.region.is_some() && SKIPPED.contains(&name) => {
                self.skipped =
                    if is_end { self.skipped.saturating_sub(1) } else { self.skipped + 1 };
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.region.is_none() || self.skipped > 0 {
            self.out.push_str(text);
            return;
        }
        for (is_title, part) in quoted(text) {
            match is_title {
                true => self.out.push_str(part),
                false => self.prose(part),
            }
        }
    }

    fn prose(&mut self, text: &str) {
        let mut before = None;
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let is_start = first.is_alphanumeric() && before.is_none_or(|c| !is_of_word(c));
            match is_start.then(|| self.term(rest)).flatten() {
                Some((length, term)) => {
                    let (word, after) = rest.split_at(length);
                    match self.seen.insert(term) {
                        true => {
                            self.used.insert(term);
                            let id = self.glossary.terms[term].id();
                            self.out.push_str(&format!(
                                "<button type=\"button\" class=\"term\" \
                                 popovertarget=\"{id}\">{word}</button>"
                            ));
                        }
                        false => self.out.push_str(word),
                    }
                    before = word.chars().next_back();
                    rest = after;
                }
                None => {
                    self.out.push(first);
                    before = Some(first);
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
    }

    /// The longest term that a text begins with: its bytes, and its position.
    fn term(&self, text: &str) -> Option<(usize, usize)> {
        self.glossary.words.iter().find_map(|(word, term)| {
            let mut length = 0;
            let mut chars = text.chars();
            for letter in word {
                let c = chars.next()?;
                let is_same = c == *letter || c.to_lowercase().eq(std::iter::once(*letter));
                if !is_same {
                    return None;
                }
                length += c.len_utf8();
            }
            chars.next().is_none_or(|c| !is_of_word(c)).then_some((length, *term))
        })
    }
}

/// Whether a sign goes on with a word.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || "-²_".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "## Prevailing mean {#time}\n\nThe mean so far.\n\n## Out-of-sample R² \
                        {#metrics}\n\nAlso: R², R² out of sample\n\nWhat is saved.\n";

    fn glossary() -> Glossary {
        Glossary::parse("glossary.md", TEXT).unwrap()
    }

    #[test]
    fn a_term_is_marked_once_a_section_and_its_sentence_stands_once_a_page() {
        let page = "<link href=\"../assets/style.css\"><main><section><p class=\"lead\">The \
                    prevailing mean, “Prevailing mean of R²”, R² out of sample and R².</p><p>R²</p><figcaption>R² &amp; \
                    <code>R²</code> prevailing means</figcaption></section><section><p \
                    class=\"lead\"><a>R²</a> R²</p><svg><text>R²</text></svg><table \
                    class=\"sortable\"><th scope=\"col\">Prevailing mean</th></table><th \
                    scope=\"col\">Prevailing mean<small>R²</small></th></section></main>";
        let marked = glossary().marked(Frequency::Daily, page.to_owned());
        let button = |id: &str, word: &str| {
            format!("<button type=\"button\" class=\"term\" popovertarget=\"{id}\">{word}</button>")
        };
        let (mean, r2) = ("term-prevailing-mean", "term-out-of-sample-r2");
        for part in [
            format!(
                "The {}, “Prevailing mean of R²”, {} and R².</p><p>R²</p><figcaption>R² &amp; ",
                button(mean, "prevailing mean"),
                button(r2, "R² out of sample")
            ),
            format!("<a>R²</a> {}</p><svg><text>R²</text></svg>", button(r2, "R²")),
            "<th scope=\"col\">Prevailing mean</th></table>".to_owned(),
            format!("<th scope=\"col\">{}<small>R²</small>", button(mean, "Prevailing mean")),
        ] {
            assert!(marked.contains(&part), "{part}\n{marked}");
        }
        for id in [mean, r2] {
            assert_eq!(marked.matches(&format!(" id=\"{id}\"")).count(), 1, "{marked}");
        }
        assert!(marked.contains("href=\"../methods/index.html#metrics\">Methods</a>"));
        let bare = "<link href=\"assets/style.css\"><main><p>R²</p></main>".to_owned();
        assert_eq!(glossary().marked(Frequency::Daily, bare.clone()), bare);
    }

    #[test]
    fn a_term_has_an_anchor_and_a_sentence_and_stands_once() {
        let text = "## A\n\nx\n\n## B {#b}\n\n## C {#c}\n\nAlso: d\n\nx\n\n## D {#d}\n\ny\n";
        let told = Glossary::parse("templates/glossary.md", text).unwrap_err().to_string();
        insta::assert_snapshot!(told);
    }

    #[test]
    fn the_program_s_own_terms_are_sound_and_short() {
        let text = include_str!("../../../../templates/glossary.md");
        let glossary = Glossary::parse("glossary.md", text).unwrap();
        let methods = include_str!("../../../../templates/methods.md");
        for Term { title, sentence, anchor } in &glossary.terms {
            assert!(methods.contains(&format!("{{#{anchor}}}")), "{title}: no anchor {anchor}");
            assert!(sentence.ends_with('.'), "{title}");
            assert_eq!(sentence.matches(". ").count(), 0, "{title}: one sentence");
            assert!(sentence.split_whitespace().count() <= 26, "{title} is long");
        }
        let titles: Vec<String> =
            glossary.terms.iter().map(|term| term.title.to_lowercase()).collect();
        assert!(titles.is_sorted(), "in alphabetical order: {titles:?}");
    }
}
