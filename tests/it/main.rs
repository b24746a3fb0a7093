//! The tests of the whole service, over HTTP against nodes in this process: a module a noun. Those of `coverage` look
//! back at the run and come last. What a test stands on lives in `src/`.

mod authenticate;
mod coverage;

use std::process::ExitCode;

fn main() -> ExitCode {
    portcullis_tests::run::main(&[("authenticate", authenticate::TESTS)], &[("coverage", coverage::TESTS)])
}
