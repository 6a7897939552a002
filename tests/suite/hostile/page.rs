//! A page as a browser's parser reads it, and all that is active on it.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use ring::digest::{SHA256, digest};

/// Elements of the pages' templates, charts, Markdown and formulas. A text that makes another one
/// has become more than text.
const ELEMENTS: &[&str] = &[
    // Templates.
    "html head meta title link script body a header nav main section aside footer h1 h2 h3 h4 h5 h6 \
     p ul ol li small strong span div table caption thead tbody tr th td figure figcaption details \
     summary dl dt dd dfn pre code button label input form select option",
    // Markdown.
    "em del sup blockquote hr br b i img",
    // Charts.
    "svg desc g use path rect line circle text polyline polygon",
    // Formulas.
    "math mrow mi mo mn mtext mspace msub msup msubsup munder mover munderover mfrac msqrt mroot \
     mtable mtr mtd mstyle mpadded merror mphantom",
];

/// Attributes in which something may be loaded or run, beside those of events.
const ACTIVE: &[&str] = &[
    "style",
    "srcdoc",
    "formaction",
    "action",
    "background",
    "poster",
    "srcset",
    "ping",
    "data",
    "manifest",
    "cite",
    "code",
    "codebase",
    "archive",
    "autofocus",
    "contenteditable",
    "nonce",
];

fn sha256(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(hash))
}

/// The scheme that a browser finds in an address: it takes out line ends and tabs first.
fn scheme(address: &str) -> Option<String> {
    let address: String = address.chars().filter(|c| !"\t\n\r".contains(*c)).collect();
    let address = address.trim_start_matches(|c: char| c <= ' ');
    let (scheme, _) = address.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

/// An address within the site: what a page may load.
pub(super) fn is_within(address: &str) -> bool {
    let stays = !address.starts_with('/') && !address.contains('\\');
    scheme(address).is_none() && stays
}

/// What is found on a page.
#[derive(Default)]
struct Page {
    wrong: Vec<String>,
    policy: Option<String>,
    inline_scripts: Vec<String>,
    inline_styles: Vec<String>,
    files: Vec<String>,
    ids: BTreeSet<String>,
}

fn text_of(node: &Handle) -> String {
    let children = node.children.borrow();
    let texts = children.iter().map(|child| match &child.data {
        NodeData::Text { contents } => contents.borrow().to_string(),
        _ => String::new(),
    });
    texts.collect()
}

fn look(node: &Handle, page: &mut Page) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let element = name.local.to_string();
        let attributes: BTreeMap<String, String> = attrs
            .borrow()
            .iter()
            .map(|a| (a.name.local.to_ascii_lowercase().to_string(), a.value.to_string()))
            .collect();
        element_is_ours(node, &element, &attributes, page);
        for (attribute, value) in &attributes {
            // The one form leads to the search.
            let is_search = (&*element, &**attribute) == ("form", "action")
                && is_within(value)
                && value.trim_start_matches("../") == "search/index.html";
            if attribute.starts_with("on") || ACTIVE.contains(&&**attribute) && !is_search {
                page.wrong.push(format!("<{element} {attribute}=\"{value}\">"));
            }
        }
    }
    for child in node.children.borrow().iter() {
        look(child, page);
    }
}

