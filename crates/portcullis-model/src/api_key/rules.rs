//! The rules for making and changing keys, in the words that the user is told.

use super::ApiKeyRecord;
use crate::lifetime::{TimeValue, WallTime};
use crate::role::RoleDescriptor;
use serde_json::{Map, Value};

/// Longest name of a key, in characters.
pub const NAME_MAX: usize = 256;

/// What a caller who acts with a key is told when [`may_derive`] says no (`illegal_argument_exception`).
pub const DERIVED_KEY_REFUSAL: &str =
    "creating derived api keys requires an explicit role descriptor that is empty (has no privileges)";

/// Checks the name of a new key.
///
/// # Errors
/// An item for a numbered list.
pub fn validate_name(name: &str) -> Result<(), String> {
    let message = if name.is_empty() {
        "api key name is required".to_owned()
    } else if name.chars().count() > NAME_MAX {
        format!("api key name may not be more than {NAME_MAX} characters long")
    } else if name != name.trim() {
        "api key name may not begin or end with whitespace".to_owned()
    } else if name.starts_with('_') {
        "api key name may not begin with an underscore".to_owned()
    } else {
        return Ok(());
    };
    Err(message)
}

/// Checks the caller's data about a key: names at its top level that begin with `_` belong to the service.
///
/// # Errors
/// An item for a numbered list.
pub fn validate_metadata(metadata: &Map<String, Value>) -> Result<(), String> {
    if metadata.keys().any(|key| key.starts_with('_')) {
        return Err("API key metadata keys may not start with [_]".to_owned());
    }
    Ok(())
}

/// Checks the expiration that an update asks for. A new key is not asked: it may be born expired.
///
/// # Errors
/// An item for a numbered list.
pub fn validate_new_expiration(expiration: TimeValue) -> Result<(), String> {
    if expiration.as_millis() <= 0 {
        return Err("API key expiration must be in the future".to_owned());
    }
    Ok(())
}

/// When a key that is given so much time at `now` expires. Only whole seconds count: `500ms` is no time at all.
///
/// # Errors
/// A sentence for the user, if that moment cannot be written down (`illegal_argument_exception`).
pub fn expires_at(now: WallTime, time: TimeValue) -> Result<WallTime, String> {
    let millis = time.whole_seconds().checked_mul(1_000);
    millis
        .and_then(|millis| now.plus_millis(millis))
        .ok_or_else(|| format!("API key expiration [{time}] is too far in the future"))
}

/// Whether a caller who acts with a key may make a key with these descriptors: only one that can do nothing, and that
/// must have been said. Otherwise a key could outlive its own invalidation in its children.
#[must_use]
pub fn may_derive(role_descriptors: &[RoleDescriptor]) -> bool {
    !role_descriptors.is_empty() && role_descriptors.iter().all(RoleDescriptor::grants_nothing)
}

impl ApiKeyRecord {
    /// Why the key cannot be updated at `now`, if it cannot (`illegal_argument_exception`).
    #[must_use]
    pub fn update_refusal(&self, id: &str, now: WallTime) -> Option<String> {
        use super::{ApiKeyState, ApiKeyType};
        match self.state(now) {
            ApiKeyState::Invalidated => return Some(format!("cannot update invalidated API key [{id}]")),
            ApiKeyState::Expired => return Some(format!("cannot update expired API key [{id}]")),
            ApiKeyState::Active => {}
        }
        if self.name.as_deref().is_none_or(str::is_empty) {
            return Some(format!("cannot update legacy API key [{id}] without name"));
        }
        match self.kind {
            ApiKeyType::Rest => None,
            ApiKeyType::CrossCluster => {
                Some("cannot update API key of type [cross_cluster] while expected type is [rest]".to_owned())
            }
        }
    }
}
