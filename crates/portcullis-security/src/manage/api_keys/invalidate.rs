//! Invalidating API keys: which ones a request means, and the writes that end them for good.

use portcullis_store::{Batch, Document, Expected, MAX_BATCH_BYTES, MAX_BATCH_CONDITIONS};

use super::get::Selection;
use super::owner::Owner;
use super::{ApiKeys, text};
use crate::caller::Caller;
use crate::documents::api_key::{self, ApiKeyHeader};
use crate::documents::{self, FromDocument, Walk};
use crate::error::{Failure, Kind};
use crate::manage::Attempts;

/// Most keys invalidated in one commit, below what the store takes. Fewer where the caller's own right rests on so many
/// documents that the store would not take the conditions.
const MAX_CHUNK: usize = 50;

/// Most bytes of their documents, unless it is one document: half of what the store takes.
const MAX_CHUNK_BYTES: usize = MAX_BATCH_BYTES / 2;

/// Which keys to invalidate. Blank text counts as absent; what is absent does not restrict, but something must.
#[derive(Clone, Debug, Default)]
pub struct InvalidateApiKeys {
    /// Keys of these ids.
    pub ids: Option<Vec<String>>,
    /// Keys of this name; of all names that begin so where it ends in `*`.
    pub name: Option<String>,
    /// Keys of this principal.
    pub username: Option<String>,
    /// Keys whose owner is of the realm of this name.
    pub realm_name: Option<String>,
    /// The caller's own keys.
    pub owner: bool,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Invalidated {
    /// Ids of the keys that worked before and never will again.
    pub invalidated: Vec<String>,
    /// Ids of keys that somebody else invalidated in the same moment.
    pub previously_invalidated: Vec<String>,
    /// Keys that were meant and were not invalidated, with the reason.
    pub errors: Vec<Failure>,
}

/// An invalidation under way.
struct Work<'a> {
    caller: &'a Caller,
    selection: Selection<'a>,
    /// Keys that the caller's own right rests on. They come last: once they are invalid the caller may do no more.
    own: Vec<Document>,
    outcome: Invalidated,
    /// Whether something was looked at since the last write: then it is not yet known to be in force everywhere.
    unsettled: bool,
    /// Whether this node has caught up with the log since the request came.
    caught_up: bool,
}

impl Work<'_> {
    /// The documents of the page that are to be invalidated now.
    fn meant(&mut self, page: Vec<Document>) -> Result<Vec<Document>, Failure> {
        self.unsettled = true;
        let mut meant = Vec::new();
        for document in page {
            let key = ApiKeyHeader::from_document(&document)?;
            if key.invalidated || !self.selection.matches(&key) {
                continue;
            }
            if !key.is_rest() && !self.caller.may_manage_security() {
                self.outcome.errors.push(cross_cluster(&document.key.id));
            } else if self.caller.conditions().any(|own| own.key == document.key) {
                self.own.push(document);
            } else {
                meant.push(document);
            }
        }
        Ok(meant)
    }
}

