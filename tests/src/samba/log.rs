//! What a domain controller writes about its work, read as it comes. Binds are counted here.

use crate::server_log::{Reader, Stage, Tail};

/// What the log says so far. The counters go on when the server is started again.
pub(super) struct Log {
    pub(super) stage: Stage,
    tail: Tail,
    /// Under which names tests have bound.
    binds: Vec<String>,
    marker: u64,
}

impl Log {
    /// Before the first line.
    pub(super) fn new() -> Self {
        Self { stage: Stage::Over, tail: Tail::default(), binds: Vec::new(), marker: 0 }
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
        self.tail.text()
    }
}

const MARKER: &str = "marker-";

/// The name that the marker of this number binds with.
pub(super) fn marker(number: u64) -> String {
    format!("{MARKER}{number}")
}

impl Reader for Log {
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
        self.tail.keep(line);
    }

    fn end(&mut self) {
        self.stage = Stage::Over;
    }
}

/// With which name a line says that somebody bound, and from where:
/// `Auth: [LDAP,simple bind] user [AD]\[jo] at […] … remote host [ipv4:127.0.0.1:52710] …`.
fn bind(line: &str) -> Option<(String, &str)> {
    let (_, rest) = line.split_once("Auth: [LDAP,simple bind")?;
    let (name, rest) = rest.split_once("]\\[")?.1.split_once("] at [")?;
    let (from, _) = rest.split_once("remote host [")?.1.split_once(']')?;
    Some((name.replace("\\\\", "\\"), from))
}
