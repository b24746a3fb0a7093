//! Management of users, roles, role mappings, API keys and service account tokens: the rules of each request, and the conditional
//! write that it ends in. Each noun has a file. Who may ask is decided before ([`crate::Caller`] proves it); what a
//! document looks like stands in `documents`; JSON and HTTP never live here.

pub mod api_keys;
pub mod role_mappings;
pub mod roles;
pub mod service_tokens;
pub mod users;

use portcullis_store::{DocumentKey, Expected};

use crate::caller::Caller;
use crate::core::Core;
use crate::error::{Failure, Kind};

/// How often a change is worked out anew because somebody else changed its document in between. Each time somebody
/// else got on, so more than this means a document that is written all the time: the client is told of the conflict.
const MAX_ATTEMPTS: u8 = 8;

/// Counts how often a change was tried.
pub(crate) struct Attempts(u8);

impl Attempts {
    pub(crate) fn new() -> Self {
        Self(1)
    }

    /// Whether to read again and try again after this failure.
    pub(crate) fn again(&mut self, failure: &Failure) -> bool {
        let again = failure.kind() == Kind::VersionConflict && self.0 < MAX_ATTEMPTS;
        self.0 = self.0.saturating_add(1);
        again
    }
}

/// What a request does that finds nothing to do, or nothing to do it to: this node may be behind, and whoever did it may not
/// have been answered yet.
#[derive(Default)]
struct Idle {
    caught_up: bool,
    looks: u8,
}

impl Idle {
    /// Whether to look again, with all that the log held before. The second time it is of no use.
    async fn catches_up(&mut self, core: &Core) -> Result<bool, Failure> {
        if core.cluster().is_none() || self.caught_up {
            return Ok(false);
        }
        self.caught_up = true;
        core.catch_up().await?;
        Ok(true)
    }

    /// Whether to look again at the document that needs no change. If not, it is in force on every member as it was seen,
    /// and whatever was on its way to change it before is refused when it arrives.
    async fn look_again(
        &mut self,
        core: &Core,
        caller: &Caller,
        key: &DocumentKey,
        seen: Expected,
    ) -> Result<bool, Failure> {
        if self.catches_up(core).await? {
            return Ok(true);
        }
        if core.confirm(caller, key, seen).await? {
            return Ok(false);
        }
        self.looks += 1;
        if self.looks < MAX_ATTEMPTS {
            return Ok(true);
        }
        let reason = format!("[{key}]: version conflict, the document is changed again and again");
        Err(Failure::new(Kind::VersionConflict, reason))
    }
}

#[cfg(test)]
pub(crate) mod tests;
