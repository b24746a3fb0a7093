//! What the documents in the store mean: which key belongs to which noun, and bytes ⇄ struct, in Elasticsearch's
//! fields. Each noun has a file. Rules about the nouns, and writes, never live here.

pub(crate) mod api_key;
pub(crate) mod reserved_user;
pub(crate) mod role;
pub(crate) mod role_mapping;
pub(crate) mod service_token;
pub(crate) mod user;

use bytes::Bytes;
use portcullis_store::{
    Document, DocumentKey, Expected, Kind, MAX_DOCUMENT_BYTES, Revision, Store, StoreError,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::caches::affected::Source;
use crate::error::Failure;

/// Each kind of document with the row of the caches' table that it moves.
static KINDS: &[(Kind, Source)] = &[
    (user::KIND, Source::User),
    (reserved_user::KIND, Source::ReservedUser),
    (role::KIND, Source::Role),
    (api_key::KIND, Source::ApiKey),
    (service_token::KIND, Source::ServiceToken),
    (role_mapping::KIND, Source::RoleMapping),
];

/// What a change of this document is a change of, and the name of the noun: `jo` for `user-jo`. `None` for documents
/// that no cache knows.
pub(crate) fn source_of(key: &DocumentKey) -> Option<(Source, &str)> {
    let (_, source) = KINDS.iter().find(|(kind, _)| *kind == key.kind)?;
    Some((*source, &key.id))
}

/// Each kind with the noun that logs have for it.
static NOUNS: &[(Kind, &str)] = &[
    (user::KIND, "user"),
    (reserved_user::KIND, "reserved_user"),
    (role::KIND, "role"),
    (api_key::KIND, "api_key"),
    (service_token::KIND, "service_token"),
    (role_mapping::KIND, "role_mapping"),
];

/// The noun that logs have for documents of this kind; `unknown` for one that is none of ours.
pub(crate) fn noun(kind: &Kind) -> &'static str {
    NOUNS.iter().find(|(it, _)| it == kind).map_or("unknown", |(_, noun)| noun)
}

/// The kind of the documents that logs call so.
pub(crate) fn kind_of(noun: &str) -> Option<Kind> {
    NOUNS.iter().find(|(_, it)| *it == noun).map(|(kind, _)| kind.clone())
}

/// A noun as it was read, and when it was written.
pub(crate) struct Stored<T> {
    /// What the document says.
    pub(crate) value: T,
    /// The revision of its last write.
    pub(crate) revision: Revision,
}

impl<T> Stored<T> {
    /// What must still hold of the document for a decision about it to stand.
    pub(crate) fn expected(stored: Option<&Self>) -> Expected {
        stored.map_or(Expected::Absent, |it| Expected::At(it.revision))
    }
}

/// A noun that can be read from its document.
pub(crate) trait FromDocument: Sized {
    /// What the document says.
    ///
    /// # Errors
    /// [`crate::error::Kind::Internal`] when it does not have the fields that it must have.
    fn from_document(document: &Document) -> Result<Self, Failure>;
}

/// One document, not looked into.
pub(crate) fn load(store: &dyn Store, key: &DocumentKey) -> Result<Option<Document>, Failure> {
    store.get(key).map_err(unreadable)
}

/// Reads one document.
fn read<T: FromDocument>(store: &dyn Store, key: &DocumentKey) -> Result<Option<Stored<T>>, Failure> {
    load(store, key)?
        .map(|it| Ok(Stored { revision: it.revision, value: T::from_document(&it)? }))
        .transpose()
}

/// The failure for a read that the store did not answer.
fn unreadable(error: StoreError) -> Failure {
    match error {
        StoreError::Closed | StoreError::Unavailable(_) => Failure::unavailable(error.to_string()),
        StoreError::Corrupt(_) => Failure::internal(error.to_string()),
    }
}

/// Most documents read at once while walking a kind. Between two pages others get a turn.
const PAGE: usize = 256;

/// A walk through all documents of one kind, in ascending order of their ids. Each page is of its own revision.
pub(crate) struct Walk<'a> {
    store: &'a dyn Store,
    kind: Kind,
    after: Option<String>,
    begun: bool,
}

impl<'a> Walk<'a> {
    /// A walk that has not begun.
    pub(crate) fn new(store: &'a dyn Store, kind: Kind) -> Self {
        Self { store, kind, after: None, begun: false }
    }

    /// A walk that begins behind this id.
    pub(crate) fn behind(store: &'a dyn Store, kind: Kind, id: String) -> Self {
        Self { store, kind, after: Some(id), begun: false }
    }

    /// The next documents; none at the end.
    pub(crate) async fn page(&mut self) -> Result<Vec<Document>, Failure> {
        if std::mem::replace(&mut self.begun, true) {
            tokio::task::yield_now().await;
        }
        let page = self.store.scan(&self.kind, self.after.as_deref(), PAGE).map_err(unreadable)?;
        if let Some(last) = page.last() {
            self.after = Some(last.key.id.clone());
        }
        Ok(page)
    }
}

/// Bytes that a new document leaves free below the store's limit, so that whatever may be created can be disabled or
/// invalidated later, which makes it a little longer.
const ROOM: usize = 1024;

/// Refuses a document without that room.
pub(crate) fn check_room(key: &DocumentKey, body: &Bytes) -> Result<(), Failure> {
    let (size, limit) = (body.len(), MAX_DOCUMENT_BYTES - ROOM);
    if size <= limit {
        return Ok(());
    }
    Err(Failure::illegal_argument(format!(
        "document [{key}] has [{size}] bytes, more than the limit of [{limit}]"
    )))
}

/// The bytes to store.
fn encode<T: Serialize>(key: &DocumentKey, body: &T) -> Result<Bytes, Failure> {
    match serde_json::to_vec(body) {
        Ok(bytes) => Ok(bytes.into()),
        Err(_) => Err(Failure::internal(format!("document [{key}] cannot be written as JSON"))),
    }
}

/// The stored bytes, read. The failure names the document and the place in it, never its content: that holds hashes.
fn decode<T: DeserializeOwned>(document: &Document) -> Result<T, Failure> {
    serde_json::from_slice(&document.body).map_err(|error| {
        let (key, line, column) = (&document.key, error.line(), error.column());
        Failure::internal(format!("stored document [{key}] cannot be read: line {line}, column {column}"))
    })
}

#[cfg(test)]
mod tests;
