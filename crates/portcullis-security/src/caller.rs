//! A caller: somebody authenticated who may do one action. Only authorization makes one, so whoever takes a
//! `&Caller` has been checked.

use std::sync::Arc;

use portcullis_model::authentication::Authentication;
use portcullis_model::decision::RequestFacts;
use portcullis_model::role::RoleDescriptor;
use portcullis_store::Condition;

use crate::authn::AuthenticationRequest;
use crate::authn::proven::{Proven, Rendering};
use crate::authz::granted::Granted;
use crate::error::Failure;
use crate::files::Seen;

/// Somebody who may do [`Caller::action`].
pub struct Caller {
    pub(crate) proven: Arc<Proven>,
    pub(crate) action: &'static str,
    /// What of the files its right rests on.
    pub(crate) files: Seen,
    /// What the one in whose name the request runs may do.
    pub(crate) granted: Granted,
    /// Under run-as, what the one who authenticated may do.
    pub(crate) by: Option<Granted>,
    pub(crate) request: Arc<AuthenticationRequest>,
}

impl Caller {
    /// Who it is.
    pub fn authentication(&self) -> &Authentication {
        &self.proven.authentication
    }

    /// Where an answer is kept that tells who it is: with the credential, as long as that is.
    pub fn rendering(&self) -> &Rendering {
        self.proven.rendering()
    }

    /// What it may do.
    pub fn action(&self) -> &'static str {
        self.action
    }

    /// What must still hold when it writes, documents of its credentials and of the roles that grant the action: a caller
    /// revoked before its own write commits cannot make that write.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let by = self.by.iter().flat_map(Granted::proof);
        self.proven.proof.iter().chain(by).chain(self.granted.proof())
    }

    /// The descriptors of the effective roles, as an API key that it creates is limited by them. For an API key: its
    /// own; for a service account: the account's.
    pub(crate) fn role_descriptors(&self) -> &[Arc<RoleDescriptor>] {
        self.granted.descriptors()
    }

    /// Whether it may do everything that `manage_security` grants: some keys need that, whatever the request needs.
    pub(crate) fn may_manage_security(&self) -> bool {
        const ACTION: &str = "cluster:admin/xpack/security/cross_cluster/api_key/create";
        self.granted.authority().allows_cluster(ACTION, &RequestFacts::None, self.authentication())
    }

    /// The failure of a write whose caller was changed or revoked meanwhile. Which of the two it was, the next request
    /// will tell: this one is undecided.
    #[track_caller]
    pub(crate) fn gone(&self) -> Failure {
        let name = &self.authentication().effective.username;
        Failure::unavailable(format!(
            "the credentials or roles of [{name}] changed while the request was carried out; nothing was written; try again"
        ))
    }
}
