//! Searches in the service's own name (`bind_dn`, or nobody's), on connections of the pool.

use std::sync::Arc;

use portcullis_model::lifetime::Clock;

use super::connection::Connection;
use super::dialer::Dialer;
use super::identity::Identity;
use super::pool::{Age, Pool, Pooled};
use super::query::{Found, Query};
use super::servers::Servers;
use super::servers::member::Member;
use super::trouble::Trouble;
use super::turns::Turns;
use super::verdict::Verdict;

/// How often a search is put, at most: once more when the connection, or the server, turned out to be dead.
const MAX_TRIES: usize = 2;

/// The service, as the directory knows it.
pub(super) struct Service {
    identity: Identity,
    dialer: Arc<Dialer>,
    servers: Arc<Servers>,
    pool: Arc<Pool>,
    turns: Turns,
}

impl Service {
    pub(super) fn new(
        identity: Identity,
        (dialer, servers): (Arc<Dialer>, Arc<Servers>),
        size: usize,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let turns = Turns::new("a connection of the pool", size);
        Self { identity, dialer, servers, pool: Arc::new(Pool::new(clock)), turns }
    }

    pub(super) fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Searches on one server of the directory.
    ///
    /// # Errors
    /// When no server made the search to its end.
    pub(super) async fn search(&self, query: &Query) -> Result<Found, Trouble> {
        let _turn = self.turns.take().await?;
        let mut last = None;
        for _ in 0..MAX_TRIES {
            let mut pooled = match self.connection(last.is_some()).await {
                Ok(pooled) => pooled,
                // What went wrong first says more than that its server is spared since.
                Err(trouble) => return Err(last.unwrap_or(trouble)),
            };
            self.dialer.counters.searches.add();
            match pooled.connection.search(query).await {
                Err(trouble) if trouble.blames_server() => {
                    self.blame(&pooled, &trouble);
                    last = Some(trouble);
                }
                outcome => {
                    pooled.member.answered();
                    self.pool.put(pooled);
                    return outcome;
                }
            }
        }
        Err(last.unwrap_or_else(Trouble::spared))
    }

    /// A server that closes a connection which was idle is within its rights. Anything else counts against it.
    fn blame(&self, pooled: &Pooled, trouble: &Trouble) {
        if pooled.age == Age::Fresh || !pooled.connection.was_closed() {
            pooled.member.failed(trouble);
        }
    }

    async fn connection(&self, anew: bool) -> Result<Pooled, Trouble> {
        let idle = if anew { None } else { self.pool.take() };
        if let Some(pooled) = idle {
            return Ok(pooled);
        }
        let mut round = self.servers.round().await?;
        loop {
            let attempt = round.next()?;
            let member = Arc::clone(attempt.member());
            let outcome = self.bound(&member).await;
            if let Some(outcome) = round.settle(attempt, outcome) {
                return outcome.map(|connection| self.pool.fresh(connection, member));
            }
        }
    }

    /// A connection to one server on which the service is bound.
    async fn bound(&self, member: &Member) -> Result<Connection, Trouble> {
        let mut connection = self.dialer.open(member.endpoint()).await?;
        self.bind(&mut connection).await?;
        Ok(connection)
    }

    async fn bind(&self, connection: &mut Connection) -> Result<(), Trouble> {
        self.dialer.counters.service_binds.add();
        match connection.bind(&self.identity.dn, &self.identity.password).await? {
            Verdict::Yes => Ok(()),
            // Whatever is asked needs this bind. A directory locks an account that is tried again and again, so its servers
            // are spared as if they were away.
            Verdict::No | Verdict::NoSuchEntry => Err(Trouble::server(format!(
                "the directory refuses bind_dn [{}] or its password",
                self.identity.dn
            ))),
        }
    }
}
