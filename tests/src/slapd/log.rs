//! What a `slapd` writes about its work, read as it comes. Everything that is counted is counted here.

use std::collections::BTreeMap;

use super::settings::HARNESS;
use crate::server_log::{Reader, Stage, Tail};

/// Whose connection it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// A test's. So is one whose acceptance is not in the log yet: that may stand after its first request.
    Test,
    /// It came over the socket in the folder, which only the harness knows.
    Harness,
}

/// What was asked over one connection.
struct Connection {
    owner: Owner,
    binds: Vec<Vec<u8>>,
    searches: u64,
}

/// What the log says so far. The counters go on when the server is started again.
pub(super) struct Log {
    pub(super) stage: Stage,
    tail: Tail,
    /// By the run of the server, each of which numbers them from the beginning.
    connections: BTreeMap<(u64, String), Connection>,
    run: u64,
    marker: u64,
}

impl Log {
    /// Before the first line.
    pub(super) fn new() -> Self {
        let (tail, connections) = (Tail::default(), BTreeMap::new());
        Self { stage: Stage::Over, tail, connections, run: 0, marker: 0 }
    }

    /// How many binds there were.
    pub(super) fn binds(&self) -> u64 {
        self.tests().map(|it| it.binds.len() as u64).sum()
    }

    /// How many binds there were as `dn`.
    pub(super) fn binds_of(&self, dn: &str) -> u64 {
        let dn = plain(dn);
        self.tests().map(|it| it.binds.iter().filter(|bound| **bound == dn).count() as u64).sum()
    }

    /// How many searches there were.
    pub(super) fn searches(&self) -> u64 {
        self.tests().map(|it| it.searches).sum()
    }

    /// How many connections were accepted.
    pub(super) fn connections(&self) -> u64 {
        self.tests().count() as u64
    }

    fn tests(&self) -> impl Iterator<Item = &Connection> {
        self.connections.values().filter(|it| it.owner == Owner::Test)
    }

    /// True if the search for this marker is in the log, and so all that was answered before it.
    pub(super) fn has_marker(&self, marker: u64) -> bool {
        self.marker >= marker
    }

    /// The last lines.
    pub(super) fn text(&self) -> String {
        self.tail.text()
    }
    fn count(&mut self, connection: &str, what: &str) {
        let accepted = what.contains(" ACCEPT from ");
        if !accepted && !what.starts_with(" op=") {
            return;
        }
        let known = self.connections.entry((self.run, connection.to_owned()));
        let known = known.or_insert(Connection { owner: Owner::Test, binds: Vec::new(), searches: 0 });
        if let Some(number) = between(what, "filter=\"(cn=marker-", ")\"") {
            known.owner = Owner::Harness;
            self.marker = self.marker.max(number.parse().unwrap_or_default());
        } else if accepted && what.contains(" from PATH=") {
            known.owner = Owner::Harness;
        } else if let Some(dn) = between(what, " BIND dn=\"", "\" method=") {
            if dn == HARNESS {
                known.owner = Owner::Harness;
            }
            known.binds.push(plain(dn));
        } else if what.contains(" SRCH base=") {
            known.searches += 1;
        }
    }
}

impl Reader for Log {
    fn begin(&mut self) {
        self.run += 1;
    }

    fn take(&mut self, line: &str) {
        if line.ends_with("slapd starting") {
            self.stage = Stage::Runs;
        }
        if let Some((connection, what)) = event(line) {
            self.count(connection, what);
        }
        self.tail.keep(line);
    }

    fn end(&mut self) {
        self.stage = Stage::Over;
    }
}

/// `conn=1000 op=0 BIND …` as the connection and the rest.
fn event(line: &str) -> Option<(&str, &str)> {
    let (_, event) = line.split_once("conn=")?;
    let end = event.find(' ')?;
    Some(event.split_at(end))
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}

/// A DN without its escapes and in small letters: the server writes other escapes than we do.
fn plain(dn: &str) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut rest = dn.as_bytes();
    while let [first, after @ ..] = rest {
        (plain, rest) = match (first, after) {
            (b'\\', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digits = [*high, *low].map(|it| (it as char).to_digit(16).unwrap_or_default());
                plain.push(u8::try_from(digits[0] * 16 + digits[1]).unwrap());
                (plain, after)
            }
            (b'\\', [escaped, after @ ..]) => {
                plain.push(*escaped);
                (plain, after)
            }
            (byte, after) => {
                plain.push(*byte);
                (plain, after)
            }
        };
    }
    String::from_utf8_lossy(&plain).to_lowercase().into_bytes()
}
