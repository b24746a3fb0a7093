//! The headers that the API itself reads: credentials, run-as, and those that may stand but once.

use std::net::SocketAddr;

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method};
use portcullis_security::{AuthenticationRequest, Credentials, RequestId};

use crate::refusal::{Refusal, Short};

/// Echoed to the client.
pub(crate) const OPAQUE_ID: HeaderName = HeaderName::from_static("x-opaque-id");
/// Whom the caller wants to be.
pub(crate) const RUN_AS: HeaderName = HeaderName::from_static("es-security-runas-user");

/// Refuses two different values where one is meant: whoever stands before us may have read the other one.
pub(crate) fn single_valued(headers: &HeaderMap) -> Result<(), Refusal> {
    // Most heads have no line twice.
    if headers.len() == headers.keys_len() {
        return Ok(());
    }
    for (name, told) in
        [(AUTHORIZATION, "Authorization"), (OPAQUE_ID, "X-Opaque-Id"), (RUN_AS, "es-security-runas-user")]
    {
        let mut values = headers.get_all(name).iter();
        if let Some(first) = values.next()
            && values.any(|other| other != first)
        {
            return Err(Short::RepeatedHeader(told).into());
        }
    }
    Ok(())
}

/// What the head says about its sender.
pub(crate) fn authentication(
    head: &Parts,
    peer: Option<SocketAddr>,
    id: &RequestId,
) -> AuthenticationRequest {
    let run_as = head.headers.get(&RUN_AS).map(|name| String::from_utf8_lossy(name.as_bytes()).into_owned());
    AuthenticationRequest {
        credentials: Credentials::from_header(head.headers.get(AUTHORIZATION).map(|value| value.as_bytes())),
        run_as,
        uri: target(head),
        origin: peer,
        request_id: id.clone(),
    }
}

/// Path and query as sent.
pub(crate) fn target(head: &Parts) -> String {
    head.uri.path_and_query().map_or_else(|| head.uri.to_string(), |it| it.as_str().to_owned())
}

/// The method, or one that stands for all that are unknown: clients must not be able to make up metrics.
pub(crate) fn bounded(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::HEAD => "HEAD",
        Method::PATCH => "PATCH",
        _ => "TRACE",
    }
}
