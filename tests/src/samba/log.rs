//! What a domain controller writes about its work, read as it comes. Binds are counted here.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};

use tokio::sync::watch;

/// The last lines that are kept for whom it concerns when something goes wrong.
const KEPT: usize = 200;

/// Where the server stands, as its log tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Starting,
    Runs,
    /// The log has ended.
    Over,
}

/// What the log says so far. The counters go on when the server is started again.
pub(super) struct Log {
    pub(super) stage: Stage,
    lines: VecDeque<String>,
    /// Under which names tests have bound.
    binds: Vec<String>,
    marker: u64,
}

impl Log {
    /// Before the first line.
    pub(super) fn new() -> Self {
        Self { stage: Stage::Over, lines: VecDeque::new(), binds: Vec::new(), marker: 0 }
    }

    /// How many binds there were.
    pub(super) fn binds(&self) -> usize {
        self.binds.len()
    }

    /// How many binds there were with `name`.
    pub(super) fn binds_of(&self, name: &str) -> usize {
        self.binds.iter().filter(|it| it.eq_ignore_ascii_case(name)).count()
    }

    /// True if the bind of this marker is in the log, and so all that was answered before it.
    pub(super) fn has_marker(&self, marker: u64) -> bool {
        self.marker >= marker
    }

    /// The last lines.
    pub(super) fn text(&self) -> String {
        Vec::from(self.lines.clone()).join("\n")
    }

    fn take(&mut self, line: &str) {
        if line.contains("process model") {
            self.stage = Stage::Runs;
        }
        if let Some((name, from)) = bind(line) {
            // Over the socket in the folder comes only the harness.
            if !from.starts_with("unix:") {
                self.binds.push(name);
            } else if let Some(number) = name.strip_prefix(MARKER) {
                self.marker = self.marker.max(number.parse().unwrap_or_default());
            }
        }
        if self.lines.len() == KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line.to_owned());
    }
}

const MARKER: &str = "marker-";

/// The name that the marker of this number binds with.
pub(super) fn marker(number: u64) -> String {
    format!("{MARKER}{number}")
}

/// Reads the log of one run to its end.
pub(super) fn follow(log: &watch::Sender<Log>, stream: impl Read) {
    for line in BufReader::new(stream).split(b'\n') {
        let Ok(line) = line else { break };
        log.send_modify(|log| log.take(&String::from_utf8_lossy(&line)));
    }
    log.send_modify(|log| log.stage = Stage::Over);
}

/// With which name a line says that somebody bound, and from where:
/// `Auth: [LDAP,simple bind] user [AD]\[jo] at […] … remote host [ipv4:127.0.0.1:52710] …`.
fn bind(line: &str) -> Option<(String, &str)> {
    let (_, rest) = line.split_once("Auth: [LDAP,simple bind")?;
    let (name, rest) = rest.split_once("]\\[")?.1.split_once("] at [")?;
    let (from, _) = rest.split_once("remote host [")?.1.split_once(']')?;
    Some((name.replace("\\\\", "\\"), from))
}
