//! `fetch`: prices from where `source.yaml` says.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use jiff::{SignedDuration, Timestamp};

use super::{Outcome, progress, report_problems, say};
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::prices::data::{self, Declaration, Description};
use crate::prices::fetch::{self, Download, Lock, NotDownloaded, Stored, Update};
use crate::prices::quotes::Table;
use crate::shell::network::{self, Client};
use crate::shell::store::{self, DeclaredFiles, Partials};

/// How long a download that was kept stands for asking again: long enough for a limit of requests
/// a day to pass.
const KEPT: SignedDuration = SignedDuration::from_hours(36);

/// The file in the folder of a source that is there while the source is fetched.
const LOCK: &str = ".fetch.lock";

/// Arguments of `fetch`.
///
/// Only new days are asked for, and some weeks before them to see whether history was restated. A
/// distribution or a split that rescales all prices and changes no return is taken over and told;
/// anything that changes a stored return, or drops prices that no fetch brings back, is told and
/// needs --accept. Either all tickers are written or none; a run that was interrupted goes on where it was.
/// Of two fetches of one source at once the second is refused.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Name of the source: a folder with source.yaml.
    source: String,
    /// Folder of price sources.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Ask for every history as a whole.
    #[arg(long)]
    full: bool,
    /// Take over what changes returns that are stored, and drop prices that were not fetched.
    #[arg(long)]
    accept: bool,
    /// Ask nobody; exit status 1 if the prices are not those that were fetched.
    #[arg(long, conflicts_with_all = ["full", "accept"])]
    check: bool,
    /// Longest time that a request may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 60,
        value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let folder = store::declared_folder(&arguments.data, &arguments.source);
    let folder = folder.map_err(Problems::from)?;
    let doing = format!("fetching `{}`", arguments.source);
    // Before anything is read: what the other writes meanwhile would be taken for a hand's.
    let _alone = match arguments.check {
        true => None,
        false => Some(store::lock(&folder.join(LOCK), &doing)?),
    };
    let files = store::declared(folder)?;
    let declaration = declaration(&files)?;
    let table = files.prices.as_ref();
    let table = table.map(|p| data::read_table(p.format, &p.file, &p.bytes)).transpose()?;
    if arguments.check {
        return check(&files, &declaration, table.as_ref());
    }
    let lock = files.lock.as_ref().map(|lock| Lock::parse(&lock.file, &lock.text)).transpose();
    let lock = match lock {
        // It is written again in any case.
        Err(_) if arguments.full => None,
        lock => lock.map_err(Problems::from)?,
    };
    let partials = Partials::open(&files.folder, &declaration.hash(), arguments.accept)?;
    let stored = Stored { table: table.as_ref(), lock: lock.as_ref() };
    let update = download(&declaration, stored, arguments, &partials)?;
    say(&update.to_string())?;
    if update.wants_consent() && !arguments.accept {
        partials.complete(&declaration.hash())?;
        say(&format!(
            "{}: nothing was written; --accept takes over {}\n",
            files.folder.display(),
            if update.lost.is_empty() { "what changes returns" } else { "all of this" }
        ))?;
        return Ok(Outcome::Findings);
    }
    write(&files, &declaration, &update)?;
    partials.discard()?;
    Ok(Outcome::Done)
}

fn declaration(files: &DeclaredFiles) -> Result<Declaration, Problems> {
    let file = &files.declaration;
    Description::parse(&file.file, &file.text)?.declaration.ok_or_else(|| {
        Problem::new("the source does not say where its prices can be fetched")
            .at(Place::file(&file.file))
            .expected("provider, tickers, field, adjustment and start")
            .into()
    })
}

fn check(
    files: &DeclaredFiles,
    declaration: &Declaration,
    table: Option<&Table>,
) -> anyhow::Result<Outcome> {
    let (Some(prices), Some(table), Some(lock)) = (&files.prices, table, &files.lock) else {
        let name = files.folder.display();
        let problem = Problem::new(format!("{name}: there are no prices that were fetched"));
        report_problems(&problem.hint("run `dfa-report fetch`").into());
        return Ok(Outcome::Findings);
    };
    let lock = Lock::parse(&lock.file, &lock.text).map_err(Problems::from)?;
    let mut problems = Problems::new();
    lock.check(&prices.file, table, declaration).into_iter().for_each(|p| problems.push(p));
    if problems.is_empty() {
        say(&format!("{}: as fetched, {} tickers\n", prices.file, lock.tickers.len()))?;
        return Ok(Outcome::Done);
    }
    report_problems(&problems);
    Ok(Outcome::Findings)
}

/// Asks for what is missing, keeping every download until all are there.
fn download(
    declaration: &Declaration,
    stored: Stored<'_>,
    arguments: &Arguments,
    partials: &Partials,
) -> anyhow::Result<Update> {
    let key =
        network::key_variable(&declaration.provider).and_then(|key| std::env::var(key.name).ok());
    let now = Timestamp::from_second(Timestamp::now().as_second())?;
    let timeout = Duration::from_secs(arguments.timeout);
    let mut client =
        Client::new(declaration, key, timeout, now, std::thread::sleep).map_err(Problems::from)?;
    let progress = progress::bar(declaration.tickers.len());
    let hash = declaration.hash();
    let update = fetch::update(declaration, stored, arguments.full, &mut |symbol, from| {
        let mut symbols = declaration.tickers.iter();
        let position = symbols.position(|known| known == symbol).unwrap_or_default();
        progress.set_position(position as u64);
        progress.set_message(symbol.ticker.clone());
        let name = format!("{position}-{}-{from}", symbol.ticker);
        let kept = partials.get(&name).and_then(|text| Download::parse(&symbol.ticker, &text));
        if let Some(kept) = kept.filter(|kept| now.duration_since(kept.fetched) <= KEPT) {
            return Ok(kept);
        }
        if client.is_halted() {
            return Err(NotDownloaded::Skipped);
        }
        let quotes = client.download(symbol, from).map_err(NotDownloaded::Failed)?;
        let download = Download { quotes, fetched: now, from: client.address(symbol, from) };
        // What cannot be kept has come all the same.
        let _ = partials.keep(&hash, &name, &download.to_text());
        Ok(download)
    });
    progress.finish_and_clear();
    Ok(update?)
}

fn write(files: &DeclaredFiles, declaration: &Declaration, update: &Update) -> anyhow::Result<()> {
    let format = declaration.format;
    let bytes = data::write(format, &update.table)?;
    let written = store::write_fetched(&files.folder, format, &bytes, &update.lock.to_text())?;
    let days = &update.table.days;
    let span = match (days.first(), days.last()) {
        (Some(first), Some(last)) => format!("{} days, {first} to {last}", days.len()),
        _ => "no days".to_owned(),
    };
    let done = if written { "written" } else { "unchanged" };
    say(&format!("{}/{}: {done}, {span}\n", files.folder.display(), store::price_file(format)))
}
