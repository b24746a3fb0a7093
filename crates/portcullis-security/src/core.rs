//! What all parts of the service share: settings, store, caches, hashing, clock. It decides nothing; it is where
//! the parts find each other.

mod undone;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use portcullis_model::lifetime::{BootTime, Clock, WallTime};
use portcullis_model::role::RoleDescriptor;
use portcullis_secrets::{
    HashAlgorithm, HashingPool, PoolError, PoolSettings, PoolStats, Secret, StoredHash,
};
use portcullis_store::{Batch, CommitError, Committed, Condition, DocumentKey, Expected, Store};
use std::time::Duration;

use crate::acknowledgement::{self, Waits};
use crate::applied::Applied;
use crate::audit::{self, Repeats};
use crate::authn::refused::Refused;
use crate::authz::key_permissions::SharedPermissions;
use crate::authz::role_mapping::RoleMappings;
use crate::caches::Caches;
use crate::caches::generation::Generations;
use crate::caller::Caller;
use crate::cluster::{self, Cluster};
use crate::documents;
use crate::error::Failure;
use crate::fence::Fence;
use crate::files::Files;
use crate::order::Order;
use crate::realms::caching::CachingRealm;
use crate::realms::chain::{Externals, HostRealm, chain};
use crate::settings::{Freshness, Settings};
use crate::turns::Turns;
use undone::{not_committed, overloaded};

/// How long a request waits that found this node behind its log.
const BEHIND: Duration = Duration::from_secs(2);

/// The shared parts.
pub(crate) struct Core {
    settings: Settings,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    caches: Caches,
    refused: Refused,
    applied: Applied,
    fence: Fence,
    /// Where several nodes share the log.
    cluster: Option<Cluster>,
    files: Files,
    pool: HashingPool,
    refusals: Turns,
    repeats: Repeats,
    writable: AtomicBool,
    stand_in: Arc<StoredHash>,
    role_mappings: RoleMappings,
    key_permissions: SharedPermissions,
    realms: Vec<CachingRealm>,
}

impl Core {
    /// Puts the parts together and starts the hashing threads. The feed is started by the facade.
    ///
    /// # Errors
    /// When the hashing threads cannot be started.
    pub(crate) fn new(
        settings: Settings,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        configuration: &Path,
        more: Vec<(i64, HostRealm)>,
    ) -> Result<Arc<Self>, Failure> {
        let pool = PoolSettings {
            threads: settings.hashing_threads,
            queue: settings.hashing_queue,
            ..PoolSettings::default()
        };
        let pool = HashingPool::start(pool)
            .map_err(|error| Failure::internal(format!("cannot start the hashing threads: {error}")))?;
        let externals = Externals::of_settings(&settings, &clock)?.and_of_host(more, configuration);
        let fence = match store.shared() {
            None => Fence::alone(),
            Some(_) => {
                let freshness = settings.cluster.as_ref().map_or_else(Freshness::default, |it| it.freshness);
                Fence::shared(&settings.node_name, freshness, Arc::clone(&store))
            }
        };
        let files = Files::open(configuration, &externals.role_mapping_files());
        let applied = store.revision();
        let cluster = settings
            .cluster
            .clone()
            .zip(store.shared())
            .map(|(own, log)| Cluster::new(&settings, own, log, applied));
        Ok(Arc::new_cyclic(|core| {
            let realms = chain(core, &settings, externals);
            let caches = Caches::new(&settings, realms.iter().map(|it| Arc::clone(it.caches())).collect());
            Self {
                refused: Refused::new(Arc::clone(&caches.refused), Arc::clone(&clock)),
                applied: Applied::at(applied),
                fence,
                cluster,
                files,
                stand_in: Arc::new(StoredHash::dummy(settings.password_hashing)),
                role_mappings: RoleMappings::default(),
                key_permissions: SharedPermissions::default(),
                realms,
                settings,
                store,
                clock,
                caches,
                pool,
                refusals: Turns::default(),
                repeats: Repeats::default(),
                writable: AtomicBool::new(true),
            }
        }))
    }

    /// The settings.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What API keys may do.
    pub(crate) fn key_permissions(&self) -> &SharedPermissions {
        &self.key_permissions
    }

    /// The store, read without waiting.
    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The watched files.
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    /// The caches.
    pub(crate) fn caches(&self) -> &Caches {
        &self.caches
    }

    /// What was refused a moment ago.
    pub(crate) fn refused(&self) -> &Refused {
        &self.refused
    }

    /// Which changes have been seen.
    pub(crate) fn generations(&self) -> &Generations {
        &self.caches.generations
    }

    /// How far the feed is.
    pub(crate) fn applied(&self) -> &Applied {
        &self.applied
    }

    /// Whether it may be decided from what this node holds.
    pub(crate) fn fence(&self) -> &Fence {
        &self.fence
    }

