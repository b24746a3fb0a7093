//! A log in memory that several nodes of one process share, in place of a real one where a test has to decide which node
//! hears what, and when.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;

use super::node::{MemoryNode, Shared};
use super::state::State;
use crate::Identity;
use crate::batch::{Batch, Write};
use crate::change::ChangeKind;
use crate::document::{DocumentKey, Revision};
use crate::error::CommitError;
use crate::member::{Committed, MemberChange, MemberRecord, MemberWritten};

/// The log. A clone is the same log.
#[derive(Clone, Debug)]
pub struct MemoryLog {
    content: Arc<Mutex<Content>>,
}

/// All that was ever written, and the state that it makes.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) identity: Identity,
    revision: Revision,
    documents: State,
    members: BTreeMap<String, MemberRecord>,
    entries: Vec<Arc<Entry>>,
    nodes: Vec<Weak<Shared>>,
}

/// One revision.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) revision: Revision,
    pub(super) writes: Vec<Write>,
    pub(super) keys: Vec<(DocumentKey, ChangeKind)>,
    pub(super) member: Option<MemberChange>,
    pub(super) order: Option<Bytes>,
}

impl MemoryLog {
    /// An empty log.
    #[must_use]
    pub fn new() -> Self {
        let content = Content {
            identity: super::identity(),
            revision: Revision::ZERO,
            documents: State::default(),
            members: BTreeMap::new(),
            entries: Vec::new(),
            nodes: Vec::new(),
        };
        Self { content: Arc::new(Mutex::new(content)) }
    }

    /// A store over this log, for one node. It has taken in all that is there.
    #[must_use]
    pub fn node(&self) -> MemoryNode {
        let node = MemoryNode::new(self.clone());
        self.lock().nodes.push(Arc::downgrade(node.shared()));
        node.shared().hear(&self.entries());
        node
    }

    /// How far it is.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.lock().revision
    }

    /// Forgets everything, as a log does that was wiped: nodes find another one in its place.
    pub fn wipe(&self) {
        let mut content = self.lock();
        let nodes = std::mem::take(&mut content.nodes);
        *content = Content {
            identity: super::identity(),
            revision: Revision::ZERO,
            documents: State::default(),
            members: BTreeMap::new(),
            entries: Vec::new(),
            nodes,
        };
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn entries(&self) -> Vec<Arc<Entry>> {
        self.lock().entries.clone()
    }

    /// Lets every node hear what is new to it, in the order of the log.
    pub(super) fn tell(&self) {
        let (nodes, entries) = {
            let content = self.lock();
            (content.nodes.clone(), content.entries.clone())
        };
        for node in nodes.iter().filter_map(Weak::upgrade) {
            node.hear(&entries);
        }
    }
}

impl Default for MemoryLog {
    fn default() -> Self {
        Self::new()
    }
}

impl Content {
    fn committed(&self) -> Committed {
        Committed { revision: self.revision, members: self.members.values().cloned().collect() }
    }

    fn append(&mut self, entry: Entry) {
        self.revision = entry.revision;
        self.entries.push(Arc::new(entry));
    }

    fn next(&self) -> Entry {
        let revision = Revision(self.revision.0 + 1);
        Entry { revision, writes: Vec::new(), keys: Vec::new(), member: None, order: None }
    }

    pub(super) fn revision(&self) -> Revision {
        self.revision
    }

    pub(super) fn documents(&self) -> &State {
        &self.documents
    }

    pub(super) fn members(&self) -> Vec<MemberRecord> {
        self.members.values().cloned().collect()
    }

    pub(super) fn commit(&mut self, batch: Batch) -> Result<Committed, CommitError> {
        self.documents.check(batch.conditions)?;
        let mut entry = self.next();
        entry.keys = self.documents.write(batch.writes.clone(), entry.revision);
        if !entry.keys.is_empty() {
            entry.writes = batch.writes;
            self.append(entry);
        }
        Ok(self.committed())
    }

    pub(super) fn order(&mut self, body: Bytes) -> Committed {
        let entry = Entry { order: Some(body), ..self.next() };
        self.append(entry);
        self.committed()
    }

    pub(super) fn put_member(&mut self, id: &str, expected: Option<Revision>, body: Bytes) -> MemberWritten {
        let current = self.members.get(id);
        if current.map(|it| it.revision) != expected {
            return MemberWritten::Refused { current: current.cloned() };
        }
        let member = MemberChange::Put { id: id.to_owned(), body: body.clone() };
        let entry = Entry { member: Some(member), ..self.next() };
        let revision = entry.revision;
        self.append(entry);
        self.members.insert(id.to_owned(), MemberRecord { id: id.to_owned(), revision, body });
        MemberWritten::At(revision)
    }

    pub(super) fn remove_member(&mut self, id: &str, at: Revision) {
        if self.members.get(id).is_some_and(|it| it.revision == at) {
            let member = MemberChange::Removed { id: id.to_owned() };
            let entry = Entry { member: Some(member), ..self.next() };
            self.append(entry);
            self.members.remove(id);
        }
    }
}

#[cfg(test)]
mod tests;
