//! Rendering templates.

use super::output::Output;
use super::{Escape, MustacheError, Node, Template};
use serde_json::Value;
use std::borrow::Cow;

/// Most pieces that one rendering writes or looks at. What a section does for each of many elements counts each time.
pub const MAX_TEMPLATE_STEPS: usize = 100_000;

impl Template {
    /// Renders the template. Later scopes go before earlier ones.
    pub(in crate::role_mapping) fn render(&self, scopes: &[&Value]) -> Result<String, MustacheError> {
        let mut renderer = Renderer { scopes: scopes.to_vec(), steps: 0, output: Output::default() };
        renderer.nodes(&self.nodes)?;
        Ok(renderer.output.into_text())
    }
}

struct Renderer<'v> {
    scopes: Vec<&'v Value>,
    steps: usize,
    output: Output,
}

impl<'v> Renderer<'v> {
    fn nodes(&mut self, nodes: &[Node]) -> Result<(), MustacheError> {
        for node in nodes {
            self.step()?;
            match node {
                Node::Text(text) => self.output.push(text)?,
                Node::Variable(name, escape) => {
                    if let Some(value) = self.find(name) {
                        self.output.push(&escaped(&text(value), *escape))?;
                    }
                }
                Node::Section(name, inner) => self.section(name, inner)?,
                Node::Inverted(name, inner) => {
                    if self.find(name).is_none_or(is_nothing) {
                        self.nodes(inner)?;
                    }
                }
                Node::ToJson(name) => self.output.push_json(self.find(name).unwrap_or(&Value::Null))?,
                Node::Join { name, delimiter } => self.join(name, delimiter)?,
                Node::Url(inner) => self.url(inner)?,
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), MustacheError> {
        self.steps += 1;
        if self.steps > MAX_TEMPLATE_STEPS { Err(MustacheError::TooManySteps) } else { Ok(()) }
    }

    fn section(&mut self, name: &str, inner: &[Node]) -> Result<(), MustacheError> {
        match self.find(name) {
            Some(Value::Array(elements)) => {
                elements.iter().try_for_each(|element| self.within(element, inner))
            }
            Some(value) if !is_nothing(value) => self.within(value, inner),
            _ => Ok(()),
        }
    }

    fn within(&mut self, scope: &'v Value, inner: &[Node]) -> Result<(), MustacheError> {
        self.step()?;
        self.scopes.push(scope);
        let rendered = self.nodes(inner);
        self.scopes.pop();
        rendered
    }

    fn join(&mut self, name: &str, delimiter: &str) -> Result<(), MustacheError> {
        let elements = match self.find(name) {
            Some(Value::Array(elements)) => elements.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        for (at, element) in elements.iter().enumerate() {
            self.step()?;
            if at > 0 {
                self.output.push(delimiter)?;
            }
            self.output.push(&escaped(&text(element), Escape::Json))?;
        }
        Ok(())
    }

    fn url(&mut self, inner: &[Node]) -> Result<(), MustacheError> {
        let outside = std::mem::take(&mut self.output);
        let rendered = self.nodes(inner);
        let inside = std::mem::replace(&mut self.output, outside);
        rendered?;
        self.output.push(&percent_encoded(&inside.into_text()))
    }

    /// What the name stands for, in the innermost scope that knows its first part.
    fn find(&self, name: &str) -> Option<&'v Value> {
        if name == "." {
            return self.scopes.last().copied();
        }
        self.scopes.iter().rev().find_map(|scope| lookup(scope, name))
    }
}

/// What stands under the name: under the whole of it, or under what comes after its first part.
fn lookup<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let get = |name: &str| match value {
        Value::Object(fields) => fields.get(name),
        Value::Array(elements) => elements.get(name.parse::<usize>().ok()?),
        _ => None,
    };
    get(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        lookup(get(first)?, rest)
    })
}

/// What a section is not rendered for.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Number(_) | Value::Object(_) => false,
    }
}

/// A value as text. Arrays and objects are written as JSON.
fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

fn escaped(text: &str, escape: Escape) -> Cow<'_, str> {
    let special = |b: u8| b < b' ' || b == b'"' || b == b'\\';
    if escape == Escape::None || !text.bytes().any(special) {
        return Cow::Borrowed(text);
    }
    let quoted = Value::from(text).to_string();
    let inside = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    Cow::Owned(inside.unwrap_or_default().to_owned())
}

/// Everything but letters, digits and `-_.~` as `%` and two digits for each byte.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
