//! Requests at a rate. Each counts from the moment at which it should have been sent. Beside them single calls, each on a
//! connection of its own, at moments that were set before.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{Ask, Load, Outcome};
use crate::cpu::{self, Pinned};

/// A call beside the others.
pub(crate) struct Call {
    /// From the beginning.
    pub(crate) at: Duration,
    pub(crate) request: Vec<u8>,
}

/// What came of it.
pub(crate) struct Called {
    /// From the beginning to its answer.
    pub(crate) answered: Duration,
    /// From its moment to its answer.
    pub(crate) took: Duration,
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// What happened, request by request: when each should have been sent, and how much later it was answered.
pub(crate) struct Timeline {
    pub(crate) outcome: Outcome,
    pub(crate) answers: Vec<(Duration, Duration)>,
    pub(crate) called: Vec<Called>,
}

impl Timeline {
    /// How late those were that should have been sent in this time.
    pub(crate) fn between(&self, from: Duration, to: Duration) -> crate::histogram::Histogram {
        let mut times = crate::histogram::Histogram::new();
        for (_, late) in self.answers.iter().filter(|(at, _)| (from..to).contains(at)) {
            times.add(*late);
        }
        times
    }
}

impl Load {
    /// Asks so often a second for so long, makes the calls (which are ordered by their moments), and waits for the last
    /// answers of both. While calls are open it goes on to ask.
    pub(crate) fn open(
        &mut self,
        rate: f64,
        duration: Duration,
        expected: u16,
        ask: &mut Ask<'_>,
        calls: Vec<Call>,
    ) -> Timeline {
        let regular = self.connections.len();
        let lines: Vec<usize> = calls.iter().map(|_| self.connect()).collect();
        let _pinned = Pinned::to(cpu::CLIENT);
        let mut run = Run {
            rate,
            regular,
            free: (0..regular).collect(),
            due: 0,
            open: 0,
            lines,
            next_call: 0,
            timeline: Timeline { outcome: Outcome::new(), answers: Vec::new(), called: Vec::new() },
            began: Instant::now(),
        };
        loop {
            let passed = run.began.elapsed();
            if passed < duration || run.timeline.called.len() < calls.len() {
                run.send_due(self, passed, ask);
                run.call_due(self, passed, &calls);
            } else if run.open == 0 {
                break;
            }
            run.take(self, expected, &calls);
        }
        run.timeline.outcome.elapsed = run.began.elapsed();
        self.connections.truncate(regular);
        run.timeline
    }
}

struct Run {
    rate: f64,
    /// Connections of the regular requests; those of calls are behind them.
    regular: usize,
    free: VecDeque<usize>,
    /// Requests that were due so far and are sent.
    due: u64,
    open: usize,
    /// The connection of each call.
    lines: Vec<usize>,
    next_call: usize,
    timeline: Timeline,
    began: Instant,
}

impl Run {
    fn send_due(&mut self, load: &mut Load, passed: Duration, ask: &mut Ask<'_>) {
        loop {
            let at = Duration::from_secs_f64(self.due as f64 / self.rate);
            if at > passed {
                return;
            }
            let Some(free) = self.free.pop_front() else { return };
            load.connections[free].send(self.began + at, ask);
            self.due += 1;
            self.open += 1;
        }
    }

    /// One at most, so that a crowd of calls keeps the others waiting no longer than one does.
    fn call_due(&mut self, load: &mut Load, passed: Duration, calls: &[Call]) {
        let Some(call) = calls.get(self.next_call).filter(|it| it.at <= passed) else { return };
        let line = self.lines[self.next_call];
        load.connections[line].send(self.began + call.at, &mut |out| out.extend_from_slice(&call.request));
        self.next_call += 1;
    }

    fn take(&mut self, load: &mut Load, expected: u16, calls: &[Call]) {
        for number in load.readable(Some(Duration::ZERO)) {
            let Some(answered) = load.connections[number].read() else { continue };
            let now = Instant::now();
            let took = now - answered.since;
            if number < self.regular {
                self.timeline.outcome.take(took, answered.status, expected);
                self.timeline.answers.push((answered.since - self.began, took));
                self.free.push_back(number);
                self.open -= 1;
                continue;
            }
            let call = number - self.regular;
            assert!(call < calls.len(), "an answer that nobody waits for");
            self.timeline.called.push(Called {
                answered: now - self.began,
                took,
                status: answered.status,
                body: load.connections[number].text(answered.body),
            });
        }
        let passed = self.began.elapsed();
        assert!(passed < super::PATIENCE * 2, "calls that are not answered");
    }
}
