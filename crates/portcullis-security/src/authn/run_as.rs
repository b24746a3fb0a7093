//! `es-security-runas-user`: an authenticated user acts as another. Whether it may is decided with the action, by
//! the roles of the one who authenticated; here the other is only looked up.

use std::sync::Arc;

use portcullis_model::authentication::{Authentication, AuthenticationKind};

use super::{Authenticated, AuthenticationRequest, unable};
use crate::core::Core;
use crate::error::Failure;
use crate::fence::Reading;

/// Puts the user that run-as names into the place of the effective user.
pub(super) async fn apply(
    core: &Core,
    request: &AuthenticationRequest,
    authenticated: Authenticated,
    reading: &mut Reading,
) -> Result<Authenticated, Failure> {
    let Some(target) = &request.run_as else { return Ok(authenticated) };
    if !core.settings().run_as.is_on() {
        return Ok(authenticated);
    }
    if matches!(
        authenticated.authentication.kind,
        AuthenticationKind::ServiceToken { .. } | AuthenticationKind::Anonymous
    ) {
        tracing::debug!("run-as is not for service accounts and the anonymous user; the header is ignored");
        return Ok(authenticated);
    }
    // Nobody needs a right to be the anonymous user, and a user of a realm who has its name is not let in at all.
    if target.is_empty() || core.settings().anonymous.is_named(target) {
        return Ok(Authenticated { unknown_target: Some(target.clone()), ..authenticated });
    }
    for realm in core.realms() {
        // A realm that cannot tell may know somebody else of this name than those after it.
        let Some(found) = realm.lookup(core, target, reading).await? else { continue };
        if !found.user.enabled {
            return Err(unable(target, &request.uri));
        }
        let by = Authentication::clone(&authenticated.authentication);
        let authentication = by.run_as(Arc::clone(&found.user), found.realm.clone());
        let mut proof = authenticated.proof.clone();
        proof.extend(found.proof.clone());
        return Ok(Authenticated { authentication: Arc::new(authentication), proof, ..authenticated });
    }
    Ok(Authenticated { unknown_target: Some(target.clone()), ..authenticated })
}
