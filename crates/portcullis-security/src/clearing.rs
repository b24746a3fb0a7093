//! Clearing caches on request, on every node, and what came of it on each. What a clear does on a node stands in `here`.

pub(crate) mod here;
mod nodes;

use std::sync::Arc;
use std::time::Duration;

use portcullis_cluster::{Identity, Outcome};
use portcullis_model::credential;

use crate::audit;
use crate::caller::Caller;
use crate::cluster::{self, Cluster};
use crate::core::Core;
use crate::error::Failure;
use crate::order::{Clear, Order};

/// How long the other nodes are waited for where the request does not say.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// A request that waits without limit waits for so long.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// Clearing caches on request.
pub struct Clearing<'a> {
    core: &'a Arc<Core>,
    timeout: Duration,
}

/// What one node did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleared {
    /// The node's id.
    pub node_id: String,
    /// The node's name.
    pub node_name: String,
    /// Resident entries that the clear made unreachable; expired ones that were not reclaimed yet may be among them.
    pub evicted: usize,
}

/// What the nodes did.
#[derive(Clone, Debug)]
pub struct NodesOutcome {
    /// Nodes that did their part.
    pub cleared: Vec<Cleared>,
    /// Nodes that did not: id and [`crate::Kind::FailedNode`], with its cause.
    pub failures: Vec<(String, Failure)>,
}

impl<'a> Clearing<'a> {
    pub(crate) fn new(core: &'a Arc<Core>) -> Self {
        Self { core, timeout: DEFAULT_TIMEOUT }
    }

    /// Waits so long for the other nodes, but never shorter than until those who are silent can be trusted no more; at most
    /// an hour.
    #[must_use]
    pub fn within(self, timeout: Duration) -> Self {
        Self { timeout: timeout.min(LONGEST_TIMEOUT), ..self }
    }

    /// Clears users of realms from the user and the lookup caches. No names: every realm; no `usernames`: every user.
    /// Realms are cleared in the order given; an unknown one fails the node, and those after it are left alone.
    ///
    /// # Errors
    /// [`crate::Kind::Unavailable`] when the order does not reach the nodes.
    pub async fn realms(
        &self,
        caller: &Caller,
        realms: &[String],
        usernames: &[String],
    ) -> Result<NodesOutcome, Failure> {
        self.run(caller, Clear::Realms { realms: realms.to_vec(), usernames: usernames.to_vec() }).await
    }

    /// Clears composed roles that these names are part of, existing or not. No names: all.
    ///
    /// # Errors
    /// As [`Clearing::realms`].
    pub async fn roles(&self, caller: &Caller, names: &[String]) -> Result<NodesOutcome, Failure> {
        self.run(caller, Clear::Roles { names: names.to_vec() }).await
    }

    /// Clears application privileges. No application's privileges are kept in memory, so there is nothing to evict, and
    /// what the caller asks for holds already.
    ///
    /// # Errors
    /// As [`Clearing::realms`].
    pub async fn privileges(&self, caller: &Caller, names: &[String]) -> Result<NodesOutcome, Failure> {
        self.run(caller, Clear::Privileges { applications: names.to_vec() }).await
    }

    /// Clears API keys. No ids: all.
    ///
    /// # Errors
    /// As [`Clearing::realms`].
    pub async fn api_keys(&self, caller: &Caller, ids: &[String]) -> Result<NodesOutcome, Failure> {
        self.run(caller, Clear::ApiKeys { ids: ids.to_vec() }).await
    }

    /// Clears tokens of one service account from both token caches. No names: all of the account's.
    ///
    /// # Errors
    /// [`crate::Kind::IllegalArgument`] when a name is not one that a token can have; else as [`Clearing::realms`]. The
    /// account need not exist.
    pub async fn service_tokens(
        &self,
        caller: &Caller,
        namespace: &str,
        service: &str,
        names: &[String],
    ) -> Result<NodesOutcome, Failure> {
        for name in names {
            credential::validate_token_name(name).map_err(Failure::illegal_argument)?;
        }
        let account = format!("{namespace}/{service}");
        self.run(caller, Clear::ServiceTokens { account, names: names.to_vec() }).await
    }

    async fn run(&self, caller: &Caller, clear: Clear) -> Result<NodesOutcome, Failure> {
        let (what, names) = clear.about();
        let named = if names.is_empty() { "*".to_owned() } else { names.join(",") };
        audit::cleared(caller, &format!("{what} [{named}]"));
        match self.core.cluster() {
            Some(cluster) => self.everywhere(cluster, clear).await,
            None => self.alone(clear).await,
        }
    }

    /// Orders every member to clear, this node too, and waits for what they say.
    async fn everywhere(&self, cluster: &Cluster, clear: Clear) -> Result<NodesOutcome, Failure> {
        let committed = self.core.order(&Order::Clear(clear)).await?;
        let since = cluster::boot(self.core);
        let order = committed.revision;
        let most = u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX);
        let replies = cluster::confirmed(self.core, cluster, committed, since, most).await?;
        let late = || Outcome::Error("this node did not take the order in in time".to_owned());
        let done = cluster.outcome(order).unwrap_or_else(late);
        Ok(nodes::outcome((self.identity(), done), replies))
    }

    fn identity(&self) -> Identity {
        let settings = self.core.settings();
        Identity {
            node_id: settings.node_id.clone(),
            name: settings.node_name.clone(),
            address: String::new(),
            version: String::new(),
        }
    }

    async fn alone(&self, clear: Clear) -> Result<NodesOutcome, Failure> {
        let done = if here::is_backed_by_files(self.core.caches(), &clear) {
            // Reading files blocks.
            let core = Arc::clone(self.core);
            let done = tokio::task::spawn_blocking(move || here::carry_out(&core, &clear)).await;
            done.unwrap_or_else(|_| Err(Failure::internal("the clear has panicked")))
        } else {
            here::carry_out(self.core, &clear)
        };
        let Identity { node_id, name: node_name, .. } = self.identity();
        Ok(match done {
            Ok(evicted) => {
                NodesOutcome { cleared: vec![Cleared { node_id, node_name, evicted }], failures: Vec::new() }
            }
            Err(cause) => {
                let failure = nodes::failed(&node_id, cause);
                tracing::warn!(%failure, "a cache was not cleared");
                NodesOutcome { cleared: Vec::new(), failures: vec![(node_id, failure)] }
            }
        })
    }
}
