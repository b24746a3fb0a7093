//! Reading JSON the way the descriptor's grammar words it: kinds of tokens by name, and arrays of strings.
//!
//! Never in here: a field's name or meaning.

use super::DescriptorError;
use serde_json::Value;

/// What a parser calls the token that `value` begins with.
pub(crate) fn token(value: &Value) -> &'static str {
    match value {
        Value::Null => "VALUE_NULL",
        Value::Bool(_) => "VALUE_BOOLEAN",
        Value::Number(_) => "VALUE_NUMBER",
        Value::String(_) => "VALUE_STRING",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    }
}

/// The strings of the array `value`, which stands under `field`.
pub(super) fn strings(field: &str, value: &Value) -> Result<Vec<String>, DescriptorError> {
    let fail = |what: String| Err(DescriptorError::parse(format!("could not parse [{field}] field. {what}")));
    let Value::Array(elements) = value else {
        return match value {
            Value::Null => fail("expected a string array but found null value instead".to_owned()),
            other => fail(format!("expected a string array but found [{}] value instead", token(other))),
        };
    };
    let mut texts = Vec::with_capacity(elements.len());
    for element in elements {
        let Value::String(text) = element else {
            let found = token(element);
            return fail(format!("expected a string array but one of the value in the array is [{found}]"));
        };
        texts.push(text.clone());
    }
    Ok(texts)
}

/// As [`strings`], but a single string stands for an array of one.
pub(super) fn string_or_strings(field: &str, value: &Value) -> Result<Vec<String>, DescriptorError> {
    match value {
        Value::String(text) => Ok(vec![text.clone()]),
        other => strings(field, other),
    }
}
