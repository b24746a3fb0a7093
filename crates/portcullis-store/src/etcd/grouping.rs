//! Events of a watch, as whole revisions of the log and in the store's words.

use bytes::Bytes;

use super::follower::{digest, revision};
use super::keys::{Keys, Name};
use super::replica::{Applied, Lineage};
use super::watch::WatchEvent;
use crate::change::ChangeKind;
use crate::document::{DocumentKey, Revision};
use crate::member::MemberChange;

/// What one revision did.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) revision: Revision,
    pub(super) documents: Vec<Applied>,
    pub(super) keys: Vec<(DocumentKey, ChangeKind)>,
    pub(super) members: Vec<MemberChange>,
    pub(super) orders: Vec<Bytes>,
    /// The epoch was written or removed.
    pub(super) epoch: bool,
    last_put: Option<(String, Bytes)>,
    removed: Vec<String>,
}

/// The revisions behind `after`, in order.
pub(super) fn grouped(keys: &Keys, events: Vec<WatchEvent>, after: Revision) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for event in events {
        let (key, at, value) = match event {
            WatchEvent::Put(kv) => (kv.key, revision(kv.mod_revision), Some(kv.value)),
            WatchEvent::Deleted { key, revision: at } => (key, revision(at), None),
        };
        if at <= after {
            continue;
        }
        if groups.last().is_none_or(|group| group.revision != at) {
            groups.push(Group { revision: at, ..Group::default() });
        }
        if let Some(group) = groups.last_mut() {
            group.add(keys, &key, value);
        }
    }
    groups
}

impl Group {
    fn add(&mut self, keys: &Keys, key: &Bytes, value: Option<Bytes>) {
        let text = String::from_utf8_lossy(key).into_owned();
        match &value {
            Some(value) => self.last_put = Some((text, value.clone())),
            None => self.removed.push(text),
        }
        match (keys.name(key), value) {
            (Name::Document(key), body) => {
                let kind = if body.is_some() { ChangeKind::Put } else { ChangeKind::Delete };
                self.keys.push((key.clone(), kind));
                self.documents.push(Applied { key, revision: self.revision, body });
            }
            (Name::Member(id), Some(body)) => self.members.push(MemberChange::Put { id, body }),
            (Name::Member(id), None) => self.members.push(MemberChange::Removed { id }),
            (Name::Order, Some(order)) => self.orders.push(order),
            (Name::Epoch, _) => self.epoch = true,
            (Name::Order, None) | (Name::Other, _) => {}
        }
    }

    /// By what the log can be recognised once this is taken in.
    pub(super) fn trace(&self, lineage: &mut Option<Lineage>) {
        if lineage.as_ref().is_some_and(|it| self.removed.contains(&it.key)) {
            *lineage = None;
        }
        if let Some((key, value)) = &self.last_put {
            *lineage = Some(Lineage { key: key.clone(), revision: self.revision, digest: digest(value) });
        }
    }
}
