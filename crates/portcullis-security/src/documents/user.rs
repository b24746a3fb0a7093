//! The document of a native user, `user-<name>`. Who may write it and what it must hold is decided elsewhere.

use bytes::Bytes;
use portcullis_model::subject::User;
use portcullis_store::{Document, DocumentKey, Kind, Store};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{FromDocument, Stored};
use crate::error::Failure;

/// The kind of these documents.
pub(crate) const KIND: Kind = Kind::from_static("user-");

/// A native user as it is stored.
pub(crate) struct StoredUser {
    /// Everything but the password.
    pub(crate) user: User,
    /// The stored hash of the password; empty: no password fits.
    pub(crate) password: String,
}

/// The fields, in the order in which they are written.
#[derive(Serialize, Deserialize)]
struct Body {
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    roles: Vec<String>,
    full_name: Option<String>,
    email: Option<String>,
    #[serde(default)]
    metadata: Option<Map<String, Value>>,
    #[serde(default = "enabled")]
    enabled: bool,
    #[serde(rename = "type")]
    discriminator: String,
}

fn enabled() -> bool {
    true
}

/// The key of the document of this user.
pub(crate) fn key(username: &str) -> DocumentKey {
    DocumentKey::new(KIND, username)
}

/// The stored user of this name.
pub(crate) fn read(store: &dyn Store, username: &str) -> Result<Option<Stored<StoredUser>>, Failure> {
    super::read(store, &key(username))
}

impl From<StoredUser> for User {
    fn from(stored: StoredUser) -> Self {
        stored.user
    }
}

impl StoredUser {
    /// The bytes to store.
    pub(crate) fn encode(&self) -> Result<Bytes, Failure> {
        let user = &self.user;
        super::encode(
            &key(&user.username),
            &Body {
                username: user.username.clone(),
                password: self.password.clone(),
                roles: user.roles.clone(),
                full_name: user.full_name.clone(),
                email: user.email.clone(),
                metadata: Some(user.metadata.clone()),
                enabled: user.enabled,
                discriminator: "user".to_owned(),
            },
        )
    }
}

impl FromDocument for StoredUser {
    fn from_document(document: &Document) -> Result<Self, Failure> {
        let body: Body = super::decode(document)?;
        Ok(Self {
            user: User {
                username: body.username,
                roles: body.roles,
                full_name: body.full_name,
                email: body.email,
                metadata: body.metadata.unwrap_or_default(),
                enabled: body.enabled,
            },
            password: body.password,
        })
    }
}
