//! Prices of providers: what to ask them, what their answers mean, and what is to be stored.
//!
//! 1. A `Provider` knows how to ask for a ticker and what the answer means.
//! 2. `update` asks for what is not stored, compares the overlap with what is, and leaves an
//!    `Update`: prices, `Lock`, and what was restated. It reads and writes no file.
//!
//! What is absent: the network, which `shell::network` asks; a key in any lock or address shown; the
//! clock.

mod alpha_vantage;
mod catalogue;
mod compare;
mod failure;
mod lock;
mod provider;
mod report;
mod stooq;
mod tiingo;
mod update;
mod yahoo;

pub(crate) use catalogue::provider;
pub(crate) use failure::{Failure, GO_ON_LATER, Kind, excerpt};
pub(crate) use lock::Lock;
pub(crate) use provider::{KeyVariable, Provider, Query, Request, encode, place};
pub(crate) use update::{Download, NotDownloaded, Stored, Update, update};
