//! `cargo xtask bench` runs this: everything that is said of Portcullis' speed is measured here, beside what people use
//! instead, and written to `docs/BENCHMARKS.md` with its charts. Machines are noisy: figures of one run are compared with
//! each other and not with those of another day.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a program that prints what it measures, and stops where it cannot"
)]

mod answer;
mod callgrind;
mod chart;
mod clear;
mod client;
mod cpu;
mod crowd;
mod directory;
mod extent;
mod fixture;
mod histogram;
mod inside;
mod load;
mod node;
mod peers;
mod quartiles;
mod report;
mod resident;
mod revoke;
mod rounds;
mod scaling;
mod server;
mod size;
mod spray;
mod stock;
mod storm;
mod traffic;
mod verify;
mod warm;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use extent::Extent;
use portcullis::allocator::{self, Allocator};
use report::Section;

/// That of the executable: parts of a node run in this process, and their memory is measured here.
#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

const USAGE: &str = "\
portcullis-bench [--quick] [--only PART]…   PART is one of: ";

/// How servers are started, for the report.
const COMMANDS: &str = "\
A node is `taskset -c 0 portcullis --config config -E path.data=data -E http.port=…` as it is released, with the defaults
but for what its part says. Its peers run with one worker on the same core, by the configurations in
[nginx.rs](../bench/src/peers/nginx.rs), [caddy.rs](../bench/src/peers/caddy.rs) and
[apache.rs](../bench/src/peers/apache.rs): `nginx -c nginx.conf`, `caddy run --config Caddyfile`,
`apache2 -D FOREGROUND -f apache.conf`. `cargo xtask bench --only PART` measures one part again.
";

/// Measures a part.
type Measure = fn(Extent) -> Section;

/// The parts, in the order of the report.
const PARTS: [(&str, Measure); 8] = [
    ("warm", warm::measure),
    ("storm", storm::measure),
    ("spray", spray::measure),
    ("clear", clear::measure),
    ("revoke", revoke::measure),
    ("size", size::measure),
    ("scaling", scaling::measure),
    ("directory", directory::measure),
];

fn main() -> ExitCode {
    allocator::give_back_soon();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let [verify::COMMAND, who, count] = words.as_slice() {
        verify::run(who, count.parse().expect("a number"));
        return ExitCode::SUCCESS;
    }
    if let [resident::COMMAND, count] = words.as_slice() {
        resident::run(count.parse().expect("a number"));
        return ExitCode::SUCCESS;
    }
    let Some(plan) = Plan::of(&words) else {
        println!("{USAGE}{}", PARTS.map(|(name, _)| name).join(" "));
        return ExitCode::FAILURE;
    };
    plan.run();
    ExitCode::SUCCESS
}

/// What shall be measured.
struct Plan {
    extent: Extent,
    only: Vec<String>,
}

impl Plan {
    /// What the words say, if they say anything.
    fn of(words: &[&str]) -> Option<Self> {
        let mut plan = Self { extent: Extent::Full, only: Vec::new() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--quick" => plan.extent = Extent::Quick,
                "--only" => {
                    let part = words.next().filter(|it| PARTS.iter().any(|(name, _)| name == *it))?;
                    plan.only.push((*part).to_owned());
                }
                _ => return None,
            }
        }
        Some(plan)
    }

    fn run(&self) {
        let (began, _shelf) = (Instant::now(), stock::Shelf);
        let mut sections = Vec::new();
        for (name, measure) in PARTS {
            if !self.only.is_empty() && !self.only.iter().any(|it| it == name) {
                continue;
            }
            println!("{name}:");
            let part = Instant::now();
            sections.push(measure(self.extent));
            println!("  took {:.0?}", part.elapsed());
        }
        let head = self.head(began);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a repository");
        if self.extent == Extent::Full && self.only.is_empty() {
            report::write(&root.join("docs"), &head, &sections);
        } else {
            // Less than all of it is no report.
            let folder = root.join("target").join("bench");
            report::write(&folder, &head, &sections);
            println!("\n{}", report::markdown(&head, &sections));
        }
    }

    fn head(&self, began: Instant) -> String {
        let extent = self.extent.of("", " This was a run for trying: the figures mean little.");
        format!(
            "# Benchmarks\n\n`cargo xtask bench` made this file and its charts from what it measured, in {:.0} minutes.{extent}\n\
             Machines are noisy: compare figures of one run with each other and not with those of another day.\n\
             A figure is a median; quartiles are in parentheses.\n\n{}\n{COMMANDS}",
            began.elapsed().as_secs_f64() / 60.0,
            report::machine()
        )
    }
}
