//! What everybody may do for their own account, whatever they were given.

use super::{ApiKeyFacts, RequestFacts};
use crate::authentication::{Authentication, AuthenticationKind};
use crate::privilege::SECURITY_ACTIONS;
use crate::subject::{NATIVE_REALM, RESERVED_REALM};

/// Whether the request may be made because it is only about the one in whose name it runs.
pub(super) fn allows(authentication: &Authentication, action: &str, facts: &RequestFacts) -> bool {
    let Some(action) = action.strip_prefix(SECURITY_ACTIONS) else { return false };
    let about_self =
        matches!(facts, RequestFacts::User { username } if *username == authentication.effective.username);
    match action {
        "user/authenticate" => true,
        "user/has_privileges" | "user/list_privileges" => about_self,
        "user/change_password" => about_self && has_password_here(authentication),
        "api_key/get" => match (facts, authentication.acting_api_key()) {
            (RequestFacts::ApiKeys(ApiKeyFacts::Get { ids, with_limited_by: false, .. }), Some(acting)) => {
                ids.as_slice() == [acting]
            }
            _ => false,
        },
        _ => false,
    }
}

/// A password can be changed only where it is kept, and not with a credential that is not one.
fn has_password_here(authentication: &Authentication) -> bool {
    authentication.kind == AuthenticationKind::Realm
        && [NATIVE_REALM, RESERVED_REALM].contains(&&*authentication.lookup_realm.kind)
}
