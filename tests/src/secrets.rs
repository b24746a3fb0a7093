//! Every secret of this run, and the search for them where none must be: logs, metrics, statistics, errors, data files.
//! Each is looked for as it is, in base64 at any offset, and percent-encoded.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// Shorter texts are found by accident.
const SHORTEST: usize = 8;

static SECRETS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
static TOLD: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::new(BTreeMap::new());

/// Remembers a secret.
pub fn remember(secret: &str) {
    assert!(secret.len() >= SHORTEST, "a secret of {} bytes is too short to be looked for", secret.len());
    SECRETS.lock().unwrap_or_else(PoisonError::into_inner).insert(secret.to_owned());
}

/// As [`remember`], and leaves texts alone that are too short to be looked for.
pub fn remember_if_long(secret: &str) {
    if secret.len() >= SHORTEST {
        remember(secret);
    }
}

/// A new password that nothing else in this run is. It has characters that URLs and base64 treat specially.
pub fn password() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let random = portcullis_secrets::random::random_secret();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let password = format!("{}/+ {number}=", random.expose_str().unwrap());
    remember(&password);
    password
}

/// A new password that a shell and a URL take as it is, for people to type.
pub fn typeable_password() -> String {
    let password = portcullis_secrets::random::random_secret().expose_str().unwrap().to_owned();
    remember(&password);
    password
}

/// How many secrets there are.
pub fn count() -> usize {
    SECRETS.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// Keeps what was told to somebody who must not learn a secret from it: an error, metrics, statistics.
pub fn told(what: &str, bytes: &[u8]) {
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = told.entry(what.to_owned()).or_default();
    kept.extend_from_slice(bytes);
    kept.push(b'\n');
}

/// All that was told, by what it was.
pub fn all_told() -> BTreeMap<String, Vec<u8>> {
    TOLD.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The search for all secrets known when it is made.
pub struct Search {
    automaton: AhoCorasick,
    forms: Vec<String>,
}

impl Search {
    /// A search for what is known now.
    pub fn new() -> Self {
        let secrets = SECRETS.lock().unwrap_or_else(PoisonError::into_inner);
        let forms: BTreeSet<String> = secrets.iter().flat_map(|secret| forms(secret)).collect();
        let forms: Vec<String> = forms.into_iter().collect();
        Self { automaton: AhoCorasick::new(&forms).unwrap(), forms }
    }

    /// The first form of a secret in `bytes`, with what stands around it.
    pub fn find(&self, bytes: &[u8]) -> Option<String> {
        let found = self.automaton.find(bytes)?;
        let around = found.start().saturating_sub(120)..(found.end() + 40).min(bytes.len());
        let around = String::from_utf8_lossy(&bytes[around]);
        Some(format!("{:?} in {around:?}", self.forms[found.pattern().as_usize()]))
    }

    /// The first secret in a file below `folder`.
    pub fn find_in_files(&self, folder: &Path) -> Option<String> {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let kind = entry.file_type().unwrap();
            let found = match (kind.is_dir(), kind.is_file()) {
                (true, _) => self.find_in_files(&path),
                (_, true) => std::fs::read(&path).ok().and_then(|bytes| self.find(&bytes)),
                _ => None,
            };
            if let Some(found) = found {
                return Some(format!("{}: {found}", path.display()));
            }
        }
        None
    }
}

impl Default for Search {
    fn default() -> Self {
        Self::new()
    }
}

/// The texts by which a secret would be known.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), percent_encoded(secret)];
    for engine in [&STANDARD, &URL_SAFE] {
        for offset in 0..3 {
            let mut bytes = vec![0; offset];
            bytes.extend_from_slice(secret.as_bytes());
            let text = engine.encode(&bytes);
            // The characters at both ends depend on what stands beside the secret.
            let whole = &text[offset * 4 / 3 + usize::from(offset > 0)..bytes.len() / 3 * 4];
            forms.push(whole.to_owned());
        }
    }
    forms
}

/// Everything but what RFC 3986 calls unreserved.
pub fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
