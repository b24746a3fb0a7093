//! The name of the store's content as clients are told it. Which store it is, the store says.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::core::Core;

/// What Elasticsearch tells while it has not joined a cluster yet.
const UNKNOWN: &str = "_na_";

/// Bytes of a UUID.
const UUID_BYTES: usize = 16;

/// The name that was made for this store, or that of the log that nodes share.
pub(crate) fn cluster_uuid(core: &Core) -> String {
    match &core.settings().cluster_uuid {
        Some(made) => made.clone(),
        None => of_epoch(&core.store().identity().epoch),
    }
}

/// A UUID in the form that Elasticsearch's ids have; what is none stays as it is.
fn of_epoch(epoch: &str) -> String {
    if epoch.is_empty() {
        return UNKNOWN.to_owned();
    }
    let digits: String = epoch.chars().filter(|c| *c != '-').collect();
    match u128::from_str_radix(&digits, 16) {
        Ok(number) if digits.len() == 2 * UUID_BYTES => URL_SAFE_NO_PAD.encode(number.to_be_bytes()),
        _ => epoch.to_owned(),
    }
}

#[cfg(test)]
mod tests;
