//! Dynamic Factor Alpha: regime-aware factor modelling and walk-forward forecasting of an equity
//! index, as a static research report.
//!
//! The program in its order:
//!
//! 1. [`prices`] reads the price files that people have, judges them, compares versions of them and
//!    aligns them to a [`prices::panel`].
//! 2. [`engine`] takes a validated [`engine::spec`] through a walk-forward, positions, a
//!    self-financing record, geometry, regimes and inference ([`engine::experiment`]) and leaves
//! 3. [`results`], a typed and versioned contract: all that passes from computing to showing.
//! 4. [`report`] draws the results, fills the pages and compares two results; text in memory.
//! 5. [`shell`] loads, calls and saves: the only wing that touches files, the network, the
//!    environment and the clock.
//!
//! [`base`] holds what all of them rest on. Arrows go one way, which `tests/suite/architecture.rs`
//! holds: `results` and `prices` use `base`; `engine` uses these three; `report` uses `base` and
//! `results` only, so that it can compute nothing; `shell` uses all.
//!
//! What is absent: the compute side knows no HTML, the report knows no solver and decides nothing,
//! and no output depends on the clock, the machine or the number of threads.

pub mod base;
pub mod prices;

pub mod engine;

pub mod results;

pub mod report;

pub mod shell;
