//! What to write to set a password, and the passwords that the node's operator sets from the machine itself, not over
//! HTTP: the first one of `elastic`, and `portcullis reset-password`.

use portcullis_model::credential;
use portcullis_model::reserved_user;
use portcullis_secrets::Secret;
use portcullis_store::Batch;

use crate::audit;
use crate::core::Core;
use crate::documents;
use crate::documents::reserved_user::StoredReservedUser;
use crate::documents::user::StoredUser;
use crate::documents::{Stored, reserved_user as reserved_document, user as user_document};
use crate::error::{Failure, Kind};

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
    let batch = change(core, username, hash.as_str())?.ok_or_else(missing)?;
    core.write_own(batch).await?;
    audit::password_set(username);
    Ok(())
}

/// What to write so that a reserved or native user has this stored hash, as long as nobody else writes the user first;
/// all else stays. `None`: there is no such user.
pub(crate) fn change(core: &Core, username: &str, hash: &str) -> Result<Option<Batch>, Failure> {
    let password = hash.to_owned();
    let (key, expected, body) = if reserved_user::find(username).is_some() {
        let stored = reserved_document::read(core.store(), username)?;
        let enabled = stored.as_ref().is_none_or(|it| it.value.enabled);
        let body = StoredReservedUser { password, enabled }.encode(username)?;
        (reserved_document::key(username), Stored::expected(stored.as_ref()), body)
    } else {
        let Some(stored) = user_document::read(core.store(), username)? else { return Ok(None) };
        let expected = Stored::expected(Some(&stored));
        let body = StoredUser { password, user: stored.value.user }.encode()?;
        (user_document::key(username), expected, body)
    };
    Ok(Some(Batch::new().expect(key.clone(), expected).put(key, body)))
}
