//! A caller: somebody authenticated who may do one action. Only authorization makes one, so whoever takes a
//! `&Caller` has been checked.

use std::sync::Arc;

use portcullis_model::authentication::Authentication;
use portcullis_model::decision::{Authority, RequestFacts};
use portcullis_model::role::RoleDescriptor;
use portcullis_store::Condition;

use crate::error::Failure;
use crate::files::Seen;

/// Somebody who may do [`Caller::action`].
pub struct Caller {
    pub(crate) authentication: Arc<Authentication>,
    pub(crate) action: &'static str,
    /// Documents of the credentials and of the roles that grant the action, as they were read.
    pub(crate) rests_on: Vec<Condition>,
    /// What of the files its right rests on.
    pub(crate) files: Seen,
    pub(crate) descriptors: Vec<Arc<RoleDescriptor>>,
    pub(crate) authority: Authority,
    pub(crate) origin: String,
    pub(crate) request_id: String,
}

impl Caller {
    /// Who it is.
    pub fn authentication(&self) -> &Authentication {
        &self.authentication
    }

    /// What it may do.
    pub fn action(&self) -> &'static str {
        self.action
    }

    /// What must still hold when it writes: a caller revoked before its own write commits cannot make that write.
    pub(crate) fn conditions(&self) -> &[Condition] {
        &self.rests_on
    }

    /// The descriptors of the effective roles, as an API key that it creates is limited by them. For an API key: its
    /// own; for a service account: the account's.
    pub(crate) fn role_descriptors(&self) -> &[Arc<RoleDescriptor>] {
        &self.descriptors
    }

    /// Whether it may do everything that `manage_security` grants: some keys need that, whatever the request needs.
    pub(crate) fn may_manage_security(&self) -> bool {
        const ACTION: &str = "cluster:admin/xpack/security/cross_cluster/api_key/create";
        self.authority.allows_cluster(ACTION, &RequestFacts::None, &self.authentication)
    }

    /// The failure of a write whose caller was changed or revoked meanwhile. Which of the two it was, the next request
    /// will tell: this one is undecided.
    #[track_caller]
    pub(crate) fn gone(&self) -> Failure {
        let name = &self.authentication.effective.username;
        Failure::unavailable(format!(
            "the credentials or roles of [{name}] changed while the request was carried out; nothing was written; try again"
        ))
    }
}
