//! The file `roles.yml`: a YAML map from role name to descriptor, Elasticsearch's format.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use portcullis_model::credential::{self, FILE_NAME_MAX};
use portcullis_model::role::{self, Restriction, RoleDescriptor};
use serde_json::Value;

use super::watched::{FileContent, Problem, differing};
use super::yaml;

/// The roles of the file.
#[derive(Default)]
pub struct RolesFile {
    roles: BTreeMap<String, Arc<RoleDescriptor>>,
}

impl RolesFile {
    /// The role of this name.
    pub fn role(&self, name: &str) -> Option<Arc<RoleDescriptor>> {
        self.roles.get(name).cloned()
    }
}

impl FileContent for RolesFile {
    fn parse(text: &str, problems: &mut Vec<Problem>) -> Result<Self, String> {
        let Some(map) = yaml::map(text, "role name to role")? else { return Ok(Self::default()) };
        let mut roles = BTreeMap::new();
        for (name, value) in map {
            match entry(&name, &value) {
                Ok(descriptor) => {
                    roles.insert(name, Arc::new(descriptor));
                }
                Err(reason) => problems.push(Problem { line: None, reason }),
            }
        }
        Ok(Self { roles })
    }

    fn differences(old: &Self, new: &Self) -> BTreeSet<String> {
        let names = old.roles.keys().chain(new.roles.keys());
        differing(names, |name| old.roles.get(name), |name| new.roles.get(name))
    }
}

fn entry(name: &str, value: &Value) -> Result<RoleDescriptor, String> {
    credential::validate_role_name(name, FILE_NAME_MAX).map_err(|it| {
        format!("invalid role definition [{name}]: invalid role name - {it}. skipping role...")
    })?;
    if role::reserved::find(name).is_some() {
        return Err(format!("role [{name}] is reserved. its definition in the file is ignored"));
    }
    let descriptor = RoleDescriptor::parse(name, value, Restriction::Refused)
        .map_err(|error| format!("invalid role definition [{name}]: {error}. skipping role..."))?;
    let problems = descriptor.validate();
    if problems.is_empty() {
        return Ok(descriptor);
    }
    Err(format!("invalid role definition [{name}]: {}. skipping role...", problems.join("; ")))
}
