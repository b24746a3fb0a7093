//! What the API asks of the process that it runs in: a stopwatch, whether it is ready, the metrics as text, and
//! somebody to tell of each answer. Only the executable and the tests implement it.

use std::time::Duration;

/// The process around the API.
pub trait Host: Send + Sync {
    /// The time since any fixed moment, for how long a request took.
    fn elapsed(&self) -> Duration;

    /// Takes note of an answer. Not called for the probes.
    fn observe(&self, observation: &Observation);

    /// Whether requests can be decided; `GET /-/ready` tells it.
    fn ready(&self) -> bool;

    /// All metrics in Prometheus' text format (version 0.0.4).
    fn metrics(&self) -> String;
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The path as it stands in the route table, or `-` if it stands there not: never what a client sent.
    pub route: &'static str,
    /// The method; one that is not in RFC 9110 or 5789 is told as `TRACE`, so that their number is bounded.
    pub method: &'static str,
    /// The status.
    pub status: u16,
    /// From the complete head to the complete answer.
    pub elapsed: Duration,
}
