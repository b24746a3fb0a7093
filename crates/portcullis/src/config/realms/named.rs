//! Which realms the settings name, and the settings of one of them.
//!
//! Never here: which realms there can be, and what their settings mean.

use crate::config::error::{Origin, Problem};
use crate::config::settings::Settings;

/// What the names of a realm's settings begin with.
pub(super) const PREFIX: &str = "xpack.security.authc.realms.";

/// A realm that some setting names.
#[derive(Clone, Copy)]
pub(in crate::config) struct Named<'a> {
    pub(in crate::config) settings: &'a Settings,
    pub(in crate::config) kind: &'a str,
    pub(in crate::config) name: &'a str,
    /// The first place that names it.
    origin: Option<&'a Origin>,
}

impl<'a> Named<'a> {
    /// A realm that no setting names.
    pub(super) fn implicit(settings: &'a Settings, kind: &'a str, name: &'a str) -> Self {
        Self { settings, kind, name, origin: None }
    }

    /// Type and name, as messages have it.
    pub(in crate::config) fn id(&self) -> String {
        format!("{}.{}", self.kind, self.name)
    }

    /// The full name of the realm's setting `key`.
    pub(in crate::config) fn setting(&self, key: &str) -> String {
        format!("{PREFIX}{}.{}.{key}", self.kind, self.name)
    }

    /// Whether `key` is set; a default does not count.
    pub(in crate::config) fn has(&self, key: &str) -> bool {
        self.settings.get(&self.setting(key)).is_some()
    }

    /// A problem of the realm as a whole.
    pub(in crate::config) fn problem(&self, reason: String) -> Problem {
        match self.origin {
            Some(origin) => Problem::at(origin, reason),
            None => Problem::general(reason),
        }
    }

    /// A problem where `key` is set, or of the realm if it is not.
    pub(in crate::config) fn problem_at(&self, key: &str, reason: String) -> Problem {
        match self.settings.get(&self.setting(key)) {
            Some(setting) => Problem::at(&setting.origin, reason),
            None => self.problem(reason),
        }
    }
}

/// The realms that settings name.
pub(super) fn named(settings: &Settings) -> Vec<Named<'_>> {
    let mut found: Vec<Named<'_>> = Vec::new();
    for (full, setting) in settings.iter() {
        let Some((kind, name, _)) = parts(full) else { continue };
        match found.iter_mut().find(|realm| realm.kind == kind && realm.name == name) {
            Some(realm) => realm.origin = realm.origin.min(Some(&setting.origin)),
            None => found.push(Named { settings, kind, name, origin: Some(&setting.origin) }),
        }
    }
    found
}

/// Type and name of the realm that a setting is of, and its key there.
pub(super) fn parts(full: &str) -> Option<(&str, &str, &str)> {
    let (kind, rest) = full.strip_prefix(PREFIX)?.split_once('.')?;
    let (name, key) = rest.split_once('.')?;
    Some((kind, name, key))
}
