//! Servers compared in one run: all are up, one at a time is asked, in slices whose order rotates, so that whatever the
//! machine does meanwhile happens to all of them. A slice is compared with those of its own round, never with another
//! minute's.

use std::time::Duration;

use crate::extent::Extent;
use crate::load::{Ask, Load};
use crate::quartiles::Quartiles;
use crate::server::Server;

/// Something to be asked.
pub(crate) struct Target<'a> {
    pub(crate) name: &'static str,
    server: &'a Server,
    load: Load,
    expected: u16,
    ask: Box<Ask<'a>>,
    pub(crate) slices: Vec<Slice>,
}

/// One slice.
#[derive(Clone, Copy)]
pub(crate) struct Slice {
    /// Answers in a second.
    pub(crate) rate: f64,
    /// What the server computed for each, in microseconds.
    pub(crate) cpu: f64,
    /// Milliseconds within which half and almost all were answered.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

impl<'a> Target<'a> {
    /// It is asked over so many connections, and answers with this status.
    pub(crate) fn new(
        name: &'static str,
        server: &'a Server,
        connections: usize,
        expected: u16,
        ask: impl FnMut(&mut Vec<u8>) + 'a,
    ) -> Self {
        let load = Load::to(server.address(), connections);
        Self { name, server, load, expected, ask: Box::new(ask), slices: Vec::new() }
    }

    /// As [`Target::new`], always asked the same.
    pub(crate) fn same(
        name: &'static str,
        server: &'a Server,
        connections: usize,
        expected: u16,
        request: Vec<u8>,
    ) -> Self {
        Self::new(name, server, connections, expected, move |out| out.extend_from_slice(&request))
    }

    /// Asks for so long.
    pub(crate) fn slice(&mut self, duration: Duration) -> Slice {
        let before = self.server.spent();
        let outcome = self.load.closed(duration, self.expected, &mut *self.ask);
        assert_eq!(outcome.unexpected, 0, "{}: answers with another status", self.name);
        let spent = self.server.spent() - before;
        Slice {
            rate: outcome.rate(),
            cpu: spent.as_secs_f64() * 1e6 / outcome.requests as f64,
            p50: outcome.times.within(0.5).as_secs_f64() * 1e3,
            p99: outcome.times.within(0.99).as_secs_f64() * 1e3,
        }
    }

    /// A figure of all slices.
    pub(crate) fn figure(&self, of: impl Fn(&Slice) -> f64) -> Quartiles {
        Quartiles::of(self.slices.iter().map(of))
    }

    /// CPU of each slice beside the other's of the same round.
    pub(crate) fn cpu_beside(&self, other: &Self) -> Quartiles {
        Quartiles::of(self.slices.iter().zip(&other.slices).map(|(own, other)| own.cpu / other.cpu))
    }
}

/// Measures all targets in rounds, after one that does not count.
pub(crate) fn alternate(targets: &mut [Target<'_>], extent: Extent, duration: Duration) {
    for target in &mut *targets {
        target.slice(duration / 2);
    }
    let count = targets.len();
    for round in 0..extent.rounds() {
        for step in 0..count {
            let target = &mut targets[(round + step) % count];
            let slice = target.slice(duration);
            target.slices.push(slice);
        }
    }
}
