//! Running code of a library that may panic on bad input, as if it had said so in a result.

use std::cell::Cell;
use std::panic::{self, UnwindSafe};
use std::sync::Once;

thread_local! {
    /// How many calls of [`guarded`] this thread is in.
    static EXPECTED: Cell<usize> = const { Cell::new(0) };
}

/// What `run` returns, `None` if it panics. The panic leaves no trace on standard error.
///
/// For libraries that panic on input which they should refuse, and for nothing of our own. Only
/// what runs on the calling thread is caught.
pub(crate) fn guarded<T>(run: impl FnOnce() -> T + UnwindSafe) -> Option<T> {
    // The hook is the process's: ours passes on to the one that was there, so that a panic
    // elsewhere is told as before.
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if EXPECTED.try_with(Cell::get).unwrap_or(0) == 0 {
                before(info);
            }
        }));
    });
    EXPECTED.set(EXPECTED.get() + 1);
    let result = panic::catch_unwind(run);
    EXPECTED.set(EXPECTED.get() - 1);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_none_and_the_next_call_starts_afresh() {
        assert_eq!(guarded(|| 1), Some(1));
        assert_eq!(guarded(|| -> i32 { panic!("a library") }), None);
        assert_eq!(guarded(|| guarded(|| -> i32 { panic!("within") })), Some(None));
        assert_eq!(EXPECTED.get(), 0);
    }
}
