//! Native users, and what can be changed of reserved ones: get, delete, enable and disable. Putting a user and
//! changing a password have files of their own. Checking passwords never lives here.

mod names;
mod password;
mod put;

use portcullis_model::reserved_user::{self, RESERVED_USERS, ReservedUser};
use portcullis_model::subject::{NATIVE_REALM, RESERVED_REALM, User};
use portcullis_store::{Batch, Expected};

use super::api_keys::live::{self, Owner};
use super::{Attempts, Idle};
use crate::caller::Caller;
use crate::core::Core;
use crate::documents::reserved_user::StoredReservedUser;
use crate::documents::user::StoredUser;
use crate::documents::{self, FromDocument, Stored, Walk};
use crate::error::Failure;

pub use password::NewPassword;
pub use put::PutUser;

/// Management of users.
pub struct Users<'a> {
    core: &'a Core,
}

/// What came of deleting a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Whether there was such a user.
    pub found: bool,
    /// API keys of that user that still work: they outlive it.
    pub live_api_keys: u64,
}

/// Which way to switch a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enablement {
    /// The user may log in.
    Enabled,
    /// The user may not log in.
    Disabled,
}

impl Enablement {
    /// What the audit calls it.
    fn action(self) -> &'static str {
        match self {
            Self::Enabled => "change_enable_user",
            Self::Disabled => "change_disable_user",
        }
    }
}

/// What came of enabling or disabling a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disabled {
    /// API keys of the disabled user that still work; 0 when the user was enabled.
    pub live_api_keys: u64,
}

