//! The chores of this repository: `cargo xtask test|tidy|compat|bench|cluster|soak`. What a person or a machine runs to know
//! whether a change is good. Nothing of the service lives here, and the service never depends on it.
#![expect(clippy::print_stdout, reason = "a tool for the terminal: what it prints is its result")]

mod arrows;
mod bench;
mod clients;
mod cluster;
mod compat;
mod install;
mod process;
mod soak;
mod tally;
mod test;
mod tidy;
mod tree;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask test [--no-install]   install what the tests need, run all of them, close with `N passed, N failed`
cargo xtask tidy                  the rules of this repository that no compiler checks
cargo xtask install               only install what the tests need
cargo xtask clients [NAME]…       only the tests with the official clients
cargo xtask compat                write the generated part of docs/COMPATIBILITY.md
cargo xtask bench [--quick] [--only PART]…
                                  the benchmarks beside their peers; writes docs/BENCHMARKS.md, if it is all of them
cargo xtask cluster               three nodes on three etcd members, to be tried until Ctrl-C
cargo xtask soak [MINUTES]        the same under load, for 10 minutes unless it is said
cargo xtask soak --elections N    the same while etcd elects N leaders
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => return test::run(test::Installing::Allowed),
        ["test", "--no-install"] => return test::run(test::Installing::Forbidden),
        ["clients", names @ ..] => return test::run_clients(names),
        ["tidy"] => tidy::run(),
        ["install"] => install::everything(),
        ["compat"] => compat::write(),
        ["bench", arguments @ ..] => bench::run_all(arguments),
        ["cluster"] => cluster::run(),
        ["soak", words @ ..] => soak::Soak::parse(words).and_then(|it| soak::run(&it)),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => Err(format!("what to do?\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            println!("{}", reason.trim_end());
            ExitCode::FAILURE
        }
    }
}
