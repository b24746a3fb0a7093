//! Role mappings: put, get and delete. What a rule means, and what roles it gives to whom, never lives here.

use portcullis_model::role_mapping::RoleMapping;
use portcullis_store::{Batch, Expected};

use super::{Attempts, Idle};
use crate::caller::Caller;
use crate::core::Core;
use crate::documents::{self, FromDocument, Walk};
use crate::error::Failure;

/// Management of role mappings.
pub struct RoleMappings<'a> {
    core: &'a Core,
}

impl<'a> RoleMappings<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// Creates or replaces the mapping of this name. Whether it was created. When it returns, users of directories have
    /// the roles that follow from it, and no others.
    ///
    /// # Errors
    /// [`crate::Kind::IllegalArgument`] for a mapping that is too large; whatever [`Core::write`] fails with.
    pub async fn put(&self, caller: &Caller, mapping: &RoleMapping) -> Result<bool, Failure> {
        let key = documents::role_mapping::key(mapping.name());
        let body = documents::role_mapping::encode(mapping)?;
        documents::check_room(&key, &body)?;
        let mut attempts = Attempts::new();
        loop {
            let stored = documents::load(self.core.store(), &key)?;
            let expected = stored.as_ref().map_or(Expected::Absent, |it| Expected::At(it.revision));
            let batch = Batch::new().expect(key.clone(), expected).put(key.clone(), body.clone());
            match self.core.write(caller, "put_role_mapping", batch).await {
                Ok(()) => return Ok(stored.is_none()),
                Err(failure) if attempts.again(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
    }

    /// The mappings of these names that exist; without names, all of them.
    ///
    /// # Errors
    /// A store that cannot be read, or a stored mapping that was named and is none.
    pub async fn get(&self, _: &Caller, names: &[String]) -> Result<Vec<RoleMapping>, Failure> {
        if names.is_empty() {
            return self.all().await;
        }
        let mut mappings: Vec<RoleMapping> = Vec::new();
        for name in names {
            if mappings.iter().any(|it| it.name() == name) {
                continue;
            }
            mappings.extend(documents::role_mapping::read(self.core.store(), name)?.map(|it| it.value));
        }
        Ok(mappings)
    }

    async fn all(&self) -> Result<Vec<RoleMapping>, Failure> {
        let mut mappings = Vec::new();
        let mut walk = Walk::new(self.core.store(), documents::role_mapping::KIND);
        loop {
            let page = walk.page().await?;
            if page.is_empty() {
                return Ok(mappings);
            }
            for document in &page {
                // One that cannot be read gives no roles either; it must not hide the others.
                match RoleMapping::from_document(document) {
                    Ok(mapping) => mappings.push(mapping),
                    Err(failure) => tracing::warn!(%failure, "a role mapping is left out"),
                }
            }
        }
    }

    /// Deletes a mapping. Whether there was one. When it returns, nobody has a role by it.
    ///
    /// # Errors
    /// Whatever [`Core::write`] fails with.
    pub async fn delete(&self, caller: &Caller, name: &str) -> Result<bool, Failure> {
        let key = documents::role_mapping::key(name);
        let (mut attempts, mut idle) = (Attempts::new(), Idle::default());
        loop {
            let Some(stored) = documents::load(self.core.store(), &key)? else {
                if idle.look_again(self.core, caller, &key, Expected::Absent).await? {
                    continue;
                }
                return Ok(false);
            };
            let batch = Batch::new().expect(key.clone(), Expected::At(stored.revision)).delete(key.clone());
            match self.core.write(caller, "delete_role_mapping", batch).await {
                Ok(()) => return Ok(true),
                Err(failure) if attempts.again(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
    }
}

#[cfg(test)]
mod tests;
