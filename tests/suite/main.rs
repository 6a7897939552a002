//! The integration tests, one binary: contracts, outside witnesses, laws.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panic")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]
#![allow(clippy::disallowed_methods, reason = "tests read fixtures and run the program")]

mod architecture;
mod authored;
mod benchmarks;
mod bounds;
mod cli;
mod colours;
mod crash;
mod criteria;
mod definitions;
mod detectors;
mod diff;
mod external;
mod fetch;
mod frequency;
mod fuzz;
mod geometry;
mod git;
mod golden;
mod hostile;
mod import;
mod incremental;
mod judged;
mod messages;
mod pages;
mod periods;
mod planted_truth;
mod pull_request;
mod quality;
mod reference;
mod revision;
mod serve;
mod size;
mod solvers;
mod spec;
mod store;
mod supply_chain;
mod support;
mod tear_sheet;
mod unreadable;
mod weighted;
mod words;
