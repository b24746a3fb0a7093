//! The document of a native role, `role-<name>`: a role descriptor without its name. What the descriptor means is the
//! model's; reserved roles and those of `roles.yml` have no documents.

use bytes::Bytes;
use portcullis_model::role::{Rendering, Restriction, RoleDescriptor};
use portcullis_store::{Document, DocumentKey, Kind, Store};
use serde_json::Value;

use super::{FromDocument, Stored};
use crate::error::Failure;

/// The kind of these documents.
pub(crate) const KIND: Kind = Kind::from_static("role-");

/// The key of the document of this role.
pub(crate) fn key(name: &str) -> DocumentKey {
    DocumentKey::new(KIND, name)
}

/// The stored role of this name.
pub(crate) fn read(store: &dyn Store, name: &str) -> Result<Option<Stored<RoleDescriptor>>, Failure> {
    super::read(store, &key(name))
}

/// The bytes to store.
pub(crate) fn encode(role: &RoleDescriptor) -> Result<Bytes, Failure> {
    super::encode(&key(&role.name), &role.to_json(Rendering::Stored))
}

impl FromDocument for RoleDescriptor {
    fn from_document(document: &Document) -> Result<Self, Failure> {
        let body: Value = super::decode(document)?;
        RoleDescriptor::parse(&document.key.id, &body, Restriction::Refused).map_err(|error| {
            Failure::internal(format!("stored document [{}] cannot be read: {error}", document.key))
        })
    }
}
