//! Where everything is in etcd: all under one prefix, so that one watch tells all of it in one order. What a value holds
//! is not known here.

use super::follower::digest;
use super::messages::kv::KeyRange;
use crate::document::{DocumentKey, Kind};

/// Keys that tell of deletions: as many as there are hexadecimal digits.
pub(super) const DELETIONS: usize = 16;

/// The names under one prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Keys {
    prefix: String,
}

/// What a key under the prefix is the name of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Epoch,
    Document(DocumentKey),
    Member(String),
    Order,
    /// A receipt, the trace of a deletion, or something that a later version keeps there.
    Other,
}

impl Keys {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned() }
    }

    /// Everything.
    pub(super) fn all(&self) -> KeyRange {
        KeyRange::prefix(self.prefix.clone())
    }

    pub(super) fn epoch(&self) -> Vec<u8> {
        self.key(format_args!("epoch"))
    }

    pub(super) fn document(&self, key: &DocumentKey) -> Vec<u8> {
        // No kind has a slash in it, so this can be read back whatever is in the id.
        self.key(format_args!("d/{}/{}", key.kind, key.id))
    }

    pub(super) fn documents(&self) -> KeyRange {
        KeyRange::prefix(self.key(format_args!("d/")))
    }

    pub(super) fn member(&self, id: &str) -> Vec<u8> {
        self.key(format_args!("n/{id}"))
    }

    pub(super) fn members(&self) -> KeyRange {
        KeyRange::prefix(self.member(""))
    }

    /// The orders of one process: one key, written again for each.
    pub(super) fn order(&self, owner: &str) -> Vec<u8> {
        self.key(format_args!("c/{owner}"))
    }

    pub(super) fn receipt(&self, owner: &str, slot: &str) -> Vec<u8> {
        self.key(format_args!("r/{owner}/{slot}"))
    }

    /// Where it is told that a document was deleted: one of [`DELETIONS`] keys, each for many documents.
    pub(super) fn deletion(&self, key: &DocumentKey) -> Vec<u8> {
        let digest = digest(&self.document(key));
        self.key(format_args!("g/{}", digest.get(..1).unwrap_or_default()))
    }

    fn key(&self, name: std::fmt::Arguments<'_>) -> Vec<u8> {
        format!("{}{name}", self.prefix).into_bytes()
    }

    /// What a key is the name of. A key that no version could have written is [`Name::Other`].
    pub(super) fn name(&self, key: &[u8]) -> Name {
        let inner = std::str::from_utf8(key).ok().and_then(|key| key.strip_prefix(&self.prefix));
        inner.and_then(named).unwrap_or(Name::Other)
    }
}

fn named(inner: &str) -> Option<Name> {
    if inner == "epoch" {
        return Some(Name::Epoch);
    }
    let (space, rest) = inner.split_once('/')?;
    match space {
        "d" => {
            let (kind, id) = rest.split_once('/')?;
            let key = DocumentKey::new(Kind::from_string(kind.to_owned()), id);
            (!id.is_empty()).then_some(Name::Document(key))
        }
        "n" => (!rest.is_empty()).then(|| Name::Member(rest.to_owned())),
        "c" => Some(Name::Order),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
