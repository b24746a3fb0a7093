//! Which field of a subject a rule is about.

use crate::role_mapping::subject::{Name, PreparedSubject};
use serde_json::Value;

/// What comes before the key of a metadata field.
const METADATA: &str = "metadata.";

/// The name of a field. One that no subject has may be asked for: it matches only `null`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldName(String);

/// What a subject has under a field.
pub(super) enum Found<'s> {
    /// A text.
    Text(&'s str),
    /// The distinguished name.
    Name(&'s Name<'s>),
    /// The groups.
    Names(&'s [Name<'s>]),
    /// A piece of metadata.
    Json(&'s Value),
    /// Nothing.
    Nothing,
}

/// Whether the values of this field are names that may be distinguished names.
pub(super) fn holds_names(field: &str) -> bool {
    matches!(field, "dn" | "groups")
}

impl FieldName {
    pub(super) fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn find<'s>(&self, subject: &'s PreparedSubject<'_>) -> Found<'s> {
        match self.0.as_str() {
            "username" => Found::Text(&subject.subject().username),
            "realm.name" => Found::Text(&subject.subject().realm_name),
            "dn" => subject.dn().map_or(Found::Nothing, Found::Name),
            "groups" => Found::Names(subject.groups()),
            other => {
                let key = other.strip_prefix(METADATA);
                key.and_then(|key| metadata(subject, key)).map_or(Found::Nothing, Found::Json)
            }
        }
    }
}

/// The metadata under `key`, which may have dots in it; or else what an object in the metadata has, one level down.
fn metadata<'s>(subject: &'s PreparedSubject<'_>, key: &str) -> Option<&'s Value> {
    let metadata = &subject.subject().metadata;
    metadata.get(key).or_else(|| {
        let mut objects = metadata.iter().filter_map(|(outer, value)| Some((outer, value.as_object()?)));
        objects.find_map(|(outer, object)| object.get(key.strip_prefix(outer.as_str())?.strip_prefix('.')?))
    })
}
