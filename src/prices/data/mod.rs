//! From a price file to an aligned panel: reading (polars stops here), checking, aligning.

mod align;
mod check_declaration;
mod declaration;
mod forecasts;
mod frequency;
mod not_prices;
mod parquet;
mod price_table;
mod read;
mod source;

pub use crate::results::spec::{Data as Settings, Missing};
pub use align::{align, require_ticker};
pub use declaration::{Adjustment, DEFAULT_OVERLAP, Declaration, Format, Provider, Symbol};
pub use forecasts::Forecasts;
pub use frequency::frequency;
pub(crate) use frequency::{median_step, trades_on_weekends};
pub(crate) use parquet::read_parquet;
pub use parquet::write_parquet;
pub use price_table::PriceTable;
pub use read::{read, read_csv};
pub(crate) use read::{read_table, write};
pub use source::{Acknowledgement, Description, Truth};
