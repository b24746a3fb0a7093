//! Which of our crates may name which, and which libraries a crate must never name. A new line here is a
//! decision: it comes with a record in `docs/adr`.

use std::process::Command;

use serde_json::Value;

use crate::process::{cargo, output};

/// An arrow that is allowed: from, to, and why.
const ARROWS: [(&str, &str, &str); 15] = [
    ("portcullis-security", "portcullis-model", "the rules decide over the nouns"),
    ("portcullis-security", "portcullis-secrets", "it verifies and makes credentials"),
    ("portcullis-security", "portcullis-cache", "it owns every cache and what clears it"),
    ("portcullis-security", "portcullis-store", "its documents live in the store, its feed is the store's"),
    (
        "portcullis-security",
        "portcullis-cluster",
        "its feed drives the fence, its writes wait for confirmations",
    ),
    ("portcullis-api", "portcullis-security", "every request goes through its one facade"),
    ("portcullis-api", "portcullis-model", "answers are written from the nouns"),
    (
        "portcullis-api",
        "portcullis-secrets",
        "what a body calls a password becomes a secret while it is parsed",
    ),
    ("portcullis", "portcullis-api", "wiring: the listener serves it"),
    ("portcullis", "portcullis-security", "wiring: the node builds it"),
    ("portcullis", "portcullis-model", "wiring: the clock is given in"),
    ("portcullis", "portcullis-secrets", "wiring: the pool is started; the file tools hash"),
    ("portcullis", "portcullis-cache", "wiring: metrics show its counters"),
    ("portcullis", "portcullis-store", "wiring: the engine is chosen and opened"),
    ("portcullis", "portcullis-cluster", "wiring: timings are settings; metrics and displays show members"),
];

/// Arrows that only the unit tests of a crate have.
const TEST_ARROWS: [(&str, &str, &str); 1] =
    [("portcullis-api", "portcullis-store", "its tests serve requests from a store in memory")];

/// Packages that are tools: they may name everything and nobody may name them.
const TOOLS: [&str; 4] = ["portcullis-tests", "portcullis-bench", "portcullis-fuzz", "xtask"];

/// Libraries that a crate must never name, and why.
const BARRED: [(&str, &[&str], &str); 7] = [
    (
        "portcullis-model",
        &["tokio", "hyper", "http", "redb", "aws-lc-rs", "sha1", "md-5", "bcrypt", "rustix", "jiff"],
        "the nouns are pure: no async, no I/O, no clocks, no hashing, no HTTP",
    ),
    ("portcullis-secrets", &["serde", "serde_json", "http", "hyper"], "a secret is never serialised"),
    (
        "portcullis-cache",
        &["tokio", "serde", "serde_json"],
        "the fence is checked by a model that knows no runtime",
    ),
    (
        "portcullis-cluster",
        &["tokio", "http", "hyper", "redb", "tonic", "tracing", "uuid", "rustix"],
        "the protocol is a pure machine: no I/O, no clocks, no randomness",
    ),
    ("portcullis-store", &["http", "hyper", "axum"], "the store has no face"),
    ("portcullis-security", &["http", "hyper", "axum", "redb"], "the rules know neither wire nor engine"),
    ("portcullis-api", &["redb", "notify", "rustls"], "the wire decides nothing and opens nothing"),
];

/// One sentence for each arrow that is not in the picture.
pub(crate) fn problems() -> Result<Vec<String>, String> {
    let mut command: Command = cargo(&["metadata", "--format-version", "1", "--no-deps", "--offline"]);
    let text = output(&mut command)?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    let mut found = Vec::new();
    for package in list(&metadata, "packages") {
        let from = string(package, "name");
        for dependency in list(package, "dependencies") {
            let to = string(dependency, "name");
            let ours = dependency.get("path").is_some_and(Value::is_string);
            let tests_only = string(dependency, "kind") == "dev";
            found.extend(judge(from, to, ours, tests_only));
        }
    }
    Ok(found)
}

fn judge(from: &str, to: &str, ours: bool, tests_only: bool) -> Option<String> {
    if ours {
        if TOOLS.contains(&to) && !TOOLS.contains(&from) {
            return Some(format!("{from} names {to}, which is a tool"));
        }
        // A crate names itself to switch on a feature for its own tests.
        let allowed = from == to
            || TOOLS.contains(&from)
            || ARROWS.iter().any(|(source, sink, _)| *source == from && *sink == to)
            || tests_only && TEST_ARROWS.iter().any(|(source, sink, _)| *source == from && *sink == to);
        return (!allowed)
            .then(|| format!("the arrow {from} -> {to} is not in the picture (xtask/src/arrows.rs)"));
    }
    // What only tests use is not in the crate.
    let barred =
        BARRED.iter().find(|(source, names, _)| *source == from && names.contains(&to) && !tests_only);
    barred.map(|(_, _, reason)| format!("{from} must not name {to}: {reason}"))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn string<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests;
