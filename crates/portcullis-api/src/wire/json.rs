//! A strict JSON reader: one object, no name twice, a limited depth, nothing behind it. Its values are zeroed when
//! they are dropped, because any of them may be a password. What the fields mean is for the other files of `wire`.

use std::fmt;

use portcullis_security::Failure;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::secret;

#[cfg(test)]
mod tests;

/// A value that is zeroed when it goes.
#[derive(Default)]
pub(crate) struct Guarded(Value);

impl Drop for Guarded {
    fn drop(&mut self) {
        secret::scrub(std::mem::take(&mut self.0));
    }
}

impl Guarded {
    /// Elasticsearch's name for the token with which the value begins.
    pub(crate) fn token(&self) -> &'static str {
        token(&self.0)
    }

    /// The text, if it is one.
    pub(crate) fn into_text(mut self) -> Result<String, Self> {
        match std::mem::take(&mut self.0) {
            Value::String(text) => Ok(text),
            other => Err(Self(other)),
        }
    }

    /// The entries, if it is an object.
    pub(crate) fn into_map(mut self) -> Result<Map<String, Value>, Self> {
        match std::mem::take(&mut self.0) {
            Value::Object(map) => Ok(map),
            other => Err(Self(other)),
        }
    }

    /// The items, if it is an array.
    pub(crate) fn into_items(mut self) -> Result<Vec<Value>, Self> {
        match std::mem::take(&mut self.0) {
            Value::Array(items) => Ok(items),
            other => Err(Self(other)),
        }
    }

    /// The boolean, if it is one.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        self.0.as_bool()
    }

    /// Whether it is `null`.
    pub(crate) fn is_null(&self) -> bool {
        self.0.is_null()
    }

    /// The value itself.
    pub(crate) fn value(&self) -> &Value {
        &self.0
    }
}

/// The fields of an object, in the order in which they were sent.
pub(crate) struct Fields(serde_json::map::IntoIter);

impl Iterator for Fields {
    type Item = (String, Guarded);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name, Guarded(value)))
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        for (_, value) in self.0.by_ref() {
            secret::scrub(value);
        }
    }
}

/// Elasticsearch's name for the token with which a value begins.
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

/// Parses one value and nothing behind it.
///
/// # Errors
/// `x_content_parse_exception` with line and column.
pub(crate) fn parse(text: &[u8]) -> Result<Guarded, Failure> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    Strict.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value)).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let told = text.rfind(" at line ").and_then(|at| text.get(..at)).unwrap_or(&text);
        Failure::content_parse(format!("[{line}:{column}] {told}"))
    })
}

/// Parses one object. `whole` is how the caller's parser says that it is not one.
pub(crate) fn object(
    text: &[u8],
    not_an_object: impl FnOnce(&'static str) -> Failure,
) -> Result<Fields, Failure> {
    match parse(text)?.into_map() {
        Ok(map) => Ok(Fields(map.into_iter())),
        Err(other) => Err(not_an_object(other.token())),
    }
}

/// Where the outermost field of a name begins in a text that has been parsed: `[line:column]`, from 1.
pub(crate) fn place(text: &[u8], name: &str) -> String {
    let (mut line, mut column, mut depth) = (1_usize, 0_usize, 0_usize);
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        column += 1;
        match byte {
            b'\n' => (line, column) = (line + 1, 0),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let mut stream = serde_json::Deserializer::from_slice(rest).into_iter::<String>();
                let found = matches!(stream.next(), Some(Ok(text)) if text == name);
                let length = stream.byte_offset().max(1);
                let after = rest.get(length..).unwrap_or_default();
                let is_name = after.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
                if found && is_name && depth == 1 {
                    return format!("[{line}:{column}]");
                }
                column += length - 1;
                rest = after;
                continue;
            }
            _ => {}
        }
        rest = tail;
    }
    "[1:1]".to_owned()
}

/// Builds a [`Guarded`] and refuses names that stand twice.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Guarded;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Guarded, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Guarded;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Guarded, E> {
        Ok(Guarded(Value::Null))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Guarded, E> {
        Ok(Guarded(Value::Bool(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Guarded, E> {
        Ok(Guarded(Value::from(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Guarded, E> {
        Ok(Guarded(Value::from(value)))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Guarded, E> {
        Number::from_f64(value)
            .map(|number| Guarded(Value::Number(number)))
            .ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Guarded, E> {
        Ok(Guarded(Value::from(value)))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Guarded, E> {
        Ok(Guarded(Value::String(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Guarded, A::Error> {
        let mut items = Guarded(Value::Array(Vec::new()));
        while let Some(mut item) = access.next_element_seed(Strict)? {
            if let Value::Array(items) = &mut items.0 {
                items.push(std::mem::take(&mut item.0));
            }
        }
        Ok(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Guarded, A::Error> {
        let mut object = Guarded(Value::Object(Map::new()));
        while let Some(name) = access.next_key::<String>()? {
            let Value::Object(map) = &mut object.0 else { break };
            if map.contains_key(&name) {
                return Err(A::Error::custom(format_args!("Duplicate field '{name}'")));
            }
            let mut value = access.next_value_seed(Strict)?;
            map.insert(name, std::mem::take(&mut value.0));
        }
        Ok(object)
    }
}
