//! What a rule says about one field: the values of which one must match.

mod name;
mod value;

pub(super) use value::FieldValue;

use super::subject::PreparedSubject;
use name::{FieldName, Found};
use serde_json::{Map, Value};

/// `"field": {name: value}` or `"field": {name: [value, …]}`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FieldRule {
    name: FieldName,
    values: Vec<FieldValue>,
}

impl FieldRule {
    pub(super) fn new(name: &str, values: Vec<FieldValue>) -> Self {
        Self { name: FieldName::new(name), values }
    }

    pub(super) fn matches(&self, subject: &PreparedSubject<'_>) -> bool {
        match self.name.find(subject) {
            Found::Text(text) => self.any(|value| value.matches_text(text)),
            Found::Name(name) => self.any(|value| value.matches_name(name)),
            Found::Names(names) => names.iter().any(|name| self.any(|value| value.matches_name(name))),
            Found::Json(Value::Array(elements)) => {
                elements.iter().any(|element| self.any(|value| value.matches_json(element)))
            }
            Found::Json(json) => self.any(|value| value.matches_json(json)),
            Found::Nothing => self.any(|value| *value == FieldValue::Null),
        }
    }

    fn any(&self, matches: impl Fn(&FieldValue) -> bool) -> bool {
        self.values.iter().any(matches)
    }

    pub(super) fn to_json(&self) -> Value {
        let values = match self.values.as_slice() {
            [single] => single.to_json(),
            several => several.iter().map(FieldValue::to_json).collect(),
        };
        Value::Object(Map::from_iter([(self.name.as_str().to_owned(), values)]))
    }
}
