//! Whose key it is: a principal and the name of its realm, as a key's document keeps them.

use portcullis_model::authentication::Authentication;

use crate::core::Core;
use crate::documents;
use crate::documents::api_key::ApiKeyHeader;
use crate::error::Failure;

/// An owner of API keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::manage) struct Owner {
    pub(in crate::manage) principal: String,
    /// The realm's name.
    pub(in crate::manage) realm: String,
}

impl Owner {
    /// The caller as an owner of keys. For an API key that is the owner of that key.
    pub(super) fn of_caller(core: &Core, authentication: &Authentication) -> Result<Self, Failure> {
        let principal = authentication.effective.username.clone();
        let own = match authentication.acting_api_key() {
            Some(id) => documents::api_key::read_header(core.store(), id)?,
            None => None,
        };
        let realm =
            own.map_or_else(|| authentication.lookup_realm.name.to_string(), |own| own.value.creator.realm);
        Ok(Self { principal, realm })
    }

    /// Whether the key belongs to this owner.
    pub(super) fn owns(&self, key: &ApiKeyHeader) -> bool {
        key.creator.principal == self.principal && key.creator.realm == self.realm
    }
}
