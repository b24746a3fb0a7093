//! What somebody may do, wherever it comes from: the roles of a user, the descriptors of an API key, the fixed
//! rights of a service account.

use std::sync::{Arc, LazyLock};

use portcullis_model::authentication::{Authentication, AuthenticationKind};
use portcullis_model::decision::{self, Authority, Permission, RequestFacts, RoleNames, Verdict};
use portcullis_model::role::{RoleDescriptor, reserved};
use portcullis_model::service_account::{self, ServiceAccount};
use portcullis_model::subject::User;
use portcullis_store::Condition;

use super::key_permissions::KeyPermissions;
use super::resolve::{RoleSet, resolve};
use crate::authn::Authenticated;
use crate::core::Core;
use crate::error::Failure;
use crate::fence::Reading;

/// What somebody may do.
#[derive(Clone)]
pub(crate) enum Granted {
    Roles(Arc<RoleSet>),
    Key(Arc<KeyPermissions>),
    Account(Arc<AccountPermissions>),
    Nothing,
}

/// The fixed rights of a service account, compiled.
pub(crate) struct AccountPermissions {
    authority: Authority,
    descriptor: Arc<RoleDescriptor>,
}

/// Those of all accounts: an account's tokens share them.
static ACCOUNTS: LazyLock<Vec<(&ServiceAccount, Arc<AccountPermissions>)>> = LazyLock::new(|| {
    let all = service_account::all().iter();
    all.map(|account| (account, Arc::new(AccountPermissions::of(account)))).collect()
});

static NO_AUTHORITY: LazyLock<Authority> = LazyLock::new(|| Authority::of_roles(Arc::default()));

impl AccountPermissions {
    fn of(account: &ServiceAccount) -> Self {
        let descriptor = Arc::clone(account.role_descriptor());
        let permission = Permission::compile([&*descriptor]);
        Self { authority: Authority::of_roles(Arc::new(permission)), descriptor }
    }
}

impl Granted {
    /// Of the user whose rights the request has.
    pub(super) async fn of_effective(
        core: &Core,
        who: &Authenticated,
        reading: &mut Reading,
    ) -> Result<Self, Failure> {
        let authentication = who.authentication();
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
        match &who.authentication().kind {
            AuthenticationKind::ApiKey { .. } | AuthenticationKind::ServiceToken { .. } => {
                Ok(who.proven.granted.clone().unwrap_or(Self::Nothing))
            }
            AuthenticationKind::Realm | AuthenticationKind::Anonymous => {
                Self::of_user(core, who.authentication().authenticating_user(), reading).await
            }
        }
    }

    /// The user's roles, and those that everybody has without credentials.
    async fn of_user(core: &Core, user: &User, reading: &mut Reading) -> Result<Self, Failure> {
        let names = core.settings().anonymous.added_to(&user.roles);
        Ok(Self::Roles(resolve(core, &names, reading).await?))
    }

    /// Of a service account; nothing if there is none of this name.
    pub(crate) fn of_account(namespace: &str, service: &str) -> Self {
        let named = |it: &ServiceAccount| it.namespace() == namespace && it.service() == service;
        let found = ACCOUNTS.iter().find(|(account, _)| named(account));
        found.map_or(Self::Nothing, |(_, permissions)| Self::Account(Arc::clone(permissions)))
    }

    pub(super) fn allows(&self, action: &str, facts: &RequestFacts, authentication: &Authentication) -> bool {
        decision::decide(authentication, self.authority(), action, facts) == Verdict::Granted
    }

    pub(super) fn allows_run_as(&self, target: &str) -> bool {
        self.authority().allows_run_as(target)
    }

    /// What a denial says of the roles.
    pub(super) fn role_names(&self) -> RoleNames<'_> {
        match self {
            Self::Roles(roles) => RoleNames::Resolved { effective: &roles.found, missing: &roles.missing },
            Self::Key(_) | Self::Account(_) | Self::Nothing => RoleNames::Assigned(&[]),
        }
    }

    /// Documents that this rests on.
    pub(crate) fn proof(&self) -> &[Condition] {
        match self {
            Self::Roles(roles) => &roles.proof,
            // A key's document is part of the proof of its credentials, and accounts have none.
            Self::Key(_) | Self::Account(_) | Self::Nothing => &[],
        }
    }

    /// Whether a role of `roles.yml`, or that there is none of this name, is part of it.
    pub(super) fn rests_on_role_files(&self) -> bool {
        match self {
            Self::Roles(roles) => {
                roles.found.iter().chain(&roles.missing).any(|it| !reserved::is_reserved(it))
            }
            Self::Key(_) | Self::Account(_) | Self::Nothing => false,
        }
    }

    /// The descriptors that an API key made with this is limited by.
    pub(crate) fn descriptors(&self) -> &[Arc<RoleDescriptor>] {
        match self {
            Self::Roles(roles) => &roles.descriptors,
            Self::Key(key) => &key.descriptors,
            Self::Account(account) => std::slice::from_ref(&account.descriptor),
            Self::Nothing => &[],
        }
    }

    /// The authority itself, for questions that come later in the same request.
    pub(crate) fn authority(&self) -> &Authority {
        match self {
            Self::Roles(roles) => &roles.authority,
            Self::Key(key) => &key.authority,
            Self::Account(account) => &account.authority,
            Self::Nothing => &NO_AUTHORITY,
        }
    }
}
