//! The log of a server that a test starts, read as it comes: where the server stands, and its last lines. What a line
//! says is the business of each kind of server.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};

use tokio::sync::watch;

/// The last lines that are kept for whom it concerns when something goes wrong.
const KEPT: usize = 200;

/// Where the server stands, as its log tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Starting,
    Runs,
    /// The log has ended.
    Over,
}

impl Stage {
    /// True if the log has ended.
    pub(crate) fn is_over(self) -> bool {
        self == Self::Over
    }
}

/// What is made of the lines.
pub(crate) trait Reader: Send + Sync + 'static {
    /// Another run of the server begins.
    fn begin(&mut self) {}

    /// One line.
    fn take(&mut self, line: &str);

    /// The log has ended.
    fn end(&mut self);
}

/// Reads the log of one run to its end.
pub(crate) fn follow(log: &watch::Sender<impl Reader>, stream: impl Read) {
    log.send_modify(Reader::begin);
    for line in BufReader::new(stream).split(b'\n') {
        let Ok(line) = line else { break };
        log.send_modify(|log| log.take(&String::from_utf8_lossy(&line)));
    }
    log.send_modify(Reader::end);
}

/// The last lines of a log.
#[derive(Default)]
pub(crate) struct Tail(VecDeque<String>);

impl Tail {
    /// Keeps a line, and lets go of the oldest.
    pub(crate) fn keep(&mut self, line: &str) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(line.to_owned());
    }

    /// All of them.
    pub(crate) fn text(&self) -> String {
        Vec::from(self.0.clone()).join("\n")
    }
}
