//! Role descriptors: what is read, what is written, and the words for each thing that can be wrong.

mod errors;
mod grammar;
mod queries;
mod rules;

use super::*;
use serde_json::json;

fn parse(value: &Value) -> Result<RoleDescriptor, DescriptorError> {
    RoleDescriptor::parse("r", value, Restriction::Allowed)
}

fn read(value: Value) -> RoleDescriptor {
    parse(&value).unwrap()
}
