//! The condition of `manage_own_api_key`: that the request is about the caller's own keys and nobody else's.

use crate::authentication::Authentication;
use crate::decision::{ApiKeyFacts, RequestFacts};

/// Whether the request is about nothing but what belongs to the one in whose name it runs.
///
/// A key that acts owns only itself: it may look at itself (not at what limits it) and invalidate itself.
pub(super) fn is_own(facts: &RequestFacts, authentication: &Authentication) -> bool {
    let RequestFacts::ApiKeys(facts) = facts else { return false };
    match facts {
        // A new key belongs to whoever makes it; that only the owner updates is checked against the key itself.
        ApiKeyFacts::Create | ApiKeyFacts::Update => true,
        ApiKeyFacts::Grant => false,
        ApiKeyFacts::Query { own_only, with_limited_by } => {
            *own_only && !(*with_limited_by && authentication.acting_api_key().is_some())
        }
        ApiKeyFacts::Get { ids, owner, username, realm, with_limited_by } => {
            match authentication.acting_api_key() {
                Some(acting) => !with_limited_by && ids.as_slice() == [acting],
                None => *owner || is_caller(username.as_deref(), realm.as_deref(), authentication),
            }
        }
        ApiKeyFacts::Invalidate { ids, owner, username, realm } => match authentication.acting_api_key() {
            Some(acting) => ids.as_slice() == [acting],
            None => *owner || is_caller(username.as_deref(), realm.as_deref(), authentication),
        },
    }
}

/// Whether both are given and are the caller's.
fn is_caller(username: Option<&str>, realm: Option<&str>, authentication: &Authentication) -> bool {
    username == Some(&authentication.effective.username) && realm == Some(&authentication.lookup_realm.name)
}