impl<'a> Users<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// The users of these names that exist, reserved ones and, if it may come in, the anonymous one included; without
    /// names, all of them.
    ///
    /// # Errors
    /// [`crate::error::Kind::IllegalArgument`] for the name of an internal user; a store that cannot be read.
    pub async fn get(&self, _: &Caller, usernames: &[String]) -> Result<Vec<User>, Failure> {
        if usernames.is_empty() {
            return self.all().await;
        }
        let mut users: Vec<User> = Vec::new();
        for username in usernames {
            if users.iter().any(|user| user.username == *username) {
                continue;
            }
            if reserved_user::is_internal(username) {
                return Err(Failure::illegal_argument(names::internal(username)));
            }
            if self.is_anonymous(username) {
                users.extend(self.core.settings().anonymous.user());
                continue;
            }
            users.extend(match self.reserved(username) {
                Some(user) => Some(self.as_stored(user)?),
                None => documents::user::read(self.core.store(), username)?.map(|it| it.value.user),
            });
        }
        Ok(users)
    }

    async fn all(&self) -> Result<Vec<User>, Failure> {
        let mut users: Vec<User> = self.core.settings().anonymous.user().into_iter().collect();
        if self.core.settings().reserved_realm.is_on() {
            for user in &RESERVED_USERS {
                users.push(self.as_stored(user)?);
            }
        }
        let mut walk = Walk::new(self.core.store(), documents::user::KIND);
        loop {
            let page = walk.page().await?;
            if page.is_empty() {
                return Ok(users);
            }
            for document in &page {
                let user = StoredUser::from_document(document)?.user;
                // It was stored when the anonymous user was still called otherwise.
                if !self.is_anonymous(&user.username) {
                    users.push(user);
                }
            }
        }
    }

    /// The reserved user of this name, as long as the reserved realm has its names.
    fn reserved(&self, username: &str) -> Option<&'static ReservedUser> {
        self.core.settings().reserved_realm.is_on().then(|| reserved_user::find(username)).flatten()
    }

    /// Whether it is the anonymous user's name, which is nobody else's.
    fn is_anonymous(&self, username: &str) -> bool {
        self.core.settings().anonymous.is_named(username)
    }

    fn as_stored(&self, user: &ReservedUser) -> Result<User, Failure> {
        let stored = documents::reserved_user::read(self.core.store(), user.username)?;
        Ok(user.user(stored.is_none_or(|it| it.value.enabled)))
    }

    /// Deletes a native user. Its API keys stay; the answer says how many still work.
    ///
    /// # Errors
    /// [`crate::error::Kind::IllegalArgument`] for a user that is reserved, anonymous or internal; whatever
    /// [`Core::write`] fails with.
    pub async fn delete(&self, caller: &Caller, username: &str) -> Result<Deleted, Failure> {
        if self.is_anonymous(username) {
            return Err(Failure::illegal_argument(format!(
                "user [{username}] is anonymous and cannot be deleted"
            )));
        }
        if self.reserved(username).is_some() {
            return Err(Failure::illegal_argument(format!(
                "user [{username}] is reserved and cannot be deleted"
            )));
        }
        if reserved_user::is_internal(username) {
            return Err(Failure::illegal_argument(names::internal(username)));
        }
        let found = self.remove(caller, username).await?;
        let live_api_keys = if found { self.live_api_keys(self.native_owner(username)).await? } else { 0 };
        Ok(Deleted { found, live_api_keys })
    }

    async fn remove(&self, caller: &Caller, username: &str) -> Result<bool, Failure> {
        let (mut attempts, mut idle) = (Attempts::new(), Idle::default());
        loop {
            let stored = documents::user::read(self.core.store(), username)?;
            let key = documents::user::key(username);
            if stored.is_none() {
                if idle.look_again(self.core, caller, &key, Expected::Absent).await? {
                    continue;
                }
                return Ok(false);
            }
            let batch = Batch::new().expect(key.clone(), Stored::expected(stored.as_ref())).delete(key);
            match self.core.write(caller, "delete_user", batch).await {
                Ok(()) => return Ok(true),
                Err(failure) if attempts.again(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Enables or disables a native or reserved user. Its API keys go on working; the answer says how many do.
    ///
    /// # Errors
    /// [`crate::error::Kind::IllegalArgument`] for the caller's own account and for a user that is anonymous or
    /// internal; [`crate::error::Kind::Validation`] for one that does not exist; whatever [`Core::write`] fails with.
    pub async fn set_enabled(
        &self,
        caller: &Caller,
        username: &str,
        wanted: Enablement,
    ) -> Result<Disabled, Failure> {
        if caller.authentication().effective.username == username {
            let reason = "users may not update the enabled status of their own account";
            return Err(Failure::illegal_argument(reason));
        }
        if reserved_user::is_internal(username) {
            return Err(Failure::illegal_argument(names::internal(username)));
        }
        if self.is_anonymous(username) {
            let reason = format!("user [{username}] is anonymous and cannot be modified using the api");
            return Err(Failure::illegal_argument(reason));
        }
        let owner = if self.reserved(username).is_some() {
            self.switch_reserved(caller, username, wanted).await?;
            Owner { principal: username.to_owned(), realm: RESERVED_REALM.to_owned() }
        } else {
            self.switch_native(caller, username, wanted).await?;
            self.native_owner(username)
        };
        match wanted {
            Enablement::Enabled => Ok(Disabled { live_api_keys: 0 }),
            Enablement::Disabled => Ok(Disabled { live_api_keys: self.live_api_keys(owner).await? }),
        }
    }

    async fn switch_native(
        &self,
        caller: &Caller,
        username: &str,
        wanted: Enablement,
    ) -> Result<(), Failure> {
        let enabled = wanted == Enablement::Enabled;
        let (mut attempts, mut idle) = (Attempts::new(), Idle::default());
        loop {
            let key = documents::user::key(username);
            let Some(mut stored) = documents::user::read(self.core.store(), username)? else {
                // Who disables a user that is on its way must not meet it later.
                if idle.look_again(self.core, caller, &key, Expected::Absent).await? {
                    continue;
                }
                let switched = if enabled { "enabled" } else { "disabled" };
                return Err(Failure::validation(&[format!("only existing users can be {switched}")]));
            };
            let seen = Stored::expected(Some(&stored));
            if stored.value.user.enabled == enabled {
                if idle.look_again(self.core, caller, &key, seen).await? {
                    continue;
                }
                return Ok(());
            }
            stored.value.user.enabled = enabled;
            let batch = Batch::new().expect(key.clone(), seen).put(key, stored.value.encode()?);
            match self.core.write(caller, wanted.action(), batch).await {
                Ok(()) => return Ok(()),
                Err(failure) if attempts.again(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
    }

    async fn switch_reserved(
        &self,
        caller: &Caller,
        username: &str,
        wanted: Enablement,
    ) -> Result<(), Failure> {
        let enabled = wanted == Enablement::Enabled;
        let (mut attempts, mut idle) = (Attempts::new(), Idle::default());
        loop {
            let stored = documents::reserved_user::read(self.core.store(), username)?;
            let (key, seen) = (documents::reserved_user::key(username), Stored::expected(stored.as_ref()));
            if stored.as_ref().is_none_or(|it| it.value.enabled) == enabled {
                if idle.look_again(self.core, caller, &key, seen).await? {
                    continue;
                }
                return Ok(());
            }
            // Without a document the password stays the default one, which an empty hash stands for.
            let password = stored.as_ref().map(|it| it.value.password.clone()).unwrap_or_default();
            let batch = Batch::new()
                .expect(key.clone(), seen)
                .put(key, StoredReservedUser { password, enabled }.encode(username)?);
            match self.core.write(caller, wanted.action(), batch).await {
                Ok(()) => return Ok(()),
                Err(failure) if attempts.again(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
    }

    fn native_owner(&self, username: &str) -> Owner {
        let realm = self.core.settings().native_realm.as_ref();
        let realm = realm.map_or_else(|| format!("default_{NATIVE_REALM}"), |realm| realm.name.clone());
        Owner { principal: username.to_owned(), realm }
    }

    async fn live_api_keys(&self, owner: Owner) -> Result<u64, Failure> {
        live::count(self.core, &owner).await
    }
}

#[cfg(test)]
mod tests;
