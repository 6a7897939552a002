//! Daily prices as a provider or a file gives them: decimal numbers kept as their text.
//!
//! What comes in is written down to the last digit: a price is parsed to be checked and compared,
//! and never printed again from a double.

pub(crate) mod bounds;
mod csv;
mod decimal;
mod field;
pub(crate) mod name;
mod order;
pub(crate) mod returns;
mod sheet;
mod table;
mod text;

pub use decimal::Decimal;
pub(crate) use decimal::{is_price, why_no_price};
pub use field::{Column, Field};
pub(crate) use order::Ordered;
pub(crate) use sheet::{Capped, Sheet, is_missing};
pub use table::{Quote, Quotes, Table};
pub(crate) use text::utf8;
