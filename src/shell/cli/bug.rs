//! What is said when the program meets a mistake of its own.

use std::io::{self, Write as _};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;
use std::sync::Mutex;

/// The first panic, as it was told where it happened, in whichever thread.
static FIRST: Mutex<Option<String>> = Mutex::new(None);

/// Runs a command. A panic in it is told as the bug that it is, with what to send, and ends with
/// exit status 2; a site is published at the very end and whole, so the old one stands.
pub(super) fn guarded(command: impl FnOnce() -> ExitCode) -> ExitCode {
    // Where the environment asks for a backtrace, the usual one comes with it.
    let usual = std::env::var_os("RUST_BACKTRACE").map(|_| panic::take_hook());
    panic::set_hook(Box::new(move |info| {
        if let Ok(mut first) = FIRST.lock() {
            first.get_or_insert_with(|| described(info));
        }
        if let Some(usual) = &usual {
            usual(info);
        }
    }));
    caught(command).unwrap_or_else(|message| {
        // Nobody is left to tell if standard error is closed.
        let _ = io::stderr().write_all(message.as_bytes());
        ExitCode::from(2)
    })
}

/// Runs a part of a command that may be run again.
///
/// # Errors
/// What is to be said of a panic in it. What that left half done must not be used again.
pub(super) fn caught<T>(part: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(part)).map_err(|_| {
        let first = FIRST.lock().ok().and_then(|mut first| first.take());
        message(&first.unwrap_or_else(|| "it is not known where".to_owned()))
    })
}

fn message(what: &str) -> String {
    format!(
        "error: this is a bug of dfa-report {}: {what}\n  \
         = note: files and sites are written whole or not at all: what was there is there\n  \
         = help: please report it with this message, the command, and the files that it read \
         (or the smallest part of them that shows it); RUST_BACKTRACE=1 tells more\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// What happened and where, without the folders of the machine that built the program.
fn described(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("a panic without words");
    info.location().map_or_else(
        || text.to_owned(),
        |place| {
            let file = place.file().replace('\\', "/");
            let file = file.rsplit_once("/src/").map_or(file.as_str(), |(before, below)| {
                let package = before.rsplit('/').next().unwrap_or(before);
                &file[file.len() - below.len() - "/src/".len() - package.len()..]
            });
            format!("{text} ({file}:{})", place.line())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Run by the test below in a process of its own, whose hook it changes.
    #[test]
    #[ignore = "panics on purpose"]
    fn panicking_command() {
        let ended = guarded(|| {
            rayon::join(|| (), || panic!("the sky fell"));
            ExitCode::SUCCESS
        });
        assert_eq!(format!("{ended:?}"), format!("{:?}", ExitCode::from(2)));
    }

    #[test]
    fn a_panic_in_any_thread_is_told_as_a_bug() {
        let name = "shell::cli::bug::tests::panicking_command";
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--ignored", "--nocapture"])
            .env_remove("RUST_BACKTRACE")
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{told}");
        let expected = format!(
            "error: this is a bug of dfa-report {}: the sky fell (src/shell/cli/bug.rs:",
            env!("CARGO_PKG_VERSION")
        );
        assert!(told.starts_with(&expected) && told.contains("please report it"), "{told}");
        assert!(!told.contains("panicked at"), "{told}");
    }
}
