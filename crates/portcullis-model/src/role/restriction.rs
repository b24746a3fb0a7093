//! `restriction`: what an API key may be used for, and how restricted and unrestricted descriptors mix.

use super::json::{strings, token};
use super::{DescriptorError, RoleDescriptor, WorkflowRestriction};
use serde_json::Value;

/// Every workflow that there is.
pub const WORKFLOWS: [&str; 1] = ["search_application_query"];

pub(super) fn parse(role: &str, value: &Value) -> Result<Option<WorkflowRestriction>, DescriptorError> {
    let fail = |what: String| {
        DescriptorError::parse(format!("failed to parse restriction for role [{role}]. {what}"))
    };
    let Value::Object(fields) = value else {
        return Err(fail(format!("expected an object but found [{}] instead", token(value))));
    };
    let mut workflows = Vec::new();
    for (field, value) in fields {
        if field != "workflows" {
            return Err(fail(format!("unexpected field [{field}]")));
        }
        if value.as_array().is_some_and(Vec::is_empty) {
            return Err(fail("[workflows] cannot be an empty array".to_owned()));
        }
        workflows = strings(field, value).map_err(|cause| fail(cause.reason))?;
    }
    Ok(Some(WorkflowRestriction { workflows }).filter(|restriction| !restriction.workflows.is_empty()))
}

/// What is wrong with a workflow's name, if there is none of that name.
pub(super) fn unknown_workflow(name: &str) -> Option<String> {
    let known = WORKFLOWS.join(",");
    (!WORKFLOWS.contains(&name)).then(|| {
        format!(
            "Unknown workflow [{name}]. A workflow must be one of the predefined workflow names [{known}]."
        )
    })
}

/// Checks the descriptors of an API key against each other and against those of its owner: only the key's may have a
/// restriction, and then only if it is the key's only descriptor.
///
/// # Errors
/// A sentence for the user (`illegal_argument_exception`).
pub fn check_restrictions(key: &[RoleDescriptor], owner: &[RoleDescriptor]) -> Result<(), String> {
    if owner.iter().any(|role| role.restriction.is_some()) {
        return Err("owner user role descriptors must not include restriction".to_owned());
    }
    match key.iter().filter(|role| role.restriction.is_some()).count() {
        0 => Ok(()),
        1 if key.len() == 1 => Ok(()),
        1 => Err("combining role descriptors with and without restriction is not supported".to_owned()),
        _ => Err("more than one role descriptor with restriction is not supported".to_owned()),
    }
}
