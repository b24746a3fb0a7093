//! Who somebody is: a user as a realm describes it, and a reference to that realm.
//!
//! Never in here: how somebody proved it (see [`crate::authentication`]), nor any secret.

use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;

/// A user as a realm describes it, after its credential has been found good or after a look-up for run-as.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// The name, unique within its realm. Also called principal.
    pub username: String,
    /// Names of roles; a name need not exist.
    pub roles: Vec<String>,
    /// For people to read.
    pub full_name: Option<String>,
    /// For people to read.
    pub email: Option<String>,
    /// Free; keys that begin with `_` belong to the service.
    pub metadata: Map<String, Value>,
    /// A user that is not enabled cannot log in.
    pub enabled: bool,
}

impl User {
    /// An enabled user with these roles and nothing else.
    #[must_use]
    pub fn new<R: Into<String>>(username: impl Into<String>, roles: impl IntoIterator<Item = R>) -> Self {
        Self {
            username: username.into(),
            roles: roles.into_iter().map(Into::into).collect(),
            full_name: None,
            email: None,
            metadata: Map::new(),
            enabled: true,
        }
    }
}

/// A realm's name and kind, e.g. `default_native` of kind `native`. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RealmRef {
    /// The configured name.
    pub name: Arc<str>,
    /// What sort of realm it is: `native`, `file`, `reserved`, ….
    pub kind: Arc<str>,
}

/// Kind and name of the realm of reserved users.
pub const RESERVED_REALM: &str = "reserved";
/// Kind of the realm whose users are documents.
pub const NATIVE_REALM: &str = "native";
/// Kind of the realm whose users are in a file.
pub const FILE_REALM: &str = "file";
/// Kind and name of the realm that API keys appear under.
pub const API_KEY_REALM: &str = "_es_api_key";
/// Kind and name of the realm that service accounts appear under.
pub const SERVICE_ACCOUNT_REALM: &str = "_service_account";
/// Kind and name of the realm that the anonymous user appears under.
pub const ANONYMOUS_REALM: &str = "__anonymous";

impl RealmRef {
    /// The realm `name` of kind `kind`.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, kind: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), kind: kind.into() }
    }

    /// The realm of reserved users.
    #[must_use]
    pub fn reserved() -> Self {
        Self::new(RESERVED_REALM, RESERVED_REALM)
    }

    /// Where API keys appear.
    #[must_use]
    pub fn api_key() -> Self {
        Self::new(API_KEY_REALM, API_KEY_REALM)
    }

    /// Where service accounts appear.
    #[must_use]
    pub fn service_account() -> Self {
        Self::new(SERVICE_ACCOUNT_REALM, SERVICE_ACCOUNT_REALM)
    }

    /// Where the anonymous user appears.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::new(ANONYMOUS_REALM, ANONYMOUS_REALM)
    }
}

impl fmt::Display for RealmRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}
