//! `feed.xml`: the experiments as an Atom feed (RFC 4287). Nothing here knows the time: an entry is
//! as old as the last day of its forecasts.

use crate::report::chart::escape;
use crate::report::site::kit::file::{File, Options, file};
use crate::report::site::kit::summary::{Kind, Summary};

/// The feed of a site at the address `base`, without a slash at its end.
pub(super) fn feed(experiments: &[Summary], base: &str, options: &Options) -> File {
    let mut ordered: Vec<&Summary> = experiments.iter().collect();
    ordered.sort_by(|a, b| b.last.cmp(&a.last).then_with(|| a.id.cmp(&b.id)));
    let last = ordered.first().map(|newest| newest.last);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <title>{}</title>\n<id>{base}/</id>\n<updated>{}</updated>\n\
         <author><name>{0}</name></author>\n\
         <link href=\"{base}/\"/>\n<link rel=\"self\" href=\"{base}/feed.xml\"/>\n",
        escape(&options.title),
        last.map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |day| format!("{day}T00:00:00Z")),
        base = escape(base),
    );
    for each in ordered {
        let stamp = &each.row.stamp.0;
        let stamp = if stamp.is_empty() { String::new() } else { format!("{stamp}: ") };
        text.push_str(&format!(
            "<entry>\n<title>{}</title>\n<id>{base}/{id}/</id>\n<link href=\"{base}/{id}/\"/>\n\
             <updated>{}T00:00:00Z</updated>\n<summary>{}</summary>\n</entry>\n",
            escape(&each.title),
            each.last,
            escape(&format!("{stamp}{}", answer(each))),
            base = escape(base),
            id = escape(&each.id),
        ));
    }
    text.push_str("</feed>\n");
    file("feed.xml", &text)
}

/// What the page of an experiment answers.
fn answer(each: &Summary) -> &str {
    let of_page = each.found.iter().find(|entry| entry.kind == Kind::Page);
    of_page.map_or(each.row.answer.as_str(), |entry| entry.text.as_str())
}
