//! The one place through which refusals, revocations, clears and other changes pass: one log line each, with
//! Elasticsearch's `event.action`. What a client sent is escaped and cut; headers, bodies and query values are never
//! logged. Refusals that repeat are counted, not repeated.

mod repeats;

use portcullis_store::Batch;

use crate::authn::credentials::{Credentials, ServiceToken};
use crate::authn::{Authenticated, AuthenticationRequest};
use crate::caller::Caller;
use crate::core::Core;
use crate::error::Failure;

pub(crate) use repeats::Repeats;

/// Text that came from a client is cut to this many characters in a log line.
pub const MAX_LOGGED_CHARACTERS: usize = 256;

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
}

fn write(event: &Event) {
    let Event { action, user, realm, origin, request_id, object, reason, repeated } = event;
    tracing::info!(
        { "event.action" = action, "user.name" = user, "user.realm" = realm, "origin.address" = origin, "request.id" = request_id, object, reason, repeated },
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
    /// What the batch does. `action` is Elasticsearch's name of it.
    pub(crate) fn of(caller: &Caller, action: &'static str, batch: &Batch) -> Self {
        Self(batch.writes.iter().map(|it| done_by(caller, action, &it.key().id)).collect())
    }

    /// They were made.
    pub(crate) fn made(mut self) {
        std::mem::take(&mut self.0).iter().for_each(write);
    }

    /// They were not.
    pub(crate) fn refused(mut self) {
        self.0.clear();
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        for event in &mut self.0 {
            "nobody waited for the outcome, or it is unknown".clone_into(&mut event.reason);
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
    }
}

/// The node's operator set somebody's password on the machine itself.
pub(crate) fn password_set(username: &str) {
    write(&Event {
        action: "change_password",
        user: String::new(),
        realm: String::new(),
        origin: "local".to_owned(),
        request_id: String::new(),
        object: clip(username),
        reason: String::new(),
        repeated: 0,
    });
}

#[cfg(test)]
mod tests;
