//! Everything that is held of the site in a browser, one test a check. The browser is started once,
//! before the first test, and ended after the last, which the usual harness has no place for.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use browser_tests::chromium::Chromium;
use browser_tests::finding;
use browser_tests::server::Server;
use browser_tests::site::Site;
use browser_tests::survey::{Check, Survey};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

mod acting;
mod audits;
mod copying;
mod expected;
mod paper;
mod plain;
mod planted;
mod reading;
mod speed;

/// What tests share.
struct Shared {
    chromium: Chromium,
    site: Site,
    server: Server,
    survey: OnceCell<Survey>,
}

/// Makes trials: what they share, and the runtime that they run on.
struct Suite {
    runtime: Arc<Runtime>,
    shared: Arc<Shared>,
    trials: Vec<Trial>,
}

impl Suite {
    /// Adds a test.
    fn add<F, Running>(&mut self, name: &str, test: F)
    where
        F: FnOnce(Arc<Shared>) -> Running + Send + 'static,
        Running: Future<Output = Result<()>> + Send,
    {
        let trial = self.trial(name, test);
        self.trials.push(trial);
    }

    /// Adds what only prints and is run when it is asked for.
    fn add_report<F, Running>(&mut self, name: &str, report: F)
    where
        F: FnOnce(Arc<Shared>) -> Running + Send + 'static,
        Running: Future<Output = Result<()>> + Send,
    {
        let trial = self.trial(name, report);
        self.trials.push(trial.with_ignored_flag(true));
    }

    fn trial<F, Running>(&self, name: &str, test: F) -> Trial
    where
        F: FnOnce(Arc<Shared>) -> Running + Send + 'static,
        Running: Future<Output = Result<()>> + Send,
    {
        let (runtime, shared) = (self.runtime.clone(), self.shared.clone());
        let run = move || {
            runtime.block_on(test(shared)).map_err(|error| Failed::from(format!("{error:#}")))
        };
        Trial::test(name, run)
    }

    /// Adds what the survey of all pages found in one respect.
    fn add_check(&mut self, name: &str, check: Check) {
        self.add(name, move |shared| async move {
            let take = || Survey::take(&shared.chromium, &shared.site, &shared.server);
            finding::none(&shared.survey.get_or_try_init(take).await?.found(check))
        });
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Ends the browser, by its number, when this program is told to end before it is done.
async fn end_with_us(browser: Option<u32>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    if let Some(browser) = browser {
        let ended = tokio::process::Command::new("kill").arg(browser.to_string()).status().await;
        eprintln!("ended early, and the browser with it: {ended:?}");
    }
    std::process::exit(130);
}

fn run() -> Result<ExitCode> {
    let mut arguments = Arguments::from_args();
    // Tests wait for the browser, and it has as many tabs as it gets.
    arguments.test_threads.get_or_insert(4);
    let runtime = Arc::new(Runtime::new()?);
    let site = Site::copy()?;
    let server = Server::start(site.above())?;
    let chromium = runtime.block_on(Chromium::launch())?;
    eprintln!("{}", runtime.block_on(chromium.version())?);
    runtime.spawn(end_with_us(chromium.process()));
    let shared = Arc::new(Shared { chromium, site, server, survey: OnceCell::new() });
    let mut suite = Suite { runtime: runtime.clone(), shared: shared.clone(), trials: Vec::new() };

    suite.add_check("every_page_opens", Check::Opens);
    suite.add_check("no_page_says_anything_in_the_console", Check::Console);
    suite.add_check("no_page_requests_anything_outside_of_the_site", Check::Requests);
    suite.add_check(
        "every_page_has_one_title_one_description_one_heading_and_each_id_once",
        Check::Head,
    );
    suite.add_check("every_link_leads_somewhere", Check::Links);
    suite.add_check("no_page_scrolls_sideways", Check::Sideways);
    suite.add_check("letters_are_large_enough_to_read", Check::Letters);
    suite.add_check("targets_are_large_enough_to_tap", Check::Targets);
    suite.add_check("labels_of_charts_keep_apart", Check::Overlaps);
    suite.add_check("nothing_is_cut_off", Check::Cut);
    suite.add_check("time_charts_of_a_page_share_one_axis", Check::Axis);
    suite.add_check("an_experiment_is_short_and_begins_with_its_chart", Check::Lengths);
    suite.add_check("pages_and_scripts_are_light", Check::Weight);
    audits::add(&mut suite);
    reading::add(&mut suite);
    acting::add(&mut suite);
    copying::add(&mut suite);
    plain::add(&mut suite);
    paper::add(&mut suite);
    planted::add(&mut suite);
    speed::add(&mut suite);

    let conclusion = libtest_mimic::run(&arguments, std::mem::take(&mut suite.trials));
    drop(suite);
    let shared = Arc::into_inner(shared).context("a test still runs")?;
    let unread = shared.chromium.unread();
    runtime.block_on(shared.chromium.close())?;
    // A newer browser whose events the library cannot read would leave checks with nothing to see.
    ensure!(unread.is_empty(), "events were not understood:\n{}", unread.join("\n"));
    Ok(conclusion.exit_code())
}
