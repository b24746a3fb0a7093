//! A name and a password, asked of the realms in their order.

use std::sync::Arc;

use portcullis_model::subject::RealmRef;
use portcullis_secrets::Secret;

use super::proven::Proven;
use super::refused::{Family, Refusal, Refusing};
use crate::core::Core;
use crate::error::Failure;
use crate::fence::Reading;
use crate::realms::{Reach, RealmDecision};

/// What remote directories have said to the credentials of one request. It stands when the request is decided again: each
/// of them counts wrong passwords, and none knows how often one request is decided.
#[derive(Default)]
pub(super) struct Asked(Vec<(usize, Result<RealmDecision, Failure>)>);

impl Asked {
    fn said(&self, realm: usize) -> Option<Result<RealmDecision, Failure>> {
        self.0.iter().find(|(it, _)| *it == realm).map(|(_, said)| said.clone())
    }

    /// Keeps all but a yes: that is in the cache, and the roles with it are of the role mappings of the moment.
    fn keep(&mut self, realm: usize, said: &Result<RealmDecision, Failure>) {
        if !matches!(said, Ok(RealmDecision::Proven(_))) {
            self.0.push((realm, said.clone()));
        }
    }
}

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
    reading: &mut Reading,
    asked: &mut Asked,
) -> Result<Option<Arc<Proven>>, Failure> {
    // The anonymous user has no password, and no realm has another user of its name.
    if core.settings().anonymous.is_named(username) {
        Box::pin(nobody(core, username, password)).await?;
        return Ok(None);
    }
    let (mut hashed, mut undecided) = (false, None);
    for (place, realm) in core.realms().iter().enumerate() {
        let said = match asked.said(place) {
            Some(said) => said,
            None => realm.authenticate(core, username, password, reading).await,
        };
        if realm.is_remote() {
            asked.keep(place, &said);
        }
        match said {
            Ok(RealmDecision::NotMine) => {}
            Ok(RealmDecision::Proven(user)) => return Ok(Some(user)),
            // A directory hashes for itself, if it does: none of our hashes was spent.
            Ok(RealmDecision::Refused(Reach::ThisRealm)) => hashed |= !realm.is_remote(),
            Ok(RealmDecision::Refused(Reach::Chain)) => return Ok(None),
            Err(failure) if realm.is_remote() => undecided = undecided.or(Some(failure)),
            // What is wrong with our own store is wrong for all of them; and a reserved name is nobody else's.
            Err(failure) => return Err(failure),
        }
    }
    if !hashed {
        Box::pin(nobody(core, username, password)).await?;
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
