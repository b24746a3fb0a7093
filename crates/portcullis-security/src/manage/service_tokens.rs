//! Service accounts and their tokens: list accounts, list credentials, create and delete tokens of the index. Tokens of
//! the `service_tokens` file are shown here and never touched; checking a token never lives here.

use portcullis_model::api_key::Creator;
use portcullis_model::credential::{ServiceTokenId, validate_token_name};
use portcullis_model::role::RoleDescriptor;
use portcullis_model::{service_account, token};
use portcullis_secrets::{Secret, random};
use portcullis_store::{Batch, Expected};

use super::{Attempts, Idle};
use crate::authn::credentials::ServiceToken;
use crate::caller::Caller;
use crate::core::Core;
use crate::documents::{self, Stored, Walk};
use crate::error::{Failure, Kind};

/// Management of service accounts.
pub struct ServiceAccounts<'a> {
    core: &'a Core,
}

/// The names of an account's tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountCredentials {
    /// Tokens of the index, sorted.
    pub index: Vec<String>,
    /// Tokens of this node's `service_tokens` file, sorted.
    pub file: Vec<String>,
}

/// A token that was just made. Its secret is nowhere else.
pub struct CreatedToken {
    /// Its name within the account.
    pub name: String,
    /// What goes behind `Authorization: Bearer`.
    pub bearer: Secret,
}

impl<'a> ServiceAccounts<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// Principals and descriptors of the accounts; of one namespace, or of one account, where they are named. None
    /// where there is no such account.
    pub fn list(
        &self,
        _: &Caller,
        namespace: Option<&str>,
        service: Option<&str>,
    ) -> Vec<(String, RoleDescriptor)> {
        service_account::all()
            .iter()
            .filter(|it| namespace.is_none_or(|namespace| it.namespace() == namespace))
            .filter(|it| service.is_none_or(|service| it.service() == service))
            .map(|it| (it.principal().to_owned(), RoleDescriptor::clone(it.role_descriptor())))
            .collect()
    }

    /// The names of the account's tokens. An unknown account has none.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn credentials(
        &self,
        _: &Caller,
        namespace: &str,
        service: &str,
    ) -> Result<AccountCredentials, Failure> {
        let prefix = format!("{namespace}/{service}/");
        let mut index = Vec::new();
        let mut walk = Walk::behind(self.core.store(), documents::service_token::KIND, prefix.clone());
        'pages: loop {
            let page = walk.page().await?;
            if page.is_empty() {
                break;
            }
            for document in page {
                let Some(name) = document.key.id.strip_prefix(&prefix) else { break 'pages };
                index.push(name.to_owned());
            }
        }
        let file = self.core.files().service_tokens().content().names(namespace, service);
        Ok(AccountCredentials { index, file })
    }

    /// Makes a token of the account, of a generated name where none is given.
    ///
    /// # Errors
    /// [`Kind::RequestValidation`] for a bad name; [`Kind::IllegalArgument`] for an unknown account;
    /// [`Kind::VersionConflict`] where the index has a token of this name; whatever [`Core::write`] fails with.
    pub async fn create_token(
        &self,
        caller: &Caller,
        namespace: &str,
        service: &str,
        name: Option<&str>,
    ) -> Result<CreatedToken, Failure> {
        let now = self.core.now();
        let name = name.map_or_else(
            || format!("{}{}", token::GENERATED_NAME_PREFIX, random::time_based_id(now.0)),
            str::to_owned,
        );
        validate_token_name(&name).map_err(|problem| Failure::request_validation(&[problem]))?;
        if service_account::find(namespace, service).is_none() {
            let reason = format!("service account [{namespace}/{service}] does not exist");
            return Err(Failure::illegal_argument(reason));
        }
        let id = ServiceTokenId::new(namespace, service, name);
        let key = documents::service_token::key(&id);
        let taken = || {
            let reason = format!("[{key}]: version conflict, document already exists (current version [1])");
            Failure::new(Kind::VersionConflict, reason)
        };
        if documents::service_token::read(self.core.store(), &id)?.is_some() {
            return Err(taken());
        }
        let secret = random::random_secret();
        let hash = self.hash(caller, secret.clone()).await?;
        let creator = Creator::of(caller.authentication());
        let body = documents::service_token::encode(&id, now.0, &creator, &hash)?;
        let batch = Batch::new().expect(key.clone(), Expected::Absent).put(key.clone(), body);
        match self.core.write(caller, "create_service_token", batch).await {
            Ok(()) => {
                let name = id.name.clone();
                Ok(CreatedToken { name, bearer: ServiceToken { id, secret }.bearer() })
            }
            Err(failure) if failure.kind() == Kind::VersionConflict => Err(taken()),
            Err(failure) => Err(failure),
        }
    }

    async fn hash(&self, caller: &Caller, secret: Secret) -> Result<String, Failure> {
        let principal = &caller.authentication().effective.username;
        let algorithm = &self.core.settings().service_token_hashing;
        Ok(self.core.hash_password(principal, algorithm, secret).await?.as_str().to_owned())
    }

    /// Deletes a token of the index. Whether there was one.
    ///
    /// # Errors
    /// Whatever [`Core::write`] fails with.
    pub async fn delete_token(
        &self,
        caller: &Caller,
        namespace: &str,
        service: &str,
        name: &str,
    ) -> Result<bool, Failure> {
        let id = ServiceTokenId::new(namespace, service, name);
        let key = documents::service_token::key(&id);
        let (mut attempts, mut idle) = (Attempts::new(), Idle::default());
        loop {
            let Some(stored) = documents::service_token::read(self.core.store(), &id)? else {
                if idle.look_again(self.core, caller, &key, Expected::Absent).await? {
                    continue;
                }
                return Ok(false);
            };
            let batch = Batch::new().expect(key.clone(), Stored::expected(Some(&stored))).delete(key.clone());
            match self.core.write(caller, "delete_service_token", batch).await {
                Ok(()) => return Ok(true),
                Err(failure) if attempts.again(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
    }
}

#[cfg(test)]
mod tests;
