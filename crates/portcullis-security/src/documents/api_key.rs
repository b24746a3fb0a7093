//! The document of an API key, whose id is the key's id and nothing else. It is read in two depths: whole, and as a
//! header, which is enough to select and count keys and leaves role descriptors alone.

use bytes::Bytes;
use portcullis_model::api_key::ApiKeyRecord;
use portcullis_model::lifetime::WallTime;
use portcullis_store::{Document, DocumentKey, Kind, Store};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{FromDocument, Stored};
use crate::error::Failure;

/// The kind of these documents: they have no prefix.
pub(crate) const KIND: Kind = Kind::from_static("");

/// The key of the document of the API key of this id.
pub(crate) fn key(id: &str) -> DocumentKey {
    DocumentKey::new(KIND, id)
}

/// The version of the documents that we write. It is only ever compared: an update of a key with another one is a change.
pub(crate) const VERSION: i64 = 1;

/// The key of this id, whole.
pub(crate) fn read(store: &dyn Store, id: &str) -> Result<Option<Stored<ApiKeyRecord>>, Failure> {
    super::read(store, &key(id))
}

/// The bytes to store for the key of this id.
pub(crate) fn encode(id: &str, record: &ApiKeyRecord) -> Result<Bytes, Failure> {
    super::encode(&key(id), &record.to_document())
}

impl FromDocument for ApiKeyRecord {
    fn from_document(document: &Document) -> Result<Self, Failure> {
        let body: Value = super::decode(document)?;
        Self::from_document(&body).map_err(|error| {
            Failure::internal(format!("stored document [{}] cannot be read: {error}", document.key))
        })
    }
}

/// What is needed to tell whether a key is meant, and whether it works.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ApiKeyHeader {
    /// Very old keys have none.
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(rename = "type", default)]
    kind: Option<String>,
    expiration_time: Option<i64>,
    #[serde(rename = "api_key_invalidated")]
    pub(crate) invalidated: bool,
    #[serde(default)]
    invalidation_time: Option<i64>,
    pub(crate) creator: CreatorHeader,
}

/// Whose key it is.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CreatorHeader {
    pub(crate) principal: String,
    /// The realm's name.
    pub(crate) realm: String,
}

impl ApiKeyHeader {
    /// Whether the key is neither invalidated nor expired.
    pub(crate) fn is_live(&self, now: WallTime) -> bool {
        !self.invalidated && self.expiration_time.is_none_or(|at| at > now.0)
    }

    /// Whether the key was invalidated, or had expired, at `cutoff`. When it was invalidated is not known of very old
    /// keys: they count.
    pub(crate) fn is_dead_since(&self, cutoff: WallTime) -> bool {
        let invalidated = self.invalidated && self.invalidation_time.is_none_or(|at| at <= cutoff.0);
        invalidated || self.expiration_time.is_some_and(|at| at <= cutoff.0)
    }

    /// Whether the key is for this API rather than for other clusters.
    pub(crate) fn is_rest(&self) -> bool {
        self.kind.as_deref().is_none_or(|kind| kind == "rest")
    }
}

impl FromDocument for ApiKeyHeader {
    fn from_document(document: &Document) -> Result<Self, Failure> {
        super::decode(document)
    }
}

/// The header of the key of this id.
pub(crate) fn read_header(store: &dyn Store, id: &str) -> Result<Option<Stored<ApiKeyHeader>>, Failure> {
    super::read(store, &key(id))
}

/// The same document, invalidated at `now`. All else stays as it was read, unknown fields included.
pub(crate) fn invalidated(document: &Document, now: WallTime) -> Result<Bytes, Failure> {
    let mut body: Map<String, Value> = super::decode(document)?;
    body.insert("api_key_invalidated".to_owned(), Value::Bool(true));
    body.insert("invalidation_time".to_owned(), now.0.into());
    super::encode(&document.key, &body)
}
