//! API keys: what is kept of one, the state it is in, and the rules for making one.
//!
//! Never in here: a key's secret. Its hash is carried along as text that nobody here looks into.

mod document;
mod rules;

#[cfg(test)]
mod tests;

pub use document::DocumentError;
pub use rules::{
    DERIVED_KEY_REFUSAL, NAME_MAX, expires_at, may_derive, validate_metadata, validate_name,
    validate_new_expiration,
};

use crate::authentication::Authentication;
use crate::lifetime::WallTime;
use crate::role::RoleDescriptor;
use crate::subject::{ANONYMOUS_REALM, User};
use serde_json::{Map, Value};

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ApiKeyType {
    /// Requests over HTTP.
    Rest,
    /// Requests of another cluster, which do not come over HTTP.
    CrossCluster,
}

impl ApiKeyType {
    /// `rest` or `cross_cluster`
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rest => "rest",
            Self::CrossCluster => "cross_cluster",
        }
    }
}

/// Whom a key belongs to: who acted when it was made or last updated.
#[derive(Debug, Clone, PartialEq)]
pub struct Creator {
    /// The user's name.
    pub principal: String,
    /// The user's, then.
    pub full_name: Option<String>,
    /// The user's, then.
    pub email: Option<String>,
    /// The user's, then.
    pub metadata: Map<String, Value>,
    /// The name of the realm that knows the user.
    pub realm: String,
    /// The kind of that realm; very old keys do not tell.
    pub realm_type: Option<String>,
    /// The domain that the realm is part of, as it was stored.
    pub realm_domain: Option<Value>,
}

impl Creator {
    /// Whoever acts with this authentication.
    #[must_use]
    pub fn of(authentication: &Authentication) -> Self {
        let User { username, full_name, email, metadata, .. } = &*authentication.effective;
        Self {
            principal: username.clone(),
            full_name: full_name.clone(),
            email: email.clone(),
            metadata: metadata.clone(),
            realm: authentication.lookup_realm.name.to_string(),
            realm_type: Some(authentication.lookup_realm.kind.to_string()),
            realm_domain: None,
        }
    }

    /// Whether it is the anonymous user.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.realm == ANONYMOUS_REALM
    }

    /// The user that a key of this creator stands for: without roles, since the key itself says what it may do, and
    /// always enabled, since a key outlives its owner's account.
    #[must_use]
    pub fn user(&self) -> User {
        User {
            full_name: self.full_name.clone(),
            email: self.email.clone(),
            metadata: self.metadata.clone(),
            ..User::new(self.principal.clone(), std::iter::empty::<String>())
        }
    }
}

/// All that is kept of a key, besides its id.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiKeyRecord {
    /// What it is for.
    pub kind: ApiKeyType,
    /// Its name, which need not be its alone; very old keys have none.
    pub name: Option<String>,
    /// When it was made.
    pub creation: WallTime,
    /// From when on it is no longer good.
    pub expiration: Option<WallTime>,
    /// Whether somebody invalidated it.
    pub invalidated: bool,
    /// When, if that is known.
    pub invalidation: Option<WallTime>,
    /// The hash of its secret, as it is stored.
    pub hash: String,
    /// What it was given; empty: all that its owner had.
    pub role_descriptors: Vec<RoleDescriptor>,
    /// What its owner had; empty: nothing.
    pub limited_by: Vec<RoleDescriptor>,
    /// Version of whoever wrote it; compared, never interpreted.
    pub version: i64,
    /// The caller's own data about it.
    pub metadata: Option<Map<String, Value>>,
    /// Pattern of the certificate that a cross-cluster key must come with.
    pub certificate_identity: Option<String>,
    /// Whom it belongs to.
    pub creator: Creator,
}

/// What has become of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiKeyState {
    /// It is good.
    Active,
    /// Somebody invalidated it. An invalidated key may have expired as well.
    Invalidated,
    /// Its time is over.
    Expired,
}

impl ApiKeyRecord {
    /// The state at `now`. A key is no longer good at its expiration itself.
    #[must_use]
    pub fn state(&self, now: WallTime) -> ApiKeyState {
        if self.invalidated {
            ApiKeyState::Invalidated
        } else if self.expiration.is_some_and(|expiration| expiration <= now) {
            ApiKeyState::Expired
        } else {
            ApiKeyState::Active
        }
    }
}
