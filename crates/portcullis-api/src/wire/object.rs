//! Bodies that Elasticsearch reads with its declarative object parser: API keys. The messages name the parser, the
//! field, and where in the body it stands.

use portcullis_security::Failure;
use serde_json::{Map, Value};

use super::json::{self, Fields, Guarded};

/// One body being read by one named parser.
pub(super) struct Object<'a> {
    parser: &'static str,
    body: &'a [u8],
}

impl<'a> Object<'a> {
    /// Begins to read a body.
    pub(super) fn begin(parser: &'static str, body: &'a [u8]) -> Result<(Self, Fields), Failure> {
        let fields = json::object(body, |token| {
            Failure::content_parse(format!("[1:1] [{parser}] Expected START_OBJECT but was: {token}"))
        })?;
        Ok((Self { parser, body }, fields))
    }

    /// A body whose fields the model reads: for what it says is wrong with them.
    pub(super) fn read_elsewhere(parser: &'static str, body: &'a [u8]) -> Self {
        Self { parser, body }
    }

    /// A string.
    pub(super) fn text(&self, field: &str, value: Guarded) -> Result<String, Failure> {
        value.into_text().map_err(|other| self.mistyped(field, other.token()))
    }

    /// A string or `null`.
    pub(super) fn text_or_null(&self, field: &str, value: Guarded) -> Result<Option<String>, Failure> {
        if value.is_null() { Ok(None) } else { self.text(field, value).map(Some) }
    }

    /// A boolean, also as a string.
    pub(super) fn flag(&self, field: &str, value: Guarded) -> Result<bool, Failure> {
        if let Some(flag) = value.as_bool() {
            return Ok(flag);
        }
        let text = self.text(field, value)?;
        match text.as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            other => Err(self.failed(
                field,
                Failure::illegal_argument(format!(
                    "Failed to parse value [{other}] as only [true] or [false] are allowed."
                )),
            )),
        }
    }

    /// An array of strings, or one string.
    pub(super) fn texts(&self, field: &str, value: Guarded) -> Result<Vec<String>, Failure> {
        let items = match value.into_text() {
            Ok(only) => return Ok(vec![only]),
            Err(other) => other.into_items().map_err(|other| self.mistyped(field, other.token()))?,
        };
        let item = |item| match item {
            Value::String(text) => Ok(text),
            other => Err(self.mistyped(field, json::token(&other))),
        };
        items.into_iter().map(item).collect()
    }

    /// An object or `null`.
    pub(super) fn map_or_null(
        &self,
        field: &str,
        value: Guarded,
    ) -> Result<Option<Map<String, Value>>, Failure> {
        if value.is_null() {
            return Ok(None);
        }
        value.into_map().map(Some).map_err(|other| self.mistyped(field, other.token()))
    }

    /// Why a field that was understood is refused all the same.
    pub(super) fn failed(&self, field: &str, cause: Failure) -> Failure {
        let (place, parser) = (json::place(self.body, field), self.parser);
        Failure::content_parse(format!("{place} [{parser}] failed to parse field [{field}]")).caused_by(cause)
    }

    /// The refusal of a field that nobody knows.
    pub(super) fn unknown(&self, field: &str, known: &[&str]) -> Failure {
        let (place, parser) = (json::place(self.body, field), self.parser);
        let near = known
            .iter()
            .filter(|known| field.len() <= 64 && strsim::normalized_levenshtein(field, known) > 0.5);
        let meant = match near.collect::<Vec<_>>().as_slice() {
            [] => String::new(),
            [only] => format!(" did you mean [{only}]?"),
            several => {
                let names: Vec<&str> = several.iter().map(|name| **name).collect();
                format!(" did you mean any of [{}]?", names.join(", "))
            }
        };
        Failure::content_parse(format!("{place} [{parser}] unknown field [{field}]{meant}"))
    }

    fn mistyped(&self, field: &str, token: &str) -> Failure {
        let (place, parser) = (json::place(self.body, field), self.parser);
        Failure::content_parse(format!("{place} [{parser}] {field} doesn't support values of type: {token}"))
    }
}
