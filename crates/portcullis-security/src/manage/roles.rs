//! Native roles: put, get and delete. Reserved roles are read here too, and refuse every change. What a role grants,
//! and the roles of `roles.yml`, which the API never shows, never live here.

use portcullis_model::role::{RoleDescriptor, reserved, validate_reserved_name};
use portcullis_store::{Batch, Expected};

use super::{Attempts, Idle};
use crate::caller::Caller;
use crate::core::Core;
use crate::documents::{self, FromDocument, Stored, Walk};
use crate::error::Failure;

/// Management of roles.
pub struct Roles<'a> {
    core: &'a Core,
}

impl<'a> Roles<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// Creates or replaces the role of the descriptor's name. Whether it was created.
    ///
    /// # Errors
    /// [`crate::error::Kind::RequestValidation`] with everything that is wrong with name and descriptor; whatever
    /// [`Core::write`] fails with.
    pub async fn put(&self, caller: &Caller, role: RoleDescriptor) -> Result<bool, Failure> {
        check(&role)?;
        role.validate_queries()?;
        let key = documents::role::key(&role.name);
        let body = documents::role::encode(&role)?;
        let mut attempts = Attempts::new();
        loop {
            let stored = documents::role::read(self.core.store(), &role.name)?;
            let batch = Batch::new()
                .expect(key.clone(), Stored::expected(stored.as_ref()))
                .put(key.clone(), body.clone());
            match self.core.write(caller, "put_role", batch).await {
                Ok(()) => return Ok(stored.is_none()),
                Err(failure) if attempts.again(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
    }

    /// The roles of these names that exist, reserved or native; without names, all of them.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn get(&self, _: &Caller, names: &[String]) -> Result<Vec<RoleDescriptor>, Failure> {
        if names.is_empty() {
            return self.all().await;
        }
        let mut roles: Vec<RoleDescriptor> = Vec::new();
        for name in names {
            if roles.iter().any(|role| role.name == *name) {
                continue;
            }
            roles.extend(match reserved::find(name) {
                Some(role) => Some(RoleDescriptor::clone(role)),
                None => documents::role::read(self.core.store(), name)?.map(|it| it.value),
            });
        }
        Ok(roles)
    }

    async fn all(&self) -> Result<Vec<RoleDescriptor>, Failure> {
        let mut roles: Vec<RoleDescriptor> =
            reserved::all().iter().map(|role| RoleDescriptor::clone(role)).collect();
        let mut walk = Walk::new(self.core.store(), documents::role::KIND);
        loop {
            let page = walk.page().await?;
            if page.is_empty() {
                return Ok(roles);
            }
            for document in page.iter().filter(|it| !reserved::is_reserved(&it.key.id)) {
                roles.push(RoleDescriptor::from_document(document)?);
            }
        }
    }

    /// Deletes a native role. Whether there was one.
    ///
    /// # Errors
    /// [`crate::error::Kind::IllegalArgument`] for a reserved role; whatever [`Core::write`] fails with.
    pub async fn delete(&self, caller: &Caller, name: &str) -> Result<bool, Failure> {
        if reserved::is_reserved(name) {
            return Err(Failure::illegal_argument(format!(
                "role [{name}] is reserved and cannot be deleted"
            )));
        }
        let key = documents::role::key(name);
        let (mut attempts, mut idle) = (Attempts::new(), Idle::default());
        loop {
            let Some(stored) = documents::role::read(self.core.store(), name)? else {
                if idle.look_again(self.core, caller, &key, Expected::Absent).await? {
                    continue;
                }
                return Ok(false);
            };
            let batch = Batch::new().expect(key.clone(), Stored::expected(Some(&stored))).delete(key.clone());
            match self.core.write(caller, "delete_role", batch).await {
                Ok(()) => return Ok(true),
                Err(failure) if attempts.again(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
    }
}

fn check(role: &RoleDescriptor) -> Result<(), Failure> {
    let mut problems = validate_reserved_name(&role.name);
    problems.extend(role.validate());
    if problems.is_empty() { Ok(()) } else { Err(Failure::request_validation(&problems)) }
}

#[cfg(test)]
mod tests;
