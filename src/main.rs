//! Starts Sapa.

use std::process::ExitCode;

fn main() -> ExitCode {
    sapa::cli::main()
}
