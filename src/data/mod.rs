//! From a price file to an aligned panel: reading (polars stops here), checking, aligning.

mod align;
mod parquet;
mod price_table;
mod read;
mod settings;
mod source;

pub use align::{align, require_ticker};
pub use parquet::read_parquet;
pub use price_table::PriceTable;
pub use read::read_csv;
pub use settings::{Missing, Settings};
pub use source::{Description, Truth};
