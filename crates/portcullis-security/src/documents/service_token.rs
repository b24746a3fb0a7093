//! The document of a service account token, `service_account_token-<namespace>/<service>/<name>`. Which accounts exist
//! and what a token may be called is decided elsewhere.

use bytes::Bytes;
use portcullis_model::api_key::Creator;
use portcullis_model::credential::ServiceTokenId;
use portcullis_store::{Document, DocumentKey, Kind, Store};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{FromDocument, Stored};
use crate::error::Failure;

/// The kind of these documents.
pub(crate) const KIND: Kind = Kind::from_static("service_account_token-");

/// Written into each document; nothing reads it back.
const VERSION: u32 = 1;

/// A token as it is stored. To check one only the hash is needed.
pub(crate) struct StoredServiceToken {
    /// The stored hash of the secret.
    pub(crate) password: String,
}

#[derive(Serialize)]
struct Body<'a> {
    doc_type: &'static str,
    version: u32,
    username: &'a str,
    name: &'a str,
    creation_time: i64,
    enabled: bool,
    creator: Value,
    password: &'a str,
}

#[derive(Deserialize)]
struct Read {
    password: String,
}

/// The key of the document of this token.
pub(crate) fn key(id: &ServiceTokenId) -> DocumentKey {
    DocumentKey::new(KIND, id.to_string())
}

/// The bytes to store for a new token. `creation_time` is in milliseconds since the epoch, `password` the stored hash.
pub(crate) fn encode(
    id: &ServiceTokenId,
    creation_time: i64,
    creator: &Creator,
    password: &str,
) -> Result<Bytes, Failure> {
    let body = Body {
        doc_type: "service_account_token",
        version: VERSION,
        username: &id.principal(),
        name: &id.name,
        creation_time,
        enabled: true,
        creator: creator.to_json(),
        password,
    };
    super::encode(&key(id), &body)
}

/// The stored token of this id.
pub(crate) fn read(
    store: &dyn Store,
    id: &ServiceTokenId,
) -> Result<Option<Stored<StoredServiceToken>>, Failure> {
    super::read(store, &key(id))
}

impl FromDocument for StoredServiceToken {
    fn from_document(document: &Document) -> Result<Self, Failure> {
        let Read { password } = super::decode(document)?;
        Ok(Self { password })
    }
}
