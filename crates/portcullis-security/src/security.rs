//! The facade: everything that the API, the command line and the executable ask of this crate.

use std::path::Path;
use std::sync::Arc;

use portcullis_model::decision::RequestFacts;
use portcullis_model::lifetime::Clock;
use portcullis_secrets::Secret;
use portcullis_store::Store;

use crate::audit;
use crate::authn::{self, Authenticated, AuthenticationRequest};
use crate::authz;
use crate::caller::Caller;
use crate::clearing::Clearing;
use crate::cluster;
use crate::core::Core;
use crate::error::Failure;
use crate::feed;
use crate::fence::{FenceCounts, FenceState};
use crate::files::{Files, Reading};
use crate::identity;
use crate::manage::api_keys::ApiKeys;
use crate::manage::role_mappings::RoleMappings;
use crate::manage::roles::Roles;
use crate::manage::service_tokens::ServiceAccounts;
use crate::manage::users::Users;
use crate::messages;
use crate::password::{self, FirstSet};
use crate::realms::chain::HostRealm;
use crate::settings::Settings;
use crate::stats::cluster::{ClusterStats, NodeStats};
use crate::stats::{self, Stats};

/// The security service of one node. A clone is the same service.
#[derive(Clone)]
pub struct Security {
    core: Arc<Core>,
}

impl Security {
    /// Starts the service over `store`, with the files of `configuration`.
    ///
    /// # Errors
    /// When a thread cannot be started or the store cannot be followed.
    pub fn start(
        settings: Settings,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        configuration: &Path,
    ) -> Result<Self, Failure> {
        Self::start_with_realms(settings, store, clock, configuration, Vec::new())
    }

    /// As [`Security::start`], with more realms at their orders.
    ///
    /// # Errors
    /// As [`Security::start`].
    pub fn start_with_realms(
        settings: Settings,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        configuration: &Path,
        more: Vec<(i64, HostRealm)>,
    ) -> Result<Self, Failure> {
        let core = Core::new(settings, store, clock, configuration, more)?;
        feed::start(&core)?;
        Ok(Self { core })
    }

    /// Finds out who is calling.
    ///
    /// # Errors
    /// [`crate::Kind::Unauthenticated`], [`crate::Kind::Rejected`], [`crate::Kind::Fenced`] or
    /// [`crate::Kind::Unavailable`].
    pub async fn authenticate(&self, request: &Arc<AuthenticationRequest>) -> Result<Authenticated, Failure> {
        authn::authenticate(&self.core, request).await
    }

    /// Makes a caller of somebody authenticated, if their roles grant `action`.
    ///
    /// # Errors
    /// [`crate::Kind::Forbidden`] ([`crate::Kind::Unauthenticated`] where the anonymous user is told so),
    /// [`crate::Kind::Fenced`] or [`crate::Kind::Unavailable`].
    pub async fn authorize(
        &self,
        who: &Authenticated,
        action: &'static str,
        facts: &RequestFacts,
    ) -> Result<Caller, Failure> {
        authz::authorize(&self.core, who, action, facts).await
    }

