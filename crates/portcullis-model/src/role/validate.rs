//! What a well-formed descriptor may still have wrong: names that mean nothing, and a few limits.

use super::restriction::unknown_workflow;
use super::{RoleDescriptor, reserved};
use crate::credential::{NATIVE_NAME_MAX, validate_role_name};
use crate::privilege::application::{Wildcards, validate_application_name, validate_privilege_or_action};
use crate::privilege::cluster::ClusterPrivilege;
use crate::privilege::index::IndexPrivilege;

/// Longest description of a role, in characters.
pub const DESCRIPTION_MAX: usize = 1000;

/// Checks the name under which somebody wants to store a role: the rule for names, and that it is not taken.
#[must_use]
pub fn validate_reserved_name(name: &str) -> Vec<String> {
    let mut messages: Vec<String> = validate_role_name(name, NATIVE_NAME_MAX).err().into_iter().collect();
    if reserved::is_reserved(name) {
        messages.push(format!("Role [{name}] is reserved and may not be used."));
    }
    messages
}

/// Most items told of one descriptor. One alone may be two kilobytes long, since it lists all privileges.
pub const MAX_MESSAGES: usize = 100;

impl RoleDescriptor {
    /// What is wrong with what the descriptor says, as items for a numbered list: each stands in it once, and there
    /// are at most [`MAX_MESSAGES`]. The descriptor's own name is not looked at: that of an API key's is free.
    #[must_use]
    pub fn validate(&self) -> Vec<String> {
        let mut messages = Vec::new();
        for message in self.privilege_messages().chain(self.other_messages()) {
            if !messages.contains(&message) {
                messages.push(message);
            }
            if messages.len() == MAX_MESSAGES {
                break;
            }
        }
        messages
    }

    /// What is wrong with the privileges, computed one after the other.
    fn privilege_messages(&self) -> impl Iterator<Item = String> {
        let cluster = self.cluster.iter().filter_map(|name| ClusterPrivilege::resolve(name).err());
        let remote = self.remote_indices.iter().map(|group| (&group.indices, group.clusters.as_slice()));
        let groups = self.indices.iter().map(|group| (group, [].as_slice())).chain(remote);
        let indices = groups.flat_map(|(group, clusters)| {
            let unknown = group.privileges.iter().filter_map(|name| IndexPrivilege::resolve(name).err());
            unknown.chain(empty_alias(clusters, "remote index cluster alias cannot be an empty string"))
        });
        let remote_cluster = self.remote_cluster.iter().filter_map(|group| {
            empty_alias(&group.clusters, "remote cluster alias cannot be an empty string")
        });
        let applications = self.applications.iter().flat_map(|entry| {
            let application = validate_application_name(&entry.application, Wildcards::Allowed).err();
            let privileges =
                entry.privileges.iter().filter_map(|name| validate_privilege_or_action(name).err());
            application.into_iter().chain(privileges)
        });
        cluster.chain(indices).chain(remote_cluster).chain(applications)
    }

    fn other_messages(&self) -> impl Iterator<Item = String> {
        let metadata = self.metadata.keys().any(|key| key.starts_with('_'));
        let metadata = metadata.then(|| "role descriptor metadata keys may not start with [_]".to_owned());
        let workflows = self.restriction.iter().flat_map(|restriction| &restriction.workflows);
        let description =
            self.description.as_ref().is_some_and(|text| text.chars().count() > DESCRIPTION_MAX);
        let description =
            description.then(|| format!("Role description must be less than {DESCRIPTION_MAX} characters."));
        metadata.into_iter().chain(workflows.filter_map(|name| unknown_workflow(name))).chain(description)
    }
}

fn empty_alias(clusters: &[String], message: &str) -> Option<String> {
    clusters.iter().any(String::is_empty).then(|| message.to_owned())
}
