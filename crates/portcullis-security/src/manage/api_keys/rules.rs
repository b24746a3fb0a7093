//! What new and updated keys have in common: reading the expiration, the numbered problems, and the snapshot of what the
//! owner may do. The rules themselves are the model's.

use portcullis_model::api_key::validate_metadata;
use portcullis_model::lifetime::TimeValue;
use portcullis_model::role::RoleDescriptor;
use serde_json::{Map, Value};

use crate::caller::Caller;
use crate::error::Failure;

/// Reads the field `expiration`.
pub(super) fn expiration(text: Option<&str>) -> Result<Option<TimeValue>, Failure> {
    text.map(|text| TimeValue::parse("expiration", text))
        .transpose()
        .map_err(|error| Failure::illegal_argument(error.to_string()))
}

/// What is wrong with metadata and descriptors.
pub(super) fn problems<'a>(
    metadata: Option<&'a Map<String, Value>>,
    roles: Option<&'a [RoleDescriptor]>,
) -> impl Iterator<Item = String> + use<'a> {
    let metadata = metadata.and_then(|metadata| validate_metadata(metadata).err());
    metadata.into_iter().chain(roles.unwrap_or_default().iter().flat_map(RoleDescriptor::validate))
}

/// What the caller may do now, sorted by role name so that two snapshots can be compared. A key's own keys get nothing.
pub(super) fn limited_by(caller: &Caller) -> Vec<RoleDescriptor> {
    if caller.authentication().acting_api_key().is_some() {
        return Vec::new();
    }
    let mut roles: Vec<RoleDescriptor> =
        caller.role_descriptors().iter().map(|role| RoleDescriptor::clone(role).into_snapshot()).collect();
    roles.sort_by(|a, b| a.name.cmp(&b.name));
    roles
}
