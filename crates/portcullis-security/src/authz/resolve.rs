//! From role names to a permission: reserved roles, then those of `roles.yml`, then those of the store. Names that
//! nobody knows are part of the answer, so that a role which comes into being is seen.

use std::sync::Arc;

use portcullis_cache::{Keep, ScopeKey, Start};
use portcullis_model::decision::{Authority, Permission};
use portcullis_model::role::{RoleDescriptor, reserved};
use portcullis_store::{Condition, Expected};

use crate::caches::{ROLE_FAMILY, role_scope};
use crate::core::Core;
use crate::documents;
use crate::error::Failure;
use crate::fence::{Basis, Reading};

/// What a cached set of roles weighs beside its entry: a guess that the statistics are made of.
const ROLES_BYTES: usize = 2048;

/// The roles of a set of names, compiled.
pub(crate) struct RoleSet {
    pub(crate) authority: Authority,
    pub(crate) descriptors: Vec<Arc<RoleDescriptor>>,
    /// Names that have a role.
    pub(crate) found: Vec<String>,
    /// Names that have none.
    pub(crate) missing: Vec<String>,
    /// The documents that this rests on, absent ones included.
    pub(crate) proof: Vec<Condition>,
}

impl RoleSet {
    /// Whether a role was looked for in the index: one that is reserved or in `roles.yml` never is.
    fn basis(&self) -> Basis {
        if self.proof.is_empty() { Basis::Files } else { Basis::Index }
    }
}

/// What waiters of one load are told.
#[derive(Clone)]
pub(crate) enum RolesVerdict {
    Decided(Arc<RoleSet>),
    Undecided(Failure),
}

/// The roles of `names`, from the cache or composed anew.
pub(crate) async fn resolve(
    core: &Core,
    names: &[String],
    reading: &mut Reading,
) -> Result<Arc<RoleSet>, Failure> {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    for name in &names {
        reading.note(core, ROLE_FAMILY, name);
    }
    let roles = found(core, &names).await?;
    reading.rests_on(roles.basis());
    if !roles.missing.is_empty() {
        reading.misses_something();
    }
    Ok(roles)
}

async fn found(core: &Core, names: &[&str]) -> Result<Arc<RoleSet>, Failure> {
    let key = key(names);
    let cache = &core.caches().roles;
    if let Some(roles) = cache.get(key.as_str(), core.boot().0) {
        return Ok(roles);
    }
    Box::pin(found_anew(core, key, names)).await
}

/// The set is not cached. Kept out of [`found`], so that a hit does not carry the future of a load around.
async fn found_anew(core: &Core, key: String, names: &[&str]) -> Result<Arc<RoleSet>, Failure> {
    let cache = &core.caches().roles;
    let scopes: Vec<ScopeKey> = names.iter().map(|name| ScopeKey::from(role_scope(name))).collect();
    loop {
        match cache.begin(key.as_str().into(), 0, &scopes, core.boot().0) {
            Start::Follow(waiter) => match waiter.await {
                Ok(RolesVerdict::Decided(roles)) => return Ok(roles),
                Ok(RolesVerdict::Undecided(failure)) => return Err(failure),
                Err(_abandoned) => continue,
            },
            Start::Lead(ticket) => {
                let outcome = compose(core, names).map(Arc::new);
                let (verdict, keep) = match &outcome {
                    Ok(roles) => (
                        RolesVerdict::Decided(Arc::clone(roles)),
                        Some(Keep { value: Arc::clone(roles), bytes: ROLES_BYTES }),
                    ),
                    Err(failure) => (RolesVerdict::Undecided(failure.clone()), None),
                };
                // Refused or not: this request began before whatever refused it.
                let _kept = ticket.finish(verdict, keep, core.boot().0);
                return outcome;
            }
        }
    }
}

/// The key of a set of names: no two sets have the same, whatever a realm of the host calls its roles.
fn key(names: &[&str]) -> String {
    let mut key = String::new();
    for name in names {
        key.push_str(&name.len().to_string());
        key.push(':');
        key.push_str(name);
    }
    key
}

fn compose(core: &Core, names: &[&str]) -> Result<RoleSet, Failure> {
    let (mut descriptors, mut found, mut missing, mut proof) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for name in names {
        let descriptor = match reserved::find(name).cloned().or_else(|| core.file_role(name)) {
            Some(descriptor) => Some(descriptor),
            None => stored(core, name, &mut proof)?,
        };
        match descriptor {
            Some(descriptor) => {
                found.push((*name).to_owned());
                descriptors.push(descriptor);
            }
            None => missing.push((*name).to_owned()),
        }
    }
    let permission = Permission::compile(descriptors.iter().map(|it| &**it));
    let authority = Authority::of_roles(Arc::new(permission));
    Ok(RoleSet { authority, descriptors, found, missing, proof })
}

fn stored(
    core: &Core,
    name: &str,
    proof: &mut Vec<Condition>,
) -> Result<Option<Arc<RoleDescriptor>>, Failure> {
    let role = documents::role::read(core.store(), name)?;
    let expected = role.as_ref().map_or(Expected::Absent, |it| Expected::At(it.revision));
    proof.push(Condition { key: documents::role::key(name), expected });
    Ok(role.map(|it| Arc::new(it.value)))
}

#[cfg(test)]
mod tests;
