//! The one place through which refusals, revocations, clears and other changes pass: one log line each, with
//! Elasticsearch's `event.action`. What a client sent is escaped and cut; headers, bodies and query values are never
//! logged. Refusals that repeat are counted, not repeated. Documented in `docs/guides/audit.md`.

mod repeats;
mod written;

use portcullis_store::{Batch, DocumentKey, Revision};

use crate::authn::credentials::{Credentials, ServiceToken};
use crate::authn::{Authenticated, AuthenticationRequest};
use crate::caller::Caller;
use crate::core::Core;
use crate::error::Failure;

pub(crate) use repeats::Repeats;
use written::Written;
pub(crate) use written::{ALL_FIELDS, Change};

/// Text that came from a client is cut to this many characters in a log line.
pub const MAX_LOGGED_CHARACTERS: usize = 256;

/// The reason of a change that may have been made or not.
const UNKNOWN: &str = "nobody waited for the outcome, or it is unknown";

/// One line of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    action: &'static str,
    user: String,
    realm: String,
    origin: String,
    request_id: String,
    /// The privilege action, or what was touched.
    object: String,
    reason: String,
    /// Equal refusals that were counted since the last line about them.
    repeated: u64,
    /// What was written, of a change.
    written: Option<Written>,
}

fn write(event: &Event) {
    let Event { action, user, realm, origin, request_id, object, reason, repeated, written } = event;
    let written = written.as_ref();
    let (kind, id) = (written.map(|it| it.kind), written.map(|it| it.id.as_str()));
    let (change, fields) =
        (written.map(|it| it.change.as_str()), written.and_then(|it| it.fields.as_deref()));
    let (epoch, revision) = (written.map(|it| it.epoch.as_str()), written.and_then(|it| it.revision));
    tracing::info!(
        { "event.action" = action, "user.name" = user, "user.realm" = realm, "origin.address" = origin, "request.id" = request_id, object, reason, repeated, "document.kind" = kind, "document.id" = id, "document.change" = change, "document.fields" = fields, "store.epoch" = epoch, "store.revision" = revision },
        "{action}"
    );
}

/// Text from outside as a log may hold it: control characters escaped, at most [`MAX_LOGGED_CHARACTERS`] characters.
pub fn clip(text: &str) -> String {
    let mut clipped: String = text.chars().flat_map(char::escape_debug).take(MAX_LOGGED_CHARACTERS).collect();
    if text.chars().nth(MAX_LOGGED_CHARACTERS).is_some() {
        clipped.push('…');
    }
    clipped
}

/// The credentials were missing or wrong.
pub(crate) fn authentication_failed(core: &Core, request: &AuthenticationRequest, failure: &Failure) {
    let user = match &request.credentials {
        Credentials::Basic { username, .. } => username.clone(),
        Credentials::ApiKey { id, .. } => id.clone(),
        Credentials::Bearer { token } => {
            ServiceToken::parse(token).map_or(String::new(), |it| it.id.to_string())
        }
        Credentials::None | Credentials::Unknown | Credentials::Malformed(_) => String::new(),
    };
    let action = match &request.credentials {
        Credentials::None | Credentials::Unknown => "anonymous_access_denied",
        _ => "authentication_failed",
    };
    // The reason itself names the path with its query, which is not for the log.
    let reason = failure.metadata().iter().flat_map(|(_, values)| values).next();
    refused(
        core,
        Event {
            action,
            user: clip(&user),
            realm: String::new(),
            origin: request.origin(),
            request_id: request.request_id.as_str().to_owned(),
            object: String::new(),
            reason: reason.map_or(String::new(), |it| clip(it)),
            repeated: 0,
            written: None,
        },
    );
}

/// Somebody may not do this.
pub(crate) fn access_denied(core: &Core, who: &Authenticated, action: &'static str) {
    let run_as = who.authentication().is_run_as() || who.unknown_target.is_some();
    refused(
        core,
        Event {
            action: if run_as { "run_as_denied" } else { "access_denied" },
            user: clip(&who.authentication().authenticating_user().username),
            realm: who.authentication().realm.name.to_string(),
            origin: who.request.origin(),
            request_id: who.request.request_id.as_str().to_owned(),
            object: action.to_owned(),
            reason: String::new(),
            repeated: 0,
            written: None,
        },
    );
}

fn refused(core: &Core, event: Event) {
    if let Some(event) = core.repeats().take(event, core.boot()) {
        write(&event);
    }
}

/// Writes what was counted and not written, once nobody repeats it any more. Called now and then.
pub(crate) fn flush(core: &Core) {
    for event in core.repeats().over(core.boot()) {
        write(&event);
    }
}

/// Caches were cleared.
pub(crate) fn cleared(caller: &Caller, object: &str) {
    write(&done_by(caller, "clear_cache", object));
}

/// Changes that are being made, by one caller in one commit: a line for each document. Dropped before it is known what
/// came of them, because the client has left say, it writes the lines all the same: who hangs up leaves a trace.
pub(crate) struct Changes(Vec<Event>);

impl Changes {
    /// What the batch does. `action` is Elasticsearch's name of it. Call it before the commit: the documents are looked
    /// at as they were.
    pub(crate) fn of(core: &Core, caller: &Caller, action: &'static str, batch: &Batch) -> Self {
        let event = |write| {
            let written = Some(Written::of(core.store(), action, batch, write));
            Event { written, ..done_by(caller, action, &write.key().id) }
        };
        Self(batch.writes.iter().map(event).collect())
    }

    /// They were made, at this revision.
    pub(crate) fn made(mut self, at: Revision) {
        for mut event in std::mem::take(&mut self.0) {
            event.written = event.written.map(|it| it.at(at));
            write(&event);
        }
    }

    /// They were not.
    pub(crate) fn refused(mut self) {
        self.0.clear();
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        for event in &mut self.0 {
            UNKNOWN.clone_into(&mut event.reason);
            write(event);
        }
    }
}

fn done_by(caller: &Caller, action: &'static str, object: &str) -> Event {
    Event {
        action,
        user: clip(&caller.authentication().authenticating_user().username),
        realm: caller.authentication().realm.name.to_string(),
        origin: caller.request.origin(),
        request_id: caller.request.request_id.as_str().to_owned(),
        object: clip(object),
        reason: String::new(),
        repeated: 0,
        written: None,
    }
}

/// The node's operator set somebody's password on the machine itself. Without a revision it is unknown whether that was
/// done.
pub(crate) fn password_set(core: &Core, key: &DocumentKey, at: Option<Revision>) {
    let written = Written::password(core.store(), key);
    write(&Event {
        action: "change_password",
        user: String::new(),
        realm: String::new(),
        origin: "local".to_owned(),
        request_id: String::new(),
        object: clip(&key.id),
        reason: if at.is_some() { String::new() } else { UNKNOWN.to_owned() },
        repeated: 0,
        written: Some(match at {
            Some(at) => written.at(at),
            None => written,
        }),
    });
}

#[cfg(test)]
mod tests;
