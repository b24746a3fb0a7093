//! What to write to set a password, and the passwords that the node's operator sets from the machine itself, not over
//! HTTP: the first one of `elastic`, and `portcullis reset-password`.

use portcullis_model::credential;
use portcullis_model::reserved_user;
use portcullis_secrets::Secret;
use portcullis_store::Batch;

use crate::core::Core;
use crate::documents;
use crate::documents::reserved_user::StoredReservedUser;
use crate::documents::user::StoredUser;
use crate::documents::{Stored, reserved_user as reserved_document, user as user_document};
use crate::error::{Failure, Kind};
use crate::manage::Attempts;

/// Whether the reserved user of this name has a stored password.
pub(crate) fn is_set(core: &Core, username: &str) -> Result<bool, Failure> {
    let stored = documents::reserved_user::read(core.store(), username)?;
    Ok(stored.is_some_and(|it| !it.value.password.is_empty()))
}

/// Sets the password of a reserved or native user. When it returns, the old one is dead.
pub(crate) async fn set(core: &Core, username: &str, password: Secret) -> Result<(), Failure> {
    credential::validate_password_length(password.characters()).map_err(|it| Failure::validation(&[it]))?;
    let algorithm = core.settings().password_hashing;
    let hash = core.hash_password(username, &algorithm, password).await?;
    let missing = || Failure::new(Kind::NotFound, format!("user [{username}] does not exist"));
    let batch = match change(core, username, hash.as_str())? {
        Some(batch) => batch,
        None => {
            // It may only be that this node does not know the user yet.
            core.catch_up().await?;
            change(core, username, hash.as_str())?.ok_or_else(missing)?
        }
    };
    let reserved = reserved_user::find(username).is_some();
    let key = if reserved { reserved_document::key(username) } else { user_document::key(username) };
    core.write_password(&key, batch).await
}

/// What became of a first password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstSet {
    /// It is stored now, and is the user's.
    Taken,
    /// The user has one already, which stays.
    Stored,
}

/// Sets the password of a reserved user who has none. Where several nodes do that at once, one password counts and the
/// others are told.
pub(crate) async fn set_first(core: &Core, username: &str, password: Secret) -> Result<FirstSet, Failure> {
    credential::validate_password_length(password.characters()).map_err(|it| Failure::validation(&[it]))?;
    let algorithm = core.settings().password_hashing;
    let hash = core.hash_password(username, &algorithm, password).await?;
    let mut attempts = Attempts::new();
    loop {
        let stored = reserved_document::read(core.store(), username)?;
        if stored.as_ref().is_some_and(|it| !it.value.password.is_empty()) {
            return Ok(FirstSet::Stored);
        }
        // Made from what was just looked at: a password that is stored from here on is a conflict.
        let batch = reserved(username, stored.as_ref(), hash.as_str())?;
        match core.write_password(&reserved_document::key(username), batch).await {
            Ok(()) => return Ok(FirstSet::Taken),
            // Somebody was first: that is to be seen here before it is looked at again.
            Err(failure) if attempts.again(&failure) => core.settle().await?,
            Err(failure) => return Err(failure),
        }
    }
}

/// What to write so that a reserved user has this stored hash, if it is still as it was read.
fn reserved(
    username: &str,
    stored: Option<&Stored<StoredReservedUser>>,
    hash: &str,
) -> Result<Batch, Failure> {
    let enabled = stored.is_none_or(|it| it.value.enabled);
    let body = StoredReservedUser { password: hash.to_owned(), enabled }.encode(username)?;
    let key = reserved_document::key(username);
    Ok(Batch::new().expect(key.clone(), Stored::expected(stored)).put(key, body))
}

/// What to write so that a reserved or native user has this stored hash, as long as nobody else writes the user first;
/// all else stays. `None`: there is no such user.
pub(crate) fn change(core: &Core, username: &str, hash: &str) -> Result<Option<Batch>, Failure> {
    if reserved_user::find(username).is_some() {
        let stored = reserved_document::read(core.store(), username)?;
        return reserved(username, stored.as_ref(), hash).map(Some);
    }
    let Some(stored) = user_document::read(core.store(), username)? else { return Ok(None) };
    let key = user_document::key(username);
    let expected = Stored::expected(Some(&stored));
    let body = StoredUser { password: hash.to_owned(), user: stored.value.user }.encode()?;
    Ok(Some(Batch::new().expect(key.clone(), expected).put(key, body)))
}

#[cfg(test)]
mod tests;
