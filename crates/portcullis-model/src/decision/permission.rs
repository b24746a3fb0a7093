//! What a set of roles grants, compiled so that it can be asked often.

use super::RequestFacts;
use crate::authentication::Authentication;
use crate::credential::FILE_NAME_MAX;
use crate::pattern::{Effort, Pattern};
use crate::privilege::cluster::ClusterPrivilege;
use crate::role::RoleDescriptor;
use std::collections::BTreeSet;

/// What some roles grant together.
///
/// A stored role may name a privilege that this version does not know, or have a pattern that it cannot read. Such an
/// entry grants nothing; the others stand.
#[derive(Debug, Clone, Default)]
pub struct Permission {
    cluster: Vec<ClusterPrivilege>,
    run_as: Vec<Pattern>,
}

impl Permission {
    /// Compiles what the descriptors grant together.
    #[must_use]
    pub fn compile<'a>(descriptors: impl IntoIterator<Item = &'a RoleDescriptor>) -> Self {
        let (mut cluster, mut run_as) = (BTreeSet::new(), BTreeSet::new());
        for descriptor in descriptors {
            cluster.extend(descriptor.cluster.iter().map(String::as_str));
            run_as.extend(descriptor.run_as.iter().map(String::as_str));
        }
        // One effort for all: whoever makes an API key writes these, and other people's requests wait meanwhile.
        let effort = Effort::default();
        Self {
            cluster: cluster.into_iter().filter_map(|name| ClusterPrivilege::resolve(name).ok()).collect(),
            run_as: run_as.into_iter().filter_map(|text| Pattern::parse_within(text, &effort).ok()).collect(),
        }
    }

    /// Whether the cluster privileges grant the action on what the request is about.
    #[must_use]
    pub fn allows_cluster(
        &self,
        action: &str,
        facts: &RequestFacts,
        authentication: &Authentication,
    ) -> bool {
        self.cluster.iter().any(|privilege| privilege.grants(action, facts, authentication))
    }

    /// Whether one may act in the name of the user `username`. Nobody has a name longer than any realm takes.
    #[must_use]
    pub fn allows_run_as(&self, username: &str) -> bool {
        username.len() <= FILE_NAME_MAX && self.run_as.iter().any(|pattern| pattern.matches(username))
    }
}
