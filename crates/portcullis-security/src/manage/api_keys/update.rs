//! Updating an API key: by its owner only, and never by a key. Each update takes the snapshot of the owner's rights
//! anew, also one that names no field.

use portcullis_model::api_key::{ApiKeyRecord, Creator, expires_at, validate_new_expiration};
use portcullis_model::lifetime::{TimeValue, WallTime};
use portcullis_model::role::{RoleDescriptor, check_restrictions};
use portcullis_store::Batch;
use serde_json::{Map, Value};

use super::owner::Owner;
use super::{ApiKeys, rules};
use crate::caller::Caller;
use crate::documents::{self, Stored, api_key};
use crate::error::{Failure, Kind};
use crate::manage::{Attempts, Idle};

/// What to change of an API key. What is absent stays.
#[derive(Clone, Debug, Default)]
pub struct UpdateApiKey {
    /// What it may do at most; all that its owner may if empty.
    pub role_descriptors: Option<Vec<RoleDescriptor>>,
    /// Whatever the client keeps there.
    pub metadata: Option<Map<String, Value>>,
    /// How long it lives from now on, such as `1d`.
    pub expiration: Option<String>,
}

impl ApiKeys<'_> {
    /// Updates a key of the caller. Whether that changed anything.
    ///
    /// # Errors
    /// [`Kind::RequestValidation`] and [`Kind::IllegalArgument`] for what breaks a rule or cannot be updated;
    /// [`Kind::NotFound`] where the caller has no key of this id; whatever [`crate::core::Core::write`] fails with.
    pub async fn update(&self, caller: &Caller, id: &str, request: UpdateApiKey) -> Result<bool, Failure> {
        let after = rules::expiration(request.expiration.as_deref())?;
        request.check(after)?;
        self.check_enabled()?;
        if caller.authentication().acting_api_key().is_some() {
            let reason =
                "authentication via API key not supported: only the owner user can update an API key";
            return Err(Failure::illegal_argument(reason));
        }
        let limited_by = rules::limited_by(caller);
        check_restrictions(request.role_descriptors.as_deref().unwrap_or_default(), &limited_by)
            .map_err(Failure::illegal_argument)?;
        let owner = Owner::of_caller(self.core, caller.authentication())?;
        let (mut attempts, mut idle) = (Attempts::new(), Idle::default());
        loop {
            let now = self.core.now();
            let stored = match self.updatable(id, &owner, now) {
                Err(failure) if failure.kind() == Kind::NotFound && idle.catches_up(self.core).await? => {
                    continue;
                }
                found => found?,
            };
            let old = &stored.value;
            let new = ApiKeyRecord {
                role_descriptors: request
                    .role_descriptors
                    .clone()
                    .unwrap_or_else(|| old.role_descriptors.clone()),
                metadata: request.metadata.clone().or_else(|| old.metadata.clone()),
                expiration: match after {
                    Some(after) => Some(expires_at(now, after).map_err(Failure::illegal_argument)?),
                    None => old.expiration,
                },
                limited_by: limited_by.clone(),
                creator: Creator::of(caller.authentication()),
                version: api_key::VERSION,
                ..old.clone()
            };
            // Any expiration is a change, even one to the same moment.
            let (key, seen) = (api_key::key(id), Stored::expected(Some(&stored)));
            if after.is_none() && same(&new, old) {
                if idle.look_again(self.core, caller, &key, seen).await? {
                    continue;
                }
                return Ok(false);
            }
            let body = api_key::encode(id, &new)?;
            documents::check_room(&key, &body)?;
            let batch = Batch::new().expect(key.clone(), seen).put(key, body);
            match self.core.write(caller, "change_apikey", batch).await {
                Ok(()) => return Ok(true),
                Err(failure) if attempts.again(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
    }

    /// The key, if it is the owner's and may be updated.
    fn updatable(&self, id: &str, owner: &Owner, now: WallTime) -> Result<Stored<ApiKeyRecord>, Failure> {
        let found = api_key::read(self.core.store(), id)?.filter(|it| {
            it.value.creator.principal == owner.principal && it.value.creator.realm == owner.realm
        });
        let Some(stored) = found else {
            let reason = format!("no API key owned by requesting user found for ID [{id}]");
            return Err(Failure::new(Kind::NotFound, reason));
        };
        let refused = stored.value.update_refusal(id, now);
        refused.map_or(Ok(stored), |reason| Err(Failure::illegal_argument(reason)))
    }
}

/// Whether an update would leave the key as it is. The order of descriptors means nothing.
fn same(new: &ApiKeyRecord, old: &ApiKeyRecord) -> bool {
    let metadata = |key: &ApiKeyRecord| key.metadata.clone().unwrap_or_default();
    new.version == old.version
        && new.creator == old.creator
        && metadata(new) == metadata(old)
        && by_name(&new.role_descriptors) == by_name(&old.role_descriptors)
        && by_name(&new.limited_by) == by_name(&old.limited_by)
}

fn by_name(roles: &[RoleDescriptor]) -> Vec<&RoleDescriptor> {
    let mut roles: Vec<&RoleDescriptor> = roles.iter().collect();
    roles.sort_by(|a, b| a.name.cmp(&b.name));
    roles
}

impl UpdateApiKey {
    fn check(&self, expiration: Option<TimeValue>) -> Result<(), Failure> {
        let mut problems: Vec<String> =
            rules::problems(self.metadata.as_ref(), self.role_descriptors.as_deref()).collect();
        problems.extend(expiration.and_then(|after| validate_new_expiration(after).err()));
        if problems.is_empty() { Ok(()) } else { Err(Failure::request_validation(&problems)) }
    }
}
