//! What an etcd member writes about its work: where it stands, and its last lines.

use crate::server_log::{Reader, Stage, Tail};

/// What it says when it has found the others and answers clients.
const SERVING: &str = r#""msg":"serving client traffic"#;

/// The log of one member.
pub(super) struct Log {
    pub(super) stage: Stage,
    tail: Tail,
}

impl Log {
    /// Before the first line.
    pub(super) fn new() -> Self {
        Self { stage: Stage::Over, tail: Tail::default() }
    }

    /// The last lines.
    pub(super) fn text(&self) -> String {
        self.tail.text()
    }
}

impl Reader for Log {
    fn take(&mut self, line: &str) {
        if line.contains(SERVING) {
            self.stage = Stage::Runs;
        }
        self.tail.keep(line);
    }

    fn end(&mut self) {
        self.stage = Stage::Over;
    }
}
