//! What a request says in its target: percent-decoding, the query string, and typed access to both path and
//! query parameters with Elasticsearch's messages. Which parameters a route takes stands in `routes.rs`.

use std::borrow::Cow;

use portcullis_model::lifetime::TimeValue;
use portcullis_security::Failure;

#[cfg(test)]
mod tests;

/// Parameters that every route takes.
pub(crate) const ALWAYS: [&str; 5] = ["pretty", "human", "format", "filter_path", "error_trace"];

/// The parameters of one request: those of the path first, then those of the query.
#[derive(Debug, Default)]
pub(crate) struct Params {
    path: Vec<(&'static str, String)>,
    query: Query,
}

impl Params {
    /// Takes the raw path parameters of a matched route and the parsed query.
    pub(crate) fn new(raw: &[(&'static str, &str)], query: Query) -> Result<Self, Failure> {
        let mut path = Vec::with_capacity(raw.len());
        for &(name, value) in raw {
            path.push((name, decode(value, Plus::Kept)?.into_owned()));
        }
        Ok(Self { path, query })
    }

    /// A parameter of the path. Empty if the route has none of this name, which the table's test excludes.
    pub(crate) fn path(&self, name: &str) -> &str {
        self.path.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    /// Names in the path, split after decoding. Empty only if the route has no such parameter.
    pub(crate) fn names(&self, name: &str) -> Vec<String> {
        split(self.path(name))
    }

    /// A list in the path, split after decoding; empty is "everything".
    pub(crate) fn path_list(&self, name: &str) -> Vec<String> {
        list(self.path(name))
    }

    /// The query.
    pub(crate) fn query(&self) -> &Query {
        &self.query
    }
}

/// The parsed query string. Of a name given twice the last counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Parses what stands behind `?`; pairs are separated by `&` or `;`.
    pub(crate) fn parse(text: Option<&str>) -> Result<Self, Failure> {
        let mut pairs = Vec::new();
        for pair in text.unwrap_or_default().split(['&', ';']).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((decode(name, Plus::Space)?.into_owned(), decode(value, Plus::Space)?.into_owned()));
        }
        Ok(Self(pairs))
    }

    /// A value as sent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A value, of which blank ones count as absent.
    pub(crate) fn present(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|value| !value.trim().is_empty())
    }

    /// A boolean; absent is false, present without a value is true.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Failure> {
        match self.text(name) {
            None | Some("false") => Ok(false),
            Some("" | "true") => Ok(true),
            Some(other) => Err(Failure::illegal_argument(format!(
                "Failed to parse value [{other}] as only [true] or [false] are allowed."
            ))),
        }
    }

    /// A length of time.
    pub(crate) fn time(&self, name: &str) -> Result<Option<TimeValue>, Failure> {
        let parse = |text| TimeValue::parse(name, text);
        self.text(name).map(parse).transpose().map_err(|error| Failure::illegal_argument(error.to_string()))
    }

    /// A list; empty is "everything".
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        list(self.text(name).unwrap_or_default())
    }

    /// Refuses every name that neither the route nor everybody takes.
    pub(crate) fn refuse_unknown(&self, path: &str, accepted: &[&'static str]) -> Result<(), Failure> {
        let mut unknown: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        unknown.retain(|name| !ALWAYS.contains(name) && !accepted.contains(name));
        if unknown.is_empty() {
            return Ok(());
        }
        unknown.sort_unstable();
        unknown.dedup();
        let plural = if unknown.len() == 1 { "" } else { "s" };
        let told: Vec<String> =
            unknown.iter().map(|name| format!("[{name}]{}", meant(name, accepted))).collect();
        let path = decode(path, Plus::Kept)?;
        let told = told.join(", ");
        Err(Failure::illegal_argument(format!(
            "request [{path}] contains unrecognized parameter{plural}: {told}"
        )))
    }

    /// Checks `refresh`. Every write is visible when it is acknowledged, so the three values do the same.
    pub(crate) fn check_refresh(&self) -> Result<(), Failure> {
        match self.text("refresh") {
            None | Some("" | "true" | "false" | "wait_for") => Ok(()),
            Some(other) => Err(Failure::illegal_argument(format!("Unknown value for refresh: [{other}]."))),
        }
    }
}

/// ` -> did you mean …?` for names that are alike, best first.
fn meant(name: &str, accepted: &[&'static str]) -> String {
    /// A suggestion's length does not grow with what was sent.
    const LONGEST: usize = 64;
    if name.len() > LONGEST {
        return String::new();
    }
    let mut near: Vec<(f64, &str)> = accepted
        .iter()
        .chain(&ALWAYS)
        .map(|known| (strsim::normalized_levenshtein(name, known), *known))
        .filter(|(score, _)| *score > 0.5)
        .collect();
    near.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(a.cmp(b)));
    let names: Vec<&str> = near.into_iter().map(|(_, known)| known).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => format!(" -> did you mean [{only}]?"),
        several => format!(" -> did you mean any of [{}]?", several.join(", ")),
    }
}

/// `*`, `_all` and nothing mean everything, said by an empty list; beside another name they are names themselves.
fn list(text: &str) -> Vec<String> {
    let names = split(text);
    match names.as_slice() {
        [only] if only == "*" || only == "_all" => Vec::new(),
        _ => names,
    }
}

/// Splits at commas, without trimming.
fn split(text: &str) -> Vec<String> {
    text.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// What `+` stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plus {
    /// Itself, as in a path.
    Kept,
    /// A space, as in a query.
    Space,
}

/// Percent-decodes. Unlike Elasticsearch, which puts replacement characters in, bytes that are not UTF-8 are
/// refused: a name must not change on its way in.
pub(crate) fn decode(text: &str, plus: Plus) -> Result<Cow<'_, str>, Failure> {
    if !text.contains(['%', '+']) {
        return Ok(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        match first {
            b'+' if plus == Plus::Space => bytes.push(b' '),
            b'%' => {
                let Some((&[high, low], tail)) = rest.split_first_chunk() else {
                    return Err(Failure::illegal_argument(format!(
                        "unterminated escape sequence at end of string: {text}"
                    )));
                };
                let (Some(high), Some(low)) = (hex(high), hex(low)) else {
                    return Err(Failure::illegal_argument(format!(
                        "invalid escape sequence in string: {text}"
                    )));
                };
                bytes.push(high << 4 | low);
                rest = tail;
            }
            other => bytes.push(other),
        }
    }
    match String::from_utf8(bytes) {
        Ok(decoded) => Ok(Cow::Owned(decoded)),
        Err(_) => Err(Failure::illegal_argument(format!("escape sequences are not UTF-8 in string: {text}"))),
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
