//! What the API asks of the process around it.

use std::time::{Duration, Instant};

use portcullis_api::{Host, Observation};
use portcullis_security::Security;
use tokio::sync::watch;

use crate::telemetry::Telemetry;

/// This process.
pub(crate) struct NodeHost {
    security: Security,
    started: Instant,
    stopping: watch::Receiver<bool>,
    telemetry: Telemetry,
}

impl NodeHost {
    pub(crate) fn new(security: Security, stopping: watch::Receiver<bool>) -> Self {
        Self { security, started: Instant::now(), stopping, telemetry: Telemetry::default() }
    }
}

impl Host for NodeHost {
    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn observe(&self, observation: &Observation) {
        self.telemetry.observe(observation);
    }

    fn ready(&self) -> bool {
        !*self.stopping.borrow() && self.security.is_writable() && self.security.fence_state().is_open()
    }

    fn metrics(&self) -> String {
        self.telemetry.render(&self.security.stats())
    }
}
