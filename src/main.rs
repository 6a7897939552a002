//! The `dfa-report` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    dfa_report::shell::cli::main()
}
