//! The outcome of a successful authentication: who acts, who proved it, how, and where each of them is known.
//!
//! Never in here: how a credential is checked, and what the outcome allows (see [`crate::decision`]).

use crate::api_key::ApiKeyRecord;
use crate::credential::ServiceTokenId;
use crate::service_account;
use crate::subject::{RealmRef, User};
use std::fmt;
use std::sync::Arc;

#[cfg(test)]
mod tests;

/// Which store a service token was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenSource {
    /// The security index.
    Index,
    /// The `service_tokens` file.
    File,
}

impl TokenSource {
    /// As `_authenticate` names it: `_service_account_index` or `_service_account_file`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Index => "_service_account_index",
            Self::File => "_service_account_file",
        }
    }
}

impl fmt::Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How the authenticating subject proved itself.
#[derive(Debug, Clone, PartialEq)]
pub enum AuthenticationKind {
    /// A realm accepted a user's credential.
    Realm,
    /// An API key.
    ApiKey {
        /// The key's id.
        id: String,
        /// The key's name; very old keys have none.
        name: Option<String>,
    },
    /// A token of a service account.
    ServiceToken {
        /// The token's name within its account.
        name: String,
        /// Where it was found.
        source: TokenSource,
    },
    /// No credential, and anonymous access is on.
    Anonymous,
}

/// A successful authentication.
///
/// Under run-as two users take part: the *authenticating* one, whose credential was checked, and the *effective* one
/// in whose name the request runs. Otherwise they are the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Authentication {
    /// The user in whose name the request runs.
    pub effective: Arc<User>,
    /// The user whose credential was checked; `Some` only under run-as.
    pub authenticating: Option<Arc<User>>,
    /// The realm of the authenticating subject.
    pub realm: RealmRef,
    /// The realm of the effective user; the same as `realm` without run-as.
    pub lookup_realm: RealmRef,
    /// How the authenticating subject proved itself.
    pub kind: AuthenticationKind,
}

impl Authentication {
    /// `user`, accepted by `realm`.
    #[must_use]
    pub fn realm(user: impl Into<Arc<User>>, realm: RealmRef) -> Self {
        Self::direct(user.into(), realm, AuthenticationKind::Realm)
    }

    /// `user`, proved by what `kind` says, with nobody acting for anybody else.
    #[must_use]
    pub fn direct(user: Arc<User>, realm: RealmRef, kind: AuthenticationKind) -> Self {
        Self { effective: user, authenticating: None, lookup_realm: realm.clone(), realm, kind }
    }

    /// The API key `id`, in the name of its owner but with none of the owner's roles.
    #[must_use]
    pub fn api_key(id: &str, record: &ApiKeyRecord) -> Self {
        let kind = AuthenticationKind::ApiKey { id: id.to_owned(), name: record.name.clone() };
        Self::direct(Arc::new(record.creator.user()), RealmRef::api_key(), kind)
    }

    /// The service account of the token `id`, which was found in `source`.
    #[must_use]
    pub fn service_token(id: &ServiceTokenId, source: TokenSource) -> Self {
        let user = Arc::new(service_account::user(&id.principal()));
        let kind = AuthenticationKind::ServiceToken { name: id.name.clone(), source };
        Self::direct(user, RealmRef::service_account(), kind)
    }

    /// The same credential acting in the name of `target`, which `lookup_realm` knows.
    #[must_use]
    pub fn run_as(self, target: impl Into<Arc<User>>, lookup_realm: RealmRef) -> Self {
        let authenticating = self.authenticating.unwrap_or(self.effective);
        Self { effective: target.into(), authenticating: Some(authenticating), lookup_realm, ..self }
    }

    /// Whether the request runs in somebody else's name.
    #[must_use]
    pub fn is_run_as(&self) -> bool {
        self.authenticating.is_some()
    }

    /// The user whose credential was checked.
    #[must_use]
    pub fn authenticating_user(&self) -> &Arc<User> {
        self.authenticating.as_ref().unwrap_or(&self.effective)
    }

    /// The id of the API key that acts, or `None` if none does: under run-as it is the target that acts.
    #[must_use]
    pub fn acting_api_key(&self) -> Option<&str> {
        match &self.kind {
            AuthenticationKind::ApiKey { id, .. } if !self.is_run_as() => Some(id),
            _ => None,
        }
    }

    /// `authentication_type` as `_authenticate` tells it: `realm`, `api_key`, `token` or `anonymous`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            AuthenticationKind::Realm => "realm",
            AuthenticationKind::ApiKey { .. } => "api_key",
            AuthenticationKind::ServiceToken { .. } => "token",
            AuthenticationKind::Anonymous => "anonymous",
        }
    }
}
