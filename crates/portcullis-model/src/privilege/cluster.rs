//! Cluster privileges: looking a name up, what it grants, and in which order those that would have granted something
//! are told.
//!
//! The table itself is in `table.rs`.

mod order;
mod own_api_key;
mod table;

#[cfg(test)]
mod tests;

pub use table::{CLUSTER_PRIVILEGES, Condition, NamedClusterPrivilege};

use crate::authentication::Authentication;
use crate::decision::RequestFacts;
use crate::pattern::{Effort, Language, PatternSet};
use order::IN_ACCESS_ORDER;
use std::sync::LazyLock;

/// What stands at the beginning of every action over the cluster; the templates' actions are over the cluster too.
const CLUSTER_ACTIONS: [&str; 3] = ["cluster:", "indices:admin/template/", "indices:admin/index_template/"];

/// Whether an action is one over the cluster, as opposed to one over indices.
#[must_use]
pub fn is_cluster_action(action: &str) -> bool {
    CLUSTER_ACTIONS.iter().any(|start| action.starts_with(start))
}

/// A cluster privilege, ready to be asked.
#[derive(Debug, Clone)]
pub struct ClusterPrivilege {
    allowed: PatternSet,
    denied: PatternSet,
    condition: Condition,
}

/// The table, compiled. In the table's order.
static COMPILED: LazyLock<Vec<(&'static str, ClusterPrivilege)>> = LazyLock::new(|| {
    CLUSTER_PRIVILEGES.iter().map(|row| (row.name, ClusterPrivilege::compile(row))).collect()
});

impl ClusterPrivilege {
    /// The privilege of that name, or the privilege to do the actions that begin with it. Case does not matter.
    ///
    /// # Errors
    /// A sentence for the user, with all the names that there are.
    pub fn resolve(name: &str) -> Result<Self, String> {
        let lower = name.to_lowercase();
        if let Some((_, privilege)) = COMPILED.iter().find(|(known, _)| *known == lower) {
            return Ok(privilege.clone());
        }
        let action = is_cluster_action(&lower)
            .then(|| PatternSet::parse([format!("{lower}*").as_str()]).ok())
            .flatten();
        match action {
            Some(allowed) => {
                Ok(Self { allowed, denied: PatternSet::default(), condition: Condition::Unconditional })
            }
            None => Err(format!(
                "unknown cluster privilege [{name}]. a privilege must be either one of the predefined cluster privilege \
                 names [{}] or a pattern over one of the available cluster actions",
                names_in_access_order().join(",")
            )),
        }
    }

    fn compile(row: &NamedClusterPrivilege) -> Self {
        // The table is ours and a test walks it: every pattern in it is one.
        let set = |patterns: &[&str]| PatternSet::parse(patterns.iter().copied()).unwrap_or_default();
        Self { allowed: set(row.allowed), denied: set(row.denied), condition: row.condition }
    }

    /// Whether somebody who has this privilege may do this.
    #[must_use]
    pub fn grants(&self, action: &str, facts: &RequestFacts, authentication: &Authentication) -> bool {
        self.covers(action)
            && match self.condition {
                Condition::Unconditional => true,
                Condition::OwnApiKey => own_api_key::is_own(facts, authentication),
            }
    }

    /// Whether the action is among those of the privilege, whatever else it depends on.
    fn covers(&self, action: &str) -> bool {
        self.allowed.matches(action) && !self.denied.matches(action)
    }

    /// Whether the privilege depends on what the request is about.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.condition
    }

    /// The actions that it grants, for comparing.
    fn language(&self) -> Language {
        Language::new(&self.allowed, &self.denied, &Effort::default())
    }
}

/// The names of all cluster privileges, from those that grant least to those that grant most: by how many others each
/// one implies, then by name.
#[must_use]
pub fn names_in_access_order() -> &'static [&'static str] {
    &IN_ACCESS_ORDER
}

/// The named privileges each of which would have granted this request, in access order.
#[must_use]
pub fn granted_by(action: &str, facts: &RequestFacts, authentication: &Authentication) -> Vec<&'static str> {
    let grants = |name: &&'static str| {
        let privilege = COMPILED.iter().find(|(known, _)| known == name);
        privilege.is_some_and(|(_, privilege)| privilege.grants(action, facts, authentication))
    };
    IN_ACCESS_ORDER.iter().copied().filter(grants).collect()
}
