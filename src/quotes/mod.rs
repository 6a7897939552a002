//! Daily prices as a provider or a file gives them: decimal numbers kept as their text.
//!
//! What comes in is written down to the last digit: a price is parsed to be checked and compared,
//! and never printed again from a double.

mod decimal;
mod table;

pub use decimal::Decimal;
pub use table::{Quote, Quotes, Table};
