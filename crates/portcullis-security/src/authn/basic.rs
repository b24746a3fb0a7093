//! A name and a password, asked of the realms in their order.

use std::sync::Arc;

use portcullis_model::subject::RealmRef;
use portcullis_secrets::Secret;

use super::refused::{Family, Refusal, Refusing};
use crate::core::Core;
use crate::error::Failure;
use crate::realms::{Answer, Reach, ResolvedUser};

/// The user, or `None` where the credentials are wrong. A wrong answer costs one slow hash, whatever made it wrong.
pub(super) async fn authenticate(
    core: &Core,
    username: &str,
    password: &Secret,
) -> Result<Option<Arc<ResolvedUser>>, Failure> {
    // The anonymous user has no password, and no realm has another user of its name.
    if core.settings().anonymous.is_named(username) {
        nobody(core, username, password).await?;
        return Ok(None);
    }
    let mut refused = false;
    for realm in core.realms() {
        match realm.authenticate(core, username, password).await? {
            Answer::NotMine => {}
            Answer::Authenticated(user) => return Ok(Some(user)),
            Answer::Refused(Reach::ThisRealm) => refused = true,
            Answer::Refused(Reach::Chain) => return Ok(None),
        }
    }
    if !refused {
        nobody(core, username, password).await?;
    }
    Ok(None)
}

/// Spends the one slow hash on a name that no realm knows. What is remembered is that it was spent, never that the name
/// is unknown: the realms are asked each time.
async fn nobody(core: &Core, username: &str, password: &Secret) -> Result<(), Failure> {
    let realms: Vec<&RealmRef> = core.realms().iter().map(|it| it.realm().reference()).collect();
    let family = Family::Nobody(&realms);
    let digest = core.refused().digest(family, username, password);
    loop {
        if core.refused().get(&digest).is_some() {
            return Ok(());
        }
        match core.refused().begin(&digest, family, username) {
            // Shared, as it is where a realm knows the name: else requests sent together would tell the two apart.
            Refusing::Follows(waiter) => match waiter.await {
                Ok(()) => return Ok(()),
                Err(_abandoned) => continue,
            },
            leads @ Refusing::Leads(_) => {
                core.verify(username, None, password).await?;
                leads.remember(Refusal::Nobody, core.boot().0);
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests;
