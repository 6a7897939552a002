//! The `source.yaml` that an import begins with: what is known, for the user to add to.

use super::file::ReadFile;
use super::report::{Imported, listed};

/// A description of the source `name` to start from: file names and extent, no folder, no clock.
pub fn source_yaml(name: &str, imported: &Imported) -> String {
    let names: Vec<&str> = imported.files.iter().map(ReadFile::name).collect();
    let mut prices: Vec<&str> = imported
        .files
        .iter()
        .map(|file| file.field.map_or("as the file has them", |field| field.words()))
        .collect();
    prices.dedup();
    let mut text = format!("title: {}\ndescription: |\n", quoted(name));
    text.push_str(&format!(
        "  Daily prices ({}) of {}.\n",
        prices.join(", "),
        imported.table.tickers.join(", ")
    ));
    for warning in &imported.warnings {
        text.push_str(&format!("\n  {warning}\n"));
    }
    text.push_str(&format!("origin: {}\n", quoted(&format!("Imported from {}", listed(&names)))));
    text
}

/// Text as YAML takes it, whatever is in it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