    /// The member that this node is, where several share the log.
    pub(crate) fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    /// The realms in the order in which they are asked.
    pub(crate) fn realms(&self) -> &[CachingRealm] {
        &self.realms
    }

    /// The role mappings of the store, as far as they were compiled.
    pub(crate) fn role_mappings(&self) -> &RoleMappings {
        &self.role_mappings
    }

    /// The time of day.
    pub(crate) fn now(&self) -> WallTime {
        self.clock.wall()
    }

    /// The time since the machine started.
    pub(crate) fn boot(&self) -> BootTime {
        self.clock.boot()
    }

    /// Refusals that are counted instead of written.
    pub(crate) fn repeats(&self) -> &Repeats {
        &self.repeats
    }

    /// What the hashing pool did.
    pub(crate) fn hashing(&self) -> PoolStats {
        self.pool.stats()
    }

    /// One hash of `secret` against `hash`, slow ones on the pool. Without a hash the same work is spent on a stand-in
    /// and the answer is no.
    pub(crate) async fn verify(
        &self,
        principal: &str,
        hash: Option<Arc<StoredHash>>,
        secret: &Secret,
    ) -> Result<bool, Failure> {
        let hash = hash.unwrap_or_else(|| Arc::clone(&self.stand_in));
        let verified = self.pool.verify(principal, hash, secret.clone()).await;
        if matches!(verified, Err(PoolError::Full | PoolError::Busy | PoolError::TimedOut)) {
            self.refusals.take().await;
        }
        verified.map_err(overloaded)
    }

    /// A new stored hash of `secret`.
    pub(crate) async fn hash_password(
        &self,
        principal: &str,
        algorithm: &HashAlgorithm,
        secret: Secret,
    ) -> Result<StoredHash, Failure> {
        self.pool.hash(principal, *algorithm, secret).await.map_err(overloaded)
    }

    /// Makes the change `action`: commits `batch` if what the caller's right rests on still holds, and waits until this
    /// node has taken the change in, and every other member of its cluster: from then on no check uses what it replaced
    /// (I-4).
    ///
    /// # Errors
    /// [`crate::Kind::VersionConflict`] when a condition of `batch` does not hold; [`crate::Kind::Unavailable`] when the
    /// caller was revoked or changed meanwhile, or the store did not answer.
    pub(crate) async fn write(
        &self,
        caller: &Caller,
        action: &'static str,
        batch: Batch,
    ) -> Result<(), Failure> {
        if !self.files.unchanged(caller.files) {
            return Err(caller.gone());
        }
        let own: Vec<_> = caller.conditions().cloned().collect();
        let changes = audit::Changes::of(self, caller, action, &batch);
        let waits = acknowledgement::of(action, &batch);
        let batch = own.iter().fold(batch, add);
        match self.commit(batch).await {
            Ok(committed) => {
                changes.made(committed.revision);
                self.acknowledge(committed, waits).await
            }
            // It may have been made: the audit says so.
            Err(error @ CommitError::Unknown(_)) => Err(not_committed(error)),
            Err(error) => {
                changes.refused();
                if matches!(error, CommitError::Conflict { .. }) {
                    // Whoever tries again must find what was in the way.
                    self.catch_up().await?;
                }
                Err(match error {
                    CommitError::Conflict { key, .. } if own.iter().any(|it| it.key == key) => caller.gone(),
                    error => not_committed(error),
                })
            }
        }
    }

    /// Commits `batch` for the node itself: start-up, housekeeping, the command line.
    pub(crate) async fn write_own(&self, batch: Batch) -> Result<(), Failure> {
        let committed = self.commit(batch).await.map_err(not_committed)?;
        self.acknowledge(committed, Waits::ForAll).await
    }

    /// As [`Core::write_own`], for a `batch` by which the node's operator sets the password in the document `key`.
    pub(crate) async fn write_password(&self, key: &DocumentKey, batch: Batch) -> Result<(), Failure> {
        match self.commit(batch).await {
            Ok(committed) => {
                audit::password_set(self, key, Some(committed.revision));
                self.acknowledge(committed, Waits::ForAll).await
            }
            Err(error) => {
                if matches!(error, CommitError::Unknown(_)) {
                    audit::password_set(self, key, None);
                }
                Err(not_committed(error))
            }
        }
    }

    /// Waits until what was committed may be answered. Called as soon as the commit's answer has arrived.
    async fn acknowledge(&self, committed: Committed, waits: Waits) -> Result<(), Failure> {
        match &self.cluster {
            None => self.applied.reach(committed.revision).await,
            Some(cluster) => {
                let since = cluster::boot(self);
                cluster::acknowledged(self, cluster, committed, since, waits).await
            }
        }
    }

    /// Commits, and remembers whether the store takes writes.
    async fn commit(&self, batch: Batch) -> Result<Committed, CommitError> {
        let outcome = self.store.commit(batch).await;
        self.remember(&outcome);
        outcome
    }

