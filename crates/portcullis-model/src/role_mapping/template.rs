//! Role templates: texts that say, for each user, what roles there are.
//!
//! Never in here: the language of templates (see `mustache`).

mod script;

use super::mustache::Template;
use super::subject::{MappingSubject, PreparedSubject};
use super::{MAX_ROLES, MappingError};
use crate::role::json::token;
use script::Script;
use serde_json::{Map, Value, json};

/// Longest template, in bytes, with its parameters.
pub const MAX_TEMPLATE_BYTES: usize = 32_768;

/// The parser's name in messages.
const PARSER: &str = "role-mapping-template";

/// What a template's output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// The name of one role.
    Text,
    /// JSON: the name of a role, or an array of such.
    Json,
}

impl Format {
    fn parse(text: &str) -> Result<Self, MappingError> {
        match text.to_ascii_lowercase().as_str() {
            "string" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(MappingError::IllegalArgument(format!(
                "Invalid format [{text}] expected one of [json,string]"
            ))),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Json => "json",
        }
    }
}

/// One element of `role_templates`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RoleTemplate {
    /// As it was sent; an object as the text of its JSON.
    sent: String,
    script: Script,
    format: Format,
}

impl RoleTemplate {
    /// Reads one element. `outermost` is the field of the body that it stands in.
    pub(super) fn parse(outermost: &str, object: &Map<String, Value>) -> Result<Self, MappingError> {
        let mistyped = |field: &str, value| MappingError::mistyped(PARSER, outermost, field, token(value));
        let (mut sent, mut format) = (None, Format::Text);
        for (field, value) in object {
            match (field.as_str(), value) {
                ("template", Value::String(text)) => sent = Some(text.clone()),
                ("template", Value::Object(_)) => sent = Some(value.to_string()),
                ("format", Value::String(text)) => format = Format::parse(text)?,
                ("template" | "format", other) => return Err(mistyped(field, other)),
                _ => return Err(MappingError::unknown(PARSER, outermost, field)),
            }
        }
        let sent = sent.ok_or_else(|| MappingError::IllegalArgument("Required [template]".to_owned()))?;
        if sent.len() > MAX_TEMPLATE_BYTES {
            let length = sent.len();
            return Err(MappingError::IllegalArgument(format!(
                "a role template may have at most [{MAX_TEMPLATE_BYTES}] bytes but this one has [{length}]"
            )));
        }
        let script = Script::parse(outermost, &sent)?;
        Ok(Self { sent, script, format })
    }

    pub(super) fn to_json(&self) -> Value {
        json!({"template": self.sent, "format": self.format.as_str()})
    }

    /// Renders the template for somebody who does not exist. What comes out is not judged: it depends on the user.
    pub(super) fn try_out(&self) -> Result<(), MappingError> {
        let nobody = MappingSubject { groups: vec![String::new()], ..MappingSubject::default() };
        let rendered = self.render(&PreparedSubject::new(&nobody));
        rendered.map(drop).map_err(MappingError::IllegalArgument)
    }

    /// The roles that the template gives to `subject`, or what is wrong with it. An empty name gives none.
    pub(super) fn roles_for(&self, subject: &PreparedSubject<'_>) -> Result<Vec<String>, String> {
        let output = self.render(subject)?;
        let mut names = match self.format {
            Format::Text => vec![output],
            Format::Json => names(&output)?,
        };
        names.retain(|name| !name.is_empty());
        Ok(names)
    }

    fn render(&self, subject: &PreparedSubject<'_>) -> Result<String, String> {
        let scopes = [&self.script.params, subject.model()];
        self.script.template.render(&scopes).map_err(|error| format!("invalid role template: {error}"))
    }
}

fn compile(source: &str) -> Result<Template, MappingError> {
    Template::parse(source)
        .map_err(|error| MappingError::IllegalArgument(format!("invalid role template: {error}")))
}

/// The names in the output of a template whose format is JSON.
fn names(output: &str) -> Result<Vec<String>, String> {
    let json: Value = serde_json::from_str(output).map_err(|error| {
        format!("Roles template must generate JSON, but at column [{}] it does not", error.column())
    })?;
    match json {
        Value::String(name) => Ok(vec![name]),
        Value::Array(names) if names.len() > MAX_ROLES => {
            Err(format!("Roles array may have at most [{MAX_ROLES}] names but has [{}]", names.len()))
        }
        Value::Array(names) => names.into_iter().map(name).collect(),
        other => {
            let found = token(&other);
            Err(format!("Roles template must generate a string or an array of strings, but found [{found}]"))
        }
    }
}

fn name(element: Value) -> Result<String, String> {
    match element {
        Value::String(name) => Ok(name),
        other => Err(format!("Roles array may only contain strings but found [{}] [{other}]", token(&other))),
    }
}
