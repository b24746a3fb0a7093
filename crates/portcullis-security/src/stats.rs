//! What this node's caches, files and hashing pool hold and did, in the shape that the API and the metrics render.

pub mod cluster;

use portcullis_cache::Stats as CacheStats;
use portcullis_secrets::PoolStats;
use portcullis_store::Following;

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
    let log = core.store().shared()?.status();
    let trust = match &log.following {
        Following::Yes => Trust::Held { for_millis: 0, left_millis: 0 },
        Following::CatchingUp => fenced("it reads the log"),
        Following::Away(reason) | Following::Severed(reason) => fenced(reason),
    };
    Some(ClusterStats { trust, head: core.store().revision().0, log, ..ClusterStats::default() })
}

fn fenced(reason: &str) -> Trust {
    Trust::Fenced { for_millis: 0, reason: reason.to_owned() }
}

/// All nodes, this one first, then by name.
pub(crate) fn nodes(core: &Core) -> Vec<NodeStats> {
    let settings = core.settings();
    let cluster = cluster(core);
    let (state, for_millis, left_millis) = match cluster.as_ref().map(|it| &it.trust) {
        None => (NodeState::Trusted, 0, None),
        Some(Trust::Held { for_millis, left_millis }) => {
            (NodeState::Trusted, *for_millis, Some(*left_millis))
        }
        Some(Trust::Fenced { for_millis, .. }) => (NodeState::Fenced, *for_millis, Some(0)),
    };
    let own = settings.cluster.as_ref();
    let applied = core.applied().revision().0;
    let head = cluster.map_or_else(|| core.store().revision().0, |it| it.head);
    vec![NodeStats {
        node_id: settings.node_id.clone(),
        node_name: settings.node_name.clone(),
        address: own.map(|it| it.address.clone()).unwrap_or_default(),
        version: own.map(|it| it.version.clone()).unwrap_or_default(),
        applied,
        lag: head.saturating_sub(applied),
        state,
        for_millis,
        left_millis,
    }]
}

fn directories(core: &Core) -> Vec<(String, DirectoryStats)> {
    let told = core.realms().iter().filter_map(|it| {
        let realm = it.realm();
        Some((format!("realm/{}", realm.reference()), realm.directory()?))
    });
    told.collect()
}
