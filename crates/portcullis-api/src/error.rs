//! How a failure looks on the wire: the one table from [`Kind`] to type name and status, and Elasticsearch's
//! error envelope. Nothing here decides anything, and no other file names an error type.

use http::StatusCode;
use portcullis_security::{Failure, Kind};
use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// The key of the challenges under `header`; Elasticsearch's capitals.
const CHALLENGE: &str = "WWW-Authenticate";

/// One row of the table.
pub(crate) struct Row {
    /// The `type` field.
    pub(crate) name: &'static str,
    /// The status of an answer whose outermost failure is of this kind.
    pub(crate) status: StatusCode,
    /// Whether the class belongs to Elasticsearch (and not to the Java library): the rule for `root_cause`
    /// follows causes only through those.
    elasticsearch: bool,
}

/// The table. No wildcard arm: a new kind does not compile until it has its row.
pub(crate) fn row(kind: Kind) -> Row {
    let (name, status, elasticsearch) = match kind {
        Kind::Unauthenticated => ("security_exception", StatusCode::UNAUTHORIZED, true),
        Kind::Forbidden => ("security_exception", StatusCode::FORBIDDEN, true),
        Kind::IllegalArgument => ("illegal_argument_exception", StatusCode::BAD_REQUEST, false),
        Kind::RequestValidation => ("action_request_validation_exception", StatusCode::BAD_REQUEST, false),
        Kind::Validation => ("validation_exception", StatusCode::BAD_REQUEST, false),
        Kind::Parse => ("parse_exception", StatusCode::BAD_REQUEST, true),
        Kind::ContentParse => ("x_content_parse_exception", StatusCode::BAD_REQUEST, false),
        Kind::MediaTypeHeader => ("media_type_header_exception", StatusCode::BAD_REQUEST, false),
        Kind::Status => ("status_exception", StatusCode::BAD_REQUEST, true),
        Kind::NotFound => ("resource_not_found_exception", StatusCode::NOT_FOUND, true),
        Kind::VersionConflict => ("version_conflict_engine_exception", StatusCode::CONFLICT, true),
        Kind::Rejected => ("es_rejected_execution_exception", StatusCode::TOO_MANY_REQUESTS, false),
        Kind::FeatureNotEnabled => ("feature_not_enabled_exception", StatusCode::BAD_REQUEST, true),
        Kind::Unavailable => ("unavailable_shards_exception", StatusCode::SERVICE_UNAVAILABLE, true),
        Kind::Fenced => ("cluster_block_exception", StatusCode::SERVICE_UNAVAILABLE, true),
        Kind::ContentTooLarge => ("content_too_long_exception", StatusCode::PAYLOAD_TOO_LARGE, false),
        Kind::RequestTimeout => ("timeout_exception", StatusCode::REQUEST_TIMEOUT, true),
        Kind::FailedNode => ("failed_node_exception", StatusCode::INTERNAL_SERVER_ERROR, true),
        Kind::Internal => ("exception", StatusCode::INTERNAL_SERVER_ERROR, true),
    };
    Row { name, status, elasticsearch }
}

/// How much of a failure is told.
#[derive(Clone, Copy)]
pub(crate) struct Telling<'a> {
    /// The values of `WWW-Authenticate`, repeated in the body of a 401.
    pub(crate) challenges: &'a [&'static str],
    /// Whether the client asked for `error_trace`.
    pub(crate) traces: bool,
    /// `http.detailed_errors.enabled`.
    pub(crate) detailed: bool,
}

/// The whole error body.
pub(crate) fn envelope(failure: &Failure, telling: Telling<'_>) -> Value {
    let status = row(failure.kind()).status;
    // A stack trace must not help to find out why a credential was refused.
    let telling = Telling { traces: telling.traces && status != StatusCode::UNAUTHORIZED, ..telling };
    let error = if telling.detailed {
        let root = entry(root_cause(failure), telling, Causes::Left);
        let mut error = Map::new();
        error.insert("root_cause".to_owned(), Value::Array(vec![Value::Object(root)]));
        error.append(&mut entry(failure, telling, Causes::Told));
        error
    } else {
        let mut error = Map::new();
        error.insert("type".to_owned(), row(failure.kind()).name.into());
        error.insert("reason".to_owned(), failure.reason().into());
        error
    };
    let mut body = Map::new();
    body.insert("error".to_owned(), Value::Object(error));
    body.insert("status".to_owned(), status.as_u16().into());
    Value::Object(body)
}

/// One failure as an object with its causes: an entry of `failures`, `error_details` or `caused_by`.
pub(crate) fn object(failure: &Failure, telling: Telling<'_>) -> Value {
    Value::Object(entry(failure, telling, Causes::Told))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Causes {
    Told,
    Left,
}

/// `type`, `reason`, metadata, `caused_by`, `header`, `stack_trace`, `suppressed`, in this order.
fn entry(failure: &Failure, telling: Telling<'_>, causes: Causes) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("type".to_owned(), row(failure.kind()).name.into());
    map.insert("reason".to_owned(), failure.reason().into());
    for (key, values) in failure.metadata() {
        insert_values(&mut map, key, values);
    }
    if causes == Causes::Told
        && let Some(cause) = failure.cause()
    {
        map.insert("caused_by".to_owned(), object(cause, telling));
    }
    if failure.kind() == Kind::Unauthenticated {
        let mut header = Map::new();
        insert_values(&mut header, CHALLENGE, telling.challenges);
        if !header.is_empty() {
            map.insert("header".to_owned(), Value::Object(header));
        }
    }
    if telling.traces {
        map.insert("stack_trace".to_owned(), stack_trace(failure).into());
        if !failure.suppressed().is_empty() {
            let others = failure.suppressed().iter().map(|other| object(other, telling)).collect();
            map.insert("suppressed".to_owned(), Value::Array(others));
        }
    }
    map
}

/// Elasticsearch writes a list of one as a bare value and leaves an empty one out.
fn insert_values<S: AsRef<str>>(map: &mut Map<String, Value>, key: &str, values: &[S]) {
    let value = match values {
        [] => return,
        [only] => Value::from(only.as_ref()),
        many => many.iter().map(AsRef::as_ref).collect(),
    };
    map.insert(key.to_owned(), value);
}

/// The failure that the client most wants to read: through parse failures to the innermost, and through
/// Elasticsearch's own classes to the innermost of those.
fn root_cause(failure: &Failure) -> &Failure {
    let mut at = failure;
    while let Some(cause) = at.cause() {
        let through = match at.kind() {
            Kind::ContentParse => cause.kind() == Kind::ContentParse || row(cause.kind()).elasticsearch,
            kind => row(kind).elasticsearch && row(cause.kind()).elasticsearch,
        };
        if !through {
            break;
        }
        at = cause;
    }
    at
}

/// The chain of failures, outermost first, each with the place in our code that raised it.
fn stack_trace(failure: &Failure) -> String {
    let mut text = String::new();
    let mut next = Some(failure);
    while let Some(at) = next {
        if !text.is_empty() {
            text.push_str("\nCaused by: ");
        }
        let place = at.place();
        text.push_str(&format!(
            "{}: {}\n\tat {}:{}",
            row(at.kind()).name,
            at.reason(),
            place.file(),
            place.line()
        ));
        next = at.cause();
    }
    text
}
