//! A store that is being restored: a marker is in it from the first document to the last. What it holds until then is a
//! part of what it is going to hold, and nothing may be decided from that. Writing documents never lives here.

use portcullis_store::{DocumentKey, Kind, Store};

use crate::core::Core;

/// Why nothing is decided, for the operator.
const REASON: &str = "a restore into the store is under way, or was cut off: run `portcullis restore` again if none is running";

/// The marker's key.
pub fn marker() -> DocumentKey {
    DocumentKey::new(Kind::from_static("unfinished-restore"), "marker")
}

/// Whether it is in the store, as far as this node knows. A store that cannot be read is none to decide from either.
pub(crate) fn is_under_way(store: &dyn Store) -> bool {
    store.get(&marker()).map_or(true, |found| found.is_some())
}

/// Fences the node while the marker is there, and not any more once it is gone. Called by the thread that follows the log,
/// before it publishes what it has taken in.
pub(crate) fn look(core: &Core) {
    if core.cluster().is_none() {
        return;
    }
    if is_under_way(core.store()) {
        tracing::warn!("{REASON}");
        core.fence().severed(REASON);
        core.generations().bump_all();
    } else {
        core.fence().mended();
    }
}
