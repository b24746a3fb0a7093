//! Media types: the grammar of `Accept` and `Content-Type`, which of them can be served, the rules of
//! `compatible-with`, and the `Content-Type` of an answer. It reads headers only.

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use portcullis_security::{Failure, Kind};

use crate::refusal::Short;

#[cfg(test)]
mod tests;

/// What answers can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// JSON.
    Json,
    /// YAML, one document.
    Yaml,
}

/// How a known media type is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Json,
    Yaml,
    /// A format of Elasticsearch that is neither read nor written here.
    Foreign,
}

/// What is written where nothing else is asked for.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// One parsed header value.
#[derive(Debug, PartialEq, Eq)]
struct MediaType {
    /// `type/subtype`, in lower case.
    essence: String,
    /// Parameters in lower case, in the order sent.
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Parses a header value. `None` is a value that does not take part in negotiation: blank, a list, or
    /// anything at all.
    fn parse(value: &str) -> Result<Option<Self>, Failure> {
        if value.trim().is_empty() || value.contains(',') || value.trim() == "*/*" {
            return Ok(None);
        }
        let lower = value.to_ascii_lowercase();
        let mut parts = lower.split(';');
        let essence = parts.next().unwrap_or_default().trim();
        let well_formed = match essence.split_once('/') {
            Some((kind, subtype)) => is_token(kind) && is_token(subtype),
            None => false,
        };
        if !well_formed {
            return Err(Failure::illegal_argument(format!("invalid media-type [{value}]")));
        }
        let mut parameters = Vec::new();
        for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                Some((key, text)) if is_token(key) && is_token(text.trim_matches('"')) => {
                    parameters.push((key.to_owned(), text.to_owned()));
                }
                _ => {
                    return Err(Failure::illegal_argument(format!(
                        "invalid parameters for header [{value}]"
                    )));
                }
            }
        }
        Ok(Some(Self { essence: essence.to_owned(), parameters }))
    }

    /// Which format it names, if it is one of Elasticsearch's with parameters that it knows.
    fn family(&self) -> Option<Family> {
        let (versioned, name) = match self.essence.strip_prefix("application/vnd.elasticsearch+") {
            Some(name) => (true, name),
            None => (false, self.essence.strip_prefix("application/")?),
        };
        let family = match name {
            "json" => Family::Json,
            "yaml" => Family::Yaml,
            "x-ndjson" | "cbor" | "smile" => Family::Foreign,
            _ => return None,
        };
        let known = self.parameters.iter().all(|(key, value)| match key.as_str() {
            "charset" => value.trim_matches('"') == "utf-8",
            "compatible-with" => versioned && value.bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        });
        known.then_some(family)
    }

    /// The number behind `compatible-with`, of a versioned type.
    fn version(&self) -> Option<u64> {
        self.family()?;
        let (_, value) = self.parameters.iter().find(|(key, _)| key == "compatible-with")?;
        // Digits alone, so what does not parse is too large: a version, but none that there is.
        Some(value.parse().unwrap_or(u64::MAX))
    }

    /// The type as it stands in an answer: all parameters, no spaces.
    fn rendered(&self) -> HeaderValue {
        let mut text = self.essence.clone();
        for (key, value) in &self.parameters {
            text.push_str(&format!(";{key}={value}"));
        }
        // Tokens, so this holds.
        HeaderValue::from_str(&text).unwrap_or(JSON)
    }
}

/// RFC 9110 `token`.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// The format and `Content-Type` of an answer. Never fails: even a refusal has to be written in something.
pub(crate) fn of_answer(headers: &HeaderMap, format: Option<&str>) -> (Format, HeaderValue) {
    match format.map(str::to_ascii_lowercase).as_deref() {
        Some("json") => return (Format::Json, JSON),
        Some("yaml") => return (Format::Yaml, HeaderValue::from_static("application/yaml")),
        _ => {}
    }
    let accept = text(headers, &ACCEPT).and_then(|value| MediaType::parse(value).ok().flatten());
    if let Some(accept) = accept {
        match accept.family() {
            Some(Family::Json) => return (Format::Json, accept.rendered()),
            Some(Family::Yaml) => return (Format::Yaml, accept.rendered()),
            Some(Family::Foreign) | None => {}
        }
    }
    (Format::Json, JSON)
}

/// What is written of an answer that can be text or a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preferred {
    /// The text.
    Text,
    /// The value.
    Value,
}

