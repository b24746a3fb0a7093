//! What this node's caches, files and hashing pool hold and did, in the shape that the API and the metrics render.

use portcullis_cache::Stats as CacheStats;
use portcullis_secrets::PoolStats;

use crate::core::Core;
use crate::files::FileState;
use crate::realms::directory::DirectoryStats;

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
    }
}

fn directories(core: &Core) -> Vec<(String, DirectoryStats)> {
    let told = core.realms().iter().filter_map(|it| {
        let realm = it.realm();
        Some((format!("realm/{}", realm.reference()), realm.directory()?))
    });
    told.collect()
}
