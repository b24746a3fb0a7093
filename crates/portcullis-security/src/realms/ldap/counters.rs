//! What a directory was asked, counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::realms::directory::{DirectoryStats, ServerStats};

/// One number.
#[derive(Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    pub(super) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// All of them.
#[derive(Default)]
pub(super) struct Counters {
    pub(super) user_binds: Count,
    pub(super) service_binds: Count,
    pub(super) searches: Count,
    pub(super) undecided: Count,
    pub(super) spared: Count,
    connections: Count,
}

impl Counters {
    pub(super) fn stats(&self, servers: Vec<ServerStats>) -> DirectoryStats {
        DirectoryStats {
            user_binds: self.user_binds.read(),
            service_binds: self.service_binds.read(),
            searches: self.searches.read(),
            undecided: self.undecided.read(),
            spared: self.spared.read(),
            connections: self.connections.read(),
            last_error: None,
            servers,
        }
    }
}

/// One connection that is open, counted until this is dropped.
pub(super) struct Open(Arc<Counters>);

impl Open {
    pub(super) fn new(counters: &Arc<Counters>) -> Self {
        counters.connections.add();
        Self(Arc::clone(counters))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.connections.0.fetch_sub(1, Ordering::Relaxed);
    }
}
