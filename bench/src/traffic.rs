//! Warm traffic beside which something else happens: one API key, at half the rate at which the server is saturated, so
//! that a pause is seen and not hidden.

use std::time::Duration;

use crate::extent::Extent;
use crate::load::{Ask, Call, Load, Timeline};
use crate::server::Server;
use crate::warm::CONNECTIONS;

/// A client of one server.
pub(crate) struct Traffic {
    load: Load,
    request: Vec<u8>,
    /// Requests a second.
    pub(crate) rate: f64,
}

impl Traffic {
    /// Finds out what the server can do, and will ask for half of it.
    pub(crate) fn to(server: &Server, request: Vec<u8>, extent: Extent) -> Self {
        Self::to_address(server.address(), request, extent)
    }

    /// As [`Traffic::to`], of a server in this process.
    pub(crate) fn to_address(address: std::net::SocketAddr, request: Vec<u8>, extent: Extent) -> Self {
        let mut load = Load::to(address, CONNECTIONS);
        let mut ask = |out: &mut Vec<u8>| out.extend_from_slice(&request);
        let duration = Duration::from_millis(extent.of(1_000, 300));
        load.closed(duration / 2, 200, &mut ask);
        let rate = load.closed(duration, 200, &mut ask).rate() / 2.0;
        Self { load, request, rate }
    }

    /// For so long, or until the calls beside it are answered.
    pub(crate) fn run(&mut self, duration: Duration, calls: Vec<Call>) -> Timeline {
        let request = &self.request;
        let ask: &mut Ask<'_> = &mut |out: &mut Vec<u8>| out.extend_from_slice(request);
        let timeline = self.load.open(self.rate, duration, 200, ask, calls);
        assert_eq!(timeline.outcome.unexpected, 0, "warm traffic is answered with another status");
        timeline
    }
}

/// In milliseconds.
pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
