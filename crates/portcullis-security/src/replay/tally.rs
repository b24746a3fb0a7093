//! What a replay did, for the operator.

/// What was done to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Brought {
    /// An API key is invalidated.
    KeyInvalidated,
    /// A service account token is not restored.
    TokenDeleted,
    /// A user is not restored.
    UserDeleted,
    /// A role is not restored.
    RoleDeleted,
    /// A role mapping is not restored.
    MappingDeleted,
    /// A user is disabled.
    UserDisabled,
    /// A user is disabled, who may be enabled.
    UserPerhapsDisabled,
    /// No password fits.
    PasswordEnded,
    /// A user has no roles.
    RolesTaken,
    /// A role was changed, and is not restored.
    RoleChanged,
    /// A role mapping was changed, and is disabled.
    MappingChanged,
    /// An API key was changed, and has no privileges.
    KeyChanged,
    /// The document cannot be read, so it is not restored.
    Unreadable,
}

/// What was done, how it is told, and whether the operator has to do something about it.
struct Row(Brought, &'static str, Option<&'static str>);

static TABLE: &[Row] = &[
    Row(Brought::KeyInvalidated, "API keys are invalidated", None),
    Row(Brought::TokenDeleted, "service account tokens are not restored", None),
    Row(Brought::UserDeleted, "users are not restored", None),
    Row(Brought::RoleDeleted, "roles are not restored", None),
    Row(Brought::MappingDeleted, "role mappings are not restored", None),
    Row(Brought::UserDisabled, "users are disabled", None),
    Row(
        Brought::UserPerhapsDisabled,
        "users are disabled as they may have been",
        Some("user may have been disabled, and is: enable it if it was not"),
    ),
    Row(
        Brought::PasswordEnded,
        "passwords do not work",
        Some("password was changed, and neither the old nor the new one works: set one"),
    ),
    Row(
        Brought::RolesTaken,
        "users have no roles",
        Some("user was changed, and has no roles: put its roles"),
    ),
    Row(Brought::RoleChanged, "changed roles are not restored", Some("role was changed: put it")),
    Row(
        Brought::MappingChanged,
        "changed role mappings are disabled",
        Some("role mapping was changed, and is disabled: put it"),
    ),
    Row(
        Brought::KeyChanged,
        "changed API keys have no privileges",
        Some("API key was changed, and has no privileges: update it"),
    ),
    Row(
        Brought::Unreadable,
        "documents cannot be read and are not restored",
        Some("was changed, but cannot be read, so it is not restored"),
    ),
];

/// How much of what was done, and to whom where that matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines of the logs that tell of a change after the backup, or perhaps after it.
    pub changes: u64,
    done: Vec<(Brought, String)>,
}

impl Tally {
    pub(super) fn add(&mut self, brought: Brought, label: String) {
        self.done.push((brought, label));
    }

    /// How often it was done.
    pub fn count(&self, brought: Brought) -> usize {
        self.done.iter().filter(|(it, _)| *it == brought).count()
    }

    /// What was done and how often, a line each.
    pub fn summary(&self) -> Vec<String> {
        let counted = TABLE.iter().map(|Row(brought, text, _)| (self.count(*brought), text));
        counted.filter(|(count, _)| *count > 0).map(|(count, text)| format!("{count} {text}")).collect()
    }

    /// What the operator has to look at: whom, and why.
    pub fn to_look_at(&self) -> Vec<(&str, &'static str)> {
        let mut rows = Vec::new();
        for Row(brought, _, advice) in TABLE {
            let Some(advice) = advice else { continue };
            let these = self.done.iter().filter(|(it, _)| it == brought);
            rows.extend(these.map(|(_, label)| (label.as_str(), *advice)));
        }
        rows
    }
}
