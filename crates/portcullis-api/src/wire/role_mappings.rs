//! Role mappings on the wire: a mapping's JSON is the model's business; here are the body around it, the failure that it
//! becomes, and the answers.

use portcullis_model::role_mapping::{MappingError, RoleMapping};
use portcullis_security::Failure;
use serde_json::{Map, Value};

use super::json;
use super::object::Object;

#[cfg(test)]
mod tests;

/// Parses the body of put role mapping.
pub(crate) fn put(name: &str, body: &[u8]) -> Result<RoleMapping, Failure> {
    RoleMapping::parse(name, json::parse(body)?.value()).map_err(|error| match error {
        MappingError::XContentParse { field: Some(field), reason } => {
            Failure::content_parse(format!("{} {reason}", json::place(body, &field)))
        }
        MappingError::Field { field, cause } => {
            Object::read_elsewhere("role-mapping", body).failed(&field, Failure::from(*cause))
        }
        error => Failure::from(error),
    })
}

/// Mappings as one object by name.
pub(crate) fn by_name(mappings: &[RoleMapping]) -> Value {
    let entries = mappings.iter().map(|mapping| (mapping.name().to_owned(), mapping.to_json()));
    entries.collect::<Map<String, Value>>().into()
}
