//! One page in the browser: opened, looked at, and listened to.

use std::sync::Mutex;

use anyhow::{Context as _, Result, bail};
use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::browser::BrowserContextId;
use chromiumoxide::cdp::browser_protocol::emulation::{
    MediaFeature, SetDeviceMetricsOverrideParams, SetEmulatedMediaParams,
    SetFocusEmulationEnabledParams, SetScriptExecutionDisabledParams,
    SetTouchEmulationEnabledParams,
};
use chromiumoxide::cdp::browser_protocol::{log, network};
use chromiumoxide::cdp::js_protocol::runtime;
use chromiumoxide::listeners::EventStream;
use futures::{FutureExt as _, StreamExt as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::OwnedSemaphorePermit;

use crate::view::View;

/// A tab of the browser.
pub struct Tab {
    page: Page,
    context: BrowserContextId,
    streams: Mutex<Streams>,
    _place: OwnedSemaphorePermit,
}

/// Events as the browser sends them, read when they are asked for.
struct Streams {
    console: EventStream<runtime::EventConsoleApiCalled>,
    exceptions: EventStream<runtime::EventExceptionThrown>,
    entries: EventStream<log::EventEntryAdded>,
    requests: EventStream<network::EventRequestWillBeSent>,
    failures: EventStream<network::EventLoadingFailed>,
    responses: EventStream<network::EventResponseReceived>,
}

/// What happened in a tab since it was asked last.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// Messages in the console, of the page and of the browser about it.
    pub console: Vec<String>,
    /// Addresses that were requested.
    pub requests: Vec<String>,
    /// Requests that failed, or were answered by an error.
    pub failures: Vec<String>,
}

impl Tab {
    /// Begins to listen, and sets the view.
    pub(crate) async fn prepare(
        page: Page,
        context: BrowserContextId,
        place: OwnedSemaphorePermit,
        view: View,
    ) -> Result<Self> {
        page.enable_log().await?;
        page.enable_runtime().await?;
        page.execute(network::EnableParams::default()).await?;
        let streams = Mutex::new(Streams {
            console: page.event_listener().await?,
            exceptions: page.event_listener().await?,
            entries: page.event_listener().await?,
            requests: page.event_listener().await?,
            failures: page.event_listener().await?,
            responses: page.event_listener().await?,
        });
        // Tabs side by side all think that they are the one in front.
        page.execute(SetFocusEmulationEnabledParams::new(true)).await?;
        let tab = Self { page, context, streams, _place: place };
        tab.look(view).await?;
        Ok(tab)
    }

    /// Changes the view; the page stays.
    pub async fn look(&self, view: View) -> Result<()> {
        let (width, height) = (i64::from(view.width), i64::from(view.height));
        let metrics = SetDeviceMetricsOverrideParams::new(width, height, 1.0, view.phone);
        self.page.execute(metrics).await?;
        self.page.execute(SetTouchEmulationEnabledParams::new(view.phone)).await?;
        self.page.execute(SetScriptExecutionDisabledParams::new(!view.scripts)).await?;
        let colours = if view.dark { "dark" } else { "light" };
        let media = SetEmulatedMediaParams::builder()
            .media("")
            .feature(MediaFeature::new("prefers-color-scheme", colours))
            .feature(MediaFeature::new("prefers-reduced-motion", "reduce"))
            .build();
        self.page.execute(media).await?;
        Ok(())
    }

    /// Opens an address and waits until it is loaded, fonts included.
    pub async fn open(&self, address: &str) -> Result<()> {
        self.page.goto(address).await.with_context(|| format!("{address} does not open"))?;
        self.run::<()>("async () => { await document.fonts.ready; }", ()).await?;
        Ok(())
    }

    /// Calls a function of JavaScript with an argument, in the page.
    pub async fn run<T: DeserializeOwned>(
        &self,
        function: &str,
        argument: impl Serialize,
    ) -> Result<T> {
        let expression = format!("({function}\n)({})", serde_json::to_string(&argument)?);
        let call = runtime::EvaluateParams::builder()
            .expression(expression)
            .await_promise(true)
            .return_by_value(true)
            .user_gesture(true)
            .build()
            .map_err(anyhow::Error::msg)?;
        let answer = self.page.execute(call).await?.result;
        if let Some(thrown) = answer.exception_details {
            let message = thrown.exception.and_then(|thrown| thrown.description);
            bail!("{}", message.unwrap_or(thrown.text));
        }
        let value = answer.result.value.unwrap_or_default();
        serde_json::from_value(value).context("a measurement has another form than expected")
    }

    /// Whatever the library has for a page.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// The storage and the permissions of this tab.
    pub fn context(&self) -> &BrowserContextId {
        &self.context
    }

    /// What happened since the last call.
    pub async fn heard(&self) -> Result<Heard> {
        // What is on its way has arrived when the answer to a later question has.
        self.run::<()>("() => new Promise((done) => setTimeout(done, 0))", ()).await?;
        tokio::task::yield_now().await;
        self.run::<()>("() => {}", ()).await?;
        let mut heard = Heard::default();
        let mut streams =
            self.streams.lock().map_err(|_| anyhow::anyhow!("a reader of events failed"))?;
        while let Some(Some(event)) = streams.console.next().now_or_never() {
            let words = event.args.iter().map(|word| {
                let plain = word.value.as_ref().map(ToString::to_string);
                plain.or_else(|| word.description.clone()).unwrap_or_default()
            });
            heard.console.push(words.collect::<Vec<_>>().join(" "));
        }
        while let Some(Some(event)) = streams.exceptions.next().now_or_never() {
            let details = &event.exception_details;
            let told = details.exception.as_ref().and_then(|thrown| thrown.description.clone());
            heard.console.push(told.unwrap_or_else(|| details.text.clone()));
        }
        while let Some(Some(event)) = streams.entries.next().now_or_never() {
            heard.console.push(event.entry.text.clone());
        }
        while let Some(Some(event)) = streams.requests.next().now_or_never() {
            heard.requests.push(event.request.url.clone());
        }
        while let Some(Some(event)) = streams.failures.next().now_or_never() {
            heard.failures.push(event.error_text.clone());
        }
        while let Some(Some(event)) = streams.responses.next().now_or_never() {
            if event.response.status >= 400 {
                heard.failures.push(format!("{} {}", event.response.status, event.response.url));
            }
        }
        Ok(heard)
    }

    pub(crate) async fn close(self) -> Result<BrowserContextId> {
        self.page.close().await?;
        Ok(self.context)
    }
}
