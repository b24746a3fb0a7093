//! Reading a role mapping: the top level of its grammar, and what a request for one may have wrong.

use super::rule::Rule;
use super::template::RoleTemplate;
use super::{Grant, MappingError, RoleMapping};
use crate::role::json::token;
use serde_json::{Map, Value};

/// Most roles in one mapping, and most that one of its templates may render.
pub const MAX_ROLES: usize = 1_000;

/// Most templates in one mapping. Each is rendered when somebody whom the rules match logs in.
pub const MAX_TEMPLATES: usize = 100;

/// What follows the name of a mapping that is configured and cannot be changed by requests.
pub const READ_ONLY_SUFFIX: &str = " (read only)";

/// The parser's name in messages.
const PARSER: &str = "role-mapping";

/// Where the body comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Somebody sent it.
    Request,
    /// It was kept. Fields that are not known are those of another version.
    Store,
}

impl RoleMapping {
    /// Reads the body of the request that stores the mapping `name`. Its templates are tried.
    ///
    /// # Errors
    /// [`MappingError`].
    pub fn parse(name: &str, body: &Value) -> Result<Self, MappingError> {
        let mapping = Fields::read(name, body, Source::Request)?;
        mapping.check_request()?;
        Ok(mapping)
    }

    /// Reads what [`RoleMapping::to_stored`] wrote. Fields that are not known are ignored.
    ///
    /// # Errors
    /// [`MappingError`].
    pub fn from_stored(name: &str, body: &Value) -> Result<Self, MappingError> {
        Fields::read(name, body, Source::Store)
    }

    /// What a well-formed request may still have wrong.
    fn check_request(&self) -> Result<(), MappingError> {
        let name = &self.name;
        let mut items = Vec::new();
        if name.is_empty() {
            items.push("role-mapping name is missing".to_owned());
        }
        if self.metadata.keys().any(|key| key.starts_with('_')) {
            items.push("metadata keys may not start with [_]".to_owned());
        }
        if !items.is_empty() {
            return Err(MappingError::RequestValidation(items));
        }
        if name.ends_with(READ_ONLY_SUFFIX) {
            return Err(MappingError::IllegalArgument(format!(
                "Invalid mapping name [{name}]. [{READ_ONLY_SUFFIX}] is not an allowed suffix"
            )));
        }
        match &self.grant {
            Grant::Roles(_) => Ok(()),
            Grant::Templates(templates) => templates.iter().try_for_each(RoleTemplate::try_out),
        }
    }
}

/// What has been read so far.
#[derive(Default)]
struct Fields {
    enabled: Option<bool>,
    roles: Option<Vec<String>>,
    templates: Option<Vec<RoleTemplate>>,
    rules: Option<Rule>,
    metadata: Map<String, Value>,
}

impl Fields {
    fn read(name: &str, body: &Value, source: Source) -> Result<RoleMapping, MappingError> {
        let Value::Object(sent) = body else {
            let reason = format!("[{PARSER}] Expected START_OBJECT but was: {}", token(body));
            return Err(MappingError::XContentParse { field: None, reason });
        };
        let mut fields = Self::default();
        for (field, value) in sent {
            match field.as_str() {
                "enabled" => fields.enabled = Some(flag(field, value)?),
                "roles" => fields.roles = Some(roles(field, value)?),
                "role_templates" => fields.templates = Some(templates(field, value)?),
                "rules" => fields.rules = Some(Rule::parse(value).map_err(|error| error.within(field))?),
                "metadata" => fields.metadata = object(field, value)?.clone(),
                _ if source == Source::Store => {}
                _ => return Err(MappingError::unknown(PARSER, field, field)),
            }
        }
        fields.mapping(name)
    }

    fn mapping(self, name: &str) -> Result<RoleMapping, MappingError> {
        let missing = |field| {
            MappingError::Parse(format!("failed to parse role-mapping [{name}]. missing field [{field}]"))
        };
        if self.roles.is_none() && self.templates.is_none() {
            return Err(missing("roles"));
        }
        let rules = self.rules.ok_or_else(|| missing("rules"))?;
        let enabled = self.enabled.ok_or_else(|| missing("enabled"))?;
        let grant = grant(self.roles.unwrap_or_default(), self.templates.unwrap_or_default())?;
        Ok(RoleMapping { name: name.to_owned(), enabled, grant, rules, metadata: self.metadata })
    }
}

/// Either roles or templates, and at least one of them.
fn grant(roles: Vec<String>, templates: Vec<RoleTemplate>) -> Result<Grant, MappingError> {
    let invalid = |item: &str| Err(MappingError::RequestValidation(vec![item.to_owned()]));
    match (roles.is_empty(), templates.is_empty()) {
        (true, true) => invalid("role-mapping roles or role-templates are missing"),
        (false, false) => invalid("role-mapping cannot have both roles and role-templates"),
        (false, true) => Ok(Grant::Roles(roles)),
        (true, false) => Ok(Grant::Templates(templates)),
    }
}

/// A boolean, also as a string.
fn flag(field: &str, value: &Value) -> Result<bool, MappingError> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        Value::String(text) if text == "true" => Ok(true),
        Value::String(text) if text == "false" => Ok(false),
        Value::String(text) => Err(MappingError::IllegalArgument(format!(
            "Failed to parse value [{text}] as only [true] or [false] are allowed."
        ))
        .within(field)),
        other => Err(MappingError::mistyped(PARSER, field, field, token(other))),
    }
}

/// An array of strings, or one string.
fn roles(field: &str, value: &Value) -> Result<Vec<String>, MappingError> {
    let one = |value: &Value| match value {
        Value::String(role) => Ok(role.clone()),
        other => Err(MappingError::mistyped(PARSER, field, field, token(other))),
    };
    let Value::Array(elements) = value else { return Ok(vec![one(value)?]) };
    at_most(field, elements.len(), MAX_ROLES)?;
    elements.iter().map(one).collect()
}

/// An array of templates, or one.
fn templates(field: &str, value: &Value) -> Result<Vec<RoleTemplate>, MappingError> {
    let one = |value: &Value| RoleTemplate::parse(field, object(field, value)?);
    let Value::Array(elements) = value else { return Ok(vec![one(value)?]) };
    at_most(field, elements.len(), MAX_TEMPLATES)?;
    elements.iter().map(one).collect()
}

fn object<'v>(field: &str, value: &'v Value) -> Result<&'v Map<String, Value>, MappingError> {
    value.as_object().ok_or_else(|| MappingError::mistyped(PARSER, field, field, token(value)))
}

fn at_most(field: &str, count: usize, most: usize) -> Result<(), MappingError> {
    if count <= most {
        return Ok(());
    }
    Err(MappingError::IllegalArgument(format!(
        "a role mapping may have at most [{most}] entries in [{field}] but this one has [{count}]"
    )))
}