fn element_is_ours(
    node: &Handle,
    element: &str,
    attributes: &BTreeMap<String, String>,
    page: &mut Page,
) {
    let get = |name: &str| attributes.get(name).map_or("", String::as_str);
    let mut fail = |why: &str| page.wrong.push(format!("<{element}>: {why} {attributes:?}"));
    let is_style = element == "style";
    if !is_style && ELEMENTS.iter().all(|names| names.split(' ').all(|name| name != element)) {
        fail("no element of ours");
    }
    let is_in_head = || {
        let parent = node.parent.take();
        let is_head = parent.as_ref().and_then(std::rc::Weak::upgrade).is_some_and(|parent| {
            matches!(&parent.data, NodeData::Element { name, .. } if &*name.local == "head")
        });
        node.parent.set(parent);
        is_head
    };
    if ["script", "style", "link", "meta", "title"].contains(&element) && !is_in_head() {
        // A chart has a title, which is text.
        if element != "title" || !node.children.borrow().iter().all(is_text) {
            fail("outside of the head");
        }
    }
    match element {
        "script" if attributes.contains_key("src") => page.files.push(get("src").to_owned()),
        "script" => page.inline_scripts.push(text_of(node)),
        "style" => page.inline_styles.push(text_of(node)),
        "link" => match get("rel") {
            "stylesheet" => page.files.push(get("href").to_owned()),
            "icon" if get("href").starts_with("data:image/svg+xml,") => {}
            "canonical" if get("href").starts_with("https://example.org/reports/") => {}
            "alternate" if get("href").trim_start_matches("../") == "feed.xml" => {}
            _ => fail("a link that is not ours"),
        },
        "meta" => match (get("http-equiv"), get("name")) {
            ("Content-Security-Policy", _) if page.policy.is_none() => {
                page.policy = Some(get("content").to_owned());
            }
            ("", "" | "viewport" | "color-scheme" | "robots" | "description" | "twitter:card") => {}
            _ => fail("a meta element that is not ours"),
        },
        "a" => {
            let scheme = scheme(get("href"));
            if scheme.is_some_and(|scheme| !["http", "https", "mailto"].contains(&&*scheme)) {
                fail("a link that is no address");
            }
        }
        // Beside a text, where the build has put it.
        "img" => {
            let src = get("src");
            let is_ours = src.starts_with("images/") && !src.contains("..") && is_within(src);
            let known = ["src", "alt", "title", "loading"];
            if !is_ours || attributes.keys().any(|name| !known.contains(&&**name)) {
                fail("an image that is not ours");
            }
        }
        // It opens a sentence of the glossary, and nothing else.
        "button" => {
            let target = attributes.get("popovertarget");
            if target.is_some_and(|target| !target.starts_with("term-")) {
                fail("a button that opens what is not ours");
            }
        }
        // A part of a chart drawn before, on the same page.
        "use" => {
            let part = get("href").strip_prefix('#').unwrap_or_default();
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
            if part.is_empty() || !part.chars().all(is_name) || attributes.len() != 1 {
                fail("a reference that is not ours");
            }
        }
        "input" => {
            let is_ours = ["search", "checkbox"].contains(&get("type"));
            if !is_ours || attributes.get("name").is_some_and(|name| name != "q") {
                fail("an input that is not ours");
            }
        }
        _ if attributes.keys().any(|name| ["href", "src"].contains(&&**name)) => {
            fail("an address where none belongs");
        }
        _ => {}
    }
    if let Some(id) = attributes.get("id")
        && !page.ids.insert(id.clone())
    {
        page.wrong.push(format!("id {id} twice"));
    }
}

fn is_text(node: &Handle) -> bool {
    matches!(node.data, NodeData::Text { .. })
}

/// What pages load.
const OURS: [&str; 12] = [
    "assets/fonts.css",
    "assets/math.css",
    "assets/chart.css",
    "assets/style.css",
    "assets/print.css",
    "assets/controls.css",
    "assets/report.js",
    "assets/charts.js",
    "assets/figures.js",
    "assets/front.js",
    "assets/search.js",
    "assets/compare.js",
];

/// All that is wrong with a page.
pub(crate) fn wrong(path: &str, html: &str) -> Vec<String> {
    let document = html5ever::parse_document(RcDom::default(), Default::default()).one(html);
    let mut page = Page::default();
    look(&document.document, &mut page);
    let policy = page.policy.take().unwrap_or_default();
    let nowhere = "base-uri 'none'; form-action 'none'";
    let search = "base-uri 'none'; form-action 'self'";
    let expected = match (path, &*page.inline_scripts, &*page.inline_styles) {
        ("404.html", [], [style]) => {
            format!("default-src 'none'; style-src {}; {nowhere}", sha256(style))
        }
        (_, [script], []) => format!(
            "default-src 'none'; script-src 'self' {}; style-src 'self'; img-src 'self' data:; \
             font-src data:; {search}",
            sha256(script)
        ),
        (_, scripts, styles) => format!("one inline text, not {scripts:?} and {styles:?}"),
    };
    if policy != expected {
        page.wrong.push(format!("policy {policy}\n  expected {expected}"));
    }
    for file in &page.files {
        let name = file.trim_start_matches("../");
        let is_ours = OURS.contains(&name) || (path, name) == ("search/index.html", "index.js");
        if !is_ours || !is_within(file) {
            page.wrong.push(format!("loads {file}"));
        }
    }
    page.wrong
}

#[test]
fn what_is_active_is_noticed() {
    for page in [
        "<p onclick=x>",
        "<script>x</script>",
        "<img src=x>",
        "<p style=x>",
        "<iframe>",
        "<a href='java\nscript:x'>",
        "<svg><script>x</script></svg>",
        "<base href=x>",
        "<svg><title><img></title></svg>",
        "<link rel=stylesheet href=//x>",
    ] {
        let html = format!("<!doctype html><html><head></head><body>{page}</body></html>");
        let wrong = wrong("x.html", &html);
        assert!(wrong.len() > 1, "{page} passes: {wrong:?}");
    }
}
