//! Dynamic Factor Alpha: regime-aware factor modelling and walk-forward forecasting of an equity
//! index, as a static research report.
//!
//! The program in one list; each step is a module, and a module uses only those above it:
//!
//! 1. [`data`] reads a price file and aligns it to a [`panel`]; [`quality`] judges the prices,
//!    [`revision`] compares two versions of them, [`import`] and [`fetch`] bring them in.
//! 2. [`walk_forward`] fits every [`model`] on the past and forecasts the next rows, out of sample.
//! 3. [`backtest`] turns forecasts into positions and positions into a self-financing record.
//! 4. [`geometry`] and [`regime`] describe the market beneath; [`metrics`] and [`inference`] judge
//!    all of it.
//! 5. [`experiment`] runs a validated [`spec`] through these and leaves [`results`].
//! 6. [`site`] draws the results ([`chart`]) and fills the pages; [`diff`] compares two results.
//! 7. [`store`] alone touches files, [`fetch`] alone the network; [`cli`] loads, calls and saves.
//!
//! What is absent: the compute side knows no HTML, the site knows no solver, nothing but `store`,
//! `fetch` and `cli` does I/O, and no report depends on the clock, the machine or the number of
//! threads.

pub mod backtest;
pub mod chart;
pub mod cli;
pub mod data;
pub mod diagnostic;
pub mod diff;
pub mod experiment;
pub mod fetch;
pub mod geometry;
pub mod import;
pub mod inference;
pub mod linalg;
pub mod metrics;
pub mod model;
pub mod moments;
pub mod panel;
pub mod quality;
pub mod quotes;
pub mod regime;
pub mod results;
pub mod revision;
pub mod sample;
pub mod site;
pub mod spec;
pub mod store;
pub mod units;
pub mod walk_forward;
