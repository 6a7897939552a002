//! From a price file to an aligned panel: reading (polars stops here), checking, aligning.

mod align;
mod check_declaration;
mod declaration;
mod parquet;
mod parquet_cells;
mod price_table;
mod read;
mod source;

pub use crate::results::spec::{Data as Settings, Missing};
pub use align::{align, require_ticker};
pub use declaration::{Adjustment, DEFAULT_OVERLAP, Declaration, Format, Provider, Symbol};
pub use parquet::read_parquet;
pub use parquet_cells::{TextColumns, read_parquet_cells, write_parquet};
pub use price_table::PriceTable;
pub use read::read_csv;
pub use source::{Description, Truth};
