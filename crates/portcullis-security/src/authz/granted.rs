//! What somebody may do, wherever it comes from: the roles of a user, the descriptors of an API key, the fixed
//! rights of a service account.

use std::sync::Arc;

use portcullis_model::authentication::{Authentication, AuthenticationKind};
use portcullis_model::decision::{self, Authority, Permission, RequestFacts, RoleNames, Verdict};
use portcullis_model::role::{RoleDescriptor, reserved};
use portcullis_model::service_account;
use portcullis_model::subject::User;
use portcullis_store::Condition;

use super::resolve::{KeyPermissions, RoleSet, resolve};
use crate::authn::Authenticated;
use crate::core::Core;
use crate::error::Failure;
use crate::fence::Reading;

/// What somebody may do.
pub(super) struct Granted {
    authority: Authority,
    source: Source,
}

enum Source {
    Roles(Arc<RoleSet>),
    Key(Arc<KeyPermissions>),
    Account(Arc<RoleDescriptor>),
    Nothing,
}

impl Granted {
    /// Of the user whose rights the request has.
    pub(super) async fn of_effective(
        core: &Core,
        who: &Authenticated,
        reading: &mut Reading,
    ) -> Result<Self, Failure> {
        let authentication = &who.authentication;
        if authentication.is_run_as() {
            return Self::of_user(core, &authentication.effective, reading).await;
        }
        Self::of_credentials(core, who, reading).await
    }

    /// Of the one who authenticated.
    pub(super) async fn of_credentials(
        core: &Core,
        who: &Authenticated,
        reading: &mut Reading,
    ) -> Result<Self, Failure> {
        let user = who.authentication.authenticating_user();
        match &who.authentication.kind {
            AuthenticationKind::ApiKey { .. } => {
                Ok(who.key.as_ref().map_or_else(Self::nothing, Self::of_key))
            }
            AuthenticationKind::ServiceToken { .. } => Ok(Self::of_account(&user.username)),
            AuthenticationKind::Realm | AuthenticationKind::Anonymous => {
                Self::of_user(core, user, reading).await
            }
        }
    }

    /// The user's roles, and those that everybody has without credentials.
    async fn of_user(core: &Core, user: &User, reading: &mut Reading) -> Result<Self, Failure> {
        let names = core.settings().anonymous.added_to(&user.roles);
        let roles = resolve(core, &names, reading).await?;
        Ok(Self {
            authority: Authority::of_roles(Arc::clone(&roles.permission)),
            source: Source::Roles(roles),
        })
    }

    fn of_key(key: &Arc<KeyPermissions>) -> Self {
        let authority = Authority::of_api_key(key.own.clone(), Arc::clone(&key.limited_by));
        Self { authority, source: Source::Key(Arc::clone(key)) }
    }

    fn of_account(principal: &str) -> Self {
        let found = principal
            .split_once('/')
            .and_then(|(namespace, service)| service_account::find(namespace, service));
        found.map_or_else(Self::nothing, |account| {
            let descriptor = Arc::clone(account.role_descriptor());
            let permission = Permission::compile([&*descriptor]);
            Self { authority: Authority::of_roles(Arc::new(permission)), source: Source::Account(descriptor) }
        })
    }

    fn nothing() -> Self {
        Self { authority: Authority::of_roles(Arc::default()), source: Source::Nothing }
    }

    pub(super) fn allows(&self, action: &str, facts: &RequestFacts, authentication: &Authentication) -> bool {
        decision::decide(authentication, &self.authority, action, facts) == Verdict::Granted
    }

    pub(super) fn allows_run_as(&self, target: &str) -> bool {
        self.authority.allows_run_as(target)
    }

    /// What a denial says of the roles.
    pub(super) fn role_names(&self) -> RoleNames<'_> {
        match &self.source {
            Source::Roles(roles) => RoleNames::Resolved { effective: &roles.found, missing: &roles.missing },
            Source::Key(_) | Source::Account(_) | Source::Nothing => RoleNames::Assigned(&[]),
        }
    }

    /// Documents that this rests on.
    pub(super) fn proof(&self) -> &[Condition] {
        match &self.source {
            Source::Roles(roles) => &roles.proof,
            // A key's document is part of the proof of its credentials, and accounts have none.
            Source::Key(_) | Source::Account(_) | Source::Nothing => &[],
        }
    }

    /// Whether a role of `roles.yml`, or that there is none of this name, is part of it.
    pub(super) fn rests_on_role_files(&self) -> bool {
        match &self.source {
            Source::Roles(roles) => {
                roles.found.iter().chain(&roles.missing).any(|it| !reserved::is_reserved(it))
            }
            Source::Key(_) | Source::Account(_) | Source::Nothing => false,
        }
    }

    /// The descriptors that an API key made with this is limited by.
    pub(super) fn descriptors(&self) -> Vec<Arc<RoleDescriptor>> {
        match &self.source {
            Source::Roles(roles) => roles.descriptors.clone(),
            Source::Key(key) => key.descriptors.clone(),
            Source::Account(descriptor) => vec![Arc::clone(descriptor)],
            Source::Nothing => Vec::new(),
        }
    }

    /// The authority itself, for questions that come later in the same request.
    pub(super) fn authority(&self) -> &Authority {
        &self.authority
    }
}
