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

impl RoleDescriptor {
    /// Everything that is wrong with what the descriptor says, as items for a numbered list. Its own name is not
    /// looked at: that of an API key's descriptor is free. Each message stands in the list once.
    #[must_use]
    pub fn validate(&self) -> Vec<String> {
        let mut messages = Vec::new();
        messages.extend(self.cluster.iter().filter_map(|name| ClusterPrivilege::resolve(name).err()));
        for group in &self.indices {
            messages.extend(group.privileges.iter().filter_map(|name| IndexPrivilege::resolve(name).err()));
        }
        for group in &self.remote_indices {
            messages.extend(
                group.indices.privileges.iter().filter_map(|name| IndexPrivilege::resolve(name).err()),
            );
            if group.clusters.iter().any(String::is_empty) {
                messages.push("remote index cluster alias cannot be an empty string".to_owned());
            }
        }
        for group in &self.remote_cluster {
            if group.clusters.iter().any(String::is_empty) {
                messages.push("remote cluster alias cannot be an empty string".to_owned());
            }
        }
        for entry in &self.applications {
            messages.extend(validate_application_name(&entry.application, Wildcards::Allowed).err());
            messages
                .extend(entry.privileges.iter().filter_map(|name| validate_privilege_or_action(name).err()));
        }
        if self.metadata.keys().any(|key| key.starts_with('_')) {
            messages.push("role descriptor metadata keys may not start with [_]".to_owned());
        }
        if let Some(restriction) = &self.restriction {
            messages.extend(restriction.workflows.iter().filter_map(|name| unknown_workflow(name)));
        }
        if self.description.as_ref().is_some_and(|text| text.chars().count() > DESCRIPTION_MAX) {
            messages.push(format!("Role description must be less than {DESCRIPTION_MAX} characters."));
        }
        let mut once = Vec::with_capacity(messages.len());
        for message in messages {
            if !once.contains(&message) {
                once.push(message);
            }
        }
        once
    }
}
