//! The document of a reserved user, `reserved-user-<name>`: all that can be changed of one. Which users are reserved,
//! and what holds while there is no document, is decided elsewhere.

use bytes::Bytes;
use portcullis_store::{Document, DocumentKey, Kind, Store};
use serde::{Deserialize, Serialize};

use super::{FromDocument, Stored};
use crate::error::Failure;

/// The kind of these documents.
pub(crate) const KIND: Kind = Kind::from_static("reserved-user-");

/// What is stored of a reserved user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredReservedUser {
    /// The stored hash of the password; empty where none was ever set: the default password holds.
    pub(crate) password: String,
    /// Whether the user may log in.
    pub(crate) enabled: bool,
}

#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(default)]
    password: String,
    enabled: bool,
    #[serde(rename = "type")]
    discriminator: String,
}

/// The key of the document of this user.
pub(crate) fn key(username: &str) -> DocumentKey {
    DocumentKey::new(KIND, username)
}

/// What is stored of the reserved user of this name.
pub(crate) fn read(store: &dyn Store, username: &str) -> Result<Option<Stored<StoredReservedUser>>, Failure> {
    super::read(store, &key(username))
}

impl StoredReservedUser {
    /// The bytes to store for this user.
    pub(crate) fn encode(&self, username: &str) -> Result<Bytes, Failure> {
        super::encode(
            &key(username),
            &Body {
                password: self.password.clone(),
                enabled: self.enabled,
                discriminator: "reserved-user".to_owned(),
            },
        )
    }
}

impl FromDocument for StoredReservedUser {
    fn from_document(document: &Document) -> Result<Self, Failure> {
        let body: Body = super::decode(document)?;
        Ok(Self { password: body.password, enabled: body.enabled })
    }
}
