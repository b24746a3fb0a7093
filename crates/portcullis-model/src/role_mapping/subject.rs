//! Whom rules and templates see: what a realm says of a user.

use crate::dn::DistinguishedName;
use serde_json::{Map, Value, json};

/// A user as a realm found it, before it has roles.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MappingSubject {
    /// The name, unique within its realm.
    pub username: String,
    /// The distinguished name, if the realm has such.
    pub dn: Option<String>,
    /// The groups, as the realm names them: distinguished names, or any text.
    pub groups: Vec<String>,
    /// What else the realm says.
    pub metadata: Map<String, Value>,
    /// The realm's configured name.
    pub realm_name: String,
}

/// A subject whose distinguished names have been read, once for all mappings that it is compared with.
#[derive(Debug)]
pub struct PreparedSubject<'a> {
    subject: &'a MappingSubject,
    dn: Option<Name<'a>>,
    groups: Vec<Name<'a>>,
    model: Value,
}

/// The name of a user or a group: a distinguished name if it can be read as one.
#[derive(Debug)]
pub(super) struct Name<'a> {
    pub(super) given: &'a str,
    pub(super) dn: Option<DistinguishedName>,
}

impl<'a> Name<'a> {
    fn new(given: &'a str) -> Self {
        Self { given, dn: DistinguishedName::parse(given).ok() }
    }
}

impl<'a> PreparedSubject<'a> {
    /// Reads the names of `subject`.
    #[must_use]
    pub fn new(subject: &'a MappingSubject) -> Self {
        let model = json!({
            "username": subject.username,
            "dn": subject.dn,
            "groups": subject.groups,
            "metadata": subject.metadata,
            "realm": {"name": subject.realm_name},
        });
        let name = |given: &'a String| Name::new(given);
        Self {
            subject,
            dn: subject.dn.as_ref().map(name),
            groups: subject.groups.iter().map(name).collect(),
            model,
        }
    }

    pub(super) fn subject(&self) -> &MappingSubject {
        self.subject
    }

    pub(super) fn dn(&self) -> Option<&Name<'a>> {
        self.dn.as_ref()
    }

    pub(super) fn groups(&self) -> &[Name<'a>] {
        &self.groups
    }

    /// The user's name and those of the groups, as far as they are distinguished names.
    pub(super) fn distinguished_names(&self) -> impl Iterator<Item = &DistinguishedName> {
        self.dn.iter().chain(&self.groups).filter_map(|name| name.dn.as_ref())
    }

    /// What templates see.
    pub(super) fn model(&self) -> &Value {
        &self.model
    }
}
