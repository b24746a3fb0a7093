//! Reading `global`: cluster privileges that depend on what the request is about.

use super::json::{string_or_strings, strings, token};
use super::{DescriptorError, GlobalPrivileges, ManagedIndices};
use serde_json::{Map, Value};

const CATEGORIES: &str = "application,profile,role";

fn fail(what: &str) -> DescriptorError {
    DescriptorError::parse(format!("failed to parse privilege. {what}"))
}

pub(super) fn parse(value: &Value) -> Result<Option<GlobalPrivileges>, DescriptorError> {
    if value.is_null() {
        return Ok(None);
    }
    let mut global = GlobalPrivileges::default();
    for (category, value) in object(value)? {
        match category.as_str() {
            "application" => global.manage_applications = Some(applications(nested("manage", value)?)?),
            "profile" => global.write_profile_applications = Some(applications(nested("write", value)?)?),
            "role" => global.manage_roles = Some(managed_roles(nested("manage", value)?)?),
            other => {
                return Err(fail(&format!("expected one of [{CATEGORIES}] but found [{other}] instead")));
            }
        }
    }
    Ok(Some(global))
}

fn object(value: &Value) -> Result<&Map<String, Value>, DescriptorError> {
    value
        .as_object()
        .ok_or_else(|| fail(&format!("expected [START_OBJECT] but found [{}] instead", token(value))))
}

/// The value of the only field, which must be called `name`.
fn nested<'v>(name: &str, value: &'v Value) -> Result<&'v Value, DescriptorError> {
    let fields = object(value)?;
    let mut inner = None;
    for (field, value) in fields {
        if field != name {
            return Err(fail(&format!("expected field name [{name}] but found [{field}] instead")));
        }
        inner = Some(value);
    }
    inner.ok_or_else(|| fail("expected [FIELD_NAME] but found [END_OBJECT] instead"))
}

fn applications(value: &Value) -> Result<Vec<String>, DescriptorError> {
    let list = nested("applications", value)?;
    strings("applications", list).map_err(|cause| fail(&cause.reason))
}

fn managed_roles(value: &Value) -> Result<Vec<ManagedIndices>, DescriptorError> {
    let list = nested("indices", value)?;
    let Value::Array(elements) = list else {
        return Err(fail(&format!("expected [START_ARRAY] but found [{}] instead", token(list))));
    };
    elements.iter().map(|element| managed_indices(object(element)?)).collect()
}

fn managed_indices(fields: &Map<String, Value>) -> Result<ManagedIndices, DescriptorError> {
    let mut managed = ManagedIndices::default();
    for (field, value) in fields {
        let list = match field.as_str() {
            "names" => &mut managed.names,
            "privileges" => &mut managed.privileges,
            other => return Err(fail(&format!("unexpected field [{other}]"))),
        };
        *list = string_or_strings(field, value).map_err(|cause| fail(&cause.reason))?;
    }
    if managed.names.is_empty() {
        return Err(DescriptorError::illegal_argument(
            "Indices privileges must refer to at least one index name or index name pattern",
        ));
    }
    if managed.privileges.is_empty() {
        return Err(DescriptorError::illegal_argument(
            "Indices privileges must define at least one privilege",
        ));
    }
    Ok(managed)
}
