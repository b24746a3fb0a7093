//! What the routes of the table really answered in this run. The last test reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use portcullis_api::{ROUTES, Route};

use crate::client::Answer;

/// What was seen of one method of one route.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Every status.
    pub statuses: BTreeSet<u16>,
    /// Whether a 401 came with `WWW-Authenticate`.
    pub challenged: bool,
    /// The reasons of the 403s.
    pub forbidden: BTreeSet<String>,
}

type Key = (&'static str, String);

static SEEN: Mutex<BTreeMap<Key, Seen>> = Mutex::new(BTreeMap::new());

/// The row that serves a request: of those that fit, the one with the literals first.
pub fn route(method: &str, target: &str) -> Option<&'static Route> {
    let path = target.split('?').next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
    ROUTES
        .iter()
        .filter(|route| route.methods.iter().any(|it| it.as_str() == method))
        .filter_map(|route| {
            let pattern: Vec<&str> = route.path.split('/').filter(|it| !it.is_empty()).collect();
            let fits = pattern.len() == segments.len()
                && pattern.iter().zip(&segments).all(|(part, it)| part.starts_with('{') || part == it);
            let parameters: Vec<bool> = pattern.iter().map(|part| part.starts_with('{')).collect();
            fits.then_some((parameters, route))
        })
        .min_by(|(one, _), (other, _)| one.cmp(other))
        .map(|(_, route)| route)
}

/// Takes note of an answer.
pub fn record(method: &str, target: &str, answer: &Answer) {
    let Some(route) = route(method, target) else { return };
    let mut all = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let seen = all.entry((route.path, method.to_owned())).or_default();
    seen.statuses.insert(answer.status);
    seen.challenged |= answer.status == 401 && answer.header("www-authenticate").is_some();
    if answer.status == 403
        && let Some(reason) = answer.try_json().as_ref().and_then(|it| it["error"]["reason"].as_str())
    {
        seen.forbidden.insert(reason.to_owned());
    }
}

/// What was seen of a method of a route.
pub fn of(route: &Route, method: &str) -> Seen {
    let all = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    all.get(&(route.path, method.to_owned())).cloned().unwrap_or_default()
}
