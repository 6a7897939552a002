//! What open pages are told: that there is another site, and why there is none.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::body::Bytes;
use serde::Serialize;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::shell::store::Served;

/// Why a site could not be built, or what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Told {
    /// In a line.
    title: &'static str,
    /// All of it, as on the terminal.
    text: String,
}

const NO_SITE: &str = "The site could not be built.";
const OLD_SITE: &str = "The site could not be built. This page is of the last build that worked.";
const FINDINGS: &str = "The site was built, and something is wrong with what it shows.";

/// The site as it is now, and the pages that are open.
#[derive(Debug)]
pub(crate) struct Live(Mutex<Now>);

#[derive(Debug)]
struct Now {
    site: Arc<Site>,
    told: Option<Told>,
    pages: Vec<UnboundedSender<Bytes>>,
}

/// A site, and a number that grows with each.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) version: u64,
    /// `None` until one could be built.
    pub(super) files: Option<Served>,
}

/// What a page hears.
#[derive(Serialize)]
struct Message<'a> {
    version: u64,
    told: Option<&'a Told>,
}

impl Live {
    /// No site yet. Its version must be above those of earlier servers, whose pages may be open.
    pub(crate) fn new(version: u64) -> Self {
        let site = Arc::new(Site { version, files: None });
        Self(Mutex::new(Now { site, told: None, pages: Vec::new() }))
    }

    /// There is a site, with findings or without. Pages are loaded again if it is another one.
    pub(crate) fn publish(&self, files: Served, findings: Option<String>) {
        let mut now = self.now();
        if now.site.files.as_ref() != Some(&files) {
            let version = now.site.version + 1;
            now.site = Arc::new(Site { version, files: Some(files) });
        }
        now.tell(findings.map(|text| Told { title: FINDINGS, text }));
    }

    /// There is no new site, and this is why; the last one stays.
    pub(crate) fn fail(&self, text: String) {
        let mut now = self.now();
        let title = if now.site.files.is_some() { OLD_SITE } else { NO_SITE };
        now.tell(Some(Told { title, text }));
    }

    /// What pages are told now.
    #[cfg(test)]
    pub(crate) fn told(&self) -> Option<String> {
        self.now().told.as_ref().map(|told| told.text.clone())
    }

    pub(super) fn site(&self) -> Arc<Site> {
        Arc::clone(&self.now().site)
    }

    /// What a page is told from now on, first how it stands.
    pub(super) fn listen(&self) -> UnboundedReceiver<Bytes> {
        let (sender, receiver) = unbounded_channel();
        let mut now = self.now();
        let _ = sender.send(now.message());
        now.pages.retain(|page| !page.is_closed());
        now.pages.push(sender);
        receiver
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Now {
    fn tell(&mut self, told: Option<Told>) {
        self.told = told;
        let message = self.message();
        self.pages.retain(|page| page.send(message.clone()).is_ok());
    }

    /// A server-sent event.
    fn message(&self) -> Bytes {
        let message = Message { version: self.site.version, told: self.told.as_ref() };
        // Of JSON no line is broken.
        let json = serde_json::to_string(&message).unwrap_or_default();
        format!("data: {json}\n\n").into()
    }
}
