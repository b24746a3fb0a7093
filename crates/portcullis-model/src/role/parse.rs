//! Reading a role descriptor: the top level of its grammar, and which words an error is told in.
//!
//! Never in here: whether the names in it mean anything, which is `validate`'s question.

use super::json::{strings, token};
use super::{ApplicationPrivileges, DescriptorError, RoleDescriptor, global, indices, remote, restriction};
use crate::pattern::Effort;
use serde_json::{Map, Value};

/// Whether the descriptor may have a `restriction`: only those of API keys may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restriction {
    /// The descriptor is an API key's.
    Allowed,
    /// The descriptor is a role's.
    Refused,
}

/// Most entries (strings and objects) in all arrays of one descriptor together. A role is compiled on the path of a
/// request, so its size must have an end; a hundred times what the largest built-in role has.
pub const MAX_DESCRIPTOR_ENTRIES: usize = 65_536;

impl RoleDescriptor {
    /// Reads the descriptor of the role `name`.
    ///
    /// # Errors
    /// [`DescriptorError`] if the shape is not that of a descriptor. Names of privileges are not looked up here:
    /// see [`RoleDescriptor::validate`].
    pub fn parse(name: &str, value: &Value, restriction: Restriction) -> Result<Self, DescriptorError> {
        let Value::Object(fields) = value else {
            let found = token(value);
            return Err(fail(name, &format!("expected an object but found [{found}] instead")));
        };
        let entries = fields.values().map(entries).sum::<usize>();
        if entries > MAX_DESCRIPTOR_ENTRIES {
            let what = format!(
                "a role may have at most [{MAX_DESCRIPTOR_ENTRIES}] entries but this one has [{entries}]"
            );
            return Err(DescriptorError::illegal_argument(format!("failed to parse role [{name}]. {what}")));
        }
        let mut role = Self::empty(name);
        let effort = Effort::default();
        for (field, value) in fields {
            role.read_field(field, value, restriction, &effort)?;
        }
        Ok(role)
    }

    fn read_field(
        &mut self,
        field: &str,
        value: &Value,
        rule: Restriction,
        effort: &Effort,
    ) -> Result<(), DescriptorError> {
        let name = self.name.as_str();
        let outer = |cause| DescriptorError::parse(format!("failed to parse role [{name}]")).caused_by(cause);
        match (field, value) {
            ("cluster", _) => self.cluster = strings(field, value).map_err(outer)?,
            ("run_as", _) => self.run_as = strings(field, value).map_err(outer)?,
            ("indices" | "index", _) => self.indices = indices::parse(name, field, value, effort)?,
            ("applications" | "application", _) => self.applications = applications(name, field, value)?,
            ("global", _) => self.global = global::parse(value)?,
            ("metadata", Value::Object(metadata)) => self.metadata = metadata.clone(),
            ("metadata", other) => {
                let found = token(other);
                let what =
                    format!("expected field [{field}] to be of type object, but found [{found}] instead");
                return Err(DescriptorError::parse(what));
            }
            ("remote_indices", _) => self.remote_indices = remote::parse_indices(name, field, value, effort)?,
            ("remote_cluster", _) => self.remote_cluster = remote::parse_cluster(name, field, value)?,
            ("restriction", _) if rule == Restriction::Allowed => {
                self.restriction = restriction::parse(name, value)?;
            }
            ("description", Value::String(text)) => self.description = Some(text.clone()),
            ("description", Value::Null) => self.description = None,
            ("transient_metadata", Value::Object(_)) | ("type", Value::String(_)) => {}
            _ => return Err(fail(name, &format!("unexpected field [{field}]"))),
        }
        Ok(())
    }
}

/// All that stands in arrays and objects, at any depth.
fn entries(value: &Value) -> usize {
    match value {
        Value::Array(elements) => elements.len() + elements.iter().map(entries).sum::<usize>(),
        Value::Object(fields) => fields.len() + fields.values().map(entries).sum::<usize>(),
        _ => 0,
    }
}

fn fail(name: &str, what: &str) -> DescriptorError {
    DescriptorError::parse(format!("failed to parse role [{name}]. {what}"))
}

fn applications(
    name: &str,
    field: &str,
    value: &Value,
) -> Result<Vec<ApplicationPrivileges>, DescriptorError> {
    let fail = |what: String| {
        DescriptorError::parse(format!("failed to parse application privileges for role [{name}]. {what}"))
    };
    let Value::Array(elements) = value else {
        let found = token(value);
        return Err(fail(format!(
            "expected field [{field}] value to be an array, but found [{found}] instead"
        )));
    };
    let mut all = Vec::with_capacity(elements.len());
    for element in elements {
        let Value::Object(fields) = element else {
            let found = token(element);
            return Err(fail(format!(
                "expected field [{field}] value to be an array of objects, but found an array element of type [{found}]"
            )));
        };
        all.push(application(fields, &fail)?);
    }
    Ok(all)
}

fn application(
    fields: &Map<String, Value>,
    fail: &dyn Fn(String) -> DescriptorError,
) -> Result<ApplicationPrivileges, DescriptorError> {
    let (mut application, mut privileges, mut resources) = (None, None, None);
    for (field, value) in fields {
        match (field.as_str(), value) {
            ("application", Value::String(text)) => application = Some(text.clone()),
            ("application", other) => {
                let found = token(other);
                return Err(fail(format!(
                    "expected field [application] value to be a string, but found [{found}] instead"
                )));
            }
            ("privileges", _) => privileges = Some(strings(field, value)?),
            ("resources", _) => resources = Some(strings(field, value)?),
            _ => return Err(DescriptorError::x_content(format!("unknown field [{field}]"))),
        }
    }
    let missing = |field: &str| fail(format!("missing required [{field}] field"));
    Ok(ApplicationPrivileges {
        application: application.ok_or_else(|| missing("application"))?,
        privileges: privileges.ok_or_else(|| missing("privileges"))?,
        resources: resources.ok_or_else(|| missing("resources"))?,
    })
}
