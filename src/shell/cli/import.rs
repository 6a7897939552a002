//! `import`: price files as people have them, made into a source.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::{Outcome, say};
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::name;
use crate::base::units::Day;
use crate::prices::data::{self, Format, PriceTable};
use crate::prices::import::{self, DateOrder, DecimalMark, Imported, Layout, Options};
use crate::prices::quotes::{Field, bounds};
use crate::prices::revision;
use crate::shell::store::{self, PriceFile};

/// Arguments of `import`.
#[derive(Debug, Args)]
#[command(after_help = bounds::in_words())]
pub(super) struct Arguments {
    /// Price files, or folders of them.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Name of the source: the folder to write below --data.
    #[arg(long, value_name = "NAME")]
    source: String,
    /// Folder of price sources.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// What to write: prices.csv keeps every digit, prices.parquet holds doubles.
    #[arg(long, default_value = "csv", value_parser = choice(Format::ALL, Format::name))]
    format: Format,
    /// Which price of the bar to take; by default the adjusted close, or else the close.
    #[arg(long, value_parser = choice(Field::ALL, Field::name))]
    field: Option<Field>,
    /// Layout of the files, where their columns do not tell it.
    #[arg(long, value_parser = choice(Layout::NAMED, Layout::name))]
    layout: Option<Layout>,
    /// What separates fields, where the text does not tell it.
    #[arg(long, value_parser = choice(import::SEPARATORS, import::separator_name))]
    separator: Option<char>,
    /// Order of day, month and year, where the dates do not tell it.
    #[arg(long, value_parser = choice(DateOrder::ALL, DateOrder::name))]
    date_order: Option<DateOrder>,
    /// Decimal mark, where the numbers do not tell it.
    #[arg(long, value_parser = choice(DecimalMark::ALL, DecimalMark::name))]
    decimal: Option<DecimalMark>,
    /// Ticker of a single file whose name does not tell it.
    #[arg(long)]
    ticker: Option<String>,
    /// First day to take.
    #[arg(long, value_name = "DAY")]
    start: Option<Day>,
    /// Last day to take.
    #[arg(long, value_name = "DAY")]
    end: Option<Day>,
    /// Keep a last bar that looks taken during the session.
    #[arg(long)]
    keep_last: bool,
    /// Keep the days before the second ticker begins.
    #[arg(long)]
    all_days: bool,
    /// Overwrite prices that are there.
    #[arg(long)]
    force: bool,
}

/// One of a few things, each by its name.
fn choice<T: Copy + Send + Sync + 'static, const N: usize>(
    all: [T; N],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.map(name)).map(move |word| {
        match all.into_iter().find(|known| name(*known) == word) {
            Some(meant) => meant,
            None => unreachable!("clap lets only the names through"),
        }
    })
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    name::check_new(&arguments.source, "a source").map_err(Problems::from)?;
    let (files, passed_over) = store::raw_files(&arguments.paths)?;
    let options = Options {
        layout: arguments.layout,
        separator: arguments.separator,
        date_order: arguments.date_order,
        decimal: arguments.decimal,
        field: arguments.field,
        ticker: arguments.ticker.clone(),
        start: arguments.start,
        end: arguments.end,
        keep_last: arguments.keep_last,
        all_days: arguments.all_days,
    };
    let imported = import::import(&files, &options)?;
    say(&imported.report())?;
    if !passed_over.is_empty() {
        say(&format!("\npassed over, no price files\n  {}\n", passed_over.join("\n  ")))?;
    }
    save(arguments, &imported)?;
    Ok(Outcome::Done)
}

/// Writes the prices, or says what would change in those that are there.
fn save(arguments: &Arguments, imported: &Imported) -> anyhow::Result<()> {
    let folder = arguments.data.join(&arguments.source);
    let bytes = data::write(arguments.format, &imported.table)?;
    let path = folder.join(store::price_file(arguments.format));
    let name = path.display();
    if store::sources(&arguments.data).contains(&arguments.source) {
        let before =
            store::source(&arguments.data, &arguments.source).and_then(|files| files.prices);
        let before = before.map_err(Problems::from)?;
        if before.format == arguments.format && before.bytes == bytes {
            say(&format!("\n{name}: {}; nothing has changed\n", imported.extent()))?;
            return Ok(());
        }
        say(&format!("\n{}", changes(&before, imported)))?;
        if !arguments.force {
            let problem = Problem::new("the source has prices already, they are left as they are")
                .at(Place::file(before.file))
                .hint("--force puts the new ones in their place, another --source keeps both");
            return Err(Problems::from(problem).into());
        }
    }
    store::put_prices(&folder, arguments.format, &bytes, arguments.force)?;
    say(&format!("\n{name}: {}\n", imported.extent()))?;
    let description = folder.join("source.yaml");
    let text = import::source_yaml(&arguments.source, imported);
    if store::write_if_absent(&description, text.as_bytes())? {
        say(&format!("{}: a first description, to add to\n", description.display()))?;
    }
    Ok(())
}

/// What would change in the prices that are there.
fn changes(before: &PriceFile, imported: &Imported) -> String {
    let Ok(base) = data::read(before.format, &before.file, &before.bytes) else {
        return format!("{} cannot be read as prices\n", before.file);
    };
    let head = PriceTable::new("the import", imported.table.clone(), |price| price.value());
    match revision::compare(&base, &head) {
        Err(_) => format!("{} has no ticker or no day of these\n", before.file),
        Ok(revision) if revision.is_empty() => {
            format!("{} has the same prices, written in another way\n", before.file)
        }
        Ok(revision) => {
            format!("changes: {}\n{}", revision.summary(), revision::to_text(&revision, usize::MAX))
        }
    }
}
