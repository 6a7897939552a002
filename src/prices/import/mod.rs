//! Price files as people have them, made into one table: bytes in, prices and words out.
//!
//! - `decode`, `delimiter`: a file is opened and cut into cells.
//! - `layout`: the names of its columns tell how its prices are arranged.
//! - `dates`, `numbers`: one format each, which the whole column must bear out.
//! - `cells`, `series`: values are checked and put in order, ticker by ticker.
//! - `window`, `session`: days asked for, and what was taken while the session ran.
//! - `report`, `starter`: what was found, in words.
//!
//! A provider's answer in CSV is read by the same rules (`read_bars`).
//!
//! What could be read in two ways is a problem whose hint names the option that settles it.

mod cells;
mod dates;
mod decode;
mod delimiter;
mod file;
mod layout;
mod numbers;
mod options;
mod report;
mod series;
mod session;
mod starter;
mod ticker;
mod window;

use std::collections::BTreeSet;

use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::Day;
use crate::prices::quotes::{Field, Quotes, Table, bounds};

pub(crate) use delimiter::{SEPARATORS, name as separator_name};

pub use dates::{DateFormat, DateOrder};
pub(crate) use file::read_bars;
pub use file::{ReadFile, TickerRows};
pub use layout::Layout;
pub use numbers::DecimalMark;
pub use options::Options;
pub use report::Imported;
pub use starter::source_yaml;

/// Reads files and joins their series on the union of their days: each file by its name in
/// messages, as the user named it with `/` between its parts, and what is in it.
///
/// # Errors
/// All problems of all files; a ticker that two files have; files of different prices; more prices
/// than the bounds allow.
pub fn import(inputs: &[(String, Vec<u8>)], options: &Options) -> Result<Imported, Problems> {
    let mut problems = Problems::new();
    let mut files = Vec::new();
    let mut series: Vec<Quotes> = Vec::new();
    if options.ticker.is_some() && inputs.len() != 1 {
        let problem =
            Problem::new(format!("--ticker names one ticker, there are {} files", inputs.len()));
        problems.push(problem.hint("name the files after their tickers: `SPY.csv`"));
    }
    for (file, bytes) in inputs {
        match file::read(file, bytes, options) {
            Ok((file, quotes)) => {
                problems.extend(twice(&files, &file));
                files.push(file);
                series.extend(quotes);
            }
            Err(found) => problems.extend(found),
        }
    }
    if let Some(problem) = mixed_fields(&files) {
        problems.push(problem);
    }
    problems.into_result(())?;

    let mut left_out = window::cut(&mut series, options);
    let [at_end, notes] = session::check_ends(&mut series, options.keep_last);
    left_out.extend(at_end);
    if !options.all_days {
        left_out.extend(window::begin_together(&mut series));
    }
    let days: BTreeSet<Day> =
        series.iter().flat_map(|s| s.quotes.iter().map(|quote| quote.day)).collect();
    bounds::check_table("the table of all files", series.len(), days.len())?;
    let table = Table::join(&series);
    if table.days.is_empty() {
        let problem = Problem::new("no price is left");
        return Err(problem.hint("see --start and --end").into());
    }
    let warnings = warnings(&files, options.field);
    Ok(Imported { files, table, left_out, notes, warnings })
}

/// Tickers of a file that one before has too.
fn twice(before: &[ReadFile], file: &ReadFile) -> Problems {
    let mut problems = Problems::new();
    for TickerRows { ticker, .. } in &file.tickers {
        let has = |other: &&ReadFile| other.tickers.iter().any(|known| known.ticker == *ticker);
        if let Some(other) = before.iter().find(has) {
            let problem = Problem::new(format!("{ticker} is in {} too", other.file));
            let problem = problem.at(Place::file(&file.file));
            problems.push(problem.hint("name only one of the two files"));
        }
    }
    problems
}

/// Files whose prices are known to differ in kind from those of the first.
fn mixed_fields(files: &[ReadFile]) -> Option<Problem> {
    let mut known = files.iter().filter_map(|file| Some((file, file.field?)));
    let (first, field) = known.next()?;
    let (other, another) = known.find(|(_, other)| *other != field)?;
    Some(
        Problem::new(format!(
            "the {} prices of {} cannot stand beside the {} prices of {}",
            another.words(),
            other.file,
            field.words(),
            first.file
        ))
        .at(Place::file(&other.file))
        .hint("take a price that all have with --field, or leave the file out"),
    )
}

/// What must not be overlooked about the prices.
fn warnings(files: &[ReadFile], asked: Option<Field>) -> Vec<String> {
    let named = |wanted: fn(&ReadFile) -> bool| {
        let names: Vec<&str> = files.iter().filter(|f| wanted(f)).map(ReadFile::name).collect();
        (!names.is_empty()).then(|| report::listed(&names))
    };
    let mut warnings = Vec::new();
    if let Some(names) = named(|file| file.field.is_some_and(|f| f != Field::AdjustedClose)) {
        let why = match asked {
            Some(field) => format!("the {} was asked for", field.words()),
            None => "there is a close and no adjusted close".to_owned(),
        };
        warnings.push(format!(
            "DIVIDENDS ARE NOT IN THESE PRICES, unless the provider puts them into its close as \
             Stooq does: {why} in {names}."
        ));
    }
    if let Some(names) = named(|file| file.field.is_none()) {
        warnings.push(format!(
            "whether dividends are in the prices is not said in {names}. The report takes them for \
             adjusted closes."
        ));
    }
    warnings
}
