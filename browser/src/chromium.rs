//! The one browser process of a run.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use chromiumoxide::cdp::browser_protocol::browser::{
    PermissionDescriptor, PermissionSetting, SetPermissionParams,
};
use chromiumoxide::error::CdpError;
use chromiumoxide::{Browser, BrowserConfig};
use futures::StreamExt as _;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::tab::Tab;
use crate::view::View;

/// Names under which Chromium is installed, the preferred first.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Tabs that are open at once: one more than the cores that CI has, since loading waits.
const TABS: usize = 3;

/// How long one command may take; the audit of a long page takes
/// seconds, and a machine may be busy with other things.
const PATIENCE: Duration = Duration::from_secs(240);

/// Events that checks rely on: a newer browser that words them differently is noticed.
const RELIED_ON: [&str; 7] = [
    "Network.requestWillBeSent",
    "Network.loadingFailed",
    "Network.responseReceived",
    "Runtime.consoleAPICalled",
    "Runtime.exceptionThrown",
    "Log.entryAdded",
    "Page.lifecycleEvent",
];

/// A running browser. It is ended by `close`, and with this process at the latest.
pub struct Chromium {
    browser: tokio::sync::Mutex<Browser>,
    process: Option<u32>,
    handler: JoinHandle<()>,
    unread: Arc<Mutex<Vec<String>>>,
    places: Arc<Semaphore>,
    /// Where the browser keeps its files; removed when this is dropped.
    _profile: tempfile::TempDir,
}

impl Chromium {
    /// The program: what the variable `CHROMIUM` names, or the first name that is installed.
    pub fn program() -> Option<PathBuf> {
        if let Some(named) = std::env::var_os("CHROMIUM").filter(|named| !named.is_empty()) {
            return Some(named.into());
        }
        let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
        let places =
            NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        places.into_iter().find(|path| path.is_file())
    }

    /// Starts the browser without a window.
    pub async fn launch() -> Result<Self> {
        let program = Self::program().context(
            "no Chromium: install it (`apt-get install chromium`), or name it in CHROMIUM",
        )?;
        let profile = tempfile::tempdir()?;
        let config = BrowserConfig::builder()
            .chrome_executable(&program)
            .user_data_dir(profile.path())
            .new_headless_mode()
            // Only our own pages are opened, and root, as in a container, may not have the sandbox.
            .no_sandbox()
            .viewport(None)
            .surface_invalid_messages()
            .request_timeout(PATIENCE)
            .launch_timeout(Duration::from_secs(60))
            .args([
                "disable-gpu",
                "hide-scrollbars",
                "no-default-browser-check",
                "disable-extensions",
            ])
            .build()
            .map_err(anyhow::Error::msg)?;
        let (mut browser, mut messages) = Browser::launch(config)
            .await
            .with_context(|| format!("{} does not start", program.display()))?;
        let process = browser.get_mut_child().and_then(|child| child.as_mut_inner().id());
        let unread = Arc::new(Mutex::new(Vec::new()));
        let handler = tokio::spawn({
            let unread = unread.clone();
            async move {
                while let Some(message) = messages.next().await {
                    // An event that the library cannot read would be one that no check sees.
                    if let Err(CdpError::InvalidMessage(text, error)) = message
                        && let Ok(mut unread) = unread.lock()
                    {
                        unread.push(format!(
                            "{error}: {}",
                            text.chars().take(300).collect::<String>()
                        ));
                    }
                }
            }
        });
        let places = Arc::new(Semaphore::new(TABS));
        let browser = tokio::sync::Mutex::new(browser);
        Ok(Self { browser, process, handler, unread, places, _profile: profile })
    }

    /// The number of its process.
    pub fn process(&self) -> Option<u32> {
        self.process
    }

    /// Name and version of the browser.
    pub async fn version(&self) -> Result<String> {
        Ok(self.browser.lock().await.version().await?.product)
    }

    /// An empty tab with storage of its own; waits until a place is free.
    pub async fn tab(&self, view: View) -> Result<Tab> {
        let place = self.places.clone().acquire_owned().await?;
        let (page, context) = {
            let browser = self.browser.lock().await;
            let context = browser.create_browser_context(Default::default()).await?;
            let blank = chromiumoxide::cdp::browser_protocol::target::CreateTargetParams::builder()
                .url("about:blank")
                .browser_context_id(context.clone())
                .build()
                .map_err(anyhow::Error::msg)?;
            (browser.new_page(blank).await?, context)
        };
        Tab::prepare(page, context, place, view).await
    }

    /// Lets a tab's pages read and write the clipboard, which is one for all tabs.
    pub async fn allow_clipboard(&self, tab: &Tab) -> Result<()> {
        for name in ["clipboard-read", "clipboard-write"] {
            let allow = SetPermissionParams::builder()
                .permission(PermissionDescriptor::new(name))
                .setting(PermissionSetting::Granted)
                .browser_context_id(tab.context().clone())
                .build()
                .map_err(anyhow::Error::msg)?;
            self.browser.lock().await.execute(allow).await?;
        }
        Ok(())
    }

    /// Closes a tab, and forgets its storage.
    pub async fn shut(&self, tab: Tab) -> Result<()> {
        let context = tab.close().await?;
        self.browser.lock().await.dispose_browser_context(context).await?;
        Ok(())
    }

    /// Events that checks rely on and that could not be read.
    pub fn unread(&self) -> Vec<String> {
        let messages = self.unread.lock().map(|unread| unread.clone()).unwrap_or_default();
        let is_event = |message: &String| {
            RELIED_ON.iter().any(|event| message.contains(&format!("\"method\":\"{event}\"")))
        };
        messages.into_iter().filter(is_event).collect()
    }

    /// Ends the browser and waits for it.
    pub async fn close(self) -> Result<()> {
        let mut browser = self.browser.into_inner();
        // The process that was started, by its handle: whether it listens or not, it ends.
        let asked = tokio::time::timeout(Duration::from_secs(10), async {
            browser.close().await?;
            browser.wait().await?;
            anyhow::Ok(())
        });
        if !matches!(asked.await, Ok(Ok(())))
            && let Some(Err(error)) = browser.kill().await
        {
            bail!("the browser could not be ended: {error}");
        }
        self.handler.abort();
        Ok(())
    }
}