/// Whether a client asks for values; `format` goes before `Accept`.
pub(crate) fn preferred(headers: &HeaderMap, format: Option<&str>) -> Preferred {
    let accept = || text(headers, &ACCEPT).and_then(|value| MediaType::parse(value).ok().flatten()?.family());
    match (format.map(str::to_ascii_lowercase).as_deref(), accept()) {
        (Some("json" | "yaml"), _) | (None, Some(Family::Json | Family::Yaml)) => Preferred::Value,
        (Some(_), _) | (None, Some(Family::Foreign) | None) => Preferred::Text,
    }
}

/// Checks both headers against each other and against what can be served. `major` is that of
/// `version.number`; it and the one before are served.
pub(crate) fn negotiate(
    headers: &HeaderMap,
    format: Option<&str>,
    has_body: bool,
    major: u64,
) -> Result<(), Failure> {
    let accept = parsed(headers, &ACCEPT, "Accept")?;
    let content = parsed(headers, &CONTENT_TYPE, "Content-Type")?;
    if let Some(format @ ("cbor" | "smile")) = format.map(str::to_ascii_lowercase).as_deref() {
        return Err(Failure::illegal_argument(format!("format [{format}] is not supported")));
    }
    if let Some(Family::Foreign) = accept.as_ref().and_then(MediaType::family) {
        let cause = format!("Accept header [{}] is not supported", shown(headers, &ACCEPT));
        return Err(wrapped("Accept", Failure::new(Kind::Status, cause)));
    }
    let accept_version = accept.as_ref().and_then(MediaType::version);
    let content_version = content.as_ref().and_then(MediaType::version);
    let served = |version: u64| version == major || version.checked_add(1) == Some(major);
    let range = || format!("must be either version {major} or {}", major.saturating_sub(1));
    if let Some(version) = accept_version.filter(|version| !served(*version)) {
        let value = shown(headers, &ACCEPT);
        let cause = format!("Accept version {}, but found {version}. Accept={value}", range());
        return Err(wrapped("Accept", Failure::new(Kind::Status, cause)));
    }
    if !has_body {
        return Ok(());
    }
    if let Some(version) = content_version.filter(|version| !served(*version)) {
        let value = shown(headers, &CONTENT_TYPE);
        let cause = format!("Content-Type version {}, but found {version}. Content-Type={value}", range());
        return Err(wrapped("Content-Type", Failure::new(Kind::Status, cause)));
    }
    let ending = if accept_version.unwrap_or(major) != content_version.unwrap_or(major) {
        " and the compatible versions must match"
    } else if accept.is_some() && content.is_some() && accept_version.is_some() != content_version.is_some() {
        ""
    } else {
        return Ok(());
    };
    Err(wrapped(
        "Content-Type, Accept",
        Failure::new(
            Kind::Status,
            format!(
                "A compatible version is required on both Content-Type and Accept headers if either one has \
                 requested a compatible version{ending}. Accept={}, Content-Type={}",
                shown(headers, &ACCEPT),
                shown(headers, &CONTENT_TYPE)
            ),
        ),
    ))
}

/// Checks that a body, which is there, is of a type that can be read: JSON alone.
pub(crate) fn check_body(headers: &HeaderMap) -> Result<(), Short> {
    if !headers.contains_key(CONTENT_TYPE) {
        return Err(Short::NoContentType);
    }
    let media = text(headers, &CONTENT_TYPE).and_then(|value| MediaType::parse(value).ok().flatten());
    match media.and_then(|media| media.family()) {
        Some(Family::Json) => Ok(()),
        Some(Family::Yaml | Family::Foreign) | None => {
            Err(Short::UnsupportedContentType(shown(headers, &CONTENT_TYPE).to_owned()))
        }
    }
}

fn parsed(
    headers: &HeaderMap,
    name: &http::HeaderName,
    shown_name: &str,
) -> Result<Option<MediaType>, Failure> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        let cause = format!("Incorrect header [{shown_name}]. Only one value should be provided");
        return Err(wrapped(shown_name, Failure::illegal_argument(cause)));
    }
    match value.to_str() {
        Ok(value) => MediaType::parse(value).map_err(|cause| wrapped(shown_name, cause)),
        Err(_) => {
            Err(wrapped(shown_name, Failure::illegal_argument("a media type is written in visible ASCII")))
        }
    }
}

fn wrapped(names: &str, cause: Failure) -> Failure {
    Failure::new(Kind::MediaTypeHeader, format!("Invalid media-type value on headers [{names}]"))
        .caused_by(cause)
}

fn text<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The value in a sentence; an absent header reads `null`, as in Elasticsearch.
fn shown<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> &'a str {
    match headers.get(name) {
        None => "null",
        Some(value) => value.to_str().unwrap_or("(not visible ASCII)"),
    }
}
