//! Three nodes on three members of etcd for one script, by the program of `cargo xtask cluster`.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::Service;
use super::node::{executable, terminate};
use super::place::Place;
use crate::tree;

/// Three nodes end one after the other.
const LONGEST_STOP: Duration = Duration::from_secs(60);

/// The last line that the program writes before it waits.
const READY: &str = "Ctrl-C stops everything.";

/// A running cluster.
pub(super) struct Several {
    place: Place,
    urls: Vec<String>,
    child: Child,
    /// Open until the end: who writes to a closed one is killed.
    _stdout: BufReader<ChildStdout>,
}

impl Several {
    /// Starts all of it. When this returns every node listens; it may not be trusted yet.
    pub(super) fn start(name: &str) -> Result<Self, String> {
        let mut place = Place::fresh(name)?;
        let program = tree::target().join("debug/cluster");
        let (stderr, _) = place.outputs("stderr")?;
        let mut child = Command::new(&program)
            .env("PORTCULLIS_EXECUTABLE", executable())
            .env("PORTCULLIS_LOGS", &place.folder)
            .current_dir(&place.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", program.display()))?;
        let Some(stdout) = child.stdout.take() else { return Err("the cluster says nothing".to_owned()) };
        let mut stdout = BufReader::new(stdout);
        let mut urls = Vec::new();
        loop {
            let mut line = String::new();
            let read = stdout.read_line(&mut line).map_err(|error| format!("the cluster: {error}"))?;
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["node", _, url] => urls.push((*url).to_owned()),
                ["password", password] => (*password).clone_into(&mut place.password),
                _ if line.trim_end() == READY => break,
                _ if read == 0 => return Err(format!("the cluster has ended: {}", place.text("stderr"))),
                _ => {}
            }
        }
        Ok(Self { place, urls, child, _stdout: stdout })
    }
}

impl Service for Several {
    fn place(&self) -> &Place {
        &self.place
    }

    fn logs(&self) -> &'static [&'static str] {
        &["log-a", "log-b", "log-c"]
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        vec![("PORTCULLIS_URL", self.urls.join(",")), ("PORTCULLIS_CLUSTER_PID", self.child.id().to_string())]
    }

    fn stop(&mut self) -> Result<(), String> {
        terminate(&mut self.child, LONGEST_STOP)
            .map_err(|reason| format!("{reason}\n{}", self.place.text("stderr")))
    }
}

impl Drop for Several {
    /// It stops what it started, so it is asked first.
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) && terminate(&mut self.child, LONGEST_STOP).is_err() {
            let _killed = self.child.kill();
            let _status = self.child.wait();
        }
    }
}
