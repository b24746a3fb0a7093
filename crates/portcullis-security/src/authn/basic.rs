//! A name and a password, asked of the realms in their order.

use std::sync::Arc;

use portcullis_model::subject::RealmRef;
use portcullis_secrets::Secret;

use super::refused::{Family, Refusal, Refusing};
use crate::core::Core;
use crate::error::Failure;
use crate::realms::{Answer, Reach, ResolvedUser};

/// The user, or `None` where the credentials are wrong. A wrong answer costs one slow hash, whatever made it wrong.
///
/// A directory that cannot be asked does not keep the realms behind it from saying yes. Where none does, the answer is
/// not no: the directory might have said yes.
///
/// # Errors
/// When a realm could not decide and no other one let the user in.
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
    let (mut hashed, mut undecided) = (false, None);
    for realm in core.realms() {
        match realm.authenticate(core, username, password).await {
            Ok(Answer::NotMine) => {}
            Ok(Answer::Authenticated(user)) => return Ok(Some(user)),
            // A directory hashes for itself, if it does: none of our hashes was spent.
            Ok(Answer::Refused(Reach::ThisRealm)) => hashed |= !realm.is_remote(),
            Ok(Answer::Refused(Reach::Chain)) => return Ok(None),
            Err(failure) if realm.is_remote() => undecided = undecided.or(Some(failure)),
            // What is wrong with our own store is wrong for all of them; and a reserved name is nobody else's.
            Err(failure) => return Err(failure),
        }
    }
    if !hashed {
        nobody(core, username, password).await?;
    }
    undecided.map_or(Ok(None), Err)
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