    /// Management of users.
    pub fn users(&self) -> Users<'_> {
        Users::new(&self.core)
    }

    /// Management of roles.
    pub fn roles(&self) -> Roles<'_> {
        Roles::new(&self.core)
    }

    /// Management of role mappings.
    pub fn role_mappings(&self) -> RoleMappings<'_> {
        RoleMappings::new(&self.core)
    }

    /// Management of API keys.
    pub fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys::new(&self.core)
    }

    /// Management of service accounts and their tokens.
    pub fn service_accounts(&self) -> ServiceAccounts<'_> {
        ServiceAccounts::new(&self.core)
    }

    /// Clearing caches on request.
    pub fn clearing(&self) -> Clearing<'_> {
        Clearing::new(&self.core)
    }

    /// What this node holds and did.
    pub fn stats(&self) -> Stats {
        stats::read(&self.core)
    }

    /// Whether the last write reached the store: what `GET /-/ready` tells.
    pub fn is_writable(&self) -> bool {
        self.core.is_writable()
    }

    /// How this node's fence stands: what `GET /-/ready` tells. A fenced node still serves who is known from its files.
    pub fn fence_state(&self) -> FenceState {
        self.core.fence().state(self.core.boot())
    }

    /// What the barriers of this node did.
    pub fn fence_counts(&self) -> FenceCounts {
        self.core.fence().counts()
    }

    /// The settings that the service was started with.
    pub fn settings(&self) -> &Settings {
        self.core.settings()
    }

    /// The values of `WWW-Authenticate` beside a 401.
    pub fn challenges(&self) -> Vec<&'static str> {
        messages::challenges(self.core.settings())
    }

    /// Whether the reserved user of this name has a stored password.
    ///
    /// # Errors
    /// When the store does not answer.
    pub fn has_password(&self, username: &str) -> Result<bool, Failure> {
        password::is_set(&self.core, username)
    }

    /// Sets the password of a reserved or native user in the name of the node's operator. When it returns, the old
    /// one is dead.
    ///
    /// # Errors
    /// [`crate::Kind::NotFound`] for an unknown user, [`crate::Kind::Validation`] for a short password.
    pub async fn set_password(&self, username: &str, password: Secret) -> Result<(), Failure> {
        password::set(&self.core, username, password).await
    }

    /// Sets the password of a reserved user who has none. Where several nodes that share a log do so at once, one
    /// password counts; none is ever replaced.
    ///
    /// # Errors
    /// As [`Security::set_password`]; [`crate::Kind::Unavailable`] while the store takes no writes.
    pub async fn set_first_password(&self, username: &str, password: Secret) -> Result<FirstSet, Failure> {
        password::set_first(&self.core, username, password).await
    }

    /// The name of the store's content, 22 characters as Elasticsearch has them; `_na_` while it is not known.
    pub fn cluster_uuid(&self) -> String {
        identity::cluster_uuid(&self.core)
    }

    /// All nodes, this one first, then by name. Alone, it is trusted for good.
    pub fn nodes(&self) -> Vec<NodeStats> {
        stats::nodes(&self.core)
    }

    /// What this node does with those that it shares its log with; `None` where it is alone.
    pub fn cluster(&self) -> Option<ClusterStats> {
        stats::cluster(&self.core)
    }

    /// Whether this node may rely on what it knows; alone it always may.
    pub fn is_trusted(&self) -> bool {
        self.cluster().is_none_or(|it| it.trust.is_held())
    }

    /// The watched files.
    pub fn files(&self) -> &Files {
        self.core.files()
    }

    /// Looks at the watched files and takes in what has changed. `true`: look again 100 ms later, with
    /// [`Reading::Second`].
    pub fn take_files_in(&self, reading: Reading) -> bool {
        self.core.files().take_in(self.core.caches(), reading)
    }

    /// Frees a bounded number of dead cache entries, and writes what the audit has counted. Called now and then.
    pub fn keep_house(&self) -> usize {
        audit::flush(&self.core);
        self.core.caches().reclaim(self.core.boot())
    }

    /// Takes one row of [`crate::caches::affected::TABLE`] out of force, or puts all back. For tests.
    #[cfg(feature = "mutants")]
    pub fn take_row_out(&self, index: Option<usize>) {
        self.core.caches().switches.take_row_out(index);
    }

    /// From now on what this node holds counts for ever, however long it has not heard of its log. For tests.
    #[cfg(feature = "mutants")]
    pub fn drop_lease(&self) {
        self.core.caches().switches.drop_lease();
    }

    /// Makes clears of the cache of this name fail, or lets all work again. For tests.
    #[cfg(feature = "mutants")]
    pub fn break_cache(&self, name: Option<&str>) {
        self.core.caches().switches.break_cache(name);
    }

    /// Sets a mutant in every cache. For tests.
    #[cfg(feature = "mutants")]
    pub fn set_mutant(&self, mutant: portcullis_cache::Mutant) {
        self.core.caches().set_mutant(mutant);
    }

    /// Makes this node a member of the cluster that its store's log is shared by, as soon as it has caught up. From then on
    /// others wait for it. Without effect where nobody shares it, and when it was called before.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn join(&self) -> Result<(), Failure> {
        cluster::join(&self.core)
    }

    /// Makes this node a member no more: it is fenced at once, and others stop to wait for it. Call it before
    /// [`Security::stop`]; takes at most 2 s.
    pub async fn leave(&self) {
        if let Some(cluster) = self.core.cluster() {
            cluster.leave().await;
        }
    }

    /// Closes the store and ends the threads. Requests after this are answered with 503.
    pub fn stop(&self) {
        self.core.stop();
    }
}
