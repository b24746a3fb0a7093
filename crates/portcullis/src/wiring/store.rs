//! Which store a node has, embedded or shared with others, and the names that it keeps for good.

use std::sync::Arc;
use std::time::{Duration, Instant};

use portcullis_security::restoring;
use portcullis_store::{EtcdStore, Following, RedbStore, Store};

use super::etcd;
use crate::config::Config;
use crate::error::StartError;

/// The name of this node for its whole life.
const NODE_ID: &str = "node_id";
/// The name of the store's content.
const CLUSTER_UUID: &str = "cluster_uuid";

/// For how long a tool waits for a shared log to be read.
const CATCH_UP: Duration = Duration::from_secs(60);
/// How often it looks.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What a node is called, made once and kept.
pub(crate) struct Names {
    pub(crate) node_id: String,
    /// `None`: it is told by the log that nodes share.
    pub(crate) cluster_uuid: Option<String>,
}

/// Opens the store, making folder and file where there is none. Of a shared log only a copy is known by then: whether it
/// holds half a restore, the node finds out when it follows it, and is fenced so long.
///
/// # Errors
/// When another process has it, it holds half a restore, or it cannot be opened; it is left as it is.
pub(crate) fn open(config: &Config) -> Result<Arc<dyn Store>, StartError> {
    let store = open_store(config)?;
    let shared = store.shared().is_some();
    if !shared && store.get(&restoring::marker()).map_err(StartError::store)?.is_some() {
        return Err(StartError::UnfinishedRestore);
    }
    Ok(store)
}

/// Opens the store of the configuration for backup and restore, whatever is in it.
///
/// # Errors
/// When another process has it, or it cannot be opened; it is left as it is.
pub(crate) fn open_store(config: &Config) -> Result<Arc<dyn Store>, StartError> {
    match &config.cluster {
        None => Ok(Arc::new(RedbStore::open(&config.path_data)?)),
        Some(cluster) => Ok(Arc::new(EtcdStore::open(&config.path_data, &etcd::settings(&cluster.etcd)?)?)),
    }
}

/// Waits until a store whose log is shared has read it: before that it seems empty.
///
/// # Errors
/// When the log does not answer, or is another one.
pub(crate) fn caught_up(store: &dyn Store) -> Result<(), StartError> {
    let Some(log) = store.shared() else { return Ok(()) };
    let until = Instant::now() + CATCH_UP;
    loop {
        let reason = match log.status().following {
            Following::Yes => return Ok(()),
            Following::Severed(reason) => return Err(StartError::Store(reason)),
            Following::Away(reason) => reason,
            Following::CatchingUp => "it is still being read".to_owned(),
        };
        if Instant::now() >= until {
            return Err(StartError::Store(reason));
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

/// Where that store is, for messages.
pub(crate) fn place(config: &Config) -> String {
    match &config.cluster {
        None => format!("[{}]", config.path_data.display()),
        Some(cluster) => format!("etcd at [{}]", cluster.etcd.endpoints.join(", ")),
    }
}

/// The names that the store keeps.
///
/// # Errors
/// When the store does not answer.
pub(crate) fn names(store: &dyn Store) -> Result<Names, StartError> {
    let cluster_uuid = match store.shared() {
        Some(_) => None,
        None => Some(kept(store, CLUSTER_UUID)?),
    };
    Ok(Names { node_id: kept(store, NODE_ID)?, cluster_uuid })
}

fn kept(store: &dyn Store, name: &str) -> Result<String, StartError> {
    if let Some(value) = store.meta_get(name).map_err(StartError::store)? {
        return Ok(value);
    }
    // 22 characters of URL-safe base64, as Elasticsearch's ids have. It is a name, not a secret.
    let value = portcullis_secrets::random::random_secret().expose_str().unwrap_or_default().to_owned();
    store.meta_put(name, &value).map_err(StartError::store)?;
    Ok(value)
}
