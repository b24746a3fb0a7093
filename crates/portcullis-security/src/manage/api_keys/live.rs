//! How many working keys an owner has: what deleting or disabling a user leaves behind.

pub(in crate::manage) use super::owner::Owner;

use crate::core::Core;
use crate::documents::api_key::{self, ApiKeyHeader};
use crate::documents::{FromDocument, Walk};
use crate::error::Failure;

/// Counts the owner's keys that are neither invalidated nor expired now.
pub(in crate::manage) async fn count(core: &Core, owner: &Owner) -> Result<u64, Failure> {
    let now = core.now();
    let mut live = 0;
    let mut walk = Walk::new(core.store(), api_key::KIND);
    loop {
        let page = walk.page().await?;
        if page.is_empty() {
            return Ok(live);
        }
        for document in &page {
            let key = ApiKeyHeader::from_document(document)?;
            if owner.owns(&key) && key.is_live(now) {
                live += 1;
            }
        }
    }
}
