//! The progress bar of every command that takes a while.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of so many steps, each with a message; it shows at once if there is anything to do.
pub(super) fn bar(steps: usize) -> ProgressBar {
    let progress = ProgressBar::new(steps as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        progress.set_style(style);
    }
    if steps > 0 {
        progress.tick();
    }
    progress
}
