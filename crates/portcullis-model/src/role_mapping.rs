//! Role mappings: rules over what a realm says of a user, and the roles of those whom they match.
//!
//! Never in here: where mappings are kept, which realms use them, and what a role allows.

mod error;
mod field;
pub mod file;
mod mustache;
mod parse;
mod render;
mod rule;
mod subject;
mod template;

#[cfg(test)]
mod tests;

pub use error::MappingError;
pub use mustache::{MAX_RENDERED_BYTES, MAX_SECTION_NESTING, MAX_TEMPLATE_STEPS, MAX_VARIABLE_BYTES};
pub use parse::{MAX_ROLES, MAX_TEMPLATES, READ_ONLY_SUFFIX};
pub use rule::{MAX_RULE_NESTING, MAX_RULE_NODES};
pub use subject::{MappingSubject, PreparedSubject};
pub use template::MAX_TEMPLATE_BYTES;

use rule::Rule;
use serde_json::{Map, Value};
use template::RoleTemplate;

/// One role mapping, under its name.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleMapping {
    name: String,
    enabled: bool,
    grant: Grant,
    rules: Rule,
    metadata: Map<String, Value>,
}

/// What a mapping gives to those whom its rules match.
#[derive(Debug, Clone, PartialEq)]
enum Grant {
    /// These roles. They need not exist.
    Roles(Vec<String>),
    /// The roles whose names these templates render.
    Templates(Vec<RoleTemplate>),
}

/// What a mapping came to for one user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MappedRoles {
    /// Names of roles, each once.
    pub roles: Vec<String>,
    /// What was wrong with templates, for the log. Such a template gives no role; the others stand.
    pub problems: Vec<String>,
}

impl MappedRoles {
    /// Adds roles that are not there yet, as far as there is room.
    fn add(&mut self, roles: Vec<String>) {
        for role in roles {
            if self.roles.contains(&role) {
                continue;
            }
            if self.roles.len() == MAX_ROLES {
                self.problems.push(format!("more than [{MAX_ROLES}] roles; the rest is left out"));
                return;
            }
            self.roles.push(role);
        }
    }
}

impl RoleMapping {
    /// The mapping's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it maps anybody.
    #[must_use]
    pub fn enabled(&self) -> bool {
        self.enabled
    }

    /// Free; keys that begin with `_` belong to the service.
    #[must_use]
    pub fn metadata(&self) -> &Map<String, Value> {
        &self.metadata
    }

    /// The roles that the mapping gives to `subject`: none if it is disabled or its rules do not match.
    #[must_use]
    pub fn roles_for(&self, subject: &PreparedSubject<'_>) -> MappedRoles {
        let mut mapped = MappedRoles::default();
        if !self.enabled || !self.rules.matches(subject) {
            return mapped;
        }
        match &self.grant {
            Grant::Roles(roles) => mapped.add(roles.clone()),
            Grant::Templates(templates) => {
                for template in templates {
                    match template.roles_for(subject) {
                        Ok(roles) => mapped.add(roles),
                        Err(problem) => mapped.problems.push(problem),
                    }
                }
            }
        }
        mapped
    }
}
