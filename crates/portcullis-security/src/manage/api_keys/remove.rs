//! Removal of dead keys: those that were invalidated or have expired longer ago than
//! `xpack.security.authc.api_key.delete.retention_period`. When to look is the executable's business.

use portcullis_model::lifetime::WallTime;
use portcullis_store::{Batch, Document, Expected};

use super::ApiKeys;
use crate::documents::api_key::{self, ApiKeyHeader};
use crate::documents::{FromDocument, Walk};
use crate::error::{Failure, Kind};

/// Most keys removed in one commit: below the store's limit, and few enough that a write in between is not held up.
const CHUNK: usize = 50;

impl ApiKeys<'_> {
    /// Removes the keys that are dead at `now`, and says how many. A key that somebody changes meanwhile is left for
    /// the next time.
    ///
    /// # Errors
    /// A store that cannot be read or written; what was removed before stays removed.
    pub async fn remove_dead(&self, now: WallTime) -> Result<u64, Failure> {
        let retention = self.core.settings().api_key.retention_millis;
        let cutoff = WallTime(now.0.saturating_sub(retention));
        let mut removed = 0;
        let mut walk = Walk::new(self.core.store(), api_key::KIND);
        loop {
            let page = walk.page().await?;
            if page.is_empty() {
                return Ok(removed);
            }
            let mut dead = Vec::new();
            for document in &page {
                if ApiKeyHeader::from_document(document)?.is_dead_since(cutoff) {
                    dead.push(document);
                }
            }
            for chunk in dead.chunks(CHUNK) {
                removed += self.remove(chunk).await?;
            }
        }
    }

    async fn remove(&self, documents: &[&Document]) -> Result<u64, Failure> {
        let batch = documents.iter().fold(Batch::new(), |batch, document| {
            let key = &document.key;
            batch.expect(key.clone(), Expected::At(document.revision)).delete(key.clone())
        });
        match self.core.write_own(batch).await {
            Ok(()) => Ok(documents.len() as u64),
            Err(failure) if failure.kind() == Kind::VersionConflict => Ok(0),
            Err(failure) => Err(failure),
        }
    }
}
