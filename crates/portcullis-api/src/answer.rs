//! From an outcome to an HTTP response: status, headers and body, for replies and refusals alike. The one place
//! that sets `X-elastic-product`, `WWW-Authenticate`, `Retry-After` and the echoed ids.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use http_body::Body;
use http_body_util::Full;
use portcullis_security::{Failure, Kind, RequestId, audit};
use serde_json::Value;

use crate::media::Preferred;
use crate::params::Query;
use crate::refusal::{Refusal, Short};
use crate::reply::filter::Filter;
use crate::reply::{Content, Presentation, Reply};
use crate::request_id;
use crate::shared::Shared;
use crate::{error, headers, media};

/// The header by which official clients know a server.
const PRODUCT: HeaderName = HeaderName::from_static("x-elastic-product");

/// Seconds after which a client may try again where the answer could not be known.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("1");

/// Header lines that most answers have: `Content-Type`, the product, the request's id.
const USUAL_HEADERS: usize = 3;

/// The answer to `OPTIONS`, which needs no credentials.
pub(crate) fn options(allowed: &[Method]) -> Reply {
    let reply = Reply::text(StatusCode::OK, "text/plain; charset=UTF-8", String::new());
    match allow(allowed) {
        Some(value) => reply.header(ALLOW, value),
        None => reply,
    }
}

fn allow(allowed: &[Method]) -> Option<HeaderValue> {
    if allowed.is_empty() {
        return None;
    }
    let names: Vec<&str> = allowed.iter().map(Method::as_str).collect();
    HeaderValue::from_str(&names.join(",")).ok()
}

/// Writes the response. `query` is empty where it could not be parsed.
pub(crate) fn write(
    shared: &Shared,
    head: &Parts,
    query: &Query,
    id: &RequestId,
    outcome: Result<Reply, Refusal>,
) -> Response<Full<Bytes>> {
    let (format, media) = media::of_answer(&head.headers, query.text("format"));
    let presentation = Presentation {
        format,
        media,
        preferred: media::preferred(&head.headers, query.text("format")),
        pretty: query.flag("pretty").unwrap_or_default(),
        filter: query.text("filter_path").map(Filter::parse).unwrap_or_default(),
    };
    let traces = shared.settings.detailed_errors && query.flag("error_trace").unwrap_or_default();
    let reply = match outcome {
        Ok(reply) => reply,
        Err(refusal) => refused(shared, id, refusal, traces),
    };
    // What is told of a refusal is not the client's to choose.
    let presentation = if reply.filtered { presentation } else { presentation.unfiltered() };
    let mut response = match body(&presentation, reply) {
        Ok(response) => response,
        Err(failure) => {
            let reply = refused(shared, id, Refusal::Failed(failure), false);
            let plain = Presentation::plain();
            body(&plain, reply).unwrap_or_else(|_| {
                let mut bare = Response::new(Full::default());
                *bare.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                bare
            })
        }
    };
    finish(&head.headers, id, &mut response);
    if head.method == Method::HEAD {
        // Of every other answer the connection tells the length.
        let body = std::mem::take(response.body_mut());
        let length = body.size_hint().exact().unwrap_or_default();
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

/// Status, own headers, `Content-Type` and body.
fn body(presentation: &Presentation, reply: Reply) -> Result<Response<Full<Bytes>>, Failure> {
    let (media, bytes) = match reply.content {
        Content::Text { media, text } => (HeaderValue::from_static(media), Bytes::from(text)),
        Content::Either { media, text, .. } if presentation.preferred == Preferred::Text => {
            (HeaderValue::from_static(media), Bytes::from(text))
        }
        Content::Rendered(bytes) if presentation.is_plain() && !reply.pretty => {
            (presentation.media.clone(), bytes)
        }
        Content::Rendered(bytes) => {
            let value = serde_json::from_slice(&bytes).map_err(unreadable)?;
            (presentation.media.clone(), presentation.write(value, reply.pretty)?)
        }
        Content::Value(value) | Content::Either { value, .. } => {
            (presentation.media.clone(), presentation.write(value, reply.pretty)?)
        }
    };
    let mut response = Response::new(Full::new(bytes));
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    headers.reserve(USUAL_HEADERS + reply.headers.len());
    headers.insert(CONTENT_TYPE, media);
    for (name, value) in reply.headers {
        headers.append(name, value);
    }
    Ok(response)
}

/// What was written before was written by us.
fn unreadable(error: serde_json::Error) -> Failure {
    Failure::internal("an answer could not be read back").caused_by(Failure::internal(error.to_string()))
}

/// What every response carries; the product header is left out of a 401 and a 403, as in Elasticsearch.
fn finish(asked: &HeaderMap, id: &RequestId, response: &mut Response<Full<Bytes>>) {
    let status = response.status();
    let headers = response.headers_mut();
    if status != StatusCode::UNAUTHORIZED && status != StatusCode::FORBIDDEN {
        headers.insert(PRODUCT, HeaderValue::from_static("Elasticsearch"));
    }
    if let Some(value) = request_id::header(id) {
        headers.insert(request_id::NAME, value);
    }
    if let Some(value) = asked.get(&headers::OPAQUE_ID) {
        headers.insert(headers::OPAQUE_ID, value.clone());
    }
}

fn refused(shared: &Shared, id: &RequestId, refusal: Refusal, traces: bool) -> Reply {
    match refusal {
        Refusal::Failed(failure) => failed(shared, id, &failure, traces),
        Refusal::Short(short) => short_error(&short),
    }
}

fn failed(shared: &Shared, id: &RequestId, failure: &Failure, traces: bool) -> Reply {
    let status = error::row(failure.kind()).status;
    if status.is_server_error() && !matches!(failure.kind(), Kind::Unavailable | Kind::Fenced) {
        let failure_text = audit::clip(&failure.to_string());
        tracing::error!(
            request_id = id.as_str(),
            failure = failure_text,
            place = %failure.place(),
            "a request failed"
        );
    }
    let mut reply = Reply::with_status(status, error::envelope(failure, shared.telling(traces))).whole();
    if failure.kind() == Kind::Unauthenticated {
        for challenge in &shared.challenges {
            reply = reply.header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
    }
    match failure.kind() {
        Kind::Unavailable | Kind::Fenced => reply.header(RETRY_AFTER, RETRY_SECONDS),
        _ => reply,
    }
}

fn short_error(short: &Short) -> Reply {
    let value: Value = short.body();
    let reply = Reply::with_status(short.status(), value).whole();
    match allow(short.allowed()) {
        Some(value) => reply.header(ALLOW, value),
        None => reply,
    }
}
