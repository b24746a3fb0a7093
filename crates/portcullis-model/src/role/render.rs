//! Writing a role descriptor, for the API and for the store.

use super::{GlobalPrivileges, IndicesPrivileges, RoleDescriptor};
use serde_json::{Map, Value, json};

/// For whom a descriptor is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rendering {
    /// For the API: with `transient_metadata`, which says that the role is in force.
    Api,
    /// For the store: with `"type": "role"`.
    Stored,
}

impl RoleDescriptor {
    /// The descriptor as JSON, without its name. Fields that are always there come first; the rest only when set.
    #[must_use]
    pub fn to_json(&self, rendering: Rendering) -> Value {
        let mut json = Map::new();
        let mut put = |field: &str, value: Value| {
            json.insert(field.to_owned(), value);
        };
        put("cluster", json!(self.cluster));
        if let Some(global) = &self.global {
            put("global", self::global(global));
        }
        put("indices", self.indices.iter().map(|group| Value::Object(indices(group))).collect());
        put("applications", self.applications());
        put("run_as", json!(self.run_as));
        put("metadata", Value::Object(self.metadata.clone()));
        match rendering {
            Rendering::Api => put("transient_metadata", json!({"enabled": true})),
            Rendering::Stored => put("type", json!("role")),
        }
        if !self.remote_indices.is_empty() {
            put("remote_indices", self.remote_indices());
        }
        if !self.remote_cluster.is_empty() {
            put("remote_cluster", self.remote_cluster());
        }
        if let Some(restriction) = &self.restriction {
            put("restriction", json!({"workflows": restriction.workflows}));
        }
        if let Some(description) = &self.description {
            put("description", json!(description));
        }
        Value::Object(json)
    }

    fn applications(&self) -> Value {
        let each = self.applications.iter().map(|entry| {
            json!({
                "application": entry.application,
                "privileges": entry.privileges,
                "resources": entry.resources,
            })
        });
        each.collect()
    }

    fn remote_indices(&self) -> Value {
        let each = self.remote_indices.iter().map(|group| {
            let mut json = indices(&group.indices);
            json.insert("clusters".to_owned(), json!(group.clusters));
            Value::Object(json)
        });
        each.collect()
    }

    fn remote_cluster(&self) -> Value {
        let each = self
            .remote_cluster
            .iter()
            .map(|group| json!({"privileges": group.privileges, "clusters": group.clusters}));
        each.collect()
    }
}

fn indices(group: &IndicesPrivileges) -> Map<String, Value> {
    let mut json = Map::new();
    json.insert("names".to_owned(), json!(group.names));
    json.insert("privileges".to_owned(), json!(group.privileges));
    if let Some(security) = &group.field_security {
        let mut fields = Map::new();
        fields.insert(
            "grant".to_owned(),
            security.grant.as_ref().map_or_else(|| json!(["*"]), |list| json!(list)),
        );
        if let Some(except) = &security.except {
            fields.insert("except".to_owned(), json!(except));
        }
        json.insert("field_security".to_owned(), Value::Object(fields));
    }
    if let Some(query) = &group.query {
        json.insert("query".to_owned(), json!(query));
    }
    json.insert("allow_restricted_indices".to_owned(), json!(group.allow_restricted_indices));
    json
}

fn global(global: &GlobalPrivileges) -> Value {
    let mut json = Map::new();
    if let Some(applications) = &global.manage_applications {
        json.insert("application".to_owned(), json!({"manage": {"applications": applications}}));
    }
    if let Some(applications) = &global.write_profile_applications {
        json.insert("profile".to_owned(), json!({"write": {"applications": applications}}));
    }
    if let Some(groups) = &global.manage_roles {
        let groups: Vec<Value> = groups
            .iter()
            .map(|group| json!({"names": group.names, "privileges": group.privileges}))
            .collect();
        json.insert("role".to_owned(), json!({"manage": {"indices": groups}}));
    }
    Value::Object(json)
}
