//! The tests of the whole service, over HTTP against nodes in this process: a module a noun. Those of `coverage` look
//! back at the run and come last. What a test stands on lives in `src/`.

mod authenticate;
mod authorization;
mod clear_cache;
mod coverage;
mod samples;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut modules =
        vec![("authenticate", authenticate::TESTS), ("authorization", authorization::TESTS)];
    modules.extend(clear_cache::TESTS);
    portcullis_tests::run::main(&modules, &[("coverage", coverage::TESTS)])
}
