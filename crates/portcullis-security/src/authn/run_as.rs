//! `es-security-runas-user`: an authenticated user acts as another. Whether it may is decided with the action, by
//! the roles of the one who authenticated; here the other is only looked up.

use std::sync::Arc;

use portcullis_model::authentication::{Authentication, AuthenticationKind};

use super::proven::Proven;
use super::{AuthenticationRequest, unable};
use crate::core::Core;
use crate::error::Failure;
use crate::fence::Reading;

/// Whom the caller wants to be, where that is to be looked at.
pub(super) fn target<'a>(core: &Core, request: &'a AuthenticationRequest, by: &Proven) -> Option<&'a str> {
    let target = request.run_as.as_deref().filter(|_| core.settings().run_as.is_on())?;
    if matches!(
        by.authentication.kind,
        AuthenticationKind::ServiceToken { .. } | AuthenticationKind::Anonymous
    ) {
        tracing::debug!("run-as is not for service accounts and the anonymous user; the header is ignored");
        return None;
    }
    Some(target)
}

/// Puts the user `target` into the place of the effective user; its name beside the other where nobody knows it.
pub(super) async fn apply(
    core: &Core,
    request: &AuthenticationRequest,
    by: Arc<Proven>,
    target: &str,
    reading: &mut Reading,
) -> Result<(Arc<Proven>, Option<String>), Failure> {
    // Nobody needs a right to be the anonymous user, and a user of a realm who has its name is not let in at all.
    if target.is_empty() || core.settings().anonymous.is_named(target) {
        return Ok((by, Some(target.to_owned())));
    }
    for realm in core.realms() {
        // A realm that cannot tell may know somebody else of this name than those after it.
        let Some(found) = realm.lookup(core, target, reading).await? else { continue };
        if !found.user.enabled {
            return Err(unable(target, &request.uri));
        }
        let authentication = Authentication::clone(&by.authentication);
        let authentication = authentication.run_as(Arc::clone(&found.user), found.realm.clone());
        let proof = by.proof.iter().chain(&found.proof).cloned().collect();
        return Ok((Arc::new(Proven::new(authentication, proof, by.granted.clone())), None));
    }
    Ok((by, Some(target.to_owned())))
}
