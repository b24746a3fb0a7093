//! One revision of a store as an archive: a page in memory at a time, the snapshot let go of at the end.
//!
//! Never here: where the archive goes.

use std::io::{self, Write};

use portcullis_model::lifetime::WallTime;
use portcullis_security::restoring;
use portcullis_store::{Store, StoreError};

use crate::archive::{FORMAT, Header, Writer};

/// Documents read at once.
const PAGE: usize = 256;

/// Why a store was not exported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExportError {
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Write(#[from] io::Error),
    #[error("it does not know its content yet; try again when it follows the log")]
    Unknown,
    #[error("it holds a restore that was cut off; run the restore again first")]
    Unfinished,
}

/// What was exported.
pub(crate) struct Exported {
    /// How many.
    pub(crate) documents: u64,
    /// The store's epoch.
    pub(crate) epoch: String,
    /// The revision of all of them.
    pub(crate) revision: u64,
}

/// Writes all documents to `out` and tells `seen` how many there are so far. `made_at` was read before this was called.
pub(crate) fn export<W: Write>(
    store: &dyn Store,
    made_at: WallTime,
    out: W,
    mut seen: impl FnMut(u64) -> io::Result<()>,
) -> Result<Exported, ExportError> {
    let before = store.identity();
    let snapshot = store.read()?;
    let identity = store.identity();
    if identity.epoch.is_empty() || identity != before {
        return Err(ExportError::Unknown);
    }
    if snapshot.get(&restoring::marker())?.is_some() {
        return Err(ExportError::Unfinished);
    }
    let (epoch, revision) = (identity.epoch, snapshot.revision().0);
    let header = Header {
        format: FORMAT,
        made_at: made_at.to_rfc3339().unwrap_or_default(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        engine: identity.engine.to_owned(),
        epoch: epoch.clone(),
        revision,
    };
    let mut writer = Writer::begin(out, &header)?;
    let (mut after, mut count) = (None, 0);
    loop {
        let page = snapshot.scan_all(after.as_ref(), PAGE)?;
        for document in &page {
            writer.document(document)?;
        }
        count += page.len() as u64;
        seen(count)?;
        let Some(last) = page.into_iter().last() else { break };
        after = Some(last.key);
    }
    drop(snapshot);
    let (documents, _) = writer.finish()?;
    Ok(Exported { documents, epoch, revision })
}
