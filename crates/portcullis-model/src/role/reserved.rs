//! The roles that exist from the start, which nobody can change: looking one up.
//!
//! The roles themselves are data, in `table.rs` and `kibana.rs`.

mod kibana;
mod table;

#[cfg(test)]
mod tests;

pub(crate) use kibana::KIBANA_SYSTEM;

use super::{
    ApplicationPrivileges, GlobalPrivileges, IndicesPrivileges, RemoteClusterPrivileges,
    RemoteIndicesPrivileges, RoleDescriptor,
};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// The role that may do everything, except change what belongs to the service itself.
pub const SUPERUSER: &str = "superuser";

type Texts = &'static [&'static str];

/// A role as a row of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) cluster: Texts,
    pub(crate) indices: &'static [Group],
    /// Application, privileges, resources.
    pub(crate) applications: &'static [(&'static str, Texts, Texts)],
    pub(crate) run_as: Texts,
    /// In clusters of every name.
    pub(crate) remote_indices: &'static [Group],
    /// In clusters of every name.
    pub(crate) remote_cluster: Texts,
    /// `global`: applications that may be managed, and those whose part of profiles may be written.
    pub(crate) global: Option<(Texts, Texts)>,
    /// What to use in its place, if it is on its way out.
    pub(crate) deprecated: Option<&'static str>,
}

/// Names of indices and the privileges over them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    names: Texts,
    privileges: Texts,
    restricted: bool,
}

/// Over indices that do not belong to the service.
pub(crate) const fn ordinary(names: Texts, privileges: Texts) -> Group {
    Group { names, privileges, restricted: false }
}

/// Also over indices that belong to the service.
pub(crate) const fn restricted(names: Texts, privileges: Texts) -> Group {
    Group { names, privileges, restricted: true }
}

impl Row {
    /// A role that grants nothing; rows are written as what they have beyond that.
    pub(crate) const fn named(name: &'static str) -> Self {
        Self {
            name,
            cluster: &[],
            indices: &[],
            applications: &[],
            run_as: &[],
            remote_indices: &[],
            remote_cluster: &[],
            global: None,
            deprecated: None,
        }
    }

    /// The row as a descriptor, without metadata.
    pub(crate) fn descriptor(&self) -> RoleDescriptor {
        let everywhere = || vec!["*".to_owned()];
        RoleDescriptor {
            name: self.name.to_owned(),
            cluster: owned(self.cluster),
            indices: self.indices.iter().map(Group::descriptor).collect(),
            applications: self
                .applications
                .iter()
                .map(|(application, privileges, resources)| ApplicationPrivileges {
                    application: (*application).to_owned(),
                    privileges: owned(privileges),
                    resources: owned(resources),
                })
                .collect(),
            global: self.global.map(|(manage, write)| GlobalPrivileges {
                manage_applications: Some(owned(manage)),
                write_profile_applications: Some(owned(write)),
                manage_roles: None,
            }),
            run_as: owned(self.run_as),
            remote_indices: self
                .remote_indices
                .iter()
                .map(|group| RemoteIndicesPrivileges { indices: group.descriptor(), clusters: everywhere() })
                .collect(),
            remote_cluster: (!self.remote_cluster.is_empty())
                .then(|| RemoteClusterPrivileges {
                    privileges: owned(self.remote_cluster),
                    clusters: everywhere(),
                })
                .into_iter()
                .collect(),
            ..RoleDescriptor::default()
        }
    }
}

impl Group {
    fn descriptor(&self) -> IndicesPrivileges {
        IndicesPrivileges {
            names: owned(self.names),
            privileges: owned(self.privileges),
            allow_restricted_indices: self.restricted,
            ..IndicesPrivileges::default()
        }
    }
}

fn owned(texts: Texts) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// All reserved roles, in the table's order, made at first use.
static ROLES: LazyLock<Vec<Arc<RoleDescriptor>>> = LazyLock::new(|| {
    let rows = table::RESERVED_ROLES.iter().chain([&KIBANA_SYSTEM]);
    rows.map(|row| Arc::new(RoleDescriptor { metadata: metadata(row), ..row.descriptor() })).collect()
});

static BY_NAME: LazyLock<HashMap<&'static str, &'static Arc<RoleDescriptor>>> =
    LazyLock::new(|| ROLES.iter().map(|role| (role.name.as_str(), role)).collect());

fn metadata(row: &Row) -> Map<String, Value> {
    let mut metadata = Map::from_iter([("_reserved".to_owned(), Value::Bool(true))]);
    if let Some(reason) = row.deprecated {
        metadata.insert("_deprecated".to_owned(), Value::Bool(true));
        metadata.insert("_deprecated_reason".to_owned(), Value::String(reason.to_owned()));
    }
    metadata
}

/// All reserved roles.
#[must_use]
pub fn all() -> &'static [Arc<RoleDescriptor>] {
    &ROLES
}

/// The reserved role of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Arc<RoleDescriptor>> {
    BY_NAME.get(name).copied()
}

/// Whether the name belongs to a reserved role.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    find(name).is_some()
}
