//! A client that keeps connections open and sends what it is told, from one thread: as fast as it is answered (closed),
//! or at a rate, whether it is answered or not (open). The open one counts from when a request should have been sent:
//! that a server paused is seen by every request of the pause.
//!
//! Never here: what is asked, and what the figures mean.

mod closed;
mod connection;
mod open;

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};

use crate::histogram::Histogram;
use connection::Connection;
pub(crate) use open::{Call, Called, Timeline};

/// Whoever is silent for longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);
/// Events that are taken at once.
const EVENTS: usize = 256;

/// Writes the next request. It is given an empty buffer.
pub(crate) type Ask<'a> = dyn FnMut(&mut Vec<u8>) + 'a;

/// Connections to one server.
pub(crate) struct Load {
    address: SocketAddr,
    connections: Vec<Connection>,
    epoll: OwnedFd,
    events: Vec<epoll::Event>,
    /// Does not sleep while it waits for answers.
    awake: bool,
}

/// What came of it.
pub(crate) struct Outcome {
    /// Those that were answered.
    pub(crate) requests: u64,
    /// Until the last of them was.
    pub(crate) elapsed: Duration,
    /// From when each was sent, or should have been, to its answer.
    pub(crate) times: Histogram,
    /// How many had another status than the expected one.
    pub(crate) unexpected: u64,
}

impl Outcome {
    fn new() -> Self {
        Self { requests: 0, elapsed: Duration::ZERO, times: Histogram::new(), unexpected: 0 }
    }

    fn take(&mut self, time: Duration, status: u16, expected: u16) {
        self.requests += 1;
        self.times.add(time);
        self.unexpected += u64::from(status != expected);
    }

    /// Answers in a second.
    pub(crate) fn rate(&self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }
}

impl Load {
    /// So many connections, which are silent so far.
    pub(crate) fn to(address: SocketAddr, connections: usize) -> Self {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).expect("an epoll");
        let mut load = Self {
            address,
            connections: Vec::new(),
            epoll,
            events: Vec::with_capacity(EVENTS),
            awake: false,
        };
        for _ in 0..connections {
            load.connect();
        }
        load
    }

    /// One that stays awake: how long it takes to wake it is no part of an answer that it waits for.
    pub(crate) fn awake(self) -> Self {
        Self { awake: true, ..self }
    }

    /// One connection more, and its number.
    fn connect(&mut self) -> usize {
        let (number, connection) = (self.connections.len(), Connection::open(self.address));
        let token = epoll::EventData::new_u64(number as u64);
        epoll::add(&self.epoll, connection.stream(), token, epoll::EventFlags::IN).expect("an event");
        self.connections.push(connection);
        number
    }

    /// The connections on which something can be read; within `wait`, or with patience.
    fn readable(&mut self, wait: Option<Duration>) -> Vec<usize> {
        self.events.clear();
        let limit = wait.unwrap_or(PATIENCE);
        let timeout = Timespec {
            tv_sec: i64::try_from(limit.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(limit.subsec_nanos()),
        };
        match epoll::wait(&self.epoll, spare_capacity(&mut self.events), Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => panic!("epoll: {error}"),
        }
        assert!(wait.is_some() || !self.events.is_empty(), "{} does not answer", self.address);
        self.events.iter().map(|it| it.data.u64() as usize).collect()
    }
}
