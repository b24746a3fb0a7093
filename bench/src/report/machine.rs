//! Where and with what was measured.

use std::fs;
use std::process::Command;

/// What is told of each program, and where its version stands.
const PROGRAMS: [(&str, &[&str]); 8] = [
    ("portcullis", &["--version"]),
    ("rustc", &["--version"]),
    ("nginx", &["-v"]),
    ("caddy", &["version"]),
    ("apache2", &["-v"]),
    ("etcd", &["--version"]),
    ("valgrind", &["--version"]),
    ("slapd", &["-VV"]),
];

/// A list: machine, kernel, versions.
pub(crate) fn told() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = cpuinfo.lines().find(|it| it.starts_with(name)).and_then(|it| it.split_once(':'));
        line.map_or("unknown", |(_, value)| value.trim())
    };
    let cores = cpuinfo.lines().filter(|it| it.starts_with("processor")).count();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory: u64 = memory.split_whitespace().nth(1).and_then(|it| it.parse().ok()).unwrap_or_default();
    let sha = if field("flags").contains("sha_ni") { "with" } else { "without" };
    let mut text = format!(
        "- {} cores of {} (family {}, model {}, {sha} SHA instructions), {} GiB of memory\n",
        cores,
        field("model name"),
        field("cpu family"),
        field("model"),
        memory >> 20,
    );
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    text.push_str(&format!("- Linux {}, {}\n", kernel.trim(), distribution()));
    for (program, arguments) in PROGRAMS {
        text.push_str(&format!("- {}\n", version(program, arguments)));
    }
    text
}

fn distribution() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|it| it.strip_prefix("PRETTY_NAME="));
    name.unwrap_or("unknown").trim_matches('"').to_owned()
}

fn version(program: &str, arguments: &[&str]) -> String {
    let path = match program {
        "portcullis" => crate::node::executable(),
        // Not every user's path has them.
        "nginx" | "apache2" | "slapd" => format!("/usr/sbin/{program}").into(),
        _ => program.into(),
    };
    let Ok(output) = Command::new(path).args(arguments).output() else {
        return format!("{program}: not there");
    };
    let text = [output.stdout, output.stderr].map(|it| String::from_utf8_lossy(&it).into_owned()).concat();
    let line = text.lines().find(|it| it.chars().any(|it| it.is_ascii_digit())).unwrap_or_default().trim();
    let line = line.trim_start_matches("@(#)").split(" (").next().unwrap_or_default().trim();
    if line.to_lowercase().contains(program) { line.to_owned() } else { format!("{program} {line}") }
}
