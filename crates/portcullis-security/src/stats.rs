//! What this node's caches, files and hashing pool hold and did, in the shape that the API and the metrics render.

pub mod cluster;

use portcullis_cache::Stats as CacheStats;
use portcullis_secrets::PoolStats;

use crate::core::Core;
use crate::files::FileState;
use crate::realms::directory::DirectoryStats;
use cluster::{ClusterStats, NodeState, NodeStats, Trust};

/// A reading of this node.
pub struct Stats {
    /// The node's id.
    pub node_id: String,
    /// The node's name.
    pub node_name: String,
    /// Each cache by its name.
    pub caches: Vec<(String, CacheStats)>,
    /// Each watched file by its name.
    pub files: Vec<(String, FileState)>,
    /// Each remote directory, by the name of its cache.
    pub directories: Vec<(String, DirectoryStats)>,
    /// The hashing pool.
    pub hashing: PoolStats,
    /// The revision that is taken in.
    pub applied: u64,
    /// The store's last revision.
    pub revision: u64,
    /// The store's size on disk, in bytes; 0 where it has none.
    pub store_bytes: u64,
    /// What this node does with those that it shares its log with; `None` where it is alone.
    pub cluster: Option<ClusterStats>,
    /// All nodes, this one first, then by name.
    pub nodes: Vec<NodeStats>,
}

pub(crate) fn read(core: &Core) -> Stats {
    Stats {
        node_id: core.settings().node_id.clone(),
        node_name: core.settings().node_name.clone(),
        caches: core.caches().stats(core.boot()),
        files: core.files().states(),
        directories: directories(core),
        hashing: core.hashing(),
        applied: core.applied().revision().0,
        revision: core.store().revision().0,
        store_bytes: core.store().size().unwrap_or(0),
        cluster: cluster(core),
        nodes: nodes(core),
    }
}

/// This node's part in its cluster; `None` where it is alone.
pub(crate) fn cluster(core: &Core) -> Option<ClusterStats> {
    Some(cluster::read(core, core.cluster()?, core.store().shared()?))
}

/// All nodes, this one first, then by name.
pub(crate) fn nodes(core: &Core) -> Vec<NodeStats> {
    let applied = core.applied().revision().0;
    let Some(stats) = cluster(core) else {
        return vec![node(core, applied, (NodeState::Trusted, 0, None), core.store().revision().0)];
    };
    let trust = match stats.trust {
        Trust::Held { for_millis, left_millis } => (NodeState::Trusted, for_millis, Some(left_millis)),
        Trust::Fenced { for_millis, .. } => (NodeState::Fenced, for_millis, Some(0)),
    };
    let own = node(core, applied, trust, stats.head);
    std::iter::once(own).chain(cluster::others(core, stats.head)).collect()
}

fn node(core: &Core, applied: u64, trust: (NodeState, u64, Option<u64>), head: u64) -> NodeStats {
    let settings = core.settings();
    let (state, for_millis, left_millis) = trust;
    let own = settings.cluster.as_ref();
    NodeStats {
        node_id: settings.node_id.clone(),
        node_name: settings.node_name.clone(),
        address: own.map(|it| it.address.clone()).unwrap_or_default(),
        version: own.map(|it| it.version.clone()).unwrap_or_default(),
        applied,
        lag: head.saturating_sub(applied),
        state,
        for_millis,
        left_millis,
    }
}

fn directories(core: &Core) -> Vec<(String, DirectoryStats)> {
    let told = core.realms().iter().filter_map(|it| {
        let realm = it.realm();
        Some((format!("realm/{}", realm.reference()), realm.directory()?))
    });
    told.collect()
}
