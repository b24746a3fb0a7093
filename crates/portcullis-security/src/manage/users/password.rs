//! New passwords: what they must look like, and changing the one of a native or reserved user. Hashing runs on the
//! pool, checking a password is the realms' work; neither lives here.

use portcullis_model::credential::validate_password_length;
use portcullis_model::reserved_user::{self, ELASTIC};
use portcullis_secrets::{FormatError, MAX_SECRET_BYTES, Secret, StoredHash, Use, password_hash_refusal};

use super::{Users, names};
use crate::caller::Caller;
use crate::core::Core;
use crate::documents;
use crate::error::{Failure, Kind};
use crate::manage::{Attempts, Idle};
use crate::password;

/// A password to be set.
pub enum NewPassword {
    /// In clear, to be hashed with `xpack.security.authc.password_hashing.algorithm`.
    Clear(Secret),
    /// Hashed by the client, in one of the formats for stored passwords.
    Hash(String),
}

impl NewPassword {
    /// Refuses what can be told from the password alone.
    ///
    /// # Errors
    /// [`crate::error::Kind::Validation`] for one that is too short or too long, and
    /// [`crate::error::Kind::IllegalArgument`] for a hash that is none.
    pub(super) fn check(&self) -> Result<(), Failure> {
        match self {
            Self::Clear(secret) => check_length(secret),
            Self::Hash(text) => check_hash(text),
        }
    }

    /// The hash to store. The work is done in the caller's name, whose share of the pool it takes.
    pub(super) async fn into_stored(self, core: &Core, caller: &Caller) -> Result<String, Failure> {
        match self {
            Self::Hash(text) => Ok(text),
            Self::Clear(secret) => {
                let principal = &caller.authentication().effective.username;
                let algorithm = &core.settings().password_hashing;
                Ok(core.hash_password(principal, algorithm, secret).await?.as_str().to_owned())
            }
        }
    }
}

fn check_length(secret: &Secret) -> Result<(), Failure> {
    validate_password_length(secret.characters()).map_err(|problem| Failure::validation(&[problem]))?;
    if secret.is_too_long() {
        let problem = format!("passwords must be at most [{MAX_SECRET_BYTES}] bytes long");
        return Err(Failure::validation(&[problem]));
    }
    Ok(())
}

fn check_hash(text: &str) -> Result<(), Failure> {
    match StoredHash::parse(text) {
        Ok(hash) if hash.algorithm().suits(Use::Password) => Ok(()),
        Ok(_) | Err(FormatError::Unrecognised | FormatError::CacheOnly(_)) => {
            Err(Failure::illegal_argument(password_hash_refusal()))
        }
        Err(malformed) => Err(Failure::illegal_argument(malformed.to_string())),
    }
}

impl Users<'_> {
    /// Sets the password of a native or reserved user, of the caller's own account where no user is named.
    ///
    /// # Errors
    /// As for the password itself; [`crate::error::Kind::IllegalArgument`] for a user that is anonymous or internal;
    /// [`crate::error::Kind::Validation`] for one that is not managed here or does not exist; whatever
    /// [`Core::write`] fails with.
    pub async fn change_password(
        &self,
        caller: &Caller,
        username: Option<&str>,
        password: NewPassword,
    ) -> Result<(), Failure> {
        let username = username.unwrap_or(&caller.authentication().effective.username);
        password.check()?;
        if self.is_anonymous(username) {
            return Err(Failure::illegal_argument(names::anonymous(username)));
        }
        if reserved_user::is_internal(username) {
            return Err(Failure::illegal_argument(names::internal(username)));
        }
        if reserved_user::find(username).is_none() {
            self.find_native(username).await?;
        } else if !self.core.settings().reserved_realm.is_on() {
            return Err(Failure::validation(&[realm_disabled(username)]));
        }
        let hash = password.into_stored(self.core, caller).await?;
        let mut attempts = Attempts::new();
        loop {
            let gone = || Failure::validation(&[NO_SUCH_USER]);
            let batch = password::change(self.core, username, &hash)?.ok_or_else(gone)?;
            match self.core.write(caller, "change_password", batch).await {
                Err(failure) if attempts.again(&failure) => {}
                outcome => return outcome,
            }
        }
    }

    /// Refuses a name that is no native user, before a slow hash is spent on it.
    async fn find_native(&self, username: &str) -> Result<(), Failure> {
        match self.check_native(username) {
            Err(failure)
                if failure.kind() == Kind::Validation && Idle::default().catches_up(self.core).await? =>
            {
                self.check_native(username)
            }
            checked => checked,
        }
    }

    fn check_native(&self, username: &str) -> Result<(), Failure> {
        if documents::user::read(self.core.store(), username)?.is_some() {
            return Ok(());
        }
        let elsewhere = self.core.settings().file_realm.is_some()
            && self.core.files().users().content().hash(username).is_some();
        Err(Failure::validation(&[if elsewhere {
            format!(
                "user [{username}] does not belong to the native realm and cannot be managed via this API."
            )
        } else {
            NO_SUCH_USER.to_owned()
        }]))
    }
}

const NO_SUCH_USER: &str = "user must exist in order to change password";

fn realm_disabled(username: &str) -> String {
    let mut problem = format!("user [{username}] belongs to the reserved realm which is disabled.");
    if username == ELASTIC {
        problem.push_str(" To update the user [elastic] in a cloud deployment, use the console.");
    }
    problem
}
