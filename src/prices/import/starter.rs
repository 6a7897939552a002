//! The `source.yaml` that an import begins with: what is known, for the user to add to.

use super::file::ReadFile;
use super::report::{Imported, listed};

/// A description of the source `name` to start from: file names and extent, no folder, no clock.
pub fn source_yaml(name: &str, imported: &Imported) -> String {
    let files = &imported.files;
    let names: Vec<&str> = files.iter().map(ReadFile::name).collect();
    let words = |file: &ReadFile| file.field.map_or("as the file has them", |field| field.words());
    let mut prices: Vec<&str> = files.iter().map(words).collect();
    prices.dedup();
    let (prices, tickers) = (prices.join(", "), imported.table.tickers.join(", "));
    let warnings = imported.warnings.iter().map(|warning| format!("\n  {warning}\n"));
    format!(
        "title: {}\ndescription: |\n  Daily prices ({prices}) of {tickers}.\n{}origin: {}\n",
        quoted(name),
        warnings.collect::<String>(),
        quoted(&format!("Imported from {}", listed(&names)))
    )
}

/// Text as YAML takes it, whatever is in it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
