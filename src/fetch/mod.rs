//! Prices over the network: the only module that asks another machine.
//!
//! 1. A `provider` knows how to ask for a ticker and what the answer means.
//! 2. The [`Client`] sends requests, politely and again where a failure may pass.
//! 3. [`update`] asks for what is not stored, compares the overlap with what is, and leaves an
//!    [`Update`]: prices, [`Lock`], and what was restated. It reads and writes no file.
//!
//! What is absent: a key is in no message, no lock and no address shown; nothing here asks the
//! clock for the time.

mod alpha_vantage;
mod client;
mod compare;
mod failure;
mod http;
mod lock;
mod provider;
mod report;
mod stooq;
mod template;
mod tiingo;
mod update;
mod yahoo;

pub use client::{Client, Clock, Sleep, key_variable};
pub use compare::{Change, Restatement};
pub use lock::{Lock, TickerLock};
pub use provider::KeyVariable;
pub use update::{
    Download, Downloader, Lost, Missing, Stored, TickerUpdate, Update, Whole, update,
};
