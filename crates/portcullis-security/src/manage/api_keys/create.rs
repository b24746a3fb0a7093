//! Creating an API key: its rules, its snapshot of what the owner may do, and its secret, which is told once.

use portcullis_model::api_key::{
    ApiKeyRecord, ApiKeyType, Creator, DERIVED_KEY_REFUSAL, expires_at, may_derive, validate_name,
};
use portcullis_model::role::{RoleDescriptor, check_restrictions};
use portcullis_secrets::{Secret, random};
use portcullis_store::{Batch, Expected};
use serde_json::{Map, Value};

use super::{ApiKeys, rules};
use crate::caller::Caller;
use crate::documents::{self, api_key};
use crate::error::Failure;

/// An API key to be made, as the client wrote it.
#[derive(Clone, Debug, Default)]
pub struct CreateApiKey {
    /// Its name; other keys may have the same. Required.
    pub name: Option<String>,
    /// How long it lives, such as `1d`; for good if absent.
    pub expiration: Option<String>,
    /// What it may do at most; all that its owner may if absent or empty.
    pub role_descriptors: Option<Vec<RoleDescriptor>>,
    /// Whatever the client keeps there.
    pub metadata: Option<Map<String, Value>>,
}

/// A key that was just made. Its secret is nowhere else.
pub struct CreatedApiKey {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it expires, in milliseconds since the epoch.
    pub expiration: Option<i64>,
    /// Its secret.
    pub secret: Secret,
}

impl ApiKeys<'_> {
    /// Makes an API key for the caller.
    ///
    /// # Errors
    /// [`crate::error::Kind::RequestValidation`] and [`crate::error::Kind::IllegalArgument`] for what breaks a rule;
    /// [`crate::error::Kind::FeatureNotEnabled`] where API keys are off; whatever [`crate::core::Core::write`] fails
    /// with.
    pub async fn create(&self, caller: &Caller, request: CreateApiKey) -> Result<CreatedApiKey, Failure> {
        let CreateApiKey { name, expiration, role_descriptors, metadata } = request;
        let name = name.unwrap_or_default();
        let role_descriptors = role_descriptors.unwrap_or_default();
        let after = rules::expiration(expiration.as_deref())?;
        let mut problems: Vec<String> = validate_name(&name).err().into_iter().collect();
        problems.extend(rules::problems(metadata.as_ref(), Some(&role_descriptors)));
        if !problems.is_empty() {
            return Err(Failure::request_validation(&problems));
        }
        self.check_enabled()?;
        let limited_by = rules::limited_by(caller);
        if caller.authentication().acting_api_key().is_some() && !may_derive(&role_descriptors) {
            return Err(Failure::illegal_argument(DERIVED_KEY_REFUSAL));
        }
        check_restrictions(&role_descriptors, &limited_by).map_err(Failure::illegal_argument)?;

        let now = self.core.now();
        let expiration =
            after.map(|after| expires_at(now, after)).transpose().map_err(Failure::illegal_argument)?;
        let id = random::time_based_id(now.0);
        let secret = random::random_secret();
        let record = ApiKeyRecord {
            kind: ApiKeyType::Rest,
            name: Some(name.clone()),
            creation: now,
            expiration,
            invalidated: false,
            invalidation: None,
            hash: self.hash(caller, secret.clone()).await?,
            role_descriptors,
            limited_by,
            version: api_key::VERSION,
            metadata,
            certificate_identity: None,
            creator: Creator::of(caller.authentication()),
        };
        let (key, body) = (api_key::key(&id), api_key::encode(&id, &record)?);
        documents::check_room(&key, &body)?;
        let batch = Batch::new().expect(key.clone(), Expected::Absent).put(key, body);
        self.core.write(caller, "create_apikey", batch).await?;
        Ok(CreatedApiKey { id, name, expiration: expiration.map(|it| it.0), secret })
    }

    async fn hash(&self, caller: &Caller, secret: Secret) -> Result<String, Failure> {
        let principal = &caller.authentication().effective.username;
        let algorithm = &self.core.settings().api_key.hashing;
        Ok(self.core.hash_password(principal, algorithm, secret).await?.as_str().to_owned())
    }
}
