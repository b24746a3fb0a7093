//! Service accounts: accounts that exist from the start, have no password and no roles, and act with tokens.
//!
//! Never in here: their tokens (see [`crate::token`]).

mod table;

#[cfg(test)]
mod tests;

use crate::role::RoleDescriptor;
use crate::role::reserved::Row;
use crate::subject::User;
use serde_json::{Map, Value};
use std::sync::{Arc, LazyLock};

/// The namespace of all accounts.
pub const NAMESPACE: &str = "elastic";

/// One service account.
#[derive(Debug, Clone)]
pub struct ServiceAccount {
    service: &'static str,
    role: Arc<RoleDescriptor>,
}

impl ServiceAccount {
    fn new((service, row): (&'static str, &Row)) -> Self {
        let name = format!("{NAMESPACE}/{service}");
        Self { service, role: Arc::new(RoleDescriptor { name, ..row.descriptor() }) }
    }

    /// The account's namespace.
    #[must_use]
    pub fn namespace(&self) -> &'static str {
        NAMESPACE
    }

    /// The account's name within its namespace.
    #[must_use]
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// `namespace/service`
    #[must_use]
    pub fn principal(&self) -> &str {
        &self.role.name
    }

    /// What the account may do.
    #[must_use]
    pub fn role_descriptor(&self) -> &Arc<RoleDescriptor> {
        &self.role
    }

    /// The account as the rest of the service knows a user.
    #[must_use]
    pub fn user(&self) -> User {
        user(self.principal())
    }
}

/// What stands for the account `principal`, be there such an account or not.
pub(crate) fn user(principal: &str) -> User {
    User {
        full_name: Some(format!("Service account - {principal}")),
        metadata: Map::from_iter([("_elastic_service_account".to_owned(), Value::Bool(true))]),
        ..User::new(principal, std::iter::empty::<String>())
    }
}

static ACCOUNTS: LazyLock<Vec<ServiceAccount>> = LazyLock::new(|| {
    table::SERVICE_ACCOUNTS.iter().map(|(service, row)| ServiceAccount::new((service, row))).collect()
});

/// All service accounts, by name.
#[must_use]
pub fn all() -> &'static [ServiceAccount] {
    &ACCOUNTS
}

/// The account of that name.
#[must_use]
pub fn find(namespace: &str, service: &str) -> Option<&'static ServiceAccount> {
    ACCOUNTS.iter().find(|account| namespace == NAMESPACE && account.service == service)
}
