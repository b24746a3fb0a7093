//! Roles: what a role descriptor says, and the tables of roles that exist from the start.
//!
//! Never in here: what a privilege name means (see [`crate::privilege`]) and what a role allows (see
//! [`crate::decision`]).

mod error;
mod field_security;
mod global;
mod indices;
pub(crate) mod json;
mod parse;
mod query;
mod remote;
mod render;
pub mod reserved;
mod restriction;
mod validate;

#[cfg(test)]
mod tests;

pub use error::{DescriptorError, ErrorKind};
pub use parse::{MAX_DESCRIPTOR_ENTRIES, Restriction};
pub use render::Rendering;
pub use restriction::{WORKFLOWS, check_restrictions};
pub use validate::{DESCRIPTION_MAX, MAX_MESSAGES, validate_reserved_name};

use serde_json::{Map, Value};

/// Everything that a role grants, under the role's name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoleDescriptor {
    /// The role's name.
    pub name: String,
    /// Names of cluster privileges, or actions; as sent, neither sorted nor lower-cased.
    pub cluster: Vec<String>,
    /// Privileges over indices.
    pub indices: Vec<IndicesPrivileges>,
    /// Privileges over other applications' resources.
    pub applications: Vec<ApplicationPrivileges>,
    /// Cluster privileges that depend on what the request is about.
    pub global: Option<GlobalPrivileges>,
    /// Patterns of names of users in whose name one may act.
    pub run_as: Vec<String>,
    /// Free; keys that begin with `_` belong to the service.
    pub metadata: Map<String, Value>,
    /// Privileges over indices of other clusters.
    pub remote_indices: Vec<RemoteIndicesPrivileges>,
    /// Cluster privileges in other clusters.
    pub remote_cluster: Vec<RemoteClusterPrivileges>,
    /// Only with API keys: what the key may be used for.
    pub restriction: Option<WorkflowRestriction>,
    /// For people to read; at most [`DESCRIPTION_MAX`] characters.
    pub description: Option<String>,
}

impl RoleDescriptor {
    /// A role that grants nothing.
    #[must_use]
    pub fn empty(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Whether the descriptor grants nothing at all. Metadata and description do not count.
    #[must_use]
    pub fn grants_nothing(&self) -> bool {
        self.cluster.is_empty()
            && self.indices.is_empty()
            && self.applications.is_empty()
            && self.global.as_ref().is_none_or(|global| *global == GlobalPrivileges::default())
            && self.run_as.is_empty()
            && self.remote_indices.is_empty()
            && self.remote_cluster.is_empty()
    }

    /// The descriptor as an API key's `limited_by` keeps it: without what is only for people to read.
    #[must_use]
    pub fn into_snapshot(self) -> Self {
        Self { description: None, ..self }
    }
}

/// Privileges over the indices whose names match.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IndicesPrivileges {
    /// Patterns of index names.
    pub names: Vec<String>,
    /// Names of index privileges, or actions.
    pub privileges: Vec<String>,
    /// Which fields; all if absent.
    pub field_security: Option<FieldSecurity>,
    /// Which documents, as the compact JSON of a query; all if absent.
    pub query: Option<String>,
    /// Whether the names may match indices that belong to the service.
    pub allow_restricted_indices: bool,
}

/// Which fields of a document may be seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldSecurity {
    /// Patterns of field names; all if absent.
    pub grant: Option<Vec<String>>,
    /// Patterns of fields that are left out of what `grant` matches.
    pub except: Option<Vec<String>>,
}

/// Privileges over an application's resources.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApplicationPrivileges {
    /// The application, or a pattern with `*` at its end.
    pub application: String,
    /// Names of privileges of the application, or actions.
    pub privileges: Vec<String>,
    /// Patterns of resources.
    pub resources: Vec<String>,
}

/// Privileges over indices of the clusters whose alias matches.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RemoteIndicesPrivileges {
    /// The privileges there.
    pub indices: IndicesPrivileges,
    /// Patterns of cluster aliases.
    pub clusters: Vec<String>,
}

/// Cluster privileges in the clusters whose alias matches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemoteClusterPrivileges {
    /// `monitor_enrich`, `monitor_stats`.
    pub privileges: Vec<String>,
    /// Patterns of cluster aliases.
    pub clusters: Vec<String>,
}

/// Cluster privileges that depend on what the request is about. An absent category grants nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GlobalPrivileges {
    /// `application.manage.applications`: whose privileges may be managed.
    pub manage_applications: Option<Vec<String>>,
    /// `profile.write.applications`: under which top-level keys a profile's data may be written.
    pub write_profile_applications: Option<Vec<String>>,
    /// `role.manage.indices`: roles that grant no more than this may be managed.
    pub manage_roles: Option<Vec<ManagedIndices>>,
}

/// One entry of `global.role.manage.indices`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ManagedIndices {
    /// Patterns of index names.
    pub names: Vec<String>,
    /// Names of index privileges.
    pub privileges: Vec<String>,
}

/// What an API key may be used for. Without workflows: for everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkflowRestriction {
    /// Names of workflows, see [`WORKFLOWS`].
    pub workflows: Vec<String>,
}
