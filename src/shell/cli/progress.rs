//! The progress bar of the commands that take long; it shows on a terminal only.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of `len` steps, shown at once.
pub(crate) fn bar(len: u64) -> ProgressBar {
    let bar = ProgressBar::new(len);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar.tick();
    bar
}
