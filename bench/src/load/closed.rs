//! Each connection asks again as soon as it is answered.

use std::time::{Duration, Instant};

use super::{Ask, Load, Outcome, PATIENCE};
use crate::cpu::{self, Pinned};

impl Load {
    /// Asks for so long, and waits for the last answers.
    pub(crate) fn closed(&mut self, duration: Duration, expected: u16, ask: &mut Ask<'_>) -> Outcome {
        let until = Instant::now() + duration;
        self.ask_while(expected, ask, &mut || Instant::now() < until)
    }

    /// Asks so many times.
    pub(crate) fn times(&mut self, count: u64, expected: u16, ask: &mut Ask<'_>) -> Outcome {
        let mut left = count;
        self.ask_while(expected, ask, &mut || {
            let more = left > 0;
            left = left.saturating_sub(1);
            more
        })
    }

    fn ask_while(&mut self, expected: u16, ask: &mut Ask<'_>, more: &mut dyn FnMut() -> bool) -> Outcome {
        let _pinned = Pinned::to(cpu::CLIENT);
        let (began, mut outcome, mut open) = (Instant::now(), Outcome::new(), 0);
        for connection in &mut self.connections {
            if more() {
                connection.send(Instant::now(), ask);
                open += 1;
            }
        }
        let wait = self.awake.then_some(Duration::ZERO);
        let mut heard = began;
        while open > 0 {
            let readable = self.readable(wait);
            assert!(!readable.is_empty() || heard.elapsed() < PATIENCE, "{} does not answer", self.address);
            for number in readable {
                let connection = &mut self.connections[number];
                let Some(answered) = connection.read() else { continue };
                let now = Instant::now();
                heard = now;
                outcome.take(now - answered.since, answered.status, expected);
                if more() {
                    connection.send(now, ask);
                } else {
                    open -= 1;
                }
            }
        }
        outcome.elapsed = began.elapsed();
        outcome
    }
}
