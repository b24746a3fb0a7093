//! A name and a password, asked of the realms in their order.

use std::sync::Arc;

use portcullis_secrets::Secret;

use super::refused::{Family, Refusal};
use crate::core::Core;
use crate::error::Failure;
use crate::realms::verify::MAX_READS;
use crate::realms::{Answer, Reach, ResolvedUser};

/// The user, or `None` where the credentials are wrong. A wrong answer costs one slow hash, whatever made it wrong.
pub(super) async fn authenticate(
    core: &Core,
    username: &str,
    password: &Secret,
) -> Result<Option<Arc<ResolvedUser>>, Failure> {
    for _ in 0..MAX_READS {
        let mut refused = false;
        for realm in core.realms() {
            match realm.authenticate(core, username, password).await? {
                Answer::NotMine => {}
                Answer::Authenticated(user) => return Ok(Some(user)),
                Answer::Refused(Reach::ThisRealm) => refused = true,
                Answer::Refused(Reach::Chain) => return Ok(None),
            }
        }
        if refused || nobody(core, username, password).await? {
            return Ok(None);
        }
        // Somebody of this name came into being meanwhile.
    }
    Err(Failure::unavailable(format!("user [{username}] changed while it was being verified; try again")))
}

/// Spends the one slow hash on a name that no realm knows, and remembers the refusal. `false` when a realm knows the
/// name by now.
async fn nobody(core: &Core, username: &str, password: &Secret) -> Result<bool, Failure> {
    let kinds: Vec<&str> = core.realms().iter().map(|it| &*it.realm().reference().kind).collect();
    let family = Family::Nobody(&kinds);
    let digest = core.refused().digest(family, username, password);
    if core.refused().get(&digest) == Some(Refusal::Nobody) {
        return Ok(true);
    }
    let refusing = core.refused().begin(&digest, family, username);
    // Asked again under the ticket: what is remembered must have been read after it was taken.
    let mut tells_changes = true;
    for realm in core.realms() {
        tells_changes &= realm.realm().tells_changes();
        if realm.realm().tells_changes()
            && realm.authenticates()
            && realm.realm().lookup(username).await?.is_some()
        {
            return Ok(false);
        }
    }
    core.verify(username, None, password).await?;
    if tells_changes {
        refusing.remember(Refusal::Nobody, core.boot().0);
    }
    Ok(true)
}
