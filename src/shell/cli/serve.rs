//! `serve`: the site in a browser, built again whenever something that it is made of changes.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Instant, SystemTime};

use clap::Args;

use super::bug::caught;
use super::build::{self, Built, Making};
use super::outcome::{complain, failure, lines_of};
use super::{Outcome, report_warnings, say};
use crate::base::diagnostic::{Problem, Problems};
use crate::shell::serve::{Live, Server};
use crate::shell::store::{self, Served, Watch};

/// The stack of a program's first thread, which builds elsewhere.
const STACK: usize = 8 << 20;

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    making: Making,
    /// Folder of the built site, which is not touched: experiments without prices are taken from it.
    #[arg(long, value_name = "DIR", default_value = "site")]
    site: PathBuf,
    /// Port of this machine's loopback addresses; by default 3210, or the next one that is free.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Open the site in the browser.
    #[arg(long)]
    open: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let server = Server::bind(arguments.port).map_err(Problems::from)?;
    let (folders, settings) = build::inputs_of(&arguments.making);
    let watch = Watch::new(folders, vec![settings]).map_err(Problems::from)?;
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let live = Arc::new(Live::new(u64::try_from(since.as_millis()).unwrap_or_default()));
    let out = store::preview_folder(server.port());
    let making = arguments.making.clone();
    let build = build::Arguments::preview(making, out.clone(), arguments.site.clone());
    let site = format!("http://localhost:{}/", server.port());
    say(&format!("{site} (Ctrl-C ends it)\n"))?;
    let builder = Builder::new(Arc::clone(&live), out);
    let build = move || build::build(&build);
    thread::Builder::new().stack_size(STACK).spawn(move || builder.run(watch, build))?;
    if arguments.open
        && let Err(error) = open::that_detached(&site)
    {
        let problem = Problem::new(format!("the browser cannot be started: {error}"));
        report_warnings(&problem.hint(format!("open {site} yourself")).into());
    }
    match server.run(&live)? {}
}

/// Builds the site, one time after another.
struct Builder {
    live: Arc<Live>,
    out: PathBuf,
    /// What the last build said of its inputs.
    notes: String,
    /// Whether the last build left a site.
    is_well: bool,
}

impl Builder {
    fn new(live: Arc<Live>, out: PathBuf) -> Self {
        Self { live, out, notes: String::new(), is_well: false }
    }

    /// Builds, and builds again whenever something has changed, be it during a build.
    fn run(mut self, mut watch: Watch, build: impl Fn() -> anyhow::Result<Built>) {
        loop {
            self.once(&build);
            match watch.wait() {
                Ok(true) => {}
                Ok(false) => return,
                Err(problem) => report_warnings(&problem.into()),
            }
        }
    }

    /// Builds once. Whatever comes of it is told on the terminal and to the pages.
    fn once(&mut self, build: impl Fn() -> anyhow::Result<Built>) {
        let start = Instant::now();
        let built = caught(|| {
            let built = build()?;
            Ok((Served::open(&self.out)?, built))
        });
        let mut failed = |text: String| {
            self.is_well = false;
            complain(&text);
            self.live.fail(text);
        };
        match built {
            Ok(Ok((Some(site), built))) => {
                let seconds = start.elapsed().as_secs_f64();
                let findings = Some(&built.problems).filter(|problems| !problems.is_empty());
                self.live.publish(site, findings.map(lines_of));
                self.say(&built, seconds);
            }
            Ok(Ok((None, _))) => failed(format!("error: {} is gone\n", self.out.display())),
            Ok(Err(error)) => failed(failure(&error)),
            Err(bug) => failed(bug),
        }
    }

    fn say(&mut self, built: &Built, seconds: f64) {
        // Whoever closed standard output still has the pages.
        if built.notes != self.notes {
            let _ = say(&built.notes);
            self.notes.clone_from(&built.notes);
        }
        // A file that was saved as it was is no news.
        if !(built.is_as_before && self.is_well) {
            let _ = say(&format!("{}, {seconds:.1} s\n", built.done));
        }
        self.is_well = true;
        if !built.problems.is_empty() {
            complain(&lines_of(&built.problems));
        }
        report_warnings(&built.warnings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_a_build_is_told_and_the_next_one_goes_on() {
        let live = Arc::new(Live::new(1));
        let out = PathBuf::from("nowhere");
        let mut builder = Builder::new(Arc::clone(&live), out);
        builder.once(|| panic!("the sky fell"));
        let told = live.told().unwrap();
        assert!(told.contains("this is a bug of dfa-report"), "{told}");
        builder.once(|| Ok(Built::default()));
        assert_eq!(live.told().unwrap(), "error: nowhere is gone\n");
    }
}