    fn remember(&self, outcome: &Result<Committed, CommitError>) {
        match outcome {
            Ok(_) => self.writable.store(true, Ordering::Relaxed),
            Err(CommitError::Unavailable(_) | CommitError::Unknown(_) | CommitError::Corrupt(_)) => {
                self.writable.store(false, Ordering::Relaxed);
            }
            Err(CommitError::Conflict { .. } | CommitError::TooLarge { .. } | CommitError::Invalid(_)) => {}
        }
    }

    /// Gives an order to every node that shares the log. What it was committed as.
    ///
    /// # Errors
    /// [`crate::Kind::Internal`] where nobody shares it; else as [`Core::write_own`].
    pub(crate) async fn order(&self, order: &Order) -> Result<Committed, Failure> {
        let (_, log) = cluster::shared(self)?;
        let outcome = log.order(order.encode()).await;
        self.remember(&outcome);
        outcome.map_err(not_committed)
    }

    /// Waits until this node has taken in all that the shared log held when this was called, for at most 2 s. Nothing is
    /// to be waited for where the store is this node's own.
    ///
    /// # Errors
    /// [`crate::Kind::Unavailable`] when the log does not answer, or the feed is behind.
    pub(crate) async fn catch_up(&self) -> Result<(), Failure> {
        if self.cluster.is_none() {
            return Ok(());
        }
        let (_, log) = cluster::shared(self)?;
        let head = log.head().await.map_err(|error| Failure::unavailable(error.to_string()))?;
        cluster::reach(self, head, BEHIND).await
    }

    /// Whether the last write reached the store. A full disk, say, makes it no until a write succeeds again. Where nodes
    /// share the log each heartbeat is a write, so their trust tells: whoever is asked for nothing while it is not ready
    /// would never find out otherwise.
    pub(crate) fn is_writable(&self) -> bool {
        self.cluster.is_some() || self.writable.load(Ordering::Relaxed)
    }

    /// Waits until all that reads have seen is taken in, by every member. A commit of nothing, or an order to do nothing, finds
    /// out how far that is: readers may see a change before [`Store::revision`] tells of it.
    pub(crate) async fn settle(&self) -> Result<(), Failure> {
        if self.cluster.is_none() {
            return self.write_own(Batch::new()).await;
        }
        let committed = self.order(&Order::Settle).await?;
        self.acknowledge(committed, Waits::ForAll).await
    }

    /// What a write waits for that found the document `key` as it should be: that it is still as it was `seen`, for every
    /// member. Where nodes share a log it is written once more as it is: a write that was given up without an outcome may be
    /// on its way, and would be done behind this one's answer. `false`: it is not as it was seen any more.
    ///
    /// # Errors
    /// As [`Core::write`], but for a conflict about this document.
    pub(crate) async fn confirm(
        &self,
        caller: &Caller,
        key: &DocumentKey,
        seen: Expected,
    ) -> Result<bool, Failure> {
        if self.cluster.is_none() {
            self.settle().await?;
            return Ok(true);
        }
        if !self.files.unchanged(caller.files) {
            return Err(caller.gone());
        }
        let document = documents::load(self.store(), key)?;
        if !seen.holds(document.as_ref().map(|it| it.revision)) {
            return Ok(false);
        }
        let is_there = document.is_some();
        let batch = Batch::new().expect(key.clone(), seen);
        let batch = match document {
            Some(document) => batch.put(key.clone(), document.body),
            None => batch.delete(key.clone()),
        };
        match self.commit(caller.conditions().fold(batch, add)).await {
            Ok(committed) if is_there => self.acknowledge(committed, Waits::ForAll).await.map(|()| true),
            // Nobody is told of a deletion of nothing, so nobody would be in a hurry to confirm it.
            Ok(_) => self.settle().await.map(|()| true),
            Err(CommitError::Conflict { key: other, .. }) if other != *key => Err(caller.gone()),
            Err(CommitError::Conflict { .. }) => self.catch_up().await.map(|()| false),
            Err(error) => Err(not_committed(error)),
        }
    }

    /// Where a role of this name is defined in the files.
    pub(crate) fn file_role(&self, name: &str) -> Option<Arc<RoleDescriptor>> {
        self.files.roles().content().role(name)
    }

    /// Closes what holds threads and files. When it returns, nothing is decided any more, from the caches neither.
    pub(crate) fn stop(&self) {
        self.store.close();
        // The feed will say so too, a moment later.
        self.applied.end();
        self.pool.stop();
    }
}

/// A condition that the batch itself already makes is not made twice.
fn add(batch: Batch, condition: &Condition) -> Batch {
    if batch.conditions.contains(condition) {
        return batch;
    }
    batch.expect(condition.key.clone(), condition.expected)
}