impl ApiKeys<'_> {
    /// Invalidates all keys that are meant. Ids that do not exist, or are invalidated already, are passed over.
    ///
    /// # Errors
    /// [`Kind::RequestValidation`] for a request that means nothing or contradicts itself. Any other failure, as long as
    /// no key was invalidated; from then on it is an entry of [`Invalidated::errors`].
    pub async fn invalidate(
        &self,
        caller: &Caller,
        request: &InvalidateApiKeys,
    ) -> Result<Invalidated, Failure> {
        request.check()?;
        self.check_enabled()?;
        let selection = Selection {
            name: text(request.name.as_ref()),
            username: text(request.username.as_ref()),
            realm: text(request.realm_name.as_ref()),
            owner: if request.owner {
                Some(Owner::of_caller(self.core, caller.authentication())?)
            } else {
                None
            },
        };
        let mut work = Work {
            caller,
            selection,
            own: Vec::new(),
            outcome: Invalidated::default(),
            unsettled: true,
            caught_up: false,
        };
        match &request.ids {
            Some(ids) => self.named(ids, &mut work).await?,
            None => self.walk(&mut work).await?,
        }
        let own = std::mem::take(&mut work.own);
        self.end_all(own, &mut work).await?;
        if !work.unsettled {
            return Ok(work.outcome);
        }
        // Where nothing was left to do: whoever did it may not have been answered yet.
        match self.core.settle().await {
            Err(failure) if work.outcome.invalidated.is_empty() => return Err(failure),
            Err(failure) => work.outcome.errors.push(failure),
            Ok(()) => {}
        }
        Ok(work.outcome)
    }

    async fn named(&self, ids: &[String], work: &mut Work<'_>) -> Result<(), Failure> {
        let mut ids: Vec<&String> = ids.iter().collect();
        ids.sort_unstable();
        ids.dedup();
        for ids in ids.chunks(MAX_CHUNK) {
            let mut page = self.page(ids)?;
            if !work.caught_up && !all_valid(&page, ids.len())? {
                // It may only be that this node does not know them yet.
                self.core.catch_up().await?;
                work.caught_up = true;
                page = self.page(ids)?;
            }
            let meant = work.meant(page)?;
            self.end_all(meant, work).await?;
        }
        Ok(())
    }

    fn page(&self, ids: &[&String]) -> Result<Vec<Document>, Failure> {
        let mut page = Vec::new();
        for id in ids {
            page.extend(documents::load(self.core.store(), &api_key::key(id))?);
        }
        Ok(page)
    }

    async fn walk(&self, work: &mut Work<'_>) -> Result<(), Failure> {
        self.core.catch_up().await?;
        let mut walk = Walk::new(self.core.store(), api_key::KIND);
        loop {
            let page = walk.page().await?;
            if page.is_empty() {
                return Ok(());
            }
            let meant = work.meant(page)?;
            self.end_all(meant, work).await?;
        }
    }

    async fn end_all(&self, keys: Vec<Document>, work: &mut Work<'_>) -> Result<(), Failure> {
        let room = MAX_BATCH_CONDITIONS.saturating_sub(work.caller.conditions().count());
        for chunk in chunks(keys, room.clamp(1, MAX_CHUNK)) {
            let (begun, keys) = (!work.outcome.invalidated.is_empty(), chunk.len());
            match self.end(chunk, work).await {
                Ok(()) => {}
                Err(failure) if !begun => return Err(failure),
                Err(failure) => work.outcome.errors.extend(
                    (0..keys)
                        .map(|_| Failure::internal("Error invalidating api key").caused_by(failure.clone())),
                ),
            }
        }
        Ok(())
    }

    /// Invalidates these keys together. Where one was changed in between, all are read again: a key that was
    /// invalidated by somebody else is told as such, one that was removed is passed over.
    async fn end(&self, mut keys: Vec<Document>, work: &mut Work<'_>) -> Result<(), Failure> {
        let mut attempts = Attempts::new();
        while !keys.is_empty() {
            let mut batch = Batch::new();
            for key in &keys {
                let body = api_key::invalidated(key, self.core.now())?;
                batch = batch.expect(key.key.clone(), Expected::At(key.revision)).put(key.key.clone(), body);
            }
            match self.core.write(work.caller, "invalidate_apikeys", batch).await {
                Ok(()) => {
                    work.unsettled = false;
                    work.outcome.invalidated.extend(keys.into_iter().map(|it| it.key.id));
                    return Ok(());
                }
                Err(failure) if attempts.again(&failure) => keys = self.still_valid(keys, work)?,
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    fn still_valid(&self, keys: Vec<Document>, work: &mut Work<'_>) -> Result<Vec<Document>, Failure> {
        work.unsettled = true;
        let mut valid = Vec::new();
        for key in keys {
            let Some(document) = documents::load(self.core.store(), &key.key)? else { continue };
            if ApiKeyHeader::from_document(&document)?.invalidated {
                work.outcome.previously_invalidated.push(document.key.id);
            } else {
                valid.push(document);
            }
        }
        Ok(valid)
    }
}

/// Whether there are so many of them, and none is invalidated.
fn all_valid(page: &[Document], count: usize) -> Result<bool, Failure> {
    for document in page {
        if ApiKeyHeader::from_document(document)?.invalidated {
            return Ok(false);
        }
    }
    Ok(page.len() == count)
}

/// The documents in groups that one commit can take, of at most `most`.
fn chunks(documents: Vec<Document>, most: usize) -> Vec<Vec<Document>> {
    let (mut chunks, mut chunk, mut bytes) = (Vec::new(), Vec::new(), 0);
    for document in documents {
        let size = document.body.len();
        if chunk.len() == most || (bytes + size > MAX_CHUNK_BYTES && !chunk.is_empty()) {
            chunks.push(std::mem::take(&mut chunk));
            bytes = 0;
        }
        bytes += size;
        chunk.push(document);
    }
    if !chunk.is_empty() {
        chunks.push(chunk);
    }
    chunks
}

fn cross_cluster(id: &str) -> Failure {
    let privilege = "This requires [manage_security] cluster privilege or higher";
    Failure::new(Kind::Forbidden, format!("Cannot invalidate cross-cluster API key [{id}]. {privilege}"))
}

impl InvalidateApiKeys {
    fn check(&self) -> Result<(), Failure> {
        let by_id = self.ids.is_some();
        let by_name = text(self.name.as_ref()).is_some();
        let by_owner_name =
            text(self.username.as_ref()).is_some() || text(self.realm_name.as_ref()).is_some();
        let mut problems: Vec<String> = self.ids.as_deref().and_then(bad_ids).into_iter().collect();
        let mut problem = |is: bool, text: &str| problems.extend(is.then(|| text.to_owned()));
        problem(
            !(by_id || by_name || by_owner_name || self.owner),
            "One of [api key id(s), api key name, username, realm name] must be specified if [owner] flag is false",
        );
        problem(
            (by_id || by_name) && by_owner_name,
            "username or realm name must not be specified when the api key id(s) or api key name are specified",
        );
        problem(
            self.owner && by_owner_name,
            "neither username nor realm-name may be specified when invalidating owned API keys",
        );
        problem(by_id && by_name, "only one of [api key id(s), api key name] can be specified");
        if problems.is_empty() { Ok(()) } else { Err(Failure::request_validation(&problems)) }
    }
}

fn bad_ids(ids: &[String]) -> Option<String> {
    if ids.is_empty() {
        return Some("Field [ids] cannot be an empty array".to_owned());
    }
    let blank: Vec<String> = (0..)
        .zip(ids)
        .filter(|(_, id)| id.trim().is_empty())
        .map(|(index, _): (usize, _)| index.to_string())
        .collect();
    let (ids, positions) = match blank.len() {
        0 => return None,
        1 => ("blank id", "index position"),
        _ => ("blank ids", "index positions"),
    };
    Some(format!(
        "Field [ids] must not contain blank id, but got {ids} at {positions}: [{}]",
        blank.join(", ")
    ))
}

#[cfg(test)]
mod tests;
