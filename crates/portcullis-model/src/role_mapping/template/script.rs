//! What stands in the `template` of a role template: the source of a mustache template, or an object that has it.

use super::compile;
use crate::role::json::token;
use crate::role_mapping::MappingError;
use crate::role_mapping::mustache::Template;
use serde_json::{Map, Value};

/// The parser's name in messages.
const PARSER: &str = "script";

/// A compiled template and the parameters that it brings along.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Script {
    pub(super) template: Template,
    /// An object. What is said of the user goes before it.
    pub(super) params: Value,
}

impl Script {
    /// Reads a template as it is stored. One that is the JSON of an object is that object, anything else the source.
    pub(super) fn parse(outermost: &str, sent: &str) -> Result<Self, MappingError> {
        match serde_json::from_str(sent) {
            Ok(Value::Object(object)) => Self::object(outermost, &object),
            // A typing error in it must not become the name of a role.
            Err(_) if begins_an_object(sent) => {
                illegal("invalid role template: it begins like a JSON object and is none")
            }
            _ => Ok(Self { template: compile(sent)?, params: Value::Object(Map::new()) }),
        }
    }

    fn object(outermost: &str, object: &Map<String, Value>) -> Result<Self, MappingError> {
        let mistyped = |field: &str, value| MappingError::mistyped(PARSER, outermost, field, token(value));
        let (mut template, mut params) = (None, Value::Object(Map::new()));
        for (field, value) in object {
            match (field.as_str(), value) {
                ("source", Value::String(source)) => template = Some(compile(source)?),
                ("source", Value::Object(_)) => template = Some(compile(&value.to_string())?),
                ("params", Value::Object(_)) => params = value.clone(),
                ("lang", Value::String(lang)) if lang == "mustache" => {}
                ("lang", Value::String(lang)) => {
                    return illegal(&format!("a role template is [mustache] but this one is [{lang}]"));
                }
                ("id", Value::String(id)) => {
                    return illegal(&format!(
                        "a role template must have its [source]: there are no stored scripts, so none is [{id}]"
                    ));
                }
                ("source" | "params" | "lang" | "id", other) => return Err(mistyped(field, other)),
                _ => return Err(MappingError::unknown(PARSER, outermost, field)),
            }
        }
        match template {
            Some(template) => Ok(Self { template, params }),
            None => illegal("must specify either [source] for an inline script or [id] for a stored script"),
        }
    }
}

/// Whether a text begins with one brace: two begin a variable.
fn begins_an_object(text: &str) -> bool {
    text.trim_start().strip_prefix('{').is_some_and(|rest| !rest.starts_with('{'))
}

fn illegal<T>(reason: &str) -> Result<T, MappingError> {
    Err(MappingError::IllegalArgument(reason.to_owned()))
}
