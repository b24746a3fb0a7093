//! How far a long command is, for somebody who watches a terminal.
//!
//! Never here: the result, which is told on the standard output.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// A count that grows on the standard error output, if that is a terminal.
pub(super) struct Progress {
    what: &'static str,
    count: u64,
    begun: Instant,
    shown: Option<Instant>,
}

impl Progress {
    pub(super) fn of(what: &'static str) -> Self {
        let begun = Instant::now();
        Self { what, count: 0, begun, shown: io::stderr().is_terminal().then_some(begun) }
    }

    pub(super) fn one_more(&mut self) {
        self.reached(self.count + 1);
    }

    pub(super) fn reached(&mut self, count: u64) {
        self.count = count;
        let Some(shown) = self.shown else { return };
        if shown.elapsed() >= PAUSE {
            self.shown = Some(Instant::now());
            self.show("");
        }
    }

    pub(super) fn end(&self) {
        if self.shown.is_some() {
            self.show("\n");
        }
    }

    fn show(&self, end: &str) {
        let millis = self.begun.elapsed().as_millis().max(1);
        let each_second = u128::from(self.count) * 1000 / millis;
        // Whoever has closed the terminal does not look.
        let _ = write!(io::stderr(), "\r{} documents {}, {each_second} a second{end}", self.count, self.what);
    }
}
