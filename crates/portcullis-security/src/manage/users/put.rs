//! Putting a native user: created or replaced where a password comes with it, else all but the password updated.

use portcullis_model::credential::{NATIVE_NAME_MAX, validate_role_name, validate_user_name};
use portcullis_model::reserved_user;
use portcullis_model::subject::User;
use portcullis_secrets::Secret;
use portcullis_store::Batch;
use serde_json::{Map, Value};

use super::{NewPassword, Users, names};
use crate::caller::Caller;
use crate::documents::user::StoredUser;
use crate::documents::{self, Stored};
use crate::error::Failure;
use crate::manage::{Attempts, Idle};

/// A user to be put, as the client wrote it.
pub struct PutUser {
    /// Its name.
    pub username: String,
    /// Its password in clear.
    pub password: Option<Secret>,
    /// Its password, hashed by the client; not together with `password`.
    pub password_hash: Option<String>,
    /// The names of its roles; they need not exist. Required.
    pub roles: Option<Vec<String>>,
    /// For people to read.
    pub full_name: Option<String>,
    /// For people to write to.
    pub email: Option<String>,
    /// Whatever the client keeps there.
    pub metadata: Option<Map<String, Value>>,
    /// Whether the user may log in.
    pub enabled: bool,
}

impl Users<'_> {
    /// Creates or replaces a native user; without a password, updates everything else of an existing one. Fields that
    /// are absent become null or empty in either case. Whether the user was created.
    ///
    /// # Errors
    /// [`crate::error::Kind::Validation`], [`crate::error::Kind::IllegalArgument`] and
    /// [`crate::error::Kind::RequestValidation`] for what breaks a rule; whatever [`crate::core::Core::write`] fails
    /// with.
    pub async fn put(&self, caller: &Caller, put: PutUser) -> Result<bool, Failure> {
        let PutUser { username, password, password_hash, roles, full_name, email, metadata, enabled } = put;
        let password = only_one(password, password_hash)?;
        password.as_ref().map_or(Ok(()), NewPassword::check)?;
        let roles = check_request(roles, metadata.as_ref())?;
        self.check_names(&username, &roles)?;
        let metadata = metadata.unwrap_or_default();
        let user = User { username, roles, full_name, email, metadata, enabled };
        let hash = match password {
            Some(password) => Some(password.into_stored(self.core, caller).await?),
            None => None,
        };
        self.store(caller, user, hash).await
    }

    async fn store(&self, caller: &Caller, user: User, hash: Option<String>) -> Result<bool, Failure> {
        let key = documents::user::key(&user.username);
        let (mut attempts, mut idle) = (Attempts::new(), Idle::default());
        loop {
            let stored = documents::user::read(self.core.store(), &user.username)?;
            let Some(password) = hash.clone().or_else(|| stored.as_ref().map(|it| it.value.password.clone()))
            else {
                if idle.catches_up(self.core).await? {
                    continue;
                }
                let problem = "password must be specified unless you are updating an existing user";
                return Err(Failure::validation(&[problem]));
            };
            let body = StoredUser { user: user.clone(), password }.encode()?;
            documents::check_room(&key, &body)?;
            let batch =
                Batch::new().expect(key.clone(), Stored::expected(stored.as_ref())).put(key.clone(), body);
            match self.core.write(caller, "put_user", batch).await {
                Ok(()) => return Ok(stored.is_none()),
                Err(failure) if attempts.again(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
    }

    fn check_names(&self, username: &str, roles: &[String]) -> Result<(), Failure> {
        let mut problems = Vec::new();
        if self.is_anonymous(username) {
            problems.push(names::anonymous(username));
        } else if self.reserved(username).is_some() {
            problems.push(format!("user [{username}] is reserved and only the password can be changed"));
        } else if reserved_user::is_internal(username) {
            problems.push(names::internal(username));
        } else {
            problems.extend(validate_user_name(username, NATIVE_NAME_MAX).err());
        }
        problems.extend(roles.iter().filter_map(|role| validate_role_name(role, NATIVE_NAME_MAX).err()));
        if problems.is_empty() { Ok(()) } else { Err(Failure::request_validation(&problems)) }
    }
}

fn only_one(password: Option<Secret>, hash: Option<String>) -> Result<Option<NewPassword>, Failure> {
    match (password, hash) {
        (Some(_), Some(_)) => Err(Failure::validation(&["password_hash has already been set"])),
        (Some(password), None) => Ok(Some(NewPassword::Clear(password))),
        (None, Some(hash)) => Ok(Some(NewPassword::Hash(hash))),
        (None, None) => Ok(None),
    }
}

/// What can be told from the request alone. The roles, which are required.
fn check_request(
    roles: Option<Vec<String>>,
    metadata: Option<&Map<String, Value>>,
) -> Result<Vec<String>, Failure> {
    let mut problems = Vec::new();
    if roles.is_none() {
        problems.push("roles are missing");
    }
    if metadata.is_some_and(|metadata| metadata.keys().any(|key| key.starts_with('_'))) {
        problems.push("metadata keys may not start with [_]");
    }
    match roles {
        Some(roles) if problems.is_empty() => Ok(roles),
        Some(_) | None => Err(Failure::request_validation(&problems)),
    }
}
