//! Connections of the service itself that wait to be used again. A connection comes back only when what it did has an end;
//! whatever else happens to it, it is closed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use portcullis_model::lifetime::Clock;

use super::connection::Connection;
use super::servers::member::Member;

/// A connection that nobody used for so long is closed, in milliseconds. Directories close theirs after some minutes.
const IDLE_MILLIS: u64 = 60_000;

/// A connection is closed when it is this old, in milliseconds, so that the load moves back to a server that was away.
const OLD_MILLIS: u64 = 15 * 60_000;

/// How often idle connections are looked at, in milliseconds.
const LOOK_MILLIS: u64 = 10_000;

/// Idle connections.
pub(super) struct Pool {
    clock: Arc<dyn Clock>,
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    /// The one used last comes last, and is used first.
    connections: Vec<Pooled>,
    /// Whether a task looks for those that are too old.
    looking: Looking,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Looking {
    #[default]
    Nobody,
    ATask,
}

/// A connection on which the service is bound.
pub(super) struct Pooled {
    pub(super) connection: Connection,
    pub(super) member: Arc<Member>,
    /// By the boot clock, in milliseconds.
    born_at: u64,
    used_at: u64,
    pub(super) age: Age,
}

/// Whether a connection was idle before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// It was made for this question.
    Fresh,
    /// It was idle, and may have been dead for all that time.
    Idle,
}

impl Pool {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, idle: Mutex::default() }
    }

    /// A connection that was just made.
    pub(super) fn fresh(&self, connection: Connection, member: Arc<Member>) -> Pooled {
        let now = self.clock.boot().0;
        Pooled { connection, member, born_at: now, used_at: now, age: Age::Fresh }
    }

    /// The connection that was used last, if one is good enough.
    pub(super) fn take(&self) -> Option<Pooled> {
        let mut idle = self.idle();
        self.close_old(&mut idle);
        idle.connections.pop()
    }

    /// Takes a connection back.
    pub(super) fn put(self: &Arc<Self>, mut pooled: Pooled) {
        pooled.used_at = self.clock.boot().0;
        pooled.age = Age::Idle;
        let mut idle = self.idle();
        idle.connections.push(pooled);
        self.close_old(&mut idle);
        if idle.looking == Looking::Nobody {
            idle.looking = Looking::ATask;
            tokio::spawn(look(Arc::downgrade(self)));
        }
    }

    fn close_old(&self, idle: &mut Idle) {
        let now = self.clock.boot().0;
        idle.connections.retain(|it| it.is_good(now));
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pooled {
    fn is_good(&self, now: u64) -> bool {
        self.connection.is_sound()
            && !self.member.is_failing()
            && now.saturating_sub(self.used_at) < IDLE_MILLIS
            && now.saturating_sub(self.born_at) < OLD_MILLIS
    }
}

/// Closes what grows old, until nothing is idle.
async fn look(pool: std::sync::Weak<Pool>) {
    loop {
        tokio::time::sleep(Duration::from_millis(LOOK_MILLIS)).await;
        let Some(pool) = pool.upgrade() else { return };
        let mut idle = pool.idle();
        pool.close_old(&mut idle);
        if idle.connections.is_empty() {
            idle.looking = Looking::Nobody;
            return;
        }
    }
}
