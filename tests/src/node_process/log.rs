//! What a node writes to its log: where it stands, its last lines, and all of it for the search for secrets.

use crate::server_log::{Reader, Stage, Tail};

/// What it says when it answers.
const LISTENING: &str = r#""message":"listening""#;

/// Of all lines no more than this is kept, in bytes: the first of them.
const KEPT: usize = 16 << 20;

/// The log of one node, all its runs.
pub(super) struct Log {
    pub(super) stage: Stage,
    tail: Tail,
    whole: Vec<u8>,
}

impl Log {
    /// Before the first line.
    pub(super) fn new() -> Self {
        Self { stage: Stage::Over, tail: Tail::default(), whole: Vec::new() }
    }

    /// The last lines.
    pub(super) fn end(&self) -> String {
        self.tail.text()
    }

    /// All lines, up to 16 MiB of them.
    pub(super) fn whole(&self) -> &[u8] {
        &self.whole
    }
}

impl Reader for Log {
    fn take(&mut self, line: &str) {
        if line.contains(LISTENING) {
            self.stage = Stage::Runs;
        }
        self.tail.keep(line);
        if self.whole.len() < KEPT {
            self.whole.extend_from_slice(line.as_bytes());
            self.whole.push(b'\n');
        }
    }

    fn end(&mut self) {
        self.stage = Stage::Over;
    }
}
