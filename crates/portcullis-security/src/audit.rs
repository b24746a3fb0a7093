//! The one function through which refusals, revocations, clears and other changes pass: one log line each, with
//! Elasticsearch's `event.action`. What a client sent is escaped and cut; headers, bodies and query values are never
//! logged.

use crate::authn::credentials::Credentials;
use crate::authn::{Authenticated, AuthenticationRequest};
use crate::caller::Caller;
use crate::error::Failure;

/// Text that came from a client is cut to this many characters in a log line.
pub const MAX_LOGGED_CHARACTERS: usize = 256;

/// One line of the audit.
struct Event<'a> {
    action: &'static str,
    user: &'a str,
    realm: &'a str,
    origin: &'a str,
    request_id: &'a str,
    /// The privilege action, or the ids touched.
    object: &'a str,
    reason: &'a str,
}

fn write(event: &Event<'_>) {
    let Event { action, user, realm, origin, request_id, object, reason } = event;
    let (user, object, reason) = (clip(user), clip(object), clip(reason));
    tracing::info!(
        { "event.action" = action, "user.name" = user, "user.realm" = realm, "origin.address" = origin, "request.id" = request_id, object, reason },
        "audit"
    );
}

/// Text from outside as a log may hold it: control characters escaped, at most [`MAX_LOGGED_CHARACTERS`] characters.
pub fn clip(text: &str) -> String {
    let mut clipped: String = text.chars().flat_map(char::escape_debug).take(MAX_LOGGED_CHARACTERS).collect();
    if text.chars().count() > MAX_LOGGED_CHARACTERS {
        clipped.push('…');
    }
    clipped
}

/// The credentials were missing or wrong.
pub(crate) fn authentication_failed(request: &AuthenticationRequest, failure: &Failure) {
    let user = match &request.credentials {
        Credentials::Basic { username, .. } => username.as_str(),
        Credentials::ApiKey { id, .. } => id.as_str(),
        Credentials::None | Credentials::Bearer { .. } | Credentials::Malformed(_) => "",
    };
    let action = match &request.credentials {
        Credentials::None => "anonymous_access_denied",
        _ => "authentication_failed",
    };
    let detail = failure.metadata().iter().flat_map(|(_, values)| values).next();
    write(&Event {
        action,
        user,
        realm: "",
        origin: &request.origin,
        request_id: &request.request_id,
        object: "",
        // The reason names the path with its query, which is not for the log.
        reason: detail.map_or("", String::as_str),
    });
}

/// Somebody may not do this.
pub(crate) fn access_denied(who: &Authenticated, action: &'static str) {
    write(&Event {
        action: if who.authentication.is_run_as() || who.unknown_target.is_some() {
            "run_as_denied"
        } else {
            "access_denied"
        },
        user: &who.authentication.authenticating_user().username,
        realm: &who.authentication.realm.name,
        origin: &who.origin,
        request_id: &who.request_id,
        object: action,
        reason: "",
    });
}

/// A change was made, or caches were cleared. `action` is Elasticsearch's name of the change, `object` what it touched.
pub(crate) fn changed(caller: &Caller, action: &'static str, object: &str) {
    write(&Event {
        action,
        user: &caller.authentication.authenticating_user().username,
        realm: &caller.authentication.realm.name,
        origin: &caller.origin,
        request_id: &caller.request_id,
        object,
        reason: "",
    });
}

#[cfg(test)]
mod tests {
    use super::clip;

    #[test]
    fn what_a_client_sent_is_escaped_and_cut() {
        assert_eq!(clip("a\nb\u{1b}[31m"), "a\\nb\\u{1b}[31m");
        assert_eq!(clip(&"x".repeat(300)).chars().count(), 257);
    }
}
