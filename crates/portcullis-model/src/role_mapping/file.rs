//! The content of `role_mapping.yml`: which distinguished names have which role. The YAML is read elsewhere.

use super::subject::PreparedSubject;
use crate::dn::DistinguishedName;
use crate::role::json::token;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Most distinguished names in the file.
pub const MAX_FILE_ENTRIES: usize = 100_000;

/// What the file says, by distinguished name: of a user, or of a group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MappingFile {
    roles: HashMap<DistinguishedName, Vec<String>>,
}

impl MappingFile {
    /// Reads `{role: [dn, …]}`. What cannot be read is told in `problems` and skipped.
    ///
    /// # Errors
    /// A sentence, if nothing of it can be used.
    pub fn parse(content: &Value, problems: &mut Vec<String>) -> Result<Self, String> {
        let roles = match content {
            Value::Null => return Ok(Self::default()),
            Value::Object(roles) => roles,
            other => return Err(format!("expected a map from role to names but found [{}]", token(other))),
        };
        let mut file = Self::default();
        let mut count = 0;
        for (role, names) in roles {
            let names = match names {
                Value::Array(names) => names.as_slice(),
                single => std::slice::from_ref(single),
            };
            count += names.len();
            if count > MAX_FILE_ENTRIES {
                return Err(format!("more than [{MAX_FILE_ENTRIES}] distinguished names"));
            }
            for name in names {
                if let Err(problem) = file.add(role, name) {
                    problems.push(format!("invalid entry of role [{role}]: {problem}. skipping it..."));
                }
            }
        }
        Ok(file)
    }

    fn add(&mut self, role: &str, name: &Value) -> Result<(), String> {
        let Value::String(name) = name else {
            return Err(format!("expected a distinguished name but found [{}]", token(name)));
        };
        let dn = DistinguishedName::parse(name).map_err(|error| format!("[{name}] is {error}"))?;
        let roles = self.roles.entry(dn).or_default();
        if !roles.iter().any(|known| known == role) {
            roles.push(role.to_owned());
        }
        Ok(())
    }

    /// The roles of the user's own name and of its groups' names, each once.
    #[must_use]
    pub fn roles_for(&self, subject: &PreparedSubject<'_>) -> Vec<String> {
        let mut known = HashSet::new();
        let roles = subject.distinguished_names().filter_map(|dn| self.roles.get(dn)).flatten();
        roles.filter(|role| known.insert(role.as_str())).cloned().collect()
    }

    /// The relative names of the user's groups that no role is mapped to: what `unmapped_groups_as_roles` makes roles of.
    #[must_use]
    pub fn unmapped_groups(&self, subject: &PreparedSubject<'_>) -> Vec<String> {
        let groups = subject.groups().iter().filter_map(|group| group.dn.as_ref());
        let unmapped = groups.filter(|dn| !self.maps_group(dn));
        unmapped.filter_map(|dn| dn.first_value().map(str::to_owned)).collect()
    }

    /// Whether a role is mapped to this name.
    #[must_use]
    pub fn maps_group(&self, dn: &DistinguishedName) -> bool {
        self.roles.contains_key(dn)
    }
}
