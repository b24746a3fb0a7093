//! Instructions, counted by valgrind's callgrind: the same on every run and on every machine of a kind, where times are not.
//! The kernel's are not in it. What a process does once is taken out by a second run that does less.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::client::Client;
use crate::extent::Extent;
use crate::server::{Cores, Server, free_address, under};

/// Before these a server has not yet allocated all that it keeps.
const FIRST: u64 = 200;

/// Instructions of a server for one request more.
pub(crate) fn requests(extent: Extent, server: impl Fn(SocketAddr) -> Command, request: &[u8]) -> f64 {
    let run = |count| {
        let (folder, address) = (TempDir::with_prefix("callgrind-").expect("a folder"), free_address());
        let command = counted(&server(address), folder.path());
        let mut server = Server::start(&command, Cores::One, address, &folder.path().join("log"));
        server.answers(request);
        let mut client = Client::to(address);
        for _ in 0..count {
            assert_eq!(client.send(request).status, 200, "an answer under callgrind");
        }
        drop(client);
        server.stop();
        collected(folder.path())
    };
    each(extent.of(4_000, 500), FIRST, run)
}

/// Instructions of a program for one turn more: it is told how many turns there are by its last argument.
pub(crate) fn turns(extent: Extent, program: impl Fn() -> Command) -> f64 {
    let run = |count: u64| {
        let folder = TempDir::with_prefix("callgrind-").expect("a folder");
        let mut command = counted(program().arg(count.to_string()), folder.path());
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("valgrind");
        assert!(status.success(), "a program under callgrind: {status}");
        collected(folder.path())
    };
    each(extent.of(100_000, 2_000), FIRST, run)
}

fn each(more: u64, few: u64, run: impl Fn(u64) -> u64) -> f64 {
    let (less, all) = (run(few), run(few + more));
    all.saturating_sub(less) as f64 / more as f64
}

/// The same program, with its instructions counted.
fn counted(program: &Command, folder: &Path) -> Command {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(format!("--log-file={}", folder.join("valgrind-%p").display()));
    under(command, program)
}

/// What callgrind has told of all processes.
fn collected(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).expect("a folder").flatten();
    let logs = files.filter(|it| it.file_name().to_string_lossy().starts_with("valgrind-"));
    logs.map(|it| instructions(&fs::read_to_string(it.path()).expect("a log"))).sum()
}

/// Of `==1== Collected : 123`.
fn instructions(log: &str) -> u64 {
    let line = log.lines().find_map(|it| it.split_once("Collected : "));
    line.and_then(|(_, number)| number.trim().parse().ok()).unwrap_or_else(|| panic!("not counted: {log}"))
}

#[cfg(test)]
mod tests;
