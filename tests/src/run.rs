//! Runs the tests of one binary: all at once on a few threads, then those that look back at the whole run.

use std::future::Future;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Conclusion, Trial};

use crate::logs;

/// Tests mostly wait for disks and sockets, so there are more of them than cores.
const THREADS: usize = 4;
/// Each test has a runtime with this many threads: the service must not depend on having many.
const WORKERS: usize = 2;

/// One test: its name and what it does.
pub type Test = (&'static str, fn());

/// The tests of a module. A test that is not listed is dead code, and the compiler says so.
#[macro_export]
macro_rules! tests {
    ($($test:ident),* $(,)?) => {
        pub(crate) const TESTS: &[$crate::run::Test] =
            &[$((stringify!($test), || $crate::run::block_on($test()))),*];
    };
}

/// Runs an asynchronous test to its end.
pub fn block_on(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    runtime.unwrap().block_on(test);
}

/// Runs the modules' tests, then, if all were run, those of `last`.
pub fn main(modules: &[(&str, &[Test])], last: &[(&str, &[Test])]) -> ExitCode {
    logs::capture();
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(THREADS));
    let first = libtest_mimic::run(&arguments, trials(modules));
    // Looking back makes sense only at a whole run.
    if arguments.filter.is_some() || !arguments.skip.is_empty() {
        return exit(&[first]);
    }
    let second = libtest_mimic::run(&arguments, trials(last));
    exit(&[first, second])
}

fn trials(modules: &[(&str, &[Test])]) -> Vec<Trial> {
    let named = modules.iter().flat_map(|(module, tests)| {
        tests.iter().map(move |(name, test)| (format!("{module}::{name}"), *test))
    });
    named
        .map(|(name, test)| {
            Trial::test(name, move || {
                test();
                Ok(())
            })
        })
        .collect()
}

fn exit(conclusions: &[Conclusion]) -> ExitCode {
    if conclusions.iter().any(Conclusion::has_failed) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
