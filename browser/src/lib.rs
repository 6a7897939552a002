//! The built site as its readers meet it: in a real browser, over `file://` and over HTTP, at every
//! width, light and dark, by mouse, touch and keyboard, printed, and without scripts.
//!
//! One browser process serves the whole run (`chromium`), every page in a tab and storage of its own
//! (`tab`). What a page shows is measured by small scripts (`measure/*.js`), which return plain data;
//! `check` says what is wrong with it, in findings with their place. The numbers that pages are held
//! to are in `limits`.

pub mod charts;
pub mod check;
pub mod chromium;
pub mod csv;
pub mod finding;
pub mod hand;
pub mod limits;
pub mod server;
pub mod site;
pub mod survey;
pub mod tab;
pub mod view;
