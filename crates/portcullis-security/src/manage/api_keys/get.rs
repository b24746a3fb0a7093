//! Getting API keys: which ones a request asks for.

use std::collections::HashSet;

use portcullis_model::api_key::ApiKeyRecord;

use super::owner::Owner;
use super::{ApiKeys, text};
use crate::caller::Caller;
use crate::core::Core;
use crate::documents::api_key::{self, ApiKeyHeader};
use crate::documents::{self, FromDocument, Walk};
use crate::error::Failure;

/// Which keys are asked for. Blank text counts as absent; what is absent does not restrict.
#[derive(Clone, Debug, Default)]
pub struct ApiKeyFilter {
    /// Keys of these ids.
    pub ids: Vec<String>,
    /// Keys of this name; of all names that begin so where it ends in `*`.
    pub name: Option<String>,
    /// Keys of this principal.
    pub username: Option<String>,
    /// Keys whose owner is of the realm of this name.
    pub realm_name: Option<String>,
    /// The caller's own keys.
    pub owner: bool,
    /// Whether the answer shows `limited_by`; it does not restrict.
    pub with_limited_by: bool,
    /// Keys that are neither invalidated nor expired.
    pub active_only: bool,
}

impl ApiKeys<'_> {
    /// Ids and records of the keys that match, in ascending order of their ids; of the named ids in their order.
    ///
    /// # Errors
    /// [`crate::error::Kind::RequestValidation`] for parts of the filter that exclude each other; a store that cannot
    /// be read.
    pub async fn get(
        &self,
        caller: &Caller,
        filter: &ApiKeyFilter,
    ) -> Result<Vec<(String, ApiKeyRecord)>, Failure> {
        filter.check()?;
        self.check_enabled()?;
        let selection = Selection {
            name: text(filter.name.as_ref()),
            username: text(filter.username.as_ref()),
            realm: text(filter.realm_name.as_ref()),
            owner: if filter.owner {
                Some(Owner::of_caller(self.core, caller.authentication())?)
            } else {
                None
            },
        };
        let now = self.core.now();
        let wanted = |key: &ApiKeyHeader| selection.matches(key) && (!filter.active_only || key.is_live(now));
        let ids: Vec<&String> = filter.ids.iter().filter(|id| !id.trim().is_empty()).collect();
        if ids.is_empty() { all(self.core, wanted).await } else { named(self.core, &ids, wanted) }
    }
}

async fn all(
    core: &Core,
    wanted: impl Fn(&ApiKeyHeader) -> bool,
) -> Result<Vec<(String, ApiKeyRecord)>, Failure> {
    let mut keys = Vec::new();
    let mut walk = Walk::new(core.store(), api_key::KIND);
    loop {
        let page = walk.page().await?;
        if page.is_empty() {
            return Ok(keys);
        }
        for document in page {
            if wanted(&ApiKeyHeader::from_document(&document)?) {
                let record = <ApiKeyRecord as FromDocument>::from_document(&document)?;
                keys.push((document.key.id, record));
            }
        }
    }
}

fn named(
    core: &Core,
    ids: &[&String],
    wanted: impl Fn(&ApiKeyHeader) -> bool,
) -> Result<Vec<(String, ApiKeyRecord)>, Failure> {
    let mut seen = HashSet::new();
    let mut keys = Vec::new();
    for id in ids.iter().filter(|id| seen.insert(id.as_str())) {
        let Some(document) = documents::load(core.store(), &api_key::key(id))? else { continue };
        if wanted(&ApiKeyHeader::from_document(&document)?) {
            let record = <ApiKeyRecord as FromDocument>::from_document(&document)?;
            keys.push((document.key.id, record));
        }
    }
    Ok(keys)
}

/// What a key must be like to be meant. Ids are not looked at here.
pub(super) struct Selection<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) username: Option<&'a str>,
    pub(super) realm: Option<&'a str>,
    pub(super) owner: Option<Owner>,
}

impl Selection<'_> {
    pub(super) fn matches(&self, key: &ApiKeyHeader) -> bool {
        self.name.is_none_or(|name| name_matches(name, key.name.as_deref()))
            && self.username.is_none_or(|username| key.creator.principal == username)
            && self.realm.is_none_or(|realm| key.creator.realm == realm)
            && self.owner.as_ref().is_none_or(|owner| owner.owns(key))
    }
}

/// The whole name, or its beginning where `wanted` ends in `*`. Very old keys have no name: only `*` means them.
fn name_matches(wanted: &str, name: Option<&str>) -> bool {
    match (wanted.strip_suffix('*'), name) {
        (Some(""), _) => true,
        (Some(prefix), Some(name)) => name.starts_with(prefix),
        (None, Some(name)) => name == wanted,
        (_, None) => false,
    }
}

impl ApiKeyFilter {
    fn check(&self) -> Result<(), Failure> {
        let by_id = self.ids.iter().any(|id| !id.trim().is_empty());
        let by_name = text(self.name.as_ref()).is_some();
        let by_owner_name =
            text(self.username.as_ref()).is_some() || text(self.realm_name.as_ref()).is_some();
        let mut problems = Vec::new();
        if (by_id || by_name) && by_owner_name {
            problems.push(
                "username or realm name must not be specified when the api key id or api key name is specified",
            );
        }
        if self.owner && by_owner_name {
            problems.push("neither username nor realm-name may be specified when retrieving owned API keys");
        }
        if by_id && by_name {
            problems.push("only one of [api key id, api key name] can be specified");
        }
        if problems.is_empty() { Ok(()) } else { Err(Failure::request_validation(&problems)) }
    }
}
