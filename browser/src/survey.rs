//! Every page of the site, opened once from the disk and once over HTTP, with all that is measured.

use anyhow::Result;
use futures::StreamExt as _;

use crate::check::{charts, head, layout, links, network, weight};
use crate::chromium::Chromium;
use crate::finding::Finding;
use crate::limits::WIDTHS;
use crate::server::Server;
use crate::site::{Page, Site};
use crate::view::View;

/// What is checked on every page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The page opens and can be measured.
    Opens,
    /// No message in the console.
    Console,
    /// Nothing requested outside of the site.
    Requests,
    /// One title, description, heading; ids.
    Head,
    /// Links and anchors.
    Links,
    /// The page does not scroll sideways.
    Sideways,
    /// Letters are large enough.
    Letters,
    /// Targets are large enough on a phone.
    Targets,
    /// Labels of charts do not overlap.
    Overlaps,
    /// Nothing is cut off.
    Cut,
    /// Time charts have one axis.
    Axis,
    /// Lengths of experiments' pages and where the first chart is.
    Lengths,
    /// Pages and scripts are light.
    Weight,
}

/// All findings of all pages.
pub struct Survey {
    found: Vec<(Check, Finding)>,
    /// How many pages were looked at.
    pub pages: usize,
}

/// One page, looked at.
struct Seen {
    facts: head::Facts,
    found: Vec<(Check, Finding)>,
}

impl Survey {
    /// Looks at all pages.
    pub async fn take(chromium: &Chromium, site: &Site, server: &Server) -> Result<Self> {
        Self::of(chromium, site, server, site.pages()?).await
    }

    /// Looks at some pages, a few at a time.
    pub async fn of(
        chromium: &Chromium,
        site: &Site,
        server: &Server,
        pages: Vec<Page>,
    ) -> Result<Self> {
        let count = pages.len();
        let looked: Vec<(Page, Result<Seen>)> = futures::stream::iter(pages)
            .map(|page| async move {
                let seen = look(chromium, site, server, &page).await;
                (page, seen)
            })
            .buffer_unordered(8)
            .collect()
            .await;
        let (mut found, mut facts) = (Vec::new(), Vec::new());
        for (page, seen) in looked {
            match seen {
                Ok(seen) => {
                    found.extend(seen.found);
                    facts.push((page, seen.facts));
                }
                // One page that does not open leaves the others to be looked at.
                Err(error) => {
                    found.push((Check::Opens, Finding::new(&page, format!("{error:#}"))));
                }
            }
        }
        facts.sort_by(|(one, _), (other, _)| one.cmp(other));
        found
            .extend(links::broken(site, &facts).into_iter().map(|finding| (Check::Links, finding)));
        found.sort_by(|(_, one), (_, other)| one.cmp(other));
        Ok(Self { found, pages: count })
    }

    /// What one check found.
    pub fn found(&self, check: Check) -> Vec<Finding> {
        self.found
            .iter()
            .filter(|(of, _)| *of == check)
            .map(|(_, finding)| finding.clone())
            .collect()
    }
}

async fn look(chromium: &Chromium, site: &Site, server: &Server, page: &Page) -> Result<Seen> {
    let mut found = Vec::new();

    // From the disk, light, at every width, then in the dark.
    let view = View::DESKTOP;
    let tab = chromium.tab(view).await?;
    tab.open(&site.file(&page.path)).await?;
    let facts = head::facts(&tab).await?;
    let place = |view: View| format!("{page} at {}", view.name());
    found.extend(head::check(page, &facts).into_iter().map(|finding| (Check::Head, finding)));
    found.extend(
        weight::check(site, page, &facts)?.into_iter().map(|finding| (Check::Weight, finding)),
    );
    for width in WIDTHS {
        let view = view.at(width);
        tab.look(view).await?;
        let closed = layout::measure(&tab, view, false).await?;
        if width == View::DESKTOP.width {
            found.extend(layout::lengths(page, &closed).into_iter().map(|f| (Check::Lengths, f)));
        }
        let open = layout::measure(&tab, view, true).await?;
        found.extend(layout::check(&place(view), &closed, &open));
        found.extend(charts::check(&tab, &place(view)).await?);
    }
    tab.look(view.dark()).await?;
    let heard = tab.heard().await?;
    let under = format!("file://{}/", site.root().display());
    found.extend(network::check(&format!("{page} from disk"), &heard, &under));

    // Over HTTP, under a prefix, in the dark from the start.
    let under = format!("{}{}/", server.root(), crate::site::PREFIX);
    tab.open(&format!("{under}{}", page.path)).await?;
    let heard = tab.heard().await?;
    found.extend(network::check(&format!("{page} over HTTP, dark"), &heard, &under));
    chromium.shut(tab).await?;

    Ok(Seen { facts, found })
}
