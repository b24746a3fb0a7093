//! The document of a role mapping, `role-mapping_<name>`: the mapping as the API takes it, without its name. What it
//! means is the model's.

use bytes::Bytes;
use portcullis_model::role_mapping::RoleMapping;
use portcullis_store::{Document, DocumentKey, Kind, Store};
use serde_json::Value;

use super::{FromDocument, Stored};
use crate::error::Failure;

/// The kind of these documents.
pub(crate) const KIND: Kind = Kind::from_static("role-mapping_");

/// The key of the document of this mapping.
pub(crate) fn key(name: &str) -> DocumentKey {
    DocumentKey::new(KIND, name)
}

/// The stored mapping of this name.
pub(crate) fn read(store: &dyn Store, name: &str) -> Result<Option<Stored<RoleMapping>>, Failure> {
    super::read(store, &key(name))
}

/// The bytes to store.
pub(crate) fn encode(mapping: &RoleMapping) -> Result<Bytes, Failure> {
    super::encode(&key(mapping.name()), &mapping.to_stored())
}

impl FromDocument for RoleMapping {
    fn from_document(document: &Document) -> Result<Self, Failure> {
        let body: Value = super::decode(document)?;
        RoleMapping::from_stored(&document.key.id, &body).map_err(|error| {
            Failure::internal(format!("stored document [{}] cannot be read: {error}", document.key))
        })
    }
}
