//! Reading the elements of `indices`, which are also the greater part of those of `remote_indices`.

use super::field_security;
use super::json::{string_or_strings, strings, token};
use super::{DescriptorError, FieldSecurity, IndicesPrivileges};
use crate::pattern::Effort;
use serde_json::{Map, Value};

/// Where in which role the reader is, for its errors.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// `indices` or `remote indices`.
    pub(super) noun: &'static str,
    /// The role's name.
    pub(super) role: &'a str,
    /// The field as it was sent.
    pub(super) field: &'a str,
    /// What may still be spent on the role's patterns.
    pub(super) effort: &'a Effort,
}

impl Place<'_> {
    pub(super) fn fail(&self, what: &str) -> DescriptorError {
        let Self { noun, role, .. } = self;
        DescriptorError::parse(format!("failed to parse {noun} privileges for role [{role}]. {what}"))
    }

    /// The objects of the array `value`.
    pub(super) fn objects<'v>(
        &self,
        value: &'v Value,
    ) -> Result<Vec<&'v Map<String, Value>>, DescriptorError> {
        let field = self.field;
        let Value::Array(elements) = value else {
            let found = token(value);
            return Err(self.fail(&format!(
                "expected field [{field}] value to be an array, but found [{found}] instead"
            )));
        };
        elements.iter().map(|element| self.object(element)).collect()
    }

    fn object<'v>(&self, element: &'v Value) -> Result<&'v Map<String, Value>, DescriptorError> {
        let (field, found) = (self.field, token(element));
        element.as_object().ok_or_else(|| {
            self.fail(&format!(
                "expected field [{field}] value to be an array of objects, but found an array element of type [{found}]"
            ))
        })
    }
}

pub(super) fn parse(
    role: &str,
    field: &str,
    value: &Value,
    effort: &Effort,
) -> Result<Vec<IndicesPrivileges>, DescriptorError> {
    let place = Place { noun: "indices", role, field, effort };
    place.objects(value)?.into_iter().map(|fields| element(place, fields, &mut |_, _| Ok(false))).collect()
}

/// Reads one element. `other` is asked about fields that are none of ours, and says whether it took the field.
pub(super) fn element(
    place: Place<'_>,
    fields: &Map<String, Value>,
    other: &mut dyn FnMut(&str, &Value) -> Result<bool, DescriptorError>,
) -> Result<IndicesPrivileges, DescriptorError> {
    let role = place.role;
    let outer = |cause| DescriptorError::parse(format!("failed to parse role [{role}]")).caused_by(cause);
    let (mut names, mut privileges) = (None, None);
    let mut group = IndicesPrivileges::default();
    for (field, value) in fields {
        match field.as_str() {
            "names" => names = Some(self::names(place, field, value)?),
            "privileges" => privileges = Some(strings(field, value).map_err(outer)?),
            "allow_restricted_indices" => {
                group.allow_restricted_indices = value.as_bool().ok_or_else(|| {
                    let found = token(value);
                    place.fail(&format!(
                        "expected field [{field}] value to be a boolean, but found [{found}] instead"
                    ))
                })?;
            }
            "query" => group.query = query(place, field, value)?,
            "field_security" => group.field_security = field_security(place, value)?,
            "fields" => {
                return Err(DescriptorError::parse(format!(
                    "[\"fields\": [...]] format has changed for field permissions in role [{role}], use \
                     [\"field_security\": {{\"grant\":[...],\"except\":[...]}}] instead"
                )));
            }
            _ if other(field, value)? => {}
            _ => return Err(place.fail(&format!("unexpected field [{field}]"))),
        }
    }
    group.names = names.ok_or_else(|| place.fail("missing required [names] field"))?;
    group.privileges = privileges.ok_or_else(|| place.fail("missing required [privileges] field"))?;
    if let Some(security) = &group.field_security {
        field_security::check(place, security)?;
    }
    Ok(group)
}

fn names(place: Place<'_>, field: &str, value: &Value) -> Result<Vec<String>, DescriptorError> {
    match value {
        Value::Array(elements) if elements.is_empty() => {
            Err(place.fail(&format!("[{field}] cannot be an empty array")))
        }
        Value::Array(_) | Value::String(_) => string_or_strings(field, value).map_err(|cause| {
            DescriptorError::parse(format!("failed to parse role [{}]", place.role)).caused_by(cause)
        }),
        other => Err(place.fail(&format!(
            "expected field [{field}] value to be a string or an array of strings, but found [{}] instead",
            token(other)
        ))),
    }
}

fn query(place: Place<'_>, field: &str, value: &Value) -> Result<Option<String>, DescriptorError> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Value::Object(_) | Value::Array(_) => Ok(Some(value.to_string())),
        Value::Bool(_) | Value::Number(_) => Err(place.fail(&format!(
            "expected field [{field}] value to be null, a string, an array, or an object, but found [{}] instead",
            token(value)
        ))),
    }
}

fn field_security(place: Place<'_>, value: &Value) -> Result<Option<FieldSecurity>, DescriptorError> {
    let fields = match value {
        Value::Object(fields) => fields,
        Value::Null => return Ok(None),
        other => {
            let found = token(other);
            return Err(place.fail(&format!(
                "expected field [field_security] value to be an object, but found [{found}] instead"
            )));
        }
    };
    if fields.is_empty() {
        return Err(place.fail("\"field_security\" must not be empty."));
    }
    let mut security = FieldSecurity::default();
    for (field, value) in fields {
        let list = match field.as_str() {
            "grant" => &mut security.grant,
            "except" => &mut security.except,
            other => {
                let what =
                    format!("\"field_security\" only accepts options grant and except, but got: {other}");
                return Err(place.fail(&what));
            }
        };
        if value.is_null() {
            return Err(place.fail(&format!("{field} must not be null.")));
        }
        *list = Some(strings(field, value).map_err(|cause| {
            DescriptorError::parse(format!("failed to parse role [{}]", place.role)).caused_by(cause)
        })?);
    }
    if security.grant.is_none() {
        return Err(place.fail("field_security requires grant if except is given"));
    }
    Ok(Some(security))
}
