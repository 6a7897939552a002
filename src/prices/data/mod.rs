//! From a price file to an aligned panel: reading (polars stops here), checking, aligning.

mod align;
mod declaration;
mod parquet;
mod price_table;
mod read;
mod settings;
mod source;
mod source_yaml;
mod written;

pub use align::{align, require_ticker};
pub use declaration::{Adjustment, DEFAULT_OVERLAP, Declaration, Format, Provider, Symbol};
pub use parquet::write_parquet;
pub(crate) use parquet::{read_parquet, read_parquet_cells};
pub use price_table::PriceTable;
pub use read::read_csv;
pub(crate) use read::{read, read_table, write};
pub use settings::{Missing, Settings};
pub use source::{Description, Truth};
