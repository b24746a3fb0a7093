//! Roles on the wire: a descriptor's JSON is the model's business; here are the body around it, the failure that
//! it becomes, and the answers.

use portcullis_model::role::{Rendering, Restriction, RoleDescriptor};
use portcullis_security::Failure;
use serde_json::{Map, Value};

use super::json;

/// Parses the body of put role.
pub(crate) fn put(name: &str, body: &[u8]) -> Result<RoleDescriptor, Failure> {
    RoleDescriptor::parse(name, json::parse(body)?.value(), Restriction::Refused).map_err(Failure::from)
}

/// Parses the descriptors of an API key, which may be restricted.
pub(super) fn of_api_key(descriptors: &Map<String, Value>) -> Result<Vec<RoleDescriptor>, Failure> {
    let parsed =
        descriptors.iter().map(|(name, value)| RoleDescriptor::parse(name, value, Restriction::Allowed));
    parsed.map(|descriptor| descriptor.map_err(Failure::from)).collect()
}

/// Roles as one object by name.
pub(crate) fn by_name(roles: &[RoleDescriptor]) -> Value {
    let entries = roles.iter().map(|role| (role.name.clone(), role.to_json(Rendering::Api)));
    entries.collect::<Map<String, Value>>().into()
}
